//! The suite on trial: no seeded fault escapes, no rule catches nothing, no variant violates a rule.
//!
//! Here each fault is tried until its first catch, each rule until its first kill, and each variant
//! with every rule's most telling cases; `aws-conformance mutants` tries everything with everything.

use crate::support::{root, snapshots};
use aws_conformance::mutation::{Trials, each, false_positives, first_catch, first_kill};
use aws_conformance::rules::expectation::Level;
use aws_conformance::rules::{Rule, catalogue};
use std::collections::HashMap;
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
