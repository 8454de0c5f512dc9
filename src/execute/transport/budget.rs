//! What a run may send: how much in all, and how much a second.

use aws_conformance_generators::plan::Service;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Of the most requests so many are kept for cleaning up, but no more than half of them.
const RESERVE: u64 = 40;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) enum Purpose {
    /// It is judged, or prepares what is.
    Judging,
    /// It removes what the run made.
    Cleaning,
}

/// What a run may send, shared by all its connectors.
#[derive(Debug, Default)]
pub struct Budget {
    max_requests: Option<u64>,
    rate: Option<u32>,
    services: BTreeMap<Service, Spent>,
    /// The earliest moment for the next request of an operation, where a rate is set.
    next: Mutex<BTreeMap<(Service, String), Instant>>,
}

#[derive(Debug, Default)]
struct Spent {
    requests: AtomicU64,
    throttled: AtomicU64,
    by_sdk: AtomicU64,
}

impl Budget {
    /// At most so many requests a service, of which some are kept for cleaning up, and so many a second
    /// an operation; none: no limit.
    pub fn new(max_requests: Option<u64>, rate: Option<u32>) -> Self {
        let services = Service::ALL.into_iter().map(|service| (service, Spent::default())).collect();
        Self { max_requests, rate, services, next: Mutex::default() }
    }

    /// Requests sent to a service so far.
    pub fn spent(&self, service: Service) -> u64 {
        self.count(service, |spent| &spent.requests)
    }

    /// Requests that a service asked to send again later.
    pub fn throttled(&self, service: Service) -> u64 {
        self.count(service, |spent| &spent.throttled)
    }

    /// Requests that the SDK's own client signed and sent.
    pub fn sdk_requests(&self, service: Service) -> u64 {
        self.count(service, |spent| &spent.by_sdk)
    }

    /// Whether nothing more may be sent to a service but to clean up.
    pub fn is_used_up(&self, service: Service) -> bool {
        self.most(Purpose::Judging).is_some_and(|most| self.spent(service) >= most)
    }

    fn most(&self, purpose: Purpose) -> Option<u64> {
        let most = self.max_requests?;
        Some(match purpose {
            Purpose::Judging => most - RESERVE.min(most / 2),
            Purpose::Cleaning => most,
        })
    }

    fn count(&self, service: Service, of: impl Fn(&Spent) -> &AtomicU64) -> u64 {
        self.services.get(&service).map_or(0, |spent| of(spent).load(Ordering::Relaxed))
    }

    pub(super) fn note_throttled(&self, service: Service) {
        if let Some(spent) = self.services.get(&service) {
            spent.throttled.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn note_sdk(&self, service: Service) {
        if let Some(spent) = self.services.get(&service) {
            spent.by_sdk.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for the turn of the next request; false if the budget is used up.
    pub(super) async fn take(&self, service: Service, operation: &str, purpose: Purpose) -> bool {
        let Some(spent) = self.services.get(&service) else { return true };
        let before = spent.requests.fetch_add(1, Ordering::Relaxed);
        if self.most(purpose).is_some_and(|most| before >= most) {
            spent.requests.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        if let Some(rate) = self.rate {
            let turn = {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                let next = next.entry((service, operation.to_owned())).or_insert(now);
                let turn = now.max(*next);
                *next = turn + Duration::from_secs(1) / rate.max(1);
                turn
            };
            tokio::time::sleep_until(turn).await;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn block<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be started").block_on(future)
    }

    proptest! {
        /// Whatever is asked for in which order, the total stays within the limit, and the reserve is
        /// there for cleaning alone.
        #[test]
        fn the_total_stays_within_the_limit(most in 0u64..300, asks in proptest::collection::vec(any::<bool>(), 0..400)) {
            let budget = Budget::new(Some(most), None);
            let mut judged = 0;
            for cleaning in asks {
                let purpose = if cleaning { Purpose::Cleaning } else { Purpose::Judging };
                judged += u64::from(block(budget.take(Service::Xray, "any", purpose)) && !cleaning);
            }
            prop_assert!(budget.spent(Service::Xray) <= most);
            prop_assert!(judged <= most - RESERVE.min(most / 2));
        }
    }

    #[test]
    fn each_operation_has_a_rate_of_its_own() {
        let budget = Budget::new(None, Some(50));
        let took = block(async {
            let started = Instant::now();
            for _ in 0..5 {
                for operation in ["one", "other"] {
                    budget.take(Service::Xray, operation, Purpose::Judging).await;
                }
            }
            started.elapsed()
        });
        assert!((80..120).contains(&took.as_millis()), "{took:?}");
    }
}
