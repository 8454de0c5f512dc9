//! The ground that the lanes of a service share: which cases may be tried at the same time.

use crate::execute::target::Target;
use crate::rules::Rule;
use crate::rules::expectation::Expectation;
use crate::service::{most_created, resource_created_by, resource_listed_by};
use aws_conformance_generators::plan::{Body, Call, Case, Plan, Scope, Step};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Room for cases at the same time. Each takes some, and one that needs the whole account takes all.
#[derive(Debug)]
pub(super) struct Ground {
    room: Semaphore,
    size: u32,
    /// Whether a case takes room for each policy that it makes, not for itself.
    by_policies: bool,
    is_shared: bool,
}

/// What a case holds while it is tried.
pub(super) struct Held<'a> {
    _permit: Option<SemaphorePermit<'a>>,
    /// Whether other cases may be tried on the same ground meanwhile.
    pub(super) is_shared: bool,
    /// Whether no other case is tried at all.
    pub(super) is_alone: bool,
}

impl Ground {
    /// Lanes that have a place of their own.
    pub(super) fn separate(lanes: usize) -> Self {
        Self::new(lanes, false, false)
    }

    /// Lanes of an account where there is room for so many policies, which may be in all of its regions
    /// together. They share one place, or have a region each.
    pub(super) fn limited(policies: usize, is_shared: bool) -> Self {
        Self::new(policies, true, is_shared)
    }

    fn new(size: usize, by_policies: bool, is_shared: bool) -> Self {
        let size = u32::try_from(size.max(1)).unwrap_or(1);
        let is_shared = is_shared && size > 1;
        Self { room: Semaphore::new(size as usize), size, by_policies, is_shared }
    }

    /// Waits until these plans of rules may be tried at once; alone, until nothing else is tried.
    pub(super) async fn enter(&self, plans: &[(&Rule, &Plan)], alone: bool) -> Held<'_> {
        let elsewhere = |plan: &Plan| plan.calls().any(|call| call.wire.elsewhere);
        // What is done in another region may be in the way of the lane that is there.
        let need = match alone || plans.iter().any(|(_, plan)| elsewhere(plan)) {
            true => self.size,
            false if self.by_policies => {
                let made = plans.iter().map(|(_, plan)| most_created(plan)).sum::<usize>();
                u32::try_from(made).unwrap_or(u32::MAX).clamp(1, self.size)
            }
            false => 1,
        };
        let permit = self.room.acquire_many(need).await.ok();
        let pages = || plans.iter().any(|(rule, plan)| pages(rule, plan));
        let is_shared = need < self.size && (self.is_shared || pages());
        Held { _permit: permit, is_shared, is_alone: need == self.size }
    }

    /// Waits until nothing else is tried on ground that is shared, for what is done to all of it.
    pub(super) async fn whole(&self) -> Option<Held<'_>> {
        let permit = match self.is_shared {
            true => self.room.acquire_many(self.size).await.ok(),
            false => return None,
        };
        Some(Held { _permit: permit, is_shared: false, is_alone: true })
    }
}

/// Whether a rule measures what its whole account holds: a listing of it, page by page, its limit, or what is
/// in its other regions.
pub(super) fn needs_whole_account(rule: &Rule, target: &Target) -> bool {
    let fills = |call: &Call, created: usize| {
        let resource = resource_created_by(&call.operation).filter(|resource| resource.scope.is_none());
        let limit = resource.and_then(|one| one.limit.least(&target.quotas));
        limit.is_some_and(|limit| created >= limit)
    };
    rule.trial.boundary_cases().any(|Case { plan, .. }| {
        let created = most_created(&plan);
        pages(rule, &plan) || plan.calls().any(|call| call.wire.elsewhere || fills(call, created))
    })
}

/// Whether a rule's plan pages through a listing of the whole account, which moves while others create.
fn pages(rule: &Rule, plan: &Plan) -> bool {
    let reads_by_page = plan.steps.iter().any(|step| matches!(step, Step::Read(Scope::ProjectsBy(_))));
    reads_by_page
        || plan.calls().any(|call| {
            let lists_all =
                resource_listed_by(&call.operation).is_some_and(|resource| resource.scope.is_none());
            let is_refused = rule.expectation(&call.expect).is_none_or(Expectation::is_refusal);
            let pages = match &call.body {
                Body::Input(input) => {
                    ["MaxResults", "NextToken"].iter().any(|member| input.get(member).is_some())
                }
                Body::Raw(_) => false,
            };
            lists_all && !is_refused && pages
        })
}
