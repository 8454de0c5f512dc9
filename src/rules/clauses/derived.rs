//! What the service models state: constraints of inputs, types of outputs, errors and their statuses.
//!
//! A constraint has the key of the rule that is derived from it.

use super::statement::because::{BUSY, MODEL, OWN_FAILURE, PERMISSIONS, PROJECTS};
use super::statement::{Statement, only};
use crate::rules::source::{API_REKOGNITION, API_XRAY, GUIDE_ERRORS, MODEL_REKOGNITION, MODEL_XRAY, Source};
use aws_conformance_generators::model::{Kind, Operation, Shape, model};
use aws_conformance_generators::partition::{Constraint, Target, targets};
use aws_conformance_generators::plan::Service;

/// Every statement of the models.
pub(super) fn all() -> impl Iterator<Item = Statement> {
    Service::ALL.into_iter().flat_map(|service| {
        let operations = model(service).operations.iter();
        operations.flat_map(of_operation).chain(statuses(service))
    })
}

fn of_operation(operation: &'static Operation) -> impl Iterator<Item = Statement> {
    let constraints = targets(operation).into_iter().flat_map(move |target| {
        let constraints = target.constraints().into_iter();
        constraints.map(move |constraint| constrained(operation, &target, constraint)).collect::<Vec<_>>()
    });
    let mut outputs = Vec::new();
    for member in &operation.output.members {
        typed(operation, &member.name, &member.shape, &mut outputs);
    }
    let errors = operation.errors.iter().map(move |code| error(operation, code));
    constraints.chain(outputs).chain(errors)
}

/// The document that states what the model does: the API reference of `PutProjectPolicy`, or the model.
fn source(operation: &Operation, xray: &'static Source) -> &'static Source {
    match operation.service {
        Service::Rekognition if operation.name == "PutProjectPolicy" => &API_REKOGNITION,
        Service::Rekognition => &MODEL_REKOGNITION,
        Service::Xray => xray,
    }
}

fn constrained(operation: &'static Operation, target: &Target, constraint: Constraint) -> Statement {
    Statement {
        key: format!("{}.{}.{}.{constraint}", operation.service, operation.name, target.path),
        services: only(operation.service),
        operation: Some(&operation.name),
        source: source(operation, &MODEL_XRAY),
        place: format!("Request, {}", target.path),
        says: bound(&target.shape, constraint),
        reason: None,
    }
}

/// What a constraint says, in the words of API references.
fn bound(shape: &Shape, constraint: Constraint) -> String {
    let (min, max) = (shape.min.unwrap_or_default(), shape.max.unwrap_or_default());
    match constraint {
        Constraint::Required => "Required: Yes".to_owned(),
        Constraint::Type => format!("Type: {}", kind(shape)),
        Constraint::LengthMin => format!("Minimum length of {min}"),
        Constraint::LengthMax => format!("Maximum length of {max}"),
        Constraint::Pattern => format!("Pattern: {}", shape.pattern.as_deref().unwrap_or_default()),
        Constraint::ValueMin => format!("Minimum value of {min}"),
        Constraint::ValueMax => format!("Maximum value of {max}"),
        Constraint::Enum => format!("Valid Values: {}", shape.values.join(" | ")),
        Constraint::CountMin => format!("Minimum number of {min}"),
        Constraint::CountMax => format!("Maximum number of {max}"),
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape.kind {
        Kind::String => "String",
        Kind::Boolean => "Boolean",
        Kind::Integer => "Integer",
        Kind::Timestamp => "Timestamp",
        Kind::Structure(_) => "Structure",
        Kind::List(_) => "List",
        Kind::Map(..) => "Map",
    }
}

/// The types of an output's member and of what it contains.
fn typed(operation: &'static Operation, path: &str, shape: &Shape, found: &mut Vec<Statement>) {
    found.push(Statement {
        key: format!("{}.output.{}.{path}", operation.service, operation.name),
        services: only(operation.service),
        operation: Some(&operation.name),
        source: source(operation, &MODEL_XRAY),
        place: format!("Response, {path}"),
        says: format!("Type: {}", kind(shape)),
        reason: None,
    });
    let mut inside = |name: &str, shape: &Shape| typed(operation, &format!("{path}.{name}"), shape, found);
    match &shape.kind {
        Kind::Structure(structure) => {
            structure.members.iter().for_each(|member| inside(&member.name, &member.shape));
        }
        Kind::List(item) => inside("member", item),
        Kind::Map(_, value) => inside("value", value),
        Kind::String | Kind::Boolean | Kind::Integer | Kind::Timestamp => {}
    }
}

/// When each error comes, with the operations that say so (none for all that list it), and why no rule
/// can be sure to bring it about.
#[rustfmt::skip]
static ERRORS: &[(&str, &[&str], &str, Option<&str>)] = &[
    ("AccessDeniedException", &[], "the caller may not do this", Some(PERMISSIONS)),
    ("InternalServerError", &[], "trouble of the service's own", Some(OWN_FAILURE)),
    ("InvalidPaginationTokenException", &[], "a pagination token that is not valid", None),
    ("InvalidParameterException", &[], "an input that breaks a constraint", None),
    ("InvalidPolicyRevisionIdException", &["PutProjectPolicy", "DeleteProjectPolicy"], "a revision id that is invalid", None),
    ("InvalidPolicyRevisionIdException", &[], "a revision id that is not the policy's latest", None),
    ("InvalidRequestException", &[], "parameters that are missing or wrong", None),
    ("LimitExceededException", &["PutProjectPolicy"], "more than a limit of the service allows", None),
    ("LimitExceededException", &["CreateProject"], "more than a limit of the service allows", Some(PROJECTS)),
    ("LimitExceededException", &["CopyProjectVersion"], "more copies at a time than a limit allows", Some(MODEL)),
    ("LockoutPreventionException", &[], "a policy that would keep the caller from PutResourcePolicy in the future", None),
    ("MalformedPolicyDocumentException", &[], "a policy document whose form is wrong", None),
    ("PolicyCountLimitExceededException", &[], "more policies than an account may have", None),
    ("PolicySizeLimitExceededException", &[], "a policy that is too large", None),
    ("ProvisionedThroughputExceededException", &[], "more requests than the caller's throughput allows", Some(BUSY)),
    ("ResourceAlreadyExistsException", &[], "the id of a resource that exists already", None),
    ("ResourceInUseException", &["CreateProject"], "a name that a project has already", None),
    ("ResourceInUseException", &["DeleteProject"], "a project that still has a model or an adapter", Some(MODEL)),
    ("ResourceInUseException", &["CopyProjectVersion"], "a destination that has a version of that name", Some(MODEL)),
    ("ResourceNotFoundException", &[], "a resource that cannot be found", None),
    ("ServiceQuotaExceededException", &["PutProjectPolicy"], "a resource or a collection that is larger than is allowed", None),
    ("ServiceQuotaExceededException", &["CopyProjectVersion"], "a destination that is full", Some(MODEL)),
    ("ThrottledException", &[], "more requests a second than are allowed", Some(BUSY)),
    ("ThrottlingException", &[], "a service that cannot take the request for the moment", Some(BUSY)),
];

fn error(operation: &'static Operation, code: &str) -> Statement {
    let when = ERRORS.iter().find(|(known, operations, ..)| {
        *known == code && (operations.is_empty() || operations.contains(&operation.name.as_str()))
    });
    let Some(&(.., when, reason)) = when else {
        panic!("nothing is said of when {} answers {code}", operation.name)
    };
    Statement {
        key: error_key(operation.service, &operation.name, code),
        services: only(operation.service),
        operation: Some(&operation.name),
        source: source(operation, &API_XRAY),
        place: "Errors".to_owned(),
        says: format!("{code} is for {when}"),
        reason,
    }
}

/// The key of the statement that an operation may answer an error.
pub(super) fn error_key(service: Service, operation: &str, code: &str) -> String {
    format!("{service}.{operation}.{code}")
}

/// The status of each error, which is the same in every operation.
fn statuses(service: Service) -> impl Iterator<Item = Statement> {
    let stated = model(service).errors.iter().filter(|error| !error.statuses.is_empty());
    let put = model(Service::Rekognition).operation("PutProjectPolicy");
    let is_of_put = move |code: &String| put.is_some_and(|put| put.errors.contains(code));
    stated.map(move |error| {
        let statuses: Vec<String> = error.statuses.iter().map(u16::to_string).collect();
        Statement {
            key: format!("{service}.status.{}", error.name),
            services: only(service),
            operation: None,
            source: match service {
                Service::Xray => &API_XRAY,
                // The pages disagree.
                Service::Rekognition if statuses.len() > 1 => &GUIDE_ERRORS,
                Service::Rekognition if is_of_put(&error.name) => &API_REKOGNITION,
                Service::Rekognition => &MODEL_REKOGNITION,
            },
            place: "Errors".to_owned(),
            says: format!("{} has the status {}", error.name, statuses.join(" or ")),
            reason: None,
        }
    })
}
