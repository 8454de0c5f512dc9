//! The arrows between the parts: who may use whom. They are read from the paths that the code names,
//! each resolved to the file that defines what it names, so that a re-export hides nothing.

mod examples;
mod graph;
mod paths;

use crate::support::root;
use graph::{File, Graph, Uses, cycles, reachable};
use rstest::rstest;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Who may use whom. Whoever may use a part may use what that part may use, and nothing else.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["run", "report", "mutation", "embedded"]),
    ("mutation", &["run", "results", "embedded"]),
    ("embedded", &["execute", "reference"]),
    ("report", &["results"]),
    ("run", &["execute", "judge", "results"]),
    ("results", &["judge"]),
    ("execute", &["exchange"]),
    ("judge", &["rules"]),
    ("rules", &["exchange"]),
    ("exchange", &["service", "settings"]),
    ("service", &["generators"]),
    ("settings", &["generators"]),
    ("generators", &[]),
    ("reference", &[]),
];

/// What has an effect, or depends on more than what is passed in.
const EFFECTS: &[&str] = &["std::net", "std::fs", "std::env", "std::process", "std::time", "tokio"];

/// The most lines of a file.
const MOST_LINES: usize = 500;

/// The code of the workspace.
static GRAPH: LazyLock<Graph> = LazyLock::new(|| {
    let read = |file: &str| fs::read_to_string(root().join(file)).ok();
    let mut graph = Graph::default();
    graph.add("aws_conformance_generators", "generators/src/lib.rs", &read);
    graph.add("aws_conformance_reference", "reference/src/lib.rs", &read);
    graph.add("aws_conformance", "src/lib.rs", &read);
    graph.add("main", "src/main.rs", &read);
    graph
});

static USES: LazyLock<Uses> = LazyLock::new(|| GRAPH.uses());

/// The part that a file belongs to: another crate, or a folder or file right under `src`.
fn part(file: &str) -> &str {
    let mut names = file.split('/');
    match names.next() {
        Some("src") => names.next().unwrap_or_default().trim_end_matches(".rs"),
        other => other.unwrap_or_default(),
    }
}

/// Every use of one file by another: who, whom and which items.
fn every_use() -> impl Iterator<Item = (&'static File, &'static File, &'static BTreeSet<String>)> {
    USES.iter().flat_map(|(user, used)| used.iter().map(move |(used, items)| (user, used, items)))
}

#[track_caller]
fn check_none(wanted: &str, violations: &BTreeSet<String>) {
    let list = violations.iter().fold(String::new(), |list, one| list + "\n" + one);
    assert!(violations.is_empty(), "{wanted}; {} violations:{list}", violations.len());
}

#[test]
fn no_file_uses_itself_through_others() {
    let mut violations = BTreeSet::new();
    for group in cycles(&USES) {
        let mut text = format!("these {} files all use each other:", group.len());
        for user in &group {
            for (used, items) in USES[*user].iter().filter(|(used, _)| group.contains(used)) {
                write!(text, "\n  {user} -> {used}: {items:?}").expect("a String takes all");
            }
        }
        violations.insert(text);
    }
    check_none("modules form no cycle", &violations);
}

#[test]
fn no_module_uses_what_a_module_around_it_defines() {
    let violations: BTreeSet<String> = every_use()
        .filter(|(user, used, _)| GRAPH.is_around(used, user))
        .map(|(user, used, items)| format!("{user} uses {used}: {items:?}"))
        .collect();
    check_none("what modules share stands in a file beside them", &violations);
}

/// What each part may use, directly or through others.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut allowed = BTreeMap::new();
    // Each arrow points downwards in the table.
    for (user, direct) in ARROWS.iter().rev() {
        let mut all = BTreeSet::from([*user]);
        for used in *direct {
            all.extend(allowed.get(used).unwrap_or_else(|| panic!("{used} stands over {user}")));
        }
        allowed.insert(*user, all);
    }
    // The roots name the parts.
    allowed.extend([("lib", BTreeSet::from(["cli"])), ("main", BTreeSet::from(["cli"]))]);
    allowed
}

#[test]
fn parts_use_the_parts_that_they_may() {
    let allowed = allowed();
    let parts: BTreeSet<&str> = USES.keys().map(|file| part(file)).collect();
    let unknown: Vec<&&str> = parts.iter().filter(|part| !allowed.contains_key(**part)).collect();
    assert!(unknown.is_empty(), "no arrow says what {unknown:?} may use");
    let violations: BTreeSet<String> = every_use()
        .filter(|(user, used, _)| part(user) != part(used) && !allowed[part(user)].contains(part(used)))
        .map(|(user, used, items)| format!("{} -> {}: {user} uses {used}: {items:?}", part(user), part(used)))
        .collect();
    check_none("parts use what they may", &violations);
}

#[rstest]
#[case::xray("src/rules/xray", "rekognition")]
#[case::rekognition("src/rules/rekognition", "xray")]
fn the_rules_of_a_service_know_nothing_of_the_other(#[case] own: &str, #[case] other: &str) {
    let folder = format!("src/rules/{other}");
    let mut violations = BTreeSet::new();
    for file in USES.keys().filter(|file| file.starts_with(own)) {
        let reached = reachable(&USES, file).into_iter().filter(|used| used.starts_with(&folder));
        let reached: Vec<&File> = reached.collect();
        if !reached.is_empty() {
            violations.insert(format!("{file} reaches {reached:?}"));
        }
    }
    let named = GRAPH.paths().filter(|(file, path)| {
        file.starts_with(own) && path.iter().any(|name| name.to_lowercase().contains(other))
    });
    violations.extend(named.map(|(file, path)| format!("{file} names {}", path.join("::"))));
    check_none("one service's rules never use the other's", &violations);
}

#[rstest]
#[case::generators("generators/src")]
#[case::rules("src/rules")]
#[case::judge("src/judge")]
fn what_is_pure_has_no_effect(#[case] folder: &str) {
    let is_effect = |path: &str| {
        EFFECTS.iter().any(|effect| {
            path.strip_prefix(effect).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    };
    let paths = GRAPH.paths().filter(|(file, _)| file.starts_with(folder));
    let violations: BTreeSet<String> = paths
        .map(|(file, path)| (file, path.join("::")))
        .filter(|(_, path)| is_effect(path))
        .map(|(file, path)| format!("{file} uses {path}"))
        .collect();
    check_none("pure code has no effect", &violations);
}

/// The Rust files under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

#[rstest]
fn files_are_short(
    #[values("src", "generators/src", "reference/src", "reference/tests", "tests")] folder: &str,
) {
    let files = sources(&root().join(folder));
    assert!(!files.is_empty(), "{folder} is empty");
    let lines = |file: &PathBuf| fs::read_to_string(file).expect("the file can be read").lines().count();
    let violations: BTreeSet<String> = files
        .iter()
        .filter(|file| lines(file) > MOST_LINES)
        .map(|file| {
            let path = file.strip_prefix(root()).unwrap_or(file).display().to_string();
            (path, lines(file))
        })
        .map(|(path, lines)| format!("{path} has {lines} lines"))
        .collect();
    check_none(&format!("files have at most {MOST_LINES} lines"), &violations);
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
