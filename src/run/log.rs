//! What a service's lanes record of a run, where it is recorded.

use super::results_of;
use crate::exchange::Recorded;
use crate::judge::finding::Verdict;
use crate::results::{Record, RuleResult};
use crate::rules::Rule;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The records of a service.
#[derive(Debug)]
pub(super) struct Log {
    is_kept: bool,
    attempts: AtomicUsize,
    records: Mutex<Vec<Record>>,
}

impl Log {
    /// An empty log, in which nothing is kept unless the run is recorded.
    pub(super) fn new(is_kept: bool) -> Self {
        Self { is_kept, attempts: AtomicUsize::new(0), records: Mutex::default() }
    }

    /// Keeps an attempt at a case of a rule. Its number.
    pub(super) fn attempt(&self, rule: &Rule, recorded: &Recorded) -> usize {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        self.note(|| Record::Attempt { rule: rule.id.clone(), number, recorded: recorded.clone() });
        number
    }

    /// Keeps a record.
    pub(super) fn note(&self, record: impl FnOnce() -> Record) {
        if self.is_kept {
            self.records.lock().push(record());
        }
    }

    /// Keeps that a rule is not tried. Its result.
    pub(super) fn not_tried(&self, rule: &'static Rule, verdict: Verdict, reason: &str) -> RuleResult {
        self.note(|| Record::NotTried { rule: rule.id.clone(), verdict, reason: reason.to_owned() });
        results_of::none(rule, verdict, reason)
    }

    /// Every record.
    pub(super) fn into_records(self) -> Vec<Record> {
        self.records.into_inner()
    }
}
