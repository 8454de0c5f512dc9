//! The arrows between the parts: what must not know of what.

use crate::support::root;
use rstest::rstest;
use std::fs;
use std::path::{Path, PathBuf};

/// The Rust files under a path.
fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let paths = paths.filter(|path| path.is_dir() || path.extension().is_some_and(|kind| kind == "rs"));
    paths.flat_map(|path| sources(&path)).collect()
}

#[rstest]
#[case::the_reference_shares_nothing_with_the_suite(&["reference/src"], &["aws_conformance::", "aws_conformance_generators"])]
#[case::generators_cause_nothing(
    &["generators/src"],
    &["aws_conformance::", "aws_conformance_reference", "std::net", "std::fs", "std::env", "std::process", "std::time", "tokio"]
)]
#[case::rules_say_what_and_not_how(
    &["src/rules", "src/clauses", "src/expectation.rs", "src/history.rs", "src/monitor.rs"],
    &["crate::execute", "crate::run", "crate::run::survey", "crate::report", "crate::cli", "aws_conformance_reference"]
)]
#[case::a_service_knows_nothing_of_the_other(&["src/rules/xray"], &["rekognition"])]
#[case::nor_the_other_of_it(&["src/rules/rekognition"], &["xray::", "BOTO3_XRAY", "API_XRAY"])]
#[case::reports_consume_results(
    &["src/report"],
    &["crate::execute", "crate::run", "crate::cli", "crate::execute::ledger", "aws_conformance_reference"]
)]
#[case::probes_know_no_rules(&["src/probe"], &["crate::rules", "crate::run", "crate::report", "crate::cli"])]
#[case::only_the_default_target_is_the_reference(
    &["src/exchange.rs", "src/finding.rs", "src/judge.rs", "src/ledger.rs", "src/runner.rs", "src/runner", "src/survey.rs"],
    &["aws_conformance_reference"]
)]
fn arrows(#[case] parts: &[&str], #[case] unknown: &[&str]) {
    for part in parts {
        let files = sources(&root().join(part));
        assert!(!files.is_empty(), "{part} is empty");
        for file in files {
            let text = fs::read_to_string(&file).expect("the file can be read");
            // Tests may look wherever they like.
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for name in unknown {
                assert!(!text.contains(name), "{} knows of {name}", file.display());
            }
        }
    }
}

/// The direct dependencies of a package, those of its tests too.
fn dependencies(manifest: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(manifest)).expect("the manifest can be read");
    let manifest: toml::Table = text.parse().expect("the manifest is TOML");
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = tables.iter().filter_map(|name| manifest.get(*name)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

#[rstest]
#[case::reference("reference/Cargo.toml")]
#[case::generators("generators/Cargo.toml")]
fn the_two_sides_of_a_self_test_share_no_package_of_ours(#[case] manifest: &str) {
    let ours: Vec<String> =
        dependencies(manifest).into_iter().filter(|name| name.starts_with("aws-conformance")).collect();
    assert!(ours.is_empty(), "{manifest} depends on {ours:?}");
}

#[test]
fn generators_depend_on_nothing_that_has_an_effect() {
    let pure =
        ["proptest", "proptest-state-machine", "regex", "regex-syntax", "serde", "serde_json", "thiserror"];
    let others: Vec<String> = dependencies("generators/Cargo.toml")
        .into_iter()
        .filter(|name| !pure.contains(&name.as_str()))
        .collect();
    assert!(others.is_empty(), "the generators depend on {others:?}");
}
