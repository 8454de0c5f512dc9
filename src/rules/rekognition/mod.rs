//! Custom Labels project policies, and the projects that they are attached to.

mod copy;
mod delete;
mod documents;
mod lifecycle;
mod list;
mod projects;
mod put;
mod revisions;

use super::Rule;
use super::concurrency::Racing;
use super::wire::Tried;
use crate::rules::expectation::{Check, Context, Expectation, Level};
use aws_conformance_generators::document;
use aws_conformance_generators::model::{Operation, model};
use aws_conformance_generators::partition::{Constraint, Target, input, unfit};
use aws_conformance_generators::plan::{
    Arg, Await, Body, Call, Part, Scope, Service, Step, Symbol, Text, Wire,
};
use serde_json::Value;

/// The rules of Rekognition's operations and their life cycle.
pub(super) fn rules() -> Vec<Rule> {
    [
        put::rules(),
        revisions::rules(),
        documents::rules(),
        list::rules(),
        delete::rules(),
        copy::rules(),
        projects::rules(),
        lifecycle::rules(),
        racing().rules(),
        wire().rules(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn racing() -> Racing {
    Racing {
        service: Service::Rekognition,
        put: |tag, number| put(tag).document(number),
        delete,
        revision,
        read: || read("p"),
        create_only: None,
        most: put::MOST,
        creation: &["rekognition.PutProjectPolicy.ResourceAlreadyExistsException"],
        revisions: &["rekognition.put.update-once", "rekognition.put.update-needs-revision"],
        kept: &["rekognition.put.attaches", "rekognition.put.kept"],
        count: &["rekognition.put.five"],
    }
}

fn wire() -> Tried {
    Tried {
        service: Service::Rekognition,
        demanding: vec![put("a"), delete("a"), list("p")],
        undemanding: Call::new(Service::Rekognition, "DescribeProjects", Arg::Object(Vec::new())),
        accepted: |call| vec![read("p"), call.step(), read("p")],
        acceptable: || put("a"),
        around: beside_a_witness,
        unreadable: &TYPE,
    }
}

/// How Rekognition refuses what breaks a constraint of the model.
const CONSTRAINT: [&str; 2] = ["ValidationException", "InvalidParameterException"];
/// How it refuses a value of the wrong JSON type.
const TYPE: [&str; 3] = ["SerializationException", "ValidationException", "InvalidParameterException"];
const REVISION: &str = "InvalidPolicyRevisionIdException";
const MALFORMED: &str = "MalformedPolicyDocumentException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const EXISTS: &str = "ResourceAlreadyExistsException";
const LIMIT: [&str; 2] = ["LimitExceededException", "ServiceQuotaExceededException"];
const TOKEN: [&str; 3] =
    ["InvalidPaginationTokenException", "InvalidParameterException", "ValidationException"];

fn operation(name: &str) -> &'static Operation {
    model(Service::Rekognition)
        .operation(name)
        .expect("the model has the operations that the rules are about")
}

fn call(name: &str, members: Vec<(&str, Arg)>) -> Call {
    Call::new(Service::Rekognition, name, Arg::object(members))
}

/// A call with a plain valid input.
fn plain(name: &str) -> Call {
    Call::new(Service::Rekognition, name, input(operation(name)))
}

/// Puts a plain document on the leased project `p`, under the run's name with this tag.
fn put(tag: &str) -> Call {
    call(
        "PutProjectPolicy",
        vec![("ProjectArn", project("p")), ("PolicyName", name(tag)), ("PolicyDocument", numbered(0))],
    )
}

/// Deletes the policy with this tag from the leased project `p`.
fn delete(tag: &str) -> Call {
    call("DeleteProjectPolicy", vec![("ProjectArn", project("p")), ("PolicyName", name(tag))])
}

/// Lists the policies of a leased project.
fn list(tag: &str) -> Call {
    call("ListProjectPolicies", vec![("ProjectArn", project(tag))])
}

fn project(tag: &str) -> Arg {
    Arg::symbol(Symbol::Project(tag.to_owned()))
}

fn name(tag: &str) -> Arg {
    Arg::symbol(Symbol::Name(tag.to_owned()))
}

/// Creates a project of the run's own with this tag.
fn create(tag: &str) -> Call {
    call("CreateProject", vec![("ProjectName", Arg::symbol(own(tag)))])
}

/// The name of a project that the plan creates.
fn own(tag: &str) -> Symbol {
    Symbol::ProjectName(tag.to_owned())
}

/// Waits until the project with this tag has a status, or is gone.
fn settled(label: &str, tag: &str, status: Option<&str>) -> Step {
    let project = Text(vec![Part::Symbol(own(tag))]);
    Step::Await(Await { label: label.to_owned(), project, status: status.map(str::to_owned), judged: false })
}

/// A plain document that differs from those of other numbers.
fn numbered(number: usize) -> Arg {
    Arg::Text(document::numbered(Service::Rekognition, number))
}

/// The revision that the put with this label answered.
fn revision(label: &str) -> Symbol {
    Symbol::response(label, "/PolicyRevisionId")
}

/// Ways to write a plan down.
trait Written {
    fn document(self, number: usize) -> Call;
    fn revision(self, revision: impl Into<Arg>) -> Call;
    fn on(self, project: &str) -> Call;
    fn step(self) -> Step;
}

impl Written for Call {
    fn document(self, number: usize) -> Call {
        self.with("PolicyDocument", Some(numbered(number)))
    }

    fn revision(self, revision: impl Into<Arg>) -> Call {
        self.with("PolicyRevisionId", Some(revision.into()))
    }

    fn on(self, tag: &str) -> Call {
        retargeted(self, &Symbol::Project(tag.to_owned()))
    }

    fn step(self) -> Step {
        Step::Call(self)
    }
}

/// The call on another project than `p`, with a document that is about that one.
fn retargeted(call: Call, project: &Symbol) -> Call {
    let document = match &call.body {
        Body::Input(input) => input.get("PolicyDocument").cloned(),
        Body::Raw(_) => None,
    };
    let call = call.with("ProjectArn", Some(Arg::symbol(project.clone())));
    let Some(Arg::Text(Text(parts))) = document else { return call };
    let parts = parts.into_iter().map(|part| match part {
        Part::Symbol(symbol) => Part::Symbol(about(symbol, project)),
        other => other,
    });
    call.with("PolicyDocument", Some(Arg::Text(Text(parts.collect()))))
}

/// A symbol with another project in the place of `p`.
fn about(symbol: Symbol, project: &Symbol) -> Symbol {
    match symbol {
        Symbol::Project(_) => project.clone(),
        Symbol::Derived { how, of } => Symbol::Derived { how, of: Box::new(about(*of, project)) },
        other => other,
    }
}

/// A request that is signed for another region than the run's.
fn elsewhere() -> Wire {
    Wire { elsewhere: true, ..Wire::default() }
}

/// Reads every policy of a leased project.
fn read(tag: &str) -> Step {
    Step::Read(Scope::ProjectPolicies(tag.to_owned()))
}

/// The policy beside which refused calls are sent, so that doing harm would show.
fn beside_a_witness() -> (Vec<Step>, Vec<Step>) {
    (vec![put("witness").labelled("witness").step(), read("p")], vec![read("p")])
}

/// How a value that breaks a constraint is refused, with what else applies to it.
fn refusal(target: &Target, constraint: Constraint) -> Expectation {
    let by_constraint = Expectation::refusal(&CONSTRAINT);
    match (target.path.as_str(), constraint) {
        (_, Constraint::Type) => Expectation::refusal(&TYPE).other_code_is(Level::Should),
        ("PolicyDocument", Constraint::LengthMax) => {
            by_constraint.or_refusal(&["ServiceQuotaExceededException"])
        }
        ("PolicyDocument", Constraint::Pattern | Constraint::LengthMin) => {
            by_constraint.or_refusal(&[MALFORMED])
        }
        // What breaks the form of a revision id is not the current one either.
        ("PolicyRevisionId", _) => by_constraint.or_refusal(&[REVISION]),
        ("NextToken", _) => by_constraint.or_refusal(&["InvalidPaginationTokenException"]),
        _ => by_constraint,
    }
}

/// How a value that names nothing is refused.
fn unfit(target: &Target, why: &str) -> Expectation {
    match target.path.as_str() {
        "ProjectArn" if why == unfit::FOREIGN => preexisting(),
        "ProjectArn" => Expectation::refusal(&[NOT_FOUND]),
        "PolicyRevisionId" => Expectation::refusal(&[REVISION]),
        "NextToken" => Expectation::refusal(&TOKEN),
        "PolicyDocument" => Expectation::refusal(&[MALFORMED]),
        _ => Expectation::refusal(&CONSTRAINT).or_refusal(&[NOT_FOUND]),
    }
}

/// How the ARN of another account, region or partition is refused.
fn preexisting() -> Expectation {
    Expectation::refusal(&[NOT_FOUND, "AccessDeniedException"]).or_refusal(&CONSTRAINT)
}

fn revision_of(answer: &Value) -> Option<&str> {
    answer.get("PolicyRevisionId").and_then(Value::as_str)
}

const HEXADECIMAL: Check = Check {
    class: "revision-form",
    states: "a PolicyRevisionId of 1 to 64 hexadecimal digits",
    level: Level::Must,
    test: |context| match context.output.get("PolicyRevisionId") {
        None | Some(Value::Null) => Err("the answer has no PolicyRevisionId".to_owned()),
        Some(Value::String(id)) if is_revision(id) => Ok(()),
        Some(other) => Err(format!("PolicyRevisionId is {other}")),
    },
};

fn is_revision(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The puts that answered with success before this call, on the same policy.
fn earlier_revisions(context: &Context<'_>) -> Vec<String> {
    let same = |input: &Value| {
        ["ProjectArn", "PolicyName"].iter().all(|member| input.get(member) == context.input.get(member))
    };
    let mut found = Vec::new();
    for exchange in context.recorded.traces.iter().flat_map(crate::exchange::Trace::exchanges) {
        if exchange.label == context.exchange.label {
            break;
        }
        if exchange.request.operation == "PutProjectPolicy"
            && exchange.request.input().as_ref().is_some_and(same)
            && let Some(id) = exchange.response().and_then(|answer| revision_of(answer.json()?))
        {
            found.push(id.to_owned());
        }
    }
    found
}

const NEW_REVISION: Check = Check {
    class: "revision-again",
    states: "a PolicyRevisionId that the policy never had before",
    level: Level::Must,
    test: |context| match revision_of(context.output) {
        Some(now) if earlier_revisions(context).iter().any(|earlier| earlier == now) => {
            Err(format!("PolicyRevisionId is {now:?}, as before"))
        }
        _ => Ok(()),
    },
};
