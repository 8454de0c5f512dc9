//! What is refused before a byte is sent, or after who the caller is was found out.

use super::nightly::{Network, run};
use crate::support::endpoint::Double;
use crate::support::program::{Finished, User, finish};
use crate::support::sandbox::{ACCOUNT, Keys, REGION, Sandbox, Settings};
use rstest::rstest;
use std::time::Duration;

/// An override that leads to a listener of its own, in some way to say so.
#[derive(Clone, Copy, Debug)]
enum Override {
    Flag,
    FlagOfOneService,
    Config,
    Environment(&'static str),
    Profile,
    ServicesOfProfile,
}

#[track_caller]
fn check_refused(finished: &Finished, says: &str) {
    finished.check_status(2).check_says(says).check_within(Duration::from_secs(20));
    assert_eq!(finished.stdout, "", "a report");
}

#[rstest]
#[case::account(&["--region", REGION], "--account-id")]
#[case::region(&["--account-id", ACCOUNT], "--region")]
#[case::short_account(&["--account-id", "1234", "--region", REGION], "12 digits")]
#[case::no_region(&["--account-id", ACCOUNT, "--region", "eu/../../west"], "no region")]
#[case::nowhere(&["--account-id", ACCOUNT, "--region", "a.b"], "no region")]
fn without_account_and_region_no_byte_is_sent(#[case] options: &[&str], #[case] says: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let mut command = user.journalled("run", &["--target", "aws"]);
    check_refused(&finish(sandbox.reached_by(command.args(options))), says);
    assert_eq!(sandbox.connections(), 0);
}

/// Whatever would be asked for credentials is asked over this network too.
#[test]
fn without_credentials_no_byte_is_sent() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let mut command = run(&user, &[]);
    command.envs(sandbox.network()).env("HTTP_PROXY", &sandbox.network()[0].1);
    check_refused(&finish(&mut command), "credentials");
    assert_eq!(sandbox.connections(), 0);
}

#[rstest]
#[case::unknown("[profile other]\nregion = eu-west-1\n", "nobody")]
#[case::without_keys("[profile nobody]\nregion = eu-west-1\n", "credentials")]
#[case::no_profile_at_all("nonsense", "profile")]
fn with_a_profile_that_is_none_no_byte_is_sent(#[case] config: &str, #[case] says: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let config = user.file("config", config);
    let mut command = run(&user, &[]);
    command.envs(sandbox.network()).env("AWS_CONFIG_FILE", config).env("AWS_PROFILE", "nobody");
    check_refused(&finish(&mut command), says);
    assert_eq!(sandbox.connections(), 0);
}

#[rstest]
#[case(Override::Flag)]
#[case(Override::FlagOfOneService)]
#[case(Override::Config)]
#[case(Override::Environment("AWS_ENDPOINT_URL"))]
#[case(Override::Environment("AWS_ENDPOINT_URL_XRAY"))]
#[case(Override::Environment("AWS_ENDPOINT_URL_REKOGNITION"))]
#[case(Override::Environment("AWS_ENDPOINT_URL_STS"))]
#[case(Override::Profile)]
#[case(Override::ServicesOfProfile)]
fn with_an_override_no_byte_is_sent(#[case] way: Override, #[values("run", "sweep")] name: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let elsewhere = Double::silent();
    let url = elsewhere.url.as_str();
    let mut command = Network::of(&sandbox).command(&user, name, &[]);
    match way {
        Override::Flag => command.args(["--endpoint-url", url]),
        Override::FlagOfOneService => command.args(["--endpoint-url", &format!("xray={url}")]),
        Override::Config => {
            user.file("conformance.toml", &format!("[target]\nendpoint_url = [{url:?}]\n"));
            &mut command
        }
        Override::Environment(variable) => command.env(variable, url),
        Override::Profile => {
            command.env("AWS_CONFIG_FILE", user.file("config", &format!("[default]\nendpoint_url = {url}\n")))
        }
        Override::ServicesOfProfile => command.env(
            "AWS_CONFIG_FILE",
            user.file(
                "config",
                &format!("[default]\nservices = s\n[services s]\nxray =\n  endpoint_url = {url}\n"),
            ),
        ),
    };
    check_refused(&finish(&mut command), "endpoint");
    assert_eq!((sandbox.connections(), elsewhere.connections()), (0, 0));
}

/// Nothing is asked but who the caller is.
#[rstest]
#[case::another_account("210987654321", Keys::number(0), "210987654321")]
#[case::unknown_keys(ACCOUNT, Keys { access_key: "ASIAUNKNOWN".to_owned(), ..Keys::number(0) }, "InvalidClientTokenId")]
#[case::another_secret(ACCOUNT, Keys { secret_key: "PLANTED".to_owned(), ..Keys::number(0) }, "SignatureDoesNotMatch")]
fn who_is_somebody_else_sends_nothing_more(#[case] account: &str, #[case] keys: Keys, #[case] says: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let options = ["--target", "aws", "--account-id", account, "--region", REGION];
    for name in ["run", "sweep"] {
        let mut command = user.journalled(name, &options);
        let finished = finish(command.envs(sandbox.network()).envs(keys.environment()));
        check_refused(&finished, says);
        assert!(!finished.output().contains("PLANTED"), "{}", finished.output());
    }
    let requests = sandbox.requests();
    assert!(!requests.is_empty(), "it was asked who the caller is");
    assert!(requests.iter().all(|request| request.operation == "GetCallerIdentity"), "{requests:?}");
    sandbox.check_untouched();
}

/// Whatever the environment holds, the embedded reference is what is tested by default.
#[test]
fn nothing_is_sent_to_an_account_unless_it_is_asked_for() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let mut command = user.journalled("run", &["--rule", "xray.PutResourcePolicy.PolicyName.*"]);
    command.env("AWS_REGION", REGION).env("AWS_PROFILE", "default");
    let finished = finish(sandbox.reached_by(&mut command));
    finished.check_status(0).check_says("reference");
    assert_eq!(sandbox.connections(), 0);
}
