//! Real clients and a real server: boto3 and the AWS CLI against `serve`, the suite against moto,
//! and the service models against botocore.

mod cli;

use crate::support::program::{Finished, Running, Served, User, finish};
use crate::support::{python, root};
use rstest::rstest;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::Duration;

/// A Python program of this folder.
fn python_program(user: &User, name: &str, arguments: &[&str]) -> Command {
    let program = python::folder().join(name).display().to_string();
    let mut command = user.command(&python::program("python"), &[&program]);
    command.args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Runs a scenario and tells what it printed.
#[track_caller]
fn check_scenario(name: &str, arguments: &[&str]) -> Finished {
    let finished = finish(&mut python_program(&User::new(), name, arguments));
    finished.check_status(0);
    finished
}

#[rstest]
#[case::xray("xray.py", &[
    "InvalidPolicyRevisionIdException",
    "InvalidRequestException",
    "LockoutPreventionException",
    "MalformedPolicyDocumentException",
    "PolicyCountLimitExceededException",
    "PolicySizeLimitExceededException",
])]
#[case::rekognition("rekognition.py", &[
    "InvalidPaginationTokenException",
    "InvalidPolicyRevisionIdException",
    "LimitExceededException",
    "MalformedPolicyDocumentException",
    "ResourceAlreadyExistsException",
    "ResourceInUseException",
    "ResourceNotFoundException",
])]
fn boto3_sees_results_and_typed_exceptions(#[case] scenario: &str, #[case] exceptions: &[&str]) {
    let seen = check_scenario(scenario, &[&Served::start().url]).stdout;
    let mut seen: Vec<&str> = seen.lines().collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, exceptions);
}

/// Errors that come under another reading of the documents.
#[rstest]
#[case("xray.throttled.throttled-429", "xray", "ThrottledException")]
#[case("rekognition.throttled.throttling-400", "rekognition", "ThrottlingException")]
#[case("rekognition.throttled.throttling-500", "rekognition", "ThrottlingException")]
#[case("rekognition.throttled.throughput", "rekognition", "ProvisionedThroughputExceededException")]
#[case("rekognition.limit.quota-code", "rekognition", "ServiceQuotaExceededException")]
#[case("constraint.other-code", "rekognition", "InvalidParameterException")]
fn boto3_sees_typed_exceptions_of_other_readings(
    #[case] variant: &str,
    #[case] service: &str,
    #[case] exception: &str,
) {
    let served = Served::with(&["--variant", variant]);
    check_scenario("provoke.py", &[&served.url, service, exception]);
}

#[test]
fn boto3_signs_so_that_the_signature_is_accepted() {
    let served = Served::with(&["--verify-signatures"]);
    check_scenario("signed.py", &[&served.url]);
}

/// Moto's server, until this is dropped.
struct Moto {
    url: String,
    _server: Running,
}

impl Moto {
    fn start(user: &User) -> Self {
        let mut server = Running::start(&mut user.command(&python::program("moto_server"), &["-p", "0"]));
        let said = BufReader::new(server.child.stderr.take().expect("the stream is piped"));
        let mut lines = said.lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()));
        // What it says later is read and dropped, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { url: url.expect("it says where it listens"), _server: server }
    }
}

#[test]
fn a_server_without_these_operations_is_told_so() {
    let user = User::new();
    let moto = Moto::start(&user);
    let finished = finish(&mut user.journalled("run", &["--endpoint-url", &moto.url, "--wait", "30s"]));
    finished.check_status(4).check_says("not implemented").check_within(Duration::from_secs(120));
    for operation in ["PutResourcePolicy", "PutProjectPolicy"] {
        finished.check_says(operation);
    }
}

#[test]
fn the_models_are_botocores() {
    let check = root().join("generators/models/check.py").display().to_string();
    let finished = finish(&mut User::new().command(&python::program("python"), &[&check]));
    finished.check_status(0);
    assert!(finished.stdout.is_empty(), "{}", finished.stdout);
}

#[rstest]
#[case::constraint("xray.json", "\"max\": 128", "\"max\": 127", "127 here, 128 in botocore")]
#[case::error("xray.json", "\"LockoutPreventionException\",\n", "", "LockoutPreventionException")]
#[case::pattern(
    "rekognition.json",
    "\"pattern\": \"[0-9A-Fa-f]+\"",
    "\"pattern\": \"[0-9a-f]+\"",
    "[0-9a-f]+"
)]
fn a_model_that_drifted_is_named(
    #[case] file: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] says: &str,
) {
    let user = User::new();
    for name in ["check.py", "xray.json", "rekognition.json"] {
        let text = std::fs::read_to_string(root().join("generators/models").join(name)).expect("it is there");
        let tampered = if name == file { text.replacen(from, to, 1) } else { text.clone() };
        assert_eq!(tampered != text, name == file, "{file} holds {from:?}");
        user.file(name, &tampered);
    }
    let finished = finish(&mut user.command(&python::program("python"), &["check.py"]));
    finished.check_status(1).check_says(file).check_says(says);
    assert_eq!(finished.stdout.lines().count(), 1, "{}", finished.stdout);
}
