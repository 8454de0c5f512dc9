//! How a stored document is shown.

use serde_json::{Value, json};

use crate::faults::Defect;
use crate::service::Service;
use crate::state::Call;
use crate::variants::Reading;

/// Where a narrow column ends, in characters.
const COLUMN: usize = 255;

/// A document as a response carries it: the text that was put, unless a switch says otherwise.
pub(crate) fn shown(call: &Call<'_>, document: &str) -> Value {
    let switches = call.switches;
    let defects = match call.operation.service() {
        Service::XRay => &XRAY,
        Service::Rekognition => &REKOGNITION,
    };
    if switches.has(defects.object) {
        return serde_json::from_str(document).unwrap_or(Value::Null);
    }
    let mangled = if switches.has(defects.percent) {
        percent_encoded(document)
    } else if switches.has(defects.ascii) {
        document.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
    } else if switches.has(defects.mojibake) {
        document.bytes().map(char::from).collect()
    } else if switches.has(defects.truncated) {
        document.chars().take(COLUMN).collect()
    } else if switches.has(defects.unescaped) {
        document.replace('\\', "")
    } else if switches.has(defects.lower_case) {
        document.to_lowercase()
    } else if switches.has(defects.twice_encoded) {
        json!(document).to_string()
    } else if switches.has(defects.html_escaped) {
        document.replace('"', "&quot;")
    } else if switches.has(defects.first_statement) {
        with_first_statement(document)
    } else if switches.has(defects.no_condition) {
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
struct Defects {
    object: Defect,
    percent: Defect,
    ascii: Defect,
    mojibake: Defect,
    truncated: Defect,
    unescaped: Defect,
    lower_case: Defect,
    twice_encoded: Defect,
    html_escaped: Defect,
    first_statement: Defect,
    no_condition: Defect,
}

const XRAY: Defects = Defects {
    object: Defect::XDocumentObject,
    percent: Defect::XDocumentPercentEncoded,
    ascii: Defect::XDocumentAscii,
    mojibake: Defect::XDocumentMojibake,
    truncated: Defect::XDocumentTruncated,
    unescaped: Defect::XDocumentUnescaped,
    lower_case: Defect::XDocumentLowerCase,
    twice_encoded: Defect::XDocumentTwiceEncoded,
    html_escaped: Defect::XDocumentHtmlEscaped,
    first_statement: Defect::XDocumentFirstStatement,
    no_condition: Defect::XDocumentNoCondition,
};

const REKOGNITION: Defects = Defects {
    object: Defect::RDocumentObject,
    percent: Defect::RDocumentPercentEncoded,
    ascii: Defect::RDocumentAscii,
    mojibake: Defect::RDocumentMojibake,
    truncated: Defect::RDocumentTruncated,
    unescaped: Defect::RDocumentUnescaped,
    lower_case: Defect::RDocumentLowerCase,
    twice_encoded: Defect::RDocumentTwiceEncoded,
    html_escaped: Defect::RDocumentHtmlEscaped,
    first_statement: Defect::RDocumentFirstStatement,
    no_condition: Defect::RDocumentNoCondition,
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
