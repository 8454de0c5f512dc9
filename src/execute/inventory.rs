//! What an account holds, before a run and after it.

use super::client::Client;
use super::ledger::is_of_a_run;
use super::listing::{Item, ListError};
use super::place::Place;
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::Connector;
use crate::service::{outer_resource, resources};
use aws_conformance_generators::plan::Service;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most projects of which the policies are listed, twice a run. A run calls none but its own.
const MOST_SCOPES: usize = 20;

/// What an account holds of both services in its region: what each is, with its content.
#[derive(Debug, Default)]
pub struct Inventory(BTreeMap<String, Value>);

/// How an account differs after a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What the run made and left, and what it may have changed: the run has failed.
    pub harm: Vec<String>,
    /// What others made or removed meanwhile.
    pub others: Vec<String>,
}

impl Inventory {
    /// Lists everything, of some of the projects with their policies.
    ///
    /// # Errors
    /// When a service does not say what is there.
    pub async fn of(
        target: &Target,
        services: &[Service],
        connector: Connector,
        after: bool,
    ) -> Result<Self, ListError> {
        let purpose = if after { Purpose::Comparing } else { Purpose::Judging };
        let mut client = Client::new(target, connector);
        let mut inventory = Self::default();
        for &service in services {
            let outer = client.place(outer_resource(service));
            let mut items = inventory.add(&mut client, &outer, purpose).await?;
            // The same ones before and after, whatever the order of the listing.
            items.sort_by(|one, other| one.name.cmp(&other.name));
            // Of a run's projects there is no before and after.
            let of_others = items.into_iter().filter(|item| !is_of_a_run(&item.name));
            for item in of_others.take(MOST_SCOPES) {
                for resource in resources(service).filter(|resource| resource.scope.is_some()) {
                    let inner = outer.within(resource, &item.identity);
                    inventory.add(&mut client, &inner, purpose).await?;
                }
            }
        }
        Ok(inventory)
    }

    async fn add(
        &mut self,
        client: &mut Client,
        place: &Place,
        purpose: Purpose,
    ) -> Result<Vec<Item>, ListError> {
        let Place { resource, scope, .. } = place;
        let (listed, _) = client.list_all(place, "inventory", purpose).await;
        let items = match listed {
            Ok(listed) => listed.items,
            // What went while the others were listed holds nothing.
            Err(ListError::Refused { code, .. }) if scope.is_some() && code.contains("NotFound") => {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        for item in &items {
            let of = scope
                .as_ref()
                .and_then(Value::as_str)
                .map(|scope| format!(" of {scope}"))
                .unwrap_or_default();
            let members = [resource.document, resource.versions.as_ref().map(|versions| versions.member)];
            let content = members.into_iter().flatten().map(|member| item.value.get(member).cloned());
            self.0.insert(format!("{} {}{of}", resource.noun, item.name), content.flatten().collect());
        }
        Ok(items)
    }

    /// Whether anything is called like this, or has this in its name.
    pub fn mentions(&self, name: &str) -> bool {
        self.0.keys().any(|what| what.contains(name))
    }

    /// How an account differs from what it was before the run whose names begin with this prefix.
    pub fn difference(&self, after: &Self, prefix: &str) -> Difference {
        let mut difference = Difference::default();
        for (what, content) in &after.0 {
            match self.0.get(what) {
                _ if what.contains(prefix) => difference.harm.push(format!("{what} is left")),
                Some(before) if before != content => difference.harm.push(format!("{what} has changed")),
                Some(_) => {}
                None => difference.others.push(format!("{what} has appeared")),
            }
        }
        let gone = self.0.keys().filter(|what| !after.0.contains_key(*what));
        difference.others.extend(gone.map(|what| format!("{what} has gone")));
        difference
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_run_left_or_changed_is_told_from_what_others_did() {
        let of = |items: &[(&str, Value)]| {
            Inventory(items.iter().map(|(what, content)| ((*what).to_owned(), content.clone())).collect())
        };
        let before =
            of(&[("policy kept", json!(1)), ("policy changed", json!(1)), ("policy gone", json!(1))]);
        let after = of(&[
            ("policy kept", json!(1)),
            ("policy changed", json!(2)),
            ("policy awsc-1-a", json!(1)),
            ("policy awsc-2-a", json!(1)),
        ]);
        let harm = vec!["policy awsc-1-a is left".to_owned(), "policy changed has changed".to_owned()];
        let others = vec!["policy awsc-2-a has appeared".to_owned(), "policy gone has gone".to_owned()];
        assert_eq!(before.difference(&after, "awsc-1"), Difference { harm, others });
    }
}
