//! `diff`: what differs between two reports.

use super::exit::{Exit, Failure, print};
use super::files::read_report;
use super::format::Format;
use crate::report::{Difference, write_json};
use clap::Args;
use std::path::PathBuf;

/// Options of `diff`.
#[derive(Debug, Args)]
pub(super) struct DiffOptions {
    /// The JSON report of the earlier run, or of the one target
    #[arg(value_name = "A.json")]
    a: PathBuf,
    /// The JSON report of the later run, or of the other target
    #[arg(value_name = "B.json")]
    b: PathBuf,
    /// Fail too where what conforms was answered otherwise: by another outcome, or in another shape
    #[arg(long)]
    answers: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn diff(options: &DiffOptions) -> Result<Exit, Failure> {
    let difference = Difference::between(&read_report(&options.a)?, &read_report(&options.b)?);
    let mut out = Vec::new();
    let written = match options.format {
        Format::Text => difference.text(&mut out),
        Format::Json => serde_json::to_value(&difference)
            .map_err(std::io::Error::from)
            .and_then(|value| write_json(&value, &mut out)),
    };
    written.map_err(|error| Failure::usage(error.to_string()))?;
    print(&String::from_utf8_lossy(&out))?;
    let fails = difference.worse || options.answers && difference.is_answered_otherwise();
    Ok(if fails { Exit::Violations } else { Exit::Conformant })
}
