//! `serve` among clients that are none of the polite ones.

use crate::support::endpoint;
use crate::support::program::{Running, Served, User};
use aws_conformance_generators::plan::Service;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

/// Whether the endpoint answers as it should.
#[track_caller]
fn check_alive(url: &str) {
    let (status, answer) =
        endpoint::call(url, Service::Xray, "ListResourcePolicies", "us-east-1", &json!({}));
    assert_eq!(status, 200, "{answer}");
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time can be set");
    stream
}

#[test]
fn two_hundred_clients_at_once_are_all_answered() {
    let served = Served::start();
    // These say nothing, and stay.
    let silent: Vec<TcpStream> = (0..200).map(|_| connect(&served.url)).collect();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..200)
            .map(|number| {
                let url = served.url.as_str();
                scope.spawn(move || {
                    let region = format!("region-{number}");
                    let name = format!("client-{number}");
                    let input =
                        json!({ "PolicyName": name, "PolicyDocument": crate::support::xray_document() });
                    let put = endpoint::call(url, Service::Xray, "PutResourcePolicy", &region, &input);
                    let list =
                        endpoint::call(url, Service::Xray, "ListResourcePolicies", &region, &json!({}));
                    (put.0, list.0, list.1["ResourcePolicies"][0]["PolicyName"] == name)
                })
            })
            .collect();
        for client in clients {
            assert_eq!(client.join().expect("no client panics"), (200, 200, true));
        }
    });
    drop(silent);
    check_alive(&served.url);
}

#[test]
fn bytes_that_are_no_request_are_turned_away() {
    let served = Served::start();
    let requests: [&[u8]; 8] = [
        b"\0\0\0\0",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 18446744073709551615\r\n\r\n",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\nhost: b\r\nx-amz-target: \xff\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x04\xff\0\0\0\0\0junk",
    ];
    for request in requests {
        let mut stream = connect(&served.url);
        // It may close before it has read everything.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    check_alive(&served.url);
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let served = Served::start();
    let mut stream = connect(&served.url);
    let head = "POST /ListResourcePolicies HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("it reads heads");
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).expect("it answers");
    assert!(line.contains("413"), "{line}");
    check_alive(&served.url);
}

#[test]
fn it_listens_on_this_machine_alone() {
    let user = User::new();
    let mut server = Running::start(&mut user.suite(&["serve"]));
    let url = server.first_line();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
}

#[test]
fn it_stops_cleanly_when_asked_even_with_connections_open() {
    let user = User::new();
    let mut server = Running::start(&mut user.suite(&["serve", "--addr", "127.0.0.1:0"]));
    let url = &server.first_line();
    check_alive(url);
    let mut half = connect(url);
    half.write_all(b"POST /ListResourcePolicies HTTP/1.1\r\ncontent-length: 10\r\n\r\n{").expect("it reads");
    let _idle = connect(url);
    let asked = Instant::now();
    let kill = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status();
    assert!(kill.expect("kill starts").success());
    let status = server.child.wait().expect("it can be waited for");
    assert_eq!(status.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    assert!(!endpoint::listens(url));
}
