//! How a run is made, and what it tells while it goes on.

use crate::execute::JournalError;
use crate::results::{Counterexample, RuleResult, Shard};
use crate::rules::Rule;
use crate::settings::RunSettings;
use std::time::Duration;

/// How a run is made.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Where the random cases start from.
    pub seed: u64,
    /// Random cases a rule, after the boundary cases.
    pub cases: u32,
    /// Time for the whole run; none: no limit.
    pub time: Option<Duration>,
    /// Which share of the rules is judged; none: all of them.
    pub shard: Option<Shard>,
    /// Lanes a service: cases that are tried at the same time.
    pub jobs: usize,
    /// When the run, or a rule, is over early.
    pub stop_after: StopAfter,
    /// Whether only each rule's most telling cases are tried.
    pub telling_only: bool,
    /// Counterexamples of earlier runs, tried before everything else.
    pub corpus: Vec<Counterexample>,
    /// Whether nothing else is tried.
    pub corpus_only: bool,
    /// Whether every attempt is kept, to be judged again.
    pub record: bool,
    /// The numbers that can decide a verdict.
    pub settings: RunSettings,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            cases: 16,
            time: None,
            shard: None,
            jobs: 1,
            stop_after: StopAfter::Never,
            telling_only: false,
            corpus: Vec::new(),
            corpus_only: false,
            record: false,
            settings: RunSettings::default(),
        }
    }
}

/// When a run, or a rule, is over early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopAfter {
    /// Never: every case is tried, and violations are confirmed and shrunk.
    Never,
    /// A rule is over at its first failure, which is taken as it is.
    RuleFailure,
    /// The run is over at the first failure of any rule.
    FirstFailure,
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A counterexample of [`RunOptions::corpus`] was tried.
    Replayed(&'a Counterexample, &'a Reproduction),
    /// A part of a rule's cases is being tried.
    Started(&'a Rule),
    /// A rule has a verdict.
    Finished(&'a RuleResult),
}

/// What trying a counterexample again shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reproduction {
    /// What comes back is as it should be.
    Fixed,
    /// It is still wrong: what came back.
    StillFails(String),
    /// Nobody knows, and why.
    CannotTell(String),
}

/// Takes events, from several threads.
pub type Listener<'l> = dyn Fn(Event<'_>) + Send + Sync + 'l;

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The ledger cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// No runtime for a service.
    #[error("no runtime can be started: {0}")]
    Runtime(#[from] std::io::Error),
}
