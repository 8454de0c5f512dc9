//! The suite on trial: no seeded fault escapes, no rule catches nothing, no variant is accused.
//!
//! Here each fault is tried until its first catch, each rule until its first kill, and each variant
//! with every rule's most telling cases; `aws-conformance mutants` tries everything with everything.

use crate::support::{root, snapshots};
use aws_conformance::expectation::Level;
use aws_conformance::mutants::{accusers, first_catch, first_kill};
use aws_conformance::rules::{Rule, catalogue};
use aws_conformance_reference::{Level as FaultLevel, faults, variants};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a check makes of every item, in their order, on as many threads as there are cores.
fn each<T: Sync, R: Send>(items: &[T], check: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let result = check(item);
                    found.lock().expect("no check panics while it holds the lock").push((at, result));
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no check panics while it holds the lock");
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, result)| result).collect()
}

#[test]
fn no_fault_survives() {
    let promised: Vec<_> = faults().iter().filter(|fault| fault.level != FaultLevel::Observe).collect();
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
    let all = faults().iter().filter(|fault| fault.level != FaultLevel::Observe).count();
    let score = format!("{} rules, {all} faults, {} variants", rules.len(), variants().len());
    snapshots("The score, and for every rule that can fail a fault that it catches on its own").bind(|| {
        insta::assert_snapshot!("kills", format!("{score}\n\n{table}"));
    });
}

#[test]
fn no_variant_is_accused() {
    let all: Vec<_> = variants().iter().collect();
    assert!(all.len() >= 60, "there are only {} variants", all.len());
    let accused: Vec<String> = each(&all, |variant| {
        let accusers = accusers(variant).expect("the run can be made");
        (!accusers.is_empty()).then(|| format!("{} ({}) by {accusers:?}", variant.name, variant.reading))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(accused.is_empty(), "accused\n{}", accused.join("\n"));
}
