//! Sequences of calls, judged step by step by what the steps before have left.

use super::{EXISTS, NEW_REVISION, NOT_FOUND, REVISION, Written, delete, put, read, revision};
use crate::rules::expectation::Expectation;
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::plan::{Case, Derivation, Step};
use aws_conformance_generators::sequence::{self, Operation, Revision, Sequence, Updates};
use proptest::strategy::Strategy;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "rekognition.lifecycle.sequence.state",
            &[
                "rekognition.put.update",
                "rekognition.put.update-needs-revision",
                "rekognition.put.latest-kept",
                "rekognition.delete.removes",
                "protocol.sequence",
            ],
            "random sequences of puts and deletions of three policies of a project",
        )
        .expect("by-state", Expectation::by_state(&[REVISION, EXISTS, NOT_FOUND], [NEW_REVISION]))
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
