//! Writing a rule down.

use super::clauses::{Statement, error, statement};
use super::expectation::{Expectation, Level};
use super::rule::{MonitorOutcome, Random, Refusals, Rule, Trial, case};
use crate::exchange::Exchange;
use crate::service::Capability;
use aws_conformance_generators::plan::{Call, Case, SETUP, Service, Step};
use proptest::strategy::BoxedStrategy;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    /// What [`Self::judged`] reads around its call.
    pub(crate) read: Option<Step>,
}

/// No step before the one that matters.
pub(crate) const NOTHING: [Call; 0] = [];

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
            read: None,
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
        steps: impl IntoIterator<Item = impl Into<Step>>,
    ) -> Self {
        self.cases.push(case(partition, steps.into_iter().map(Into::into)));
        self
    }

    /// What is read before and after each call of the following [`Self::judged`].
    pub(crate) fn reading(mut self, read: Step) -> Self {
        self.read = Some(read);
        self
    }

    /// One more boundary case: after these steps a call that is judged by the expectation of this name,
    /// between two reads where the rule says what is read.
    pub(crate) fn judged(
        self,
        partition: impl Into<String>,
        before: impl IntoIterator<Item = impl Into<Step>>,
        call: Call,
        expect: &str,
    ) -> Self {
        let (before, read) = (before.into_iter().map(Into::into), self.read.clone());
        let steps = before.chain(read.clone()).chain([call.expecting(expect).into()]).chain(read);
        self.case(partition, steps.collect::<Vec<_>>())
    }

    /// What comes before calls that have to be refused, and what is read around them.
    pub(crate) fn between(
        mut self,
        (before, read): (impl IntoIterator<Item = impl Into<Step>>, Step),
    ) -> Self {
        self.refusals.before = before.into_iter().map(Into::into).chain([read.clone()]).collect();
        self.refusals.after = vec![read];
        self
    }

    /// One more call that has to be refused and change nothing, judged by the expectation `refused` where
    /// it names no other.
    pub(crate) fn refused(mut self, partition: impl Into<String>, call: Call) -> Self {
        let call = if call.expect == SETUP { call.expecting("refused") } else { call };
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
        let level = self.expectations.iter().map(|(_, one)| one.strictest()).max().unwrap_or(Level::Observe);
        let calls = self.cases.iter().flat_map(|case| case.plan.calls());
        let calls: Vec<&Call> = calls.chain(self.refusals.calls.iter().map(|(_, call)| call)).collect();
        let around = self.refusals.before.iter().chain(&self.refusals.after).filter_map(|step| match step {
            Step::Call(call) => Some(call),
            _ => None,
        });
        let mut operations: BTreeSet<String> =
            calls.iter().copied().chain(around).map(|call| call.operation.clone()).collect();
        operations.extend(self.random.iter().flat_map(Random::operations));
        let mut cites = self.cites;
        for call in calls.into_iter().filter(|call| call.expect != SETUP) {
            let expectation = self.expectations.iter().find(|(name, _)| *name == call.expect);
            let (_, expectation) = expectation
                .unwrap_or_else(|| panic!("{}: no expectation is called {:?}", self.id, call.expect));
            for code in expectation.codes() {
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
            operations,
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
        operations: BTreeSet::new(),
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
