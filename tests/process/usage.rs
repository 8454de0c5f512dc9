//! Wrong options and configurations: exit status 2, a message that says what is wrong, and nothing
//! sent.

use crate::support::endpoint::Double;
use crate::support::program::{User, finish};
use crate::support::{root, snapshots};
use rstest::rstest;
use std::time::Duration;

#[rstest]
#[case::unknown_flag(&["run", "--frobnicate"], "--frobnicate")]
#[case::unknown_command(&["frobnicate"], "frobnicate")]
#[case::rule_that_matches_nothing(&["run", "--rule", "nothing.*"], "nothing.*")]
#[case::rule_that_nearly_matches(&["run", "--rule", "xray.PutResourcPolicy.*"], "did you mean \"xray.PutResourcePolicy.*\"?")]
#[case::nearly_a_rule(&["explain", "xray.PutResourcePolicy.PolicyName.lenght-max"], "did you mean xray.PutResourcePolicy.PolicyName.length-max?")]
#[case::end_of_a_rule(&["explain", "linearizable"], "rekognition.concurrency.history.linearizable")]
#[case::broken_glob(&["run", "--rule", "xray.["], "xray.[")]
#[case::unknown_service(&["run", "--service", "ec2"], "ec2")]
#[case::rate_zero(&["run", "--rate", "0"], "--rate")]
#[case::no_percentage(&["run", "--min-coverage", "101"], "--min-coverage")]
#[case::shard_zero(&["run", "--shard", "0/3"], "there are shards 1/3 to 3/3")]
#[case::shard_beyond(&["run", "--shard", "4/3"], "there are shards 1/3 to 3/3")]
#[case::shards_none(&["run", "--shard", "1/0"], "there are 1 to 1000 shards")]
#[case::shard_of_words(&["run", "--shard", "a/b"], "the second of three")]
#[case::coverage_of_a_shard(&["run", "--shard", "1/2", "--min-coverage", "90"], "give --min-coverage to `merge`")]
#[case::configuration_of_a_shard(&["init", "--shard", "1/2"], "not for a share")]
#[case::unknown_report(&["run", "--report", "pdf=x"], "pdf")]
#[case::unwritable_report(&["run", "--report", "json=no/such/folder/x.json"], "no/such/folder/x.json")]
#[case::missing_config(&["run", "--config", "missing.toml"], "missing.toml")]
#[case::no_url(&["run", "--endpoint-url", "localhost:4566"], "localhost:4566")]
#[case::other_scheme(&["run", "--endpoint-url", "ftp://127.0.0.1/"], "http")]
#[case::credentials_in_the_url(&["run", "--endpoint-url", "http://somebody:hunter2@127.0.0.1:1"], "credentials")]
#[case::account_id(&["run", "--account-id", "123"], "12 digits")]
#[case::unknown_fault(&["serve", "--fault", "xray.nonsense"], "xray.nonsense")]
#[case::sweep_without_endpoint(&["sweep"], "--endpoint-url")]
fn usage_is_refused(#[case] arguments: &[&str], #[case] says: &str) {
    let finished = finish(&mut User::new().suite(arguments));
    finished.check_status(2).check_says(says);
    assert!(finished.stdout.is_empty(), "{}", finished.stdout);
    assert!(!finished.output().contains("hunter2"), "{}", finished.output());
}

#[rstest]
#[case::no_toml("[target]\nregion = \n", 2, "region")]
#[case::unknown_key("[target]\nregion = \"us-east-1\"\ncolour = \"red\"\n", 3, "colour")]
#[case::wrong_type("[quotas]\n\nresource_policies = \"five\"\n", 3, "resource_policies")]
#[case::near_a_key("[target]\nendpont_url = []\n", 2, "did you mean `endpoint_url`?")]
#[case::unknown_operation(
    "[target]\nimplements = [\"PutResourcePolcy\"]\n",
    2,
    "did you mean \"PutResourcePolicy\"?"
)]
#[case::waiver_without_reason("[[waiver]]\nrule = \"a\"\nclass = \"b\"\n", 1, "reason")]
#[case::waiver_with_an_empty_reason("[[waiver]]\nrule = \"a\"\nclass = \"b\"\nreason = \" \"\n", 4, "empty")]
#[case::waiver_of_no_glob("[[waiver]]\nrule = \"xray.[\"\n", 2, "no glob")]
#[case::waiver_until_a_time("[[waiver]]\nexpires = 12:00:00\n", 2, "no day")]
#[case::waiver_until_a_text("[[waiver]]\nexpires = \"2026-12-31\"\n", 2, "expires")]
fn a_malformed_configuration_is_refused_with_file_and_line(
    #[case] text: &str,
    #[case] line: usize,
    #[case] says: &str,
) {
    let user = User::new();
    let file = user.file("conformance.toml", text);
    finish(&mut user.suite(&["run", "--config", &file]))
        .check_status(2)
        .check_says("conformance.toml")
        .check_says(&format!("line {line}"))
        .check_says(says);
}

/// Hosts of the real service, in several partitions and spellings.
#[rstest]
#[case("https://xray.us-east-1.amazonaws.com")]
#[case("https://XRAY.us-east-1.AMAZONAWS.COM.:443/")]
#[case("https://rekognition.cn-north-1.amazonaws.com.cn")]
#[case("https://xray.eu-west-1.api.aws")]
#[case("xray=https://xray.us-gov-west-1.amazonaws.com")]
fn the_real_service_is_no_endpoint(#[case] url: &str) {
    let user = User::new();
    let proxy = Double::silent();
    for command in ["run", "sweep"] {
        let mut run = user.journalled(command, &["--endpoint-url", url]);
        let run = ["HTTP_PROXY", "HTTPS_PROXY", "https_proxy"]
            .iter()
            .fold(&mut run, |run, name| run.env(name, &proxy.url));
        finish(run).check_status(2).check_says("real service").check_within(Duration::from_secs(5));
    }
    assert_eq!(proxy.connections(), 0, "nothing may be sent");
    assert!(!user.journals().exists(), "nothing was begun");
}

#[rstest]
#[case("AWS_ENDPOINT_URL", "http://192.0.2.1:4566")]
#[case("AWS_ENDPOINT_URL_XRAY", "http://emulator.example:4566")]
#[case("AWS_ENDPOINT_URL_REKOGNITION", "https://rekognition.us-east-1.amazonaws.com")]
fn the_environment_names_no_endpoint_elsewhere(#[case] variable: &str, #[case] url: &str) {
    let user = User::new();
    let finished = finish(user.journalled("run", &[]).env(variable, url));
    finished.check_status(2).check_within(Duration::from_secs(5));
    assert!(!user.journals().exists(), "nothing was begun");
}

#[test]
fn help_is_ordered_by_task() {
    let help = finish(&mut User::new().suite(&["run", "--help"]));
    let text = &help.check_status(0).stdout;
    snapshots("What `run --help` prints").bind(|| insta::assert_snapshot!("help.run", text));
    assert!(!text.contains("\nOptions:\n      --"), "an option has no heading:\n{text}");
}

#[test]
fn help_names_every_variable_that_is_read() {
    let help = finish(&mut User::new().suite(&["run", "--help"]));
    let mut read = 0;
    for file in std::fs::read_dir(root().join("src/cli")).expect("the folder is there") {
        let path = file.expect("it can be listed").path();
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        for before in ["env::var(\"", "env::var_os(\"", "variable(\""] {
            for found in text.split(before).skip(1) {
                let name = found.split('"').next().unwrap_or_default();
                assert!(help.stdout.contains(name), "--help does not name {name}");
                read += 1;
            }
        }
    }
    assert!(read > 5, "{read} variables are read");
}
