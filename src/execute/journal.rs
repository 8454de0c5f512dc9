//! The journal of a run, which survives a crash: where it sends to, and what it creates.

use super::target::Target;
use aws_conformance_generators::plan::Service;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::service::PREFIX;

/// What is wrong with a journal.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the journal {path} cannot be {action}: {source}")]
pub struct JournalError {
    path: PathBuf,
    action: &'static str,
    source: Arc<io::Error>,
}

/// An error of a journal that could not be read or written.
fn cannot(action: &'static str, path: &Path) -> impl Fn(io::Error) -> JournalError {
    move |source| JournalError { path: path.to_owned(), action, source: Arc::new(source) }
}

/// A run's journal, open for writing.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) path: PathBuf,
    file: Mutex<File>,
}

/// One line of a journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// The first: where the run sends to, and what its names begin with.
    Run { endpoints: BTreeMap<Service, String>, region: String, prefix: String },
    /// Something is about to be created in a service for the first time.
    Creates { service: Service },
    /// A name without the prefix.
    Name { service: Service, region: String, name: String },
    /// Another region than the run's own that is used.
    Region { region: String },
}

impl Journal {
    pub(super) fn create(directory: &Path, target: &Target, prefix: &str) -> Result<Self, JournalError> {
        let path = directory.join(format!("{prefix}.jsonl"));
        let written = cannot("written", &path);
        std::fs::create_dir_all(directory).map_err(&written)?;
        let file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(&written)?;
        // A file system without locks costs no more than a sweep that comes too early.
        let _ = file.try_lock();
        let journal = Self { path: path.clone(), file: Mutex::new(file) };
        journal.append(&Entry::Run {
            endpoints: Service::ALL
                .into_iter()
                .map(|service| (service, target.url(service).to_owned()))
                .collect(),
            region: target.region.clone(),
            prefix: prefix.to_owned(),
        })?;
        // The directory's entry has to survive as well as the file's content.
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(&written)?;
        Ok(journal)
    }

    /// Writes an entry; it is on disk when this returns.
    pub(super) fn append(&self, entry: &Entry) -> Result<(), JournalError> {
        let written = cannot("written", &self.path);
        let mut line = serde_json::to_vec(entry).map_err(|error| written(error.into()))?;
        line.push(b'\n');
        let mut file = self.file.lock();
        file.write_all(&line).and_then(|()| file.sync_data()).map_err(&written)
    }

    pub(super) fn remove(self) {
        // A journal that stays costs one needless sweep, so failing to remove it is no error.
        let _ = std::fs::remove_file(self.path);
    }
}

/// What an earlier run may have left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftovers {
    /// The journal's path.
    pub journal: PathBuf,
    /// Where the run sent to.
    pub endpoints: BTreeMap<Service, String>,
    /// The services in which it created anything.
    pub services: BTreeSet<Service>,
    /// What its names begin with.
    pub prefix: String,
    /// The regions that it used.
    pub regions: BTreeSet<String>,
    /// Names without the prefix.
    pub names: BTreeSet<(Service, String, String)>,
}

/// The journals in a directory. A last line that was cut off by a crash names nothing that was
/// created, and is passed over; so are files that are no journal.
///
/// # Errors
/// When the directory or a journal cannot be read.
pub fn leftovers(directory: &Path) -> Result<Vec<Leftovers>, JournalError> {
    let read = cannot("read", directory);
    let mut found = Vec::new();
    for entry in if_there(std::fs::read_dir(directory)).map_err(&read)?.into_iter().flatten() {
        let path = entry.map_err(&read)?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.extend(Leftovers::read(path)?);
        }
    }
    found.sort_by(|a, b| a.journal.cmp(&b.journal));
    Ok(found)
}

/// What was read, if it is there.
fn if_there<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// Who uses a journal.
#[derive(Debug)]
pub enum Use {
    /// Whoever has this, and nobody else as long as it is there.
    Own(File),
    /// Its run, or another sweep of it, which goes on.
    Other,
    /// Nobody: it is gone.
    Gone,
}

/// Takes a journal, so that what goes on is not swept, and nothing is swept twice at the same time.
///
/// # Errors
/// When it cannot be read.
pub fn take(journal: &Path) -> Result<Use, JournalError> {
    let file = if_there(File::open(journal)).map_err(cannot("read", journal))?;
    let Some(file) = file else { return Ok(Use::Gone) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(Use::Other),
        // It may have been removed before it was locked. Where there are no locks, it is nobody else's.
        Ok(()) | Err(TryLockError::Error(_)) if journal.exists() => Ok(Use::Own(file)),
        _ => Ok(Use::Gone),
    }
}

impl Leftovers {
    /// What no journal names: by itself it covers nothing.
    pub fn unknown(target: &Target) -> Self {
        let services = Service::ALL.into_iter().filter(|service| target.has(*service));
        Self {
            journal: PathBuf::new(),
            endpoints: services.clone().map(|service| (service, target.url(service).to_owned())).collect(),
            services: services.collect(),
            prefix: PREFIX.to_owned(),
            regions: BTreeSet::from([target.region.clone()]),
            names: BTreeSet::new(),
        }
    }

    /// What a journal says; nothing if it is none, or gone.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(journal: PathBuf) -> Result<Option<Self>, JournalError> {
        let bytes = if_there(std::fs::read(&journal)).map_err(cannot("read", &journal))?;
        Ok(bytes.and_then(|bytes| Self::parse(journal, &bytes)))
    }

    /// What a journal of these bytes says; nothing if it is none.
    pub fn parse(journal: PathBuf, bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let Some(Entry::Run { endpoints, region, prefix }) = lines.next() else { return None };
        let (mut regions, mut names) = (BTreeSet::from([region]), BTreeSet::new());
        let mut services = BTreeSet::new();
        for line in lines {
            match line {
                Entry::Creates { service } => drop(services.insert(service)),
                Entry::Name { service, region, name } => drop(names.insert((service, region, name))),
                Entry::Region { region } => drop(regions.insert(region)),
                Entry::Run { .. } => {}
            }
        }
        Some(Self { journal, endpoints, services, prefix, regions, names })
    }

    /// Whether the run that left this may have created what is called this.
    pub fn covers(&self, service: Service, region: &str, name: &str) -> bool {
        (self.prefix.starts_with(PREFIX)
            && self.prefix.len() > PREFIX.len()
            && name.starts_with(&self.prefix))
            || self.names.contains(&(service, region.to_owned(), name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RUN: &str = r#"{"run":{"endpoints":{"xray":"http://127.0.0.1:1"},"region":"r","prefix":"awsc-1"}}"#;

    proptest! {
        #[test]
        fn any_bytes_are_a_journal_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Leftovers::parse(PathBuf::new(), &bytes);
            // A run that names its prefix covers nothing else, whatever stands behind its line.
            let journal = [RUN.as_bytes(), b"\n", &bytes].concat();
            let left = Leftovers::parse(PathBuf::new(), &journal);
            prop_assert!(left.is_some_and(|left| !left.covers(Service::Xray, "r", "somebody-else")));
        }

        #[test]
        fn a_short_prefix_covers_nothing(prefix in "(awsc-?|a?w?)", name in "[a-z-]{0,8}") {
            let run = RUN.replace("awsc-1", &prefix);
            let left = Leftovers::parse(PathBuf::new(), run.as_bytes());
            prop_assert!(left.is_none_or(|left| !left.covers(Service::Xray, "r", &name)));
        }
    }
}
