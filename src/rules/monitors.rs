//! Monitors: rules that look at every exchange, so that one broken habit of an endpoint is one
//! finding and not one in every rule.

use super::{MonitorOutcome, Rule, Wrong, monitor};
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

/// The answer to a request that keeps to the protocol.
fn answer(exchange: &Exchange) -> Option<&Response> {
    exchange.response().filter(|_| !exchange.off_protocol)
}

/// A success.
fn success(exchange: &Exchange) -> Option<&Response> {
    answer(exchange).filter(|_| matches!(exchange.outcome(), Outcome::Success(_)))
}

/// A refusal, with its code if it has one.
fn refusal(exchange: &Exchange) -> Option<(Option<String>, &Response)> {
    match exchange.outcome() {
        Outcome::Refused { code, answer } if !exchange.off_protocol => Some((code, answer)),
        _ => None,
    }
}

fn error_code(exchange: &Exchange) -> MonitorOutcome {
    let (code, answer) = refusal(exchange)?;
    if is_of_gateway(answer) || (300..400).contains(&answer.status) || answer.status >= 500 && code.is_none()
    {
        return None;
    }
    match code {
        Some(code) if answer.status < 300 => wrong(
            format!("status-{}", answer.status),
            Level::Must,
            format!("{code} with a status of 400 or above"),
            describe(exchange),
        ),
        Some(code) => match answer.body_code().filter(|other| *other != code) {
            // Some clients read the one, some the other.
            Some(other) => wrong(
                "two-codes",
                Level::Should,
                "the same code in x-amzn-errortype and in the body",
                format!("{code} in the one, {other} in the other"),
            ),
            None => FINE,
        },
        None if echoes_surrogates(exchange, answer) => None,
        None => wrong(
            "no-code",
            Level::Must,
            "an error code in x-amzn-errortype, __type or code",
            format!("HTTP {} with {}", answer.status, excerpt(answer)),
        ),
    }
}

fn error_status(exchange: &Exchange) -> MonitorOutcome {
    let (code, answer) = refusal(exchange)?;
    let code = code.filter(|_| answer.status >= 300)?;
    let documented = match model(exchange.request.service).statuses(&code) {
        Some(statuses) => statuses.to_vec(),
        // Section "Constraint breaches": 400. No status is documented for the others.
        None if code == "ValidationException" => vec![400],
        None => return None,
    };
    if documented.is_empty() || documented.contains(&answer.status) {
        return FINE;
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
    let (code, answer) = refusal(exchange)?;
    let code = code.filter(|_| answer.status < 500)?;
    let (service, operation) = (exchange.request.service, &exchange.request.operation);
    let listed = model(service).operation(operation).map(|operation| operation.errors.as_slice());
    let known = listed.is_none_or(|errors| errors.contains(&code))
        || is_of_framework(&code)
        || is_throttle(&code)
        // PutResourcePolicy does not list the first, and refuses what breaks a constraint with it all the
        // same. The second was observed where nothing is documented of deleting what does not exist.
        || service == Service::Xray
            && ["InvalidRequestException", "ResourceNotFoundException"].contains(&code.as_str())
        // CopyProjectVersion does not list it: it is what S3 members are refused with.
        || operation == "CopyProjectVersion" && code == "InvalidS3ObjectException";
    if known {
        return FINE;
    }
    wrong(
        format!("{operation}-{code}"),
        Level::Should,
        format!("one of the errors of {operation}"),
        describe(exchange),
    )
}

fn success_status(exchange: &Exchange) -> MonitorOutcome {
    match success(exchange)?.status {
        200 => FINE,
        status => wrong(format!("status-{status}"), Level::Must, "HTTP 200", describe(exchange)),
    }
}

fn server_error(exchange: &Exchange) -> MonitorOutcome {
    let own = matches!(exchange.label.as_str(), "read" | "clean-up" | "lease" | "await" | "survey");
    let answer = answer(exchange)?;
    // What is not implemented costs coverage, and is no error of the service's.
    if !(own || exchange.well_formed) || is_not_implemented(exchange) {
        return None;
    }
    let code = answer.code();
    if answer.status < 500 || code.as_deref().is_some_and(is_throttle) || answer.status == 503 {
        return FINE;
    }
    // Judged calls have rules of their own, which try again before they are violated.
    let documented = code.as_deref().is_some_and(|code| {
        model(exchange.request.service).statuses(code).is_some_and(|statuses| statuses.contains(&400))
    });
    if documented {
        return FINE;
    }
    wrong(
        format!("{}-{}", exchange.request.operation, answer.status),
        Level::Should,
        "no server error for a well-formed request",
        describe(exchange),
    )
}

fn response_types(exchange: &Exchange) -> MonitorOutcome {
    let answer = success(exchange)?;
    let operation = model(exchange.request.service).operation(&exchange.request.operation)?;
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return match operation.output.members.is_empty() {
            true => FINE,
            false => wrong("no-body", Level::Must, "a JSON object", "an empty body"),
        };
    }
    match answer.json() {
        Some(body @ Value::Object(_)) => match mistyped_member("", &operation.output, body) {
            None => FINE,
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
    let (typed, answer) = (exchange.typed.as_ref()?, exchange.response()?);
    if echoes_surrogates(exchange, answer) {
        return None;
    }
    let wire = answer.code();
    let success = matches!(exchange.outcome(), Outcome::Success(_));
    match typed {
        Typed::NoResponse => None,
        // An error with a status of success is the finding of another monitor.
        Typed::Success | Typed::Error(_) if (answer.status < 300) != success => None,
        Typed::Success if success => FINE,
        Typed::Error(code) if !success && (*code == wire || wire.is_none()) => FINE,
        // What does not parse for want of JSON is another monitor's finding.
        Typed::Unreadable(_) if answer.json().is_none() => None,
        Typed::Unreadable(_) if success && matches!(response_types(exchange), Some(Err(_))) => None,
        Typed::Unreadable(reason) => wrong(
            format!("{}-unreadable", exchange.request.operation),
            Level::Must,
            "an answer that the SDK's client reads",
            format!("{reason}: HTTP {} with {}", answer.status, excerpt(answer)),
        ),
        Typed::Success | Typed::Error(_) => wrong(
            format!("{}-disagrees", exchange.request.operation),
            Level::Must,
            wire.map_or("a success, as on the wire".to_owned(), |code| format!("{code}, as on the wire")),
            match typed {
                Typed::Error(Some(code)) => format!("the SDK's client reports {code}"),
                Typed::Error(None) => "the SDK's client reports an error without a code".to_owned(),
                _ => "the SDK's client reports a success".to_owned(),
            },
        ),
    }
}

/// Whether a response repeats a lone surrogate of its request, which JSON can write and no parser takes.
fn echoes_surrogates(exchange: &Exchange, answer: &Response) -> bool {
    let has_surrogate = |body: &[u8]| body.windows(3).any(|three| three.eq_ignore_ascii_case(br"\ud"));
    answer.json().is_none() && has_surrogate(&answer.body) && has_surrogate(&exchange.request.body)
}

fn request_id(exchange: &Exchange) -> MonitorOutcome {
    let answer = answer(exchange).filter(|answer| !is_of_gateway(answer))?;
    match answer.header("x-amzn-requestid").or(answer.header("x-amz-request-id")) {
        Some(id) if !id.trim().is_empty() => FINE,
        _ => wrong("missing", Level::Should, "a header x-amzn-requestid", describe(exchange)),
    }
}

fn content_type(exchange: &Exchange) -> MonitorOutcome {
    let answer = answer(exchange).filter(|answer| !is_of_gateway(answer))?;
    if answer.body.is_empty() || answer.json().is_none() {
        return None;
    }
    let expected = match model(exchange.request.service).protocol {
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::RestJson1 => "application/json",
    };
    let media_type =
        answer.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim());
    match media_type {
        Some(found) if found.eq_ignore_ascii_case(expected) => FINE,
        found => wrong(
            "other",
            Level::Should,
            format!("content-type: {expected}"),
            found.map_or("no content-type".to_owned(), |found| format!("content-type: {}", cut(found))),
        ),
    }
}

fn redirect(exchange: &Exchange) -> MonitorOutcome {
    let answer = answer(exchange)?;
    if !(300..400).contains(&answer.status) {
        return FINE;
    }
    wrong(
        format!("status-{}", answer.status),
        Level::Must,
        "an answer",
        format!("HTTP {} to {}", answer.status, cut(answer.header("location").unwrap_or("nowhere"))),
    )
}

const FINE: MonitorOutcome = Some(Ok(()));

fn wrong(
    class: impl Into<String>,
    level: Level,
    expected: impl Into<String>,
    observed: impl Into<String>,
) -> MonitorOutcome {
    Some(Err(Wrong { class: class.into(), level, expected: expected.into(), observed: observed.into() }))
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
