//! The reports that a run writes: each of a kind, to a path.

use super::exit::Failure;
use super::output::Output;
use crate::report::{self, HistoryEntry, Report};
use crate::rules::nearest;
use clap::ValueEnum;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A kind of report and where it goes.
#[derive(Clone, Debug)]
pub(super) struct ReportTo {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Text,
    Json,
    Junit,
    Html,
    Markdown,
    Sarif,
    Badge,
    /// A folder, with a script for each finding.
    Scripts,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').ok_or("KIND=PATH, as in json=report.json")?;
        let kind = Kind::from_str(name, false).map_err(|_| {
            let kinds = Kind::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = kinds.map(|kind| kind.get_name().to_owned()).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            format!("{name:?} is no kind of report: {}{near}", names.join(", "))
        })?;
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(Self { kind, path: PathBuf::from(path) })
    }
}

impl ReportTo {
    /// Whether it goes to standard output.
    pub(super) fn is_stdout(&self) -> bool {
        self.kind != Kind::Scripts && self.path.as_os_str() == "-"
    }

    /// Opens where it goes.
    pub(super) fn open(&self) -> Result<OpenReport<'_>, Failure> {
        let place = match self.kind {
            Kind::Scripts => std::fs::create_dir_all(&self.path).map(|()| None),
            _ => Output::open(&self.path).map(Some),
        };
        Ok(OpenReport { to: self, place: place.map_err(|error| self.unwritable(&error))? })
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        Failure::usage(format!("the report {} cannot be written: {error}", self.path.display()))
    }
}

/// A report whose place is known to take it: opened before anything is sent.
pub(super) struct OpenReport<'a> {
    to: &'a ReportTo,
    /// None: a folder.
    place: Option<Output>,
}

impl OpenReport<'_> {
    /// Writes it; the runs before are plotted.
    pub(super) fn write(self, report: &Report<'_>, history: &[HistoryEntry]) -> Result<(), Failure> {
        let written = match self.place {
            None => write_scripts(report, &self.to.path),
            Some(place) => place.write(|out| match self.to.kind {
                Kind::Text => report::text(report, out),
                Kind::Json => report::write_json(&report::json(report), out),
                Kind::Junit => report::write_junit(report, out),
                Kind::Html => report::html(report, history, out),
                Kind::Markdown => report::markdown(report, out),
                Kind::Sarif => report::write_json(&report::sarif(report), out),
                Kind::Badge => report::write_json(&report::badge(report), out),
                Kind::Scripts => Ok(()),
            }),
        };
        written.map_err(|error| self.to.unwritable(&error))
    }
}

/// Writes an executable script for each finding into a folder.
fn write_scripts(report: &Report<'_>, folder: &Path) -> io::Result<()> {
    for (name, script) in report.scripts() {
        let path = folder.join(name);
        Output::open(&path)?.write(|out| out.write_all(script.as_bytes()))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
