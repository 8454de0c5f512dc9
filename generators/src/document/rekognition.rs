//! Custom Labels project policies: an account may copy the versions of the leased project.

use super::elements::{Change, Elements, policy, statement, with};
use super::labelled::Document;

/// The documented statement.
pub(super) fn base() -> Elements {
    vec![
        ("Effect", "\"Allow\"".to_owned()),
        ("Principal", r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root"}"#.to_owned()),
        ("Action", "\"rekognition:CopyProjectVersion\"".to_owned()),
        ("Resource", "\"$VERSIONS\"".to_owned()),
    ]
}

/// The documented statement under a `Sid` of its own: IAM takes no two of these for the same.
pub(super) fn numbered(number: usize) -> String {
    policy(&format!("[{}]", statement(&with(&base(), "Sid", &format!("\"Document{number}\"")))))
}

pub(super) fn plain() -> Vec<Document> {
    let one = statement(&base());
    vec![
        Document::new("the documented form", &policy(&format!("[{one}]"))),
        Document::new(
            "a bare account for the principal",
            &policy(&format!("[{}]", statement(&with(&base(), "Principal", r#"{"AWS":"$ACCOUNT"}"#)))),
        ),
        Document::new(
            "a list of principals",
            &policy(&format!(
                "[{}]",
                statement(&with(&base(), "Principal", r#"{"AWS":["arn:$PARTITION:iam::$ACCOUNT:root"]}"#))
            )),
        ),
        Document::new(
            "a list of actions",
            &policy(&format!(
                "[{}]",
                statement(&with(&base(), "Action", r#"["rekognition:CopyProjectVersion"]"#))
            )),
        ),
        Document::new(
            "a list of resources",
            &policy(&format!("[{}]", statement(&with(&base(), "Resource", r#"["$VERSIONS"]"#)))),
        ),
        Document::new("a Sid", &policy(&format!("[{}]", statement(&with(&base(), "Sid", "\"AllowCopy\""))))),
        Document::new(
            "two statements",
            &policy(&format!("[{one},{}]", statement(&with(&base(), "Sid", "\"Second\"")))),
        ),
        Document::new(
            "elements in another order",
            &format!(
                r#"{{"Statement":[{}],"Version":"2012-10-17"}}"#,
                statement(&base().into_iter().rev().collect())
            ),
        ),
        Document::new(
            "indented over several lines",
            &policy(&format!("[{one}]")).replace(',', ",\n    ").replace('[', "[\n  "),
        ),
        Document::new(
            "an escaped letter",
            &policy(&format!("[{one}]")).replace("\"Allow\"", "\"\\u0041llow\""),
        ),
    ]
}

pub(super) fn unshown() -> Vec<Document> {
    let changed = |label: &str, name: &'static str, value: &str| {
        Document::new(label, &policy(&format!("[{}]", statement(&with(&base(), name, value)))))
    };
    vec![
        changed("Effect Deny", "Effect", "\"Deny\""),
        changed("anybody for the principal", "Principal", "\"*\""),
        changed("any account for the principal", "Principal", r#"{"AWS":"*"}"#),
        changed(
            "a role for the principal",
            "Principal",
            r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:role/awsc"}"#,
        ),
        changed("a version for the resource", "Resource", "\"$VERSION\""),
        changed("a condition", "Condition", r#"{"StringEquals":{"aws:SourceAccount":"$ACCOUNT"}}"#),
        changed("a service for the principal", "Principal", r#"{"Service":"rekognition.amazonaws.com"}"#),
        Document::new("a single statement instead of a list", &policy(&statement(&base()))),
        Document::new(
            "an Id",
            &format!(r#"{{"Version":"2012-10-17","Id":"awsc","Statement":[{}]}}"#, statement(&base())),
        ),
    ]
}

pub(super) fn forbidden() -> Vec<Change> {
    let action = "\"rekognition:CopyProjectVersion\"";
    vec![
        Change::set("another action of the service", "Action", "\"rekognition:DeleteProject\""),
        Change::set("another service's action", "Action", "\"s3:GetObject\""),
        Change::set("every action of the service", "Action", "\"rekognition:*\""),
        Change::set("every action", "Action", "\"*\""),
        Change::set(
            "the right action and another one",
            "Action",
            r#"["rekognition:CopyProjectVersion","rekognition:DeleteProject"]"#,
        ),
        Change::swap("NotAction for Action", "Action", "NotAction", action),
        Change::swap("NotResource for Resource", "Resource", "NotResource", "\"$VERSIONS\""),
        Change::swap("NotPrincipal for Principal", "Principal", "NotPrincipal", r#"{"AWS":"$ACCOUNT"}"#),
        Change::set("NotAction beside Action", "NotAction", action),
        Change::set("NotResource beside Resource", "NotResource", "\"$VERSIONS\""),
        Change::set("NotPrincipal beside Principal", "NotPrincipal", r#"{"AWS":"$ACCOUNT"}"#),
        Change::set("Effect Permit", "Effect", "\"Permit\""),
        Change::set("an empty Effect", "Effect", "\"\""),
        Change::set("null for Effect", "Effect", "null"),
        Change::set("true for Effect", "Effect", "true"),
    ]
}

pub(super) fn questionable() -> Vec<Change> {
    vec![
        Change::set("any resource", "Resource", "\"*\""),
        Change::set("the project itself for the resource", "Resource", "\"$PROJECT\""),
        Change::set("a resource that is no ARN", "Resource", "\"awsc\""),
        Change::set(
            "another project's versions",
            "Resource",
            "\"arn:$PARTITION:rekognition:$REGION:$ACCOUNT:project/awsc-no-such-project/version/*\"",
        ),
        Change::set("the action in lower case", "Action", "\"rekognition:copyprojectversion\""),
        Change::set("a wildcard that means the action", "Action", "\"rekognition:CopyProject*\""),
    ]
}
