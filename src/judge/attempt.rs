//! Judging one attempt at a case.

use super::compare::compare;
use super::finding::{Class, Judgement, Mismatch, Unknown, Violation, shortened};
use super::read_back::{shows_nothing, unprepared};
use super::{linearizability, real};
use crate::exchange::{
    Exchange, Outcome, Recorded, Trace, TransportError, TransportErrorKind, describe, in_short,
    is_not_implemented, is_throttled,
};
use crate::rules::Rule;
use crate::rules::expectation::{Expectation, Level};
use crate::service::resource_listed_by;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{SETUP, Step};

/// Judges one attempt at a case by its rule.
pub fn judge_attempt(rule: &Rule, recorded: &Recorded) -> Judgement {
    match judge_responses(rule, recorded) {
        Judgement::Conforms => Judgement::Conforms,
        other if recorded.real => real::excuse(recorded).unwrap_or(other),
        other => other,
    }
}

fn judge_responses(rule: &Rule, recorded: &Recorded) -> Judgement {
    if recorded.interrupted {
        return Judgement::Inconclusive(Unknown::Interrupted);
    }
    let mut violations = Vec::new();
    let (mut unknown, mut out_of_reach) = (None, None);
    let mut carried_out = None;
    for (at, exchange, expect) in judged(recorded) {
        // What was carried out and should not have been explains whatever comes after it.
        if carried_out.is_some_and(|step| step < at) {
            break;
        }
        let Some(expectation) = rule.expectation(expect) else { continue };
        match compare(expectation, recorded, at, exchange) {
            Judgement::Conforms => {}
            Judgement::Violates(found) => {
                let is_accepted =
                    |one: &Violation| one.class == Class::Accepted && one.level > Level::Observe;
                if found.iter().any(is_accepted) {
                    carried_out.get_or_insert(at);
                }
                violations.extend(found);
            }
            Judgement::Inconclusive(reason) => {
                unknown = unknown.or(Some(reason));
                // What should have been carried out may not have been, and what follows depends on it.
                if !expectation.is_refusal() {
                    break;
                }
            }
            Judgement::NotApplicable(reason) => out_of_reach = out_of_reach.or(Some(reason)),
        }
    }
    if rule.is_history {
        violations.extend(linearizability::violations(recorded));
    }
    violations.extend(late(recorded));
    // A change that got no response or a server error may have been carried out or not, so that what
    // follows it shows nothing.
    if let Some(doubt) = doubt(recorded) {
        violations.retain(|violation| violation.class.is_of_the_moment());
        unknown = unknown.or(Some(doubt));
    }
    // What is only observed is recorded, and violates nothing.
    violations.retain(|violation: &Violation| violation.level > Level::Observe);
    if !violations.is_empty() {
        return Judgement::Violates(violations.into_iter().map(Violation::abridged).collect());
    }
    let unknown = unknown.or_else(|| unanswered(recorded));
    let unknown = unknown.map(|unknown| match unknown {
        Unknown::NoResponse(_) => closed(rule, recorded).unwrap_or(unknown),
        other => other,
    });
    match (unknown, refused_precondition(rule, recorded).or(out_of_reach)) {
        (Some(reason), _) => Judgement::Inconclusive(reason),
        (None, Some(reason)) => Judgement::NotApplicable(shortened(reason)),
        (None, None) => match unprepared(recorded).into_iter().find(|(kind, _)| *kind == Mismatch::Missing) {
            Some((_, what)) => {
                Judgement::NotApplicable(format!("what prepares the case has no effect: {what}"))
            }
            None => Judgement::Conforms,
        },
    }
}

/// Whether a read shows what the calls before it were answered, as far as anybody can tell. Where writes take
/// their time to be read it may not yet.
pub fn is_up_to_date(rule: &Rule, so_far: &Recorded) -> bool {
    let is_prepared = || {
        unprepared(so_far).iter().all(|(kind, _)| matches!(kind, Mismatch::Spelling | Mismatch::Malformed))
    };
    let shows_nothing =
        |(at, exchange, _): (usize, &Exchange, _)| shows_nothing(so_far, at, exchange).is_some();
    match judge_attempt(rule, so_far) {
        Judgement::NotApplicable(_) if judged(so_far).any(shows_nothing) => false,
        Judgement::Violates(found) => !found.iter().any(|one| depends_on_a_read(rule, so_far, one)),
        _ => is_prepared(),
    }
}

/// Whether a violation may come of a read that does not show what was written just before: of what is read back, of
/// the answer to a read itself, and of what is judged by the state that was read.
pub(super) fn depends_on_a_read(rule: &Rule, recorded: &Recorded, violation: &Violation) -> bool {
    let call = recorded.case.plan.calls().find(|call| call.label == violation.label);
    violation.class.is_of_state()
        || call.is_some_and(|call| {
            resource_listed_by(&call.operation).is_some()
                || rule.expectation(&call.expect).is_some_and(|expectation| expectation.by_state)
        })
}

/// What each judged call of a case was answered, in words.
pub(super) fn outcomes(recorded: &Recorded) -> Vec<String> {
    judged(recorded).map(|(_, exchange, _)| describe(exchange)).collect()
}

/// What each judged call of a case was answered, in short, with its expectation's name. How calls at the same time
/// are answered is a matter of chance.
pub(super) fn by_expectation(recorded: &Recorded) -> impl Iterator<Item = (String, String)> {
    let in_turn = judged(recorded).filter(|(at, ..)| matches!(recorded.case.plan.steps[*at], Step::Call(_)));
    in_turn.map(|(_, exchange, expect)| (expect.to_owned(), shortened(in_short(exchange))))
}

/// The judged exchanges of a case with the number of their step and their expectation's name.
fn judged(recorded: &Recorded) -> impl Iterator<Item = (usize, &Exchange, &str)> {
    recorded.case.plan.steps.iter().zip(&recorded.traces).enumerate().flat_map(|(at, (step, trace))| {
        let pairs = step.calls().iter().zip(trace.exchanges());
        pairs
            .filter(|(call, _)| call.expect != SETUP)
            .map(move |(call, exchange)| (at, exchange, call.expect.as_str()))
    })
}

/// The judged waits of a case that reached nothing in time, where every call was carried out: what was
/// refused is not waited for.
fn late(recorded: &Recorded) -> Vec<Violation> {
    if !recorded.calls().all(|exchange| matches!(exchange.outcome(), Outcome::Success(_))) {
        return Vec::new();
    }
    let steps = recorded.case.plan.steps.iter().zip(&recorded.traces);
    let late = steps.filter_map(|(step, trace)| match (step, trace) {
        (Step::Await(wait), Trace::Await { reached: Err(observed), late: true, .. }) if wait.judged => {
            let wanted = wait.status.as_deref().unwrap_or("gone");
            Some(Violation {
                class: Class::Never(wanted.to_lowercase()),
                level: Level::Must,
                expected: format!("the project is {wanted} within the bound"),
                observed: observed.clone(),
                label: wait.label.clone(),
            })
        }
        _ => None,
    });
    late.collect()
}

/// Why nobody knows what a call that changes the state did, if there is such a call.
fn doubt(recorded: &Recorded) -> Option<Unknown> {
    if recorded.calls().any(is_server_error) {
        return Some(Unknown::ServerError);
    }
    // The connection may have broken after it was carried out, whatever its form.
    if recorded.calls().any(|exchange| exchange.off_protocol && exchange.resent > 0) {
        return Some(Unknown::NoResponse(
            "a call had to be sent again, and may have been carried out twice".to_owned(),
        ));
    }
    let reads = |operation: &str| resource_listed_by(operation).is_some();
    recorded.calls().find_map(|exchange| match &exchange.reply {
        Err(error) if !reads(&exchange.request.operation) => Some(Unknown::NoResponse(error.detail.clone())),
        _ => None,
    })
}

/// Whether a response is a failure of the service's own, and no refusal with an odd status.
fn is_server_error(exchange: &Exchange) -> bool {
    let Some(response) = exchange.response() else { return false };
    let is_refusal = |code: &str| {
        let statuses = model(exchange.request.service).statuses(code);
        statuses.is_some_and(|statuses| statuses.iter().any(|status| *status < 500))
    };
    response.has_failed() && !response.code().is_some_and(|code| is_refusal(&code))
}

/// That the connection was closed on judged calls of a usual size alone, with the first of them. A server
/// may close it on a call that is too long before it has read it.
fn closed(rule: &Rule, recorded: &Recorded) -> Option<Unknown> {
    const LONGEST: usize = 16 << 10;
    const AROUND: usize = 2;
    let (broken, answered): (Vec<&Exchange>, Vec<&Exchange>) =
        recorded.traces.iter().flat_map(Trace::exchanges).partition(|exchange| exchange.reply.is_err());
    let is_closed = |error: &TransportError| error.kind == TransportErrorKind::Broken;
    let is_telling = |exchange: &&Exchange| {
        exchange.reply.as_ref().is_err_and(is_closed) && exchange.request.body.len() <= LONGEST
    };
    if !broken.iter().all(is_telling)
        || answered.len() < AROUND
        || answered.iter().any(|exchange| exchange.resent > 0)
    {
        return None;
    }
    let broken = broken.first()?;
    let (_, _, expect) = judged(recorded).find(|(_, exchange, _)| std::ptr::eq(*exchange, *broken))?;
    let violation = Violation {
        class: Class::NoResponse,
        level: Level::Must,
        expected: rule.expectation(expect)?.to_string(),
        observed: describe(broken),
        label: broken.label.clone(),
    };
    Some(Unknown::Closed(Box::new(violation.abridged())))
}

/// Why nobody knows what a step of the case was answered.
fn unanswered(recorded: &Recorded) -> Option<Unknown> {
    recorded.traces.iter().find_map(|trace| {
        let unanswered = trace.exchanges().iter().find_map(|exchange| match exchange.outcome() {
            Outcome::NoResponse(error) => Some(Unknown::NoResponse(error.detail.clone())),
            Outcome::Refused { answer, .. } if is_throttled(answer) => {
                Some(Unknown::Throttled(describe(exchange)))
            }
            _ if is_server_error(exchange) => Some(Unknown::ServerError),
            _ => None,
        });
        unanswered.or_else(|| match trace {
            Trace::Unknown(reason) => Some(Unknown::NoResponse(reason.clone())),
            _ => None,
        })
    })
}

/// Why a case did not get as far as its judged calls, though everything was answered. A listing that is
/// not implemented takes only what it would show: what is judged by its answer alone still is.
fn refused_precondition(rule: &Rule, recorded: &Recorded) -> Option<String> {
    let is_accepted = |exchange: &Exchange| matches!(exchange.outcome(), Outcome::Success(_));
    let needs_state = rule.is_history
        || judged(recorded).any(|(_, exchange, expect)| {
            is_accepted(exchange) && rule.expectation(expect).is_some_and(Expectation::compares_state)
        });
    recorded.traces.iter().find_map(|trace| match trace {
        Trace::Read { state: Err(_), pages }
            if !needs_state && pages.last().is_some_and(is_not_implemented) =>
        {
            None
        }
        Trace::Skipped(reason)
        | Trace::Read { state: Err(reason), .. }
        | Trace::Await { reached: Err(reason), .. } => Some(reason.clone()),
        _ => None,
    })
}
