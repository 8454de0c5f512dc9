//! Reading back: the state that the calls between two reads should have left, and how what was listed
//! differs from it.

use super::finding::{AND_THEN, Class, Mismatch, Violation};
use super::state::{Change, Effect, Kind, Model, Reading};
use crate::exchange::{Exchange, Outcome, Recorded, State, Trace, describe, is_throttled};
use crate::rules::equivalence::{Equivalence, compare};
use crate::rules::expectation::{After, Level};
use crate::service::{Resource, resource_listed_by};
use aws_conformance_generators::plan::{SETUP, Step};
use serde_json::Value;
use std::collections::BTreeSet;

/// The most states that unknown outcomes may leave open.
const MOST_STATES: usize = 32;

/// What tells the scope of a read from others: what is listed, and of what.
type Scope = (&'static Resource, Value);

fn scope_of(pages: &[Exchange]) -> Option<Scope> {
    let first = pages.first()?;
    let resource = resource_listed_by(&first.request.operation)?;
    let of = resource.scope.and_then(|scope| first.request.input()?.get(scope).cloned());
    Some((resource, of.unwrap_or_default()))
}

/// The read of a trace, if it shows a state: its scope, and what it shows.
fn read(trace: &Trace) -> Option<(Scope, &State)> {
    match trace {
        Trace::Read { state: Ok(state), pages } => Some((scope_of(pages)?, state)),
        _ => None,
    }
}

/// The last read before a step in the scope of the first one after it, with its place, and that one.
fn reads_around(recorded: &Recorded, at: usize) -> Option<(usize, &State, &State)> {
    let (scope, after) = recorded.traces[at + 1..].iter().find_map(read)?;
    let (from, before) = recorded.traces[..at].iter().enumerate().rev().find_map(|(from, trace)| {
        let (of, state) = read(trace)?;
        (of == scope).then_some((from, state))
    })?;
    Some((from, before, after))
}

/// The states read first after a step, and last before it in the same scope.
pub(super) fn states_around(recorded: &Recorded, at: usize) -> (Option<&State>, Option<&State>) {
    match reads_around(recorded, at) {
        Some((_, before, after)) => (Some(before), Some(after)),
        None => {
            let before = recorded.traces[..at].iter().rev().find_map(read).map(|(_, state)| state);
            (before, recorded.traces[at + 1..].iter().find_map(read).map(|(_, state)| state))
        }
    }
}

impl Model {
    /// The model just before a step, as the reads and the answers before it say; none where the scope
    /// was not read.
    pub(super) fn before(
        recorded: &Recorded,
        at: usize,
        resource: &'static Resource,
        scope: &Value,
    ) -> Option<Self> {
        let mut model: Option<Self> = None;
        for trace in &recorded.traces[..at] {
            match (read(trace), &mut model) {
                (Some(((listed, of), state)), known) if listed == resource && of == *scope => match known {
                    Some(known) => known.read(state),
                    None => *known = Self::new(resource, state, &recorded.quotas, recorded.preexisting),
                },
                (None, Some(known)) => {
                    for (change, effect) in changes(trace, resource, scope) {
                        if let Some(next) =
                            known.step(&change, &effect, Reading::AsAnswered).into_iter().next()
                        {
                            *known = next;
                        }
                    }
                }
                _ => {}
            }
        }
        model
    }
}

/// The changes of a scope that the calls of a step asked for, with what they were answered.
fn changes<'a>(
    trace: &'a Trace,
    resource: &'static Resource,
    scope: &'a Value,
) -> impl Iterator<Item = (Change, Effect)> + 'a {
    let calls = match trace {
        Trace::Call(_) | Trace::Parallel(_) => trace.exchanges(),
        _ => &[],
    };
    calls.iter().filter_map(move |exchange| {
        let (of, change) = Change::of(exchange)?;
        (of == resource && change.scope == *scope).then(|| (change, Effect::of(exchange)))
    })
}

/// The states that the calls between the two reads around a step may have left.
fn left(recorded: &Recorded, at: usize, from: usize, before: &State) -> Vec<State> {
    let known = read(&recorded.traces[from]).and_then(|((resource, of), _)| {
        Some((Model::new(resource, before, &recorded.quotas, recorded.preexisting)?, of))
    });
    let Some((model, of)) = known else {
        return vec![State { policies: before.policies.clone(), ..State::default() }];
    };
    // A read that was not answered shows nothing, and the next one shows what was done until then.
    let to = recorded.traces[at + 1..].iter().position(|trace| read(trace).is_some());
    let to = to.map_or(recorded.traces.len(), |read| at + 1 + read);
    after(model, &recorded.traces[from + 1..to], &of)
}

/// The states that the calls of these steps may have left.
fn after(model: Model, traces: &[Trace], scope: &Value) -> Vec<State> {
    let resource = model.resource;
    let changes = traces.iter().flat_map(|trace| changes(trace, resource, scope));
    let models = changes.fold(vec![model], |models, (change, effect)| {
        let next = models.iter().flat_map(|model| model.step(&change, &effect, Reading::AsAnswered));
        next.take(MOST_STATES).collect()
    });
    models.iter().map(Model::state).collect()
}

/// How the last read before any call is judged differs from what the calls before it were answered: what was
/// prepared is not there, or not listed yet.
pub(super) fn unprepared(recorded: &Recorded) -> Vec<(Mismatch, String)> {
    let is_judged = |step: &Step| step.calls().iter().any(|call| call.expect != SETUP);
    let judged = recorded.case.plan.steps.iter().position(is_judged).unwrap_or(usize::MAX);
    let prepared = &recorded.traces[..judged.min(recorded.traces.len())];
    let last = prepared.iter().enumerate().rev().find_map(|(at, trace)| Some((at, read(trace)?)));
    let Some((at, ((resource, of), seen))) = last else { return Vec::new() };
    let model = Model::new(resource, seen, &recorded.quotas, recorded.preexisting);
    let Some(model) = model else { return Vec::new() };
    least_between(&after(model, &prepared[..at], &of), seen, seen)
}

/// Why a listing shows nothing that could be right or wrong: none of the policies that the calls before it put,
/// and that were accepted. That it misses them is the finding of those that read back what is put.
pub(super) fn shows_nothing(recorded: &Recorded, at: usize, exchange: &Exchange) -> Option<String> {
    let resource = resource_listed_by(&exchange.request.operation).filter(|one| one.versions.is_some())?;
    let input = exchange.request.input()?;
    if ["MaxResults", "NextToken"].iter().any(|member| input.get(member).is_some()) {
        return None;
    }
    let scope = resource.scope.and_then(|scope| input.get(scope).cloned()).unwrap_or_default();
    let mut put: BTreeSet<String> = BTreeSet::new();
    for (change, effect) in recorded.traces[..at].iter().flat_map(|trace| changes(trace, resource, &scope)) {
        match (change.kind, effect) {
            (Kind::Delete, _) => drop(put.remove(&change.name)),
            (Kind::Put(_), Effect::Accepted(_)) => drop(put.insert(change.name)),
            _ => {}
        }
    }
    let items = exchange.response()?.json()?.get(resource.items).and_then(Value::as_array);
    let shown = items.into_iter().flatten().filter_map(|item| item.get(resource.names.item)?.as_str());
    let shown: BTreeSet<&str> = shown.collect();
    let none = !put.is_empty() && put.iter().all(|name| !shown.contains(name.as_str()));
    none.then(|| format!("{} lists none of the policies that were put", resource.list))
}

/// How what was listed after a step differs from what the calls since the last read should have left.
pub(super) fn differences(recorded: &Recorded, at: usize) -> Vec<(Mismatch, String)> {
    let Some((from, before, after)) = reads_around(recorded, at) else { return Vec::new() };
    least_between(&left(recorded, at, from, before), before, after)
}

/// How a listing differs from that of several states which it is nearest to.
fn least_between(states: &[State], before: &State, actual: &State) -> Vec<(Mismatch, String)> {
    states.iter().map(|state| between(state, before, actual)).min_by_key(Vec::len).unwrap_or_default()
}

/// What is wrong with the listing after an accepted call.
pub(super) fn after_success(
    recorded: &Recorded,
    at: usize,
    after: After,
    level: Level,
    label: &str,
) -> Vec<Violation> {
    let expected = match after {
        After::Any => return Vec::new(),
        After::Stored => "the listing then shows the policy as it was put and answered",
        After::Gone => "the listing then no longer shows the policy, and all others",
        After::Unchanged => "the listing then shows what it showed before",
    };
    differences(recorded, at)
        .into_iter()
        .map(|(mismatch, observed)| Violation {
            class: Class::Listing(mismatch),
            level: if mismatch == Mismatch::Spelling { level.min(Level::Should) } else { level },
            expected: expected.to_owned(),
            observed,
            label: label.to_owned(),
        })
        .collect()
}

/// What a refused call changed, if it did.
pub(super) fn after_refusal(
    recorded: &Recorded,
    at: usize,
    level: Level,
    exchange: &Exchange,
) -> Option<Violation> {
    let found = match (reads_around(recorded, at), lost_scope(recorded, at)) {
        (None, Some(reason)) => vec![(Mismatch::Missing, reason)],
        _ => differences(recorded, at),
    };
    // The same document in other words is the finding of whoever put it.
    let texts: Vec<String> = found
        .into_iter()
        .filter(|(mismatch, _)| *mismatch != Mismatch::Spelling)
        .map(|(_, text)| text)
        .collect();
    (!texts.is_empty()).then(|| Violation {
        class: Class::RefusedButChanged,
        level,
        expected: "a refused call changes nothing".to_owned(),
        observed: format!("{}{AND_THEN}{}", describe(exchange), texts.join("; ")),
        label: exchange.label.clone(),
    })
}

/// Why the next read of a scope that was read before was refused: what was there to be listed is not
/// there any more. A later page may be refused because what its token names has gone.
fn lost_scope(recorded: &Recorded, at: usize) -> Option<String> {
    let next = recorded.traces[at + 1..].iter().find(|trace| matches!(trace, Trace::Read { .. }))?;
    let Trace::Read { state: Err(reason), pages } = next else { return None };
    let [first] = pages.as_slice() else { return None };
    let scope = scope_of(pages)?;
    recorded.traces[..at].iter().filter_map(read).find(|(of, _)| *of == scope)?;
    match first.outcome() {
        Outcome::Refused { answer, .. } if answer.status < 500 && !is_throttled(answer) => {
            Some(reason.clone())
        }
        _ => None,
    }
}

/// Each way in which a listing differs from a state. `before` is what was listed before.
fn between(expected: &State, before: &State, actual: &State) -> Vec<(Mismatch, String)> {
    let mut found = Vec::new();
    for (name, wanted) in &expected.policies {
        let Some(listed) = actual.policies.get(name) else {
            // What is being deleted goes when that is done.
            let status = before.policies.get(name).and_then(|listed| listed.item.get("Status")?.as_str());
            if status != Some("DELETING") {
                found.push((Mismatch::Missing, format!("{name:?} is not listed")));
            }
            continue;
        };
        if let (Some(wanted), Some(listed)) = (&wanted.revision, &listed.revision)
            && wanted != listed
        {
            let text = format!("{name:?} is listed with revision {listed:?} instead of {wanted:?}");
            found.push((Mismatch::Revision, text));
        }
        if wanted.document.is_some() && listed.document.is_none() {
            found.push((Mismatch::Document, format!("{name:?} is listed without its document")));
        }
        if let (Some(wanted), Some(listed)) = (&wanted.document, &listed.document) {
            let mismatch = match compare(wanted, listed) {
                Equivalence::Different => Mismatch::Document,
                Equivalence::Iam => Mismatch::Spelling,
                Equivalence::Json | Equivalence::Text => continue,
            };
            let text = format!("{name:?} is listed with the document {listed:?} instead of {wanted:?}");
            found.push((mismatch, text));
        }
    }
    for name in actual.policies.keys().filter(|name| !expected.policies.contains_key(*name)) {
        found.push((Mismatch::Extra, format!("{name:?} is listed")));
    }
    found.extend(actual.problems.iter().map(|problem| (Mismatch::Malformed, problem.clone())));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::{FIRST, SECOND, put, read, recorded, stored};

    #[test]
    fn what_follows_a_read_that_was_not_answered_counts_too() {
        let unread = Trace::Read { state: Err("throttled".to_owned()), pages: Vec::new() };
        let [first, second] = [("o0", FIRST, "1"), ("o1", SECOND, "2")]
            .map(|(label, document, revision)| Trace::Call(put(label, "a", document, "", stored(revision))));
        let traces = vec![read(&[]), first, unread, second, read(&[("a", "2", SECOND)])];
        assert_eq!(differences(&recorded(traces, "created"), 1), Vec::new());
    }
}
