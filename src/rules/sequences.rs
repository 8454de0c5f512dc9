//! Sequences of puts and deletions as plans, alike for both services.

use super::calls::Calls;
use super::case;
use aws_conformance_generators::plan::{Arg, Case, Derivation, Step};
use aws_conformance_generators::sequence::{Operation, Revision, Sequence};

/// The plan of a sequence: a read at both ends, and one behind every refusal. `other` makes a revision
/// that is not the policy's of one that is.
pub(super) fn plan(service: Calls, other: &Derivation, sequence: &Sequence) -> Case {
    let mut steps = vec![(service.read)()];
    for (at, operation) in sequence.operations.iter().enumerate() {
        let (call, supplied) = match operation {
            Operation::Put { name, document, revision } => (service.numbered(name, *document), revision),
            Operation::Delete { name, revision } => ((service.delete)(name), revision),
        };
        let of = |earlier: &usize| service.revision(&format!("o{earlier}"));
        let revision = match supplied {
            Revision::None => None,
            Revision::Zero => Some(Arg::from("0")),
            Revision::Of(earlier) => Some(of(earlier).into()),
            Revision::After(earlier) => Some(of(earlier).derived(other.clone()).into()),
        };
        let call = call.with("PolicyRevisionId", revision);
        steps.push(call.labelled(&format!("o{at}")).expecting("by-state").into());
        if sequence.is_refused(at) {
            steps.push((service.read)());
        }
    }
    if !matches!(steps.last(), Some(Step::Read(_))) {
        steps.push((service.read)());
    }
    case(format!("{} calls", sequence.operations.len()), steps)
}
