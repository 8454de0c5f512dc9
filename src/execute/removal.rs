//! Removing what a run made: by what is known of it, then by what the listing shows.

use super::client::Client;
use super::error::StepError;
use super::ledger::Ledger;
use super::listing::{Item, ListError};
use super::place::Place;
use super::transport::budget::Purpose;
use crate::exchange::{Exchange, Outcome};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::Instant;

/// The pause between two looks at what is listed for a while after it was removed.
const LAG_POLL: Duration = Duration::from_secs(1);

/// Why something is left that was removed by all that was answered.
pub(super) const STILL_LISTED: &str = "it was answered that it is removed, and it is listed";

/// What came of a removal.
#[derive(Debug)]
pub(super) enum Removal {
    /// It is gone.
    Removed,
    /// It is being made or used, and can be removed when that is over.
    InUse,
    /// It was refused: it may have another revision than was listed, or be gone.
    Refused(String),
    /// Nobody knows.
    Failed(String),
}

impl Removal {
    fn of(exchange: &Exchange) -> Self {
        match exchange.outcome() {
            Outcome::Refused { code: Some(code), .. } if code.contains("NotFound") => Self::Removed,
            Outcome::Refused { code: Some(code), .. } if code.contains("InUse") => Self::InUse,
            _ => match StepError::of(exchange.request.operation.clone(), exchange) {
                None => Self::Removed,
                Some(error @ StepError::Refused { throttled: false, .. }) => Self::Refused(error.to_string()),
                Some(error) => Self::Failed(error.to_string()),
            },
        }
    }
}

impl Client {
    /// Removes a resource of this identity.
    pub(super) async fn remove(&self, place: &Place, identity: &Value) -> Removal {
        self.send_removal(place, identity, Map::new()).await
    }

    /// Removes a listed resource as it is listed: with the revision that it has, where it has one, and
    /// without it where that does not help.
    pub(super) async fn remove_listed(&self, place: &Place, item: &Item) -> Removal {
        let member = place.resource.versions.as_ref().map(|versions| versions.member);
        if let Some((member, revision)) = member.and_then(|member| Some((member, item.value.get(member)?))) {
            let revision = Map::from_iter([(member.to_owned(), revision.clone())]);
            let removal = self.send_removal(place, &item.identity, revision).await;
            if !matches!(removal, Removal::Refused(_) | Removal::Failed(_)) {
                return removal;
            }
        }
        self.remove(place, &item.identity).await
    }

    async fn send_removal(&self, place: &Place, identity: &Value, more: Map<String, Value>) -> Removal {
        let mut input = place.input();
        input.insert(place.resource.names.removal.to_owned(), identity.clone());
        input.extend(more);
        let (operation, input) = (place.resource.delete, Value::Object(input));
        Removal::of(&self.own("clean-up", place, operation, input, Purpose::Cleaning).await)
    }

    /// Removes what is listed at a place and is the run's to remove there; what cannot be removed is left
    /// behind. The resources that are in use. Whether none of the others is left.
    ///
    /// # Errors
    /// When nobody can tell what is listed.
    pub(super) async fn remove_all(
        &mut self,
        place: &Place,
        ledger: &Ledger,
        is_removable: impl Fn(&Item) -> bool,
    ) -> Result<Removed, ListError> {
        let mut removed = Removed { in_use: Vec::new(), all: true };
        let (mut done, mut refused) = (Vec::new(), Vec::new());
        let mut until = Instant::now();
        let settled = until + self.target.limits.read_after_write;
        loop {
            let (listed, _) = self.list_all(place, "clean-up", Purpose::Cleaning).await;
            let (mut lags, mut changed) = (false, false);
            for item in listed?.items.iter().filter(|item| is_removable(item)) {
                let removal = match done.contains(&item.identity) {
                    // What takes time to go is listed until it is gone.
                    true if place.resource.settles => continue,
                    true if Instant::now() < until => {
                        lags = true;
                        continue;
                    }
                    true => Removal::Failed(STILL_LISTED.to_owned()),
                    false => self.remove_listed(place, item).await,
                };
                match removal {
                    Removal::Removed => {
                        done.push(item.identity.clone());
                        changed |= !place.resource.settles;
                        until = Instant::now() + self.target.limits.read_after_write;
                    }
                    Removal::InUse if removed.in_use.contains(&item.identity) => {}
                    Removal::InUse => removed.in_use.push(item.identity.clone()),
                    // Another lane may have removed it.
                    Removal::Refused(_) if !refused.contains(&item.identity) => {
                        refused.push(item.identity.clone());
                        changed = true;
                    }
                    Removal::Refused(_) if Instant::now() < settled => lags = true,
                    Removal::Refused(why) | Removal::Failed(why) => {
                        removed.all = false;
                        ledger.leave_behind(place, &item.name, &why);
                    }
                }
            }
            if lags {
                tokio::time::sleep(LAG_POLL).await;
                continue;
            }
            if changed {
                continue;
            }
            if place.resource.settles && !done.is_empty() {
                self.look_whether_it_goes(place, ledger, &done, &mut removed).await?;
            }
            return Ok(removed);
        }
    }

    /// Leaves behind what was answered that it is removed, and is listed as before: on the real service it is waited
    /// for at the end.
    async fn look_whether_it_goes(
        &mut self,
        place: &Place,
        ledger: &Ledger,
        done: &[Value],
        removed: &mut Removed,
    ) -> Result<(), ListError> {
        if self.target.is_real {
            return Ok(());
        }
        let (listed, _) = self.list_all(place, "clean-up", Purpose::Cleaning).await;
        for item in listed?.items.iter().filter(|item| done.contains(&item.identity) && !item.is_going()) {
            removed.all = false;
            ledger.leave_behind(place, &item.name, STILL_LISTED);
        }
        Ok(())
    }
}

/// What came of removing all that a run has at a place.
#[derive(Debug)]
pub(super) struct Removed {
    /// What can be removed later.
    pub(super) in_use: Vec<Value>,
    /// Whether nothing was left behind.
    pub(super) all: bool,
}
