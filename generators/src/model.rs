//! The service models: facts about operations, members, constraints and errors, read from
//! `models/*.json`.
//!
//! Each file is compared with botocore's model, and refreshed, by `models/check.py`. What that
//! model does not say stands in the file's amendments, which are applied here.

use crate::plan::Service;
use serde::Deserialize;
use std::sync::LazyLock;

static REKOGNITION: LazyLock<Model> = LazyLock::new(|| read(include_str!("../models/rekognition.json")));
static XRAY: LazyLock<Model> = LazyLock::new(|| read(include_str!("../models/xray.json")));

/// The model of a service.
pub fn model(service: Service) -> &'static Model {
    match service {
        Service::Rekognition => &REKOGNITION,
        Service::Xray => &XRAY,
    }
}

/// A service: its protocol, its operations and its errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The service.
    pub service: Service,
    /// The wire protocol.
    pub protocol: Protocol,
    /// The API's version, a date.
    pub api_version: String,
    /// The service's name in SigV4 scopes.
    pub signing_name: String,
    /// What stands before the operation's name in `x-amz-target`; AWS JSON only.
    pub target_prefix: Option<String>,
    /// The operations, the most important first.
    pub operations: Vec<Operation>,
    /// The error shapes that the operations name, by name.
    pub errors: Vec<ErrorShape>,
    /// What the published model does not say, each with reason and source; already applied.
    pub amendments: Vec<Amendment>,
}

impl Model {
    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The error shape of this name.
    pub fn error(&self, code: &str) -> Option<&ErrorShape> {
        self.errors.iter().find(|error| error.name == code)
    }

    /// The HTTP statuses that the documents give for an error code.
    pub fn statuses(&self, code: &str) -> Option<&[u16]> {
        self.error(code).map(|error| error.statuses.as_slice())
    }

    /// The bounds in bytes of a member that has no length in the published model.
    pub fn size(&self, operation: &str, member: &str) -> Option<Size> {
        self.amendments.iter().find_map(|amendment| match &amendment.fact {
            Fact::Size { operation: of, member: name, bytes } if of == operation && name == member => {
                Some(*bytes)
            }
            _ => None,
        })
    }
}

/// A wire protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.1.
    AwsJson11,
    /// REST-JSON.
    RestJson1,
}

/// An operation: how it is called, what it takes and what it answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Operation {
    /// The service that it belongs to.
    #[serde(skip, default = "unassigned")]
    pub service: Service,
    /// Its name.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The request's path.
    pub uri: String,
    /// The input.
    pub input: Structure,
    /// The output of a success.
    pub output: Structure,
    /// The names of its errors.
    pub errors: Vec<String>,
}

/// A structure: members in the model's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Structure {
    /// The members.
    pub members: Vec<Member>,
}

impl Structure {
    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A member of a structure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "MemberEntry")]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it holds.
    pub shape: Shape,
}

/// What a value is and the constraints that it is under.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "ShapeEntry")]
pub struct Shape {
    /// The type.
    pub kind: Kind,
    /// The least length in characters, number, or count of items.
    pub min: Option<u64>,
    /// The greatest length in characters, number, or count of items.
    pub max: Option<u64>,
    /// A regular expression in Java's syntax that the whole string matches.
    pub pattern: Option<String>,
    /// The values of an enumeration; empty for any.
    pub values: Vec<String>,
}

/// A type, with what it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A 32-bit signed integer.
    Integer,
    /// Seconds since the epoch, with or without a fraction.
    Timestamp,
    /// Named members.
    Structure(Structure),
    /// Items of one shape.
    List(Box<Shape>),
    /// Keys of one shape and values of another.
    Map(Box<Shape>, Box<Shape>),
}

/// An error shape.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ErrorShape {
    /// Its name, which is the error's code.
    pub name: String,
    /// The documented HTTP statuses.
    pub statuses: Vec<u16>,
    /// Whether the model calls it the server's fault.
    pub server_fault: bool,
}

/// A fact that the published model does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Amendment {
    /// The fact.
    #[serde(flatten)]
    pub fact: Fact,
    /// Why the model needs it.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}

/// What an amendment says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// The statuses of an error.
    Statuses {
        /// The error's name.
        error: String,
        /// Its statuses.
        statuses: Vec<u16>,
    },
    /// The size of a member.
    Size {
        /// The operation.
        operation: String,
        /// The member of its input.
        member: String,
        /// The bounds.
        bytes: Size,
    },
}

/// Bounds in bytes of UTF-8, where sources disagree about the exact one: in between, either
/// outcome is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Size {
    /// Up to here every source accepts.
    pub accepted_up_to: usize,
    /// Above this every source refuses.
    pub refused_above: usize,
}

#[derive(Deserialize)]
struct File {
    service: Service,
    protocol: String,
    json_version: Option<String>,
    api_version: String,
    signing_name: String,
    target_prefix: Option<String>,
    operations: Vec<Operation>,
    errors: Vec<ErrorShape>,
    amendments: Vec<Amendment>,
}

#[derive(Deserialize)]
struct MemberEntry {
    name: String,
    required: bool,
    #[serde(flatten)]
    shape: ShapeEntry,
}

#[derive(Deserialize)]
struct ShapeEntry {
    #[serde(flatten)]
    kind: KindEntry,
    min: Option<u64>,
    max: Option<u64>,
    pattern: Option<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum KindEntry {
    String,
    Boolean,
    Integer,
    Timestamp,
    Structure(Structure),
    List { member: Box<Shape> },
    Map { key: Box<Shape>, value: Box<Shape> },
}

impl From<MemberEntry> for Member {
    fn from(entry: MemberEntry) -> Self {
        Self { name: entry.name, required: entry.required, shape: entry.shape.into() }
    }
}

impl From<ShapeEntry> for Shape {
    fn from(entry: ShapeEntry) -> Self {
        let kind = match entry.kind {
            KindEntry::String => Kind::String,
            KindEntry::Boolean => Kind::Boolean,
            KindEntry::Integer => Kind::Integer,
            KindEntry::Timestamp => Kind::Timestamp,
            KindEntry::Structure(structure) => Kind::Structure(structure),
            KindEntry::List { member } => Kind::List(member),
            KindEntry::Map { key, value } => Kind::Map(key, value),
        };
        Self { kind, min: entry.min, max: entry.max, pattern: entry.pattern, values: entry.values }
    }
}

/// Placeholder that [`read`] replaces: a file names its service once.
fn unassigned() -> Service {
    Service::Rekognition
}

fn read(text: &str) -> Model {
    let file: File = serde_json::from_str(text).expect("the model files are part of the crate and tested");
    let protocol = match (file.protocol.as_str(), file.json_version.as_deref()) {
        ("json", Some("1.1")) => Protocol::AwsJson11,
        ("rest-json", None) => Protocol::RestJson1,
        other => panic!("the model files are part of the crate: no protocol is called {other:?}"),
    };
    let mut operations = file.operations;
    for operation in &mut operations {
        operation.service = file.service;
    }
    let mut errors = file.errors;
    for amendment in &file.amendments {
        let Fact::Statuses { error: name, statuses } = &amendment.fact else { continue };
        for error in errors.iter_mut().filter(|error| error.name == *name) {
            error.statuses.clone_from(statuses);
        }
    }
    Model {
        service: file.service,
        protocol,
        api_version: file.api_version,
        signing_name: file.signing_name,
        target_prefix: file.target_prefix,
        operations,
        errors,
        amendments: file.amendments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_parses_and_is_whole() {
        for service in Service::ALL {
            let model = model(service);
            assert_eq!(model.service, service);
            for operation in &model.operations {
                assert_eq!(operation.service, service);
                for error in &operation.errors {
                    let statuses = model.statuses(error);
                    assert!(statuses.is_some_and(|statuses| !statuses.is_empty()), "{error} has no status");
                }
            }
        }
        assert_eq!(model(Service::Xray).operations.len(), 3);
        assert_eq!(model(Service::Rekognition).operations.len(), 7);
    }

    #[test]
    fn every_amendment_amends_something() {
        for service in Service::ALL {
            let model = model(service);
            for amendment in &model.amendments {
                match &amendment.fact {
                    Fact::Statuses { error, statuses } => {
                        assert_eq!(model.statuses(error), Some(statuses.as_slice()), "{error}");
                    }
                    Fact::Size { operation, member, .. } => {
                        let operation = model.operation(operation).unwrap();
                        assert!(operation.input.member(member).is_some(), "{member}");
                    }
                }
            }
        }
    }

    #[test]
    fn documented_facts_are_read_as_documented() {
        let rekognition = model(Service::Rekognition);
        assert_eq!(rekognition.protocol, Protocol::AwsJson11);
        assert_eq!(rekognition.target_prefix.as_deref(), Some("RekognitionService"));
        assert_eq!(rekognition.statuses("ThrottlingException"), Some([400, 500].as_slice()));
        assert_eq!(rekognition.statuses("InternalServerError"), Some([500].as_slice()));
        assert_eq!(rekognition.statuses("NoSuchError"), None);
        let put = rekognition.operation("PutProjectPolicy").unwrap();
        assert_eq!(put.errors.len(), 11);
        let document = put.input.member("PolicyDocument").unwrap();
        assert_eq!((document.required, document.shape.min, document.shape.max), (true, Some(1), Some(2000)));
        let xray = model(Service::Xray);
        assert_eq!(xray.protocol, Protocol::RestJson1);
        assert_eq!(xray.statuses("ThrottledException"), Some([429].as_slice()));
        let size = xray.size("PutResourcePolicy", "PolicyDocument").unwrap();
        assert_eq!((size.accepted_up_to, size.refused_above), (5000, 5120));
    }
}
