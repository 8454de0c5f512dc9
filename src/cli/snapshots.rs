//! The folder of response shapes: an insta snapshot for each outcome, `service.Operation.outcome.snap`.

use super::exit::Failure;
use super::output::Output;
use crate::exchange::untrusted::{Redaction, visible_json};
use crate::exchange::{Shapes, changes};
use crate::results::ShapeChange;
use clap::Args;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// Where shapes are kept, and whether they may change.
#[derive(Clone, Debug, Args)]
pub(super) struct Snapshots {
    /// Compare the shape of each outcome that is reached with its insta snapshot in this folder. What is new
    /// or changed is written beside it as .snap.new, for `cargo insta review` in a Cargo package that holds the
    /// folder; INSTA_UPDATE=always accepts it at once, INSTA_UPDATE=no writes nothing
    #[arg(long = "snapshots", value_name = "DIR", help_heading = "Reports")]
    folder: Option<PathBuf>,
    /// A shape that is new or changed fails the run, and nothing is written
    #[arg(long = "check-snapshots", requires = "folder", help_heading = "Gates")]
    pub(super) check: bool,
}

/// What becomes of a shape that is new or changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Update {
    /// It waits beside the snapshot until somebody accepts it.
    Pending,
    Accepted,
    None,
}

impl Snapshots {
    /// Makes the folder, so that one that cannot be used is known before anything is sent.
    pub(super) fn open(&self) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if self.check && !folder.is_dir() {
            return Err(Failure::usage(format!(
                "{} is no folder: --snapshots without --check-snapshots makes it",
                folder.display()
            )));
        }
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))
    }

    /// The shapes that are new or changed.
    pub(super) fn compare(
        &self,
        shapes: &Shapes,
        redaction: &Redaction,
    ) -> Result<Vec<ShapeChange>, Failure> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let update = match std::env::var("INSTA_UPDATE").as_deref() {
            _ if self.check => Update::None,
            Ok("always" | "1") => Update::Accepted,
            Ok("no") => Update::None,
            _ => Update::Pending,
        };
        let mut all = Vec::new();
        for (outcome, shape) in &shapes.0 {
            let path = folder.join(format!("{outcome}.snap"));
            let shape = redaction.clean_json(shape.clone());
            let before = read(&path).map_err(|error| unusable(&path, &error))?;
            let pending = path.with_extension("snap.new");
            let changes = before.as_ref().map(|before| changes(before, &shape)).unwrap_or_default();
            let is_same = before.is_some() && changes.is_empty();
            let written = match update {
                Update::None => Ok(()),
                Update::Pending if !is_same => write(&pending, outcome, &shape),
                Update::Accepted if !is_same => write(&path, outcome, &shape).and_then(|()| remove(&pending)),
                // Nothing is left that waits to be accepted.
                Update::Pending | Update::Accepted => remove(&pending),
            };
            written.map_err(|error| unusable(folder, &error))?;
            if !is_same {
                all.push(ShapeChange { outcome: outcome.clone(), is_new: before.is_none(), changes });
            }
        }
        Ok(all)
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("the snapshots {} cannot be used: {error}", path.display()))
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The shape in a snapshot; none where there is no such file.
fn read(path: &Path) -> io::Result<Option<Value>> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?.replace("\r\n", "\n"),
    };
    // What stands between the first two lines of hyphens is insta's.
    let content = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n"));
    let content = content.map_or(text.as_str(), |(_, content)| content);
    serde_json::from_str(content).map(Some).map_err(io::Error::other)
}

fn write(path: &Path, outcome: &str, shape: &Value) -> io::Result<()> {
    let shape = serde_json::to_string_pretty(shape)?;
    Output::open(path)?.write(|out| {
        writeln!(out, "---\nsource: aws-conformance\ndescription: {outcome}\n---")?;
        shape.lines().try_for_each(|line| writeln!(out, "{}", visible_json(line)))
    })
}
