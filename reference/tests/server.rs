//! The endpoint behind a socket.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_conformance_reference::{Config, Reference, server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Serves an endpoint while `client` runs on threads of its own.
fn served<T: Send + 'static>(config: Config, client: impl FnOnce(SocketAddr) -> T + Send + 'static) -> T {
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let reference = Arc::new(Reference::new(config).expect("the switches are known"));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server::serve(listener, reference, async {
            let _ = stopped.await;
        }));
        let answer = tokio::task::spawn_blocking(move || client(address)).await;
        drop(stop);
        within(Duration::from_secs(8), serving)
            .await
            .expect("the server does not panic")
            .expect("the server ends well");
        answer.expect("the client does not panic")
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

async fn within<F: Future>(time: Duration, future: F) -> F::Output {
    tokio::time::timeout(time, future).await.expect("it takes its time")
}

/// Sends text, and reads until the connection is closed.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(15))).expect("a timeout can be set");
    stream.write_all(request.as_bytes()).expect("the request is sent");
    let mut answer = Vec::new();
    // A reset after the answer is still an answer.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

const LIST: &str = "POST /ListResourcePolicies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

#[test]
fn it_answers_over_a_socket() {
    let answer = served(Config::default(), |address| exchange(address, LIST));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with(r#"{"ResourcePolicies":[]}"#), "{answer}");
}

#[test]
fn a_chunked_answer_has_no_length() {
    let config = Config::default().with_variant("wire.chunked");
    let answer = served(config, |address| exchange(address, LIST)).to_lowercase();
    assert!(answer.contains("transfer-encoding: chunked"), "{answer}");
    assert!(!answer.contains("content-length"), "{answer}");
}

#[test]
fn a_slow_answer_takes_a_while() {
    let config = Config::default().with_variant("wire.slow");
    let took = served(config, |address| {
        let begun = Instant::now();
        exchange(address, LIST);
        begun.elapsed()
    });
    assert!(took >= Duration::from_millis(50), "{took:?}");
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let answer = served(Config::default(), |address| {
        let announced = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            server::MAX_BODY + 1
        );
        exchange(address, &announced)
    });
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn nonsense_and_broken_connections_hurt_nobody() {
    let answer = served(Config::default(), |address| {
        for nonsense in ["nonsense\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{", "\u{0}"] {
            let mut stream = TcpStream::connect(address).expect("it listens");
            stream.write_all(nonsense.as_bytes()).expect("it is sent");
        }
        exchange(address, LIST)
    });
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_crowd_is_served() {
    const CROWD: usize = 64;
    let good = served(Config::default(), |address| {
        let clients: Vec<_> =
            (0..CROWD).map(|_| std::thread::spawn(move || exchange(address, LIST))).collect();
        clients
            .into_iter()
            .filter_map(|client| client.join().ok())
            .filter(|answer| answer.starts_with("HTTP/1.1 200"))
            .count()
    });
    assert_eq!(good, CROWD);
}

#[test]
fn an_idle_connection_does_not_hold_the_server_up() {
    let begun = Instant::now();
    let idle = served(Config::default(), |address| {
        let stream = TcpStream::connect(address).expect("it listens");
        exchange(address, LIST);
        stream
    });
    drop(idle);
    assert!(begun.elapsed() < Duration::from_secs(8));
}
