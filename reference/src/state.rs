//! Everything that the endpoint holds, kept apart by account and region.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::identifier::Identifiers;
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::service::Operation;
use crate::switches::Switches;

/// A moment: how many calls had been carried out.
pub(crate) type Turn = u64;

/// What every account holds in every region.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// How many calls have been carried out.
    pub(crate) turn: Turn,
    pub(crate) tenants: HashMap<Scope, Tenant>,
    /// The creation stamp of the latest project: stamps never repeat.
    pub(crate) last_stamp: u64,
}

/// What one account holds in one region.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    /// In order of creation.
    pub(crate) projects: Vec<Project>,
    /// In order of creation.
    pub(crate) resource_policies: Vec<ResourcePolicy>,
    /// The policies of projects that are gone, and X-Ray policies that are gone: what the
    /// faults and variants need that remember them.
    pub(crate) gone_projects: Vec<Project>,
    pub(crate) gone_resource_policies: Vec<ResourcePolicy>,
    /// Whether what a variant expects to find already has been put there.
    pub(crate) has_preexisting: bool,
}

/// How far a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// For so many descriptions to come.
    Creating(u32),
    Created,
    /// For so many descriptions to come.
    Deleting(u32),
}

/// A Custom Labels project.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) created: SystemTime,
    pub(crate) feature: String,
    pub(crate) auto_update: Option<String>,
    pub(crate) status: Status,
    /// When it was created or deleted.
    pub(crate) since: SystemTime,
    /// When it was created.
    pub(crate) appeared: Turn,
    /// In order of creation.
    pub(crate) policies: Vec<ProjectPolicy>,
    /// Policies that were deleted.
    pub(crate) gone: Vec<ProjectPolicy>,
}

/// A project policy.
#[derive(Clone, Debug)]
pub(crate) struct ProjectPolicy {
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) revision: String,
    pub(crate) created: SystemTime,
    pub(crate) updated: SystemTime,
    /// When it was created.
    pub(crate) appeared: Turn,
    /// Earlier revisions with their documents, the oldest first.
    pub(crate) past: Vec<Past>,
}

/// A resource policy of X-Ray.
#[derive(Clone, Debug)]
pub(crate) struct ResourcePolicy {
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) number: u64,
    pub(crate) revision: String,
    pub(crate) updated: SystemTime,
    /// When it was created.
    pub(crate) appeared: Turn,
    /// Earlier revisions with their documents, the oldest first.
    pub(crate) past: Vec<Past>,
}

/// A revision that was replaced.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) revision: String,
    pub(crate) document: String,
    /// When it was replaced.
    pub(crate) replaced: Turn,
}

/// One call, as the operations see it.
pub(crate) struct Call<'a> {
    pub(crate) operation: Operation,
    pub(crate) scope: &'a Scope,
    pub(crate) body: &'a Map<String, Value>,
    /// Members that a fault keeps from being looked at.
    pub(crate) exempt: &'a [&'static str],
    pub(crate) switches: &'a Switches,
    pub(crate) identifiers: &'a Identifiers,
    pub(crate) now: SystemTime,
    /// When the call arrived. What was written since then raced with it: a check that reads before
    /// it writes, without a lock, has not seen it.
    pub(crate) arrived: Turn,
    /// When it is carried out.
    pub(crate) turn: Turn,
    /// How long a project stays as it is, where that takes time.
    pub(crate) project_time: Option<Duration>,
    pub(crate) creating_describes: u32,
    pub(crate) deleting_describes: u32,
}

/// What a fault does to a policy though the call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forced {
    /// What was asked for.
    Done,
    /// It gets the document that was put.
    Replaced,
    /// It gets another revision.
    Revised,
    /// It gets another time of update.
    Touched,
    Deleted,
}

/// What an operation answers: the members of its output, or nothing at all.
pub(crate) type Outcome = Result<Map<String, Value>, Refusal>;

impl<'a> Call<'a> {
    /// A member that is a text.
    pub(crate) fn text(&self, member: &str) -> Option<&'a str> {
        self.body.get(member).and_then(Value::as_str)
    }

    pub(crate) fn integer(&self, member: &str) -> Option<usize> {
        let number = self.body.get(member).and_then(Value::as_u64)?;
        usize::try_from(number).ok()
    }

    pub(crate) fn is_exempt(&self, member: &str) -> bool {
        self.exempt.contains(&member)
    }

    /// Whether something that was written then has raced with the call.
    pub(crate) fn raced(&self, written: Turn) -> bool {
        written > self.arrived
    }

    pub(crate) fn milliseconds(&self) -> u64 {
        milliseconds(self.now)
    }
}

/// Remembers something that is gone, for the switches that look back; not for ever, so that an
/// endpoint that serves for weeks does not grow.
pub(crate) fn remember<T>(past: &mut Vec<T>, gone: T) {
    const REMEMBERED: usize = 32;
    if past.len() == REMEMBERED {
        past.remove(0);
    }
    past.push(gone);
}

/// Milliseconds since the epoch; a time before it counts as the epoch.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let elapsed = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

impl World {
    /// What the account of a scope holds in other regions.
    pub(crate) fn elsewhere(&mut self, scope: &Scope) -> impl Iterator<Item = &mut Tenant> {
        let others = self.tenants.iter_mut();
        others
            .filter(move |(other, _)| other.account == scope.account && *other != scope)
            .map(|(_, tenant)| tenant)
    }

    pub(crate) fn tenant(&mut self, scope: &Scope) -> &mut Tenant {
        if !self.tenants.contains_key(scope) {
            self.tenants.insert(scope.clone(), Tenant::default());
        }
        self.tenants.get_mut(scope).expect("the tenant was put there if it was missing")
    }
}
