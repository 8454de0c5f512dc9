//! Sequences of calls, judged step by step by what the steps before have left.

use super::{COUNT, REVISION, Written, delete, put, read, revision};
use crate::exchange::{Exchange, Recorded, State, Trace};
use crate::judge::apply;
use crate::rules::expectation::{After, Expectation};
use crate::rules::source::BOTO3_XRAY;
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::plan::{Case, Derivation, Step};
use aws_conformance_generators::sequence::{self, Operation, Revision, Sequence, Updates};
use proptest::strategy::Strategy;
use serde_json::Value;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "xray.lifecycle.sequence.state",
            BOTO3_XRAY.says(
                "created if it does not exist, or updated; refused unless the revision id matches the latest",
            ),
            "random sequences of puts and deletions of three policies",
        )
        .expect("by-state", Expectation::refusal(&[REVISION]).or_success(After::Stored, []).given(by_state))
        .random(|| sequence::sequences(12, Updates::NeedNothing).prop_map(|sequence| plan(&sequence)).boxed())
        .build(),
    ]
}

/// The plan of a sequence: a read at both ends, and one behind every refusal.
fn plan(sequence: &Sequence) -> Case {
    let mut steps = vec![read()];
    for (at, operation) in sequence.operations.iter().enumerate() {
        let label = format!("o{at}");
        let (call, with) = match operation {
            Operation::Put { name, document, revision } => (put(name).document(*document), revision),
            Operation::Delete { name, revision } => (delete(name), revision),
        };
        let call = match with {
            Revision::None => call,
            Revision::Zero => call.revision("0"),
            Revision::Of(earlier) => call.revision(revision(&format!("o{earlier}"))),
            Revision::After(earlier) => {
                call.revision(revision(&format!("o{earlier}")).derived(Derivation::Successor))
            }
        };
        steps.push(call.labelled(&label).expecting("by-state").step());
        if sequence.is_refused(at) {
            steps.push(read());
        }
    }
    if !matches!(steps.last(), Some(Step::Read(_))) {
        steps.push(read());
    }
    case(format!("{} calls", sequence.operations.len()), steps)
}

/// What a call comes to in the state that the accepted calls before it have left.
fn by_state(recorded: &Recorded, exchange: &Exchange) -> Expectation {
    let mut state = recorded.first_read().cloned().unwrap_or_default();
    let preexisting = state.occupied;
    for earlier in recorded.traces.iter().flat_map(Trace::exchanges) {
        if earlier.label == exchange.label {
            break;
        }
        apply(earlier, &mut state);
    }
    let input = exchange.request.input().unwrap_or_default();
    let text = |member: &str| input.get(member).and_then(Value::as_str);
    let there = text("PolicyName").and_then(|name| state.policies.get(name));
    let refused = || Expectation::refusal(&[REVISION]);
    let deletes = exchange.request.operation == "DeleteResourcePolicy";
    match (there, text("PolicyRevisionId")) {
        (Some(_), None) if deletes => Expectation::success(After::Gone, []),
        (Some(policy), Some(given)) if policy.revision.as_deref() == Some(given) && deletes => {
            Expectation::success(After::Gone, [])
        }
        (Some(policy), Some(given)) if policy.revision.as_deref() == Some(given) => {
            Expectation::success(After::Stored, [])
        }
        (Some(_), Some(_)) => refused(),
        (Some(_), None) => Expectation::success(After::Stored, []),
        // Nothing is documented of deleting what does not exist.
        (None, _) if deletes => Expectation::no_server_error(),
        (None, None | Some("0")) => created(&state, preexisting),
        (None, Some(_)) => refused().at(crate::rules::expectation::Level::Should),
    }
}

fn created(state: &State, preexisting: usize) -> Expectation {
    let created = Expectation::success(After::Stored, []);
    if state.policies.len() + preexisting < 5 { created } else { created.or_refusal(&[COUNT]) }
}
