//! How a stored document is shown.

use serde_json::{Map, Value, json};

use crate::faults::Mangling;
use crate::state::Call;
use crate::variants::Reading;

/// Where a narrow column ends, in characters.
const COLUMN: usize = 255;

/// A document as a response carries it: the text that was put, unless a switch says otherwise.
pub(crate) fn shown(call: &Call<'_>, document: &str) -> Value {
    let switches = call.switches;
    let service = call.operation.service();
    if switches.mangles(service, Mangling::Object) {
        return serde_json::from_str(document).unwrap_or(Value::Null);
    }
    let mangled = MANGLINGS.iter().find(|(mangling, _)| switches.mangles(service, *mangling));
    let reading = READINGS.iter().find(|(reading, _)| switches.reads(*reading));
    let change = mangled.map(|(_, change)| change).or(reading.map(|(_, change)| change));
    Value::String(change.map_or_else(|| document.to_owned(), |change| change(document)))
}

/// A document with what an older one had behind its length.
pub(crate) fn with_tail(document: &str, old: &str) -> String {
    format!("{document}{}", old.get(document.len()..).unwrap_or_default())
}

/// Whether the statements of two documents have the same `Sid`s, and have any.
pub(crate) fn have_same_sids(document: &str, other: &str) -> bool {
    let sids = |document: &str| -> Vec<Value> {
        let policy = serde_json::from_str::<Value>(document).unwrap_or_default();
        let statements = policy.get("Statement").and_then(Value::as_array);
        statements.into_iter().flatten().filter_map(|entry| entry.get("Sid").cloned()).collect()
    };
    let sids_of_one = sids(document);
    !sids_of_one.is_empty() && sids_of_one == sids(other)
}

type Change = fn(&str) -> String;

/// What the faults make of a text.
const MANGLINGS: [(Mangling, Change); 29] = [
    (Mangling::PercentEncoded, percent_encoded),
    (Mangling::PercentDecoded, percent_decoded),
    (Mangling::PlusAsSpace, |document| document.replace('+', " ")),
    (Mangling::Ascii, |document| document.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()),
    (Mangling::Mojibake, |document| document.bytes().map(char::from).collect()),
    (Mangling::Truncated, |document| document.chars().take(COLUMN).collect()),
    (Mangling::Unescaped, |document| document.replace('\\', "")),
    (Mangling::EscapesDoubled, |document| document.replace('\\', "\\\\")),
    (Mangling::SpacesCollapsed, spaces_collapsed),
    (Mangling::LowerCase, str::to_lowercase),
    (Mangling::TwiceEncoded, |document| json!(document).to_string()),
    (Mangling::HtmlEscaped, |document| document.replace('"', "&quot;")),
    (Mangling::FirstStatement, |document| rewritten(document, first_statement)),
    (Mangling::NoCondition, |document| each_statement(document, |entry| drop(entry.remove("Condition")))),
    (Mangling::FirstConditionValue, |document| each_statement(document, first_condition_value)),
    (Mangling::FirstPrincipal, |document| each_statement(document, first_principal)),
    (Mangling::FirstKindOfPrincipal, |document| each_statement(document, first_kind_of_principal)),
    (Mangling::FirstResource, |document| {
        each_statement(document, |entry| entry.get_mut("Resource").into_iter().for_each(first_alone))
    }),
    (Mangling::Normalised, |document| {
        document.replace('µ', "μ").replace('ª', "a").replace('º', "o").replace('\u{a0}', " ")
    }),
    (Mangling::CutAtNul, |document| document.split("\\u0000").take(1).collect()),
    (Mangling::ControlsDropped, |document| document.replace(|c| ('\u{7f}'..='\u{9f}').contains(&c), "")),
    (Mangling::EmptyTextsDropped, |document| {
        each_statement(document, |entry| without_values(entry, &|value| *value == json!("")))
    }),
    (Mangling::NothingDropped, |document| {
        each_statement(document, |entry| {
            without_values(entry, &|value| value.is_null() || *value == json!([]));
        })
    }),
    (Mangling::FractionsCut, |document| rewritten(document, whole_numbers)),
    (Mangling::NoSid, |document| each_statement(document, |entry| drop(entry.remove("Sid")))),
    (Mangling::NoId, |document| {
        rewritten(document, |policy| drop(policy.as_object_mut().map(|policy| policy.remove("Id"))))
    }),
    (Mangling::ScalarsAsTexts, |document| rewritten(document, scalars_as_texts)),
    (Mangling::AccountsAsRoots, |document| each_statement(document, roots)),
    (Mangling::ListsOfOneCollapsed, |document| rewritten(document, without_lists_of_one)),
];

/// What the variants make of it: the same policy, written in another way.
const READINGS: [(Reading, Change); 2] = [
    (Reading::DocumentsReserialised, |document| {
        let policy = serde_json::from_str::<Value>(document);
        policy.map_or_else(|_| document.to_owned(), |policy| policy.to_string())
    }),
    (Reading::DocumentsPretty, |document| {
        let policy = serde_json::from_str::<Value>(document);
        policy.map_or_else(|_| document.to_owned(), |policy| format!("{policy:#}"))
    }),
];

fn percent_encoded(document: &str) -> String {
    let mut encoded = String::with_capacity(document.len() * 2);
    for byte in document.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// What a decoder of URLs makes of it; what is no UTF-8 afterwards stays.
fn percent_decoded(document: &str) -> String {
    let mut decoded = Vec::with_capacity(document.len());
    let mut rest = document.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if *first == b'%' => {
                decoded.push(byte);
                rest = &behind[2..];
            }
            _ => {
                decoded.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| document.to_owned())
}

fn spaces_collapsed(document: &str) -> String {
    let mut kept = String::with_capacity(document.len());
    for c in document.chars() {
        if c != ' ' || !kept.ends_with(' ') {
            kept.push(c);
        }
    }
    kept
}

fn first_statement(policy: &mut Value) {
    if let Some(statements) = policy.get_mut("Statement").and_then(Value::as_array_mut) {
        statements.truncate(1);
    }
}

/// The first of the values of each operator's keys, in a list of one.
fn first_condition_value(entry: &mut Map<String, Value>) {
    let operators = entry.get_mut("Condition").and_then(Value::as_object_mut);
    let keys = operators.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    for values in keys.flat_map(Map::values_mut).filter_map(Value::as_array_mut) {
        values.truncate(1);
    }
}

/// The conditions without these values, alone or in a list.
fn without_values(entry: &mut Map<String, Value>, is_gone: &dyn Fn(&Value) -> bool) {
    let operators = entry.get_mut("Condition").and_then(Value::as_object_mut);
    for keys in operators.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        keys.values_mut().filter_map(Value::as_array_mut).for_each(|values| {
            values.retain(|value| !is_gone(value));
        });
        keys.retain(|_, value| !is_gone(value));
    }
}

fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            *value = json!(number.as_f64().unwrap_or_default().trunc() as i64);
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

fn first_alone(values: &mut Value) {
    if let Some(values) = values.as_array_mut() {
        values.truncate(1);
    }
}

fn first_principal(entry: &mut Map<String, Value>) {
    let principals = entry.get_mut("Principal").and_then(Value::as_object_mut);
    principals.into_iter().flat_map(Map::values_mut).for_each(first_alone);
}

fn first_kind_of_principal(entry: &mut Map<String, Value>) {
    let Some(principals) = entry.get_mut("Principal").and_then(Value::as_object_mut) else { return };
    while principals.len() > 1 {
        let last = principals.keys().next_back().cloned();
        principals.remove(&last.unwrap_or_default());
    }
}

fn scalars_as_texts(value: &mut Value) {
    match value {
        Value::Bool(_) | Value::Number(_) => *value = json!(value.to_string()),
        Value::Array(items) => items.iter_mut().for_each(scalars_as_texts),
        Value::Object(members) => members.values_mut().for_each(scalars_as_texts),
        Value::Null | Value::String(_) => {}
    }
}

/// The accounts of a statement's principal as their root ARNs.
fn roots(entry: &mut Map<String, Value>) {
    let root = |one: &mut Value| {
        let account =
            one.as_str().filter(|text| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()));
        if let Some(account) = account {
            *one = json!(format!("arn:aws:iam::{account}:root"));
        }
    };
    match entry.get_mut("Principal").and_then(|principal| principal.get_mut("AWS")) {
        Some(Value::Array(accounts)) => accounts.iter_mut().for_each(root),
        Some(account) => root(account),
        None => {}
    }
}

fn without_lists_of_one(value: &mut Value) {
    match value {
        Value::Array(items) if items.len() == 1 && items[0].is_string() => *value = items.remove(0),
        Value::Array(items) => items.iter_mut().for_each(without_lists_of_one),
        Value::Object(members) => members.values_mut().for_each(without_lists_of_one),
        _ => {}
    }
}

/// The document with each of its statements changed.
fn each_statement(document: &str, change: impl Fn(&mut Map<String, Value>)) -> String {
    rewritten(document, |policy| match policy.get_mut("Statement") {
        Some(Value::Array(entries)) => entries.iter_mut().filter_map(Value::as_object_mut).for_each(change),
        Some(Value::Object(entry)) => change(entry),
        _ => {}
    })
}

/// The document changed in one place; its text stays as it is where nothing changes.
fn rewritten(document: &str, change: impl FnOnce(&mut Value)) -> String {
    let Ok(policy) = serde_json::from_str::<Value>(document) else {
        return document.to_owned();
    };
    let mut changed = policy.clone();
    change(&mut changed);
    if changed == policy { document.to_owned() } else { changed.to_string() }
}
