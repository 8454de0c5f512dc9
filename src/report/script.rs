//! Reproduction: a finding as a line or a script to paste into a shell.
//!
//! A script starts from the evidence: it sends the requests of the case as they were sent, captures
//! with jq what the server makes anew (revision ids, project ARNs, tokens), sends the judged call,
//! shows the answer and removes what it made. Its exit status is 1 where the violation shows, 0 where
//! it does not and 2 where that cannot be told. It is POSIX shell, names credentials by their
//! environment variables alone, and holds nothing that a terminal would act on.

mod cli;
mod decision;
mod replay;
mod request;
mod shell;
#[cfg(test)]
mod tests;
mod writer;

pub use request::curl;
pub use writer::{around, aws_cli, script};
