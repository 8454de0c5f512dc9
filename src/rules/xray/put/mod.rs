//! `PutResourcePolicy`.

mod creation;
mod documents;
mod limits;
mod lockout;
mod revisions;
mod sizes;

pub(super) use limits::MOST;

use super::calls::{Written, beside_a_witness, on_the_witness, put, read};
use super::refusals::{CONSTRAINT, MALFORMED, REVISION, operation, refusal};
use crate::rules::Rule;
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Expectation};

pub(super) fn rules() -> Vec<Rule> {
    let constraints = ConstraintRules {
        operation: operation("PutResourcePolicy"),
        accepted: |target, call| match target.path.as_str() {
            "PolicyDocument" => vec![read(), call.step(), read()],
            // Whether a revision under a free name is refused is another rule's question.
            "PolicyRevisionId" => vec![put("a").step(), read(), call.document(1).step(), read()],
            _ => vec![call.step()],
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
    ];
    let refused = refused.into_iter().flatten().map(|rule| rule.aimed(on_the_witness));
    refused.chain(others.into_iter().flatten()).collect()
}
