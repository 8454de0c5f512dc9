//! Scripts are checked by shells: their syntax, and, with a stand-in for curl, what they send.

use super::functions::FUNCTIONS;
use super::{About, ScriptTarget, aws_cli, script};
use crate::exchange::untrusted::is_hidden;
use crate::rules::{Trial, catalogue};
use aws_conformance_generators::arn::{self, AWS_PARTITIONS, Resource};
use aws_conformance_generators::plan::{
    Arg, Bindings, Body, Call, Case, Derivation, Part, Plan, SETUP, Service, Signature, Step, Symbol, Text,
    Unbound, Unit, Wire,
};
use aws_conformance_generators::revision;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn target() -> ScriptTarget {
    ScriptTarget {
        urls: Service::ALL.into_iter().map(|service| (service, "http://127.0.0.1:4566".to_owned())).collect(),
        region: "us-east-1".to_owned(),
        account: "123456789012".to_owned(),
        embedded: true,
    }
}

/// The first boundary case of every rule and each so many after it, with the rule's id. All of
/// them, where the environment asks for it.
fn cases(each: usize) -> Vec<(&'static str, Case)> {
    let each = if std::env::var_os("AWS_CONFORMANCE_ALL_SCRIPTS").is_some() { 1 } else { each };
    let mut cases = Vec::new();
    for rule in catalogue() {
        let Trial::Cases { fixed, refusals, .. } = &rule.trial else { continue };
        let refused = (0..refusals.calls.len()).map(|at| refusals.single(at));
        let all = fixed.iter().cloned().chain(refused).step_by(each);
        cases.extend(all.map(|case| (rule.id.as_str(), case)));
    }
    cases
}

fn shown(case: &Case) -> String {
    let judged = case.plan.calls().filter(|call| call.expect != SETUP).last();
    judged.map(|call| call.label.clone()).unwrap_or_default()
}

fn about(rule: &str) -> About {
    About {
        rule: rule.to_owned(),
        clause: "a document: it's \"said\"".to_owned(),
        expected: "a refusal".to_owned(),
        observed: "HTTP 200\n\u{1b}[31m$(touch /tmp/never)".to_owned(),
    }
}

/// What a shell without executing finds wrong with scripts.
fn check_syntax(shell: &str, scripts: &[PathBuf]) {
    let each = format!("for file; do {shell} -n \"$file\" || echo \"$file\"; done");
    let output = Command::new(shell).args(["-c", &each, shell]).args(scripts).output().unwrap();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn is_there(program: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {program} >/dev/null")]).status().unwrap().success()
}

#[test]
fn every_script_is_syntactically_a_shell_script() {
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (at, (rule, case)) in cases(10).into_iter().enumerate() {
        let (shown, about) = (shown(&case), about(rule));
        let written =
            [Some(script(&case, &shown, &about, &target())), aws_cli(&case, &shown, &about, &target()).ok()];
        for (form, text) in written.into_iter().enumerate() {
            let Some(text) = text else { continue };
            assert!(!text.chars().any(|one| one != '\n' && is_hidden(one)), "{rule}: {text}");
            let path = directory.path().join(format!("{at}-{form}.sh"));
            std::fs::write(&path, text).unwrap();
            files.push(path);
        }
    }
    for shell in ["sh", "dash", "bash"].into_iter().filter(|shell| is_there(shell)) {
        for files in files.chunks(500) {
            check_syntax(shell, files);
        }
    }
}

/// What the stand-in for a service answers to everything.
const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"ProjectArn\": \
    \"arn:aws:rekognition:us-east-1:123456789012:project/it/1690405809285\",\"Status\": \"CREATED\",\
    \"ResourcePolicy\" : {\"PolicyDocument\":\"{\\\"PolicyRevisionId\\\":\\\"no\\\"}\",\
    \"PolicyRevisionId\":\"41\"}, \"PolicyRevisionId\":\"0af39\"}";

/// What the same symbols stand for in a script with this process id.
struct Expected {
    process: u32,
}

impl Bindings for Expected {
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
        let unbound = || Unbound { symbol: format!("{symbol:?}"), why: "unknown".to_owned() };
        match symbol {
            Symbol::Account => Ok("123456789012".to_owned()),
            Symbol::Region => Ok("us-east-1".to_owned()),
            Symbol::AwsPartition => Ok("aws".to_owned()),
            Symbol::Name(tag) | Symbol::ProjectName(tag) => Ok(format!("awsc-{}-{tag}", self.process)),
            Symbol::Project(_) => {
                let name = format!("awsc-{}-lease_1", self.process);
                Ok(format!("arn:aws:rekognition:us-east-1:123456789012:project/{name}/1690405809285"))
            }
            Symbol::Response { pointer, .. } if pointer.ends_with("/PolicyRevisionId") => Ok("41".to_owned()),
            Symbol::Response { .. } | Symbol::Derived { .. } => Err(unbound()),
        }
    }
}

/// Runs a script with a stand-in for curl. The bodies that it sent with the labels of their calls,
/// and the process id of the script.
fn sent(directory: &Path, text: &str) -> (u32, Vec<(String, Vec<u8>)>) {
    let stand_in = "#!/bin/sh\nfor word; do\n    case $word in @*) from=${word#@} ;; esac\ndone\n\
        label=${from##*/}\ncp \"$from\" \"$OUT/${label%.request}\"\nlease=$(grep -o 'awsc-[0-9]*-lease_[0-9]*' \"$from\" | head -n 1)\n\
        sed \"s/:project.it/:project\\/${lease:-none}/\" \"$OUT/.answer\"\n";
    let bin = directory.join("bin");
    let out = directory.join("out");
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join(".answer"), ANSWER).unwrap();
    std::fs::write(directory.join("script"), text).unwrap();
    std::fs::write(bin.join("curl"), stand_in).unwrap();
    let make = "chmod +x bin/curl; echo $$ >pid; PATH=$PWD/bin:$PATH OUT=$PWD/out exec sh ./script";
    let ran = Command::new("sh").args(["-c", make]).current_dir(directory).output().unwrap();
    assert!(ran.status.success(), "{text}\n{}", String::from_utf8_lossy(&ran.stderr));
    assert!(ran.stderr.is_empty(), "{text}\n{}", String::from_utf8_lossy(&ran.stderr));
    let process = std::fs::read_to_string(directory.join("pid")).unwrap().trim().parse().unwrap();
    let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
    };
    (process, files.map(named).collect())
}

/// One case whose judged calls send these values, one each.
fn sending(values: impl IntoIterator<Item = Option<Arg>>) -> Case {
    let calls = values.into_iter().enumerate().map(|(at, value)| {
        let input = Arg::Object(Vec::new());
        Step::Call(
            Call::new(Service::Rekognition, "PutProjectPolicy", input)
                .with("Value", value)
                .labelled(&format!("v{at}"))
                .expecting("any"),
        )
    });
    let before =
        Call::new(Service::Rekognition, "PutProjectPolicy", Arg::Object(Vec::new())).labelled("before");
    let steps = std::iter::once(Step::Call(before)).chain(calls).collect();
    Case { partition: "values".to_owned(), plan: Plan { steps } }
}

/// Runs a case's script and compares what it sends with what the plan says. How many calls there
/// were to compare.
fn check_sent(directory: &Path, rule: &str, case: &Case) -> usize {
    let text = script(case, &shown(case), &about(rule), &target());
    let (process, bodies) = sent(directory, &text);
    let mut checked = 0;
    for call in case.plan.calls() {
        let (_, body) = bodies.iter().find(|(label, _)| *label == call.label).unwrap();
        match &call.body {
            Body::Raw(bytes) => assert_eq!(body, bytes, "{rule}: {}", case.partition),
            Body::Input(input) => {
                let Ok(input) = input.resolve(&Expected { process }) else { continue };
                // Which of several projects it is depends on the order in which they are made.
                let body = String::from_utf8(body.clone()).unwrap().replace("-lease_2", "-lease_1");
                let body: Value = serde_json::from_str(&body).unwrap();
                assert_eq!(body, input, "{rule}: {}\n{text}", case.partition);
            }
        }
        checked += 1;
    }
    checked
}

/// Whether the stand-in's one answer is enough for the case: no state to wait for, no next page.
fn is_simple(case: &Case) -> bool {
    let waits = case.plan.steps.iter().any(|step| matches!(step, Step::Await(_)));
    !waits && !serde_json::to_string(&case.plan).unwrap().contains("\"/NextToken\"")
}

#[test]
fn scripts_send_what_the_plan_says() {
    // Each costs dozens of processes: one rule in six is enough to see the forms of all.
    let directory = tempfile::tempdir().unwrap();
    let mut checked = 0;
    let few = cases(500).into_iter().filter(|(_, case)| is_simple(case)).step_by(6);
    for (rule, case) in few {
        checked += check_sent(directory.path(), rule, &case);
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn the_shell_knows_the_partitions() {
    let function = FUNCTIONS.iter().find(|function| function.name == "partition_of").unwrap().text;
    let regions = AWS_PARTITIONS.map(|(prefix, _)| format!("{prefix}north-1"));
    for region in regions.iter().map(String::as_str).chain(["us-east-1", "ap-south-2", ""]) {
        let asked = format!("{function}\npartition_of '{region}'");
        let format_failures = Command::new("sh").args(["-c", &asked]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&format_failures.stdout), arn::aws_partition(region), "{region}");
    }
}

#[test]
fn derived_values_come_out_of_the_shell_as_plans_derive_them() {
    let mut partitions = Vec::new();
    for resource in [Resource::Project, Resource::Version] {
        partitions.extend(arn::malformed(resource));
        partitions.extend(arn::unknown(resource));
        partitions.extend(arn::foreign(resource));
        partitions.extend([arn::of_length(resource, 2048), arn::of_length(resource, 2049)]);
    }
    let current = Symbol::response("before", "/PolicyRevisionId");
    partitions.extend(revision::never_issued(&current));
    partitions.extend(revision::malformed(&current));
    partitions.extend(revision::not_current(&current));
    let directory = tempfile::tempdir().unwrap();
    let values: Vec<_> = partitions.into_iter().map(|partition| partition.value).collect();
    let count = values.len();
    assert_eq!(check_sent(directory.path(), "derived", &sending(values)), count + 1);
}

#[test]
fn fillings_bring_texts_to_their_length() {
    let name = || Part::Symbol(Symbol::Name("a".to_owned()));
    let fill = |with, until, unit| Part::Fill { with, until, unit };
    let literal = |text: &str| Part::Literal(text.to_owned());
    let texts = vec![
        vec![name(), fill('x', 128, Unit::Characters)],
        vec![literal("é\n\"\0\u{1f600}"), fill('é', 101, Unit::Bytes), literal("\\ end'")],
        vec![literal("é\n\"\0\u{1f600}"), fill('é', 100, Unit::Characters), name()],
        vec![fill('"', 300, Unit::Bytes), fill('y', 400, Unit::Characters), literal("%s $HOME `id`")],
        vec![literal("long enough"), fill('x', 3, Unit::Bytes)],
        vec![literal(&"ab\t".repeat(200)), literal(&"\u{202e}".repeat(90))],
        vec![
            Part::Symbol(Symbol::Name("a".to_owned()).derived(Derivation::Append("é\n\u{1}".to_owned()))),
            fill('z', 64, Unit::Bytes),
        ],
    ];
    let directory = tempfile::tempdir().unwrap();
    let case = sending(texts.into_iter().map(|parts| Some(Arg::Text(Text(parts)))));
    assert_eq!(check_sent(directory.path(), "fillings", &case), 8);
}

#[test]
fn raw_bodies_come_out_of_the_shell_byte_for_byte() {
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"-n -e %d \\ 'quoted'\n\n".to_vec(),
        (0..=255).collect(),
        b"[".repeat(10_000),
        b"\0".repeat(1_000),
        b"{\"a\":".repeat(500),
        b"--------".repeat(100),
    ];
    let calls = bodies.into_iter().enumerate().map(|(at, body)| {
        let call = Call::new(Service::Xray, "PutResourcePolicy", Arg::Object(Vec::new())).raw(body);
        Step::Call(call.labelled(&format!("v{at}")).expecting("any"))
    });
    let case = Case { partition: "raw".to_owned(), plan: Plan { steps: calls.collect() } };
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(check_sent(directory.path(), "raw", &case), 7);
}

#[test]
fn the_aws_cli_says_what_botocore_lets_through() {
    let put = |members: Vec<(&str, Arg)>| Call::new(Service::Xray, "PutResourcePolicy", Arg::object(members));
    let plain = || put(vec![("PolicyName", "a".into()), ("PolicyDocument", "{}".into())]);
    let written = |call: Call| {
        let steps = vec![Step::Call(call.labelled("s").expecting("any"))];
        let case = Case { partition: "one".to_owned(), plan: Plan { steps } };
        aws_cli(&case, "s", &about("cli"), &target())
    };
    assert!(written(plain()).unwrap().contains("xray s put-resource-policy"));
    assert!(written(plain().with("PolicyName", Some("x".repeat(129).as_str().into()))).is_ok());
    for (refused, why) in [
        (plain().with("PolicyName", None), "PolicyName, which is required"),
        (plain().with("PolicyName", Some("".into())), "fewer than 1"),
        (plain().with("PolicyName", Some(Arg::Json(Value::Null))), "wrong type"),
        (plain().with("Unknown", Some("x".into())), "does not know"),
        (plain().raw("{}"), "of its own making"),
        (plain().over(Wire { signature: Signature::Missing, ..Wire::default() }), "signature"),
    ] {
        let reason = written(refused).unwrap_err();
        assert!(reason.contains(why), "{reason}");
    }
}
