//! The judge: from a rule and what was recorded to a judgement. Pure, so a recording can be judged
//! again after a rule has changed.

pub mod finding;
pub(crate) mod linearizability;
pub(crate) mod monitors;

use crate::exchange::{Exchange, Listed, Outcome, Recorded, Response, State, Trace, describe, is_throttled};
use crate::judge::finding::{Judgement, Violation};
use crate::rules::Rule;
use crate::rules::equivalence::is_equivalent;
use crate::rules::expectation::{After, Alternative, Context, Expectation, Level};
use crate::service::{is_documented, resource_created_by};
use aws_conformance_generators::plan::{SETUP, Step};
use serde_json::Value;

/// Judges one recorded case by its rule.
pub fn judge(rule: &Rule, recorded: &Recorded) -> Judgement {
    let mut violations = Vec::new();
    let (mut unknown, mut full) = (None, None);
    for (at, exchange, expect) in judged(recorded) {
        let Some(expectation) = rule.expectation(expect) else { continue };
        let narrowed = expectation.given.map(|given| given(recorded, exchange));
        let expectation = narrowed.as_ref().unwrap_or(expectation);
        match compare(rule, expectation, recorded, at, exchange) {
            Compared::Fine => {}
            Compared::Wrong(found) => violations.extend(found),
            Compared::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Compared::Full(reason) => full = full.or(Some(reason)),
        }
    }
    if rule.is_history {
        violations.extend(linearizability::violations(rule.service, recorded));
    }
    if all_accepted(recorded) {
        violations.extend(late(recorded));
    }
    if let Some(silence) = unanswered_change(recorded) {
        // It may have been carried out or not, so that what follows it accuses nobody.
        violations.retain(|violation| violation.class == NO_ANSWER);
        unknown = unknown.or(Some(silence));
    }
    // What is only observed is recorded, and accuses nobody.
    violations.retain(|violation: &Violation| violation.level > Level::Observe);
    if !violations.is_empty() {
        return Judgement::Violates(violations);
    }
    if let Some(reason) = unknown {
        return Judgement::Inconclusive(reason);
    }
    match (trouble(recorded), full) {
        (Some(Trouble::TransportError(reason)), _) => Judgement::Inconclusive(reason),
        (Some(Trouble::Refused(reason)), _) | (None, Some(reason)) => Judgement::NotApplicable(reason),
        (None, None) => Judgement::Conforms,
    }
}

/// Whether every call of a case was carried out: what was refused is not waited for.
fn all_accepted(recorded: &Recorded) -> bool {
    recorded.calls().all(|exchange| matches!(exchange.outcome(), Outcome::Success(_)))
}

/// The waits of a case that are judged and came to nothing.
fn late(recorded: &Recorded) -> impl Iterator<Item = Violation> {
    recorded.case.plan.steps.iter().zip(&recorded.traces).filter_map(|(step, trace)| match (step, trace) {
        (Step::Await(wait), Trace::Await { reached: Err(observed), late: true, .. }) if wait.judged => {
            let wanted = wait.status.as_deref().unwrap_or("gone");
            Some(Violation {
                class: format!("never-{}", wanted.to_lowercase()),
                level: Level::Must,
                expected: format!("the project is {wanted} within the bound"),
                observed: observed.clone(),
                label: wait.label.clone(),
            })
        }
        _ => None,
    })
}

/// The class of a violation that is a server error.
pub(crate) const SERVER_ERROR: &str = "server-error";
/// The class of a violation that is silence where an answer was promised.
pub(crate) const NO_ANSWER: &str = "no-answer";

/// Why nobody knows what a call that changes the state came to, if there is such a call.
fn unanswered_change(recorded: &Recorded) -> Option<String> {
    let reads = |operation: &str| operation.starts_with("List") || operation.starts_with("Describe");
    recorded.calls().find_map(|exchange| match &exchange.reply {
        Err(silence) if !reads(&exchange.request.operation) => Some(silence.detail.clone()),
        _ => None,
    })
}

/// What each judged call of a case came to, in words.
pub fn outcomes(recorded: &Recorded) -> Vec<String> {
    judged(recorded).map(|(_, exchange, _)| describe(exchange)).collect()
}

/// The judged exchanges of a case with the number of their step and their expectation's name.
fn judged(recorded: &Recorded) -> impl Iterator<Item = (usize, &Exchange, &str)> {
    recorded.case.plan.steps.iter().zip(&recorded.traces).enumerate().flat_map(|(at, (step, trace))| {
        let calls = match step {
            Step::Call(call) => std::slice::from_ref(call),
            Step::Parallel(calls) => calls.as_slice(),
            Step::Read(_) | Step::Await(_) => &[],
        };
        let pairs = calls.iter().zip(trace.exchanges());
        pairs
            .filter(|(call, _)| call.expect != SETUP)
            .map(move |(call, exchange)| (at, exchange, call.expect.as_str()))
    })
}

enum Trouble {
    /// Nobody knows what an answer was.
    TransportError(String),
    /// A precondition was refused.
    Refused(String),
}

/// Why a case did not get as far as its judged calls.
fn trouble(recorded: &Recorded) -> Option<Trouble> {
    for trace in &recorded.traces {
        for exchange in trace.exchanges() {
            match exchange.outcome() {
                Outcome::NoResponse(silence) => return Some(Trouble::TransportError(silence.detail.clone())),
                Outcome::Refused { answer, .. } if is_throttled(answer) => {
                    return Some(Trouble::TransportError(format!("throttled: {}", describe(exchange))));
                }
                _ => {}
            }
        }
        match trace {
            Trace::Skipped(reason) => return Some(Trouble::Refused(reason.clone())),
            Trace::Unknown(reason) => return Some(Trouble::TransportError(reason.clone())),
            Trace::Read { state: Err(reason), .. } | Trace::Await { reached: Err(reason), .. } => {
                return Some(Trouble::Refused(reason.clone()));
            }
            _ => {}
        }
    }
    None
}

enum Compared {
    Fine,
    Wrong(Vec<Violation>),
    Unknown(String),
    /// There was no room for what was to be created, which is nobody's fault.
    Full(String),
}

fn compare(
    rule: &Rule,
    expectation: &Expectation,
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
) -> Compared {
    let violation = |class: String, level: Level| {
        Compared::Wrong(vec![Violation {
            class,
            level,
            expected: expectation.to_string(),
            observed: describe(exchange),
            label: exchange.label.clone(),
        }])
    };
    let levels = &expectation.levels;
    match exchange.outcome() {
        Outcome::NoResponse(_) if expectation.answered && answers_later(recorded, at) => {
            violation(NO_ANSWER.to_owned(), Level::Must)
        }
        Outcome::NoResponse(silence) => Compared::Unknown(silence.detail.clone()),
        Outcome::Refused { answer, .. } if is_throttled(answer) => {
            Compared::Unknown(format!("throttled: {}", describe(exchange)))
        }
        Outcome::Success(answer) => {
            let successes: Vec<_> = expectation
                .accept
                .iter()
                .filter_map(|one| match one {
                    Alternative::Success { checks, after } => Some((checks, *after)),
                    _ => None,
                })
                .collect();
            if successes.is_empty() {
                return violation("accepted".to_owned(), levels.accepted);
            }
            // Several successes are several defensible readings: the one that fits best counts.
            let mut best: Option<Vec<Violation>> = None;
            for (checks, after) in successes {
                let found = success(checks, after, levels.state, recorded, at, exchange, answer);
                if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                    best = Some(found);
                }
            }
            match best {
                Some(found) if !found.is_empty() => Compared::Wrong(found),
                _ => Compared::Fine,
            }
        }
        Outcome::Refused { code: Some(code), .. }
            if recorded.invented && code == "ResourceNotFoundException" =>
        {
            Compared::Unknown("no project could be leased: CreateProject answered no ProjectArn".to_owned())
        }
        Outcome::Refused { code, answer } => {
            let by_code = expectation.accept.iter().any(|one| match (one, &code) {
                (Alternative::Refusal(codes), Some(code)) => codes.contains(&code.as_str()),
                _ => false,
            });
            let by_status = ((400..500).contains(&answer.status) || answer.status == 501)
                && expectation.accept.iter().any(|one| matches!(one, Alternative::AnyRefusal));
            let refusals = expectation.accept.iter().any(|one| matches!(one, Alternative::Refusal(_)));
            match code {
                _ if by_code || by_status => unchanged(levels.state, recorded, at, exchange),
                Some(code) if let Some(reason) = no_room(recorded, at, exchange, &code) => {
                    Compared::Full(reason)
                }
                _ if answer.status >= 500 => violation(SERVER_ERROR.to_owned(), Level::Must),
                _ if answer.status < 400 => violation(format!("status-{}", answer.status), Level::Must),
                Some(code) if !refusals => violation(format!("refused-{code}"), levels.refused),
                None if !refusals => violation("refused".to_owned(), levels.refused),
                Some(code) if is_documented(rule.service, &code) => {
                    violation(format!("code-{code}"), levels.other_code)
                }
                Some(code) => violation(format!("code-{code}"), levels.unknown_code),
                None => Compared::Unknown(
                    "the refusal has no code that a client could find (a monitor's finding)".to_owned(),
                ),
            }
        }
    }
}

/// Why a creation may have been refused for want of room, if its code says so: with what is there
/// already, what belongs to others too, a documented limit is reached.
fn no_room(recorded: &Recorded, at: usize, exchange: &Exchange, code: &str) -> Option<String> {
    let resource = resource_created_by(&exchange.request.operation)?;
    if !resource.limit.codes.contains(&code) {
        return None;
    }
    let limit = *resource.limit.range(&recorded.quotas).start();
    let preexisting = if resource.scope.is_some() { Some(0) } else { recorded.preexisting };
    let Some(preexisting) = preexisting else {
        return Some(format!("{code}: how many there are already is not known, since they are not listed"));
    };
    let read = last_read(recorded, at, None);
    let (from, listed, preexisting) = read.map_or((0, 0, preexisting), |(from, state)| {
        (from, state.policies.len(), preexisting.max(state.occupied))
    });
    let creations = recorded.traces[from..at].iter().flat_map(Trace::exchanges).filter(|earlier| {
        earlier.request.operation == exchange.request.operation
            && matches!(earlier.outcome(), Outcome::Success(_))
    });
    let there = listed + preexisting + creations.count();
    (preexisting > 0 && there >= limit)
        .then(|| format!("{code}: there are {preexisting} of others already, and {limit} is a limit"))
}

/// Whether the target answers what comes after a step, so that its silence was about the request.
fn answers_later(recorded: &Recorded, at: usize) -> bool {
    recorded.traces[at + 1..].iter().flat_map(Trace::exchanges).any(|exchange| exchange.response().is_some())
}

/// The checks of a success that fail, and what is wrong with the state after it.
fn success(
    checks: &[crate::rules::expectation::Check],
    after: After,
    state_level: Level,
    recorded: &Recorded,
    at: usize,
    exchange: &Exchange,
    answer: &Response,
) -> Vec<Violation> {
    let (before, later) = reads_around(recorded, at);
    let input = exchange.request.input().unwrap_or_default();
    let context = Context {
        exchange,
        input: &input,
        output: answer.json().unwrap_or(&Value::Null),
        before,
        after: later,
        recorded,
    };
    let mut found: Vec<Violation> = checks
        .iter()
        .filter_map(|check| {
            let observed = (check.test)(&context).err()?;
            Some(Violation {
                class: check.class.to_owned(),
                level: check.level,
                expected: format!("success with {}", check.states),
                observed,
                label: exchange.label.clone(),
            })
        })
        .collect();
    if after != After::Any
        && let (Some(before), Some(later)) = (before, later)
    {
        let expected = applied(recorded, at, before);
        found.extend(differences(&expected, later).into_iter().map(|difference| Violation {
            class: difference.class.to_owned(),
            level: state_level,
            expected: match after {
                After::Stored => "the listing then shows the policy as it was put and answered".to_owned(),
                After::Gone => "the listing then no longer shows the policy, and all others".to_owned(),
                After::Unchanged | After::Any => "the listing then shows what it showed before".to_owned(),
            },
            observed: difference.text,
            label: exchange.label.clone(),
        }));
    }
    found
}

/// Whether a refusal left the state as it was.
fn unchanged(level: Level, recorded: &Recorded, at: usize, exchange: &Exchange) -> Compared {
    let differences = match reads_around(recorded, at) {
        (Some(before), Some(after)) => differences(&applied(recorded, at, before), after),
        (Some(_), None) => lost_scope(recorded, at).into_iter().collect(),
        _ => Vec::new(),
    };
    if differences.is_empty() {
        return Compared::Fine;
    }
    let texts: Vec<String> = differences.into_iter().map(|difference| difference.text).collect();
    Compared::Wrong(vec![Violation {
        class: "refused-but-changed".to_owned(),
        level,
        expected: "a refused call changes nothing".to_owned(),
        observed: format!("{}, and then {}", describe(exchange), texts.join("; ")),
        label: exchange.label.clone(),
    }])
}

/// The scope of the read before a step, if the next read of it was refused: what was there to be
/// listed is not there any more.
fn lost_scope(recorded: &Recorded, at: usize) -> Option<Difference> {
    let next = recorded.traces[at + 1..].iter().find(|trace| matches!(trace, Trace::Read { .. }))?;
    let Trace::Read { state: Err(reason), pages } = next else { return None };
    let page = pages.last()?;
    let refused = matches!(page.outcome(), Outcome::Refused { answer, .. } if answer.status < 500 && !is_throttled(answer));
    last_read(recorded, at, Some(scope_of(pages)))?;
    refused.then(|| Difference { class: "not-listed", text: reason.clone() })
}

/// The states read first after a step, and last before it in the same scope.
fn reads_around(recorded: &Recorded, at: usize) -> (Option<&State>, Option<&State>) {
    let Some(later) = read_after(recorded, at) else {
        return (last_read(recorded, at, None).map(|(_, state)| state), None);
    };
    let before = last_read(recorded, at, Some(scope_of(later.1)));
    (before.map(|(_, state)| state), Some(later.0))
}

/// The first read after a step: its state and its pages.
fn read_after(recorded: &Recorded, at: usize) -> Option<(&State, &[Exchange])> {
    recorded.traces[at + 1..].iter().find_map(|trace| match trace {
        Trace::Read { state: Ok(state), pages } => Some((state, pages.as_slice())),
        _ => None,
    })
}

/// The last read before a step, in a scope where one is given: its place and its state.
fn last_read(recorded: &Recorded, at: usize, scope: Option<Value>) -> Option<(usize, &State)> {
    recorded.traces[..at].iter().enumerate().rev().find_map(|(place, trace)| match trace {
        Trace::Read { state: Ok(state), pages }
            if scope.as_ref().is_none_or(|scope| *scope == scope_of(pages)) =>
        {
            Some((place, state))
        }
        _ => None,
    })
}

/// What tells the scope of a read from others: its operation and its project.
fn scope_of(pages: &[Exchange]) -> Value {
    let first = pages.first();
    let project =
        first.and_then(|page| page.request.input()).and_then(|input| input.get("ProjectArn").cloned());
    serde_json::json!([first.map(|page| &page.request.operation), project])
}

/// The state that the accepted calls between the two reads around a step should have left.
fn applied(recorded: &Recorded, at: usize, before: &State) -> State {
    let mut state = State { policies: before.policies.clone(), ..State::default() };
    let Some((_, pages)) = read_after(recorded, at) else { return state };
    let scope = scope_of(pages);
    let Some((from, _)) = last_read(recorded, at, Some(scope.clone())) else { return state };
    let to = recorded.traces[at + 1..].iter().position(|trace| matches!(trace, Trace::Read { .. }));
    let to = to.map_or(recorded.traces.len(), |read| at + 1 + read);
    for exchange in recorded.traces[from + 1..to].iter().flat_map(Trace::exchanges) {
        let project = exchange.request.input().and_then(|input| input.get("ProjectArn").cloned());
        if scope[1] == project.unwrap_or_default() {
            apply(exchange, &mut state);
        }
    }
    state
}

/// What an accepted call does to the policies of its scope.
pub(crate) fn apply(exchange: &Exchange, state: &mut State) {
    if let Some((name, policy)) = stored(exchange) {
        state.policies.insert(name, policy);
    }
    if let Outcome::Success(_) = exchange.outcome()
        && ["DeleteResourcePolicy", "DeleteProjectPolicy"].contains(&exchange.request.operation.as_str())
        && let Some(input) = exchange.request.input()
        && let Some(name) = input.get("PolicyName").and_then(Value::as_str)
    {
        state.policies.remove(name);
    }
}

/// The policy that an accepted put leaves, by its name, with the revision that was answered.
pub(crate) fn stored(exchange: &Exchange) -> Option<(String, Listed)> {
    let Outcome::Success(answer) = exchange.outcome() else { return None };
    if !["PutResourcePolicy", "PutProjectPolicy"].contains(&exchange.request.operation.as_str()) {
        return None;
    }
    let input = exchange.request.input()?;
    let text = |member: &str| input.get(member).and_then(Value::as_str).map(str::to_owned);
    let revision = answer
        .json()
        .and_then(|body| body.pointer("/ResourcePolicy/PolicyRevisionId").or(body.get("PolicyRevisionId")))
        .and_then(Value::as_str)
        .map(str::to_owned);
    Some((text("PolicyName")?, Listed { document: text("PolicyDocument"), revision, item: Value::Null }))
}

/// One way in which a listing differs from what it should show.
struct Difference {
    class: &'static str,
    text: String,
}

fn differences(expected: &State, actual: &State) -> Vec<Difference> {
    let mut found = Vec::new();
    for (name, wanted) in &expected.policies {
        let Some(listed) = actual.policies.get(name) else {
            // What is being deleted goes when that is done.
            if wanted.item.get("Status").and_then(Value::as_str) == Some("DELETING") {
                continue;
            }
            found.push(Difference { class: "not-listed", text: format!("{name:?} is not listed") });
            continue;
        };
        if let (Some(wanted), Some(listed)) = (&wanted.revision, &listed.revision)
            && wanted != listed
        {
            let text = format!("{name:?} is listed with revision {listed:?} instead of {wanted:?}");
            found.push(Difference { class: "listed-revision", text });
        }
        if let (Some(wanted), Some(listed)) = (&wanted.document, &listed.document)
            && !is_equivalent(wanted, listed)
        {
            let text = format!("{name:?} is listed with the document {listed:?} instead of {wanted:?}");
            found.push(Difference { class: "listed-document", text });
        }
    }
    for name in actual.policies.keys().filter(|name| !expected.policies.contains_key(*name)) {
        found.push(Difference { class: "listed-too-much", text: format!("{name:?} is listed") });
    }
    found
        .extend(actual.problems.iter().map(|problem| Difference { class: "listing", text: problem.clone() }));
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use aws_conformance_generators::plan::{Case, Scope};

    /// Traces of a case whose every request is answered by a function of its operation.
    pub(crate) fn traces(case: &Case, answer: &mut dyn FnMut(&str) -> Exchange) -> Vec<Trace> {
        let mut labelled =
            |operation: &str, label: &str| Exchange { label: label.to_owned(), ..answer(operation) };
        case.plan
            .steps
            .iter()
            .map(|step| match step {
                Step::Call(call) => Trace::Call(labelled(&call.operation, &call.label)),
                Step::Parallel(calls) => {
                    Trace::Parallel(calls.iter().map(|call| labelled(&call.operation, &call.label)).collect())
                }
                Step::Read(scope) => {
                    let operation = match scope {
                        Scope::ResourcePolicies => "ListResourcePolicies",
                        Scope::Projects | Scope::ProjectsBy(_) => "DescribeProjects",
                        Scope::ProjectPolicies(_) | Scope::ProjectPoliciesBy(..) => "ListProjectPolicies",
                    };
                    let page = labelled(operation, "read");
                    Trace::Read {
                        state: crate::execute::listing::page(&page).map_err(|error| error.to_string()),
                        pages: vec![page],
                    }
                }
                Step::Await(_) => Trace::Await { reached: Ok(()), late: false, polls: Vec::new() },
            })
            .collect()
    }
}
