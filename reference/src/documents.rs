//! How a stored document is shown.

use serde_json::{Value, json};

use crate::faults::Quirk;
use crate::service::Service;
use crate::state::Call;
use crate::variants::Reading;

/// Where a narrow column ends, in characters.
const COLUMN: usize = 255;

/// A document as an answer carries it: the text that was put, unless a switch says otherwise.
pub(crate) fn shown(call: &Call<'_>, document: &str) -> Value {
    let switches = call.switches;
    let quirks = match call.operation.service() {
        Service::XRay => &XRAY,
        Service::Rekognition => &REKOGNITION,
    };
    if switches.has(quirks.object) {
        return serde_json::from_str(document).unwrap_or(Value::Null);
    }
    let mangled = if switches.has(quirks.percent) {
        percent_encoded(document)
    } else if switches.has(quirks.ascii) {
        document.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
    } else if switches.has(quirks.mojibake) {
        document.bytes().map(char::from).collect()
    } else if switches.has(quirks.truncated) {
        document.chars().take(COLUMN).collect()
    } else if switches.has(quirks.unescaped) {
        document.replace('\\', "")
    } else if switches.has(quirks.lower_case) {
        document.to_lowercase()
    } else if switches.has(quirks.twice_encoded) {
        json!(document).to_string()
    } else if switches.has(quirks.html_escaped) {
        document.replace('"', "&quot;")
    } else if switches.has(quirks.first_statement) {
        with_first_statement(document)
    } else if switches.has(quirks.no_condition) {
        without_condition(document)
    } else if switches.reads(Reading::DocumentsReserialised) {
        serde_json::from_str::<Value>(document)
            .map_or_else(|_| document.to_owned(), |policy| policy.to_string())
    } else if switches.reads(Reading::DocumentsPretty) {
        serde_json::from_str::<Value>(document)
            .map_or_else(|_| document.to_owned(), |policy| format!("{policy:#}"))
    } else {
        document.to_owned()
    };
    Value::String(mangled)
}

/// The faults of a service's documents.
struct Quirks {
    object: Quirk,
    percent: Quirk,
    ascii: Quirk,
    mojibake: Quirk,
    truncated: Quirk,
    unescaped: Quirk,
    lower_case: Quirk,
    twice_encoded: Quirk,
    html_escaped: Quirk,
    first_statement: Quirk,
    no_condition: Quirk,
}

const XRAY: Quirks = Quirks {
    object: Quirk::XDocumentObject,
    percent: Quirk::XDocumentPercentEncoded,
    ascii: Quirk::XDocumentAscii,
    mojibake: Quirk::XDocumentMojibake,
    truncated: Quirk::XDocumentTruncated,
    unescaped: Quirk::XDocumentUnescaped,
    lower_case: Quirk::XDocumentLowerCase,
    twice_encoded: Quirk::XDocumentTwiceEncoded,
    html_escaped: Quirk::XDocumentHtmlEscaped,
    first_statement: Quirk::XDocumentFirstStatement,
    no_condition: Quirk::XDocumentNoCondition,
};

const REKOGNITION: Quirks = Quirks {
    object: Quirk::RDocumentObject,
    percent: Quirk::RDocumentPercentEncoded,
    ascii: Quirk::RDocumentAscii,
    mojibake: Quirk::RDocumentMojibake,
    truncated: Quirk::RDocumentTruncated,
    unescaped: Quirk::RDocumentUnescaped,
    lower_case: Quirk::RDocumentLowerCase,
    twice_encoded: Quirk::RDocumentTwiceEncoded,
    html_escaped: Quirk::RDocumentHtmlEscaped,
    first_statement: Quirk::RDocumentFirstStatement,
    no_condition: Quirk::RDocumentNoCondition,
};

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

fn with_first_statement(document: &str) -> String {
    rewritten(document, |policy| {
        if let Some(statements) = policy.get_mut("Statement").and_then(Value::as_array_mut) {
            statements.truncate(1);
        }
    })
}

fn without_condition(document: &str) -> String {
    rewritten(document, |policy| {
        let Some(statement) = policy.get_mut("Statement") else {
            return;
        };
        if let Some(entry) = statement.as_object_mut() {
            entry.remove("Condition");
        }
        for entry in statement.as_array_mut().into_iter().flatten() {
            if let Some(entry) = entry.as_object_mut() {
                entry.remove("Condition");
            }
        }
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
