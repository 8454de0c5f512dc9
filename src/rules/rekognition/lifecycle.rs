//! Sequences of calls, judged step by step by what the steps before have left.

use super::{EXISTS, LIMIT, NEW_REVISION, NOT_FOUND, REVISION, Written, api, delete, put, read, revision};
use crate::exchange::{Exchange, Recorded, Trace};
use crate::judge::apply;
use crate::rules::expectation::{After, Expectation, Level};
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::plan::{Case, Derivation, Step};
use aws_conformance_generators::sequence::{self, Operation, Revision, Sequence, Updates};
use proptest::strategy::Strategy;
use serde_json::Value;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "rekognition.lifecycle.sequence.state",
            api(
                "a policy is updated by specifying its revision ID; each change deletes the previous version",
            ),
            "random sequences of puts and deletions of three policies of a project",
        )
        .expect(
            "by-state",
            Expectation::refusal(&[REVISION, EXISTS, NOT_FOUND])
                .or_success(After::Stored, [])
                .given(by_state),
        )
        .random(|| {
            sequence::sequences(12, Updates::NeedRevision).prop_map(|sequence| plan(&sequence)).boxed()
        })
        .build(),
    ]
}

/// The plan of a sequence: a read at both ends, and one behind every refusal.
fn plan(sequence: &Sequence) -> Case {
    let mut steps = vec![read("p")];
    for (at, operation) in sequence.operations.iter().enumerate() {
        let (call, with) = match operation {
            Operation::Put { name, document, revision } => (put(name).document(*document), revision),
            Operation::Delete { name, revision } => (delete(name), revision),
        };
        let of = |earlier: &usize| revision(&format!("o{earlier}"));
        let call = match with {
            Revision::None => call,
            Revision::Zero => call.revision("0"),
            Revision::Of(earlier) => call.revision(of(earlier)),
            Revision::After(earlier) => call.revision(of(earlier).derived(Derivation::Complement)),
        };
        steps.push(call.labelled(&format!("o{at}")).expecting("by-state").step());
        if sequence.is_refused(at) {
            steps.push(read("p"));
        }
    }
    if !matches!(steps.last(), Some(Step::Read(_))) {
        steps.push(read("p"));
    }
    case(format!("{} calls", sequence.operations.len()), steps)
}

/// What a call comes to in the state that the accepted calls before it have left.
fn by_state(recorded: &Recorded, exchange: &Exchange) -> Expectation {
    let mut state = recorded.first_read().cloned().unwrap_or_default();
    for earlier in recorded.traces.iter().flat_map(Trace::exchanges) {
        if earlier.label == exchange.label {
            break;
        }
        apply(earlier, &mut state);
    }
    let input = exchange.request.input().unwrap_or_default();
    let text = |member: &str| input.get(member).and_then(Value::as_str);
    let there = text("PolicyName").and_then(|name| state.policies.get(name));
    let deletes = exchange.request.operation == "DeleteProjectPolicy";
    let accepted = |after: After| Expectation::success(after, [NEW_REVISION]);
    let gone = || Expectation::success(After::Gone, []);
    match (there, text("PolicyRevisionId")) {
        (Some(_), None) if deletes => gone(),
        (Some(policy), Some(given)) if policy.revision.as_deref() == Some(given) && deletes => gone(),
        // Putting the same document again may or may not be a change.
        (Some(policy), Some(given)) if policy.revision.as_deref() == Some(given) => {
            match policy.document.as_deref() == text("PolicyDocument") {
                true => Expectation::no_server_error(),
                false => accepted(After::Stored),
            }
        }
        (Some(_), Some(_)) => Expectation::refusal(&[REVISION]),
        (Some(_), None) => Expectation::refusal(&[EXISTS, REVISION]).at(Level::Should),
        (None, _) if deletes => Expectation::no_server_error(),
        (None, None) if state.policies.len() < recorded.quotas.project_policies.unwrap_or(5) => {
            Expectation::success(After::Stored, [])
        }
        (None, None) => Expectation::success(After::Stored, []).or_refusal(&LIMIT),
        (None, Some(_)) => Expectation::refusal(&[REVISION, NOT_FOUND]),
    }
}
