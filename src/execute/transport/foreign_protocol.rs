//! What something that does not speak HTTP says first, in words.

use crate::exchange::untrusted::escaped;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long to wait for the first bytes.
const PATIENCE: Duration = Duration::from_secs(1);

/// What answers a plain request at a URL that is not HTTPS, if it is something that can be told.
pub(crate) async fn foreign_protocol(url: &str) -> Option<String> {
    let parsed: http::Uri = url.parse().ok().filter(|uri: &http::Uri| uri.scheme_str() == Some("http"))?;
    let host = parsed.host()?.trim_matches(['[', ']']);
    let port = parsed.port_u16().unwrap_or(80);
    let stream = timeout(PATIENCE, TcpStream::connect((host, port))).await.ok()?.ok()?;
    let request = format!("OPTIONS / HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\n\r\n", parsed.authority()?);
    // What greets without being asked may have closed its side already.
    if timeout(PATIENCE, stream.writable()).await.is_ok() {
        let _ = stream.try_write(request.as_bytes());
    }
    let mut bytes = [0; 80];
    timeout(PATIENCE, stream.readable()).await.ok()?.ok()?;
    let read = stream.try_read(&mut bytes).ok()?;
    describe(&bytes[..read])
}

/// What the first bytes of a connection are.
fn describe(bytes: &[u8]) -> Option<String> {
    // The head of a frame of HTTP/2 on stream 0: SETTINGS or GOAWAY.
    let is_http2 = bytes.len() >= 9 && bytes[0] == 0 && matches!(bytes[3], 4 | 7) && bytes[5..9] == [0; 4];
    Some(match bytes {
        [] => return None,
        _ if is_http2 => "it speaks HTTP/2 without TLS, and HTTP/1.1 is needed".to_owned(),
        [0x15 | 0x16, 3, ..] => "it speaks TLS: the URL has to begin with https://".to_owned(),
        _ if bytes.starts_with(b"HTTP/") => return None,
        _ => {
            let text = String::from_utf8_lossy(bytes);
            format!("it says {:?} first, which is no HTTP", escaped(text.trim_end()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::describe;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_can_be_told_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let words = describe(&bytes);
            prop_assert!(words.is_none_or(|words| !words.chars().any(char::is_control)));
        }
    }
}
