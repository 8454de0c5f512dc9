//! The endpoint that the environment names instead of the embedded reference.

use aws_conformance::execute::target::is_loopback;
use std::fs::File;
use std::path::Path;

/// An endpoint on this machine. Nobody else has it until this is dropped: tests would take each
/// other's room there, and each may run in a process of its own.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    _turn: File,
}

impl Endpoint {
    /// Waits for the endpoint that `AWS_CONFORMANCE_ENDPOINT_URL` names, if it names one.
    pub(crate) fn wait() -> Option<Self> {
        let url = url()?;
        assert!(is_loopback(&url), "AWS_CONFORMANCE_ENDPOINT_URL names {url}, which is not on this machine");
        let turn = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("endpoint.lock"));
        let turn = turn.expect("the target directory can be written to");
        turn.lock().expect("the lock can be taken");
        Some(Self { url, _turn: turn })
    }
}

/// What the environment names, without waiting for it.
pub(crate) fn url() -> Option<String> {
    let url = std::env::var("AWS_CONFORMANCE_ENDPOINT_URL").ok()?;
    Some(url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty())
}
