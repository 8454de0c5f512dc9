//! An exchange in a line of the log.

use super::sign::WireRequest;
use crate::exchange::Reply;
use crate::exchange::untrusted::{Redaction, escape};
use std::fmt;
use std::time::Duration;

/// The most characters of a body.
const LONGEST: usize = 1_000;

/// An exchange as it is logged: without secrets, on one line, and bounded.
pub(super) struct Logged<'a> {
    pub(super) request: &'a WireRequest,
    pub(super) reply: &'a Reply,
    pub(super) took: Duration,
    pub(super) redaction: Redaction,
}

impl Logged<'_> {
    fn body(&self, bytes: &[u8]) -> String {
        escape(&self.redaction.clean(&String::from_utf8_lossy(bytes)), LONGEST)
    }
}

impl fmt::Display for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, reply, took, redaction } = self;
        let milliseconds = took.as_secs_f64() * 1000.0;
        let path = escape(&redaction.clean(&request.uri().to_string()), LONGEST);
        write!(f, "{} {path} ", request.method())?;
        // In AWS JSON the path says nothing of the operation.
        if let Some(target) = request.headers().get("x-amz-target") {
            write!(f, "{} ", self.body(target.as_bytes()))?;
        }
        write!(f, "{} -> ", self.body(request.body()))?;
        match reply {
            Ok(response) => {
                let code = response.code().map(|code| format!(" {}", self.body(code.as_bytes())));
                let (code, body) = (code.unwrap_or_default(), self.body(&response.body));
                write!(f, "HTTP {}{code} in {milliseconds:.1} ms {body}", response.status)
            }
            Err(error) => {
                write!(f, "no response in {milliseconds:.1} ms: {}", self.body(error.detail.as_bytes()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Response;
    use crate::exchange::untrusted::is_hidden;
    use bytes::Bytes;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_shows_no_secret_and_is_bounded(before in any::<String>(), long in 0usize..3_000) {
            let secret = "planted-secret";
            let body = format!("{before}{}{secret}", "x".repeat(long));
            let request = http::Request::post("http://127.0.0.1:1/Put")
                .header("authorization", secret)
                .header("x-amz-target", "RekognitionService.PutProjectPolicy")
                .body(Bytes::from(body.clone()))
                .expect("it is a request");
            let reply = Ok(Response::new(400, vec![("x-amzn-errortype".to_owned(), body.clone())], body.into_bytes()));
            let redaction = Redaction::of([secret]);
            let line = Logged { request: &request, reply: &reply, took: Duration::from_micros(1_500), redaction };
            let line = line.to_string();
            prop_assert!(!line.contains(secret) && !line.chars().any(is_hidden), "{line}");
            prop_assert!(line.chars().count() < 4 * LONGEST, "{line}");
            prop_assert!(line.contains(" RekognitionService.PutProjectPolicy "), "{line}");
            prop_assert!(line.contains("HTTP 400") && line.contains(" in 1.5 ms "), "{line}");
        }
    }
}
