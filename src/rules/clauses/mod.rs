//! The ledger of clauses: what the documents say of the operations, and which rules check it.
//!
//! Rules begin with what can be tried. The ledger begins with the documents: everything that they
//! say of the operations and their protocols stands here in our words, with its place, and beside it
//! the rules that check it or the reason why none does.

mod clients;
mod copy_project_version;
mod list_and_delete_policy;
mod policy_documents;
mod projects;
mod protocols;
mod put_project_policy;
mod resource_policies;

use crate::rules::source::Source;
use crate::rules::{Rule, catalogue};
use aws_conformance_generators::plan::Service;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::sync::LazyLock;

/// Every statement, document by document within a service's operation.
pub fn ledger() -> &'static [Statement] {
    static LEDGER: LazyLock<Vec<Statement>> = LazyLock::new(|| {
        let mut statements: Vec<Statement> =
            PASSAGES.iter().flat_map(|passages| *passages).flat_map(statements_of).collect();
        assign(&mut statements);
        statements
    });
    &LEDGER
}

/// One thing that a document says and that is true or false of an endpoint, or of its clients.
#[derive(Debug)]
pub struct Statement {
    /// The service that it is about.
    pub service: Service,
    /// The operation that it is about; none for what holds of the whole service.
    pub operation: Option<&'static str>,
    /// The document.
    pub source: &'static Source,
    /// The place in the document.
    pub place: &'static str,
    /// What it says, in our words.
    pub says: &'static str,
    /// Which rules check it.
    pub checked: Checked,
    /// The rules of the catalogue that check it, in its order; empty where none does.
    pub rules: Vec<&'static Rule>,
}

/// Which rules check a statement.
#[derive(Clone, Copy, Debug)]
pub enum Checked {
    /// Those whose id, without its service, matches one of these globs.
    By(&'static [&'static str]),
    /// None, for this reason.
    Not(&'static str),
}

impl Statement {
    /// The globs over whole rule ids; none where no rule checks the statement.
    pub fn globs(&self) -> Vec<String> {
        match self.checked {
            Checked::By(globs) => globs.iter().map(|glob| format!("{}.{glob}", self.service)).collect(),
            Checked::Not(_) => Vec::new(),
        }
    }

    /// Why no rule checks the statement, if none does.
    pub fn reason(&self) -> Option<&'static str> {
        match self.checked {
            Checked::By(_) => None,
            Checked::Not(reason) => Some(reason),
        }
    }
}

/// What one place of a document says.
struct Passage {
    /// The services that it is about.
    services: &'static [Service],
    operation: Option<&'static str>,
    source: &'static Source,
    place: &'static str,
    says: &'static [Says],
}

/// What a document says of whole services.
const fn of(
    services: &'static [Service],
    source: &'static Source,
    place: &'static str,
    says: &'static [Says],
) -> Passage {
    Passage { services, operation: None, source, place, says }
}

/// What is said, and which rules check it.
type Says = (&'static str, Checked);

const REKOGNITION: &[Service] = &[Service::Rekognition];
const XRAY: &[Service] = &[Service::Xray];

static PASSAGES: &[&[Passage]] = &[
    put_project_policy::PASSAGES,
    policy_documents::PASSAGES,
    list_and_delete_policy::PASSAGES,
    copy_project_version::PASSAGES,
    projects::PASSAGES,
    resource_policies::PASSAGES,
    protocols::PASSAGES,
    clients::PASSAGES,
];

fn statements_of(passage: &'static Passage) -> impl Iterator<Item = Statement> {
    let Passage { services, operation, source, place, says } = *passage;
    services.iter().flat_map(move |service| {
        says.iter().map(move |&(says, checked)| Statement {
            service: *service,
            operation,
            source,
            place,
            says,
            checked,
            rules: Vec::new(),
        })
    })
}

/// Finds the rules of each statement. One set of all globs looks at a rule once, and not once a
/// statement.
fn assign(statements: &mut [Statement]) {
    let mut owners = Vec::new();
    let mut globs = GlobSetBuilder::new();
    for (at, statement) in statements.iter().enumerate() {
        for glob in statement.globs() {
            globs.add(Glob::new(&glob).expect("a glob of the ledger, which its tests read, is well formed"));
            owners.push(at);
        }
    }
    let globs: GlobSet = globs.build().expect("well-formed globs make a set");
    for rule in catalogue() {
        // In the order of the globs, so that those of one statement follow each other.
        for found in globs.matches(&rule.id) {
            let rules = &mut statements[owners[found]].rules;
            if rules.last().is_none_or(|last| last.id != rule.id) {
                rules.push(rule);
            }
        }
    }
}

/// Why statements are not checked, where many share the reason.
mod because {
    use super::Checked;

    pub(super) const BUSY: Checked =
        Checked::Not("it depends on how busy the service is, and no run is to make it busy");
    pub(super) const PERMISSIONS: Checked =
        Checked::Not("it depends on the permissions of the caller, and a run has one caller");
    pub(super) const OWN_FAILURE: Checked =
        Checked::Not("it is the service's own failure, which no request brings about");
    pub(super) const MODEL: Checked =
        Checked::Not("it needs a version of a model, and training one costs money");
    pub(super) const ADVICE: Checked = Checked::Not("it is advice to the caller");
    pub(super) const WORDING: Checked =
        Checked::Not("messages are for people, and their wording is not promised");
    pub(super) const CLIENT: Checked =
        Checked::Not("it is about the client, and an endpoint cannot break it");
    pub(super) const DATASETS: Checked =
        Checked::Not("it needs a dataset, and none of the operations makes one");
}
