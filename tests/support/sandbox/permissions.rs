//! What the caller's role may do: an IAM policy of `Allow` statements.

use super::REGION;
use serde_json::Value;

/// The statements of a policy.
pub(super) struct Permissions(Vec<Value>);

/// A text, or the texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => panic!("an element of the policy is {value}"),
    }
}

impl Permissions {
    /// Reads a policy. What would not be understood here is an error rather than passed over.
    pub(super) fn parse(policy: &Value) -> Self {
        assert_eq!(policy["Version"], "2012-10-17", "{policy}");
        let statements = match &policy["Statement"] {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        for statement in &statements {
            let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
            let members = statement.as_object().expect("a statement is an object");
            assert!(members.keys().all(|member| known.contains(&member.as_str())), "{statement}");
            assert_eq!(statement["Effect"], "Allow", "{statement}");
        }
        Self(statements)
    }

    /// Whether an action is allowed on each of these resources (`*` where it has none) in a region.
    pub(super) fn allow(&self, action: &str, resources: &[&str], region: &str) -> bool {
        resources.iter().all(|resource| {
            self.0.iter().any(|statement| {
                texts(&statement["Action"])
                    .iter()
                    .any(|glob| matches(&glob.to_lowercase(), &action.to_lowercase()))
                    && texts(&statement["Resource"]).iter().any(|glob| matches(glob, resource))
                    && is_met(&statement["Condition"], region)
            })
        })
    }
}

fn is_met(condition: &Value, region: &str) -> bool {
    match condition {
        Value::Null => true,
        Value::Object(operators) => operators.iter().all(|(operator, keys)| {
            assert_eq!(operator, "StringEquals", "{condition}");
            let keys = keys.as_object().expect("an operator has keys");
            keys.iter().all(|(key, values)| {
                assert_eq!(key.to_lowercase(), "aws:requestedregion", "{condition}");
                texts(values).contains(&region)
            })
        }),
        _ => panic!("the condition is {condition}"),
    }
}

/// Whether a text matches a pattern with `*` and `?`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => (0..=text.len())
            .filter(|at| text.is_char_boundary(*at))
            .any(|at| matches(&pattern[1..], &text[at..])),
        Some(first) => text.chars().next().is_some_and(|c| {
            (first == '?' || first == c) && matches(&pattern[first.len_utf8()..], &text[c.len_utf8()..])
        }),
    }
}

#[rstest::rstest]
#[case("rekognition:ListProjectPolicies", "arn:aws:rekognition:eu-west-1:1:project/awsc-a/1", REGION, true)]
#[case("rekognition:ListProjectPolicies", "arn:aws:rekognition:eu-west-1:1:project/other/1", REGION, false)]
#[case(
    "rekognition:ListProjectPolicies",
    "arn:aws:rekognition:eu-west-1:1:project/awsc-a/1",
    "us-east-1",
    false
)]
#[case("rekognition:DeleteProject", "arn:aws:rekognition:eu-west-1:1:project/awsc-a/1", REGION, false)]
#[case("xray:PutResourcePolicy", "*", REGION, true)]
fn a_policy_allows_what_it_says(
    #[case] action: &str,
    #[case] resource: &str,
    #[case] region: &str,
    #[case] allowed: bool,
) {
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["rekognition:List*"], "Resource": "arn:*:rekognition:*:?:project/awsc-*",
         "Condition": {"StringEquals": {"aws:RequestedRegion": REGION}}},
        {"Sid": "b", "Effect": "Allow", "Action": "XRay:PutResourcePolicy", "Resource": ["*"]},
    ]});
    assert_eq!(Permissions::parse(&policy).allow(action, &[resource], region), allowed);
}
