//! The rules: documented clauses made executable.
//!
//! One file per operation says what the service model cannot; constraint rules are derived from
//! the model. [`catalogue`] is the slice that everything else iterates.

pub mod clauses;
mod concurrency;
mod constraint;
pub mod equivalence;
pub mod expectation;
mod monitors;
mod rekognition;
pub mod source;
mod wire;
mod xray;

use crate::exchange::Exchange;
use crate::rules::clauses::{Statement, error, statement};
use crate::rules::expectation::{Alternative, Expectation, Level};
use crate::service::Capability;
use aws_conformance_generators::plan::{Call, Case, Plan, SETUP, Service, Step};
use proptest::strategy::BoxedStrategy;
use serde::Serialize;
use source::Provenance;
use std::sync::{Arc, LazyLock};

/// Every rule, in the order in which they are judged.
pub fn catalogue() -> &'static [Rule] {
    static CATALOGUE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let mut rules = Vec::new();
        rules.extend(rekognition::rules());
        rules.extend(xray::rules());
        rules.extend(monitors::rules());
        rules
    });
    &CATALOGUE
}

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

/// What a monitor sees in one exchange.
#[derive(Debug, PartialEq, Eq)]
pub enum MonitorOutcome {
    /// Nothing that it is about.
    Irrelevant,
    /// What it is about, as it should be.
    Fine,
    /// A violation.
    Wrong {
        /// Tells kinds of violation apart.
        class: String,
        /// How badly it counts.
        level: Level,
        /// What should have come.
        expected: String,
        /// What came.
        observed: String,
    },
}

impl Rule {
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

    /// The operations that its cases call.
    pub fn operations(&self) -> std::collections::BTreeSet<String> {
        let Trial::Cases { fixed, refusals, .. } = &self.trial else { return Default::default() };
        let fixed = fixed.iter().flat_map(|case| case.plan.calls());
        // What comes after the judged calls, to see what they left, is called like everything else.
        let steps = refusals.before.iter().chain(&refusals.after).filter_map(|step| match step {
            Step::Call(call) => Some(call),
            _ => None,
        });
        let refused = refusals.calls.iter().map(|(_, call)| call);
        fixed.chain(steps).chain(refused).map(|call| call.operation.clone()).collect()
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

/// The parts of a rule that its author writes; [`RuleBuilder::rule`] checks and completes them.
pub(crate) struct RuleBuilder {
    pub(crate) id: String,
    pub(crate) cites: Vec<&'static Statement>,
    pub(crate) varies: String,
    pub(crate) expectations: Vec<(&'static str, Expectation)>,
    pub(crate) cases: Vec<Case>,
    pub(crate) refusals: Refusals,
    pub(crate) random: Option<Random>,
    pub(crate) needs: Option<Capability>,
    pub(crate) is_history: bool,
}

impl RuleBuilder {
    /// A rule without cases yet, of the statements with these keys.
    ///
    /// # Panics
    /// If no statement has one of the keys.
    pub(crate) fn new(id: impl Into<String>, keys: &[&str], varies: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            cites: cited(&id, keys),
            id,
            varies: varies.into(),
            expectations: Vec::new(),
            cases: Vec::new(),
            refusals: Refusals::default(),
            random: None,
            needs: None,
            is_history: false,
        }
    }

    /// The calls of its parallel blocks are judged together too.
    pub(crate) fn judged_as_history(mut self) -> Self {
        self.is_history = true;
        self
    }

    /// Only for targets that claim this.
    pub(crate) fn needs(mut self, capability: Capability) -> Self {
        self.needs = Some(capability);
        self
    }

    /// What may come back from calls that name this expectation.
    pub(crate) fn expect(mut self, name: &'static str, expectation: Expectation) -> Self {
        self.expectations.push((name, expectation));
        self
    }

    /// One more boundary case.
    pub(crate) fn case(
        mut self,
        partition: impl Into<String>,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        self.cases.push(case(partition, steps));
        self
    }

    /// What surrounds calls that have to be refused.
    pub(crate) fn between(
        mut self,
        before: impl IntoIterator<Item = Step>,
        after: impl IntoIterator<Item = Step>,
    ) -> Self {
        self.refusals.before = before.into_iter().collect();
        self.refusals.after = after.into_iter().collect();
        self
    }

    /// One more call that has to be refused and change nothing.
    pub(crate) fn refused(mut self, partition: impl Into<String>, call: Call) -> Self {
        self.refusals.calls.push((partition.into(), call));
        self
    }

    /// Random cases after the boundary cases.
    pub(crate) fn random(mut self, cases: impl Fn() -> BoxedStrategy<Case> + Send + Sync + 'static) -> Self {
        self.random = Some(Random::Cases(Arc::new(cases)));
        self
    }

    /// Random calls that have to be refused, after the boundary cases.
    pub(crate) fn random_refusals(
        mut self,
        calls: impl Fn() -> BoxedStrategy<(String, Call)> + Send + Sync + 'static,
    ) -> Self {
        self.random = Some(Random::Refusals(Arc::new(calls)));
        self
    }

    /// The rule. Its level is the strictest that a violation can reach.
    ///
    /// # Panics
    /// If the id names no service, or a case names an expectation that the rule does not have: the
    /// catalogue is built by code, and its tests build it.
    pub(crate) fn build(self) -> Rule {
        let (service, operation) = parse_id(&self.id);
        let calls = self.cases.iter().flat_map(|case| case.plan.calls());
        for call in calls.chain(self.refusals.calls.iter().map(|(_, call)| call)) {
            assert!(
                call.expect == SETUP || self.expectations.iter().any(|(name, _)| *name == call.expect),
                "{}: no expectation is called {:?}",
                self.id,
                call.expect,
            );
        }
        let level = self.expectations.iter().map(|(_, one)| one.strictest()).max().unwrap_or(Level::Observe);
        let mut cites = self.cites;
        let calls = self.cases.iter().flat_map(|case| case.plan.calls());
        for call in calls.chain(self.refusals.calls.iter().map(|(_, call)| call)) {
            let expectation = self.expectations.iter().find(|(name, _)| *name == call.expect);
            for code in expectation.iter().flat_map(|(_, one)| one.codes()) {
                // Codes of the layer below the operations stand in none of their lists.
                let Some(error) = error(service, &call.operation, code) else { continue };
                if error.reason.is_none() && !cites.iter().any(|cited| std::ptr::eq(*cited, error)) {
                    cites.push(error);
                }
            }
        }
        Rule {
            service,
            operation,
            level,
            id: self.id,
            cites,
            varies: self.varies,
            expectations: self.expectations,
            trial: Trial::Cases { fixed: self.cases, refusals: self.refusals, random: self.random },
            needs: self.needs,
            is_history: self.is_history,
        }
    }
}

/// A rule that looks at every exchange of a service.
pub(crate) fn monitor(
    id: &str,
    level: Level,
    keys: &[&str],
    varies: &str,
    look: fn(&Exchange) -> MonitorOutcome,
) -> Rule {
    let (service, operation) = parse_id(id);
    Rule {
        id: id.to_owned(),
        service,
        operation,
        level,
        cites: cited(id, keys),
        varies: varies.to_owned(),
        expectations: Vec::new(),
        trial: Trial::Monitor(look),
        needs: None,
        is_history: false,
    }
}

/// The statements with these keys. One that begins with a dot is of the rule's service.
fn cited(id: &str, keys: &[&str]) -> Vec<&'static Statement> {
    let service = id.split('.').next().unwrap_or_default();
    let whole = |key: &str| if key.starts_with('.') { format!("{service}{key}") } else { key.to_owned() };
    keys.iter().map(|key| statement(&whole(key)).unwrap_or_else(|error| panic!("{id}: {error}"))).collect()
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
            Step::Read(_) => label(&mut String::new()),
        }
    }
    Case { partition: partition.into(), plan: Plan { steps } }
}

fn parse_id(id: &str) -> (Service, Option<&'static str>) {
    let mut parts = id.split('.');
    let service = parts.next().unwrap_or_default();
    let service = Service::ALL
        .into_iter()
        .find(|one| one.as_str() == service)
        .unwrap_or_else(|| panic!("{id}: the id begins with no service"));
    let operation = parts.next().unwrap_or_default();
    let model = aws_conformance_generators::model::model(service);
    (service, model.operation(operation).map(|operation| operation.name.as_str()))
}

/// The rules, and beside monitors that are alone in their service the rules whose exchanges they
/// look at.
pub fn with_observed_rules(rules: &[&'static Rule]) -> Vec<&'static Rule> {
    let is_monitor = |rule: &Rule| matches!(rule.trial, Trial::Monitor(_));
    let is_alone = |service: Service| {
        let mut own = rules.iter().filter(|rule| rule.service == service).peekable();
        own.peek().is_some() && own.all(|rule| is_monitor(rule))
    };
    let alone: Vec<Service> = Service::ALL.into_iter().filter(|service| is_alone(*service)).collect();
    let observed_rules = catalogue().iter().filter(|rule| alone.contains(&rule.service) && !is_monitor(rule));
    observed_rules.chain(rules.iter().copied()).collect()
}

/// How many rules each level has.
#[derive(Debug, Default, Serialize)]
pub struct Levels {
    /// Rules that the documents settle.
    pub must: usize,
    /// Rules that leave room.
    pub should: usize,
    /// Rules that only record.
    pub observe: usize,
}
