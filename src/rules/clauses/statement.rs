//! A statement of a document, and how the tables of statements are written.

use crate::rules::source::Source;
use aws_conformance_generators::plan::Service;
use std::fmt;

/// One thing that a document says and that is true or false of an endpoint, or of its clients.
#[derive(Debug)]
pub struct Statement {
    /// What rules cite it by: the service, the operation or a topic, and what it is about.
    pub key: String,
    /// The services that it is about.
    pub services: &'static [Service],
    /// The operation that it is about; none for what holds of the whole service.
    pub operation: Option<&'static str>,
    /// The document.
    pub source: &'static Source,
    /// The place in the document.
    pub place: String,
    /// What it says, in our words.
    pub says: String,
    /// Why no rule can check it, if none can.
    pub reason: Option<&'static str>,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.says)
    }
}

/// What one place of a document says.
pub(super) struct Passage {
    source: &'static Source,
    place: &'static str,
    says: &'static [Says],
}

/// A statement's key, its words, and why no rule can check it.
type Says = (&'static str, &'static str, Option<&'static str>);

/// What this place of the document says.
pub(super) const fn at(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { source, place, says }
}

/// A statement that rules check.
pub(super) const fn says(key: &'static str, words: &'static str) -> Says {
    (key, words, None)
}

/// A statement that no rule can check, for this reason.
pub(super) const fn unchecked(key: &'static str, words: &'static str, reason: &'static str) -> Says {
    (key, words, Some(reason))
}

impl Passage {
    pub(super) fn statements(&'static self) -> impl Iterator<Item = Statement> {
        self.says.iter().map(|&(key, says, reason)| {
            let (services, operation) = subject(key);
            let (place, says) = (self.place.to_owned(), says.to_owned());
            Statement { key: key.to_owned(), services, operation, source: self.source, place, says, reason }
        })
    }
}

pub(super) const fn only(service: Service) -> &'static [Service] {
    match service {
        Service::Rekognition => &[Service::Rekognition],
        Service::Xray => &[Service::Xray],
    }
}

/// What a key is about, by its first two parts. What is both services' begins with `protocol`.
fn subject(key: &str) -> (&'static [Service], Option<&'static str>) {
    let mut parts = key.split('.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let operation = match (first, second) {
        ("rekognition", "put") => Some("PutProjectPolicy"),
        ("rekognition", "list") => Some("ListProjectPolicies"),
        ("rekognition", "delete") => Some("DeleteProjectPolicy"),
        ("rekognition", "copy") => Some("CopyProjectVersion"),
        ("rekognition", "create-project") => Some("CreateProject"),
        ("rekognition", "describe-projects") => Some("DescribeProjects"),
        ("rekognition", "delete-project") => Some("DeleteProject"),
        ("xray", "put") => Some("PutResourcePolicy"),
        ("xray", "list") => Some("ListResourcePolicies"),
        ("xray", "delete") => Some("DeleteResourcePolicy"),
        _ => None,
    };
    let services = match first {
        "rekognition" => only(Service::Rekognition),
        "xray" => only(Service::Xray),
        "protocol" => &Service::ALL,
        _ => panic!("{key}: the key begins with no service"),
    };
    (services, operation)
}

/// Why no rule checks statements, where many share the reason.
pub(super) mod because {
    pub(crate) const BUSY: &str = "it depends on how busy the service is, and no run is to make it busy";
    pub(crate) const PERMISSIONS: &str =
        "it depends on the permissions of the caller, and a run has one caller";
    pub(crate) const OWN_FAILURE: &str = "it is the service's own failure, which no request brings about";
    pub(crate) const MODEL: &str = "it needs a version of a model, and training one costs money";
    pub(crate) const ADVICE: &str = "it is advice to the caller";
    pub(crate) const WORDING: &str = "messages are for people, and their wording is not promised";
    pub(crate) const CLIENT: &str = "it is about the client, and an endpoint cannot break it";
    pub(crate) const DATASETS: &str = "it needs a dataset, and none of the operations makes one";
    pub(crate) const PROJECTS: &str =
        "it takes as many projects as an account may have, 100 unless that was raised";
}
