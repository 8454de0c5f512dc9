//! Resource policies: how they are found, and how responses carry them.

use serde_json::{Map, Value, json};

use crate::documents;
use crate::faults::Defect;
use crate::names;
use crate::service::Operation;
use crate::state::{Call, ResourcePolicy, Tenant, milliseconds};
use crate::variants::Reading;

/// A policy as a response carries it.
pub(super) fn shape(
    call: &Call<'_>,
    policy: &ResourcePolicy,
    document: &str,
    revision: &str,
) -> Map<String, Value> {
    let milliseconds = milliseconds(policy.updated);
    let fractional =
        call.switches.reads(Reading::FractionalTimes) || call.switches.has(Defect::XListWholeSeconds);
    let updated = if fractional {
        json!(milliseconds as f64 / 1000.0)
    } else if call.switches.reads(Reading::IntegerTimes) {
        json!(milliseconds / 1000)
    } else {
        json!((milliseconds / 1000) as f64)
    };
    let name = match policy.name.parse() {
        Ok(number) if call.switches.has(Defect::XNamesNumeric) => Value::Number(number),
        _ => json!(policy.name),
    };
    Map::from_iter([
        ("PolicyName".to_owned(), name),
        ("PolicyDocument".to_owned(), documents::shown(call, document)),
        ("PolicyRevisionId".to_owned(), json!(revision)),
        ("LastUpdatedTime".to_owned(), updated),
    ])
}

/// Finds a policy by its name.
pub(super) fn position(tenant: &Tenant, call: &Call<'_>, name: &str) -> Option<usize> {
    let switches = call.switches;
    let policies = &tenant.resource_policies;
    let folded = switches.has(Defect::XNamesFolded)
        || switches.has(Defect::XDeleteFoldsNames) && call.operation == Operation::DeleteResourcePolicy;
    policies.iter().position(|policy| policy.name == name).or_else(|| {
        policies.iter().position(|policy| {
            folded && policy.name.eq_ignore_ascii_case(name)
                || switches.has(Defect::XNamesTruncated) && beginning(&policy.name) == beginning(name)
                || names::are_taken_for_one(call, &policy.name, name)
        })
    })
}

/// As much of a name as a narrow column holds.
pub(super) fn beginning(name: &str) -> &str {
    const COLUMN: usize = 64;
    name.char_indices().nth(COLUMN).map_or(name, |(end, _)| &name[..end])
}
