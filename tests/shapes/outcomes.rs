//! The outcomes: for each operation and error, the requests that lead there.

use super::scene::{Played, Scene, named};
use crate::support::{project_document, with, xray_document};
use serde_json::{Value, json};

/// One outcome of one operation.
pub(super) struct Outcome {
    pub(super) operation: &'static str,
    /// `success` or the error's code, with more after a dot where there are several.
    pub(super) name: &'static str,
    /// The reading of the documents under which it comes, where it is not the reference's own.
    pub(super) variant: Option<&'static str>,
    /// Leads there and returns the last answer.
    pub(super) play: Box<dyn Fn(&Scene) -> Played>,
}

impl Outcome {
    /// Only comes under this reading of the documents.
    fn under(mut self, variant: &'static str) -> Self {
        self.variant = Some(variant);
        self
    }
}

fn outcome(
    operation: &'static str,
    name: &'static str,
    play: impl Fn(&Scene) -> Played + 'static,
) -> Outcome {
    Outcome { operation, name, variant: None, play: Box::new(play) }
}

/// Every outcome that can be reached.
pub(super) fn outcomes() -> Vec<Outcome> {
    let mut all = Vec::new();
    for (operation, breach) in breaches() {
        all.extend(if operation.contains("ResourcePolic") {
            of_every_xray_operation(operation, breach)
        } else {
            of_every_rekognition_operation(operation, breach)
        });
    }
    all.extend(xray_policies());
    all.extend(projects());
    all.extend(project_policies());
    all
}

/// For each operation an input that breaks a constraint.
fn breaches() -> [(&'static str, Value); 10] {
    [
        ("PutResourcePolicy", json!({})),
        ("ListResourcePolicies", json!({"NextToken": "x".repeat(101)})),
        ("DeleteResourcePolicy", json!({})),
        ("CreateProject", json!({})),
        ("DescribeProjects", json!({"MaxResults": 101})),
        ("DeleteProject", json!({})),
        ("PutProjectPolicy", json!({})),
        ("ListProjectPolicies", json!({})),
        ("DeleteProjectPolicy", json!({})),
        ("CopyProjectVersion", json!({})),
    ]
}

fn of_every_xray_operation(operation: &'static str, breach: Value) -> Vec<Outcome> {
    let refused = breach.clone();
    vec![
        outcome(operation, "InvalidRequestException", move |scene| scene.call(operation, &refused)),
        outcome(operation, "SerializationException", |scene| scene.send(operation, b"[]")),
        outcome(operation, "ThrottledException", move |scene| scene.throttled(operation, &breach))
            .under("xray.throttled.throttled-429"),
    ]
}

fn of_every_rekognition_operation(operation: &'static str, breach: Value) -> Vec<Outcome> {
    let named = |name: &'static str| {
        let breach = breach.clone();
        outcome(operation, name, move |scene| match name {
            "ValidationException" | "InvalidParameterException" => scene.call(operation, &breach),
            _ => scene.throttled(operation, &breach),
        })
    };
    vec![
        outcome(operation, "SerializationException", |scene| scene.send(operation, b"[]")),
        named("ValidationException"),
        named("InvalidParameterException").under("constraint.other-code"),
        named("ThrottlingException").under("rekognition.throttled.throttling-400"),
        named("ThrottlingException.500").under("rekognition.throttled.throttling-500"),
        named("ProvisionedThroughputExceededException").under("rekognition.throttled.throughput"),
    ]
}

fn xray_policies() -> Vec<Outcome> {
    const PUT: &str = "PutResourcePolicy";
    const LIST: &str = "ListResourcePolicies";
    const DELETE: &str = "DeleteResourcePolicy";
    let policy = |name: &str| json!({"PolicyName": named(name), "PolicyDocument": xray_document()});
    let revised = move |revision: &str| with(policy("p"), "PolicyRevisionId", Some(json!(revision)));
    let lockout = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "xray:PutResourcePolicy", "Resource": "*",
    }]});
    let documented = |document: String| with(policy("p"), "PolicyDocument", Some(json!(document)));
    let large = documented(with_padding(xray_document(), 5121));
    let (locking, broken) = (documented(lockout.to_string()), documented("{".to_owned()));
    vec![
        outcome(PUT, "success", move |scene| scene.call(PUT, &policy("p"))),
        outcome(PUT, "InvalidPolicyRevisionIdException", move |scene| scene.call(PUT, &revised("7"))),
        outcome(PUT, "LockoutPreventionException", move |scene| scene.call(PUT, &locking)),
        outcome(PUT, "MalformedPolicyDocumentException", move |scene| scene.call(PUT, &broken)),
        outcome(PUT, "PolicySizeLimitExceededException", move |scene| scene.call(PUT, &large)),
        outcome(PUT, "PolicyCountLimitExceededException", move |scene| {
            for name in ["a", "b", "c", "d", "e"] {
                scene.done(PUT, &policy(name))?;
            }
            scene.call(PUT, &policy("f"))
        }),
        outcome(LIST, "success.empty", |scene| scene.call(LIST, &json!({}))),
        outcome(LIST, "success", move |scene| {
            scene.done(PUT, &policy("a"))?;
            scene.done(PUT, &policy("b"))?;
            scene.call(LIST, &json!({}))
        }),
        outcome(DELETE, "success", move |scene| {
            scene.done(PUT, &policy("p"))?;
            scene.call(DELETE, &json!({"PolicyName": named("p")}))
        }),
        outcome(DELETE, "success.absent", |scene| scene.call(DELETE, &json!({"PolicyName": named("p")}))),
        outcome(DELETE, "InvalidPolicyRevisionIdException", move |scene| {
            scene.done(PUT, &policy("p"))?;
            scene.call(DELETE, &json!({"PolicyName": named("p"), "PolicyRevisionId": "7"}))
        }),
    ]
}

/// A JSON text with spaces behind it, this many bytes long.
fn with_padding(mut text: String, length: usize) -> String {
    text.push_str(&" ".repeat(length.saturating_sub(text.len())));
    text
}

/// A well-formed ARN of a project that does not exist.
const NOWHERE: &str = "arn:aws:rekognition:us-east-1:000000000000:project/nowhere/1690405809285";

fn projects() -> Vec<Outcome> {
    const CREATE: &str = "CreateProject";
    const DESCRIBE: &str = "DescribeProjects";
    const DELETE: &str = "DeleteProject";
    const COPY: &str = "CopyProjectVersion";
    vec![
        outcome(CREATE, "success", |scene| scene.call(CREATE, &json!({"ProjectName": named("p")}))),
        outcome(CREATE, "ResourceInUseException", |scene| {
            scene.project("p")?;
            scene.call(CREATE, &json!({"ProjectName": named("p")}))
        }),
        outcome(DESCRIBE, "success.empty", |scene| scene.call(DESCRIBE, &json!({}))),
        outcome(DESCRIBE, "success", |scene| {
            scene.project("p")?;
            scene.call(DESCRIBE, &json!({}))
        }),
        outcome(DESCRIBE, "success.page", |scene| {
            scene.project("p")?;
            scene.project("q")?;
            scene.call(DESCRIBE, &json!({"MaxResults": 1}))
        }),
        outcome(DESCRIBE, "InvalidPaginationTokenException", |scene| {
            scene.call(DESCRIBE, &json!({"NextToken": "x"}))
        }),
        outcome(DELETE, "success", |scene| {
            let arn = scene.project("p")?;
            scene.call(DELETE, &json!({"ProjectArn": arn}))
        }),
        outcome(DELETE, "ResourceNotFoundException", |scene| {
            scene.call(DELETE, &json!({"ProjectArn": NOWHERE}))
        }),
        outcome(COPY, "ResourceNotFoundException", |scene| {
            let project = NOWHERE.trim_end_matches("/1690405809285");
            let input = json!({
                "SourceProjectArn": NOWHERE,
                "SourceProjectVersionArn": format!("{project}/version/v/1690405809285"),
                "DestinationProjectArn": scene.project("p")?,
                "VersionName": "v",
                "OutputConfig": {"S3Bucket": "bucket", "S3KeyPrefix": "prefix"},
            });
            scene.call(COPY, &input)
        }),
    ]
}

fn project_policies() -> Vec<Outcome> {
    const PUT: &str = "PutProjectPolicy";
    const LIST: &str = "ListProjectPolicies";
    const DELETE: &str = "DeleteProjectPolicy";
    let policy = |arn: &Value, name: &str| json!({"ProjectArn": arn, "PolicyName": named(name), "PolicyDocument": project_document()});
    let nowhere = json!({"ProjectArn": NOWHERE, "PolicyName": named("p")});
    let sixth = move |scene: &Scene| {
        let arn = scene.project("p")?;
        for name in ["a", "b", "c", "d", "e"] {
            scene.done(PUT, &policy(&arn, name))?;
        }
        scene.call(PUT, &policy(&arn, "f"))
    };
    vec![
        outcome(PUT, "success", move |scene| scene.call(PUT, &policy(&scene.project("p")?, "p"))),
        outcome(PUT, "ResourceNotFoundException", move |scene| {
            scene.call(PUT, &policy(&json!(NOWHERE), "p"))
        }),
        outcome(PUT, "ResourceAlreadyExistsException", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "p"))?;
            scene.call(PUT, &policy(&arn, "p"))
        }),
        outcome(PUT, "InvalidPolicyRevisionIdException", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "p"))?;
            scene.call(PUT, &with(policy(&arn, "p"), "PolicyRevisionId", Some(json!("0123456789abcdef"))))
        }),
        outcome(PUT, "MalformedPolicyDocumentException", move |scene| {
            scene.call(PUT, &with(policy(&scene.project("p")?, "p"), "PolicyDocument", Some(json!("{"))))
        }),
        outcome(PUT, "LimitExceededException", sixth),
        outcome(PUT, "ServiceQuotaExceededException", sixth).under("rekognition.limit.quota-code"),
        outcome(LIST, "success.empty", |scene| scene.call(LIST, &json!({"ProjectArn": scene.project("p")?}))),
        outcome(LIST, "success", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "a"))?;
            scene.call(LIST, &json!({"ProjectArn": arn}))
        }),
        outcome(LIST, "success.page", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "a"))?;
            scene.done(PUT, &policy(&arn, "b"))?;
            scene.call(LIST, &json!({"ProjectArn": arn, "MaxResults": 1}))
        }),
        outcome(LIST, "ResourceNotFoundException", |scene| scene.call(LIST, &json!({"ProjectArn": NOWHERE}))),
        outcome(LIST, "InvalidPaginationTokenException", |scene| {
            scene.call(LIST, &json!({"ProjectArn": scene.project("p")?, "NextToken": "x"}))
        }),
        outcome(DELETE, "success", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "p"))?;
            scene.call(DELETE, &json!({"ProjectArn": arn, "PolicyName": named("p")}))
        }),
        outcome(DELETE, "ResourceNotFoundException", move |scene| scene.call(DELETE, &nowhere)),
        outcome(DELETE, "InvalidPolicyRevisionIdException", move |scene| {
            let arn = scene.project("p")?;
            scene.done(PUT, &policy(&arn, "p"))?;
            scene.call(
                DELETE,
                &json!({"ProjectArn": arn, "PolicyName": named("p"), "PolicyRevisionId": "0123456789abcdef"}),
            )
        }),
    ]
}
