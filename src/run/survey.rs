//! The survey: a few requests before everything else. Is it there, does it speak the protocol,
//! which operations are implemented, what is already there, and are regions separate?

use crate::exchange::untrusted::bounded;
use crate::exchange::{Exchange, Outcome, Recorded, Response, TransportErrorKind};
use crate::exchange::{describe, is_throttled};
use crate::execute::ledger::is_of_a_run;
use crate::execute::target::Target;
use crate::execute::{JournalError, Oracle, Session, foreign_protocol};
use crate::judge::lacking_permission;
pub use crate::results::Survey;
use crate::service::{
    AUTH_CODES, NONSENSE, NOT_SUBSCRIBED, Resource, resource_created_by, resources, says_not_implemented,
    spare_regions,
};
use aws_conformance_generators::arn;
use aws_conformance_generators::model::model;
use aws_conformance_generators::partition::input;
use aws_conformance_generators::plan::{Arg, Call, Case, Plan, Service, Step, Wire};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Why a service of the target cannot be judged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SurveyError {
    /// The service at a URL gives no answer to any request, for this reason.
    #[error("{0} at {1} gives no answer: {2}")]
    Silent(Service, String, String),
    /// Its answers are these, and not those of its protocol.
    #[error("{0} at {1} is something else: it answers {2}, not {3}")]
    Stranger(Service, String, String, &'static str),
    /// It answers every request like this, for a reason that has nothing to do with it.
    #[error("{0} at {1} {2}; nothing can be judged")]
    Unavailable(Service, String, String),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Nothing is judged yet.
struct Anything;

impl Oracle for Anything {
    fn is_well_formed(&self, _: &str) -> bool {
        true
    }

    fn agrees(&self, _: &Recorded) -> bool {
        true
    }
}

/// The most bytes of an answer's words that are kept: they are the reason of many rules.
const LONGEST: usize = 4_096;
/// A revision that no policy has.
const NO_REVISION: &str = "ffffffffffffffffffffffffffffffff";
/// A name that no project may have.
const NO_NAME: &str = "awsc-no where";

/// Surveys one service.
///
/// # Errors
/// When the service cannot be judged.
pub async fn survey(session: &mut Session, service: Service) -> Result<Survey, SurveyError> {
    let url = session.target().url(service).to_owned();
    let mut seen = Vec::new();
    let silent_error = |detail: String| SurveyError::Silent(service, url.clone(), detail);
    let nonsense = Call::new(service, NONSENSE, Arg::Object(Vec::new()));
    let nonsense = ask(session, nonsense, &mut seen).await?;
    let nonsense = nonsense.ok_or_else(|| silent_error("a request could not be sent".to_owned()))?;
    // Where it is late, it may be its refusals alone that never come.
    if let Err(silence) = &nonsense.reply
        && silence.kind != TransportErrorKind::TimedOut
    {
        let mut detail = silence.detail.clone();
        if silence.kind == TransportErrorKind::Broken
            && let Some(foreign_protocol) = foreign_protocol(&url).await
        {
            detail = format!("{foreign_protocol} ({detail})");
        }
        return Err(silent_error(detail));
    }
    let preexisting = session.declare_preexisting(service).await;
    let of_earlier_runs = preexisting.iter().filter(|name| is_of_a_run(name)).count();
    let preexisting = preexisting.len();
    let (mut missing, mut silent) = (BTreeMap::new(), BTreeMap::new());
    let mut denied = BTreeMap::new();
    let is_real = session.target().is_real;
    let is_list = |operation: &str| resources(service).any(|resource| resource.list == operation);
    // What cannot be listed is not made on a real account: it is not known then whether anything was.
    let (lists, others): (Vec<_>, Vec<_>) =
        model(service).operations.iter().partition(|operation| is_list(&operation.name));
    for operation in lists.into_iter().chain(others) {
        if resource_created_by(&operation.name).is_some_and(|made| is_hidden(made, &denied)) {
            continue;
        }
        let call = match is_real {
            true => without_effect(service, &operation.name, session.target()),
            false => harmless(service, &operation.name),
        };
        let exchange = match ask(session, call.clone(), &mut seen).await? {
            Some(sent) if !sent.request.method.is_empty() => Some(sent),
            _ => ask(session, nowhere(call, session.target()), &mut seen).await?,
        };
        let Some(exchange) = exchange else { continue };
        if let Some(permission) = lacking_permission(&exchange).filter(|_| is_real) {
            denied.insert(operation.name.clone(), permission);
        }
        match &exchange.reply {
            Ok(answer) if is_missing(&operation.name, answer, nonsense.response()) => {
                missing.insert(operation.name.clone(), bounded(&describe(&exchange), LONGEST).into_owned());
            }
            Err(silence)
                if matches!(silence.kind, TransportErrorKind::TimedOut | TransportErrorKind::TooLong) =>
            {
                silent.insert(operation.name.clone(), silence.detail.clone());
            }
            _ => {}
        }
    }
    if let Err(silence) = &nonsense.reply
        && seen.iter().all(|one| one.response().is_none())
    {
        return Err(silent_error(silence.detail.clone()));
    }
    reject_unavailable(service, &url, &seen, &missing)?;
    reject_stranger(service, &url, &seen)?;
    let separate_regions = match service {
        // A real account is tested in the region that is named, and in no other.
        _ if session.target().is_real => None,
        Service::Xray if missing.is_empty() && silent.is_empty() => separate_regions(session).await?,
        _ => None,
    };
    let account = session.target().account.clone();
    Ok(Survey { service, missing, silent, denied, separate_regions, preexisting, of_earlier_runs, account })
}

/// Whether a resource, or what it is in, cannot be listed for want of a permission.
fn is_hidden(resource: &Resource, denied: &BTreeMap<String, String>) -> bool {
    let mut holds = resources(resource.service).filter(|one| one.scope.is_none());
    denied.contains_key(resource.list) || holds.any(|outer| denied.contains_key(outer.list))
}

/// A call that a conforming service answers without lasting effect.
fn harmless(service: Service, operation: &str) -> Call {
    let arg = model(service).operation(operation).map_or(Arg::Object(Vec::new()), input);
    Call::new(service, operation, arg).labelled("survey").expecting("survey")
}

/// A call that the real service refuses only after it has looked whether the caller may make it: it is about
/// what does not exist.
fn without_effect(service: Service, operation: &str, target: &Target) -> Call {
    let call = nowhere(harmless(service, operation), target);
    match resource_created_by(operation) {
        Some(Resource { versions: Some(versions), .. }) => {
            call.with(versions.member, Some(NO_REVISION.into()))
        }
        Some(Resource { names, .. }) => call.with(names.create, Some(NO_NAME.into())),
        None => call,
    }
}

/// The same call about a project that does not exist, for where none can be leased.
fn nowhere(mut call: Call, target: &Target) -> Call {
    let Target { region, account, .. } = target;
    let project =
        format!("arn:{}:rekognition:{region}:{account}:project/awsc-nowhere", arn::aws_partition(region));
    let operation = model(call.service).operation(&call.operation);
    for member in operation.iter().flat_map(|operation| &operation.input.members) {
        let arn = match member.name.as_str() {
            "SourceProjectVersionArn" => format!("{project}/version/v/1690405809285"),
            name if name.ends_with("ProjectArn") => format!("{project}/1690405809285"),
            _ => continue,
        };
        call = call.with(&member.name, Some(Arg::Json(Value::String(arn))));
    }
    if operation.is_some_and(|operation| operation.input.member("PolicyDocument").is_some()) {
        call = call.with("PolicyDocument", Some(Arg::Json(Value::String("{}".to_owned()))));
    }
    call
}

/// Makes a call, more than once where it gets no answer or is throttled, and removes what it made.
///
/// None where a lease was refused: the operation was not called, and is not known to be missing.
async fn ask(
    session: &mut Session,
    call: Call,
    seen: &mut Vec<Exchange>,
) -> Result<Option<Exchange>, JournalError> {
    let call = call.labelled("survey").expecting("survey");
    let case = Case { partition: "survey".to_owned(), plan: Plan { steps: vec![Step::Call(call)] } };
    let mut pause = Duration::from_millis(50);
    for attempt in 1.. {
        let recorded = session.execute(&case, &Anything).await?;
        let Some(exchange) = recorded.exchange("survey").cloned() else { return Ok(None) };
        let again = match exchange.response() {
            None => true,
            Some(answer) => is_throttled(answer) || answer.status == 503,
        };
        let most = if exchange.has_timed_out() { 2 } else { 3 };
        if !again || attempt >= most {
            seen.push(exchange.clone());
            return Ok(Some(exchange));
        }
        tokio::time::sleep(pause).await;
        pause *= 4;
    }
    unreachable!("the loop returns")
}

/// Whether an answer is about the caller or the caller's account, and not about what was asked.
fn refuses_the_caller(answer: &Response) -> bool {
    let mut codes = AUTH_CODES.iter().chain(NOT_SUBSCRIBED);
    answer.code().is_some_and(|code| codes.any(|known| *known == code))
}

/// Whether an answer says that the operation is not implemented, or cannot be told from the answer
/// to an operation that does not exist.
fn is_missing(operation: &str, answer: &Response, nonsense: Option<&Response>) -> bool {
    if let Outcome::Success(_) = answer.outcome() {
        return false;
    }
    let code = answer.code();
    if says_not_implemented(answer.status, code.as_deref()) {
        return true;
    }
    !refuses_the_caller(answer)
        && nonsense.is_some_and(|nonsense| {
            !matches!(nonsense.outcome(), Outcome::Success(_))
                && nonsense.status == answer.status
                && nonsense.code() == code
                && words(nonsense, NONSENSE) == words(answer, operation)
        })
}

/// The words of an answer's body but for the operation's name: numbers and ids differ between any two
/// answers.
fn words(answer: &Response, operation: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&answer.body).replace(operation, "");
    let words = text.split(|one: char| !one.is_alphanumeric() && one != '-');
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    words.filter(is_word).map(str::to_owned).collect()
}

fn reject_stranger(service: Service, url: &str, seen: &[Exchange]) -> Result<(), SurveyError> {
    let speaks = |answer: &Response| {
        // A redirection points away from here, whatever it looks like.
        !(300..400).contains(&answer.status)
            && (matches!(answer.json(), Some(Value::Object(_)))
                || answer.headers.iter().any(|(name, _)| name.starts_with("x-amz"))
                || (answer.status == 200 && answer.body.is_empty()))
    };
    // Where none of the operations exists, there is no protocol to speak: a plain error page, the
    // same for an operation that no service has, says no more than that.
    let declines = |answer: &Response| matches!(answer.status, 400 | 404 | 500 | 501);
    let declined = |exchange: &Exchange| exchange.response().is_none_or(declines);
    if seen.iter().filter_map(Exchange::response).any(speaks) || seen.iter().all(declined) {
        return Ok(());
    }
    let answer = seen.iter().find_map(Exchange::response).map_or_else(
        || "nothing".to_owned(),
        |answer| {
            let kind = answer.header("content-type").unwrap_or("no content type");
            match answer.header("location") {
                Some(location) if (300..400).contains(&answer.status) => {
                    format!("HTTP {}, a redirect to {location} that is not followed", answer.status)
                }
                _ => format!("HTTP {} with {kind}", answer.status),
            }
        },
    );
    let protocol = match service {
        Service::Rekognition => "AWS JSON 1.1",
        Service::Xray => "REST-JSON",
    };
    Err(SurveyError::Stranger(service, url.to_owned(), answer, protocol))
}

fn reject_unavailable(
    service: Service,
    url: &str,
    seen: &[Exchange],
    missing: &BTreeMap<String, String>,
) -> Result<(), SurveyError> {
    let unavailable = |exchange: &&Exchange| match exchange.response() {
        None => true,
        Some(answer) => {
            // A server error that is the same for what no service has says that there is no such
            // operation: so some frameworks do.
            let is_missing = missing.contains_key(&exchange.request.operation);
            is_throttled(answer)
                || answer.status == 503
                || (answer.has_failed() && !is_missing)
                || refuses_the_caller(answer)
        }
    };
    // An operation that does not exist may be refused before the caller is looked at.
    let real = |exchange: &&Exchange| exchange.request.operation != NONSENSE;
    if !seen.iter().any(|exchange| real(&exchange))
        || !seen.iter().filter(real).all(|exchange| unavailable(&exchange))
    {
        return Ok(());
    }
    let what = match seen.last() {
        Some(Exchange { reply: Err(silence), .. }) => format!("answers no request: {}", silence.detail),
        last => format!("answers every request with {}", last.map(describe).unwrap_or_default()),
    };
    Err(SurveyError::Unavailable(service, url.to_owned(), what))
}

/// Whether a policy that is put in one region shows in another. Spare regions are then available
/// to the session.
async fn separate_regions(session: &mut Session) -> Result<Option<bool>, SurveyError> {
    let Some(put) = model(Service::Xray).operation("PutResourcePolicy") else { return Ok(None) };
    let others: Vec<String> = spare_regions(&session.target().region).map(str::to_owned).collect();
    let elsewhere = Wire { elsewhere: true, ..Wire::default() };
    if others.is_empty() {
        return Ok(None);
    }
    let list = Call::new(Service::Xray, "ListResourcePolicies", Arg::Object(Vec::new()));
    let steps = vec![
        Step::Call(Call::new(Service::Xray, "PutResourcePolicy", input(put)).labelled("put")),
        Step::Call(list.clone().labelled("here").expecting("survey")),
        Step::Call(list.labelled("elsewhere").expecting("survey").over(elsewhere)),
    ];
    let case = Case { partition: "survey".to_owned(), plan: Plan { steps } };
    let recorded = session.execute(&case, &Anything).await?;
    let Some(name) = recorded.exchange("put").and_then(|put| put.request.input()) else { return Ok(None) };
    let Some(name) = name.get("PolicyName").and_then(Value::as_str) else { return Ok(None) };
    let shows = |label: &str| -> Option<bool> {
        let Outcome::Success(answer) = recorded.exchange(label)?.outcome() else { return None };
        let items = answer.json()?.get("ResourcePolicies")?.as_array()?;
        Some(items.iter().any(|item| item.get("PolicyName").and_then(Value::as_str) == Some(name)))
    };
    let separate = match (shows("here"), shows("elsewhere")) {
        (Some(true), Some(elsewhere)) => Some(!elsewhere),
        _ => None,
    };
    if separate == Some(true) {
        session.spare_regions = others.into();
    }
    Ok(separate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::the_same(
        "no such thing: Nonsense-1 (request 3f2)",
        "no such thing: DeleteProject-1 (request 4a7)",
        true
    )]
    #[case::something_else("no such operation", "no such policy", false)]
    #[case::nothing("", "", true)]
    fn what_answers_as_to_nonsense_is_missing(
        #[case] nonsense: &str,
        #[case] words: &str,
        #[case] missing: bool,
    ) {
        let answer =
            |text: &str| Response::new(400, Vec::new(), text.replace("Nonsense", NONSENSE).into_bytes());
        assert_eq!(is_missing("DeleteProject", &answer(words), Some(&answer(nonsense))), missing);
    }
}
