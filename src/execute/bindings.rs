//! The values of a case's symbols, and the names that it has sent.

use super::place::Place;
use crate::service::scope_resource;
use aws_conformance_generators::arn;
use aws_conformance_generators::plan::{Arg, Bindings, Body, Part, Plan, Scope, Step, Symbol, Text, Unbound};
use serde_json::Value;
use std::collections::BTreeMap;

/// The values of a case's symbols.
#[derive(Debug, Default)]
pub(super) struct CaseBindings {
    pub(super) account: String,
    pub(super) region: String,
    /// What the names of the case begin with, as those of no other do.
    pub(super) stem: String,
    /// The ARNs of the leased projects, by tag.
    pub(super) projects: BTreeMap<String, String>,
    /// What the calls so far were answered, by label.
    pub(super) answers: BTreeMap<String, Value>,
    /// What the case has sent in the place of a name that is to be created.
    pub(super) sent: Vec<Value>,
}

impl CaseBindings {
    /// The partition that the target's own ARNs name, else that of the region.
    fn partition(&self) -> &str {
        let own = self.projects.values().next().and_then(|arn| arn.split(':').nth(1));
        own.filter(|own| !own.is_empty()).unwrap_or_else(|| arn::aws_partition(&self.region))
    }

    /// What a read covers.
    ///
    /// # Errors
    /// When its project is not leased.
    pub(super) fn place(&self, scope: &Scope) -> Result<Place, Unbound> {
        let arn = scope.project().map(|tag| self.value(&Symbol::Project(tag.to_owned()))).transpose()?;
        let place = Place::region(scope_resource(scope), &self.region);
        Ok(Place { scope: arn.map(Value::String), ..place })
    }
}

impl Bindings for CaseBindings {
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
        let unbound = |symbol: String, why: &str| Err(Unbound { symbol, why: why.to_owned() });
        match symbol {
            Symbol::Account => Ok(self.account.clone()),
            Symbol::Region => Ok(self.region.clone()),
            Symbol::AwsPartition => Ok(self.partition().to_owned()),
            Symbol::Name(tag) | Symbol::ProjectName(tag) => Ok(format!("{}-{tag}", self.stem)),
            Symbol::Project(tag) => match self.projects.get(tag) {
                Some(arn) => Ok(arn.clone()),
                None => unbound(format!("project {tag}"), "no project is leased"),
            },
            Symbol::Response { step, pointer } => {
                match self.answers.get(step).and_then(|answer| answer.pointer(pointer)).map(plain) {
                    Some(Some(text)) => Ok(text),
                    Some(None) => {
                        unbound(format!("{step}{pointer}"), "the answer's member is no text or number")
                    }
                    None => unbound(format!("{step}{pointer}"), "the answer has no such member"),
                }
            }
            Symbol::Derived { .. } => unbound("a derived value".to_owned(), "it is derived where it is used"),
        }
    }
}

/// A text or a number, as a text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The tags of the projects that a plan names, in order of appearance.
pub(crate) fn projects_of(plan: &Plan) -> Vec<String> {
    let mut tags = Vec::new();
    let mut add = |tag: &str| {
        if !tags.iter().any(|other| other == tag) {
            tags.push(tag.to_owned());
        }
    };
    for step in &plan.steps {
        match step {
            Step::Read(scope) => scope.project().into_iter().for_each(&mut add),
            Step::Await(wait) => in_text(&wait.project, &mut add),
            Step::Call(_) | Step::Parallel(_) => {
                for call in step.calls() {
                    if let Body::Input(arg) = &call.body {
                        in_arg(arg, &mut add);
                    }
                }
            }
            Step::Pause(_) => {}
        }
    }
    tags
}

fn in_arg(arg: &Arg, add: &mut dyn FnMut(&str)) {
    match arg {
        Arg::Json(_) => {}
        Arg::Text(text) => in_text(text, add),
        Arg::List(items) => items.iter().for_each(|item| in_arg(item, add)),
        Arg::Object(members) => members.iter().for_each(|(_, value)| in_arg(value, add)),
    }
}

fn in_text(text: &Text, add: &mut dyn FnMut(&str)) {
    for part in &text.0 {
        let mut symbol = match part {
            Part::Symbol(symbol) => symbol,
            Part::Literal(_) | Part::Fill { .. } => continue,
        };
        while let Symbol::Derived { of, .. } = symbol {
            symbol = of;
        }
        if let Symbol::Project(tag) = symbol {
            add(tag);
        }
    }
}
