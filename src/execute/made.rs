//! What a case may have left in the target, by what its exchanges and reads show.

use super::bindings::CaseBindings;
use super::place::Place;
use crate::exchange::{Exchange, Outcome, State, TransportErrorKind};
use crate::service::{PROJECTS, Resource, resource_created_by, resource_removed_by};
use serde_json::Value;

/// Where an exchange creates or removes.
fn place_of(resource: &'static Resource, exchange: &Exchange, input: &Value) -> Place {
    let scope = resource.scope.map(|member| input.get(member).cloned().unwrap_or_default());
    Place { resource, region: exchange.request.region.clone(), scope }
}

/// What a case may have left in the target.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// What is known to have been made, by what removes it.
    pub(super) things: Vec<(Place, Value)>,
    /// Where more may have been made: what is listed there tells.
    pub(super) unsure: Vec<Place>,
}

impl Made {
    /// Notes what an exchange made or removed.
    pub(super) fn note(&mut self, exchange: &Exchange) {
        let operation = exchange.request.operation.as_str();
        let Some(input) = exchange.request.input() else { return };
        let is_success = matches!(exchange.outcome(), Outcome::Success(_));
        if let Some(resource) = resource_created_by(operation) {
            // A refusal that changed nothing is what most of them are; the reads find the others.
            let at = place_of(resource, exchange, input);
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
            let at = place_of(resource, exchange, input);
            let gone = input.get(resource.names.removal).cloned().unwrap_or_default();
            self.things.retain(|(place, identity)| {
                !(*place == at && *identity == gone) && place.scope.as_ref() != Some(&gone)
            });
        }
    }

    /// Notes what a read showed of the case's own.
    pub(super) fn saw(&mut self, at: Place, state: &State, bindings: &CaseBindings) {
        for (name, listed) in &state.policies {
            // A leased project is not the case's to remove.
            if !bindings.projects.values().any(|leased| leased == name) {
                self.add(at.clone(), listed.item.get(at.resource.names.item).cloned().unwrap_or_default());
            }
        }
        if !state.problems.is_empty() {
            self.look(at);
        }
    }

    fn add(&mut self, at: Place, identity: Value) {
        if !self.things.iter().any(|(place, known)| *place == at && *known == identity) {
            self.things.push((at, identity));
        }
    }

    pub(super) fn look(&mut self, at: Place) {
        if !self.unsure.contains(&at) {
            self.unsure.push(at);
        }
    }

    /// What was made, what lives in others first, so that nothing is removed from what is gone.
    pub(super) fn take(&mut self) -> Vec<(Place, Value)> {
        let mut things = std::mem::take(&mut self.things);
        things.sort_by_key(|(place, _)| *place.resource == PROJECTS);
        things
    }
}
