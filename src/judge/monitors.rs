//! Watching every exchange for what no single rule is about.

use crate::exchange::{Exchange, Recorded, Trace};
use crate::judge::SERVER_ERROR;
use crate::judge::finding::{Finding, Reproduced, Verdict, Violation};
use crate::results::RuleResult;
use crate::rules::expectation::Level;
use crate::rules::{MonitorOutcome, Rule, Trial};
use aws_conformance_generators::plan::{Arg, Body, Call, Case, Plan, Service, Step};
use std::collections::BTreeMap;

/// What the monitors have seen.
#[derive(Debug, Default)]
pub(crate) struct MonitorLog {
    monitors: Vec<Seen>,
}

#[derive(Debug)]
struct Seen {
    rule: &'static Rule,
    relevant: u64,
    wrong: BTreeMap<String, Occurrences>,
}

/// The most classes of a monitor that are format_failures apart.
const MOST_CLASSES: usize = 24;
/// The class of what comes after them.
const OTHERS: &str = "others";

/// The occurrences of one class.
#[derive(Debug)]
struct Occurrences {
    times: u64,
    first: Finding,
}

impl MonitorLog {
    /// Watches for the monitors among these rules.
    pub(crate) fn new(rules: &[&'static Rule]) -> Self {
        let monitors = rules.iter().filter(|rule| matches!(rule.trial, Trial::Monitor(_)));
        Self { monitors: monitors.map(|rule| Seen { rule, relevant: 0, wrong: BTreeMap::new() }).collect() }
    }

    /// Looks at every exchange of a case.
    pub(crate) fn look(&mut self, recorded: &Recorded) {
        for exchange in recorded.traces.iter().flat_map(Trace::exchanges) {
            for seen in &mut self.monitors {
                let Trial::Monitor(look) = seen.rule.trial else { continue };
                if seen.rule.service != exchange.request.service {
                    continue;
                }
                match look(exchange) {
                    MonitorOutcome::Irrelevant => {}
                    MonitorOutcome::Fine => seen.relevant += 1,
                    MonitorOutcome::Wrong { class, level, expected, observed } => {
                        seen.relevant += 1;
                        let violation =
                            Violation { class, level, expected, observed, label: exchange.label.clone() }
                                .abridged();
                        seen.note(violation, Reproduced { times: 1, of: 1 }, || {
                            (case_of(recorded, exchange), recorded.evidence())
                        });
                    }
                }
            }
        }
    }

    /// Notes a server error: one that came once and not again, or one where no rule of its own
    /// promises more.
    pub(crate) fn server_error(
        &mut self,
        service: Service,
        violation: &Violation,
        reproduced: Reproduced,
        of: &Recorded,
    ) {
        let id = format!("{service}.monitor.server-error");
        let (class, level) = match reproduced.is_intermittent() {
            true => ("intermittent", Level::Should),
            false => (SERVER_ERROR, Level::Must),
        };
        if let Some(seen) = self.monitors.iter_mut().find(|seen| seen.rule.id == id) {
            seen.relevant += 1;
            let violation = Violation { class: class.to_owned(), level, ..violation.clone() };
            seen.note(violation, reproduced, || (of.case.clone(), of.evidence()));
        }
    }

    /// Whether a monitor has seen something wrong.
    pub(crate) fn has_findings(&self) -> bool {
        self.monitors.iter().any(|seen| !seen.wrong.is_empty())
    }

    /// What a monitor came to.
    pub(crate) fn result(&self, rule: &'static Rule) -> RuleResult {
        let empty = BTreeMap::new();
        let seen = self.monitors.iter().find(|seen| std::ptr::eq(seen.rule, rule));
        let (relevant, wrong) = seen.map_or((0, &empty), |seen| (seen.relevant, &seen.wrong));
        let findings: Vec<Finding> = wrong
            .values()
            .map(|occurrences| {
                let mut finding = occurrences.first.clone();
                if occurrences.times > 1 {
                    finding.violation.observed =
                        format!("{} ({} times)", finding.violation.observed, occurrences.times);
                }
                finding
            })
            .collect();
        let violates = findings.iter().any(|finding| finding.violation.level > Level::Observe);
        let (verdict, reason) = match relevant {
            _ if violates => (Verdict::Violates, None),
            0 => (Verdict::NotApplicable, Some("no exchange was of the kind that it watches".to_owned())),
            _ => (Verdict::Conforms, None),
        };
        RuleResult { rule, verdict, cases: relevant, requests: 0, reason, findings, observations: Vec::new() }
    }
}

impl Seen {
    fn note(
        &mut self,
        violation: Violation,
        reproduced: Reproduced,
        shown: impl FnOnce() -> (Case, Vec<Trace>),
    ) {
        let mut violation = violation;
        // An endpoint may make up a class with every answer; each keeps its evidence.
        if self.wrong.len() >= MOST_CLASSES && !self.wrong.contains_key(&violation.class) {
            OTHERS.clone_into(&mut violation.class);
        }
        self.wrong
            .entry(violation.class.clone())
            .and_modify(|occurrences| occurrences.times += 1)
            .or_insert_with(|| {
                let (case, evidence) = shown();
                Occurrences { times: 1, first: Finding { violation, case, reproduced, evidence } }
            });
    }
}

/// The case that shows an exchange: the one that it was made in, up to its call, or for a read the
/// one request itself.
fn case_of(recorded: &Recorded, exchange: &Exchange) -> Case {
    let Case { partition, plan } = &recorded.case;
    let at = plan.steps.iter().position(|step| match step {
        Step::Call(call) => call.label == exchange.label,
        Step::Parallel(calls) => calls.iter().any(|call| call.label == exchange.label),
        Step::Read(_) | Step::Await(_) => false,
    });
    let steps = match at {
        // Of many refusals in a row only the one that shows it is of interest.
        Some(at) => plan.steps[..=at]
            .iter()
            .enumerate()
            .filter(|(number, step)| {
                *number == at || !matches!(step, Step::Call(call) if is_other_refusal(call))
            })
            .map(|(_, step)| step.clone())
            .collect(),
        None => {
            let mut call = Call::new(
                exchange.request.service,
                &exchange.request.operation,
                Arg::Json(exchange.request.input().unwrap_or_default()),
            )
            .labelled(&exchange.label);
            if exchange.request.input().is_none() {
                call.body = Body::Raw(exchange.request.body.clone());
            }
            vec![Step::Call(call)]
        }
    };
    Case { partition: partition.clone(), plan: Plan { steps } }
}

fn is_other_refusal(call: &Call) -> bool {
    call.label.starts_with('r')
        && call.label[1..].bytes().all(|byte| byte.is_ascii_digit())
        && call.label.len() > 1
}
