//! What a run may send: how much in all, and how much a second.

use aws_conformance_generators::plan::Service;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Of the most requests so many are kept for cleaning up, or a twentieth, but no more than half of them.
const RESERVE: u64 = 20;
/// Of the most time so many percent are for cleaning up, and so many for looking what is left.
const CLEANING: u32 = 15;
const COMPARING: u32 = 5;
/// Two looks at what is left take so long, beside what has to pass between them.
const LOOKS: Duration = Duration::from_secs(4);
/// A throttled operation is called so many times less often, at most,
const SLOWEST: u32 = 16;
/// and after so many responses in a row a little more often again.
const STEADY: u32 = 8;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) enum Purpose {
    /// It is judged, or prepares what is.
    Judging,
    /// It removes what the run made.
    Cleaning,
    /// It looks what the run left.
    Comparing,
}

/// What a run may send, shared by all its connectors.
#[derive(Debug, Default)]
pub struct Budget {
    max_requests: Option<u64>,
    rate: Option<u32>,
    services: [Spent; Service::ALL.len()],
    /// The pace of each operation, where a rate is set.
    paces: Mutex<BTreeMap<(Service, String), Pace>>,
    /// When the half of the time is up, and when nothing more is sent but to clean up, but to look what is
    /// left, and at all.
    half: Option<Instant>,
    until: Option<[Instant; 3]>,
    /// The longest that a resource took to come or to go so far, in milliseconds.
    settling: AtomicU64,
    interrupt: Interrupt,
}

/// How often an operation is called.
#[derive(Debug)]
struct Pace {
    /// The earliest moment for the next request.
    next: Instant,
    /// How many times the usual pause lies between two: doubled when one is throttled, less by one after a
    /// row that was not.
    slower: u32,
    steady: u32,
}

#[derive(Debug, Default)]
struct Spent {
    requests: AtomicU64,
    throttled: AtomicU64,
    by_sdk: AtomicU64,
    /// In milliseconds.
    lag: AtomicU64,
    /// Requests that are kept for cleaning up, and for looking what is left.
    cleaning: AtomicU64,
    kept: AtomicU64,
    operations: Mutex<BTreeMap<String, u64>>,
}

impl Budget {
    /// At most so many requests a service, of which some are kept for cleaning up, and so many a second
    /// an operation; none: no limit.
    pub fn new(max_requests: Option<u64>, rate: Option<u32>) -> Self {
        Self { max_requests, rate, ..Self::default() }
    }

    /// The same, where nothing is tried or waited for once this is set but what cleaning up needs.
    #[must_use]
    pub fn until_interrupted(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }

    /// Whether the run has been asked to end.
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }

    fn of(&self, service: Service) -> &Spent {
        &self.services[service as usize]
    }

    /// The same for so much time from now, of which some is kept for cleaning up and for looking what is
    /// left, where a read may be as late as this.
    #[must_use]
    pub fn within(mut self, time: Duration, read_after_write: Duration) -> Self {
        let now = Instant::now();
        let comparing = (LOOKS + read_after_write).min(time / 4).max(time * COMPARING / 100);
        let cleaned = now + time - comparing;
        self.until = Some([cleaned - time * CLEANING / 100, cleaned, now + time]);
        self.half = Some(now + time / 2);
        self
    }

    /// Notes how long a resource took to come or to go, or takes so far.
    pub(in crate::execute) fn note_settling(&self, took: Duration) {
        self.settling.fetch_max(took.as_millis() as u64, Ordering::Relaxed);
    }

    /// Whether there is a limit of requests.
    pub fn is_limited(&self) -> bool {
        self.max_requests.is_some()
    }

    /// Whether the time for a purpose is up.
    pub(super) fn is_over(&self, purpose: Purpose) -> bool {
        self.end(purpose).is_some_and(|end| Instant::now() >= end)
    }

    fn end(&self, purpose: Purpose) -> Option<Instant> {
        let until = self.until?;
        let end = until[purpose as usize];
        if purpose != Purpose::Judging {
            return Some(end);
        }
        // What is there then goes as slowly as it came.
        let early = until[Purpose::Cleaning as usize].checked_sub(self.settling() * 3 / 2);
        Some(early.max(self.half).map_or(end, |early| end.min(early)))
    }

    /// The longest that a resource took to come or to go so far.
    pub(in crate::execute) fn settling(&self) -> Duration {
        Duration::from_millis(self.settling.load(Ordering::Relaxed))
    }

    /// Whether what is made from here on could not be removed in time: it has to come before it can go.
    pub fn is_late_to_make(&self) -> bool {
        let end = self.until.map(|until| until[Purpose::Cleaning as usize]);
        end.is_some_and(|end| Instant::now() + self.settling() * 3 >= end)
    }

    /// Whether nothing more is sent to a service, not even to clean up.
    pub(super) fn is_exhausted(&self, service: Service) -> bool {
        let most = self.most(service, Purpose::Cleaning);
        self.is_over(Purpose::Cleaning) || most.is_some_and(|most| self.spent(service) >= most)
    }

    /// Whether there is still so much time.
    pub fn has_time(&self, time: Duration) -> bool {
        self.until.is_none_or(|until| Instant::now() + time < until[Purpose::Comparing as usize])
    }

    /// Whether the time for judging is up.
    pub fn is_late(&self) -> bool {
        self.is_over(Purpose::Judging)
    }

    /// Requests sent to a service so far.
    pub fn spent(&self, service: Service) -> u64 {
        self.of(service).requests.load(Ordering::Relaxed)
    }

    /// The same for all services.
    pub fn all_spent(&self) -> u64 {
        Service::ALL.into_iter().map(|service| self.spent(service)).sum()
    }

    /// Requests sent so far for each operation.
    pub fn by_operation(&self) -> BTreeMap<(Service, String), u64> {
        let of = |service: Service| {
            let operations = self.of(service).operations.lock().clone();
            operations.into_iter().map(move |(operation, requests)| ((service, operation), requests))
        };
        Service::ALL.into_iter().flat_map(of).collect()
    }

    /// Requests that a service asked to send again later.
    pub fn throttled(&self, service: Service) -> u64 {
        self.of(service).throttled.load(Ordering::Relaxed)
    }

    /// Requests that the SDK's own client signed and sent.
    pub fn sdk_requests(&self, service: Service) -> u64 {
        self.of(service).by_sdk.load(Ordering::Relaxed)
    }

    /// The longest that a read of a service was repeated for what had been written before.
    pub fn lag(&self, service: Service) -> Duration {
        Duration::from_millis(self.of(service).lag.load(Ordering::Relaxed))
    }

    pub(in crate::execute) fn note_lag(&self, service: Service, lag: Duration) {
        self.of(service).lag.fetch_max(lag.as_millis() as u64, Ordering::Relaxed);
    }

    /// Whether nothing more may be sent to a service but to clean up.
    pub fn is_used_up(&self, service: Service) -> bool {
        self.most(service, Purpose::Judging).is_some_and(|most| self.spent(service) >= most)
    }

    /// Keeps so many requests for cleaning up, where more are not kept anyway.
    pub fn keep_for_cleaning(&self, service: Service, requests: u64) {
        self.of(service).cleaning.store(requests, Ordering::Relaxed);
    }

    /// Keeps three times the requests that it took to see what is there, all that were sent so far, for
    /// seeing what is left: it may take two looks, at more. A fortieth of all is kept at least, since others may
    /// have made much meanwhile, and calls may have to be sent again.
    pub fn keep_for_comparison(&self, service: Service) {
        let least = self.max_requests.unwrap_or_default() / 40;
        self.of(service).kept.store((self.spent(service) * 3).max(least), Ordering::Relaxed);
    }

    fn most(&self, service: Service, purpose: Purpose) -> Option<u64> {
        let all = self.max_requests?;
        let cleaning = all.saturating_sub(self.of(service).kept.load(Ordering::Relaxed));
        Some(match purpose {
            Purpose::Judging => {
                let asked = self.of(service).cleaning.load(Ordering::Relaxed);
                cleaning - RESERVE.max(all / 20).max(asked).min(cleaning / 2)
            }
            Purpose::Cleaning => cleaning,
            Purpose::Comparing => all,
        })
    }

    pub(super) fn note_throttled(&self, service: Service, operation: &str) {
        self.of(service).throttled.fetch_add(1, Ordering::Relaxed);
        self.pace(service, operation, |pace| {
            (pace.slower, pace.steady) = ((pace.slower * 2).min(SLOWEST), 0);
        });
    }

    pub(super) fn note_response(&self, service: Service, operation: &str) {
        self.pace(service, operation, |pace| {
            pace.steady += 1;
            if pace.steady >= STEADY {
                (pace.slower, pace.steady) = (pace.slower.saturating_sub(1).max(1), 0);
            }
        });
    }

    fn pace(&self, service: Service, operation: &str, change: impl FnOnce(&mut Pace)) {
        if self.rate.is_some()
            && let Some(pace) = self.paces.lock().get_mut(&(service, operation.to_owned()))
        {
            change(pace);
        }
    }

    pub(super) fn note_sdk(&self, service: Service) {
        self.of(service).by_sdk.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for the turn of the next request; false if the budget, or the time, is used up.
    pub(super) async fn take(&self, service: Service, operation: &str, purpose: Purpose) -> bool {
        let spent = self.of(service);
        if self.is_over(purpose) {
            return false;
        }
        let before = spent.requests.fetch_add(1, Ordering::Relaxed);
        if self.most(service, purpose).is_some_and(|most| before >= most) {
            spent.requests.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        *spent.operations.lock().entry(operation.to_owned()).or_default() += 1;
        if let Some(rate) = self.rate {
            let turn = {
                let mut paces = self.paces.lock();
                let now = Instant::now();
                let pace = paces.entry((service, operation.to_owned()));
                let pace = pace.or_insert(Pace { next: now, slower: 1, steady: 0 });
                let turn = now.max(pace.next);
                pace.next = turn + Duration::from_secs(1) / rate.max(1) * pace.slower;
                turn
            };
            tokio::time::sleep_until(turn).await;
        }
        true
    }
}

/// Whether a run has been asked to end. Clones are of one run.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the run to end: what was judged is kept, and what was made is removed.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run has been asked to end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::answers::block;
    use proptest::prelude::*;
    use rstest::rstest;

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
            prop_assert!(judged <= most - RESERVE.max(most / 20).min(most / 2));
        }
    }

    #[test]
    fn what_is_throttled_is_called_less_often_for_a_while() {
        let budget = Budget::new(None, Some(1_000));
        let slower = || {
            let paces = budget.paces.lock();
            paces.values().next().map(|pace| pace.slower)
        };
        block(budget.take(Service::Xray, "any", Purpose::Judging));
        (0..9).for_each(|_| budget.note_throttled(Service::Xray, "any"));
        assert_eq!(slower(), Some(SLOWEST));
        (0..STEADY).for_each(|_| budget.note_response(Service::Xray, "any"));
        assert_eq!(slower(), Some(SLOWEST - 1));
        (0..STEADY * SLOWEST).for_each(|_| budget.note_response(Service::Xray, "any"));
        assert_eq!(slower(), Some(1));
    }

    #[test]
    fn some_of_the_time_is_for_cleaning_up_and_for_looking_what_is_left() {
        let purposes = [Purpose::Judging, Purpose::Cleaning, Purpose::Comparing];
        for passed in 0..=purposes.len() {
            let (past, later) = (Instant::now(), Instant::now() + Duration::from_secs(600));
            let until = std::array::from_fn(|at| if at < passed { past } else { later });
            let budget = Budget { until: Some(until), ..Budget::new(None, None) };
            let allowed = purposes.map(|purpose| block(budget.take(Service::Xray, "any", purpose)));
            assert_eq!(allowed, std::array::from_fn(|at| at >= passed));
        }
    }

    #[rstest]
    #[case::a_share(1000, 0, 0, [200, 50])]
    #[case::reads_that_lag(100, 10, 0, [29, 14])]
    #[case::little_time(20, 10, 0, [8, 5])]
    #[case::projects_that_are_quick(1000, 10, 20, [200, 50])]
    #[case::projects_that_are_slow(1000, 10, 120, [230, 50])]
    #[case::projects_that_are_slower_than_the_run(1000, 10, 600, [500, 50])]
    fn so_much_of_the_time_is_kept(
        #[case] time: u64,
        #[case] read_after_write: u64,
        #[case] settling: u64,
        #[case] kept: [u64; 2],
    ) {
        let [time, read_after_write, settling] = [time, read_after_write, settling].map(Duration::from_secs);
        let budget = Budget::new(None, None).within(time, read_after_write);
        budget.note_settling(settling);
        let end = |purpose| budget.end(purpose).expect("the time is limited");
        let all = end(Purpose::Comparing);
        let found = [all - end(Purpose::Judging), all - end(Purpose::Cleaning)];
        assert_eq!(found, kept.map(Duration::from_secs));
    }

    #[test]
    fn looking_what_is_left_has_requests_of_its_own() {
        let budget = Budget::new(Some(100), None);
        let sent = |purpose| (0..).take_while(|_| block(budget.take(Service::Xray, "any", purpose))).count();
        (0..7).for_each(|_| assert!(block(budget.take(Service::Xray, "any", Purpose::Judging))));
        budget.keep_for_comparison(Service::Xray);
        assert_eq!([Purpose::Judging, Purpose::Cleaning, Purpose::Comparing].map(sent), [52, 20, 21]);
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
