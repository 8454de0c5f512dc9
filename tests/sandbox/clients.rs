//! The stand-in as the official clients see it: they take it for the real service.

use crate::support::program::{Finished, User, finish};
use crate::support::sandbox::{ACCOUNT, Keys, Lifetime, REGION, Sandbox, Settings};
use crate::support::{project_document, python, xray_document};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

/// The AWS CLI with the first keys of the account.
fn aws(user: &User, sandbox: &Sandbox, arguments: &[&str]) -> Finished {
    let mut command = user.command(&python::program("aws"), arguments);
    sandbox.reached_by(&mut command).env("AWS_DEFAULT_REGION", REGION).env("AWS_MAX_ATTEMPTS", "1");
    finish(command.env("AWS_PAGER", "").env("AWS_DEFAULT_OUTPUT", "json"))
}

#[track_caller]
fn answer(finished: &Finished) -> Value {
    finished.check_status(0);
    serde_json::from_str(&finished.stdout).unwrap_or_default()
}

#[test]
fn boto3_does_what_an_account_is_for() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let program = python::folder().join("sandbox.py").display().to_string();
    let mut command = user.command(&python::program("python"), &[&program, ACCOUNT]);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("AWS_DEFAULT_REGION", REGION);
    finish(sandbox.reached_by(&mut command)).check_status(0);
    let requests = sandbox.requests();
    let operations: Vec<&str> = requests.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(
        operations,
        [
            "GetCallerIdentity",
            "CreateProject",
            "PutProjectPolicy",
            "ListProjectPolicies",
            "DeleteProjectPolicy",
            "DeleteProject",
            "PutResourcePolicy",
            "ListResourcePolicies",
            "DeleteResourcePolicy"
        ]
    );
    assert!(requests.iter().all(|request| request.status == Some(200) && request.region == REGION));
    assert_eq!(sandbox.refused_hosts(), Vec::<String>::new());
    sandbox.check_untouched();
}

#[test]
fn the_aws_cli_does_too() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let identity = answer(&aws(&user, &sandbox, &["sts", "get-caller-identity"]));
    assert_eq!(identity["Account"], ACCOUNT);
    let document = xray_document();
    let put = ["xray", "put-resource-policy", "--policy-name", "cli", "--policy-document", &document];
    assert_eq!(answer(&aws(&user, &sandbox, &put))["ResourcePolicy"]["PolicyRevisionId"], "1");
    assert_eq!(sandbox.resources().len(), sandbox.others().len() + 1);
    answer(&aws(&user, &sandbox, &["xray", "delete-resource-policy", "--policy-name", "cli"]));
    sandbox.check_untouched();
    // Whom nobody gave the account's network asks somebody else.
    let elsewhere = aws(&user, &sandbox, &["s3", "ls"]);
    assert_ne!(elsewhere.status, Some(0));
    assert_eq!(sandbox.refused_hosts().len(), 1, "{:?}", sandbox.refused_hosts());
}

fn allows(action: &str) -> Option<Value> {
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    Some(json!({"Version": "2012-10-17", "Statement": [statement]}))
}

const LIST: &[&str] = &["xray", "list-resource-policies"];
const PROJECTS: &[&str] = &["rekognition", "describe-projects"];

#[rstest]
#[case::permission_of_xray(Settings { allows: allows("rekognition:*"), ..Settings::default() }, LIST, "AccessDeniedException")]
#[case::permission_of_rekognition(Settings { allows: allows("xray:*"), ..Settings::default() }, PROJECTS, "perform: rekognition:DescribeProjects")]
#[case::rate_of_xray(Settings { rate: Some(0.5), ..Settings::default() }, LIST, "ThrottledException")]
#[case::rate_of_rekognition(Settings { rate: Some(0.5), ..Settings::default() }, PROJECTS, "ProvisionedThroughputExceededException")]
#[case::expired_at_xray(Settings { lifetime: Some(Lifetime::Requests(0)), ..Settings::default() }, LIST, "ExpiredTokenException")]
#[case::expired_at_rekognition(Settings { lifetime: Some(Lifetime::Requests(0)), ..Settings::default() }, PROJECTS, "ExpiredTokenException")]
#[case::expired_at_sts(Settings { lifetime: Some(Lifetime::Requests(0)), ..Settings::default() }, &["sts", "get-caller-identity"], "ExpiredToken")]
#[case::failure(Settings { fails_one_in: Some(1), ..Settings::default() }, LIST, "InternalFailure")]
#[case::cut(Settings { cuts_one_in: Some(1), ..Settings::default() }, LIST, "failed to connect")]
fn it_refuses_as_it_is_told(#[case] settings: Settings, #[case] call: &[&str], #[case] says: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let finished = aws(&user, &sandbox, call);
    assert_ne!(finished.status, Some(0), "{}", finished.output());
    finished.check_says(says);
}

#[rstest]
#[case::secret("AWS_SECRET_ACCESS_KEY", &["sts", "get-caller-identity"], "SignatureDoesNotMatch")]
#[case::secret_of_xray("AWS_SECRET_ACCESS_KEY", LIST, "InvalidSignatureException")]
#[case::token("AWS_SESSION_TOKEN", PROJECTS, "UnrecognizedClientException")]
#[case::token_at_sts("AWS_SESSION_TOKEN", &["sts", "get-caller-identity"], "SignatureDoesNotMatch")]
#[case::key("AWS_ACCESS_KEY_ID", LIST, "UnrecognizedClientException")]
#[case::key_at_sts("AWS_ACCESS_KEY_ID", &["sts", "get-caller-identity"], "InvalidClientTokenId")]
fn other_keys_are_refused(#[case] variable: &str, #[case] call: &[&str], #[case] says: &str) {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let mut command = user.command(&python::program("aws"), call);
    sandbox
        .reached_by(&mut command)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_PAGER", "")
        .env(variable, "another");
    let finished = finish(&mut command);
    assert_ne!(finished.status, Some(0), "{}", finished.output());
    finished.check_says(says);
}

#[test]
fn listings_lag_and_projects_take_their_time() {
    let lag = Duration::from_secs(600);
    let settings = Settings { lag, project_time: Duration::from_secs(600), ..Settings::default() };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let create = ["rekognition", "create-project", "--project-name", "slow"];
    let arn = answer(&aws(&user, &sandbox, &create))["ProjectArn"].clone();
    let listed = || answer(&aws(&user, &sandbox, PROJECTS))["ProjectDescriptions"].clone();
    assert_eq!(listed().as_array().map(Vec::len), Some(1), "it is not listed yet");
    sandbox.set(|settings| settings.lag = Duration::from_millis(1));
    assert_eq!((&listed()[1]["ProjectArn"], &listed()[1]["Status"]), (&arn, &json!("CREATING")));
    let input =
        json!({"ProjectArn": arn, "PolicyName": "p", "PolicyDocument": project_document()}).to_string();
    let put = ["rekognition", "put-project-policy", "--cli-input-json", &input];
    let revision = answer(&aws(&user, &sandbox, &put))["PolicyRevisionId"].clone();
    let list = ["rekognition", "list-project-policies", "--project-arn", arn.as_str().expect("it is text")];
    let policies = answer(&aws(&user, &sandbox, &list))["ProjectPolicies"].clone();
    assert_eq!(policies[0]["PolicyRevisionId"], revision, "what is shown later is what was there");
}

#[test]
fn keys_come_from_a_process_and_from_a_role() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let script = user.file("process.sh", &Keys::process(Duration::from_secs(60)));
    user.file("token", "a web identity");
    let role = format!("role_arn = arn:aws:iam::{ACCOUNT}:role/nightly");
    let config = user.file(
        "config",
        &format!(
            "[profile process]\ncredential_process = sh {script}\n\
             [profile role]\n{role}\nsource_profile = process\n\
             [profile web]\n{role}\nweb_identity_token_file = token\n"
        ),
    );
    for profile in ["process", "role", "web"] {
        let mut command =
            user.command(&python::program("aws"), &["sts", "get-caller-identity", "--profile", profile]);
        command
            .envs(sandbox.network())
            .env("AWS_CONFIG_FILE", &config)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_PAGER", "");
        finish(&mut command).check_status(0).check_says(ACCOUNT);
    }
}
