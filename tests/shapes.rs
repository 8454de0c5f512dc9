//! The shape of every answer that the reference gives: each operation's success and each of its
//! errors, as plain HTTP shows them. What cannot be reached has a reason in the ledger of clauses.

mod outcomes;

use crate::support::{endpoint, snapshots};
use aws_conformance::rules::clauses::error;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use outcomes::{Outcome, outcomes};
use serde_json::{Value, json};
use std::fmt::Write;

/// An endpoint and a client that knows nothing but HTTP.
struct Scene {
    reference: Reference,
    service: Service,
}

/// What came back.
struct Response {
    status: u16,
    headers: http::HeaderMap,
    body: Value,
}

impl Scene {
    fn of(outcome: &Outcome) -> Self {
        let mut config = Config::default();
        config.variants.extend(outcome.variant.map(str::to_owned));
        let reference = Reference::new(config).expect("the variant is known");
        Self { reference, service: service_of(outcome.operation) }
    }

    fn send(&self, operation: &str, body: &[u8]) -> Response {
        let request = endpoint::request(self.service, operation, "us-east-1", body);
        let (head, body) = self.reference.handle(request).into_parts();
        let body =
            if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("it is JSON") };
        Response { status: head.status.as_u16(), headers: head.headers, body }
    }

    fn call(&self, operation: &str, input: &Value) -> Response {
        self.send(operation, input.to_string().as_bytes())
    }

    /// A call that has to succeed, for the ones after it.
    fn done(&self, operation: &str, input: &Value) -> Value {
        let answer = self.call(operation, input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.body
    }

    /// Creates a project and tells its ARN.
    fn project(&self, name: &str) -> Value {
        self.done("CreateProject", &json!({"ProjectName": name}))["ProjectArn"].clone()
    }

    /// The same call ten times: the last one is throttled.
    fn throttled(&self, operation: &str, input: &Value) -> Response {
        let answers = (0..10).map(|_| self.call(operation, input));
        answers.last().expect("there are ten")
    }
}

impl Response {
    fn code(&self) -> Option<&str> {
        self.body.get("__type").and_then(Value::as_str)
    }

    /// The answer without what differs between two runs: values are their JSON types.
    fn shape(&self) -> String {
        let mut text = format!("HTTP {}\n", self.status);
        for (name, shown) in [("content-type", true), ("x-amzn-errortype", true), ("x-amzn-requestid", false)]
        {
            if let Some(value) = self.headers.get(name) {
                let value = value.to_str().expect("a header is text");
                let value = if shown { value } else { "<string>" };
                writeln!(text, "{name}: {value}").expect("a text can be written to");
            }
        }
        if !self.body.is_null() {
            write!(text, "\n{:#}", shape(&self.body, "")).expect("a text can be written to");
        }
        text
    }
}

/// A value's shape. Error codes stay, and so do statuses: they are no data.
fn shape(value: &Value, member: &str) -> Value {
    match value {
        Value::String(code) if ["__type", "code", "Code", "Status"].contains(&member) => json!(code),
        Value::String(_) => json!("<string>"),
        Value::Number(_) => json!("<number>"),
        Value::Bool(_) => json!("<boolean>"),
        Value::Null => Value::Null,
        Value::Array(items) => {
            let mut shapes: Vec<Value> = items.iter().map(|item| shape(item, "")).collect();
            shapes.dedup();
            Value::Array(shapes)
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shape(value, name))).collect()
        }
    }
}

fn service_of(operation: &str) -> Service {
    let has = |service: &Service| model(*service).operation(operation).is_some();
    Service::ALL.into_iter().find(has).unwrap_or_else(|| panic!("{operation} is no operation"))
}

fn check_shapes(service: Service) {
    for outcome in outcomes().into_iter().filter(|outcome| service_of(outcome.operation) == service) {
        let Outcome { operation, name, .. } = outcome;
        let answer = (outcome.play)(&Scene::of(&outcome));
        // A name may say more after its code.
        let expected = if name.starts_with("success") { None } else { name.split('.').next() };
        assert_eq!(answer.code(), expected, "{operation}, {name}");
        snapshots("").bind(|| {
            insta::assert_snapshot!(format!("shape__{service}.{operation}.{name}"), answer.shape());
        });
    }
}

#[test]
fn xray_answers_in_these_shapes() {
    check_shapes(Service::Xray);
}

#[test]
fn rekognition_answers_in_these_shapes() {
    check_shapes(Service::Rekognition);
}

#[test]
fn every_documented_error_is_reached_or_out_of_reach_for_a_reason() {
    let outcomes = outcomes();
    let reached = |operation: &str, code: &str, always: bool| {
        outcomes.iter().any(|outcome| {
            let name = outcome.name.split('.').next();
            outcome.operation == operation && name == Some(code) && !(always && outcome.variant.is_some())
        })
    };
    for service in Service::ALL {
        for operation in &model(service).operations {
            let name = operation.name.as_str();
            for code in &operation.errors {
                let stated = error(service, name, code).expect("the ledger has the errors of the models");
                let reason = stated.reason;
                // What depends on the load has a reason, and comes under readings that make a load.
                let unreached = !reached(name, code, false) && reason.is_none();
                let needless = reached(name, code, true) && reason.is_some();
                assert!(!unreached && !needless, "{name}, {code}: out of reach: {reason:?}");
            }
            let copies = name == "CopyProjectVersion";
            assert_eq!(
                reached(name, "success", true),
                !copies,
                "{name}: a success, but of what takes a model"
            );
        }
    }
}
