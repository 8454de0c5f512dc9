//! Sequences of calls, judged step by step by what the steps before have left.

use super::{REVISION, Written, delete, put, read, revision};
use crate::rules::expectation::Expectation;
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::plan::{Case, Derivation, Step};
use aws_conformance_generators::sequence::{self, Operation, Revision, Sequence, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "xray.lifecycle.sequence.state",
            &[
                "xray.put.creates",
                "xray.put.updates",
                "xray.put.revision-atomic",
                "xray.put.revision-stale",
                "xray.put.revision-zero",
                "xray.put.revision-zero-creates",
                "xray.delete.deletes",
                "protocol.sequence",
            ],
            "random sequences of puts and deletions of three policies",
        )
        .expect("by-state", Expectation::by_state(&[REVISION], []))
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
