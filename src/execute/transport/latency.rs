//! How long responses took, in bounded memory.

use hdrhistogram::Histogram;
use std::time::Duration;

/// The longest that is told apart.
const LONGEST: Duration = Duration::from_secs(600);
/// Significant decimal digits that are kept.
const DIGITS: u8 = 2;

/// A histogram of how long responses took.
#[derive(Clone, Debug)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        let most = LONGEST.as_micros() as u64;
        Self(Histogram::new_with_max(most, DIGITS).expect("the bounds are in order"))
    }
}

impl Latencies {
    pub(super) fn note(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds what others took.
    pub fn add(&mut self, others: &Self) {
        self.0.add(&others.0).expect("all histograms have the same bounds");
    }

    /// The time within which this part of the responses came; none where none did.
    pub fn quantile(&self, part: f64) -> Option<Duration> {
        (!self.0.is_empty()).then(|| Duration::from_micros(self.0.value_at_quantile(part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Within the digits that are kept, the quantile is the one of the sorted times.
        #[test]
        fn a_quantile_is_that_of_the_times(
            mut times in proptest::collection::vec(1u64..1_000_000, 1..60),
            split in any::<proptest::sample::Index>(),
            part in 0.01f64..1.0,
        ) {
            let (mut all, mut others) = (Latencies::default(), Latencies::default());
            let split = split.index(times.len());
            times[..split].iter().for_each(|time| all.note(Duration::from_micros(*time)));
            times[split..].iter().for_each(|time| others.note(Duration::from_micros(*time)));
            all.add(&others);
            times.sort_unstable();
            let exact = times[((part * times.len() as f64).ceil() as usize).clamp(1, times.len()) - 1] as f64;
            let found = all.quantile(part).expect("there are responses").as_micros() as f64;
            prop_assert!((found - exact).abs() <= exact * 0.01 + 1.0, "{found} is not {exact}");
        }
    }

    #[test]
    fn what_takes_too_long_counts_as_the_longest() {
        let mut all = Latencies::default();
        assert_eq!(all.quantile(0.5), None);
        all.note(LONGEST * 10);
        let found = all.quantile(0.5).expect("there is a response");
        assert!(found >= LONGEST && found < LONGEST * 10, "{found:?}");
    }
}
