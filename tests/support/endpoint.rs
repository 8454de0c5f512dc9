//! Plain HTTP: requests to endpoints without any AWS client, and endpoints that are none.

use aws_conformance_generators::model::{Protocol, model};
use aws_conformance_generators::plan::Service;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// The longest that an endpoint of these tests may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// An endpoint on this machine where nothing listens: a port that no test is ever given.
pub(crate) const CLOSED: &str = "http://127.0.0.1:1";

/// A request, for whoever sends it.
pub(crate) fn request(
    service: Service,
    operation: &str,
    region: &str,
    body: &[u8],
) -> http::Request<bytes::Bytes> {
    let model = model(service);
    let scope = format!("20240101/{region}/{}/aws4_request", model.signing_name);
    let mut request = http::Request::post(match model.protocol {
        Protocol::AwsJson11 => "/".to_owned(),
        Protocol::RestJson1 => format!("/{operation}"),
    });
    if let Some(prefix) = &model.target_prefix {
        request = request.header("x-amz-target", format!("{prefix}.{operation}"));
    }
    request
        .header(
            "content-type",
            match model.protocol {
                Protocol::AwsJson11 => "application/x-amz-json-1.1",
                Protocol::RestJson1 => "application/json",
            },
        )
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders=host, Signature=0"),
        )
        .body(bytes::Bytes::copy_from_slice(body))
        .expect("the parts of a request are well-formed")
}

/// Calls an operation in a region: status and answer (null where there is no JSON).
pub(crate) fn call(
    url: &str,
    service: Service,
    operation: &str,
    region: &str,
    input: &Value,
) -> (u16, Value) {
    let request = request(service, operation, region, input.to_string().as_bytes());
    let (head, body) = send(url, &request).into_parts();
    (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
}

/// Sends a request over a connection of its own.
pub(crate) fn send(url: &str, request: &http::Request<bytes::Bytes>) -> http::Response<Vec<u8>> {
    let mut text =
        format!("POST {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", request.uri(), address(url));
    for (name, value) in request.headers() {
        let value = value.to_str().expect("the headers are text");
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    let answer = exchange(url, &[text.as_bytes(), request.body()].concat());
    let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("{url}: no HTTP: {}", String::from_utf8_lossy(&answer)));
    let (head, body) = (String::from_utf8_lossy(&answer[..end]), &answer[end + 4..]);
    let status = head.split(' ').nth(1).unwrap_or_default();
    let mut response = http::Response::builder().status(status);
    for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(':')) {
        response = response.header(name, value.trim());
    }
    let mut response = response.body(body.to_vec()).unwrap_or_else(|error| panic!("{url}: {error}: {head}"));
    if response.headers().get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        *response.body_mut() = joined(response.body()).expect("the chunks are whole");
    }
    response
}

/// The bytes of a body that was sent in chunks, each after its length.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = chunks.windows(2).position(|two| two == b"\r\n")?;
        let length = std::str::from_utf8(&chunks[..line]).ok()?.split(';').next()?;
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunks.get(line + 2..line + 2 + length)?);
        chunks = chunks.get(line + 2 + length + 2..)?;
    }
}

fn exchange(url: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address(url), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn address(url: &str) -> SocketAddr {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let addresses = address.to_socket_addrs().unwrap_or_else(|error| panic!("{url}: {error}"));
    // A server that listens on one kind of address most often does so on this one.
    let (v4, v6): (Vec<_>, Vec<_>) = addresses.partition(SocketAddr::is_ipv4);
    v4.into_iter().chain(v6).next().unwrap_or_else(|| panic!("{url} names no address"))
}

/// Whether anything listens there.
pub(crate) fn listens(url: &str) -> bool {
    TcpStream::connect_timeout(&address(url), Duration::from_secs(1)).is_ok()
}

/// An endpoint that is none: what it does on each connection is up to the test.
pub(crate) struct Double {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Double {
    /// Answers these bytes to every request and closes the connection.
    pub(crate) fn answering(answer: &'static str) -> Self {
        Self::start(move |mut stream| {
            // A client that went away is no concern of a double's.
            let _ = read_request(&stream).and_then(|()| stream.write_all(answer.as_bytes()));
        })
    }

    /// Takes every request and never answers.
    pub(crate) fn silent() -> Self {
        Self::start(|mut stream| {
            let _ = stream.read_to_end(&mut Vec::new());
        })
    }

    /// Answers as this endpoint does, one connection at a time: the next one waits until the client closes it.
    pub(crate) fn one_at_a_time(url: &str) -> Self {
        let upstream = address(url);
        let serve = move |client: TcpStream| {
            let Ok(server) = TcpStream::connect(upstream) else { return };
            let copy = |mut from: &TcpStream, mut to: &TcpStream| {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            };
            std::thread::scope(|scope| {
                scope.spawn(|| copy(&server, &client));
                copy(&client, &server);
            });
        };
        // In the order in which they came, as such a server accepts them.
        let (came, next) = std::sync::mpsc::channel();
        std::thread::spawn(move || next.into_iter().for_each(serve));
        Self::start(move |client| drop(came.send(client)))
    }

    fn start(serve: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (connections, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let double = Self { url, connections: Arc::clone(&connections), stopped: Arc::clone(&stopped) };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                connections.fetch_add(1, Ordering::Relaxed);
                let _ = stream.set_read_timeout(Some(PATIENCE));
                let serve = serve.clone();
                std::thread::spawn(move || serve(stream));
            }
        });
        double
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // One more connection, so that the loop sees it.
        let _ = TcpStream::connect(address(&self.url));
    }
}

/// Reads the head of a request and as much body as it announces.
fn read_request(stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 0 && line != "\r\n" {
        if let Some(announced) = line.to_lowercase().strip_prefix("content-length:") {
            length = announced.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    reader.read_exact(&mut vec![0; length])
}
