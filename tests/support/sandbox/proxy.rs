//! The proxy: it leads to the account's hosts, presents certificates for them, and to nowhere else.

use super::{Shared, locked};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot::Receiver;
use tokio_rustls::TlsAcceptor;

/// Starts it in a thread of its own, and tells where it listens.
pub(super) fn start(shared: Arc<Shared>, stopped: Receiver<()>) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be started").block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
            tell.send(listener.local_addr().expect("it is bound")).expect("the test waits for it");
            tokio::select! {
                () = listen(listener, shared) => {}
                _ = stopped => {}
            }
        });
    });
    told.recv().expect("the proxy starts")
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        locked(&shared.seen).connections += 1;
        let shared = Arc::clone(&shared);
        // A client that breaks its connection is that client's affair.
        tokio::spawn(async move { lead(stream, shared).await.ok() });
    }
}

/// Leads one connection to the host that it asks for.
async fn lead(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let head = head(&mut stream).await?;
    let asked = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let host = asked.strip_suffix(":443").filter(|host| head.starts_with("CONNECT ") && is_account(host));
    let Some(host) = host else {
        locked(&shared.seen).refused_hosts.push(asked);
        return stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    };
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let stream = TlsAcceptor::from(shared.authority.server(host)).accept(stream).await?;
    let answer = service_fn(|request| answer(&shared, host, request));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    served.await.map_err(io::Error::other)
}

/// Whether a host is one of the account's: STS, Rekognition or X-Ray of a region.
fn is_account(host: &str) -> bool {
    let Some(name) = host.strip_suffix(".amazonaws.com") else { return false };
    match name.split('.').collect::<Vec<_>>()[..] {
        ["sts"] => true,
        ["sts" | "rekognition" | "xray", region] => region.split('-').count() >= 3,
        _ => false,
    }
}

/// Reads the head of a request, and not a byte more.
async fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Answers a request, or ends its connection.
async fn answer(
    shared: &Shared,
    host: &str,
    request: http::Request<Incoming>,
) -> io::Result<http::Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    // In a tunnel a client talks to the host itself, and names no other: many servers look for the path alone.
    if head.uri.scheme().is_some() {
        let refused = http::Response::builder().status(400).body(Full::from("an absolute URL in a tunnel"));
        return refused.map_err(io::Error::other);
    }
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let answer = locked(&shared.account).answer(host, http::Request::from_parts(head, body));
    answer.map(|response| response.map(Full::new)).ok_or_else(|| io::ErrorKind::ConnectionReset.into())
}
