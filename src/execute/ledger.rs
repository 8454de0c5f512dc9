//! The ledger: what a run may create, change and remove, and the journal that survives a crash.

use crate::execute::target::Target;
use aws_conformance_generators::plan::Service;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What everything that any run creates is called by first.
pub const PREFIX: &str = "awsc-";

/// What one run owns on a target.
#[derive(Debug)]
pub struct Ledger {
    prefix: String,
    cases: AtomicU64,
    journal: Option<Journal>,
    /// Names without the prefix that the run may create, because they were free when it asked.
    owned: Mutex<BTreeSet<String>>,
    /// Whether something that the run made could not be removed.
    left: AtomicBool,
    /// What was there before the run, by region and name: never changed or removed.
    preexisting: Mutex<BTreeSet<(String, String)>>,
}

impl Ledger {
    /// The ledger of a new run. A target whose state outlives the process gets a journal.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn open(target: &Target, journal: Option<&Path>) -> Result<Self, JournalError> {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = (started.as_millis() as u64) << 16 ^ u64::from(std::process::id());
        let prefix = format!("{PREFIX}{:09x}", run & 0xf_ffff_ffff);
        let journal = match journal {
            Some(path) if target.is_persistent() => Some(Journal::create(path, target, &prefix)?),
            _ => None,
        };
        Ok(Self {
            prefix,
            cases: AtomicU64::new(0),
            journal,
            owned: Mutex::default(),
            left: AtomicBool::new(false),
            preexisting: Mutex::default(),
        })
    }

    /// What this run's names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A stem for the names of one more case, as no other case has it.
    pub fn stem(&self) -> String {
        format!("{}-{:x}", self.prefix, self.cases.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether something was there before the run, and is somebody else's.
    pub fn is_preexisting(&self, region: &str, name: &str) -> bool {
        let preexisting = self.preexisting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        preexisting.contains(&(region.to_owned(), name.to_owned()))
    }

    /// Declares what was in a region before the run touched it. What carries a run's prefix is format_failures from
    /// this run's own by its name, and needs no remembering.
    pub fn declare_preexisting(&self, region: &str, names: impl IntoIterator<Item = String>) {
        let mut preexisting = self.preexisting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        preexisting.extend(
            names.into_iter().filter(|name| !name.starts_with(PREFIX)).map(|name| (region.to_owned(), name)),
        );
    }

    /// Claims a name that is about to be created. The claim is on disk when this returns.
    ///
    /// # Errors
    /// When the name belongs to somebody else, or the journal cannot be written.
    pub fn claim(&self, service: Service, region: &str, name: &str) -> Result<(), ClaimError> {
        if self.is_preexisting(region, name) {
            return Err(ClaimError::Foreign(name.to_owned()));
        }
        // The journal's first line, synced before anything is sent, claims every name with the prefix.
        if name.starts_with(&self.prefix) {
            return Ok(());
        }
        let mut owned = self.owned.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if owned.insert(name.to_owned())
            && let Some(journal) = &self.journal
        {
            journal.append(&Entry::Name { service, region: region.to_owned(), name: name.to_owned() })?;
        }
        Ok(())
    }

    /// Whether the run may remove what is called this.
    pub fn owns(&self, region: &str, name: &str) -> bool {
        let owned = self.owned.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        !self.is_preexisting(region, name) && (name.starts_with(&self.prefix) || owned.contains(name))
    }

    /// Whether what is called this may come from a request of the run's: it is the run's own, or an own
    /// name that was cut short or written in another case. Everything else is somebody else's, who may
    /// be at work at the same time.
    pub fn resembles_own(&self, region: &str, name: &str) -> bool {
        if self.is_preexisting(region, name) {
            return false;
        }
        let resembles = |own: &str| own.trim().to_lowercase().starts_with(&name.trim().to_lowercase());
        let owned = self.owned.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        name.trim().to_lowercase().starts_with(&self.prefix)
            || resembles(&self.prefix)
            || owned.iter().any(|own| resembles(own))
    }

    /// Remembers that something which the run made could not be removed.
    pub fn leave_behind(&self) {
        self.left.store(true, Ordering::Relaxed);
    }

    /// Whether something that the run made is known to be left, or may be.
    pub fn has_left(&self) -> bool {
        self.left.load(Ordering::Relaxed)
    }

    /// Removes the journal of a run that left nothing behind; the path of one that has to stay.
    pub fn close(self) -> Option<PathBuf> {
        let journal = self.journal?;
        if self.left.into_inner() {
            return Some(journal.path);
        }
        journal.remove();
        None
    }
}

/// Why a name may not be created.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// It was there before the run.
    #[error("{0:?} was there before the run and is not touched")]
    Foreign(String),
    /// The claim could not be written down.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What is wrong with a journal.
#[derive(Debug, thiserror::Error)]
#[error("the journal {path} cannot be {action}: {source}")]
pub struct JournalError {
    path: PathBuf,
    action: &'static str,
    source: io::Error,
}

#[derive(Debug)]
struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

/// One line of a journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// The first: where the run sends to, and what its names begin with.
    Run { endpoints: BTreeMap<Service, String>, region: String, prefix: String },
    /// A name without the prefix.
    Name { service: Service, region: String, name: String },
    /// Another region than the run's own that is used.
    Region { region: String },
}

impl Journal {
    fn create(directory: &Path, target: &Target, prefix: &str) -> Result<Self, JournalError> {
        let path = directory.join(format!("{prefix}.jsonl"));
        let written = |source| JournalError { path: path.clone(), action: "written", source };
        std::fs::create_dir_all(directory).map_err(written)?;
        let file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(written)?;
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
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(written)?;
        Ok(journal)
    }

    fn append(&self, entry: &Entry) -> Result<(), JournalError> {
        let written = |source| JournalError { path: self.path.clone(), action: "written", source };
        let mut line = serde_json::to_vec(entry).map_err(|error| written(error.into()))?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.write_all(&line).and_then(|()| file.sync_data()).map_err(written)
    }

    fn remove(self) {
        // A journal that stays costs one needless sweep, so failing to remove it is no error.
        let _ = std::fs::remove_file(self.path);
    }
}

impl Ledger {
    /// Writes down that another region is used.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn enter_region(&self, region: &str) -> Result<(), JournalError> {
        match &self.journal {
            Some(journal) => journal.append(&Entry::Region { region: region.to_owned() }),
            None => Ok(()),
        }
    }
}

/// What an earlier run may have left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftovers {
    /// The journal's path.
    pub journal: PathBuf,
    /// Where the run sent to.
    pub endpoints: BTreeMap<Service, String>,
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
    let read = |path: &Path, source| JournalError { path: path.to_owned(), action: "read", source };
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(read(directory, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| read(directory, error))?.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| read(&path, error))?;
        found.extend(Leftovers::parse(path, &bytes));
    }
    found.sort_by(|a, b| a.journal.cmp(&b.journal));
    Ok(found)
}

impl Leftovers {
    /// What a journal of these bytes says; nothing if it is none.
    pub fn parse(journal: PathBuf, bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let Some(Entry::Run { endpoints, region, prefix }) = lines.next() else { return None };
        let (mut regions, mut names) = (BTreeSet::from([region]), BTreeSet::new());
        for line in lines {
            match line {
                Entry::Name { service, region, name } => drop(names.insert((service, region, name))),
                Entry::Region { region } => drop(regions.insert(region)),
                Entry::Run { .. } => {}
            }
        }
        Some(Self { journal, endpoints, prefix, regions, names })
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
