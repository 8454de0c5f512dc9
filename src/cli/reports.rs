//! The reports that a run writes: each of a kind, to a path.

use super::exit::Failure;
use super::output::Output;
use crate::report::{self, HistoryEntry, Report};
use crate::rules::nearest;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A kind of report and where it goes.
#[derive(Clone, Debug)]
pub(super) struct ReportTo {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

const KINDS: [(&str, Kind); 8] = [
    ("text", Kind::Text),
    ("json", Kind::Json),
    ("junit", Kind::Junit),
    ("html", Kind::Html),
    ("markdown", Kind::Markdown),
    ("sarif", Kind::Sarif),
    ("badge", Kind::Badge),
    ("scripts", Kind::Scripts),
];

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').ok_or("KIND=PATH, as in json=report.json")?;
        let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == name) else {
            let names = KINDS.map(|(known, _)| known);
            let near = nearest(name, names.into_iter()).map(|near| format!("; did you mean {near}?"));
            let names = names.join(", ");
            return Err(format!("{name:?} is no kind of report: {names}{}", near.unwrap_or_default()));
        };
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(Self { kind: *kind, path: PathBuf::from(path) })
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
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}
