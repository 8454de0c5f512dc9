//! What a rule is, and how it is tried.

use super::clauses::Statement;
use super::expectation::{Alternative, Expectation, Level};
use super::source::Provenance;
use crate::exchange::Exchange;
use crate::service::Capability;
use aws_conformance_generators::plan::{Call, Case, Plan, Service, Step};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One documented clause made executable.
#[derive(Debug)]
pub struct Rule {
    /// `service.Operation.subject.property`; never changes meaning.
    pub id: String,
    /// The service that it is about.
    pub service: Service,
    /// The operation, or none for `wire`, `lifecycle`, `concurrency` and `monitor`.
    pub operation: Option<&'static str>,
    /// The strictest level that a violation can reach.
    pub level: Level,
    /// The statements of the documents that it checks; the first is the one that reports show.
    pub cites: Vec<&'static Statement>,
    /// What is varied, in words.
    pub varies: String,
    /// What may come back, by the name that the cases' calls use.
    pub expectations: Vec<(&'static str, Expectation)>,
    /// How it is tried.
    pub trial: Trial,
    /// The operations that its cases call, those of random ones as far as a sample shows them.
    pub operations: BTreeSet<String>,
    /// What a target has to claim before it is judged by this rule.
    pub needs: Option<Capability>,
    /// Whether its parallel calls are judged together too: some order has to explain them.
    pub is_history: bool,
}

/// How a rule is tried.
pub enum Trial {
    /// By cases of its own.
    Cases {
        /// The boundary cases, tried first.
        fixed: Vec<Case>,
        /// Calls that have to be refused, tried many at a time.
        refusals: Refusals,
        /// Random cases after them.
        random: Option<Random>,
    },
    /// By looking at every exchange of the service, whatever the rule.
    Monitor(fn(&Exchange) -> MonitorOutcome),
}

impl Trial {
    /// The boundary cases that are no refusals.
    pub fn fixed(&self) -> &[Case] {
        match self {
            Self::Cases { fixed, .. } => fixed,
            Self::Monitor(_) => &[],
        }
    }

    /// Calls that have to be refused.
    pub fn refusals(&self) -> &Refusals {
        static NONE: Refusals = Refusals { before: Vec::new(), calls: Vec::new(), after: Vec::new() };
        match self {
            Self::Cases { refusals, .. } => refusals,
            Self::Monitor(_) => &NONE,
        }
    }

    /// Every case that is not random, refusals one by one.
    pub fn boundary_cases(&self) -> impl Iterator<Item = Case> {
        let singles = (0..self.refusals().calls.len()).map(|at| self.refusals().single(at));
        self.fixed().iter().cloned().chain(singles)
    }
}

/// Calls that have to be refused and change nothing. They are sent many at a time between two
/// reads of the state, and one at a time where the reads differ.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// Set-up, and the read before.
    pub before: Vec<Step>,
    /// The calls, each with its partition.
    pub calls: Vec<(String, Call)>,
    /// The read after.
    pub after: Vec<Step>,
}

impl Refusals {
    /// The case of one call alone.
    pub fn single(&self, at: usize) -> Case {
        let (partition, _) = &self.calls[at];
        self.several(partition, std::iter::once(at))
    }

    /// The label of a call in the cases that it is tried in.
    pub fn label(at: usize) -> String {
        format!("r{at}")
    }

    /// The number of the call that has this label.
    pub fn number(label: &str) -> Option<usize> {
        label.strip_prefix('r')?.parse().ok()
    }

    /// The case of several calls between the same two reads.
    pub fn several(&self, partition: &str, which: impl IntoIterator<Item = usize>) -> Case {
        let calls =
            which.into_iter().map(|at| Step::Call(self.calls[at].1.clone().labelled(&Self::label(at))));
        case(partition, self.before.iter().cloned().chain(calls).chain(self.after.iter().cloned()))
    }
}

/// A source of random cases. Strategies are not `Send`, so each worker makes its own.
#[derive(Clone)]
pub enum Random {
    /// Whole cases.
    Cases(Arc<dyn Fn() -> BoxedStrategy<Case> + Send + Sync>),
    /// Calls that have to be refused, each with its partition, between the same reads as the
    /// rule's own.
    Refusals(Arc<dyn Fn() -> BoxedStrategy<(String, Call)> + Send + Sync>),
}

impl Random {
    /// A few of its plans, which are the same on every machine: a refusal is one of its call alone.
    pub fn sample(&self) -> Vec<Plan> {
        match self {
            Self::Cases(cases) => sample(&cases()).into_iter().map(|case| case.plan).collect(),
            Self::Refusals(calls) => {
                let calls = sample(&calls()).into_iter();
                calls.map(|(_, call)| Plan { steps: vec![Step::Call(call)] }).collect()
            }
        }
    }

    /// The operations that a sample calls.
    pub(super) fn operations(&self) -> BTreeSet<String> {
        self.sample().iter().flat_map(Plan::calls).map(|call| call.operation.clone()).collect()
    }
}

/// A few values of a strategy: enough for sequences to hold each kind of call.
fn sample<T: std::fmt::Debug>(strategy: &BoxedStrategy<T>) -> Vec<T> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let trees = (0..8).filter_map(|_| strategy.new_tree(&mut runner).ok());
    trees.map(|tree| tree.current()).collect()
}

impl std::fmt::Debug for Trial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cases { fixed, refusals, random } => {
                let (fixed, refusals) = (fixed.len(), refusals.calls.len());
                write!(f, "Cases({fixed} fixed, {refusals} refusals, random: {})", random.is_some())
            }
            Self::Monitor(_) => f.write_str("Monitor"),
        }
    }
}

/// The first parts of a rule's id: its service, its operation, its subject.
pub fn id_scope(id: &str, parts: usize) -> &str {
    let end = id.match_indices('.').nth(parts - 1).map_or(id.len(), |(at, _)| at);
    &id[..end]
}

/// What a monitor sees in one exchange: none where it is not about it.
pub type MonitorOutcome = Option<Result<(), Wrong>>;

/// A violation that a monitor sees.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Tells kinds of violation apart.
    pub class: String,
    /// How badly it counts.
    pub level: Level,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub observed: String,
}

impl Rule {
    /// Whether it looks at the exchanges of other rules instead of having cases.
    pub fn is_monitor(&self) -> bool {
        matches!(self.trial, Trial::Monitor(_))
    }

    /// The expectation of this name.
    pub fn expectation(&self, name: &str) -> Option<&Expectation> {
        self.expectations.iter().find(|(key, _)| *key == name).map(|(_, expectation)| expectation)
    }

    /// Whether a call judged by the expectation of this name breaks no rule, so that it deserves
    /// better than a server error whatever else happens.
    pub fn is_well_formed(&self, expectation: &str) -> bool {
        self.expectation(expectation).is_some_and(|expectation| {
            expectation.accept.iter().all(|one| matches!(one, Alternative::Success { .. }))
        })
    }

    /// The rule with some of its refusals tried once more, as calls about a policy that exists.
    pub(super) fn aimed(mut self, aim: impl Fn(&Call) -> Option<Call>) -> Self {
        if let Trial::Cases { refusals, .. } = &mut self.trial {
            let aimed = refusals.calls.iter().filter_map(|(partition, call)| {
                Some((format!("{partition}, for a policy that exists"), aim(call)?))
            });
            let mut aimed = aimed.collect::<Vec<_>>().into_iter();
            // One of each kind comes first.
            if let Some(first) = aimed.next() {
                refusals.calls.insert(1, first);
            }
            refusals.calls.extend(aimed);
        }
        self
    }

    /// The statement that reports show.
    pub fn clause(&self) -> &'static Statement {
        self.cites[0]
    }

    /// Whether it checks a statement.
    pub fn checks(&self, statement: &Statement) -> bool {
        self.cites.iter().any(|cited| std::ptr::eq(*cited, statement))
    }

    /// Where the expectation comes from.
    pub fn provenance(&self) -> Provenance {
        self.clause().source.provenance
    }

    /// What the cases of the rule vary, each once.
    pub fn partitions(&self) -> Vec<&str> {
        match &self.trial {
            Trial::Cases { fixed, refusals, .. } => {
                let fixed = fixed.iter().map(|case| case.partition.as_str());
                fixed.chain(refusals.calls.iter().map(|(partition, _)| partition.as_str())).collect()
            }
            Trial::Monitor(_) => vec!["every exchange"],
        }
    }
}

/// A case of these steps. Calls without a label get one: `s` and the step's number.
pub(crate) fn case(partition: impl Into<String>, steps: impl IntoIterator<Item = Step>) -> Case {
    let mut steps: Vec<Step> = steps.into_iter().collect();
    let mut number = 0;
    let mut label = |label: &mut String| {
        number += 1;
        if label.is_empty() {
            *label = format!("s{number}");
        }
    };
    for step in &mut steps {
        match step {
            Step::Call(call) => label(&mut call.label),
            Step::Parallel(calls) => calls.iter_mut().for_each(|call| label(&mut call.label)),
            Step::Await(wait) => label(&mut wait.label),
            Step::Read(_) | Step::Pause(_) => label(&mut String::new()),
        }
    }
    Case { partition: partition.into(), plan: Plan { steps } }
}
