//! The ground that the lanes of a service share: which cases may be tried at the same time.

use crate::service::{resource_created_by, resource_listed_by};
use aws_conformance_generators::plan::{Body, Plan, SETUP, Service};
use std::collections::BTreeSet;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Room for cases at the same time. Each takes some, and one that needs the whole account takes all.
#[derive(Debug)]
pub(super) struct Ground {
    room: Semaphore,
    size: u32,
    is_shared: bool,
}

/// What a case holds while it is tried.
pub(super) struct Held<'a> {
    _permit: Option<SemaphorePermit<'a>>,
    /// Whether other cases may be tried on the same ground meanwhile.
    pub(super) is_shared: bool,
}

impl Ground {
    /// Lanes that have a place of their own: a project, or a region.
    pub(super) fn separate(lanes: usize) -> Self {
        Self::new(lanes, false)
    }

    /// Lanes that share one place where there is room for so many policies.
    pub(super) fn shared(policies: usize) -> Self {
        Self::new(policies, true)
    }

    fn new(size: usize, is_shared: bool) -> Self {
        let size = u32::try_from(size.max(1)).unwrap_or(1);
        Self { room: Semaphore::new(size as usize), size, is_shared: is_shared && size > 1 }
    }

    /// Waits until a plan may be tried.
    pub(super) async fn enter(&self, plan: &Plan, alone: bool) -> Held<'_> {
        let need = match alone || needs_all(plan, self.is_shared) {
            true => self.size,
            false if self.is_shared => policies_of(plan).min(self.size),
            false => 1,
        };
        let permit = self.room.acquire_many(need).await.ok();
        Held { _permit: permit, is_shared: self.is_shared && need < self.size }
    }

    /// Waits until nothing else is tried on ground that is shared, for what is done to all of it.
    pub(super) async fn whole(&self) -> Option<Held<'_>> {
        match self.is_shared {
            true => Some(self.enter(&Plan::default(), true).await),
            false => None,
        }
    }

    /// Whether lanes share one place.
    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }
}

/// Whether a plan is about the whole account: it looks at another region, or judges a listing in which
/// what other lanes made shows too.
fn needs_all(plan: &Plan, is_shared: bool) -> bool {
    plan.calls().any(|call| {
        let lists_all = resource_listed_by(&call.operation).is_some_and(|resource| resource.scope.is_none());
        let shows_others = is_shared || call.service == Service::Rekognition;
        call.wire.elsewhere || (lists_all && shows_others && call.expect != SETUP)
    })
}

/// The most policies that a plan may make at the same time: the names that its puts give.
fn policies_of(plan: &Plan) -> u32 {
    let mut names = BTreeSet::new();
    for call in plan.calls() {
        let Some(resource) = resource_created_by(&call.operation) else { continue };
        let name = match &call.body {
            Body::Input(input) => input.get(resource.names.create),
            Body::Raw(_) => None,
        };
        names.insert(format!("{name:?}"));
    }
    u32::try_from(names.len()).unwrap_or(u32::MAX).max(1)
}
