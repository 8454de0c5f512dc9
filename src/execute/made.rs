//! What a case may have left in the target, by what its exchanges and reads show.

use super::bindings::CaseBindings;
use super::listing::Place;
use crate::exchange::{Exchange, Outcome, State, TransportErrorKind};
use crate::service::{PROJECTS, Resource, resource_created_by, resource_removed_by, scope_resource};
use aws_conformance_generators::plan::Bindings;
use aws_conformance_generators::plan::{Scope, Symbol};
use serde_json::Value;

/// Where resources are: in a region, and in a scope where the resource has any.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Whereabouts {
    pub(super) resource: &'static Resource,
    pub(super) region: String,
    pub(super) scope: Option<Value>,
}

impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Whereabouts {
    pub(super) fn place(&self) -> Place<'_> {
        Place { resource: self.resource, region: &self.region, scope: self.scope.as_ref() }
    }

    /// Where an exchange creates or removes.
    fn of(resource: &'static Resource, exchange: &Exchange, input: &Value) -> Self {
        let scope = resource.scope.map(|member| input.get(member).cloned().unwrap_or_default());
        Self { resource, region: exchange.request.region.clone(), scope }
    }
}

/// What a case may have left in the target.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// What is known to have been made, by what removes it.
    pub(super) things: Vec<(Whereabouts, Value)>,
    /// Where more may have been made: what is listed there tells.
    pub(super) unsure: Vec<Whereabouts>,
}

impl Made {
    /// Notes what an exchange made or removed.
    pub(super) fn note(&mut self, exchange: &Exchange) {
        let operation = exchange.request.operation.as_str();
        let Some(input) = exchange.request.input() else { return };
        let is_success = matches!(exchange.outcome(), Outcome::Success(_));
        if let Some(resource) = resource_created_by(operation) {
            // A refusal that changed nothing is what most of them are; the reads find the others.
            let at = Whereabouts::of(resource, exchange, input);
            let identity = match resource.names.item == resource.names.create {
                true => input.get(resource.names.create).cloned(),
                false => {
                    exchange.response().and_then(|answer| answer.json()?.get(resource.names.item).cloned())
                }
            };
            let may_be_done = match &exchange.reply {
                Ok(response) => is_success || response.has_failed(),
                Err(error) => !matches!(
                    error.kind,
                    TransportErrorKind::Unreachable | TransportErrorKind::Gone | TransportErrorKind::Budget
                ),
            };
            if may_be_done && !(is_success && identity.as_ref().is_some_and(Value::is_string)) {
                self.look(at.clone());
            }
            if let Some(identity) = identity.filter(|_| may_be_done) {
                self.add(at, identity);
            }
        }
        if let Some(resource) = resource_removed_by(operation).filter(|_| is_success) {
            let at = Whereabouts::of(resource, exchange, input);
            let gone = input.get(resource.names.removal).cloned().unwrap_or_default();
            self.things.retain(|(place, identity)| {
                !(*place == at && *identity == gone) && place.scope.as_ref() != Some(&gone)
            });
        }
    }

    /// Notes what a read showed of the case's own.
    pub(super) fn saw(&mut self, scope: &Scope, state: &State, bindings: &CaseBindings) {
        let resource = scope_resource(scope);
        let project = match scope {
            Scope::ProjectPolicies(tag) | Scope::ProjectPoliciesBy(tag, _) => {
                bindings.value(&Symbol::Project(tag.clone())).ok().map(Value::String)
            }
            Scope::ResourcePolicies | Scope::Projects | Scope::ProjectsBy(_) => None,
        };
        let at = Whereabouts { resource, region: bindings.region.clone(), scope: project };
        for (name, listed) in &state.policies {
            // A leased project is not the case's to remove.
            if !bindings.projects.values().any(|leased| leased == name) {
                self.add(at.clone(), listed.item.get(resource.names.item).cloned().unwrap_or_default());
            }
        }
        if !state.problems.is_empty() {
            self.look(at);
        }
    }

    fn add(&mut self, at: Whereabouts, identity: Value) {
        if !self.things.iter().any(|(place, known)| *place == at && *known == identity) {
            self.things.push((at, identity));
        }
    }

    pub(super) fn look(&mut self, at: Whereabouts) {
        if !self.unsure.contains(&at) {
            self.unsure.push(at);
        }
    }

    /// What was made, what lives in others first, so that nothing is removed from what is gone.
    pub(super) fn take(&mut self) -> Vec<(Whereabouts, Value)> {
        let mut things = std::mem::take(&mut self.things);
        things.sort_by_key(|(place, _)| *place.resource == PROJECTS);
        things
    }
}
