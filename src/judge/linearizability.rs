//! Concurrent histories: whether some order of calls that were made at the same time explains what
//! each of them answered and what is listed afterwards.

use crate::exchange::{Exchange, Outcome, Recorded, State, Trace};
use crate::exchange::{describe, is_throttled};
use crate::judge::finding::Violation;
use crate::judge::{apply, stored};
use crate::rules::equivalence::is_equivalent;
use crate::rules::expectation::Level;
use crate::service::resources;
use aws_conformance_generators::plan::Service;
use serde_json::Value;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// What is wrong with the parallel blocks of a case, each of which stands between two reads.
pub(crate) fn violations(service: Service, recorded: &Recorded) -> Vec<Violation> {
    let blocks = recorded.traces.iter().enumerate().filter_map(|(at, trace)| match trace {
        Trace::Parallel(calls) => Some((at, calls.as_slice())),
        _ => None,
    });
    blocks.filter_map(|(at, calls)| violation(service, recorded, at, calls)).collect()
}

fn violation(service: Service, recorded: &Recorded, at: usize, calls: &[Exchange]) -> Option<Violation> {
    let read = |trace: Option<&Trace>| match trace {
        Some(Trace::Read { state: Ok(state), .. }) => Some(state.clone()),
        _ => None,
    };
    let before = read(at.checked_sub(1).and_then(|before| recorded.traces.get(before)))?;
    let after = read(recorded.traces.get(at + 1))?;
    let history: Vec<(Operation, Answered)> = calls.iter().map(made).collect::<Option<_>>()?;
    let policies = Policies::new(service, recorded, at, &before);
    let found = |class: &str, level, expected: &str| Violation {
        class: class.to_owned(),
        level,
        expected: expected.to_owned(),
        observed: format_failures(calls, &after),
        label: calls.first().map(|call| call.label.clone()).unwrap_or_default(),
    };
    if !is_explained(policies.clone(), &history, &after) {
        let expected = "answers, and a listing after them, that some order of the calls explains";
        return Some(found("no-order", Level::Must, expected));
    }
    // An order may exist only because some calls may have been refused for reasons of their own.
    let strict = Policies { refuses_in_need: true, ..policies };
    (!is_explained(strict, &history, &after)).then(|| {
        let expected = "an order of the calls in which each is accepted or refused for a documented reason";
        found("needless", Level::Should, expected)
    })
}

/// Whether some order of the calls, all of which overlapped, explains the answers and the listing.
fn is_explained(policies: Policies, history: &[(Operation, Answered)], after: &State) -> bool {
    let reader = history.len();
    let listing = (Operation::Read, Answered::Listing(listing(after)));
    let mut tester = LinearizabilityTester::new(policies);
    let record = || -> Result<(), String> {
        for (caller, (operation, _)) in history.iter().enumerate() {
            tester.on_invoke(caller, operation.clone())?;
        }
        for (caller, (_, answered)) in history.iter().enumerate() {
            tester.on_return(caller, answered.clone())?;
        }
        tester.on_invoke(reader, listing.0)?.on_return(reader, listing.1)?;
        Ok(())
    };
    record().expect("each caller makes one call, and it returns");
    tester.is_consistent()
}

/// What a caller asks for.
#[derive(Clone, Debug)]
enum Operation {
    Put { name: String, document: String, revision: Option<String> },
    Delete { name: String, revision: Option<String> },
    Read,
}

/// What it is answered.
#[derive(Clone, Debug, PartialEq)]
enum Answered {
    /// A put was accepted, with this revision.
    Stored(Option<String>),
    /// A deletion was accepted.
    Gone,
    Refused,
    Listing(Listing),
}

/// The policies of a listing by their names.
type Listing = BTreeMap<String, Policy>;

/// A policy, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
struct Policy {
    document: Option<String>,
    revision: Option<String>,
}

/// A call as an operation with its answer; none if nobody knows what it came to.
fn made(exchange: &Exchange) -> Option<(Operation, Answered)> {
    let input = exchange.request.input()?;
    let text = |member: &str| input.get(member).and_then(Value::as_str).map(str::to_owned);
    let (name, revision) = (text("PolicyName")?, text("PolicyRevisionId"));
    let puts = exchange.request.operation.starts_with("Put");
    let operation = match puts {
        true => Operation::Put { name: name.clone(), document: text("PolicyDocument")?, revision },
        false => Operation::Delete { name: name.clone(), revision },
    };
    let answered = match exchange.outcome() {
        Outcome::Success(_) if puts => {
            let (_, policy) = stored(exchange)?;
            Answered::Stored(policy.revision)
        }
        Outcome::Success(_) => Answered::Gone,
        Outcome::Refused { answer, .. } if answer.status < 500 && !is_throttled(answer) => Answered::Refused,
        Outcome::Refused { .. } | Outcome::NoResponse(_) => return None,
    };
    Some((operation, answered))
}

fn listing(state: &State) -> Listing {
    let policy = |listed: &crate::exchange::Listed| Policy {
        document: listed.document.clone(),
        revision: listed.revision.clone(),
    };
    state.policies.iter().map(|(name, listed)| (name.clone(), policy(listed))).collect()
}

/// The policies of one scope as a service that does one thing after another keeps them.
#[derive(Clone, Debug)]
struct Policies {
    service: Service,
    there: Listing,
    /// Policies that are not the run's own, and count.
    preexisting: usize,
    /// Every revision that was ever issued for a name.
    issued: BTreeSet<(String, String)>,
    /// Where the limit on the number of policies may lie.
    limit: RangeInclusive<usize>,
    /// Whether a call is refused only for a documented reason.
    refuses_in_need: bool,
}

impl Policies {
    /// As they were read before a step.
    fn new(service: Service, recorded: &Recorded, at: usize, before: &State) -> Self {
        let earlier = recorded.traces[..at].iter().flat_map(Trace::exchanges);
        let issued = earlier.filter_map(stored).filter_map(|(name, policy)| Some((name, policy.revision?)));
        Self {
            service,
            there: listing(before),
            preexisting: before.occupied,
            issued: issued.collect(),
            limit: limit(service, recorded, at),
            refuses_in_need: false,
        }
    }

    fn is_put(&mut self, name: &str, document: &str, given: Option<&str>, answered: Option<&str>) -> bool {
        let policy = Policy { document: Some(document.to_owned()), revision: answered.map(str::to_owned) };
        let accepted = match (self.there.get(name), given) {
            (Some(old), given) => {
                let fits = match given {
                    Some(given) => old.revision.as_deref().is_none_or(|current| current == given),
                    // Whether Rekognition's put without a revision updates is an open question.
                    None => self.service == Service::Xray || !self.refuses_in_need,
                };
                let same = old.document.as_deref().is_some_and(|old| is_equivalent(old, document));
                fits && (same || self.is_new(name, old, answered))
            }
            (None, Some("0")) if self.service == Service::Xray => self.has_room(),
            (None, Some(_)) if self.service == Service::Rekognition || self.refuses_in_need => false,
            (None, _) => self.has_room(),
        };
        self.issued.extend(policy.revision.clone().map(|revision| (name.to_owned(), revision)));
        self.there.insert(name.to_owned(), policy);
        accepted
    }

    /// Whether a revision differs from those that it must differ from.
    fn is_new(&self, name: &str, old: &Policy, answered: Option<&str>) -> bool {
        let Some(answered) = answered else { return true };
        match self.service {
            Service::Rekognition => !self.issued.contains(&(name.to_owned(), answered.to_owned())),
            Service::Xray => old.revision.as_deref() != Some(answered),
        }
    }

    fn has_room(&self) -> bool {
        self.there.len() + self.preexisting < *self.limit.end()
    }

    fn is_deleted(&mut self, name: &str, given: Option<&str>) -> bool {
        match (self.there.remove(name), given) {
            (Some(Policy { revision: Some(current), .. }), Some(given)) => current == given,
            // Nothing is documented of deleting what is not there.
            _ => true,
        }
    }

    /// Whether there is a documented reason to refuse an operation, or none is asked for.
    fn is_refused(&self, operation: &Operation) -> bool {
        let (Operation::Put { name, revision, .. } | Operation::Delete { name, revision }) = operation else {
            return false;
        };
        let puts = matches!(operation, Operation::Put { .. });
        let current = self.there.get(name).map(|policy| policy.revision.as_deref());
        let reason = match (current, revision.as_deref()) {
            (Some(current), Some(given)) => current != Some(given),
            (Some(_), None) => puts && self.service == Service::Rekognition,
            (None, _) if !puts => true,
            (None, Some(given)) if self.service == Service::Rekognition || given != "0" => true,
            (None, _) => self.there.len() + self.preexisting >= *self.limit.start(),
        };
        reason || !self.refuses_in_need
    }

    fn is_listed(&self, listing: &Listing) -> bool {
        let agree = |a: &Option<String>, b: &Option<String>, same: fn(&str, &str) -> bool| match (a, b) {
            (Some(a), Some(b)) => same(a, b),
            // The listing's own rules speak of what it lacks.
            _ => true,
        };
        self.there.len() == listing.len()
            && self.there.iter().all(|(name, policy)| {
                listing.get(name).is_some_and(|listed| {
                    agree(&policy.revision, &listed.revision, |a, b| a == b)
                        && agree(&policy.document, &listed.document, is_equivalent)
                })
            })
    }
}

impl SequentialSpec for Policies {
    type Op = Operation;
    type Ret = Answered;

    /// The tester asks for this where a call has not returned; here all have.
    fn invoke(&mut self, operation: &Operation) -> Answered {
        match operation {
            Operation::Put { .. } => Answered::Stored(None),
            Operation::Delete { .. } => Answered::Gone,
            Operation::Read => Answered::Listing(self.there.clone()),
        }
    }

    fn is_valid_step(&mut self, operation: &Operation, answered: &Answered) -> bool {
        match (operation, answered) {
            (Operation::Put { name, document, revision }, Answered::Stored(new)) => {
                self.is_put(name, document, revision.as_deref(), new.as_deref())
            }
            (Operation::Delete { name, revision }, Answered::Gone) => {
                self.is_deleted(name, revision.as_deref())
            }
            (operation, Answered::Refused) => self.is_refused(operation),
            (Operation::Read, Answered::Listing(listing)) => self.is_listed(listing),
            _ => false,
        }
    }
}

/// Where the limit on the number of policies may lie: what the target's owner states, or what a
/// refusal earlier in the case has shown, or what the documents allow.
fn limit(service: Service, recorded: &Recorded, at: usize) -> RangeInclusive<usize> {
    // Where others are at work, nobody knows how much room there is.
    if service == Service::Xray && recorded.preexisting.is_none() {
        return 0..=usize::MAX;
    }
    let Some(limit) = resources(service).find(|resource| resource.versions.is_some()).map(|one| &one.limit)
    else {
        return 0..=usize::MAX;
    };
    let documented = limit.range(&recorded.quotas);
    if documented.start() == documented.end() {
        return documented;
    }
    let mut state = State::default();
    let mut shown = None;
    for trace in &recorded.traces[..at] {
        match trace {
            Trace::Read { state: Ok(read), .. } => state = read.clone(),
            Trace::Call(exchange) => {
                if let Outcome::Refused { code: Some(code), .. } = exchange.outcome()
                    && limit.codes.contains(&code.as_str())
                {
                    shown = Some(state.policies.len() + state.occupied);
                }
                apply(exchange, &mut state);
            }
            _ => {}
        }
    }
    shown.map_or(documented, |shown| shown..=shown)
}

/// What the calls were answered and what was listed then, in words.
fn format_failures(calls: &[Exchange], after: &State) -> String {
    let mut format_failures: Vec<String> = calls
        .iter()
        .map(|call| {
            let revision = stored(call).and_then(|(_, policy)| policy.revision);
            let revision = revision.map(|revision| format!(", revision {revision:?}")).unwrap_or_default();
            format!("{}: {}{revision}", call.label, describe(call))
        })
        .collect();
    let listed = after.policies.iter().map(|(name, listed)| match &listed.revision {
        Some(revision) => format!("{name:?} with revision {revision:?}"),
        None => format!("{name:?}"),
    });
    let listed: Vec<String> = listed.collect();
    format_failures.push(match listed.as_slice() {
        [] => "then nothing is listed".to_owned(),
        _ => format!("then listed: {}", listed.join(", ")),
    });
    format_failures.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Listed;
    use proptest::prelude::*;
    use rstest::rstest;

    const FIRST: &str = r#"{"a":1}"#;
    const SECOND: &str = r#"{"a":2}"#;

    fn state(policies: &[(&str, &str, &str)]) -> State {
        let listed = policies.iter().map(|(name, revision, document)| {
            let document = Some((*document).to_owned());
            let revision = Some((*revision).to_owned());
            ((*name).to_owned(), Listed { document, revision, item: Value::Null })
        });
        State { policies: listed.collect(), ..State::default() }
    }

    fn policies(service: Service, before: &State) -> Policies {
        let issued =
            listing(before).into_iter().filter_map(|(name, policy)| Some((name, policy.revision?))).collect();
        Policies {
            service,
            there: listing(before),
            preexisting: 0,
            issued,
            limit: 2..=2,
            refuses_in_need: true,
        }
    }

    fn put(name: &str, document: &str, given: &str, answered: &str) -> (Operation, Answered) {
        let revision = (!given.is_empty()).then(|| given.to_owned());
        let operation = Operation::Put { name: name.to_owned(), document: document.to_owned(), revision };
        let answered = match answered {
            "refused" => Answered::Refused,
            revision => Answered::Stored(Some(revision.to_owned())),
        };
        (operation, answered)
    }

    fn delete(name: &str, given: &str, answered: Answered) -> (Operation, Answered) {
        let revision = (!given.is_empty()).then(|| given.to_owned());
        (Operation::Delete { name: name.to_owned(), revision }, answered)
    }

    #[rstest]
    #[case::one_of_two_creations(&[], vec![put("a", FIRST, "0", "1"), put("a", SECOND, "0", "refused")], &[("a", "1", FIRST)], true)]
    #[case::both_creations(&[], vec![put("a", FIRST, "0", "1"), put("a", SECOND, "0", "2")], &[("a", "2", SECOND)], false)]
    #[case::no_creation(&[], vec![put("a", FIRST, "0", "refused"), put("a", SECOND, "0", "refused")], &[], false)]
    #[case::one_of_two_updates(&[("a", "1", FIRST)], vec![put("a", SECOND, "1", "2"), put("a", "{}", "1", "refused")], &[("a", "2", SECOND)], true)]
    #[case::both_updates(&[("a", "1", FIRST)], vec![put("a", SECOND, "1", "2"), put("a", "{}", "1", "3")], &[("a", "3", "{}")], false)]
    #[case::the_refused_one_is_stored(&[("a", "1", FIRST)], vec![put("a", SECOND, "1", "2"), put("a", "{}", "1", "refused")], &[("a", "2", "{}")], false)]
    #[case::one_revision_for_two(&[("a", "1", FIRST)], vec![put("a", SECOND, "", "2"), put("a", "{}", "", "2")], &[("a", "2", SECOND)], false)]
    #[case::a_revision_each(&[("a", "1", FIRST)], vec![put("a", SECOND, "", "3"), put("a", "{}", "", "2")], &[("a", "3", SECOND)], true)]
    #[case::a_lost_creation(&[], vec![put("a", FIRST, "", "1"), put("b", FIRST, "", "1")], &[("b", "1", FIRST)], false)]
    #[case::within_the_limit(&[("a", "1", FIRST)], vec![put("b", FIRST, "", "1"), put("c", FIRST, "", "refused")], &[("a", "1", FIRST), ("b", "1", FIRST)], true)]
    #[case::beyond_the_limit(&[("a", "1", FIRST)], vec![put("b", FIRST, "", "1"), put("c", FIRST, "", "1")], &[("a", "1", FIRST), ("b", "1", FIRST), ("c", "1", FIRST)], false)]
    #[case::refused_with_room(&[], vec![put("a", FIRST, "", "1"), put("b", FIRST, "", "refused")], &[("a", "1", FIRST)], false)]
    #[case::deleted_then_put(&[("a", "1", FIRST)], vec![put("a", SECOND, "", "1"), delete("a", "1", Answered::Gone)], &[("a", "1", SECOND)], true)]
    #[case::deleted_but_listed(&[("a", "1", FIRST)], vec![delete("a", "1", Answered::Gone), delete("a", "1", Answered::Gone)], &[("a", "1", FIRST)], false)]
    #[case::stale_deletion(&[("a", "1", FIRST)], vec![delete("a", "7", Answered::Gone)], &[], false)]
    fn histories_of_xray(
        #[case] before: &[(&str, &str, &str)],
        #[case] history: Vec<(Operation, Answered)>,
        #[case] after: &[(&str, &str, &str)],
        #[case] explained: bool,
    ) {
        let policies = policies(Service::Xray, &state(before));
        assert_eq!(is_explained(policies, &history, &state(after)), explained);
    }

    #[rstest]
    #[case::one_first_put(vec![put("b", FIRST, "", "b1"), put("b", SECOND, "", "refused")], &[("b", "b1", FIRST)], true, true)]
    #[case::both_first_puts(vec![put("b", FIRST, "", "b1"), put("b", SECOND, "", "b2")], &[("b", "b2", SECOND)], true, false)]
    #[case::both_updates(vec![put("a", SECOND, "a1", "a2"), put("a", "{}", "a1", "a3")], &[("a", "a3", "{}")], false, false)]
    #[case::an_old_revision_again(vec![put("a", SECOND, "a1", "a1")], &[("a", "a1", SECOND)], false, false)]
    #[case::a_revision_on_a_free_name(vec![put("b", SECOND, "a1", "b1")], &[("a", "a1", FIRST), ("b", "b1", SECOND)], false, false)]
    fn histories_of_rekognition(
        #[case] history: Vec<(Operation, Answered)>,
        #[case] after: &[(&str, &str, &str)],
        #[case] explained: bool,
        #[case] with_reasons: bool,
    ) {
        let mut after = after.to_vec();
        if after.iter().all(|(name, ..)| *name != "a") {
            after.push(("a", "a1", FIRST));
        }
        let strict = policies(Service::Rekognition, &state(&[("a", "a1", FIRST)]));
        let lenient = Policies { refuses_in_need: false, ..strict.clone() };
        assert_eq!(is_explained(lenient, &history, &state(&after)), explained);
        assert_eq!(is_explained(strict, &history, &state(&after)), with_reasons);
    }

    proptest! {
        /// Whatever a service that does one thing after another answers is explained, in whatever
        /// order the answers are looked at.
        #[test]
        fn what_happened_in_some_order_is_explained(
            calls in proptest::collection::vec((0..2usize, 0..4usize, 0..3usize), 1..5),
            turn in 0..5usize,
        ) {
            let before = state(&[("a", "1", FIRST)]);
            let mut there = policies(Service::Xray, &before);
            let mut history = Vec::new();
            for (number, (name, given, document)) in calls.into_iter().enumerate() {
                let name = ["a", "b"][name];
                let given = ["", "0", "1", "delete"][given];
                let made = if given == "delete" {
                    there.there.remove(name);
                    delete(name, "", Answered::Gone)
                } else {
                    let answered = (number + 2).to_string();
                    let document = format!("{{\"a\":{document}}}");
                    let mut tried = there.clone();
                    if tried.is_put(name, &document, Some(given).filter(|given| !given.is_empty()), Some(&answered)) {
                        there = tried;
                        put(name, &document, given, &answered)
                    } else {
                        put(name, &document, given, "refused")
                    }
                };
                history.push(made);
            }
            let after = State {
                policies: there.there.iter().map(|(name, policy)| (name.clone(), Listed {
                    document: policy.document.clone(), revision: policy.revision.clone(), item: Value::Null,
                })).collect(),
                ..State::default()
            };
            let length = history.len();
            history.rotate_left(turn % length);
            prop_assert!(is_explained(policies(Service::Xray, &before), &history, &after));
        }
    }
}
