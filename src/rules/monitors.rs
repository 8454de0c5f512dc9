//! Monitors: rules that look at every exchange, so that one broken habit of an endpoint is one
//! finding and not one in every rule.

use super::{MonitorOutcome, Rule, monitor};
use crate::exchange::{Exchange, Outcome, Response, Typed, describe, is_not_implemented, is_of_gateway};
use crate::rules::clauses::keys_under;
use crate::rules::expectation::Level;
use crate::service::{is_of_framework, is_throttle};
use aws_conformance_generators::model::{Kind, Protocol, Shape, Structure, model};
use aws_conformance_generators::plan::Service;
use serde_json::Value;

/// The monitors of both services.
pub(super) fn rules() -> Vec<Rule> {
    Service::ALL.into_iter().flat_map(of_service).collect()
}

fn of_service(service: Service) -> Vec<Rule> {
    let of = |name: &str, level, keys: &[&str], varies: &str, look| {
        monitor(&format!("{service}.monitor.{name}"), level, keys, varies, look)
    };
    // What only the documents of one of the services say.
    let own = |rekognition: &'static [&'static str], xray: &'static [&'static str]| match service {
        Service::Rekognition => rekognition,
        Service::Xray => xray,
    };
    let statuses: Vec<&str> = keys_under(&format!("{service}.status.")).collect();
    let outputs: Vec<&str> = keys_under(&format!("{service}.output.")).collect();
    vec![
        of(
            "error-code",
            Level::Must,
            &[&["protocol.error", ".error.code"], own(&[".error.body"], &[])].concat(),
            "where clients find the code of an error",
            error_code,
        ),
        of(
            "error-status",
            Level::Must,
            &[&[".error.status", ".error.validation"], own(&[".error.status-400"], &[]), &statuses].concat(),
            "the status that an error comes with",
            error_status,
        ),
        of(
            "error-known",
            Level::Should,
            &[".error.listed", own(&[".put.eleven-errors"], &[".put.six-errors"])[0], "protocol.validation"],
            "the codes of errors",
            error_known,
        ),
        of("success-status", Level::Must, &[".answer.status"], "the status of a success", success_status),
        of(
            "server-error",
            Level::Must,
            &[own(&[".error.own"], &[]), &["protocol.failure"]].concat(),
            "answers to set-up, reads and clean-up",
            server_error,
        ),
        of(
            "response-types",
            Level::Must,
            &[
                &["protocol.answer-types", ".answer.time", ".delete.output"],
                own(&[".answer.json", ".answer.empty"], &[]),
                &outputs,
            ]
            .concat(),
            "the types of an answer's members",
            response_types,
        ),
        of(
            "typed-client",
            Level::Must,
            &["protocol.answer-readable", "protocol.error-code"],
            "what the typed SDK client makes of an answer",
            typed_client,
        ),
        of(
            "request-id",
            Level::Should,
            &[&["protocol.request-id"], own(&[".error.request-id"], &[])].concat(),
            "the request id of an answer",
            request_id,
        ),
        of(
            "content-type",
            Level::Should,
            &["protocol.content-type", ".answer.content-type"],
            "the content type of an answer with a body",
            content_type,
        ),
        of(
            "redirect",
            Level::Must,
            &["protocol.error", ".answer.status", "protocol.no-redirection"],
            "answers that point elsewhere",
            redirect,
        ),
    ]
}

fn error_code(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Outcome::Refused { code, answer } = exchange.outcome() else { return MonitorOutcome::Irrelevant };
    if is_of_gateway(answer) || (300..400).contains(&answer.status) || answer.status >= 500 && code.is_none()
    {
        return MonitorOutcome::Irrelevant;
    }
    match code {
        Some(code) if answer.status < 300 => wrong(
            format!("status-{}", answer.status),
            Level::Must,
            format!("{code} with a status of 400 or above"),
            describe(exchange),
        ),
        Some(_) => MonitorOutcome::Fine,
        None => wrong(
            "no-code",
            Level::Must,
            "an error code in x-amzn-errortype, __type or code",
            format!("HTTP {} with {}", answer.status, excerpt(answer)),
        ),
    }
}

fn error_status(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Outcome::Refused { code: Some(code), answer } = exchange.outcome() else {
        return MonitorOutcome::Irrelevant;
    };
    if answer.status < 300 {
        return MonitorOutcome::Irrelevant;
    }
    let documented = match model(exchange.request.service).statuses(&code) {
        Some(statuses) => statuses.to_vec(),
        // Section "Constraint breaches": 400. No status is documented for the others.
        None if code == "ValidationException" => vec![400],
        None => return MonitorOutcome::Irrelevant,
    };
    if documented.is_empty() || documented.contains(&answer.status) {
        return MonitorOutcome::Fine;
    }
    let wanted: Vec<String> = documented.iter().map(u16::to_string).collect();
    wrong(
        format!("{code}-{}", answer.status),
        Level::Must,
        format!("{code} with HTTP {}", wanted.join(" or ")),
        describe(exchange),
    )
}

fn error_known(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Outcome::Refused { code: Some(code), answer } = exchange.outcome() else {
        return MonitorOutcome::Irrelevant;
    };
    if answer.status >= 500 {
        return MonitorOutcome::Irrelevant;
    }
    let model = model(exchange.request.service);
    let listed = model.operation(&exchange.request.operation).map(|operation| operation.errors.as_slice());
    let known = listed.is_none_or(|errors| errors.contains(&code))
        || is_of_framework(&code)
        || is_throttle(&code)
        // PutResourcePolicy does not list it, and refuses what breaks a constraint with it all the same.
        || (exchange.request.service == Service::Xray && code == "InvalidRequestException")
        // Observed where nothing is documented of deleting what does not exist.
        || (exchange.request.service == Service::Xray && code == "ResourceNotFoundException");
    if known {
        return MonitorOutcome::Fine;
    }
    wrong(
        format!("{}-{code}", exchange.request.operation),
        Level::Should,
        format!("one of the errors of {}", exchange.request.operation),
        describe(exchange),
    )
}

fn success_status(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Outcome::Success(answer) = exchange.outcome() else { return MonitorOutcome::Irrelevant };
    if answer.status == 200 {
        return MonitorOutcome::Fine;
    }
    wrong(format!("status-{}", answer.status), Level::Must, "HTTP 200", describe(exchange))
}

fn server_error(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let own = matches!(exchange.label.as_str(), "read" | "clean-up" | "lease" | "await" | "survey");
    let Some(answer) = exchange.response() else { return MonitorOutcome::Irrelevant };
    // What is not implemented costs coverage, and is no error of the service's.
    if !(own || exchange.well_formed) || is_not_implemented(exchange) {
        return MonitorOutcome::Irrelevant;
    }
    let code = answer.code();
    if answer.status < 500 || code.as_deref().is_some_and(is_throttle) || answer.status == 503 {
        return MonitorOutcome::Fine;
    }
    // Judged calls have rules of their own, which try again before they are violated.
    let documented = code.as_deref().is_some_and(|code| {
        model(exchange.request.service).statuses(code).is_some_and(|statuses| statuses.contains(&400))
    });
    if documented {
        return MonitorOutcome::Fine;
    }
    wrong(
        format!("{}-{}", exchange.request.operation, answer.status),
        Level::Should,
        "no server error for a well-formed request",
        describe(exchange),
    )
}

fn response_types(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Outcome::Success(answer) = exchange.outcome() else { return MonitorOutcome::Irrelevant };
    let Some(operation) = model(exchange.request.service).operation(&exchange.request.operation) else {
        return MonitorOutcome::Irrelevant;
    };
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        let needs_body = !operation.output.members.is_empty();
        return if needs_body {
            wrong("no-body", Level::Must, "a JSON object", "an empty body")
        } else {
            MonitorOutcome::Fine
        };
    }
    match answer.json() {
        Some(body @ Value::Object(_)) => match mistyped_member("", &operation.output, body) {
            None => MonitorOutcome::Fine,
            Some((path, expected, found)) => wrong(
                format!("{}{}", operation.name, path.replace(['[', ']'], "")),
                Level::Must,
                format!("{path} as {expected}"),
                format!("{path} is {}", cut(&found.to_string())),
            ),
        },
        _ => wrong("no-object", Level::Must, "a JSON object", excerpt(answer)),
    }
}

/// The first member of another JSON type than the model's: its path, its type, its value.
fn mistyped_member<'a>(
    path: &str,
    structure: &Structure,
    value: &'a Value,
) -> Option<(String, &'static str, &'a Value)> {
    structure.members.iter().find_map(|member| {
        let found = value.get(&member.name).filter(|value| !value.is_null())?;
        mistyped(&format!("{path}.{}", member.name), &member.shape, found)
    })
}

fn mistyped<'a>(path: &str, shape: &Shape, value: &'a Value) -> Option<(String, &'static str, &'a Value)> {
    let (fits, expected) = match &shape.kind {
        Kind::String => (value.is_string(), "a string"),
        Kind::Boolean => (value.is_boolean(), "a boolean"),
        Kind::Integer => (value.is_i64() || value.is_u64(), "an integer"),
        Kind::Timestamp => (value.is_number(), "a number of seconds since the epoch"),
        Kind::Structure(structure) => {
            return match value {
                Value::Object(_) => mistyped_member(path, structure, value),
                _ => Some((path.to_owned(), "an object", value)),
            };
        }
        Kind::List(item) => {
            return match value {
                Value::Array(items) => {
                    items.iter().find_map(|value| mistyped(&format!("{path}[]"), item, value))
                }
                _ => Some((path.to_owned(), "a list", value)),
            };
        }
        Kind::Map(_, item) => {
            return match value {
                Value::Object(entries) => {
                    entries.values().find_map(|value| mistyped(&format!("{path}{{}}"), item, value))
                }
                _ => Some((path.to_owned(), "an object", value)),
            };
        }
    };
    (!fits).then(|| (path.to_owned(), expected, value))
}

fn typed_client(exchange: &Exchange) -> MonitorOutcome {
    let (Some(typed), Some(answer)) = (&exchange.typed, exchange.response()) else {
        return MonitorOutcome::Irrelevant;
    };
    let wire = answer.code();
    let success = matches!(exchange.outcome(), Outcome::Success(_));
    match typed {
        Typed::NoResponse => MonitorOutcome::Irrelevant,
        Typed::Success | Typed::Error(_) if (answer.status < 300) != success => {
            // An error with a status of success is the finding of another monitor.
            MonitorOutcome::Irrelevant
        }
        Typed::Success if success => MonitorOutcome::Fine,
        Typed::Error(code) if !success && (*code == wire || wire.is_none()) => MonitorOutcome::Fine,
        // What does not parse for want of JSON is another monitor's finding.
        Typed::Unreadable(_) if answer.json().is_none() => MonitorOutcome::Irrelevant,
        Typed::Unreadable(_)
            if success && matches!(response_types(exchange), MonitorOutcome::Wrong { .. }) =>
        {
            MonitorOutcome::Irrelevant
        }
        Typed::Unreadable(reason) => wrong(
            format!("{}-unreadable", exchange.request.operation),
            Level::Must,
            "an answer that the SDK's client reads",
            format!("{reason}: HTTP {} with {}", answer.status, excerpt(answer)),
        ),
        Typed::Success | Typed::Error(_) => wrong(
            format!("{}-disagrees", exchange.request.operation),
            Level::Must,
            format!("the code that stands on the wire: {wire:?}"),
            format!("the SDK's client reports {typed:?}"),
        ),
    }
}

fn request_id(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Some(answer) = exchange.response().filter(|answer| !is_of_gateway(answer)) else {
        return MonitorOutcome::Irrelevant;
    };
    match answer.header("x-amzn-requestid").or(answer.header("x-amz-request-id")) {
        Some(id) if !id.trim().is_empty() => MonitorOutcome::Fine,
        _ => wrong("missing", Level::Should, "a header x-amzn-requestid", describe(exchange)),
    }
}

fn content_type(exchange: &Exchange) -> MonitorOutcome {
    if exchange.off_protocol {
        return MonitorOutcome::Irrelevant;
    }
    let Some(answer) = exchange.response().filter(|answer| !is_of_gateway(answer)) else {
        return MonitorOutcome::Irrelevant;
    };
    if answer.body.is_empty() || answer.json().is_none() {
        return MonitorOutcome::Irrelevant;
    }
    let expected = match model(exchange.request.service).protocol {
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::RestJson1 => "application/json",
    };
    let media_type =
        answer.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim());
    match media_type {
        Some(found) if found.eq_ignore_ascii_case(expected) => MonitorOutcome::Fine,
        found => wrong(
            "other",
            Level::Should,
            format!("content-type: {expected}"),
            found.map_or("no content-type".to_owned(), |found| format!("content-type: {}", cut(found))),
        ),
    }
}

fn redirect(exchange: &Exchange) -> MonitorOutcome {
    match exchange.response() {
        Some(answer) if (300..400).contains(&answer.status) => wrong(
            format!("status-{}", answer.status),
            Level::Must,
            "an answer",
            format!("HTTP {} to {}", answer.status, cut(answer.header("location").unwrap_or("nowhere"))),
        ),
        Some(_) => MonitorOutcome::Fine,
        None => MonitorOutcome::Irrelevant,
    }
}

fn wrong(
    class: impl Into<String>,
    level: Level,
    expected: impl Into<String>,
    observed: impl Into<String>,
) -> MonitorOutcome {
    MonitorOutcome::Wrong { class: class.into(), level, expected: expected.into(), observed: observed.into() }
}

fn excerpt(answer: &Response) -> String {
    let kind = answer.header("content-type").unwrap_or("no content type");
    format!("{kind}: {}", cut(&String::from_utf8_lossy(&answer.body)))
}

/// As much of a text as a report needs.
fn cut(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
