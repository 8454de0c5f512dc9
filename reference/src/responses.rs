//! The members of the outputs: how faults distort them, and what a success looks like when
//! nothing was done.

use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::faults::Response;
use crate::rekognition;
use crate::service::Operation;
use crate::state::Call;
use crate::switches::Switches;

/// Distorts an output as the faults say that are on.
pub(crate) fn deviated(
    operation: Operation,
    members: Map<String, Value>,
    switches: &Switches,
    now: SystemTime,
) -> Map<String, Value> {
    let mut output = Value::Object(members);
    for (path, how) in switches.response(operation) {
        distort(&mut output, path, how, now);
    }
    match output {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Distorts the members at `path`; `member` in it stands for every entry of a list.
fn distort(output: &mut Value, path: &str, how: Response, now: SystemTime) {
    match path.split_once('.') {
        Some(("member", rest)) => {
            for entry in output.as_array_mut().into_iter().flatten() {
                distort(entry, rest, how, now);
            }
        }
        Some((parent, rest)) => {
            if let Some(parent) = output.get_mut(parent) {
                distort(parent, rest, how, now);
            }
        }
        None => {
            if let Some(members) = output.as_object_mut()
                && let Some(value) = members.remove(path)
                && let Some((name, value)) = distorted(path, value, how, now)
            {
                members.insert(name, value);
            }
        }
    }
}

fn distorted(name: &str, value: Value, how: Response, now: SystemTime) -> Option<(String, Value)> {
    const DAY: f64 = 86_400.0;
    let seconds = value.as_f64().unwrap_or_default();
    let value = match how {
        Response::Missing => return None,
        Response::LowerCase => {
            let mut letters = name.chars();
            let first = letters.next()?.to_lowercase();
            return Some((first.chain(letters).collect(), value));
        }
        Response::Null => Value::Null,
        Response::Empty => json!(""),
        Response::WrongType => match value {
            Value::Number(number) => json!(number.to_string()),
            Value::Array(entries) => json!({ "member": entries }),
            other => json!([other]),
        },
        Response::IsoTime => json!(iso_time(seconds)),
        Response::Milliseconds => json!((seconds * 1000.0).round()),
        Response::Zero => json!(0),
        Response::Tomorrow => json!(seconds + DAY),
        Response::Now => {
            let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
            json!(now.as_millis() as f64 / 1000.0)
        }
    };
    Some((name.to_owned(), value))
}

/// A time as ISO 8601 writes it, in UTC.
fn iso_time(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days since the epoch to a date, by the era of 400 years that begins in March of year 0.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The response to a call that a fault takes for a good one though nothing can be done.
pub(crate) fn no_op(call: &Call<'_>) -> Map<String, Value> {
    let output = match call.operation {
        Operation::CreateProject => {
            let region = &call.scope.region;
            let account = &call.scope.account;
            json!({"ProjectArn": format!("arn:aws:rekognition:{region}:{account}:project/unnamed/1")})
        }
        Operation::DescribeProjects => json!({"ProjectDescriptions": []}),
        Operation::DeleteProject => json!({"Status": "DELETING"}),
        Operation::PutProjectPolicy => json!({"PolicyRevisionId": call.identifiers.hexadecimal()}),
        Operation::ListProjectPolicies => json!({"ProjectPolicies": []}),
        Operation::CopyProjectVersion => Value::Object(rekognition::accepted(call)),
        Operation::PutResourcePolicy => json!({"ResourcePolicy": {
            "PolicyName": call.text("PolicyName").unwrap_or_default(),
            "PolicyDocument": call.text("PolicyDocument").unwrap_or_default(),
            "PolicyRevisionId": "1",
            "LastUpdatedTime": call.milliseconds() / 1000,
        }}),
        Operation::ListResourcePolicies => json!({"ResourcePolicies": []}),
        Operation::DeleteProjectPolicy | Operation::DeleteResourcePolicy => json!({}),
    };
    match output {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times_are_dates() {
        assert_eq!(iso_time(0.0), "1970-01-01T00:00:00Z");
        assert_eq!(iso_time(1_709_210_096.5), "2024-02-29T12:34:56Z");
    }
}
