//! How much a run tries and sends, and how fast.

use crate::execute::Budget;
use crate::execute::target::Target;
use crate::results::Shard;
use crate::run::RunOptions as Options;
use crate::settings::RunSettings;
use clap::Args;
use std::time::Duration;

/// Requests that a run sends to a real service at most, where no other number is named,
const REAL_REQUESTS: u64 = 1_000;
/// how many of each operation a second (5 are published for Rekognition, and none for X-Ray),
const REAL_RATE: u32 = 2;
/// and for how long.
const REAL_TIME: Duration = Duration::from_secs(15 * 60);

/// How much is tried, and how fast.
#[derive(Clone, Debug, Args)]
pub(super) struct Amount {
    /// Where the random cases start from; the same seed makes the same cases
    #[arg(help_heading = "How much", long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
    /// Random cases a rule, after the boundary cases
    #[arg(help_heading = "How much", long, value_name = "N", default_value_t = 16)]
    pub(super) cases: u32,
    /// Judge a share of the rules: 2/3 is the second of three; `merge` makes one report of all of them
    #[arg(help_heading = "Which rules", long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
    /// Cases of a service that are tried at the same time [default: 16, 4 with --max-requests, 6 on the real
    /// service, and 1 for the embedded reference]
    #[arg(help_heading = "How much", long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=64))]
    pub(super) jobs: Option<usize>,
    /// Most requests a service, clean-up included [default: 1000 on the real service, else no limit]
    #[arg(help_heading = "How much", long, value_name = "N")]
    pub(super) max_requests: Option<u64>,
    /// Most requests a second an operation [default: 2 on the real service, else no limit]
    #[arg(help_heading = "How much", long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: Option<u32>,
    /// Most time for the whole run (90s, 10m) [default: 15m on the real service, else no limit]
    #[arg(help_heading = "How much", long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) max_time: Option<Duration>,
}

impl Amount {
    /// How a run on this target is made.
    pub(super) fn run(&self, target: &Target) -> Options {
        Options {
            seed: self.seed,
            cases: self.cases,
            shard: self.shard,
            time: if target.is_real { None } else { self.max_time },
            jobs: self.jobs.unwrap_or(match (target.is_persistent(), target.is_real) {
                (false, _) => 1,
                // Projects take long to come, and waiting costs nothing.
                (true, true) => 6,
                // What each lane has takes requests to remove.
                (true, false) if self.max_requests.is_some() => 4,
                (true, false) => 16,
            }),
            settings: if target.is_real { RunSettings::real() } else { RunSettings::default() },
            ..Options::default()
        }
    }
}

/// The most requests, and how many a second of each operation. The real service has limits where none are
/// named.
pub(super) fn limits(
    max_requests: Option<u64>,
    rate: Option<u32>,
    target: &Target,
) -> (Option<u64>, Option<u32>) {
    let (most, often) = target.is_real.then_some((REAL_REQUESTS, REAL_RATE)).unzip();
    (max_requests.or(most), rate.or(often))
}

/// What may be sent to a target.
pub(super) fn budget(
    max_requests: Option<u64>,
    rate: Option<u32>,
    time: Option<Duration>,
    target: &Target,
) -> Budget {
    let (most, rate) = limits(max_requests, rate, target);
    let budget = Budget::new(most, rate);
    if target.is_real {
        budget.within(time.unwrap_or(REAL_TIME), target.limits.read_after_write)
    } else {
        budget
    }
}
