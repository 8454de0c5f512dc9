//! X-Ray's calls, and what surrounds those that have to be refused.

use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Arg, Call, Part, Scope, Service, Step, Symbol, Text, Unit, Wire};
use serde_json::json;

/// Puts a plain document under the run's name with this tag.
pub(super) fn put(tag: &str) -> Call {
    let members = [("PolicyName", name(tag)), ("PolicyDocument", numbered(0))];
    Call::new(Service::Xray, "PutResourcePolicy", Arg::object(members))
}

/// Puts this document under the name with the tag `a`.
pub(super) fn put_text(text: Text) -> Call {
    put("a").with("PolicyDocument", Some(Arg::Text(text)))
}

/// Puts a plain document under a name of 128 characters that ends like this.
pub(super) fn put_long(end: &str) -> Call {
    let text = Text(vec![
        Part::Symbol(Symbol::Name("n".to_owned())),
        Part::Fill { with: '-', until: 128, unit: Unit::Characters },
        Part::Literal(end.to_owned()),
    ]);
    put("n").with("PolicyName", Some(Arg::Text(text)))
}

/// Deletes the policy with this tag.
pub(super) fn delete(tag: &str) -> Call {
    Call::new(Service::Xray, "DeleteResourcePolicy", Arg::object([("PolicyName", name(tag))]))
}

pub(super) fn list() -> Call {
    Call::new(Service::Xray, "ListResourcePolicies", Arg::Object(Vec::new()))
}

pub(super) fn name(tag: &str) -> Arg {
    Arg::symbol(Symbol::Name(tag.to_owned()))
}

/// A plain document that differs from those of other numbers.
fn numbered(number: usize) -> Arg {
    Arg::Text(document::numbered(Service::Xray, number))
}

/// The revision that the put with this label answered.
pub(super) fn revision(label: &str) -> Symbol {
    Symbol::response(label, "/ResourcePolicy/PolicyRevisionId")
}

/// Ways to write a plan down.
pub(super) trait Written {
    fn document(self, number: usize) -> Call;
    fn revision(self, revision: impl Into<Arg>) -> Call;
    fn bypassing(self, flag: bool) -> Call;
    fn elsewhere(self) -> Call;
    fn step(self) -> Step;
}

impl Written for Call {
    fn document(self, number: usize) -> Call {
        self.with("PolicyDocument", Some(numbered(number)))
    }

    fn revision(self, revision: impl Into<Arg>) -> Call {
        self.with("PolicyRevisionId", Some(revision.into()))
    }

    fn bypassing(self, flag: bool) -> Call {
        self.with("BypassPolicyLockoutCheck", Some(Arg::Json(json!(flag))))
    }

    fn elsewhere(self) -> Call {
        self.over(Wire { elsewhere: true, ..Wire::default() })
    }

    fn step(self) -> Step {
        Step::Call(self)
    }
}

/// Reads every policy.
pub(super) fn read() -> Step {
    Step::Read(Scope::ResourcePolicies)
}

/// The tag of the policy that is there while calls are refused.
const WITNESS: &str = "witness";

/// The policy beside which refused calls are sent, so that doing harm would show. No other has its document.
pub(super) fn beside_a_witness() -> (Vec<Step>, Vec<Step>) {
    (vec![put(WITNESS).document(99).step(), read()], vec![read()])
}

/// Two policies of several revisions each, and a read: `a` has `first` and then `before`, the other one
/// ends with `other3`.
pub(super) fn two() -> Vec<Step> {
    vec![
        put("a").labelled("first").step(),
        put("a").document(1).labelled("before").step(),
        put("other").step(),
        put("other").document(2).step(),
        put("other").document(3).labelled("other3").step(),
        read(),
    ]
}

/// The call, which is one under a free name, as one on the witness: what is refused there too leaves it
/// with its document and its revision.
pub(super) fn on_the_witness(call: &Call) -> Option<Call> {
    (call.member("PolicyName") == Some(&name("a")))
        .then(|| call.clone().with("PolicyName", Some(name(WITNESS))))
}
