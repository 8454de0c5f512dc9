//! X-Ray resource policies.

mod delete;
mod lifecycle;
mod list;
mod put;

use super::Rule;
use super::concurrency::Racing;
use super::wire::Tried;
use crate::rules::expectation::{Check, Context, Expectation, Level};
use aws_conformance_generators::document;
use aws_conformance_generators::model::{Operation, model};
use aws_conformance_generators::partition::{Constraint, Target};
use aws_conformance_generators::plan::{Arg, Call, Scope, Service, Step, Symbol};
use serde_json::Value;

/// The rules of X-Ray's operations and their life cycle.
pub(super) fn rules() -> Vec<Rule> {
    [put::rules(), list::rules(), delete::rules(), lifecycle::rules(), racing().rules(), wire().rules()]
        .into_iter()
        .flatten()
        .collect()
}

fn racing() -> Racing {
    Racing {
        service: Service::Xray,
        put: |tag, number| put(tag).document(number),
        delete,
        revision,
        read,
        create_only: Some("0"),
        most: put::MOST,
        creation: &["xray.put.create-once", "xray.put.revision-zero"],
        revisions: &["xray.put.update-once", "xray.put.revision-incremented"],
        kept: &["xray.put.creates", "xray.put.kept"],
        count: &["xray.put.five"],
    }
}

fn wire() -> Tried {
    Tried {
        service: Service::Xray,
        demanding: vec![put("a"), delete("a")],
        undemanding: list(),
        accepted: |call| vec![read(), call.step(), read()],
        acceptable: || put("a"),
        around: beside_a_witness,
        unreadable: &TYPE,
    }
}

/// How X-Ray refuses what breaks a constraint of the model.
const CONSTRAINT: [&str; 2] = ["InvalidRequestException", "ValidationException"];
/// How it refuses a value of the wrong JSON type.
const TYPE: [&str; 3] = ["SerializationException", "InvalidRequestException", "ValidationException"];
const REVISION: &str = "InvalidPolicyRevisionIdException";
const MALFORMED: &str = "MalformedPolicyDocumentException";
const COUNT: &str = "PolicyCountLimitExceededException";

fn operation(name: &str) -> &'static Operation {
    model(Service::Xray).operation(name).expect("the model has the operations that the rules are about")
}

/// Puts a plain document under the run's name with this tag.
fn put(tag: &str) -> Call {
    let members = [("PolicyName", name(tag)), ("PolicyDocument", numbered(0))];
    Call::new(Service::Xray, "PutResourcePolicy", Arg::object(members))
}

/// Deletes the policy with this tag.
fn delete(tag: &str) -> Call {
    Call::new(Service::Xray, "DeleteResourcePolicy", Arg::object([("PolicyName", name(tag))]))
}

fn list() -> Call {
    Call::new(Service::Xray, "ListResourcePolicies", Arg::Object(Vec::new()))
}

fn name(tag: &str) -> Arg {
    Arg::symbol(Symbol::Name(tag.to_owned()))
}

/// A plain document that differs from those of other numbers.
fn numbered(number: usize) -> Arg {
    Arg::Text(document::numbered(Service::Xray, number))
}

/// The revision that the put with this label answered.
fn revision(label: &str) -> Symbol {
    Symbol::response(label, "/ResourcePolicy/PolicyRevisionId")
}

/// Ways to write a plan down.
trait Written {
    fn document(self, number: usize) -> Call;
    fn revision(self, revision: impl Into<Arg>) -> Call;
    fn step(self) -> Step;
}

impl Written for Call {
    fn document(self, number: usize) -> Call {
        self.with("PolicyDocument", Some(numbered(number)))
    }

    fn revision(self, revision: impl Into<Arg>) -> Call {
        self.with("PolicyRevisionId", Some(revision.into()))
    }

    fn step(self) -> Step {
        Step::Call(self)
    }
}

/// Reads every policy.
fn read() -> Step {
    Step::Read(Scope::ResourcePolicies)
}

/// The policy beside which refused calls are sent, so that doing harm would show.
fn beside_a_witness() -> (Vec<Step>, Vec<Step>) {
    (vec![put("witness").labelled("witness").step(), read()], vec![read()])
}

/// A wrong type is refused, by which code is less certain; everything else by a constraint's code.
fn refusal(_: &Target, constraint: Constraint) -> Expectation {
    match constraint {
        Constraint::Type => Expectation::refusal(&TYPE).other_code_is(Level::Should),
        _ => Expectation::refusal(&CONSTRAINT),
    }
}

/// The member of the answer's policy.
fn member<'a>(context: &Context<'a>, member: &str) -> Option<&'a Value> {
    context.output.get("ResourcePolicy")?.get(member)
}

const COMPLETE: Check = Check {
    class: "incomplete",
    states: "a ResourcePolicy that has PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime",
    level: Level::Must,
    test: |context| {
        for name in ["PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime"] {
            if member(context, name).is_none_or(Value::is_null) {
                return Err(format!("the answer has no ResourcePolicy.{name}"));
            }
        }
        Ok(())
    },
};

const SAME_NAME: Check = Check {
    class: "other-name",
    states: "the PolicyName that was put",
    level: Level::Must,
    test: |context| match (member(context, "PolicyName"), context.input.get("PolicyName")) {
        (Some(answered), Some(put)) if answered.is_string() && answered != put => {
            Err(format!("the answer's PolicyName is {answered}"))
        }
        _ => Ok(()),
    },
};

const SAME_DOCUMENT: Check = Check {
    class: "other-document",
    states: "a PolicyDocument that is JSON-equivalent to the one that was put",
    level: Level::Must,
    test: |context| {
        let put = context.input.get("PolicyDocument").and_then(Value::as_str);
        match (member(context, "PolicyDocument").and_then(Value::as_str), put) {
            (Some(answered), Some(put)) if !crate::rules::equivalence::is_equivalent(answered, put) => {
                Err(format!("the answer's PolicyDocument is {answered:?}"))
            }
            _ => Ok(()),
        }
    },
};

/// The revision that an earlier put, labelled `before`, answered.
fn revision_before(context: &Context<'_>) -> Option<String> {
    let answer = context.earlier("before")?;
    answer.pointer("/ResourcePolicy/PolicyRevisionId")?.as_str().map(str::to_owned)
}

fn revision_now(context: &Context<'_>) -> Option<String> {
    member(context, "PolicyRevisionId")?.as_str().map(str::to_owned)
}

const NEW_REVISION: Check = Check {
    class: "same-revision",
    states: "another PolicyRevisionId than before",
    level: Level::Must,
    test: |context| match (revision_before(context), revision_now(context)) {
        (Some(before), Some(now)) if before == now => Err(format!("PolicyRevisionId is {now:?} as before")),
        _ => Ok(()),
    },
};

const GREATER_REVISION: Check = Check {
    class: "revision-order",
    states: "a PolicyRevisionId that is greater than every one before, where they are numbers",
    level: Level::Should,
    test: |context| {
        let number = |text: Option<String>| text.and_then(|text| text.parse::<u128>().ok());
        let Some(now) = number(revision_now(context)) else { return Ok(()) };
        for label in ["first", "before"] {
            let earlier = context.earlier(label).and_then(|answer| {
                answer.pointer("/ResourcePolicy/PolicyRevisionId")?.as_str().map(str::to_owned)
            });
            if let Some(earlier) = number(earlier)
                && now <= earlier
                && revision_before(context) != revision_now(context)
            {
                return Err(format!("PolicyRevisionId went from {earlier} to {now}"));
            }
        }
        Ok(())
    },
};
