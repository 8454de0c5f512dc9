//! What a service's lanes record of a run, where it is recorded.

use crate::exchange::Recorded;
use crate::results::Record;
use crate::rules::Rule;
use std::cell::{Cell, RefCell};

/// The records of a service.
#[derive(Debug)]
pub(super) struct Log {
    is_kept: bool,
    attempts: Cell<usize>,
    records: RefCell<Vec<Record>>,
}

impl Log {
    /// An empty log, in which nothing is kept unless the run is recorded.
    pub(super) fn new(is_kept: bool) -> Self {
        Self { is_kept, attempts: Cell::new(0), records: RefCell::default() }
    }

    /// Keeps an attempt at a case of a rule. Its number.
    pub(super) fn attempt(&self, rule: &Rule, recorded: &Recorded) -> usize {
        let number = self.attempts.get();
        self.attempts.set(number + 1);
        self.note(|| Record::Attempt { rule: rule.id.clone(), number, recorded: recorded.clone() });
        number
    }

    /// Keeps a record.
    pub(super) fn note(&self, record: impl FnOnce() -> Record) {
        if self.is_kept {
            self.records.borrow_mut().push(record());
        }
    }

    /// Every record.
    pub(super) fn into_records(self) -> Vec<Record> {
        self.records.into_inner()
    }
}
