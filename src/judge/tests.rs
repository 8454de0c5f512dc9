//! The judge on recordings that are made up.

use super::case::{Attempts, CaseOutcome};
use super::finding::{Class, Judgement, Unknown};
use super::judge_attempt;
use super::progress::RuleProgress;
use crate::exchange::{
    Exchange, Listed, Recorded, Reply, Request, Response, State, Trace, TransportError, TransportErrorKind,
    Typed,
};
use crate::judge::finding::Verdict;
use crate::rules::{Rule, Trial};
use crate::service::{Quotas, scope_resource};
use crate::settings::Repeats;
use aws_conformance_generators::plan::{Arg, Call, Case, Plan, SETUP, Scope, Service, Step};
use rstest::rstest;
use serde_json::{Value, json};

/// Traces of a case whose every request is answered by a function of its operation.
pub(crate) fn traces(case: &Case, answer: &mut dyn FnMut(&str) -> Exchange) -> Vec<Trace> {
    let mut labelled =
        |operation: &str, label: &str| Exchange { label: label.to_owned(), ..answer(operation) };
    let steps = case.plan.steps.iter();
    steps
        .map(|step| match step {
            Step::Call(call) => Trace::Call(labelled(&call.operation, &call.label)),
            Step::Parallel(calls) => {
                Trace::Parallel(calls.iter().map(|call| labelled(&call.operation, &call.label)).collect())
            }
            Step::Read(scope) => {
                let page = labelled(scope_resource(scope).list, "read");
                let state = crate::execute::listing::page(&page).map_err(|error| error.to_string());
                Trace::Read { state, pages: vec![page] }
            }
            Step::Await(_) | Step::Pause(_) => {
                Trace::Await { reached: Ok(()), late: false, polls: Vec::new() }
            }
        })
        .collect()
}

pub(crate) fn exchange(operation: &str, label: &str, input: Value, reply: Reply) -> Exchange {
    let request = Request::new(Service::Xray, operation, "us-east-1", input.to_string().into_bytes());
    Exchange::new(label, Request { path: format!("/{operation}"), ..request }, reply)
}

pub(crate) fn answered(status: u16, body: &Value) -> Reply {
    Ok(Response::new(status, Vec::new(), body.to_string().into_bytes()))
}

fn error(status: u16, code: &str) -> Reply {
    answered(status, &json!({ "__type": code }))
}

fn no_response() -> Reply {
    Err(TransportError { kind: TransportErrorKind::Broken, detail: "it closed the connection".to_owned() })
}

pub(crate) fn read(policies: &[(&str, &str, &str)]) -> Trace {
    let listed = policies.iter().map(|(name, revision, document)| {
        let (document, revision) = (Some((*document).to_owned()), Some((*revision).to_owned()));
        ((*name).to_owned(), Listed { document, revision, item: Value::Null })
    });
    let state = State { policies: listed.collect(), ..State::default() };
    let page = exchange("ListResourcePolicies", "read", json!({}), answered(200, &json!({})));
    Trace::Read { state: Ok(state), pages: vec![page] }
}

pub(crate) fn put(label: &str, name: &str, document: &str, given: &str, reply: Reply) -> Exchange {
    let mut input = json!({ "PolicyName": name, "PolicyDocument": document });
    if !given.is_empty() {
        input["PolicyRevisionId"] = json!(given);
    }
    exchange("PutResourcePolicy", label, input, reply)
}

pub(crate) fn stored(revision: &str) -> Reply {
    answered(200, &json!({ "ResourcePolicy": { "PolicyRevisionId": revision } }))
}

fn rule(id: &str) -> &'static Rule {
    crate::rules::rule(id).expect("the catalogue has it")
}

/// A recording of these traces, whose calls are judged by the expectation of this name.
pub(crate) fn recorded(traces: Vec<Trace>, expect: &str) -> Recorded {
    let call = |exchange: &Exchange| {
        let expect = if exchange.label == "setup" { SETUP } else { expect };
        Call::new(Service::Xray, &exchange.request.operation, Arg::Object(Vec::new()))
            .labelled(&exchange.label)
            .expecting(expect)
    };
    let step = |trace: &Trace| match trace {
        Trace::Call(exchange) => Step::Call(call(exchange)),
        Trace::Parallel(exchanges) => Step::Parallel(exchanges.iter().map(call).collect()),
        _ => Step::Read(Scope::ResourcePolicies),
    };
    let plan = Plan { steps: traces.iter().map(step).collect() };
    let case = Case { partition: "made up".to_owned(), plan };
    let quotas = Quotas { resource_policies: Some(2), ..Quotas::default() };
    Recorded { quotas, ..Recorded::of(case, traces) }
}

pub(crate) const FIRST: &str = r#"{"a":1}"#;
pub(crate) const SECOND: &str = r#"{"a":2}"#;
const REVISION: &str = "InvalidPolicyRevisionIdException";
const COUNT: &str = "PolicyCountLimitExceededException";

type Policies = &'static [(&'static str, &'static str, &'static str)];
/// Name, document, supplied revision, and the answered one or the code of a refusal.
type Put = (&'static str, &'static str, &'static str, Result<&'static str, &'static str>);

#[rstest]
#[case::one_of_two_creations(&[], &[("a", FIRST, "0", Ok("1")), ("a", SECOND, "0", Err(REVISION))], &[("a", "1", FIRST)], None)]
#[case::both_creations(&[], &[("a", FIRST, "0", Ok("1")), ("a", SECOND, "0", Ok("2"))], &[("a", "2", SECOND)], Some(Class::NoOrder))]
#[case::no_creation(&[], &[("a", FIRST, "0", Err(REVISION)), ("a", SECOND, "0", Err(REVISION))], &[], Some(Class::Needless))]
#[case::one_of_two_updates(&[("a", "1", FIRST)], &[("a", SECOND, "1", Ok("2")), ("a", "{}", "1", Err(REVISION))], &[("a", "2", SECOND)], None)]
#[case::both_updates(&[("a", "1", FIRST)], &[("a", SECOND, "1", Ok("2")), ("a", "{}", "1", Ok("3"))], &[("a", "3", "{}")], Some(Class::NoOrder))]
#[case::the_refused_one_is_stored(&[("a", "1", FIRST)], &[("a", SECOND, "1", Ok("2")), ("a", "{}", "1", Err(REVISION))], &[("a", "2", "{}")], Some(Class::NoOrder))]
#[case::one_revision_for_two(&[("a", "1", FIRST)], &[("a", SECOND, "", Ok("2")), ("a", "{}", "", Ok("2"))], &[("a", "2", SECOND)], Some(Class::NoOrder))]
#[case::a_revision_each(&[("a", "1", FIRST)], &[("a", SECOND, "", Ok("3")), ("a", "{}", "", Ok("2"))], &[("a", "3", SECOND)], None)]
#[case::a_lost_creation(&[], &[("a", FIRST, "", Ok("1")), ("b", FIRST, "", Ok("1"))], &[("b", "1", FIRST)], Some(Class::NoOrder))]
#[case::within_the_limit(&[("a", "1", FIRST)], &[("b", FIRST, "", Ok("1")), ("c", FIRST, "", Err(COUNT))], &[("a", "1", FIRST), ("b", "1", FIRST)], None)]
#[case::beyond_the_limit(&[("a", "1", FIRST)], &[("b", FIRST, "", Ok("1")), ("c", FIRST, "", Ok("1"))], &[("a", "1", FIRST), ("b", "1", FIRST), ("c", "1", FIRST)], Some(Class::NoOrder))]
#[case::refused_with_room(&[], &[("a", FIRST, "", Ok("1")), ("b", FIRST, "", Err(COUNT))], &[("a", "1", FIRST)], Some(Class::Needless))]
fn overlapping_puts_are_explained_by_an_order_or_not(
    #[case] before: Policies,
    #[case] puts: &[Put],
    #[case] after: Policies,
    #[case] class: Option<Class>,
) {
    let calls = puts.iter().enumerate().map(|(at, (name, document, given, answer))| {
        let reply = match answer {
            Ok(revision) => stored(revision),
            Err(code) => error(400, code),
        };
        put(&format!("at-once-{at}"), name, document, given, reply)
    });
    let traces = vec![read(before), Trace::Parallel(calls.collect()), read(after)];
    let judged = judge_attempt(rule("xray.concurrency.creation.once"), &recorded(traces, "raced"));
    match (judged, class) {
        (Judgement::Conforms, None) => {}
        (Judgement::Violates(found), Some(class)) => assert_eq!(found[0].class, class),
        (judged, class) => panic!("{judged:?}, not {class:?}"),
    }
}

#[test]
fn what_comes_after_a_call_that_was_wrongly_carried_out_is_not_judged() {
    let stale = |label| Trace::Call(put(label, "a", FIRST, "1", stored("4")));
    let after = || read(&[("a", "4", FIRST)]);
    let traces = vec![read(&[("a", "3", SECOND)]), stale("s1"), after(), stale("s2"), after()];
    let rule = rule("xray.PutResourcePolicy.PolicyRevisionId.stale");
    let Judgement::Violates(found) = judge_attempt(rule, &recorded(traces, "refused")) else {
        panic!("it violates");
    };
    assert!(found.iter().all(|one| one.label == "s1"), "{found:?}");
}

#[test]
fn a_throttled_call_of_a_race_is_no_needless_refusal() {
    let throttled = put("at-once-2", "b", FIRST, "", error(400, "ThrottlingException"));
    let calls = vec![put("at-once-1", "a", FIRST, "", stored("1")), throttled];
    let traces = vec![read(&[]), Trace::Parallel(calls), read(&[("a", "1", FIRST)])];
    let judged = judge_attempt(rule("xray.concurrency.creation.once"), &recorded(traces, "raced"));
    assert!(matches!(judged, Judgement::Inconclusive(Unknown::Throttled(_))), "{judged:?}");
}

#[test]
fn what_comes_after_a_call_that_was_throttled_is_not_judged() {
    let delete =
        exchange("DeleteResourcePolicy", "s1", json!({"PolicyName": "a"}), error(400, "ThrottlingException"));
    let create = put("s2", "a", FIRST, "0", error(400, REVISION));
    let before = || read(&[("a", "1", SECOND)]);
    let traces = vec![before(), Trace::Call(delete), Trace::Call(create), before()];
    let judged =
        judge_attempt(rule("xray.PutResourcePolicy.PolicyName.creates"), &recorded(traces, "created"));
    assert!(matches!(judged, Judgement::Inconclusive(Unknown::Throttled(_))), "{judged:?}");
}

/// A token of a later page may name what has gone.
#[test]
fn a_later_page_that_is_refused_is_no_change() {
    let refused = Trace::Call(put("s1", "a", FIRST, "0", error(400, REVISION)));
    let page = |reply| exchange("ListResourcePolicies", "read", json!({}), reply);
    let read_again = |pages: Vec<Exchange>| Trace::Read { state: Err("refused".to_owned()), pages };
    let judged = |pages| {
        let traces = vec![read(&[("a", "1", FIRST)]), refused.clone(), read_again(pages)];
        judge_attempt(
            rule("xray.PutResourcePolicy.PolicyRevisionId.zero-on-taken-name"),
            &recorded(traces, "refused"),
        )
    };
    let lost = page(error(400, "InvalidRequestException"));
    assert!(matches!(judged(vec![lost.clone()]), Judgement::Violates(_)));
    let first = page(answered(200, &json!({"NextToken": "b"})));
    assert!(!matches!(judged(vec![first, lost]), Judgement::Violates(_)));
}

/// A put under a free name that was answered like this, and what was listed then.
fn creation(reply: Reply, after: Policies) -> Recorded {
    let call = Trace::Call(put("s1", "a", FIRST, "", reply));
    recorded(vec![read(&[]), call, read(after)], "created")
}

pub(super) fn creates() -> &'static Rule {
    rule("xray.PutResourcePolicy.PolicyName.unique")
}

#[rstest]
#[case::stored(stored("1"), &[("a", "1", FIRST)], Ok(()))]
#[case::in_iam_s_other_words(stored("1"), &[("a", "1", r#"{"a":[1]}"#)], Err("listed-spelling"))]
#[case::another_document(stored("1"), &[("a", "1", SECOND)], Err("listed-document"))]
#[case::not_listed(stored("1"), &[], Err("not-listed"))]
#[case::refused(error(400, REVISION), &[], Err("refused-InvalidPolicyRevisionIdException"))]
#[case::server_error(error(500, "InternalFailure"), &[("a", "1", SECOND)], Err("server-error"))]
fn a_creation_is_judged(#[case] reply: Reply, #[case] after: Policies, #[case] expected: Result<(), &str>) {
    check_judgement(judge_attempt(creates(), &creation(reply, after)), expected);
}

fn check_judgement(judged: Judgement, expected: Result<(), &str>) {
    match (judged, expected) {
        (Judgement::Conforms, Ok(())) => {}
        (Judgement::Violates(found), Err(class)) => {
            let classes: Vec<String> = found.iter().map(|one| one.class.to_string()).collect();
            assert_eq!(classes, [class]);
        }
        (judged, expected) => panic!("{judged:?}, not {expected:?}"),
    }
}

#[test]
fn an_interrupted_attempt_shows_nothing() {
    let recorded = Recorded { interrupted: true, ..creation(stored("1"), &[]) };
    assert!(matches!(judge_attempt(creates(), &recorded), Judgement::Inconclusive(Unknown::Interrupted)));
}

fn attempts(rule: &'static Rule, recorded: impl IntoIterator<Item = Recorded>) -> Attempts<'static> {
    let mut attempts = Attempts::new(rule);
    recorded.into_iter().enumerate().for_each(|(number, recorded)| attempts.push(number, recorded));
    attempts
}

fn good() -> Recorded {
    creation(stored("1"), &[("a", "1", FIRST)])
}

fn bad() -> Recorded {
    creation(stored("1"), &[])
}

fn broken() -> Recorded {
    creation(error(500, "InternalFailure"), &[])
}

fn unanswered() -> Recorded {
    creation(no_response(), &[])
}

fn around_broken_too() -> Recorded {
    let mut recorded = unanswered();
    let reads = recorded.traces.iter_mut().filter_map(|trace| match trace {
        Trace::Read { pages, .. } => Some(pages),
        _ => None,
    });
    reads.flatten().for_each(|page| page.resent = 1);
    recorded
}

pub(super) fn early() -> Recorded {
    Recorded { early_reads: true, ..bad() }
}

pub(super) fn beside_others() -> Recorded {
    Recorded { shared: true, ..bad() }
}

#[rstest]
#[case::conforms(vec![good()], "conforms")]
#[case::reproduced(vec![bad(), bad(), bad()], "violates must 3/3")]
#[case::seen_once(vec![bad(), good(), good()], "violates must 1/3")]
#[case::seen_after_no_response(vec![unanswered(), bad(), bad(), bad()], "violates must 3/3")]
#[case::a_server_error_once(vec![broken(), good(), good(), good(), good()], "violates should 1/5")]
#[case::a_server_error_always(vec![broken(), broken(), broken(), broken(), broken()], "violates must 5/5")]
#[case::a_server_error_once_and_nothing_after([vec![broken()], vec![around_broken_too(); 8]].concat(), "violates should 1/1")]
#[case::a_server_error_twice_and_no_answer_else([vec![broken(), broken()], vec![around_broken_too(); 7]].concat(), "violates should 2/2")]
#[case::confirmed_in_the_end(vec![bad(), around_broken_too(), bad(), bad()], "violates must 3/3")]
#[case::answered_at_last(vec![unanswered(), unanswered(), good()], "conforms")]
#[case::closed_on_alone(vec![unanswered(); 6], "violates must 6/6")]
#[case::broken_here_and_there(vec![around_broken_too(); 8], "inconclusive")]
#[case::read_late_it_conforms(vec![early(), good()], "conforms")]
#[case::read_late_it_violates(vec![early(), bad(), bad(), bad()], "violates must 3/3")]
#[case::alone_it_conforms(vec![beside_others(), good()], "conforms")]
#[case::alone_it_violates(vec![beside_others(), bad(), bad(), bad()], "violates must 3/3")]
fn attempts_are_made_until_they_settle_the_case(#[case] recordings: Vec<Recorded>, #[case] verdict: &str) {
    let repeats = Repeats::default();
    let mut attempts = Attempts::new(creates());
    for recorded in recordings {
        assert!(attempts.needs_another(&repeats, &[]), "{} were enough", attempts.numbers().len());
        attempts.push(attempts.numbers().len(), recorded);
    }
    assert!(!attempts.needs_another(&repeats, &[]), "one more is asked for");
    let concluded = match attempts.conclude().outcome {
        CaseOutcome::Conforms => "conforms".to_owned(),
        CaseOutcome::Inconclusive(_) => "inconclusive".to_owned(),
        CaseOutcome::NotApplicable(_) => "not applicable".to_owned(),
        CaseOutcome::Violates(found) => {
            format!("violates {} {}", found[0].violation.level, found[0].reproduced)
        }
    };
    assert_eq!(concluded, verdict);
}

/// A call that has to be answered, and one after it that shows whether the target is there.
#[rstest]
#[case::both_answered([true, true], "conforms")]
#[case::not_answered([false, true], "violates")]
#[case::the_target_is_away([false, false], "inconclusive")]
fn what_has_to_be_answered_is_judged_where_the_target_is_there(
    #[case] are_answered: [bool; 2],
    #[case] verdict: &str,
) {
    let rule = rule("xray.wire.content-type.wrong");
    let case = &rule.trial.fixed()[0];
    let mut replies = are_answered.into_iter().map(|is_answered| match is_answered {
        true => answered(200, &json!({"ResourcePolicies": []})),
        false => no_response(),
    });
    let traces = traces(case, &mut |operation| {
        exchange(operation, "", json!({}), replies.next().expect("there are two calls"))
    });
    let judgement = judge_attempt(rule, &Recorded { case: case.clone(), traces, ..good() });
    let judged = match judgement {
        Judgement::Conforms => "conforms",
        Judgement::Violates(found) if found[0].class == Class::NoResponse => "violates",
        Judgement::Inconclusive(_) => "inconclusive",
        other => panic!("{other:?}"),
    };
    assert_eq!(judged, verdict);
}

#[test]
fn a_known_failure_is_not_confirmed_again() {
    let attempts = attempts(creates(), [bad()]);
    assert!(attempts.needs_another(&Repeats::default(), &[]));
    let known = [Class::Listing(super::finding::Mismatch::Missing)];
    assert!(!attempts.needs_another(&Repeats::default(), &known));
}

/// One case that does not apply says nothing of the others.
#[test]
fn a_rule_is_judged_by_the_cases_that_apply() {
    let mut skipped = good();
    skipped.traces[1] = Trace::Skipped("the set-up was refused".to_owned());
    let mut progress = RuleProgress::default();
    progress.note(attempts(creates(), [skipped.clone(), skipped]).conclude());
    assert!(progress.is_out_of_reach());
    assert_eq!(progress.verdict(creates()).0, Verdict::NotApplicable);
    progress.note(attempts(creates(), [good()]).conclude());
    let (verdict, reason) = progress.verdict(creates());
    assert_eq!(verdict, Verdict::Conforms);
    assert!(reason.is_some_and(|reason| reason.starts_with("1 of 2 cases are not applicable")));
}

/// Where no refusal could be tried, for want of room say, valid values that are accepted say nothing.
#[test]
fn a_rule_about_refusals_is_not_judged_by_what_is_accepted() {
    let rule = rule("xray.PutResourcePolicy.PolicyName.length-max");
    let mut accepted = good();
    accepted.case.plan.steps[1] = match &accepted.case.plan.steps[1] {
        Step::Call(call) => Step::Call(call.clone().expecting("accepted")),
        other => other.clone(),
    };
    let mut skipped = accepted.clone();
    skipped.traces[1] = Trace::Skipped("there is no room".to_owned());
    if let Step::Call(call) = &mut skipped.case.plan.steps[1] {
        *call = call.clone().expecting("refused");
    }
    let mut progress = RuleProgress::default();
    progress.note(attempts(rule, [accepted]).conclude());
    assert_eq!(progress.verdict(rule).0, Verdict::Conforms);
    progress.note(attempts(rule, [skipped.clone(), skipped]).conclude());
    assert_eq!(progress.verdict(rule).0, Verdict::NotApplicable);
    progress.refused(1, Vec::new());
    assert_eq!(progress.verdict(rule).0, Verdict::Conforms);
}

/// What an earlier case could not remove from a leased project is not another project's.
#[rstest]
#[case::left_from_before("left", Ok(()))]
#[case::put_on_the_other("a", Err("another-projects"))]
fn a_project_lists_its_own_policies(#[case] listed: &str, #[case] verdict: Result<(), &str>) {
    let input = json!({ "ProjectArn": "p", "PolicyName": "a" });
    let put = exchange("PutProjectPolicy", "setup", input, answered(200, &json!({})));
    let list = answered(200, &json!({ "ProjectPolicies": [{ "PolicyName": listed }] }));
    let list = exchange("ListProjectPolicies", "list", json!({ "ProjectArn": "q" }), list);
    let of_project = rule("rekognition.ListProjectPolicies.ProjectPolicies.of-project");
    let judged = judge_attempt(of_project, &recorded(vec![Trace::Call(put), Trace::Call(list)], "own"));
    check_judgement(judged, verdict);
}

/// Without a listing, what is judged by its answer still is, and what has to be listed is not.
#[rstest]
#[case::a_refusal("xray.PutResourcePolicy.PolicyRevisionId.future", "refused", error(400, REVISION), true)]
#[case::a_success("xray.PutResourcePolicy.PolicyRevisionId.zero-on-free-name", "created", stored("1"), false)]
fn a_listing_that_is_not_implemented_takes_only_what_it_would_show(
    #[case] id: &str,
    #[case] expect: &str,
    #[case] reply: Reply,
    #[case] judged: bool,
) {
    let read = || {
        let page =
            exchange("ListResourcePolicies", "read", json!({}), error(501, "UnknownOperationException"));
        Trace::Read { state: Err("it is not implemented".to_owned()), pages: vec![page] }
    };
    let call = Trace::Call(put("s1", "a", FIRST, "", reply));
    let verdict = judge_attempt(rule(id), &recorded(vec![read(), call, read()], expect));
    match judged {
        true => assert!(matches!(verdict, Judgement::Conforms), "{verdict:?}"),
        false => assert!(matches!(verdict, Judgement::NotApplicable(_)), "{verdict:?}"),
    }
}

/// What a proxy in front of the service answers by itself has a form of its own.
#[rstest]
#[case::throttled(429)]
#[case::bad_gateway(502)]
#[case::overloaded(503)]
#[case::too_slow(504)]
fn the_form_of_a_gateways_answer_is_not_judged(#[case] status: u16) {
    let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
    let reply = Ok(Response::new(status, headers, b"<h1>later</h1>".to_vec()));
    let exchange = exchange("PutResourcePolicy", "put", json!({}), reply);
    for name in ["error-code", "error-status", "error-known", "content-type", "request-id", "typed-client"] {
        let id = format!("xray.monitor.{name}");
        let Trial::Monitor(look) = rule(&id).trial else { panic!("{id} is no monitor") };
        assert!(look(&exchange).is_none(), "{id}");
    }
}

/// What a conforming endpoint may answer of its own accord is nothing that a monitor minds.
#[rstest]
#[case::an_echo_of_what_no_parser_takes(
    "xray.monitor.error-code",
    "PutResourcePolicy",
    r#"{"PolicyName":"\udc00"}"#,
    r#"{"message":"no \udc00","__type":"ValidationException"}"#
)]
#[case::an_echo_that_no_client_reads(
    "xray.monitor.typed-client",
    "PutResourcePolicy",
    r#"{"PolicyName":"\udc00"}"#,
    r#"{"message":"no \udc00","__type":"ValidationException"}"#
)]
#[case::what_s3_members_are_refused_with(
    "rekognition.monitor.error-known",
    "CopyProjectVersion",
    "{}",
    r#"{"__type":"InvalidS3ObjectException"}"#
)]
fn a_monitor_does_not_mind(
    #[case] id: &str,
    #[case] operation: &str,
    #[case] sent: &str,
    #[case] answered: &str,
) {
    let Trial::Monitor(look) = rule(id).trial else { panic!("{id} is no monitor") };
    let service = if id.starts_with("xray") { Service::Xray } else { Service::Rekognition };
    let response = Response::new(400, Vec::new(), answered.as_bytes().to_vec());
    let mut exchange = exchange(operation, "put", json!({}), Ok(response));
    exchange.request = Request::new(service, operation, "us-east-1", sent.as_bytes().to_vec());
    exchange.typed = Some(Typed::Unreadable("it is no JSON".to_owned()));
    assert!(look(&exchange).is_none_or(|outcome| outcome.is_ok()), "{id}");
}

/// A rule about what is there says nothing of an endpoint where nothing is there.
#[rstest]
#[case::prepared(&[("a", "1", FIRST)], None)]
#[case::not_prepared(&[], Some("what prepares the case has no effect: \"a\" is not listed"))]
fn a_case_needs_what_prepares_it(#[case] before: Policies, #[case] why: Option<&str>) {
    let setup = put("setup", "a", FIRST, "", stored("1"));
    let input = json!({ "PolicyName": "a" });
    let gone = exchange("DeleteResourcePolicy", "gone", input, answered(200, &json!({})));
    let traces = vec![Trace::Call(setup), read(before), Trace::Call(gone), read(&[])];
    let recorded = recorded(traces, "gone");
    match (judge_attempt(rule("xray.DeleteResourcePolicy.PolicyName.deletes"), &recorded), why) {
        (Judgement::Conforms, None) => {}
        (Judgement::NotApplicable(reason), Some(why)) => assert_eq!(reason, why),
        other => panic!("{other:?}"),
    }
}
