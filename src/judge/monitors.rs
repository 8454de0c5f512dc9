//! The monitors: what every exchange shows, whatever the rule it was made for.

use super::finding::{Class, Finding, Reproduced, Verdict, Violation, counted};
use super::real;
use crate::exchange::{Exchange, Recorded, Trace};
use crate::rules::expectation::Level;
use crate::rules::{Rule, Trial, Wrong};
use aws_conformance_generators::plan::{Arg, Body, Call, Case, Plan, Step};
use std::collections::BTreeMap;

/// The most classes of a monitor that are told apart.
const MOST_CLASSES: usize = 24;
/// The class of what comes after them.
const OTHERS: &str = "others";

/// What the monitors have seen.
#[derive(Debug, Default)]
pub struct MonitorLog {
    monitors: Vec<Seen>,
}

#[derive(Debug)]
struct Seen {
    rule: &'static Rule,
    relevant: u64,
    /// How often each class was found, with the first of them.
    wrong: BTreeMap<Class, (u64, Finding)>,
}

impl MonitorLog {
    /// Watches for the monitors among these rules.
    pub fn new(rules: &[&'static Rule]) -> Self {
        let monitors = rules.iter().filter(|rule| rule.is_monitor());
        Self { monitors: monitors.map(|rule| Seen { rule, relevant: 0, wrong: BTreeMap::new() }).collect() }
    }

    /// Looks at every exchange of an attempt.
    pub fn look(&mut self, recorded: &Recorded) {
        let excused = |exchange: &&Exchange| recorded.real && real::is_excused(exchange);
        for exchange in recorded.traces.iter().flat_map(Trace::exchanges).filter(|one| !excused(one)) {
            for seen in &mut self.monitors {
                let Trial::Monitor(look) = seen.rule.trial else { continue };
                if seen.rule.service != exchange.request.service {
                    continue;
                }
                let Some(outcome) = look(exchange) else { continue };
                seen.relevant += 1;
                if let Err(Wrong { class, level, expected, observed }) = outcome {
                    let (class, label) = (Class::Monitor(class), exchange.label.clone());
                    let violation = Violation { class, level, expected, observed, label }.abridged();
                    seen.note(violation, |violation| Finding {
                        partitions: vec![recorded.case.partition.clone()],
                        case: case_of(recorded, exchange),
                        reproduced: Reproduced { times: 1, of: 1 },
                        evidence: up_to(recorded, exchange),
                        violation,
                    });
                }
            }
        }
    }

    /// Notes a server error to a case of a rule that promises nothing else.
    pub fn server_error(&mut self, finding: Finding) {
        let Some(service) = finding.case.plan.calls().next().map(|call| call.service) else { return };
        let id = format!("{service}.monitor.server-error");
        if let Some(seen) = self.monitors.iter_mut().find(|seen| seen.rule.id == id) {
            seen.relevant += 1;
            seen.note(finding.violation.clone(), |_| finding);
        }
    }

    /// Whether a monitor has seen something wrong.
    pub fn has_findings(&self) -> bool {
        self.monitors.iter().any(|seen| !seen.wrong.is_empty())
    }

    /// The verdict of a monitor: how many exchanges it is about, its findings, and the reason where it
    /// has nothing to say.
    pub fn verdict(&self, rule: &Rule) -> (Verdict, Option<String>, u64, Vec<Finding>) {
        let seen = self.monitors.iter().find(|seen| std::ptr::eq(seen.rule, rule));
        let mut findings = Vec::new();
        for (times, first) in seen.into_iter().flat_map(|seen| seen.wrong.values()) {
            let mut finding = first.clone();
            finding.violation.observed = counted(&finding.violation.observed, *times);
            findings.push(finding);
        }
        let relevant = seen.map_or(0, |seen| seen.relevant);
        let violates = findings.iter().any(|finding| finding.violation.level > Level::Observe);
        let (verdict, reason) = match relevant {
            _ if violates => (Verdict::Violates, None),
            0 => (Verdict::NotApplicable, Some("no exchange was of the kind that it watches".to_owned())),
            _ => (Verdict::Conforms, None),
        };
        (verdict, reason, relevant, findings)
    }
}

impl Seen {
    fn note(&mut self, mut violation: Violation, finding: impl FnOnce(Violation) -> Finding) {
        // An endpoint may make up a class with every response; each keeps its evidence.
        if self.wrong.len() >= MOST_CLASSES && !self.wrong.contains_key(&violation.class) {
            violation.class = Class::Monitor(OTHERS.to_owned());
        }
        self.wrong
            .entry(violation.class.clone())
            .and_modify(|(times, _)| *times += 1)
            .or_insert_with(|| (1, finding(violation)));
    }
}

/// What was sent and came back up to an exchange.
fn up_to(recorded: &Recorded, exchange: &Exchange) -> Vec<Trace> {
    let is_it = |trace: &Trace| trace.exchanges().iter().any(|one| std::ptr::eq(one, exchange));
    let at = recorded.traces.iter().position(is_it).unwrap_or(recorded.traces.len());
    recorded.traces.iter().take(at + 1).map(Trace::abridged).collect()
}

/// The case that shows an exchange: the one that it was made in, up to its call, or for a read the
/// one request itself.
fn case_of(recorded: &Recorded, exchange: &Exchange) -> Case {
    let Case { partition, plan } = &recorded.case;
    let is_it = |call: &Call| call.label == exchange.label;
    let at = plan.steps.iter().position(|step| step.calls().iter().any(is_it));
    let steps = match at {
        Some(at) => {
            // Of many refusals in a row only the one that shows it is of interest.
            let expects = |step: &Step| match step {
                Step::Call(call) => Some(call.expect.clone()),
                _ => None,
            };
            let expected = expects(&plan.steps[at]);
            let others = |step: &Step| expected.is_some() && expects(step) == expected;
            let (before, it) = (&plan.steps[..at], &plan.steps[at]);
            before.iter().filter(|step| !others(step)).chain([it]).cloned().collect()
        }
        None => {
            let request = &exchange.request;
            let arg = Arg::Json(request.input().cloned().unwrap_or_default());
            let mut call = Call::new(request.service, &request.operation, arg).labelled(&exchange.label);
            if request.input().is_none() {
                call.body = Body::Raw(request.body.to_vec());
            }
            vec![Step::Call(call)]
        }
    };
    Case { partition: partition.clone(), plan: Plan { steps } }
}
