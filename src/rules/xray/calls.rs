//! X-Ray's calls.

use super::refusals::TYPE;
use crate::rules::calls::Calls;
pub(super) use crate::rules::calls::{CallExt, name};
use crate::service::RESOURCE_POLICIES;
use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Arg, Call, Scope, Service, Step, Symbol, Text};
use serde_json::json;

pub(super) const CALLS: Calls = Calls {
    service: Service::Xray,
    resource: &RESOURCE_POLICIES,
    put,
    delete,
    read,
    demanding: || vec![put("a"), delete("a")],
    undemanding: list,
    unreadable: &TYPE,
};

/// Puts a plain document under the run's name with this tag.
pub(super) fn put(tag: &str) -> Call {
    let document = Arg::Text(document::numbered(Service::Xray, 0));
    let members = [("PolicyName", name(tag)), ("PolicyDocument", document)];
    Call::new(Service::Xray, "PutResourcePolicy", Arg::object(members))
}

/// Puts this document under the name with the tag `a`.
pub(super) fn put_text(text: Text) -> Call {
    CALLS.put_text(text)
}

/// Deletes the policy with this tag.
pub(super) fn delete(tag: &str) -> Call {
    Call::new(Service::Xray, "DeleteResourcePolicy", Arg::object([("PolicyName", name(tag))]))
}

pub(super) fn list() -> Call {
    Call::new(Service::Xray, "ListResourcePolicies", Arg::Object(Vec::new()))
}

/// The revision that the put with this label answered.
pub(super) fn revision(label: &str) -> Symbol {
    CALLS.revision(label)
}

/// The call with the flag against locking oneself out.
pub(super) fn bypassing(call: Call, flag: bool) -> Call {
    call.with("BypassPolicyLockoutCheck", Some(Arg::Json(json!(flag))))
}

/// Reads every policy.
pub(super) fn read() -> Step {
    Step::Read(Scope::ResourcePolicies)
}

pub(super) fn beside_a_witness() -> (Vec<Step>, Step) {
    CALLS.beside_a_witness()
}

/// Two policies of several revisions each: `a` has `first` and then `before`, the other one ends with
/// `other3`.
pub(super) fn two() -> Vec<Call> {
    vec![
        put("a").labelled("first"),
        put("a").document(1).labelled("before"),
        put("other"),
        put("other").document(2),
        put("other").document(3).labelled("other3"),
    ]
}
