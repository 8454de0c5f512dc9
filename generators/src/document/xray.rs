//! X-Ray resource policies: a service may send traces.

use super::elements::{Change, Elements, policy, statement, with};
use super::labelled::Document;

/// The documented statement, which lets Amazon SNS send traces.
pub(super) fn base() -> Elements {
    vec![
        ("Effect", "\"Allow\"".to_owned()),
        ("Principal", r#"{"Service":"sns.amazonaws.com"}"#.to_owned()),
        ("Action", "\"xray:PutTraceSegments\"".to_owned()),
        ("Resource", "\"*\"".to_owned()),
    ]
}

pub(super) fn numbered(number: usize) -> String {
    let condition =
        format!(r#"{{"StringLike":{{"aws:SourceArn":"arn:$PARTITION:sns:*:$ACCOUNT:awsc-{number}"}}}}"#);
    policy(&format!("[{}]", statement(&with(&base(), "Condition", &condition))))
}

pub(super) fn plain() -> Vec<Document> {
    let one = statement(&base());
    let actions = r#"["xray:PutTraceSegments","xray:GetSamplingRules","xray:GetSamplingTargets"]"#;
    let changed = |label: &str, name: &'static str, value: &str| {
        Document::new(label, &policy(&format!("[{}]", statement(&with(&base(), name, value)))))
    };
    let logs = with(&base(), "Principal", r#"{"Service":"delivery.logs.amazonaws.com"}"#);
    let logs = with(
        &logs,
        "Condition",
        r#"{"StringEquals":{"aws:SourceAccount":"$ACCOUNT"},"ForAllValues:ArnLike":{"logs:LogGeneratingResourceArns":["*"]},"ArnLike":{"aws:SourceArn":"arn:$PARTITION:logs:*:$ACCOUNT:delivery-source:*"}}"#,
    );
    vec![
        Document::new("the documented form", &policy(&format!("[{one}]"))),
        changed("a list of actions", "Action", actions),
        changed("a list of resources", "Resource", "[\"*\"]"),
        changed("a list of services", "Principal", r#"{"Service":["sns.amazonaws.com"]}"#),
        changed(
            "conditions on account and source",
            "Condition",
            r#"{"StringEquals":{"aws:SourceAccount":"$ACCOUNT"},"StringLike":{"aws:SourceArn":"arn:$PARTITION:sns:*:$ACCOUNT:*"}}"#,
        ),
        changed(
            "a list of values in a condition",
            "Condition",
            r#"{"StringLike":{"aws:SourceArn":["arn:$PARTITION:sns:*:$ACCOUNT:awsc-1","arn:$PARTITION:sns:*:$ACCOUNT:awsc-2"]}}"#,
        ),
        Document::new("the form for delivered logs", &policy(&format!("[{}]", statement(&logs)))),
        Document::new(
            "two statements",
            &policy(&format!("[{one},{}]", statement(&with(&base(), "Action", actions)))),
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
    let own = with(&base(), "Principal", r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root"}"#);
    vec![
        changed("a Sid", "Sid", "\"SNSAccess\""),
        changed("Effect Deny for a service", "Effect", "\"Deny\""),
        changed(
            "an account for the principal",
            "Principal",
            r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root"}"#,
        ),
        changed("a bare account for the principal", "Principal", r#"{"AWS":"$ACCOUNT"}"#),
        changed("any account for the principal", "Principal", r#"{"AWS":"*"}"#),
        changed("an action with a wildcard", "Action", "\"xray:Put*\""),
        changed(
            "letters outside of ASCII",
            "Condition",
            r#"{"StringLike":{"aws:SourceArn":"arn:$PARTITION:sns:*:$ACCOUNT:é漢🦀"}}"#,
        ),
        Document::new(
            "everything for the account itself",
            &policy(&format!(
                "[{}]",
                statement(&with(&own, "Action", r#"["xray:*","xray:PutResourcePolicy"]"#))
            )),
        ),
        Document::new("a single statement instead of a list", &policy(&statement(&base()))),
        Document::new(
            "an Id",
            &format!(r#"{{"Version":"2012-10-17","Id":"awsc","Statement":[{}]}}"#, statement(&base())),
        ),
    ]
}

pub(super) fn forbidden() -> Vec<Change> {
    vec![
        Change::set("Effect Permit", "Effect", "\"Permit\""),
        Change::set("an empty Effect", "Effect", "\"\""),
        Change::set("null for Effect", "Effect", "null"),
        Change::set("true for Effect", "Effect", "true"),
    ]
}

pub(super) fn questionable() -> Vec<Change> {
    vec![
        Change::drop("no Resource", "Resource"),
        Change::swap("NotAction for Action", "Action", "NotAction", "\"xray:PutResourcePolicy\""),
        Change::swap(
            "NotResource for Resource",
            "Resource",
            "NotResource",
            "\"arn:$PARTITION:xray:*:*:group/*\"",
        ),
        Change::set("another service's action", "Action", "\"s3:GetObject\""),
        Change::set("an action that does not exist", "Action", "\"xray:NoSuchAction\""),
        Change::set("a resource that is no ARN", "Resource", "\"awsc\""),
        Change::set("a service that does not exist", "Principal", r#"{"Service":"awsc.amazonaws.com"}"#),
    ]
}

/// Policies that keep everybody, the caller too, from ever changing them. Never to be sent to an
/// account of the real service.
pub fn lockouts() -> Vec<Document> {
    const LIST: &str = r#"["xray:PutResourcePolicy"]"#;
    let (one, first) = (statement(&base()), String::new());
    [
        ("a Deny of xray:PutResourcePolicy to everybody", "\"*\"", "\"xray:PutResourcePolicy\"", &first),
        ("a Deny of xray:* to everybody", "\"*\"", "\"xray:*\"", &first),
        ("a Deny of everything to everybody", "\"*\"", "\"*\"", &first),
        (
            "a Deny of a list with xray:PutResourcePolicy, in the second statement",
            "\"*\"",
            LIST,
            &format!("{one},"),
        ),
        (
            "a Deny of a list with xray:PutResourcePolicy, to every AWS principal",
            r#"{"AWS":"*"}"#,
            LIST,
            &first,
        ),
    ]
    .map(|(label, principal, action, before)| {
        let elements = with(&with(&base(), "Effect", "\"Deny\""), "Principal", principal);
        let denial = statement(&with(&elements, "Action", action));
        Document::new(label, &policy(&format!("[{before}{denial}]")))
    })
    .into()
}
