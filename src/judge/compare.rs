//! Comparing one exchange with what its rule expects of it.

use super::finding::{Class, Judgement, Unknown, Violation};
use super::read_back::{after_refusal, after_success, shows_nothing, states_around};
use super::state::{Change, Kind, Model, Refusals, Room};
use crate::exchange::{Exchange, Outcome, Recorded, Response, Trace, describe, is_throttled};
use crate::rules::expectation::{After, Alternative, Check, Context, Expectation, Level, Levels};
use crate::service::{Resource, is_documented, resource_created_by};
use serde_json::Value;

/// Compares the exchange of a step with an expectation.
pub(super) fn compare(
    expectation: &Expectation,
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
) -> Judgement {
    let (narrowed, by_state) = (narrowed(expectation, recorded, at, exchange), expectation.by_state);
    let expectation = narrowed.as_ref().unwrap_or(expectation);
    let levels = &expectation.levels;
    let limit = || by_state.then(|| limit_judged(recorded, at, exchange)).flatten().unwrap_or_default();
    let wrong = |class: Class, level: Level| {
        Judgement::Violates(vec![Violation {
            class,
            level,
            expected: format!("{expectation}{}", limit()),
            observed: describe(exchange),
            label: exchange.label.clone(),
        }])
    };
    match exchange.outcome() {
        Outcome::NoResponse(error) => match expectation.answered {
            Some(level) if has_response_after(recorded, at) => wrong(Class::NoResponse, level),
            _ => Judgement::Inconclusive(Unknown::NoResponse(error.detail.clone())),
        },
        Outcome::Refused { answer, .. } if is_throttled(answer) => {
            Judgement::Inconclusive(Unknown::Throttled(describe(exchange)))
        }
        Outcome::Success(response) if response.is_unreadable() => Judgement::Inconclusive(
            Unknown::NoResponse("the answer says success, and is no JSON (a monitor's finding)".to_owned()),
        ),
        Outcome::Success(response) => match success(expectation, recorded, at, exchange, response) {
            None => wrong(Class::Accepted, levels.accepted),
            Some(found) if found.is_empty() => match shows_nothing(recorded, at, exchange) {
                Some(reason) => Judgement::NotApplicable(reason),
                None => Judgement::Conforms,
            },
            Some(found) => Judgement::Violates(found),
        },
        Outcome::Refused { code, answer } => {
            let by_code = expectation.accept.iter().any(|one| match (one, &code) {
                (Alternative::Refusal(codes), Some(code)) => {
                    codes.contains(&code.as_str()) && answer.status < 500
                }
                _ => false,
            });
            // Where all but a server error is accepted, to be sent elsewhere is too.
            let least = if expectation.is_refusal() { 400 } else { 300 };
            let by_status = ((least..500).contains(&answer.status) || answer.status == 501)
                && expectation.accept.iter().any(|one| matches!(one, Alternative::AnyRefusal));
            let refusals = expectation.accept.iter().any(|one| matches!(one, Alternative::Refusal(_)));
            if by_code || by_status {
                return match after_refusal(recorded, at, levels.state, exchange) {
                    Some(violation) => Judgement::Violates(vec![violation]),
                    None => Judgement::Conforms,
                };
            }
            // The project was made up, so that there being none is a reason to refuse anything.
            if recorded.invented && code.as_deref() == Some("ResourceNotFoundException") {
                return match expectation.is_refusal() {
                    true => Judgement::Conforms,
                    false => Judgement::NotApplicable("no project could be leased".to_owned()),
                };
            }
            if let Some(reason) = code.as_deref().and_then(|code| no_room(recorded, at, exchange, code)) {
                return Judgement::NotApplicable(reason);
            }
            match code {
                _ if answer.status >= 500 => wrong(Class::ServerError, Level::Must),
                _ if answer.status < 400 => wrong(Class::Status(answer.status), Level::Must),
                code if !refusals => wrong(Class::Refused(code), levels.refused),
                Some(code) if is_documented(exchange.request.service, &code) => {
                    wrong(Class::Code(code), levels.other_code)
                }
                Some(code) => wrong(Class::Code(code), levels.unknown_code),
                None => Judgement::Inconclusive(Unknown::Unreadable(
                    "the refusal has no code that a client could find (a monitor's finding)".to_owned(),
                )),
            }
        }
    }
}

/// The expectation as the case's other steps narrow it, if they do.
fn narrowed(
    expectation: &Expectation,
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
) -> Option<Expectation> {
    if expectation.given.is_some() {
        return expectation.narrowed(recorded, exchange);
    }
    if !expectation.by_state {
        return None;
    }
    let (resource, change) = Change::of(exchange)?;
    let model = Model::before(recorded, at, resource, &change.scope)?;
    let allowed = model.allowed(&change);
    let mut accept = Vec::new();
    if allowed.success {
        accept.extend(expectation.accept.iter().find_map(|one| match one {
            Alternative::Success { .. } if change.kind == Kind::Delete => {
                Some(Alternative::Success { checks: Vec::new(), after: After::Gone })
            }
            // Putting what is there already may or may not be a change.
            Alternative::Success { after, .. } if model.is_there(&change) => {
                Some(Alternative::Success { checks: Vec::new(), after: *after })
            }
            Alternative::Success { .. } => Some(one.clone()),
            _ => None,
        }));
    }
    match allowed.refusals {
        Refusals::None => {}
        Refusals::By(codes) => accept.push(Alternative::Refusal(codes)),
        Refusals::Any => accept.push(Alternative::AnyRefusal),
    }
    let levels = if allowed.level == Level::Must { expectation.levels } else { Levels::all(allowed.level) };
    let narrower = Expectation { accept, levels, given: None, by_state: false, ..expectation.clone() };
    Some(narrower.capped(expectation.most))
}

/// Whether the target answers after a step: what gets no response before it does is what the step sent, and no
/// target that is away.
fn has_response_after(recorded: &Recorded, at: usize) -> bool {
    let mut later = recorded.traces.iter().skip(at + 1).flat_map(Trace::exchanges);
    later.any(|exchange| exchange.response().is_some())
}

/// The limit that a creation is judged by, in words: documents and quotas may name several.
fn limit_judged(recorded: &Recorded, at: usize, exchange: &Exchange) -> Option<String> {
    let (resource, change) = Change::of(exchange)?;
    let model = Model::before(recorded, at, resource, &change.scope)?;
    if change.kind == Kind::Delete || model.is_there(&change) {
        return None;
    }
    let limits: Vec<String> = model.limits.iter().map(ToString::to_string).collect();
    let stated = (resource.limit.stated)(&recorded.quotas).is_some();
    let source = if stated { "as [quotas] states" } else { "as the sources give it" };
    (!limits.is_empty()).then(|| format!(" (the limit is {}, {source})", limits.join(" or ")))
}

/// What is wrong with a success; none where no success is among the alternatives. Several successes
/// are several defensible readings: the one that fits best counts.
fn success(
    expectation: &Expectation,
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
    response: &Response,
) -> Option<Vec<Violation>> {
    let successes = expectation.accept.iter().filter_map(|one| match one {
        Alternative::Success { checks, after } => Some((checks, *after)),
        _ => None,
    });
    successes
        .map(|(checks, after)| {
            let mut found = failed(checks, recorded, at, exchange, response);
            found.extend(after_success(recorded, at, after, expectation.levels.state, &exchange.label));
            found
        })
        .min_by_key(Vec::len)
}

/// The checks of a success that fail.
fn failed(
    checks: &[Check],
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
    response: &Response,
) -> Vec<Violation> {
    let (before, after) = states_around(recorded, at);
    let input = exchange.request.input().unwrap_or(&Value::Null);
    let output = response.json().unwrap_or(&Value::Null);
    let context = Context { exchange, input, output, before, after, recorded };
    let violation = |check: &Check| {
        let observed = (check.test)(&context).err()?;
        Some(Violation {
            class: Class::Check(check.class.into()),
            level: check.level,
            expected: format!("success with {}", check.states),
            observed,
            label: exchange.label.clone(),
        })
    };
    checks.iter().filter_map(violation).collect()
}

/// Why a creation may have been refused for want of room, if its code says so: with what belongs to
/// others, a documented limit is reached. What earlier cases left is seen where the case reads.
fn no_room(recorded: &Recorded, at: usize, exchange: &Exchange, code: &str) -> Option<String> {
    let resource = resource_created_by(&exchange.request.operation)?;
    if resource.scope.is_some() || !resource.limit.codes.contains(&code) {
        return None;
    }
    let Some(others) = recorded.preexisting else {
        return Some(format!("{code}: how many there are already is not known"));
    };
    let limit = resource.limit.least(&recorded.quotas)?;
    let full = || format!("{code}: there are {others} of others already, and {limit} is a limit");
    match Model::before(recorded, at, resource, &Value::Null) {
        Some(model) => {
            let others = model.occupied.map_or(others, |(_, most)| most);
            (others > 0 && model.room() != Room::Yes).then(full)
        }
        None if resource.versions.is_some() => Some(format!(
            "{code}: how many there are already is not known, since the case does not list them"
        )),
        None => (others > 0 && made(recorded, at, resource) + others >= limit).then(full),
    }
}

/// How many of a resource the calls before a step created.
fn made(recorded: &Recorded, at: usize, resource: &Resource) -> usize {
    let earlier = recorded.traces[..at].iter().flat_map(|trace| trace.exchanges());
    earlier
        .filter(|earlier| {
            earlier.request.operation == resource.create && matches!(earlier.outcome(), Outcome::Success(_))
        })
        .count()
}
