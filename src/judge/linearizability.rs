//! Concurrent histories: whether some order of calls that were made at the same time explains what
//! each of them was answered and what is listed afterwards.

use super::finding::{Class, Violation};
use super::state::{Change, Effect, Model, Reading};
use crate::exchange::{Exchange, Outcome, Recorded, State, Trace, describe, is_throttled};
use crate::rules::expectation::Level;
use crate::service::Resource;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

/// What is wrong with the parallel blocks of a case, each of which stands between two reads.
pub(super) fn violations(recorded: &Recorded) -> Vec<Violation> {
    let blocks = recorded.traces.iter().enumerate().filter_map(|(at, trace)| match trace {
        Trace::Parallel(calls) => Some((at, calls.as_slice())),
        _ => None,
    });
    blocks.filter_map(|(at, calls)| violation(recorded, at, calls)).collect()
}

fn violation(recorded: &Recorded, at: usize, calls: &[Exchange]) -> Option<Violation> {
    let read = |trace: Option<&Trace>| match trace {
        Some(Trace::Read { state: Ok(state), .. }) => Some(state.clone()),
        _ => None,
    };
    read(at.checked_sub(1).and_then(|before| recorded.traces.get(before)))?;
    let after = read(recorded.traces.get(at + 1))?;
    let mut resource: Option<&'static Resource> = None;
    let mut history = Vec::new();
    for call in calls {
        let (of, change) = Change::of(call)?;
        resource = Some(of);
        // What is throttled is not carried out, and says nothing of the others.
        if matches!(call.outcome(), Outcome::Refused { answer, .. } if is_throttled(answer)) {
            continue;
        }
        match Effect::of(call) {
            Effect::Unknown => return None,
            effect => history.push((change, effect)),
        }
    }
    let model = Model::before(recorded, at, resource?, &history.first()?.0.scope)?;
    let found = |class: Class, level, expected: &str| Violation {
        class,
        level,
        expected: expected.to_owned(),
        observed: in_words(calls, &after),
        label: calls.first().map(|call| call.label.clone()).unwrap_or_default(),
    };
    if !is_explained(Policies { model: model.clone(), reading: Reading::Must }, &history, &after) {
        let expected = "answers, and a listing after them, that some order of the calls explains";
        return Some(found(Class::NoOrder, Level::Must, expected));
    }
    (!is_explained(Policies { model, reading: Reading::Should }, &history, &after)).then(|| {
        let expected = "an order of the calls in which each is accepted or refused for a documented reason";
        found(Class::Needless, Level::Should, expected)
    })
}

/// Whether some order of the calls, all of which overlapped, explains the answers and the listing.
fn is_explained(policies: Policies, history: &[(Change, Effect)], after: &State) -> bool {
    let reader = history.len();
    let mut tester = LinearizabilityTester::new(policies);
    let mut record = || -> Result<(), String> {
        for (caller, (change, _)) in history.iter().enumerate() {
            tester.on_invoke(caller, Operation::Change(change.clone()))?;
        }
        for (caller, (_, effect)) in history.iter().enumerate() {
            tester.on_return(caller, Answer::Effect(effect.clone()))?;
        }
        tester.on_invoke(reader, Operation::Read)?.on_return(reader, Answer::Listing(after.clone()))?;
        Ok(())
    };
    record().expect("each caller makes one call, and it returns");
    tester.is_consistent()
}

/// What a caller asks for.
#[derive(Clone, Debug)]
enum Operation {
    Change(Change),
    Read,
}

/// What it is answered.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Effect(Effect),
    Listing(State),
}

/// The policies of one scope as a service that does one thing after another keeps them.
#[derive(Clone, Debug)]
struct Policies {
    model: Model,
    reading: Reading,
}

impl SequentialSpec for Policies {
    type Op = Operation;
    type Ret = Answer;

    /// The tester asks for this where a call has not returned; here all have.
    fn invoke(&mut self, operation: &Operation) -> Answer {
        match operation {
            Operation::Change(_) => Answer::Effect(Effect::Accepted(None)),
            Operation::Read => Answer::Listing(self.model.state()),
        }
    }

    fn is_valid_step(&mut self, operation: &Operation, answer: &Answer) -> bool {
        match (operation, answer) {
            (Operation::Change(change), Answer::Effect(effect)) => {
                match self.model.step(change, effect, self.reading).pop() {
                    Some(next) => {
                        self.model = next;
                        true
                    }
                    None => false,
                }
            }
            (Operation::Read, Answer::Listing(listing)) => self.model.is_listed(listing),
            _ => false,
        }
    }
}

/// What the calls were answered and what was listed then, in words.
fn in_words(calls: &[Exchange], after: &State) -> String {
    let mut parts: Vec<String> = calls
        .iter()
        .map(|call| match Effect::of(call) {
            Effect::Accepted(Some(revision)) => {
                format!("{}: {}, revision {revision:?}", call.label, describe(call))
            }
            _ => format!("{}: {}", call.label, describe(call)),
        })
        .collect();
    let listed: Vec<String> = after
        .policies
        .iter()
        .map(|(name, listed)| match &listed.revision {
            Some(revision) => format!("{name:?} with revision {revision:?}"),
            None => format!("{name:?}"),
        })
        .collect();
    parts.push(match listed.as_slice() {
        [] => "then nothing is listed".to_owned(),
        _ => format!("then listed: {}", listed.join(", ")),
    });
    parts.join("; ")
}
