//! The suite on trial: no seeded fault escapes, no rule catches nothing, no variant is accused.
//!
//! Here each fault is tried until its first catch and each variant with every rule's most telling
//! cases; `aws-conformance mutants` tries everything with everything.

use aws_conformance::expectation::Level;
use aws_conformance::mutants::{accusers, first_catch, first_kill};
use aws_conformance::rules::catalogue;
use aws_conformance_reference::{Level as FaultLevel, faults, variants};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Checks every item on as many threads as there are cores; what is wrong with them, in words.
fn defects<T: Sync>(items: &[T], check: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(defect) = check(item) {
                        found.lock().expect("no check panics while it holds the lock").push(defect);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no check panics while it holds the lock");
    found.sort();
    found
}

#[test]
fn no_fault_survives() {
    let promised: Vec<_> = faults().iter().filter(|fault| fault.level != FaultLevel::Observe).collect();
    assert!(promised.len() >= 200, "there are only {} faults", promised.len());
    let survivors = defects(&promised, |fault| match first_catch(fault).expect("the run can be made") {
        Some(_) => None,
        None => Some(format!("{}: {}", fault.name, fault.breaks)),
    });
    assert!(survivors.is_empty(), "nothing catches\n{}", survivors.join("\n"));
}

#[test]
#[ignore = "takes several minutes in a debug build; `aws-conformance mutants` lists vacuous rules"]
fn no_rule_is_vacuous() {
    let rules: Vec<_> = catalogue().iter().filter(|rule| rule.level > Level::Observe).collect();
    let vacuous = defects(&rules, |rule| match first_kill(rule).expect("the run can be made") {
        Some(_) => None,
        None => Some(rule.id.clone()),
    });
    assert!(vacuous.is_empty(), "these rules catch no fault\n{}", vacuous.join("\n"));
}

#[test]
fn no_variant_is_accused() {
    let all: Vec<_> = variants().iter().collect();
    assert!(all.len() >= 60, "there are only {} variants", all.len());
    let accused = defects(&all, |variant| {
        let accusers = accusers(variant).expect("the run can be made");
        (!accusers.is_empty()).then(|| format!("{} ({}) by {accusers:?}", variant.name, variant.reading))
    });
    assert!(accused.is_empty(), "accused\n{}", accused.join("\n"));
}
