//! One report from the reports of the shards of a run.
//!
//! A rule's result is that of the shard whose share it is in. Monitors look at what every shard exchanges: a
//! violation in one is a violation.

use super::read::{ReadError, parsed};
use crate::exchange::untrusted::escaped;
use crate::exchange::{Shapes, Trace};
use crate::judge::finding::{Class, Finding, Verdict, Violation, counted, occurrences};
use crate::results::{
    Latency, Observation, Results, RuleResult, RunInfo, ShapeChange, ShardInfo, Survey, TargetInfo, Waiver,
};
use crate::rules::expectation::Level;
use crate::rules::{Rule, rule};
use aws_conformance_generators::plan::{Case, Plan};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// What a whole run would have shown.
#[derive(Debug)]
pub struct Merged {
    /// What was tested.
    pub target: TargetInfo,
    /// How the run was made.
    pub info: RunInfo,
    /// Its results, with the waivers of the shards applied.
    pub results: Results,
}

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A report cannot be read.
    #[error("{0}: {1}")]
    Read(String, ReadError),
    /// A report is of a whole run, or was merged already.
    #[error("{0}: it is no report of a shard; `run --shard I/N --report json=FILE` writes one")]
    NoShard(String),
    /// A report says something that no shard's report does.
    #[error("{0}: it is no whole report: {1}; write it again with `run --shard I/N --report json=FILE`")]
    Part(String, String),
    /// Two reports are of different runs.
    #[error("{0} and {1} are of different runs: {2} is {3} in one and {4} in the other")]
    Different(String, String, &'static str, String, String),
    /// Two reports are of the same shard.
    #[error("{0} and {1} are both of shard {2}")]
    Twice(String, String, String),
    /// A shard has no report.
    #[error("the reports of shards are missing: {0}")]
    Missing(String),
}

/// A shard's report, as far as merging reads it.
#[derive(Deserialize)]
struct Read {
    version: String,
    seed: u64,
    strict: bool,
    started_at: String,
    duration_s: f64,
    target: Found,
    summary: Counts,
    rules: Vec<ReadRule>,
    observations: Vec<Observation>,
    shapes: Shapes,
    shape_changes: Vec<ShapeChange>,
    waivers: Vec<Waiver>,
    left_behind: Vec<String>,
    shard: Option<ReadShard>,
}

#[derive(Deserialize)]
struct ReadShard {
    #[serde(flatten)]
    info: ShardInfo,
    target: TargetInfo,
    harm: Vec<String>,
}

#[derive(Deserialize)]
struct Found {
    latency_ms: Option<Latency>,
    #[serde(default)]
    read_lag_ms: Option<u64>,
    services: Vec<Survey>,
    missing: Vec<String>,
    failures: Vec<String>,
}

#[derive(Deserialize)]
struct Counts {
    requests: u32,
    #[serde(default)]
    sdk_requests: u32,
}

#[derive(Deserialize)]
struct ReadRule {
    id: String,
    verdict: Verdict,
    cases: u32,
    requests: u32,
    reason: Option<String>,
    #[serde(default)]
    outcomes: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    violations: Vec<ReadViolation>,
}

#[derive(Deserialize)]
struct ReadViolation {
    class: String,
    level: Level,
    expected: String,
    observed: String,
    partition: String,
    partitions: Vec<String>,
    call: String,
    reproduced: String,
    plan: Plan,
    evidence: Vec<Trace>,
}

/// A report that is of a shard, with the name of its file.
struct Part {
    name: String,
    read: Read,
    shard: ReadShard,
}

impl Merged {
    /// Merges the reports of all shards of a run, in any order: the name of each, and its text.
    ///
    /// # Errors
    /// When one is no report of a shard, or they are not those of one run.
    pub fn of(reports: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, MergeError> {
        let parts = reports.into_iter().map(|(name, json)| Part::parse(name, &json));
        let mut parts = parts.collect::<Result<Vec<Part>, MergeError>>()?;
        parts.sort_by_key(|part| part.shard.info.shard.number);
        belong_together(&parts)?;
        let rules = rules(&parts)?;
        let start = |part: &Part| humantime::parse_rfc3339(&part.read.started_at).ok();
        let took = |part: &Part| Duration::try_from_secs_f64(part.read.duration_s).ok();
        let started_at = parts.iter().filter_map(start).min().unwrap_or(SystemTime::UNIX_EPOCH);
        let first = &parts[0];
        let (target, seed) = (first.shard.target.clone(), first.read.seed);
        let strict = parts.iter().any(|part| part.read.strict);
        // As they held when the first shard began.
        let day: String =
            humantime::format_rfc3339_seconds(started_at).to_string().chars().take(10).collect();
        let waivers = first.read.waivers.clone();
        let mut results = Results {
            rules,
            surveys: surveys(&parts),
            failures: each(&parts, |part| &part.read.target.failures),
            left_behind: each(&parts, |part| &part.read.left_behind),
            harm: each(&parts, |part| &part.shard.harm),
            requests: parts.iter().map(|part| u64::from(part.read.summary.requests)).sum(),
            sdk_requests: parts.iter().map(|part| u64::from(part.read.summary.sdk_requests)).sum(),
            read_lag_ms: parts.iter().filter_map(|part| part.read.target.read_lag_ms).max(),
            latency: parts.iter().filter_map(|part| part.read.target.latency_ms).reduce(slower),
            // Shards run side by side.
            duration: parts.iter().filter_map(took).max().unwrap_or_default(),
            ..Results::default()
        };
        let missing = each(&parts, |part| &part.read.target.missing);
        let mut shape_changes: BTreeMap<String, ShapeChange> = BTreeMap::new();
        for part in parts {
            results.shapes.add(part.read.shapes);
            let changes = part.read.shape_changes.into_iter();
            shape_changes.extend(changes.map(|change| (change.outcome.clone(), change)));
        }
        results.apply_waivers(&waivers, &day);
        let shape_changes = shape_changes.into_values().collect();
        let info = RunInfo { seed, started_at, strict, missing, shape_changes, shard: None };
        Ok(Self { target, info, results })
    }
}

impl Part {
    fn parse(name: String, json: &[u8]) -> Result<Self, MergeError> {
        let mut read: Read = match parsed(json) {
            Ok(read) => read,
            Err(error) => return Err(MergeError::Read(name, error)),
        };
        match read.shard.take() {
            Some(shard) => Ok(Self { name, read, shard }),
            None => Err(MergeError::NoShard(name)),
        }
    }

    /// What has to be the same in all shards of a run, in words.
    fn common(&self) -> [(&'static str, String); 8] {
        let (read, ReadShard { info, target, .. }) = (&self.read, &self.shard);
        let endpoints: Vec<&str> = target.endpoints.values().map(String::as_str).collect();
        let waivers: Vec<String> = read.waivers.iter().map(|one| format!("{one:?}")).collect();
        let rules: Vec<&str> = read.rules.iter().map(|rule| rule.id.as_str()).collect();
        let target = format!("{} {} in {}", target.kind, endpoints.join(" and "), target.region);
        [
            ("the version", read.version.clone()),
            ("the target", target),
            ("the number of shards", info.shard.of.to_string()),
            ("the seed", read.seed.to_string()),
            ("the number of random cases (--cases)", info.cases.to_string()),
            ("--strict", read.strict.to_string()),
            ("the list of waivers", waivers.join(", ")),
            ("the list of selected rules", rules.join(", ")),
        ]
    }

    fn wrong(&self, why: impl Into<String>) -> MergeError {
        MergeError::Part(self.name.clone(), escaped(&why.into()))
    }
}

/// Whether parts, sorted, are all the shards of one run.
fn belong_together(parts: &[Part]) -> Result<(), MergeError> {
    let Some(first) = parts.first() else { return Err(MergeError::Missing("all".to_owned())) };
    for part in parts {
        for ((what, one), (_, other)) in first.common().into_iter().zip(part.common()) {
            if one != other {
                let (name, of) = (first.name.clone(), part.name.clone());
                let (one, other) = differing(&one, &other);
                return Err(MergeError::Different(name, of, what, one, other));
            }
        }
    }
    let number = |part: &Part| part.shard.info.shard.number;
    if let Some(pair) = parts.windows(2).find(|pair| number(&pair[0]) == number(&pair[1])) {
        let (one, other) = (pair[0].name.clone(), pair[1].name.clone());
        return Err(MergeError::Twice(one, other, pair[0].shard.info.shard.to_string()));
    }
    let of = first.shard.info.shard.of;
    let missing = (1..=of).filter(|one| !parts.iter().any(|part| number(part) == *one));
    let missing: Vec<String> = missing.map(|number| format!("{number}/{of}")).take(20).collect();
    if missing.is_empty() { Ok(()) } else { Err(MergeError::Missing(missing.join(", "))) }
}

/// Two lists, each from where they differ, short enough for a message.
fn differing(one: &str, other: &str) -> (String, String) {
    let same = one.split(", ").zip(other.split(", ")).take_while(|(one, other)| one == other).count();
    let rest = |text: &str| {
        let rest: Vec<&str> = text.split(", ").skip(same).take(1).collect();
        match (rest.first(), same) {
            (None, _) => "shorter".to_owned(),
            (Some(rest), 0) => format!("{:?}", crate::exchange::untrusted::escape(rest, 200)),
            (Some(rest), _) => format!("{:?} …", crate::exchange::untrusted::escape(rest, 200)),
        }
    };
    (rest(one), rest(other))
}

/// The results of the rules: of each from the shard whose share it is in.
fn rules(parts: &[Part]) -> Result<Vec<RuleResult>, MergeError> {
    let mut all = Vec::new();
    for (at, ReadRule { id, .. }) in parts[0].read.rules.iter().enumerate() {
        let Some(rule) = rule(id) else {
            return Err(parts[0].wrong(format!("no rule is called {id}")));
        };
        let mut own = Vec::new();
        for part in parts {
            if rule.is_monitor() || part.shard.info.rules.contains(id) {
                own.push(result(rule, part, &part.read.rules[at])?);
            }
        }
        match (rule.is_monitor(), own.len()) {
            (true, _) | (_, 1) => all.extend(own.into_iter().reduce(both)),
            (_, count) => return Err(parts[0].wrong(format!("{id} is in the share of {count} shards"))),
        }
    }
    Ok(all)
}

fn result(rule: &'static Rule, part: &Part, read: &ReadRule) -> Result<RuleResult, MergeError> {
    let finding = |read: &ReadViolation| {
        let reproduced = read.reproduced.parse().ok()?;
        let class = Class::named(&read.class, rule);
        let ReadViolation { level, expected, observed, call, .. } = read;
        let (expected, observed, label) = (expected.clone(), observed.clone(), call.clone());
        let violation = Violation { class, level: *level, expected, observed, label }.abridged();
        let case = Case { partition: read.partition.clone(), plan: read.plan.clone() };
        let (partitions, evidence) = (read.partitions.clone(), read.evidence.clone());
        Some(Finding { violation, case, partitions, reproduced, evidence })
    };
    let findings: Option<Vec<Finding>> = read.violations.iter().map(finding).collect();
    let findings = findings.ok_or_else(|| part.wrong(format!("{}: how often it was reproduced", rule.id)))?;
    if findings.is_empty() == matches!(read.verdict, Verdict::Violates | Verdict::Waived) {
        return Err(part.wrong(format!("{}: its verdict and its violations do not agree", rule.id)));
    }
    let observations = part.read.observations.iter().filter(|one| one.rule == rule.id);
    Ok(RuleResult {
        cases: read.cases.into(),
        requests: read.requests.into(),
        reason: read.reason.clone(),
        findings,
        outcomes: read.outcomes.clone(),
        observations: observations.cloned().collect(),
        ..RuleResult::new(rule, read.verdict)
    })
}

/// What a monitor saw in two shards.
fn both(mut one: RuleResult, other: RuleResult) -> RuleResult {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Violates | Verdict::Waived => 0,
        Verdict::Conforms | Verdict::Observed => 1,
        Verdict::Inconclusive => 2,
        Verdict::NotApplicable => 3,
        Verdict::NotRun => 4,
    };
    if rank(other.verdict) < rank(one.verdict) {
        (one.verdict, one.reason) = (other.verdict, other.reason);
    }
    one.cases += other.cases;
    one.requests += other.requests;
    one.observations.extend(other.observations);
    for finding in other.findings {
        let class = &finding.violation.class;
        match one.findings.iter_mut().find(|known| known.violation.class == *class) {
            Some(known) => {
                let (seen, times) = occurrences(&known.violation.observed);
                let more = occurrences(&finding.violation.observed).1;
                known.violation.observed = counted(seen, times.saturating_add(more));
            }
            None => one.findings.push(finding),
        }
    }
    one
}

fn slower(one: Latency, other: Latency) -> Latency {
    Latency { p50: one.p50.max(other.p50), p99: one.p99.max(other.p99) }
}

/// What the shards learned of each service.
fn surveys(parts: &[Part]) -> Vec<Survey> {
    let mut surveys: Vec<Survey> = Vec::new();
    for survey in parts.iter().flat_map(|part| &part.read.target.services) {
        match surveys.iter_mut().find(|known| known.service == survey.service) {
            Some(known) => {
                known.missing.extend(survey.missing.clone());
                known.silent.extend(survey.silent.clone());
                known.denied.extend(survey.denied.clone());
                known.separate_regions = known.separate_regions.or(survey.separate_regions);
                known.preexisting = known.preexisting.max(survey.preexisting);
                known.of_earlier_runs = known.of_earlier_runs.max(survey.of_earlier_runs);
            }
            None => surveys.push(survey.clone()),
        }
    }
    surveys.sort_by_key(|survey| survey.service);
    surveys
}

/// The texts of all parts, each once.
fn each(parts: &[Part], texts: impl Fn(&Part) -> &Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in parts.iter().flat_map(texts) {
        if !all.contains(text) {
            all.push(text.clone());
        }
    }
    all
}
