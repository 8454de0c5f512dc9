//! The AWS CLI against `serve`, with the options that its reference names.

use crate::support::program::{Finished, Served, User, finish};
use crate::support::{project_document, python, xray_document};
use serde_json::{Value, json};

/// Somebody with the AWS CLI, no credentials and one endpoint.
struct Cli {
    user: User,
    served: Served,
}

impl Cli {
    fn new() -> Self {
        Self { user: User::new(), served: Served::start() }
    }

    fn call(&self, arguments: &[&str]) -> Finished {
        let options = ["--endpoint-url", &self.served.url, "--no-sign-request", "--region", "us-east-1"];
        let mut command = self.user.command(&python::program("aws"), arguments);
        finish(command.args(options).env("AWS_MAX_ATTEMPTS", "1").env("AWS_PAGER", ""))
    }

    /// A call with its input in a file, answered in JSON.
    #[track_caller]
    fn answer(&self, command: &[&str], input: &Value) -> Value {
        let file = format!("file://{}", self.user.file("input.json", &input.to_string()));
        let mut arguments = command.to_vec();
        arguments.extend(["--cli-input-json", &file, "--output", "json"]);
        let finished = self.call(&arguments);
        finished.check_status(0);
        match finished.stdout.trim() {
            "" => Value::Null,
            text => serde_json::from_str(text).expect("the AWS CLI answers JSON"),
        }
    }

    /// A call that is refused: the AWS CLI says by which error, and what it was called for.
    #[track_caller]
    fn check_refused(&self, arguments: &[&str], code: &str, operation: &str) {
        let finished = self.call(arguments);
        let says = format!("An error occurred ({code}) when calling the {operation} operation");
        assert_ne!(finished.status, Some(0), "{}", finished.output());
        finished.check_says(&says);
    }
}

#[test]
fn policies_of_xray() {
    let cli = Cli::new();
    let input = json!({"PolicyName": "p", "PolicyDocument": xray_document()});
    let put = cli.answer(&["xray", "put-resource-policy"], &input);
    assert_eq!(put["ResourcePolicy"]["PolicyName"], "p");
    assert_eq!(put["ResourcePolicy"]["PolicyRevisionId"], "1");

    let listed = cli.answer(&["xray", "list-resource-policies"], &json!({}));
    assert_eq!(listed["ResourcePolicies"][0]["PolicyDocument"], xray_document());
    let text = cli.call(&["xray", "list-resource-policies", "--output", "text"]);
    text.check_status(0).check_says("RESOURCEPOLICIES").check_says("sns.amazonaws.com");

    let document = xray_document();
    let stale = [
        "xray",
        "put-resource-policy",
        "--policy-name",
        "p",
        "--policy-document",
        &document,
        "--policy-revision-id",
        "7",
    ];
    cli.check_refused(&stale, "InvalidPolicyRevisionIdException", "PutResourcePolicy");
    let malformed = ["xray", "put-resource-policy", "--policy-name", "p", "--policy-document", "{"];
    cli.check_refused(&malformed, "MalformedPolicyDocumentException", "PutResourcePolicy");

    let delete = cli.call(&["xray", "delete-resource-policy", "--policy-name", "p", "--output", "text"]);
    delete.check_status(0);
    let listed = cli.answer(&["xray", "list-resource-policies"], &json!({}));
    assert_eq!(listed["ResourcePolicies"], json!([]));
}

#[test]
fn policies_of_a_project() {
    let cli = Cli::new();
    let created = cli.call(&["rekognition", "create-project", "--project-name", "p", "--output", "text"]);
    created.check_status(0);
    let arn = created.stdout.trim();
    assert!(arn.starts_with("arn:aws:rekognition:us-east-1:"), "{arn}");

    let input = json!({"ProjectArn": arn, "PolicyName": "p", "PolicyDocument": project_document()});
    let put = cli.answer(&["rekognition", "put-project-policy"], &input);
    let revision = put["PolicyRevisionId"].as_str().expect("there is a revision");
    let listed = cli.answer(&["rekognition", "list-project-policies"], &json!({"ProjectArn": arn}));
    assert_eq!(listed["ProjectPolicies"][0]["PolicyRevisionId"], revision);
    assert_eq!(listed["ProjectPolicies"][0]["PolicyDocument"], project_document());

    let document = project_document();
    let again = [
        "rekognition",
        "put-project-policy",
        "--project-arn",
        arn,
        "--policy-name",
        "p",
        "--policy-document",
        &document,
    ];
    cli.check_refused(&again, "ResourceAlreadyExistsException", "PutProjectPolicy");
    let stale = [&again[..], &["--policy-revision-id", "0123456789abcdef"]].concat();
    cli.check_refused(&stale, "InvalidPolicyRevisionIdException", "PutProjectPolicy");
    let current = [&again[..], &["--policy-revision-id", revision, "--output", "text"]].concat();
    let updated = cli.call(&current);
    updated.check_status(0);
    assert_ne!(updated.stdout.trim(), revision);

    let policy = ["--project-arn", arn, "--policy-name", "p"];
    let deleted = cli.call(&[&["rekognition", "delete-project-policy"], &policy[..]].concat());
    deleted.check_status(0);
    cli.call(&["rekognition", "delete-project", "--project-arn", arn]).check_status(0).check_says("DELETING");
    let gone = ["rekognition", "list-project-policies", "--project-arn", arn];
    cli.check_refused(&gone, "ResourceNotFoundException", "ListProjectPolicies");
}
