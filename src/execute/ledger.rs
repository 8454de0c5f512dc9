//! The ledger: what a run may create, change and remove, and what it could not remove.

pub use super::journal::{JournalError, Leftovers, PREFIX, leftovers};

use super::bindings::{CaseBindings, plain};
use super::error::StepError;
use super::journal::{Entry, Journal};
use super::place::Place;
use super::target::Target;
use crate::exchange::untrusted::bounded;
use aws_conformance_generators::plan::Service;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What one run owns on a target.
#[derive(Debug)]
pub struct Ledger {
    prefix: String,
    cases: AtomicU64,
    journal: Option<Journal>,
    entries: Mutex<Entries>,
}

/// A name of a service and region.
type Named = (Service, String, String);

fn named(place: &Place, name: &str) -> Named {
    (place.resource.service, place.region.clone(), name.to_owned())
}

#[derive(Debug, Default)]
struct Entries {
    /// What was there before the run: never changed or removed.
    preexisting: BTreeSet<Named>,
    /// Names without the run's prefix that it may create, with the stem of the case that last did.
    claims: BTreeMap<Named, String>,
    /// The stems of cases and leases that are not torn down yet.
    live: BTreeSet<String>,
    /// The services in which something was created.
    services: BTreeSet<Service>,
    /// What the run made, or may have made, and could not remove: what and where it is, and why.
    left: BTreeMap<Named, String>,
}

/// So many hexadecimal digits tell runs apart.
const RUN: usize = 9;

/// The most bytes of a left-over's identity, and of the reason, that are kept.
const LONGEST: usize = 512;

/// Whose a listed resource is, as a case sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The case's own: it may be removed.
    Case,
    /// It looks like something that the case sent, too little so to be removed.
    Resembling,
    /// Another case's, or left behind by an earlier one.
    Run,
    /// Somebody else's.
    Other,
}

impl Ledger {
    /// The ledger of a new run. A target whose state outlives the process gets a journal.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn open(target: &Target, journal: Option<&Path>) -> Result<Self, JournalError> {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = (started.as_millis() as u64) << 16 ^ u64::from(std::process::id());
        let prefix = format!("{PREFIX}{:0RUN$x}", run & 0xf_ffff_ffff);
        let journal = match journal {
            Some(path) if target.is_persistent() => Some(Journal::create(path, target, &prefix)?),
            _ => None,
        };
        Ok(Self { prefix, cases: AtomicU64::new(0), journal, entries: Mutex::default() })
    }

    fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        self.journal.as_ref().map_or(Ok(()), |journal| journal.append(entry))
    }

    /// What this run's names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A stem for the names of one more case or lease, as no other has it, until [`Self::release`].
    pub(super) fn stem(&self) -> String {
        let stem = format!("{}-{:x}", self.prefix, self.cases.fetch_add(1, Ordering::Relaxed));
        self.entries.lock().live.insert(stem.clone());
        stem
    }

    /// What a case or lease made is removed, or known to be left behind.
    pub(super) fn release(&self, stem: &str) {
        self.entries.lock().live.remove(stem);
    }

    /// Writes down that another region is used.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn enter_region(&self, region: &str) -> Result<(), JournalError> {
        self.write(&Entry::Region { region: region.to_owned() })
    }

    /// Writes down that something is about to be created in a service.
    pub(super) fn creates(&self, service: Service) -> Result<(), JournalError> {
        if self.entries.lock().services.insert(service) {
            self.write(&Entry::Creates { service })
        } else {
            Ok(())
        }
    }

    /// Whether anything may have been created in a service.
    pub(super) fn has_created(&self, service: Service) -> bool {
        self.entries.lock().services.contains(&service)
    }

    /// Declares what was in a region before the run touched it. What carries a run's prefix is told from
    /// this run's own by its name, and needs no remembering.
    pub(super) fn declare_preexisting(&self, place: &Place, names: &[String]) {
        let names = names.iter().filter(|name| !name.starts_with(PREFIX));
        self.entries.lock().preexisting.extend(names.map(|name| named(place, name)));
    }

    /// Claims a name for a case that is about to create it. The claim is on disk when this returns.
    ///
    /// # Errors
    /// When it may not be created, or the journal cannot be written.
    pub(super) fn claim(&self, place: &Place, name: &str, stem: &str) -> Result<(), StepError> {
        let key = named(place, name);
        let refused = |error: fn(String) -> StepError| Err(error(bounded(name, LONGEST).into_owned()));
        let mut entries = self.entries.lock();
        if entries.preexisting.contains(&key) {
            return refused(StepError::Preexisting);
        }
        if entries.left.contains_key(&key) {
            return refused(StepError::LeftBehind);
        }
        // The journal's first line, synced before anything is sent, claims every name with the prefix.
        if name.starts_with(&self.prefix) {
            return Ok(());
        }
        if let Some(other) = entries.claims.get(&key) {
            if other != stem && entries.live.contains(other) {
                return refused(StepError::InUse);
            }
        } else {
            let (service, region, name) = key.clone();
            self.write(&Entry::Name { service, region, name })?;
        }
        entries.claims.insert(key, stem.to_owned());
        Ok(())
    }

    /// Whose a listed resource of this identity and name is, as a case sees it.
    pub(super) fn owner(&self, place: &Place, identity: &Value, name: &str, case: &CaseBindings) -> Owner {
        let entries = self.entries.lock();
        let key = named(place, name);
        if entries.preexisting.contains(&key) {
            return Owner::Other;
        }
        if entries.left.contains_key(&key) {
            return Owner::Run;
        }
        if let Some(stem) = entries.claims.get(&key) {
            return if *stem == case.stem { Owner::Case } else { Owner::Run };
        }
        if is_of(name, &case.stem) || case.sent.contains(identity) {
            return Owner::Case;
        }
        match case.sent.iter().map(|sent| resemblance(sent, identity, name)).max() {
            Some(2) => Owner::Case,
            Some(1) => Owner::Resembling,
            _ if name.starts_with(&self.prefix) => Owner::Run,
            _ => Owner::Other,
        }
    }

    /// Whether the run made what is called this, and no case or lease needs it any more.
    pub(super) fn is_abandoned(&self, place: &Place, name: &str) -> bool {
        let entries = self.entries.lock();
        let key = named(place, name);
        match entries.claims.get(&key) {
            _ if entries.preexisting.contains(&key) || entries.left.contains_key(&key) => false,
            Some(stem) => !entries.live.contains(stem),
            None => name.starts_with(&self.prefix) && !entries.live.iter().any(|stem| is_of(name, stem)),
        }
    }

    /// Whether the run may remove what is called this.
    pub(super) fn owns(&self, place: &Place, name: &str) -> bool {
        let (entries, key) = (self.entries.lock(), named(place, name));
        !entries.preexisting.contains(&key)
            && (name.starts_with(&self.prefix) || entries.claims.contains_key(&key))
    }

    /// Remembers that something which the run made could not be removed. It is left in peace from then
    /// on, and counted once.
    pub(super) fn leave_behind(&self, place: &Place, name: &str, why: &str) {
        let (service, region) = (place.resource.service, &place.region);
        let (identity, why) = (bounded(name, LONGEST), bounded(why, LONGEST));
        let left = || format!("{service} {identity} in {region}: {why}");
        self.entries.lock().left.entry(named(place, name)).or_insert_with(left);
    }

    /// Everything that the run made and could not remove, in words.
    pub fn left_behind(&self) -> Vec<String> {
        self.entries.lock().left.values().cloned().collect()
    }

    /// Forgets what was taken for left behind and is gone after all, by its name.
    pub fn forget(&self, is_gone: impl Fn(&str) -> bool) {
        self.entries.lock().left.retain(|(_, _, name), _| !is_gone(name));
    }

    /// How much was left behind in a service.
    pub(super) fn left_in(&self, service: Service) -> usize {
        self.entries.lock().left.keys().filter(|left| left.0 == service).count()
    }

    /// Removes the journal of a run that left nothing behind; the path of one that has to stay.
    pub fn close(self) -> Option<PathBuf> {
        let left = !self.entries.lock().left.is_empty();
        let journal = self.journal?;
        if left {
            return Some(journal.path);
        }
        journal.remove();
        None
    }
}

/// Whether a name begins as those of some run do.
pub fn is_of_a_run(name: &str) -> bool {
    let Some((run, tag)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_at_checked(RUN)) else {
        return false;
    };
    run.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && (tag.is_empty() || tag.starts_with('-'))
}

/// Whether a name is one of a stem's.
fn is_of(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|tag| tag.is_empty() || tag.starts_with('-'))
}

/// How far a listed name looks like one that was sent: 0 not at all, 1 like its beginning, 2 like the whole
/// of it, or so much of its beginning that nobody else has it.
fn resemblance(sent: &Value, identity: &Value, name: &str) -> u8 {
    /// So many characters nobody else's name has in common with a run's by chance.
    const TELLING: usize = 8;
    let clean = |text: &str| text.trim().to_lowercase();
    match (plain(sent), identity) {
        (Some(sent), Value::String(_) | Value::Number(_)) => match (clean(&sent), clean(name)) {
            (sent, name) if sent == name => 2,
            (_, name) if name.is_empty() => 0,
            (sent, name) if sent.starts_with(&name) => 1 + u8::from(name.chars().count() >= TELLING),
            _ => 0,
        },
        // What was sent instead of a name, and what is listed instead of one.
        (None, Value::String(_) | Value::Number(_)) | (Some(_), _) => 0,
        (None, _) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{PROJECTS, RESOURCE_POLICIES};
    use aws_conformance_reference::{Config, Reference};
    use rstest::rstest;
    use serde_json::json;

    fn ledger() -> Ledger {
        let reference = Reference::new(Config::default()).expect("nothing is switched on");
        Ledger::open(&crate::embedded::target(reference), None).expect("there is no journal")
    }

    fn xray(region: &str) -> Place {
        Place::region(&RESOURCE_POLICIES, region)
    }

    #[rstest]
    #[case::its_own_stem(json!("STEM-a"), Owner::Case)]
    #[case::the_stem_of_another(json!("STEM0-a"), Owner::Run)]
    #[case::claimed(json!("x"), Owner::Case)]
    #[case::as_it_was_sent(json!(1.5), Owner::Case)]
    #[case::another_number(json!(2.5), Owner::Other)]
    #[case::written_as_text(json!("1.5"), Owner::Case)]
    #[case::other_case_and_space(json!(" LONG-enough-NAME"), Owner::Case)]
    #[case::cut_short(json!("long-eno"), Owner::Case)]
    #[case::cut_too_short_to_be_sure(json!("long"), Owner::Resembling)]
    #[case::nothing_like_it(json!("somebody-elses"), Owner::Other)]
    #[case::there_before(json!("long-enough"), Owner::Other)]
    #[case::left_behind(json!("lo"), Owner::Run)]
    #[case::empty(json!(""), Owner::Other)]
    #[case::no_name(Value::Null, Owner::Other)]
    fn whose_a_listed_resource_is(#[case] identity: Value, #[case] owner: Owner) {
        let ledger = ledger();
        let stem = ledger.stem();
        ledger.declare_preexisting(&xray("r"), &["long-enough".to_owned()]);
        ledger.leave_behind(&xray("r"), "lo", "it was refused");
        assert!(ledger.claim(&xray("r"), "x", &stem).is_ok());
        let sent = vec![json!("x"), json!(1.5), json!("long-enough-name")];
        let case = CaseBindings { stem: stem.clone(), sent, ..CaseBindings::default() };
        let identity = match &identity {
            Value::String(text) => json!(text.replace("STEM", &stem)),
            other => other.clone(),
        };
        let name = identity.as_str().map_or(identity.to_string(), str::to_owned);
        assert_eq!(ledger.owner(&xray("r"), &identity, &name, &case), owner);
    }

    #[rstest]
    #[case::a_run("awsc-0123456af", true)]
    #[case::a_run_s_project("awsc-0123456af-1-p", true)]
    #[case::somebody_else_s("awsc-prod", false)]
    #[case::nearly("awsc-0123456afb", false)]
    #[case::beyond_ascii("awsc-0123456é-a", false)]
    fn names_of_runs_are_told_from_others(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_of_a_run(name), expected);
    }

    #[test]
    fn a_claim_is_for_one_service_and_region() {
        let ledger = ledger();
        let (one, other, place) = (ledger.stem(), ledger.stem(), xray("r"));
        assert!(ledger.claim(&place, "a", &one).is_ok());
        assert!(ledger.owns(&place, "a"));
        assert!(!ledger.owns(&xray("s"), "a") && !ledger.owns(&Place::region(&PROJECTS, "r"), "a"));
        assert!(ledger.claim(&place, "a", &other).is_err(), "another case has it");
        assert!(ledger.claim(&xray("s"), "a", &other).is_ok());
        ledger.release(&one);
        assert!(ledger.is_abandoned(&place, "a"));
        assert!(ledger.claim(&place, "a", &other).is_ok());
    }

    #[test]
    fn a_name_that_was_left_behind_is_not_used_again_and_counted_once() {
        let ledger = ledger();
        assert!(ledger.claim(&xray("r"), "a", &ledger.stem()).is_ok());
        for why in ["first", "second"] {
            ledger.leave_behind(&xray("r"), "a", why);
        }
        assert!(ledger.claim(&xray("r"), "a", &ledger.stem()).is_err());
        assert_eq!(ledger.left_behind(), ["xray a in r: first"]);
    }
}
