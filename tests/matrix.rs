//! The suite on trial: no seeded fault escapes, no rule catches nothing, no variant violates a rule.
//!
//! Here each fault is tried until its first catch, each rule until its first kill, and each variant
//! with every rule's most telling cases; `aws-conformance mutants` tries everything with everything.

use crate::support::{root, snapshots};
use aws_conformance::mutation::{Trials, caught, each, is_of, matrix, tried};
use aws_conformance::rules::expectation::Level;
use aws_conformance::rules::{Rule, catalogue};
use aws_conformance::run::{RunError, RunOptions, StopAfter};
use aws_conformance_reference::{Fault, Variant, faults};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

#[test]
fn no_fault_survives() {
    let promised = Trials::all().faults;
    assert!(promised.len() >= 200, "there are only {} faults", promised.len());
    let survivors: Vec<String> = each(&promised, |fault| {
        let caught = first_catch(fault).expect("the run can be made");
        caught.is_none().then(|| format!("{}: {}", fault.name, fault.breaks))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(survivors.is_empty(), "nothing catches\n{}", survivors.join("\n"));
}

/// Where nothing that was put is listed, most rules cannot be judged: that is found before many requests are
/// spent on those.
#[test]
fn what_most_rules_need_is_tried_first() {
    const REQUESTS: u64 = 120;
    let spoil_most =
        ["ListResourcePolicies.empty", "PutResourcePolicy.not-stored", "ListProjectPolicies.empty"];
    let is_one = |fault: &&&Fault| spoil_most.iter().any(|name| fault.name.ends_with(name));
    let faults: Vec<&Fault> = Trials::all().faults.iter().filter(is_one).copied().collect();
    assert_eq!(faults.len(), spoil_most.len());
    let trials = Trials { faults, variants: Vec::new() };
    let matrix =
        matrix(&trials, &RunOptions::default(), Some(REQUESTS), &|| ()).expect("the runs can be made");
    assert_eq!(matrix.survivors(), Vec::<&str>::new());
}

/// Which fault each rule catches on its own is a reviewed snapshot, so that a rule is seen to catch
/// what it was written for. The fault that the snapshot names is tried first.
#[test]
fn no_rule_is_vacuous() {
    let rules: Vec<&Rule> = catalogue().iter().filter(|rule| rule.level > Level::Observe).collect();
    let reviewed = std::fs::read_to_string(root().join("snapshots/kills.snap")).unwrap_or_default();
    let reviewed: HashMap<&str, &str> =
        reviewed.lines().filter_map(|line| line.split_once(" catches ")).collect();
    let kills = each(&rules, |rule| {
        first_kill(rule, reviewed.get(rule.id.as_str()).copied()).expect("the run can be made")
    });
    let mut table = String::new();
    for (rule, kill) in rules.iter().zip(kills) {
        writeln!(table, "{} catches {}", rule.id, kill.unwrap_or("nothing")).expect("a String takes all");
    }
    let vacuous: Vec<&str> = table.lines().filter(|line| line.ends_with(" catches nothing")).collect();
    assert!(vacuous.is_empty(), "{}", vacuous.join("\n"));
    let Trials { faults, variants } = Trials::all();
    let score = format!("{} rules, {} faults, {} variants", rules.len(), faults.len(), variants.len());
    snapshots("The score, and for every rule that can fail a fault that it catches on its own").bind(|| {
        insta::assert_snapshot!("kills", format!("{score}\n\n{table}"));
    });
}

#[test]
fn no_variant_violates_a_rule() {
    let all = Trials::all().variants;
    assert!(all.len() >= 60, "there are only {} variants", all.len());
    let violating: Vec<String> = each(&all, |variant| {
        let false_positives = false_positives(variant).expect("the run can be made");
        (!false_positives.is_empty())
            .then(|| format!("{} ({}) by {false_positives:?}", variant.name, variant.reading))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(violating.is_empty(), "violate rules\n{}", violating.join("\n"));
}

/// The rule that first catches a fault, the likeliest ones tried first.
fn first_catch(fault: &Fault) -> Result<Option<String>, RunError> {
    let mut rules: Vec<&'static Rule> = catalogue().iter().filter(|rule| is_of(fault, rule)).collect();
    rules.sort_by_key(|rule| Reverse(affinity(fault.name, &rule.id)));
    let options = RunOptions { stop_after: StopAfter::FirstFailure, ..RunOptions::default() };
    let results = tried(fault, &rules, &options)?;
    Ok(caught(&results).into_iter().next().map(|(rule, _)| rule))
}

/// A fault that a rule catches on its own, `hint` tried first and then the likeliest ones; none: the
/// rule is vacuous.
fn first_kill(rule: &'static Rule, hint: Option<&str>) -> Result<Option<&'static str>, RunError> {
    let mut candidates: Vec<&'static Fault> = faults().iter().filter(|fault| is_of(fault, rule)).collect();
    candidates.sort_by_key(|fault| Reverse((hint == Some(fault.name), affinity(fault.name, &rule.id))));
    let telling_only = !rule.partitions().is_empty();
    let options = RunOptions { telling_only, stop_after: StopAfter::RuleFailure, ..RunOptions::default() };
    for fault in candidates {
        let results = tried(fault, &observed_rules(fault, rule), &options)?;
        if caught(&results).iter().any(|(id, _)| *id == rule.id) {
            return Ok(Some(fault.name));
        }
    }
    Ok(None)
}

/// The rule, and if it is a monitor a few others that are likely to call what the fault is about, and
/// some of each operation: those about the wire alone do not call by the typed clients.
fn observed_rules(fault: &Fault, rule: &'static Rule) -> Vec<&'static Rule> {
    const FEW: usize = 6;
    if !rule.is_monitor() {
        return vec![rule];
    }
    let is_observed = |other: &&Rule| other.service == rule.service && !other.is_monitor();
    let mut others: Vec<&'static Rule> = catalogue().iter().filter(is_observed).collect();
    others.sort_by_key(|other| Reverse(affinity(fault.name, &other.id)));
    let mut of_operation: BTreeMap<_, usize> = BTreeMap::new();
    let rest = others.split_off(FEW.min(others.len()));
    others.extend(rest.into_iter().filter(|other| {
        let count = of_operation.entry(other.operation).or_default();
        *count += 1;
        *count <= FEW
    }));
    others.push(rule);
    others
}

/// The rules that a variant violates by their most telling cases.
fn false_positives(variant: &'static Variant) -> Result<Vec<(String, String)>, RunError> {
    let options =
        RunOptions { telling_only: true, stop_after: StopAfter::RuleFailure, ..RunOptions::default() };
    let trials = Trials { faults: Vec::new(), variants: vec![variant] };
    let matrix = matrix(&trials, &options, None, &|| ())?;
    Ok(matrix.variants.into_iter().flat_map(|row| row.violations).collect())
}

/// How much the names of a fault and a rule have in common: words, the telling ones more.
fn affinity(fault: &str, rule: &str) -> usize {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(['.', '-']).map(str::to_lowercase).filter(|word| word.len() > 2).collect()
    };
    let (of_fault, of_rule) = (words(fault), words(rule));
    let shared: usize = of_fault.intersection(&of_rule).map(String::len).sum();
    let prefix = fault.split('.').zip(rule.split('.')).take_while(|(a, b)| a == b).count();
    shared + 12 * prefix
}
