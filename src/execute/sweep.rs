//! Removing what earlier runs left behind.

use super::client::Client;
use super::journal::Leftovers;
use super::ledger::is_of_a_run;
use super::listing::{Item, ListError};
use super::place::Place;
use super::removal::{Removal, STILL_LISTED};
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::Connector;
use crate::exchange::is_not_implemented;
use crate::service::{outer_resource, resources};
use aws_conformance_generators::plan::Service;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What sweeping did.
#[derive(Debug, Default)]
pub struct Swept {
    /// What was removed.
    pub removed: BTreeSet<String>,
    /// What is still listed, with the reason.
    pub remaining: Vec<String>,
}

/// Why a service could not be swept.
#[derive(Debug, thiserror::Error)]
#[error("what is there in {region} is not known: {source}")]
pub struct SweepError {
    region: String,
    source: ListError,
}

/// What carries the prefix of any run and is old.
#[derive(Clone, Debug)]
pub struct Old {
    /// It was made before this moment.
    pub before: SystemTime,
    /// The prefixes of runs that go on.
    pub spared: Vec<String>,
}

impl Old {
    fn covers(&self, item: &Item) -> bool {
        is_of_a_run(&item.name)
            && !self.spared.iter().any(|prefix| item.name.starts_with(prefix))
            && was_made_before(item, self.before)
    }
}

/// Removes from one service of a target what a run left, and nothing else, until nothing of it is listed
/// any more or nothing more of it can be removed; also what is old, if so.
///
/// # Errors
/// When the service does not say what is there.
pub async fn sweep(
    target: &Target,
    connector: Connector,
    service: Service,
    left: &Leftovers,
    old: Option<&Old>,
) -> Result<Swept, SweepError> {
    let mut client = Client::new(target, connector);
    let mut swept = Swept::default();
    for region in &left.regions {
        let place = Place::region(outer_resource(service), region);
        let done = sweep_region(&mut client, &place, left, old, &mut swept).await;
        done.map_err(|source| SweepError { region: region.clone(), source })?;
    }
    Ok(swept)
}

async fn sweep_region(
    client: &mut Client,
    place: &Place,
    left: &Leftovers,
    old: Option<&Old>,
    swept: &mut Swept,
) -> Result<(), ListError> {
    let (service, noun) = (place.resource.service, place.resource.noun);
    let limits = client.target.limits;
    let until = Instant::now() + limits.settle;
    // What was made or removed just before may not be listed yet, or still be.
    let mut listed_by = Instant::now() + limits.read_after_write;
    let mut pause = Duration::from_millis(20);
    let mut tried = BTreeSet::new();
    loop {
        let (listed, pages) = client.list_all(place, "sweep", Purpose::Cleaning).await;
        if pages.first().is_some_and(is_not_implemented) {
            return Ok(());
        }
        let is_left = |item: &Item| {
            left.covers(service, &place.region, &item.name) || old.is_some_and(|old| old.covers(item))
        };
        let items: Vec<Item> = listed?.items.into_iter().filter(is_left).collect();
        let mut remaining = Vec::new();
        let mut goes_on = Instant::now() < listed_by;
        for item in &items {
            let what = format!("{noun} {} in {}", item.name, place.region);
            let is_first = tried.insert(item.identity.to_string());
            if is_first {
                listed_by = Instant::now() + limits.read_after_write;
            }
            match client.remove_listed(place, item).await {
                // What it holds may keep it from being removed.
                Removal::Refused(why) | Removal::Failed(why) => {
                    goes_on |= is_first && sweep_scope(client, place, &item.identity).await;
                    remaining.push(format!("{what}: {why}"));
                }
                Removal::InUse => {
                    goes_on = true;
                    remaining.push(format!("{what}: it is in use"));
                }
                Removal::Removed => {
                    goes_on |= is_first || place.resource.settles;
                    remaining.push(format!("{what}: {STILL_LISTED}"));
                    swept.removed.insert(what);
                }
            }
        }
        if !goes_on || Instant::now() >= until {
            let is_there = |what: &String| remaining.iter().any(|line| line.starts_with(what.as_str()));
            swept.removed.retain(|what| !is_there(what));
            swept.remaining.extend(remaining);
            return Ok(());
        }
        // No longer than until nothing more can appear, unless something is known to go later.
        let rest = listed_by.saturating_duration_since(Instant::now());
        tokio::time::sleep(if rest.is_zero() { pause } else { pause.min(rest) }).await;
        pause = (pause * 2).min(limits.poll);
    }
}

/// Whether a resource is known to have been made, and changed for the last time, before a moment.
fn was_made_before(item: &Item, before: SystemTime) -> bool {
    let Ok(before) = before.duration_since(UNIX_EPOCH) else { return false };
    let times = ["CreationTimestamp", "LastUpdatedTime"].map(|member| item.value.get(member)?.as_f64());
    let mut times = times.into_iter().flatten().peekable();
    times.peek().is_some() && times.all(|time| time < before.as_secs_f64())
}

/// Removes what lives in a resource; whether there was anything.
async fn sweep_scope(client: &mut Client, within: &Place, scope: &Value) -> bool {
    let mut any = false;
    for resource in resources(within.resource.service).filter(|resource| resource.scope.is_some()) {
        let place = within.within(resource, scope);
        let (listed, _) = client.list_all(&place, "sweep", Purpose::Cleaning).await;
        for item in listed.unwrap_or_default().items {
            any = true;
            client.remove_listed(&place, &item).await;
        }
    }
    any
}
