//! Whether two policy documents are the same.
//!
//! The sources promise that a document comes back, not that it comes back letter for letter. AWS's
//! services rewrite what IAM reads alike: an account id and the ARN of its root, a string and a list of
//! that one string, lists in any order (facts.md, sections 1.3 and 7). IAM's grammar has the quotation marks of
//! numbers and booleans in conditions optional.

use serde_json::Value;

/// The member under which numbers and booleans may stand as text.
const CONDITION: &str = "Condition";

/// How alike two documents are, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Equivalence {
    /// They say different things.
    Different,
    /// IAM reads them alike.
    Iam,
    /// They are the same JSON.
    Json,
    /// They are the same text.
    Text,
}

/// How alike two documents are.
pub fn compare(a: &str, b: &str) -> Equivalence {
    if a == b {
        return Equivalence::Text;
    }
    let (Ok(a), Ok(b)) = (serde_json::from_str::<Value>(a), serde_json::from_str::<Value>(b)) else {
        return Equivalence::Different;
    };
    if a == b {
        Equivalence::Json
    } else if normalized(a, "") == normalized(b, "") {
        Equivalence::Iam
    } else {
        Equivalence::Different
    }
}

/// Whether two documents are the same to IAM.
pub fn is_equivalent(a: &str, b: &str) -> bool {
    compare(a, b) > Equivalence::Different
}

/// A value in the one form of all that IAM reads alike. `member` is the name that it stands under, which for
/// all in a condition is `Condition`.
fn normalized(value: Value, member: &str) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(|item| normalized(item, member)).collect();
            items.sort_by_cached_key(Value::to_string);
            match items.len() {
                1 => items.remove(0),
                _ => Value::Array(items),
            }
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let value = normalized(value, if member == CONDITION { member } else { &name });
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::String(text) if member == "AWS" => Value::String(account_of_root(text)),
        Value::Number(_) | Value::Bool(_) if member == CONDITION => Value::String(value.to_string()),
        other => other,
    }
}

/// The account id of a root principal's ARN; anything else as it is.
fn account_of_root(principal: String) -> String {
    let fields: Vec<&str> = principal.split(':').collect();
    match fields.as_slice() {
        ["arn", _, "iam", "", account, "root"] => (*account).to_owned(),
        _ => principal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::text(r#"{"a":1}"#, r#"{"a":1}"#, Equivalence::Text)]
    #[case::text_that_is_no_json("x", "x", Equivalence::Text)]
    #[case::other_text("x", "y", Equivalence::Different)]
    #[case::white_space(r#"{"a":1}"#, r#"{ "a": 1 }"#, Equivalence::Json)]
    #[case::order_of_members(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, Equivalence::Json)]
    #[case::list_of_one(r#"{"Action":"x"}"#, r#"{"Action":["x"]}"#, Equivalence::Iam)]
    #[case::order_of_a_list(r#"{"Action":["x","y"]}"#, r#"{"Action":["y","x"]}"#, Equivalence::Iam)]
    #[case::root(
        r#"{"Principal":{"AWS":"123456789012"}}"#,
        r#"{"Principal":{"AWS":["arn:aws-cn:iam::123456789012:root"]}}"#,
        Equivalence::Iam
    )]
    #[case::another_account(
        r#"{"Principal":{"AWS":"123456789012"}}"#,
        r#"{"Principal":{"AWS":"arn:aws:iam::210987654321:root"}}"#,
        Equivalence::Different
    )]
    #[case::a_user_is_no_root(
        r#"{"Principal":{"AWS":"123456789012"}}"#,
        r#"{"Principal":{"AWS":"arn:aws:iam::123456789012:user/root"}}"#,
        Equivalence::Different
    )]
    #[case::a_lost_item(r#"{"Action":["x","y"]}"#, r#"{"Action":["x"]}"#, Equivalence::Different)]
    #[case::a_number_for_a_string(r#"{"a":"1"}"#, r#"{"a":1}"#, Equivalence::Different)]
    #[case::a_boolean_in_a_condition(
        r#"{"Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
        r#"{"Condition":{"Bool":{"aws:SecureTransport":[true]}}}"#,
        Equivalence::Iam
    )]
    #[case::another_boolean_in_a_condition(
        r#"{"Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
        r#"{"Condition":{"Bool":{"aws:SecureTransport":false}}}"#,
        Equivalence::Different
    )]
    fn documents_compare(#[case] a: &str, #[case] b: &str, #[case] expected: Equivalence) {
        assert_eq!(compare(a, b), expected);
        assert_eq!(compare(b, a), expected);
    }
}
