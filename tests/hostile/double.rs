//! An endpoint that is broken below HTTP, or in front of a reference that is not.

use super::answers::{answer, first_page, operation_of, refusal, without_end};
use super::lenient::Lenient;
use aws_conformance_reference::{Config, Reference};
use bytes::Bytes;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What is wrong with an endpoint.
#[derive(Clone, Debug)]
pub(crate) enum Broken {
    /// Nothing: the reference answers.
    Not,
    /// It takes requests and never answers.
    Silent,
    /// It closes every connection at once.
    Closes,
    /// It resets one connection in five, before or after the request was carried out.
    ResetsOneInFive,
    /// It closes each connection after so many responses, without notice.
    ClosesAfter(u32),
    /// It sends these bytes to whoever connects, and closes.
    Says(&'static [u8]),
    /// It answers these bytes to every request, and closes.
    Answers(Vec<u8>),
    /// It answers these bytes to every request, and keeps the connection open.
    AnswersAndHolds(Vec<u8>),
    /// It announces fewer bytes than the reference's answer has, and sends them all.
    SendsTooMuch,
    /// It sends a body of this many bytes, or one that does not end.
    Large(Option<usize>),
    /// It answers a byte a second.
    Drips,
    /// It refuses one request in ten like this.
    RefusesOneInTen(&'static str),
    /// It answers one request in so many with a server error, before or after it was carried out.
    FailsOneIn(u64),
    /// It carries every request out, and answers one in so many that it is throttled, by status 500.
    ThrottlesLate(u64),
    /// It stops listening after so many requests, and begins again after a while, or does not.
    Dies { after: u64, back: Option<Duration> },
    /// It takes requests and does not answer any more after so many.
    Hangs { after: u64 },
    /// It never answers requests whose path or target ends with this.
    HangsOn(&'static str),
    /// It does not implement the operation of this name.
    RefusesOn(&'static str),
    /// It carries out every request, and never sends a refusal.
    HangsOnRefusals,
    /// It never answers one request in so many, before or after it was carried out.
    HangsOneIn(u64),
    /// It echoes the head of every request in a refusal with this code.
    Echoes(&'static str),
    /// It does so after so many requests that it answered, with `AccessDeniedException`.
    EchoesAfter(u64),
    /// It refuses every call of an operation that exists in the protocol's way, at this length.
    RefusesAtLength(usize),
    /// It refuses every such call with a code of its own and a message of this length.
    MakesCodesUp(usize),
    /// It answers every creation of a project with this ARN.
    Misnames(&'static str),
    /// Its listings go on for ever, with something new on every page if asked to.
    PagesWithoutEnd(bool),
    /// One of its refusals, this one, has a code that nobody knows.
    RefusesOddlyOnce(u64, Arc<AtomicU64>),
    /// It takes whatever X-Ray policy it is given.
    Lenient(Arc<Lenient>),
}

/// A running endpoint; it stops when this is dropped.
pub(crate) struct Double {
    pub(crate) url: String,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

/// What every connection shares.
#[derive(Clone)]
struct Shared {
    broken: Broken,
    reference: Arc<Reference>,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Double {
    pub(crate) fn new(broken: Broken) -> Self {
        Self::with(broken, Config::default(), None)
    }

    /// In front of a reference of this configuration, behind TLS if a server's settings are given.
    pub(crate) fn with(
        broken: Broken,
        config: Config,
        tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
    ) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Shared {
            broken,
            reference: Arc::new(Reference::new(config).expect("the names are the reference's own")),
            requests: Arc::default(),
            connections: Arc::default(),
            tls: tls.map(tokio_rustls::TlsAcceptor::from),
        };
        let (requests, connections) = (Arc::clone(&shared.requests), Arc::clone(&shared.connections));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (ready, started) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be started").block_on(async move {
                let socket = bound(SocketAddr::from(([127, 0, 0, 1], 0)));
                let address = socket.local_addr().expect("it is bound");
                // Whoever else looks for a port while nothing listens on this one does not get it.
                let again = bound(address);
                let listener = socket.listen(BACKLOG).expect("it is bound");
                ready.send(address).expect("the test waits for it");
                tokio::select! {
                    () = listen(listener, again, shared) => {}
                    _ = stopped => {}
                }
            });
        });
        let address: SocketAddr = started.recv().expect("the double starts");
        Self { url: format!("{scheme}://{address}"), requests, connections, stop: Some(stop) }
    }

    /// How many requests it has read.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
    }
}

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// A socket that has this address, beside others that have it, and does not listen yet.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.set_reuseport(true).expect("addresses can be shared");
    socket.bind(address).expect("the address is free");
    socket
}

/// Accepts connections; after it died, on the second socket.
async fn listen(mut listener: TcpListener, again: TcpSocket, mut shared: Shared) {
    let mut again = Some(again);
    loop {
        let is_dead = || match shared.broken {
            Broken::Dies { after, .. } => shared.requests.load(Ordering::Relaxed) >= after,
            _ => false,
        };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.ok().map(|(stream, _)| stream),
            () = tokio::time::sleep(Duration::from_millis(5)), if matches!(shared.broken, Broken::Dies { .. }) => None,
        };
        if let (Broken::Dies { back, .. }, true) = (&shared.broken, is_dead()) {
            drop((listener, stream));
            let Some(back) = *back else { return std::future::pending().await };
            tokio::time::sleep(back).await;
            // What it held is lost, and it does not die a second time.
            let reference = Reference::new(Config::default()).expect("it has no names");
            shared = Shared { broken: Broken::Not, reference: Arc::new(reference), ..shared };
            listener = again.take().and_then(|socket| socket.listen(BACKLOG).ok()).expect("it is bound");
            continue;
        }
        let Some(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let shared = shared.clone();
        tokio::spawn(async move {
            match &shared.tls {
                None => serve_plain(stream, number, &shared).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, &shared).await;
                    }
                }
            }
        });
    }
}

/// What is wrong with connections as such.
async fn serve_plain(mut stream: TcpStream, number: u64, shared: &Shared) {
    match &shared.broken {
        Broken::Closes => {}
        Broken::Says(bytes) => {
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            let _ = tokio::time::timeout(Duration::from_secs(2), read_request(&mut stream)).await;
        }
        Broken::ResetsOneInFive => {
            if scattered(number).is_multiple_of(5) {
                if scattered(number).is_multiple_of(2)
                    && let Some(request) = read_request(&mut stream).await
                {
                    shared.reference.handle(request);
                }
                // Closing then drops what is underway and resets the connection.
                let _ = stream.set_zero_linger();
                return;
            }
            serve(stream, shared).await;
        }
        _ => serve(stream, shared).await,
    }
}

/// A number without a pattern that a row of requests could fall in step with.
fn scattered(number: u64) -> u64 {
    let mixed = (number ^ 0x5bd1_e995).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

/// Answers requests until the client or the fault ends the connection.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) {
    let mut answered = 0;
    while let Some(request) = read_request(&mut stream).await {
        answered += 1;
        let number = shared.requests.fetch_add(1, Ordering::Relaxed);
        let is_last = request.headers().get("connection").is_some_and(|value| value == "close");
        let goes_on = match &shared.broken {
            Broken::Not | Broken::Closes | Broken::Says(_) => {
                write(&mut stream, &shared.reference.handle(request), None).await
            }
            // A connection a request, so that one in five means what it says.
            Broken::ResetsOneInFive => {
                let answer = whole(&shared.reference.handle(request), None, "connection: close\r\n");
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
                None
            }
            Broken::Silent => hold(&mut stream).await,
            Broken::Answers(bytes) => {
                let _ = stream.write_all(bytes).await;
                let _ = stream.shutdown().await;
                None
            }
            Broken::AnswersAndHolds(bytes) => {
                let _ = stream.write_all(bytes).await;
                hold(&mut stream).await
            }
            Broken::SendsTooMuch => {
                let response = shared.reference.handle(request);
                let mut bytes = whole(&response, None, "");
                bytes.extend_from_slice(b"{\"more\":\"than was announced\"}");
                stream.write_all(&bytes).await.ok()
            }
            Broken::Large(size) => large(&mut stream, *size).await,
            Broken::Drips => drip(&mut stream).await,
            Broken::RefusesOneInTen(refusal) => {
                if scattered(number).is_multiple_of(10) {
                    stream.write_all(refusal.as_bytes()).await.ok()
                } else {
                    write(&mut stream, &shared.reference.handle(request), None).await
                }
            }
            Broken::ClosesAfter(most) => {
                write(&mut stream, &shared.reference.handle(request), None).await.filter(|_| answered < *most)
            }
            Broken::ThrottlesLate(many) => {
                let response = shared.reference.handle(request);
                let late = answer(500, &json!({ "__type": "ThrottlingException" }));
                let is_late = scattered(number).is_multiple_of(*many);
                write(&mut stream, if is_late { &late } else { &response }, None).await
            }
            Broken::FailsOneIn(many) => {
                let mixed = scattered(number);
                let (fails, late) = (mixed.is_multiple_of(*many), mixed.is_multiple_of(many * 2));
                let mut response = None;
                if !fails || late {
                    response = Some(shared.reference.handle(request));
                }
                let error = answer(500, &json!({ "__type": "InternalFailure" }));
                write(&mut stream, &response.filter(|_| !fails).unwrap_or(error), None).await
            }
            Broken::Dies { after, .. } if number >= *after => None,
            Broken::Hangs { after } if number >= *after => hold(&mut stream).await,
            Broken::HangsOn(operation) if operation_of(&request).ends_with(operation) => {
                hold(&mut stream).await
            }
            Broken::RefusesOn(operation) if operation_of(&request).ends_with(operation) => {
                write(&mut stream, &refusal(&request, "UnknownOperationException", "no such thing"), None)
                    .await
            }
            Broken::RefusesOddlyOnce(at, refused) => {
                let response = shared.reference.handle(request);
                let is_refused = response.status().is_client_error();
                let is_it = is_refused && refused.fetch_add(1, Ordering::Relaxed) == *at;
                let odd = answer(400, &json!({ "__type": "OddException" }));
                write(&mut stream, if is_it { &odd } else { &response }, None).await
            }
            Broken::HangsOnRefusals => {
                let response = shared.reference.handle(request);
                if response.status().is_success() {
                    write(&mut stream, &response, None).await
                } else {
                    hold(&mut stream).await
                }
            }
            Broken::HangsOneIn(many) => {
                let mixed = scattered(number);
                let (hangs, late) = (mixed.is_multiple_of(*many), mixed.is_multiple_of(many * 2));
                let response = (!hangs || late).then(|| shared.reference.handle(request));
                match response {
                    Some(response) if !hangs => write(&mut stream, &response, None).await,
                    _ => hold(&mut stream).await,
                }
            }
            Broken::Dies { .. } | Broken::Hangs { .. } | Broken::HangsOn(_) | Broken::RefusesOn(_) => {
                write(&mut stream, &shared.reference.handle(request), None).await
            }
            Broken::RefusesAtLength(length) => {
                let response = refusal(&request, "ValidationException", &"m".repeat(*length));
                write(&mut stream, &response, None).await
            }
            Broken::MakesCodesUp(length) => {
                let response = refusal(&request, &format!("Made{number}Exception"), &"m".repeat(*length));
                write(&mut stream, &response, None).await
            }
            Broken::PagesWithoutEnd(new) => {
                let response = without_end(shared.reference.handle(first_page(request)), number, *new);
                write(&mut stream, &response, None).await
            }
            Broken::Lenient(endpoint) => {
                let (status, body) = endpoint.handle(operation_of(&request), request.body());
                write(&mut stream, &answer(status, &body), None).await
            }
            Broken::Misnames(arn) => {
                let response = shared.reference.handle(request).map(|body| {
                    match serde_json::from_slice::<Value>(&body) {
                        Ok(Value::Object(output)) if output.contains_key("ProjectArn") => {
                            Bytes::from(json!({ "ProjectArn": arn }).to_string())
                        }
                        _ => body,
                    }
                });
                write(&mut stream, &response, None).await
            }
            Broken::EchoesAfter(after) if number < *after => {
                write(&mut stream, &shared.reference.handle(request), None).await
            }
            Broken::Echoes(_) | Broken::EchoesAfter(_) => {
                let code = match &shared.broken {
                    Broken::Echoes(code) => code,
                    _ => "AccessDeniedException",
                };
                let mut echo = format!("{} {}", request.method(), request.uri());
                for (name, value) in request.headers() {
                    echo.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
                }
                write(&mut stream, &answer(400, &json!({ "__type": code, "message": echo })), None).await
            }
        };
        if goes_on.is_none() || is_last {
            return;
        }
    }
}

/// Waits until the client gives up.
async fn hold(stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    None
}

async fn large(stream: &mut (impl AsyncWrite + Unpin), size: Option<usize>) -> Option<()> {
    let chunk = [b'x'; 65_536];
    match size {
        Some(size) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.ok()?;
            for _ in 0..size / chunk.len() {
                stream.write_all(&chunk).await.ok()?;
            }
            Some(())
        }
        None => {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).await.ok()?;
            loop {
                stream.write_all(b"10000\r\n").await.ok()?;
                stream.write_all(&chunk).await.ok()?;
                stream.write_all(b"\r\n").await.ok()?;
            }
        }
    }
}

async fn drip(stream: &mut (impl AsyncWrite + Unpin)) -> Option<()> {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{";
    for byte in answer.bytes().chain(std::iter::repeat(b' ')) {
        stream.write_all(&[byte]).await.ok()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    None
}

async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    response: &http::Response<Bytes>,
    announced: Option<usize>,
) -> Option<()> {
    stream.write_all(&whole(response, announced, "")).await.ok()
}

/// An answer as it goes over the wire, with the length that is announced if it is not the body's.
fn whole(response: &http::Response<Bytes>, announced: Option<usize>, more: &str) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n{more}", response.status()).into_bytes();
    for (name, value) in response.headers().iter().filter(|(name, _)| *name != http::header::CONTENT_LENGTH) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let length = announced.unwrap_or(response.body().len());
    bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(response.body());
    bytes
}

/// Reads one request with its body.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<http::Request<Bytes>> {
    let mut bytes = Vec::new();
    let mut part = [0; 16_384];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
            _ => return None,
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut request = http::Request::builder().method(first.next()?).uri(first.next()?);
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        request = request.header(name, value.trim());
    }
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => body.extend_from_slice(&part[..read]),
            _ => return None,
        }
    }
    request.body(Bytes::from(body)).ok()
}
