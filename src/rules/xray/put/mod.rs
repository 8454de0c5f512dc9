//! `PutResourcePolicy`.

mod creation;
mod documents;
mod limits;
mod lockout;
mod revisions;
mod sizes;

pub(super) use revisions::not_current;

use self::lockout::lockouts;
use self::sizes::of_bytes;
use super::calls::{CALLS, CallExt, beside_a_witness, put, read};
use super::refusals::{CONSTRAINT, MALFORMED, REVISION, operation, refusal};
use crate::rules::Rule;
use crate::rules::calls::steps;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation};
use aws_conformance_generators::document::Filling;

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("PutResourcePolicy"),
        accepted: |target, call| match target.path.as_str() {
            "PolicyDocument" => steps![read(), call, read()],
            // Whether a revision under a free name is refused is another rule's question.
            "PolicyRevisionId" => steps![put("a"), read(), call.document(1), read()],
            _ => steps![call],
        },
        acceptance: |target| match target.path.as_str() {
            "PolicyDocument" => Expectation::success(After::Stored, []),
            _ => Expectation::success(After::Any, []),
        },
        unfit: |_, _| Expectation::refusal(&[REVISION, MALFORMED]).or_refusal(&CONSTRAINT),
        refusal,
        call: |target, partition| varied(put("a"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    let refused = [constraints, documents::refused(), sizes::refused(), lockout::refused()];
    let others = [
        creation::rules(),
        revisions::rules(),
        documents::accepted(),
        sizes::accepted(),
        limits::rules(),
        lockout::accepted(),
        vec![documents::always_refused(), kept()],
    ];
    let refused = refused.into_iter().flatten().map(|rule| rule.aimed(|call| CALLS.on_the_witness(call)));
    refused.chain(others.into_iter().flatten()).collect()
}

/// What is refused on a policy that exists.
fn kept() -> Rule {
    let mut more = vec![
        ("revision 0".to_owned(), CALLS.revising_the_witness("0")),
        ("another revision".to_owned(), CALLS.revising_the_witness("98765432")),
        ("a document of 6000 bytes".to_owned(), CALLS.of_witness(&of_bytes(6000, Filling::Value('x')))),
    ];
    more.extend(lockouts().take(1).map(|(label, call)| (label, CALLS.of_witness(&call))));
    CALLS.kept(&[".put.revision-atomic"], more)
}
