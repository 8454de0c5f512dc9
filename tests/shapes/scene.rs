//! An endpoint, and a client that knows nothing but HTTP.

use crate::support::endpoint;
use aws_conformance::exchange::Response;
use aws_conformance::service::resource_created_by;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use serde_json::{Value, json};
use std::cell::RefCell;

/// What is called, and what it made on the way.
pub(super) struct Scene<'e> {
    service: Service,
    subject: Subject<'e>,
    /// The calls that remove what was made, in the order in which it was.
    removals: RefCell<Vec<(&'static str, Value)>>,
}

enum Subject<'e> {
    Reference(Box<Reference>),
    Endpoint(&'e str),
}

/// The last answer, or why a call before it did not lead there.
pub(super) type Played = Result<Response, String>;

impl<'e> Scene<'e> {
    /// The reference under a reading of the documents.
    pub(super) fn reference(operation: &str, variant: Option<&str>) -> Self {
        let mut config = Config::default();
        config.variants.extend(variant.map(str::to_owned));
        let reference = Reference::new(config).expect("the variant is known");
        Self::of(operation, Subject::Reference(Box::new(reference)))
    }

    pub(super) fn endpoint(operation: &str, url: &'e str) -> Self {
        Self::of(operation, Subject::Endpoint(url))
    }

    fn of(operation: &str, subject: Subject<'e>) -> Self {
        Self { service: service_of(operation), subject, removals: RefCell::default() }
    }

    pub(super) fn send(&self, operation: &str, body: &[u8]) -> Played {
        let request = endpoint::request(self.service, operation, "us-east-1", body);
        let (head, body) = match &self.subject {
            Subject::Reference(reference) => {
                let (head, body) = reference.handle(request).into_parts();
                (head, body.to_vec())
            }
            Subject::Endpoint(url) => endpoint::send(url, &request).into_parts(),
        };
        let header = |value: &http::HeaderValue| value.to_str().expect("a header is text").to_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), header(value))).collect();
        Ok(Response::new(head.status.as_u16(), headers, body))
    }

    pub(super) fn call(&self, operation: &str, input: &Value) -> Played {
        let answer = self.send(operation, input.to_string().as_bytes())?;
        if answer.status == 200 {
            self.removals.borrow_mut().extend(removal(operation, input, &json_of(&answer)));
        }
        Ok(answer)
    }

    /// A call that has to succeed, for the ones after it.
    pub(super) fn done(&self, operation: &str, input: &Value) -> Result<Value, String> {
        let answer = self.call(operation, input)?;
        match answer.status {
            200 => Ok(json_of(&answer)),
            status => Err(format!("{operation} answers HTTP {status}")),
        }
    }

    /// Creates a project and returns its ARN.
    pub(super) fn project(&self, name: &str) -> Result<Value, String> {
        let answer = self.done("CreateProject", &json!({"ProjectName": named(name)}))?;
        Ok(answer["ProjectArn"].clone())
    }

    /// The same call ten times: the last one is throttled.
    pub(super) fn throttled(&self, operation: &str, input: &Value) -> Played {
        for _ in 0..9 {
            self.call(operation, input)?;
        }
        self.call(operation, input)
    }
}

impl Drop for Scene<'_> {
    /// Leaves an endpoint as it was. What the outcome itself removed is not there any more.
    fn drop(&mut self) {
        if let Subject::Endpoint(_) = self.subject {
            for (operation, input) in self.removals.take().iter().rev() {
                let _ = self.call(operation, input);
            }
        }
    }
}

/// The body of an answer; null where it is no JSON.
fn json_of(answer: &Response) -> Value {
    answer.json().cloned().unwrap_or_default()
}

/// The call that removes what a call made.
fn removal(operation: &str, input: &Value, answer: &Value) -> Option<(&'static str, Value)> {
    let resource = resource_created_by(operation)?;
    let mut removal = json!({});
    for member in resource.scope.into_iter().chain([resource.names.removal]) {
        removal[member] = answer.get(member).or(input.get(member))?.clone();
    }
    Some((resource.delete, removal))
}

/// A name that nobody else gives: an endpoint may have resources that are not ours.
pub(super) fn named(tag: &str) -> String {
    format!("awsc-shapes-{tag}")
}

fn service_of(operation: &str) -> Service {
    let has = |service: &Service| model(*service).operation(operation).is_some();
    Service::ALL.into_iter().find(has).unwrap_or_else(|| panic!("{operation} is no operation"))
}
