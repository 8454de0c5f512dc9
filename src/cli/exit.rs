//! How a command ends: its exit status, what it prints, and why it could not do what it was asked to.

use std::process::ExitCode;

/// The exit status of a command, as scripts see it. The first that holds counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The target conforms, or the command did what it was asked to.
    Conformant = 0,
    /// A `must` violation (with `--strict` a `should` one too), or too little coverage.
    Violations = 1,
    /// Something is wrong with the options or the configuration.
    Usage = 2,
    /// The target could not be judged.
    Unjudged = 3,
    /// Nothing was selected or judged.
    Nothing = 4,
    /// The run was interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked to, in words for people.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
}

impl Failure {
    /// Something is wrong with what the user gave.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// Nothing is selected.
    pub(super) fn nothing(message: impl Into<String>) -> Self {
        Self { exit: Exit::Nothing, message: message.into() }
    }

    /// The target cannot be judged.
    pub(super) fn unjudged(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unjudged, message: message.into() }
    }
}

/// Writes to standard output. A reader that went away is no failure of ours.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
