//! What rules read in policies and in the answers about them.

use serde_json::Value;

pub(super) fn revision_of(answer: &Value) -> Option<&str> {
    answer.get("PolicyRevisionId").and_then(Value::as_str)
}

pub(super) fn is_revision(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}
