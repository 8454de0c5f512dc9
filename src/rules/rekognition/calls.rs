//! Rekognition's calls.

use super::refusals::{TYPE, operation};
use crate::rules::calls::Calls;
pub(super) use crate::rules::calls::{CallExt, name};
use crate::service::PROJECT_POLICIES;
use aws_conformance_generators::document;
use aws_conformance_generators::partition::input;
use aws_conformance_generators::plan::{Arg, Await, Call, Part, Scope, Service, Step, Symbol, Text};

pub(super) const CALLS: Calls = Calls {
    service: Service::Rekognition,
    resource: &PROJECT_POLICIES,
    put,
    delete,
    read: || read("p"),
    demanding: || vec![put("a"), delete("a"), list("p")],
    undemanding: describe,
    unreadable: &TYPE,
};

pub(super) fn call(name: &str, members: Vec<(&str, Arg)>) -> Call {
    Call::new(Service::Rekognition, name, Arg::object(members))
}

/// A call with a plain valid input.
pub(super) fn plain(name: &str) -> Call {
    Call::new(Service::Rekognition, name, input(operation(name)))
}

/// Puts a plain document on the leased project `p`, under the run's name with this tag.
pub(super) fn put(tag: &str) -> Call {
    let numbered = Arg::Text(document::numbered(Service::Rekognition, 0));
    call(
        "PutProjectPolicy",
        vec![("ProjectArn", project("p")), ("PolicyName", name(tag)), ("PolicyDocument", numbered)],
    )
}

/// Deletes the policy with this tag from the leased project `p`.
pub(super) fn delete(tag: &str) -> Call {
    call("DeleteProjectPolicy", vec![("ProjectArn", project("p")), ("PolicyName", name(tag))])
}

/// Lists the policies of a leased project.
pub(super) fn list(tag: &str) -> Call {
    call("ListProjectPolicies", vec![("ProjectArn", project(tag))])
}

pub(super) fn project(tag: &str) -> Arg {
    Arg::symbol(Symbol::Project(tag.to_owned()))
}

/// Creates a project of the run's own with this tag.
pub(super) fn create(tag: &str) -> Call {
    call("CreateProject", vec![("ProjectName", Arg::symbol(own(tag)))])
}

/// The name of a project that the plan creates.
pub(super) fn own(tag: &str) -> Symbol {
    Symbol::ProjectName(tag.to_owned())
}

/// The ARN that the creation with this label answered.
pub(super) fn made(label: &str) -> Symbol {
    Symbol::response(label, "/ProjectArn")
}

/// Describes the caller's projects.
pub(super) fn describe() -> Call {
    call("DescribeProjects", Vec::new())
}

/// Describes the projects with these tags alone.
pub(super) fn describe_only(tags: &[&str]) -> Call {
    let names = tags.iter().map(|tag| Arg::symbol(own(tag))).collect();
    describe().with("ProjectNames", Some(Arg::List(names)))
}

/// Deletes the project that the creation with this label made.
pub(super) fn delete_made(label: &str) -> Call {
    call("DeleteProject", vec![("ProjectArn", Arg::symbol(made(label)))])
}

/// The name of a project that the plan creates, which ends like this.
pub(super) fn ending(suffix: &str) -> Text {
    Text(vec![Part::Symbol(own("n")), Part::Literal(suffix.to_owned())])
}

/// Creates a project of the run's own whose name ends like this.
pub(super) fn create_ending(suffix: &str) -> Call {
    call("CreateProject", vec![("ProjectName", Arg::Text(ending(suffix)))])
}

/// Waits until the project with this tag has a status, or is gone.
pub(super) fn settled(label: &str, tag: &str, status: Option<&str>) -> Step {
    let project = Text(vec![Part::Symbol(own(tag))]);
    Step::Await(Await { label: label.to_owned(), project, status: status.map(str::to_owned), judged: false })
}

/// The same wait, and it is a violation if the project does not get there.
pub(super) fn surely(settled: Step) -> Step {
    match settled {
        Step::Await(wait) => Step::Await(Await { judged: true, ..wait }),
        other => other,
    }
}

/// Waits until the project with this tag is created.
pub(super) fn created(tag: &str) -> Step {
    settled(&format!("created-{tag}"), tag, Some("CREATED"))
}

/// Creates the project `n` of the plan's own, under the label `made`, and waits until it is created.
pub(super) fn own_project() -> Vec<Step> {
    vec![create("n").labelled("made").into(), created("n")]
}

/// The revision that the put with this label answered.
pub(super) fn revision(label: &str) -> Symbol {
    CALLS.revision(label)
}

/// Calls on other projects.
pub(super) trait OnProject {
    /// On another leased project.
    fn on(self, tag: &str) -> Call;
    /// On the project that the creation with this label made.
    fn of(self, created: &str) -> Call;
}

impl OnProject for Call {
    fn on(self, tag: &str) -> Call {
        retargeted(self, &Symbol::Project(tag.to_owned()))
    }

    fn of(self, created: &str) -> Call {
        retargeted(self, &made(created))
    }
}

/// The call on another project than `p`, with a document that is about that one.
pub(super) fn retargeted(call: Call, project: &Symbol) -> Call {
    let document = call.member("PolicyDocument").cloned();
    let call = call.with("ProjectArn", Some(Arg::symbol(project.clone())));
    let Some(Arg::Text(Text(parts))) = document else { return call };
    let parts = parts.into_iter().map(|part| match part {
        Part::Symbol(symbol) => Part::Symbol(about(symbol, project)),
        other => other,
    });
    call.with("PolicyDocument", Some(Arg::Text(Text(parts.collect()))))
}

/// A symbol with another project in the place of `p`.
pub(super) fn about(symbol: Symbol, project: &Symbol) -> Symbol {
    match symbol {
        Symbol::Project(_) => project.clone(),
        Symbol::Derived { how, of } => Symbol::Derived { how, of: Box::new(about(*of, project)) },
        other => other,
    }
}

/// The calls' surroundings where projects are what could change.
pub(super) fn among_projects() -> (Vec<Step>, Step) {
    (Vec::new(), Step::Read(Scope::Projects))
}

/// Reads every policy of a leased project.
pub(super) fn read(tag: &str) -> Step {
    Step::Read(Scope::ProjectPolicies(tag.to_owned()))
}

pub(super) fn beside_a_witness() -> (Vec<Step>, Step) {
    CALLS.beside_a_witness()
}
