//! What the environment says, and whether what is said is an account or a region.

use super::exit::Failure;

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What asynchronous work of a command runs on.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unjudged(format!("no runtime can be started: {error}")))
}

/// An account id, if it is one.
pub(super) fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account id has 12 digits".to_owned())
    }
}

/// Fails where a text is no region's name.
pub(super) fn is_region(text: &str) -> Result<(), Failure> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        true => Ok(()),
        false => Err(Failure::usage(format!("{text:?} is no region: letters, digits and hyphens"))),
    }
}
