//! A run divided into shards: each rule is judged by one, and what is merged of their reports is what one run
//! reports.

use crate::support::program::{Finished, SUITE, Served, User, finish};
use crate::support::workflow::{check_workflow, workflow};
use aws_conformance::embedded;
use aws_conformance::execute::ledger::Ledger;
use aws_conformance::execute::{Budget, target::Target};
use aws_conformance::judge::finding::Class;
use aws_conformance::report::{Merged, Report, SCHEMA, json, text};
use aws_conformance::results::{Results, RunInfo, Shard, ShardInfo, TargetInfo};
use aws_conformance::rules::{Rule, Trial, catalogue};
use aws_conformance::run::{self, RunOptions};
use aws_conformance_reference::{Config, Reference};
use proptest::prelude::*;
use proptest::sample::Index;
use rstest::rstest;
use serde_json::{Value, json as object};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

/// Faults of every kind: of acceptance, of codes, of state, of limits, of races and of the wire.
const FAULTS: [&str; 6] = [
    "rekognition.PutProjectPolicy.PolicyName.length-max.loose",
    "rekognition.PutProjectPolicy.PolicyName.constraint.wrong-code",
    "rekognition.PutProjectPolicy.revision.any-issued",
    "xray.PutResourcePolicy.MalformedPolicyDocumentException.but-done",
    "xray.PutResourcePolicy.PolicyName.constraint.server-error",
    "xray.PutResourcePolicy.InvalidRequestException.wrong-status",
];

fn target(faults: &[&str]) -> Target {
    let config = faults.iter().copied().fold(Config::default(), Config::with_fault);
    let reference = Reference::new(config).unwrap_or_else(|error| panic!("{error}"));
    let mut target = embedded::target(reference);
    // What does not settle at once never does here.
    target.limits.settle = Duration::from_millis(200);
    target
}

fn rules(service: &str) -> Vec<&'static Rule> {
    catalogue().iter().filter(|rule| rule.id.starts_with(service)).collect()
}

fn tried(faults: &[&str], rules: &[&'static Rule], options: &RunOptions) -> Results {
    let target = target(faults);
    let ledger = Arc::new(Ledger::open(&target, None).expect("without a journal nothing can fail"));
    run::run(&target, rules, options, &Arc::new(Budget::new(None, None)), &ledger, &|_| ())
        .expect("the run can be made")
}

fn reference() -> TargetInfo {
    TargetInfo {
        kind: "reference".to_owned(),
        endpoints: BTreeMap::new(),
        region: "us-east-1".to_owned(),
        user_project: None,
        temporary_credentials: false,
        loopback: false,
        redaction: Default::default(),
    }
}

fn info(seed: u64, shard: Option<ShardInfo>) -> RunInfo {
    let (missing, shape_changes) = (Vec::new(), Vec::new());
    RunInfo { seed, started_at: SystemTime::UNIX_EPOCH, strict: false, missing, shape_changes, shard }
}

/// The JSON reports of the shards of a run.
fn shards(of: u32, faults: &[&str], rules: &[&'static Rule], options: &RunOptions) -> Vec<Value> {
    let division = run::division(rules, of, options, &target(faults));
    let report = |number| {
        let shard = Shard { number, of };
        let results = tried(faults, rules, &RunOptions { shard: Some(shard), ..options.clone() });
        let own = division.iter().filter(|(_, shard)| **shard == number);
        let own = own.map(|(rule, _)| (*rule).to_owned()).collect();
        let info = info(options.seed, Some(ShardInfo { shard, cases: options.cases, rules: own }));
        json(&Report::new(&reference(), info, &results, rules.len()))
    };
    (1..=of).map(report).collect()
}

fn merged(reports: &[Value]) -> Result<Merged, String> {
    let files = reports.iter().enumerate().map(|(at, report)| (format!("{at}.json"), report.to_string()));
    Merged::of(files.map(|(name, text)| (name, text.into_bytes()))).map_err(|error| error.to_string())
}

/// Checks a report against the schema that is published beside it.
#[track_caller]
fn check_schema(report: &Value) {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let problem = jsonschema::validate(&schema, report).err().map(|problem| problem.to_string());
    assert_eq!(problem, None);
}

/// What a report says, without what differs from run to run.
fn essentials(report: &Value) -> Vec<String> {
    let rules = report["rules"].as_array().expect("a report has rules").iter();
    let rules = rules.map(|rule| {
        let violations = rule["violations"].as_array().into_iter().flatten();
        let violations = violations.map(|one| format!("{} {}", one["class"], one["level"]));
        format!("{} {} {:?}", rule["id"], rule["verdict"], violations.collect::<Vec<_>>())
    });
    let figures = ["rules", "conforms", "violates", "not_applicable", "not_run", "observed"];
    let figures = figures.map(|figure| format!("{figure}: {}", report["summary"][figure]));
    rules.chain(figures).chain([report["coverage"].to_string()]).collect()
}

/// Checks that two reports say the same.
#[track_caller]
fn check_same(one: &Value, other: &Value) {
    let (one, other) = (essentials(one), essentials(other));
    let differing: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).collect();
    assert!(differing.is_empty() && one.len() == other.len(), "{differing:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shards_that_are_merged_give_the_verdicts_of_one_run(
        of in proptest::sample::select(&[1u32, 2, 3, 5][..]),
        seed: u64,
        faults in proptest::sample::subsequence(&FAULTS[..], 0..=2),
    ) {
        let service = faults.first().and_then(|fault| fault.split('.').next()).unwrap_or("xray");
        let (rules, options) = (rules(service), RunOptions { seed, cases: 2, ..RunOptions::default() });
        let whole = tried(&faults, &rules, &options);
        let whole = json(&Report::new(&reference(), info(seed, None), &whole, rules.len()));
        let mut reports = shards(of, &faults, &rules, &options);
        reports.reverse();
        let Merged { target, info, results } = merged(&reports).expect("they are of one run");
        let report = Report::new(&target, info, &results, rules.len());
        check_same(&json(&report), &whole);
        let mut shown = Vec::new();
        text(&report, &mut shown).expect("a Vec takes all");
    }
}

#[rstest]
fn each_rule_is_in_one_shard_and_shards_are_balanced(
    #[values(1, 2, 3, 5)] of: u32,
    #[values("rekognition", "xray")] service: &str,
) {
    let (rules, options) = (rules(service), RunOptions { cases: 4, ..RunOptions::default() });
    let division = run::division(&rules, of, &options, &target(&[]));
    let own = rules.iter().filter(|rule| matches!(rule.trial, Trial::Cases { .. }));
    let own: Vec<&str> = own.map(|rule| rule.id.as_str()).collect();
    assert_eq!(division.len(), own.len());
    assert!(own.iter().all(|rule| (1..=of).contains(&division[rule])));
    let seeded = RunOptions { seed: 9, ..options.clone() };
    assert_eq!(
        run::division(&rules, of, &seeded, &target(&FAULTS)),
        division,
        "what comes back moves no rule"
    );
    let requests = (1..=of).map(|number| {
        tried(&[], &rules, &RunOptions { shard: Some(Shard { number, of }), ..options.clone() }).requests
    });
    let requests: Vec<u64> = requests.collect();
    let (least, most) = (requests.iter().min().expect("one"), requests.iter().max().expect("one"));
    // What measures the whole account stays together, and is much of five shards.
    assert!(*most <= least * 2, "{requests:?}");
}

/// The reports of both shards of a run with violations.
static BOTH: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let options = RunOptions { cases: 1, ..RunOptions::default() };
    shards(2, &FAULTS[4..], &rules("xray.PutResourcePolicy.P"), &options)
});

/// Both reports, with something else in the second.
fn with(pointer: &str, value: Value) -> Vec<Value> {
    let mut both = BOTH.clone();
    match both[1].pointer_mut(pointer) {
        Some(place) => *place = value,
        None => panic!("there is no {pointer}"),
    }
    both
}

#[rstest]
#[case::none(Vec::new(), "missing: all")]
#[case::missing(BOTH[..1].to_vec(), "missing: 2/2")]
#[case::twice(vec![BOTH[0].clone(), BOTH[1].clone(), BOTH[0].clone()], "0.json and 2.json are both of shard 1/2")]
#[case::whole(with("/shard", Value::Null), "1.json: it is no report of a shard")]
#[case::other_form(with("/schema", object!("aws-conformance/report/9")), "report/9")]
#[case::other_seed(with("/seed", object!(7)), "the seed is \"0\" in one and \"7\" in the other")]
#[case::other_version(with("/version", object!("9.9.9")), "the version is")]
#[case::other_number(with("/shard/of", object!(3)), "the number of shards is \"2\"")]
#[case::other_cases(with("/shard/cases", object!(16)), "the number of random cases")]
#[case::other_target(with("/shard/target/region", object!("eu-west-1")), "the target is")]
#[case::other_rules(with("/rules/1/id", object!("xray.new")), "the list of selected rules is")]
#[case::no_shard(with("/shard/number", object!("x\u{1b}[2J")), "x\\u{1b}")]
#[case::share(with("/shard/rules", object!([])), "is in the share of 0 shards")]
#[case::verdict(with("/rules/0/verdict", object!("fine")), "fine")]
#[case::count(with("/rules/0/cases", object!(-1)), "-1")]
fn reports_that_do_not_belong_together_are_refused(#[case] reports: Vec<Value>, #[case] says: &str) {
    let error = merged(&reports).expect_err("they are not those of one run");
    assert!(error.contains(says) && error.len() < 2_000, "{error}");
}

/// Somewhere in a report.
fn place<'v>(value: &'v mut Value, way: &[Index]) -> &'v mut Value {
    let Some((first, rest)) = way.split_first() else { return value };
    let is_leaf = match &*value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => true,
    };
    match value {
        _ if is_leaf => value,
        Value::Array(items) => {
            let at = first.index(items.len());
            place(&mut items[at], rest)
        }
        Value::Object(members) => {
            let at = first.index(members.len());
            place(members.values_mut().nth(at).expect("it is one of them"), rest)
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a report says, it is refused or merged, and what is merged can be written.
    #[test]
    fn a_report_may_say_anything(
        way in proptest::collection::vec(any::<Index>(), 1..9),
        other in proptest::sample::select(vec![
            Value::Null, object!(-1), object!(1e300), object!(u64::MAX), object!("x\u{1b}[2J"), object!([]), object!({}),
            object!("violates"), object!([null]),
        ]),
    ) {
        let mut both = BOTH.clone();
        *place(&mut both[1], &way) = other;
        if let Ok(Merged { target, info, results }) = merged(&both) {
            let report = Report::new(&target, info, &results, results.rules.len());
            json(&report);
            let mut shown = Vec::new();
            text(&report, &mut shown).expect("a Vec takes all");
            let is_raw = String::from_utf8_lossy(&shown).contains("\u{1b}[2J");
            prop_assert!(!is_raw);
        }
    }
}

#[test]
fn a_class_is_known_by_its_name() {
    let code = || "SomeException".to_owned();
    for rule in catalogue() {
        let checks = rule.expectations.iter().flat_map(|(_, one)| one.checks());
        let of_checks = checks.map(|check| Class::Check(check.class.into()));
        let others = [Class::Status(302), Class::Never("deleting".to_owned()), Class::Code(code())];
        let refused = [Class::Refused(Some(code())), Class::Refused(None), Class::RefusedButChanged];
        let classes: Vec<Class> = match rule.trial {
            Trial::Cases { .. } => of_checks.chain(others).chain(refused).collect(),
            Trial::Monitor(_) => vec![Class::Monitor("status-204".to_owned()), Class::ServerError],
        };
        for class in classes {
            assert_eq!(Class::named(&class.to_string(), rule), class, "{}", rule.id);
        }
    }
}

/// Runs with these options and a JSON report of this name.
fn run(user: &User, name: &str, options: &[&str]) -> Finished {
    let to = format!("json={}", user.home().join(name).display());
    finish(user.journalled("run", &["--cases", "2", "--no-progress", "--report", &to]).args(options))
}

#[test]
fn the_reports_of_shards_are_merged_to_every_kind_of_report() {
    let (user, served) = (User::new(), Served::with_fault(FAULTS[4]));
    let (rule, class) = ("xray.PutResourcePolicy.PolicyName.length-max", "server-error");
    let waiver =
        format!("[[waiver]]\nrule = \"{rule}\"\nclass = \"{class}\"\nreason = \"to be explained\"\n");
    let config = user.file("conformance.toml", &waiver);
    let options = ["--endpoint-url", &served.url, "--rule", "xray.PutResourcePolicy.P*", "--config", &config];
    let whole = run(&user, "whole.json", &options);
    whole.check_status(1);
    let paths = [1, 2, 3].map(|number| {
        let (name, shard) = (format!("{number}.json"), format!("{number}/3"));
        let finished = run(&user, &name, &[&options[..], &["--shard", &shard]].concat());
        finished.check_says(&format!("shard {shard}")).check_says("judges it");
        user.home().join(name).display().to_string()
    });
    let kinds = ["json", "junit", "html", "markdown", "sarif", "badge", "scripts", "text"];
    let path = |kind: &str| user.home().join(format!("merged.{kind}"));
    let to = kinds.map(|kind| format!("{kind}={}", path(kind).display()));
    let mut merge = user.suite(&["merge"]);
    merge.args(&paths).args(to.iter().flat_map(|to| ["--report", to]));
    let merged = finish(&mut merge);
    merged.check_status(1);
    // But for how long it took, and which refusals were tried together, a reader sees no difference.
    let seen = |text: &str| -> Vec<String> {
        let is_same = |line: &&str| {
            !["latency ", "run  ", "requests ", "  curl ", "  partitions "]
                .iter()
                .any(|one| line.trim_start().starts_with(one.trim_start()))
        };
        text.lines().filter(is_same).map(str::to_owned).collect()
    };
    assert_eq!(seen(&merged.stdout), seen(&whole.stdout));
    assert!(kinds.iter().all(|kind| path(kind).exists()));
    let read = |name: &str| -> Value {
        let text = std::fs::read(user.home().join(name)).expect("there is a report");
        serde_json::from_slice(&text).expect("it is JSON")
    };
    let (merged, whole) = (read("merged.json"), read("whole.json"));
    [&merged, &read("1.json")].into_iter().for_each(check_schema);
    check_same(&merged, &whole);
    assert_eq!(merged["waivers"], whole["waivers"]);
    finish(user.suite(&["merge"]).args(&paths[1..])).check_status(2).check_says("missing: 1/3");
    finish(&mut user.suite(&["merge", "none.json"])).check_status(2).check_says("none.json");
}

/// The page's example, on one machine: its shards, and what merges them.
#[test]
fn the_example_of_a_workflow_merges_its_shards() {
    const PAGE: &str = "docs/ci.md";
    check_workflow(PAGE);
    let (user, served, workflow) = (User::new(), Served::start(), workflow(PAGE));
    let script = |job: &str, name: &str| {
        let mut steps = workflow["jobs"][job]["steps"].as_array().expect("a job has steps").iter();
        let step = steps.find(|step| step["name"] == name).and_then(|step| step["run"].as_str());
        step.unwrap_or_else(|| panic!("{job} has no script {name}")).to_owned()
    };
    let numbers =
        workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"].as_array().expect("there are shards");
    let suite = format!("aws-conformance() {{ {SUITE} \"$@\"; }}\n");
    let shard = script("shard", "Run").replace("http://127.0.0.1:4566", &served.url);
    for number in numbers {
        let script = format!("{suite}{}", shard.replace("--no-progress", "--no-progress --cases 1"));
        let mut bash = user.command("bash", &["-eo", "pipefail", "-c", &script]);
        bash.env("SHARD", number.as_str().expect("it is text")).env("SHARDS", numbers.len().to_string());
        finish(&mut bash).check_status(0);
    }
    let script = suite + &script("merge", "Merge");
    let mut bash = user.command("bash", &["-eo", "pipefail", "-c", &script]);
    finish(bash.env("GITHUB_STEP_SUMMARY", user.home().join("summary"))).check_status(0);
    for file in ["summary", "conformance.xml", "conformance.html"] {
        assert!(user.home().join(file).exists(), "no {file}");
    }
}
