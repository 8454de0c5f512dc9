//! The results.

use super::record::Record;
use super::shard::ShardInfo;
use super::waiver::{Waiver, WaiverOutcome};
use crate::exchange::Shapes;
use crate::exchange::untrusted::Redaction;
use crate::judge::finding::{Finding, Verdict};
use crate::rules::Rule;
use crate::rules::expectation::Level;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// What reports say of the target of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TargetInfo {
    /// The kind of target: `reference` or `endpoint`.
    pub kind: String,
    /// The URL of each service that was tested, without user and password; empty for the embedded
    /// reference.
    pub endpoints: BTreeMap<Service, String>,
    /// The region that requests were signed for.
    pub region: String,
    /// The existing project that the user supplied, if so: scripts use it too.
    pub user_project: Option<String>,
    /// Whether the credentials are temporary, so that requests carry a session token.
    pub temporary_credentials: bool,
    /// Whether every endpoint is on this machine.
    #[serde(default)]
    pub loopback: bool,
    /// What no report may show.
    #[serde(skip)]
    pub redaction: Redaction,
}

impl TargetInfo {
    /// Whether the embedded reference was tested.
    pub fn is_reference(&self) -> bool {
        self.endpoints.is_empty()
    }
}

/// What the survey learned of one service. Frozen for the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Survey {
    /// The service.
    pub service: Service,
    /// Operations that the target does not implement, with the answer that says so.
    pub missing: BTreeMap<String, String>,
    /// Operations that the target never answered, with what happened instead.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub silent: BTreeMap<String, String>,
    /// Operations that the caller may not call, with the permission that is missing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub denied: BTreeMap<String, String>,
    /// Whether another region shows other resources. None: not asked, or no answer to rely on.
    pub separate_regions: Option<bool>,
    /// How many resources were there before the run.
    #[serde(default)]
    pub preexisting: usize,
    /// How many of these have names that only runs of this suite make up.
    #[serde(default, skip_serializing_if = "is_none")]
    pub of_earlier_runs: usize,
    /// The account id that the target's own ARNs name.
    #[serde(skip)]
    pub account: String,
}

impl Survey {
    /// Why nothing of the service can be judged, if it implements none of its operations.
    pub fn nothing_implemented(&self) -> Option<String> {
        let operations = &model(self.service).operations;
        operations
            .iter()
            .all(|operation| self.missing.contains_key(&operation.name))
            .then(|| format!("{} is not implemented", self.service))
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// How a run was made, as far as reports name it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunInfo {
    /// Where the random cases started from.
    pub seed: u64,
    /// When the run began.
    pub started_at: SystemTime,
    /// Whether a `should` violation fails too.
    pub strict: bool,
    /// Operations that the configuration says are implemented, and that are not.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Response shapes that differ from their snapshots.
    #[serde(skip)]
    pub shape_changes: Vec<ShapeChange>,
    /// The shard that it was, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardInfo>,
}

/// A response shape that is not what its snapshot says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShapeChange {
    /// `service.Operation.outcome`.
    pub outcome: String,
    /// Whether there is no snapshot of it yet.
    pub is_new: bool,
    /// What changed, in words.
    pub changes: Vec<String>,
}

/// How long a target's responses took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Half of them came within this.
    pub p50: f64,
    /// All but one in a hundred came within this.
    pub p99: f64,
}

/// The results of a run. What is not serialized is read from the records of a recording, or judged anew.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    /// A result for each selected rule, in the catalogue's order.
    #[serde(skip)]
    pub rules: Vec<RuleResult>,
    /// What was learned of each service that could be judged.
    pub surveys: Vec<Survey>,
    /// Why the others could not, in words.
    pub failures: Vec<String>,
    /// What may have been left behind on the target, in words.
    pub left_behind: Vec<String>,
    /// What the run left in a real account, and what of others has changed there meanwhile, in words.
    #[serde(skip)]
    pub harm: Vec<String>,
    /// Requests sent, survey and clean-up included.
    pub requests: u64,
    /// Those of them that the SDK's own clients signed and sent.
    #[serde(default)]
    pub sdk_requests: u64,
    /// How fast the target was; none where it never answered.
    #[serde(default)]
    pub latency: Option<Latency>,
    /// The longest that it took until a read showed what had been written before, in milliseconds; none where
    /// every read did at once.
    #[serde(default)]
    pub read_lag_ms: Option<u64>,
    /// The shape of each outcome that was reached.
    #[serde(skip)]
    pub shapes: Shapes,
    /// How many requests it took until a rule first found something.
    pub first_finding: Option<u64>,
    /// How long it took.
    pub duration: Duration,
    /// What the verdicts rest on, where the run was recorded.
    #[serde(skip)]
    pub records: Vec<Record>,
    /// The waivers that were applied, with what the run says of each.
    #[serde(skip)]
    pub waivers: Vec<WaiverOutcome>,
}

impl Results {
    /// Every finding that is more than an observation, with its rule's result, in order.
    pub fn findings(&self) -> impl Iterator<Item = (&RuleResult, &Finding)> {
        self.rules.iter().flat_map(|result| result.binding().map(move |finding| (result, finding)))
    }
}

/// The result of one rule.
#[derive(Debug)]
pub struct RuleResult {
    /// The rule.
    pub rule: &'static Rule,
    /// The verdict.
    pub verdict: Verdict,
    /// Cases tried.
    pub cases: u64,
    /// Requests sent for it.
    pub requests: u64,
    /// Why it is inconclusive, not applicable or not run.
    pub reason: Option<String>,
    /// Its violations, one a class.
    pub findings: Vec<Finding>,
    /// What came back in cases that conform, by the name of the expectation.
    pub outcomes: BTreeMap<String, BTreeSet<String>>,
    /// What came back where nothing is promised: partition and outcome.
    pub observations: Vec<Observation>,
    /// The waivers that name it and hold.
    pub waivers: Vec<Waiver>,
}

impl RuleResult {
    /// The verdict on a rule, without what it rests on.
    pub fn new(rule: &'static Rule, verdict: Verdict) -> Self {
        Self {
            rule,
            verdict,
            cases: 0,
            requests: 0,
            reason: None,
            findings: Vec::new(),
            outcomes: BTreeMap::new(),
            observations: Vec::new(),
            waivers: Vec::new(),
        }
    }

    /// Its findings that are more than observations.
    pub fn binding(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.violation.level > Level::Observe)
    }
}

/// What came back where nothing is promised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Observation {
    /// The rule.
    pub rule: String,
    /// The partition.
    pub partition: String,
    /// The outcome in words.
    pub outcome: String,
}
