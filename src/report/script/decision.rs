//! How a script decides whether a violation shows again.

use super::replay::{Act, is_in, leaves_room};
use super::request::{judged, planned};
use super::shell::{json_string, quote};
use crate::exchange::Exchange;
use crate::judge::finding::{Class, Finding};
use crate::rules::Rule;
use crate::rules::expectation::{Alternative, Expectation};
use crate::service::{resource_created_by, resource_listed_by, resource_removed_by, resources};
use aws_conformance_generators::plan::Signature;
use serde_json::Value;

/// What tells whether a violation shows.
pub(super) enum Decision {
    /// A condition of the shell on the outcome alone: `success` or an error code.
    Outcome(String),
    /// A condition of the shell on the status and headers too, which not every client shows.
    Http(String),
    /// A filter of jq on the calls, and on the listings `$before` and `$after` where there are some; and where
    /// the judged call has to be accepted, the outcomes of which nothing of this shows, as a pattern of the shell.
    Calls(String, Option<String>),
    /// It cannot be told, for this reason.
    Unknown(&'static str),
}

/// Whether a finding is about what the listings around its call show.
pub(super) fn compares(finding: &Finding) -> bool {
    match &finding.violation.class {
        Class::RefusedButChanged | Class::Listing(_) => true,
        Class::Check(check) => judged(finding).is_some_and(|(_, judged)| around(check, judged).is_some()),
        _ => false,
    }
}

/// The decision for a finding.
pub(super) fn decision(rule: &Rule, finding: &Finding, acts: &[Act<'_>]) -> Decision {
    if acts.iter().any(|act| matches!(act, Act::AtOnce(_))) {
        return Decision::Unknown("calls that are sent at once may come in any order");
    }
    let Some(judged) = acts.iter().find_map(Act::judged) else {
        return Decision::Unknown("how long to wait is up to the target");
    };
    let planned = planned(finding, &judged.label);
    if planned.is_some_and(|call| call.wire.signature == Signature::Expired) {
        return Decision::Unknown("curl sends the date twice that it is given to sign for");
    }
    let expectation = planned.and_then(|call| rule.expectation(&call.expect));
    match &finding.violation.class {
        Class::Accepted
            if expectation.is_some_and(|one| one.by_state)
                && leaves_room(
                    judged,
                    acts.iter().take_while(|act| !matches!(act, Act::Judge(_))).flat_map(Act::exchanges),
                ) =>
        {
            Decision::Unknown("what took all the room was not made by this case")
        }
        // Where there is no room, as after the same script on the same endpoint, nothing is accepted.
        Class::Accepted => {
            let full =
                resource_created_by(&judged.request.operation).map_or(&[][..], |made| made.limit.codes);
            let expects = |code: &str| {
                expectation.is_none_or(|one| {
                    one.by_state || one.given.is_some() || one.codes().any(|known| known == code)
                })
            };
            let unexpected = full.iter().filter(|code| !expects(code));
            let full: String = unexpected.map(|code| format!("{code}) (exit 2) ;; ")).collect();
            Decision::Outcome(format!("case $outcome in success) ;; {full}*) false ;; esac"))
        }
        Class::Refused(code) => refusal(code.as_deref(), expectation),
        Class::Code(code) => refusal(Some(code), expectation),
        Class::Status(status) => Decision::Http(format!("[ \"$status\" = {status} ]")),
        Class::ServerError => Decision::Http(SERVER_ERROR.to_owned()),
        // An endpoint that answers nothing at all is not there.
        Class::NoResponse => {
            let listed = resources(rule.service).find(|one| one.scope.is_none());
            let list = listed.map_or("", |one| one.list);
            Decision::Http(format!(
                "gone=$status && printf '{{}}' >\"$dir/in\" && ask there {list}\n[ \"$gone\" = 000 ]"
            ))
        }
        _ if compares(finding) && !acts.iter().any(|act| matches!(act, Act::List(..))) => {
            Decision::Unknown("the listing was not kept")
        }
        Class::Check(check) => match around(check, judged) {
            Some(filter) => of_listings(filter, judged, acts),
            None => match answer(check, judged) {
                Some(filter) => Decision::Calls(with_words(&filter), Some(conforming(expectation))),
                None => Decision::Unknown(NO_WORDS),
            },
        },
        Class::RefusedButChanged => of_listings("$j.outcome != \"success\" and $was != $now", judged, acts),
        class @ Class::Listing(_) => match filter("listing", &class.to_string()) {
            Some(filter) => of_listings(filter, judged, acts),
            None => Decision::Unknown(NO_WORDS),
        },
        Class::NoOrder | Class::Needless => {
            Decision::Unknown("it takes the model to find an order of the calls")
        }
        Class::Never(_) => Decision::Unknown("how long to wait is up to the target"),
        Class::Monitor(class) => monitor(rule, class, judged),
    }
}

const SERVER_ERROR: &str = "[ \"$status\" -ge 500 ] && [ \"$status\" != 501 ]";
const NO_WORDS: &str = "what is wrong with the answer cannot be said in a line of jq";

/// The refusals that conform where a success is judged by what it says.
fn conforming(expectation: Option<&Expectation>) -> String {
    let accept = expectation.map_or(&[][..], |expectation| &expectation.accept);
    let is_any = accept.iter().any(|one| matches!(one, Alternative::AnyRefusal));
    if is_any {
        "*".to_owned()
    } else {
        expectation.into_iter().flat_map(Expectation::codes).collect::<Vec<_>>().join(" | ")
    }
}

/// Anything but what is accepted shows the violation.
fn refusal(code: Option<&str>, expectation: Option<&Expectation>) -> Decision {
    let Some(expectation) = expectation.filter(|one| one.given.is_none() && !one.by_state) else {
        // What is accepted depends on other answers: the same outcome shows the same violation.
        return Decision::Outcome(format!("[ \"$outcome\" = {} ]", quote(code.unwrap_or("refused"))));
    };
    let mut accepted: Vec<&str> = expectation.codes().collect();
    accepted.extend((!expectation.is_refusal()).then_some("success"));
    Decision::Outcome(format!("case $outcome in {}) false ;; esac", accepted.join(" | ")))
}

/// What a monitor saw is seen again in the same answer.
fn monitor(rule: &Rule, class: &str, judged: &Exchange) -> Decision {
    let name = rule.id.rsplit('.').next().unwrap_or_default();
    let status = || class.rsplit('-').next().unwrap_or_default();
    match name {
        "error-code" if class == "no-code" => {
            Decision::Http("[ \"$status\" -ge 400 ] && [ \"$outcome\" = refused ]".to_owned())
        }
        "error-code" => Decision::Http(format!(
            "[ \"$status/$outcome\" != 200/success ] && [ \"$status\" = {} ]",
            quote(status())
        )),
        "error-status" => Decision::Http(format!("[ \"$outcome-$status\" = {} ]", quote(class))),
        "error-known" => {
            let code = class.split_once('-').map_or(class, |(_, code)| code);
            Decision::Outcome(format!("[ \"$outcome\" = {} ]", quote(code)))
        }
        "success-status" => {
            Decision::Http(format!("[ \"$status/$outcome\" = {} ]", quote(&format!("{}/success", status()))))
        }
        "redirect" => Decision::Http(format!("[ \"$status\" = {} ]", quote(status()))),
        "server-error" => Decision::Http(SERVER_ERROR.to_owned()),
        "request-id" => {
            Decision::Http("! grep -qiE '^x-amzn?-request-?id: *[^[:space:]]' \"$dir/head\"".to_owned())
        }
        "content-type" => Decision::Http(
            "! grep -qiE '^content-type: *application/(x-amz-json-1\\.1|json) *(;|.?$)' \"$dir/head\""
                .to_owned(),
        ),
        "response-types" => types(class, judged),
        _ => Decision::Unknown("the SDK's client has to read the answer"),
    }
}

/// The member that the class names has a JSON type that it had in the evidence.
fn types(class: &str, judged: &Exchange) -> Decision {
    match class {
        "no-body" => return Decision::Http("! grep -q '[^[:space:]]' \"$dir/out\"".to_owned()),
        "no-object" => {
            let is_object = "jq -e 'type == \"object\"' \"$dir/out\" >\"$dir/type\" 2>&1";
            let is_text = judged.response().is_some_and(|answer| std::str::from_utf8(&answer.body).is_ok());
            // Jq puts other characters in the place of what is no UTF-8.
            return Decision::Http(match is_text {
                true => format!("! {is_object}"),
                false => format!(
                    "! {{ iconv -f UTF-8 -t UTF-8 \"$dir/out\" >\"$dir/type\" 2>&1 && {is_object}; }}"
                ),
            });
        }
        _ => {}
    }
    let Some((_, path)) = class.split_once('.') else { return Decision::Unknown(NO_WORDS) };
    let list = path.split('.').next().unwrap_or_default();
    let mut values: Vec<&Value> = judged.response().and_then(|answer| answer.json()).into_iter().collect();
    let mut filter = "$j.out".to_owned();
    // A list that has to be something else is told from one of the right things by itself, with its items.
    for member in path.split('.') {
        values = values.into_iter().filter_map(|value| value.get(member)).collect();
        let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        values.extend(items);
        filter.push_str(&format!(" | .[{}]? | (., arrays[])", json_string(member)));
    }
    let mut seen: Vec<&str> = values.into_iter().map(type_of).filter(|kind| *kind != "null").collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.is_empty() {
        return Decision::Unknown("what was answered was too long to be kept");
    }
    // Where nothing is listed, there is nothing to look at.
    let filter = format!(
        "if $j.out[{}]? == [] then error else [{filter} | type | select(. != \"null\")] | unique == {} end",
        json_string(list),
        Value::from(seen)
    );
    Decision::Calls(with_words(&filter), None)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The decision by a filter on the listings around the judged call: `$was` and `$now` are the policies that
/// they show, by name, and `$wanted` those that should be listed after it.
fn of_listings(filter: &str, judged: &Exchange, acts: &[Act<'_>]) -> Decision {
    let page = acts.iter().find_map(Act::page);
    let operation = judged.request.operation.as_str();
    let wanted = match (resource_created_by(operation), resource_removed_by(operation)) {
        // What is made or removed elsewhere is not to show here.
        _ if page.is_some_and(|page| !is_in(judged, page)) => "$was",
        (Some(_), _) => "$was + {($j.in.PolicyName): $j | {d: (.in.PolicyDocument | json), r: rev}}",
        (_, Some(_)) => "($was | del(.[$j.in.PolicyName // $j.in.ProjectArn]))",
        _ => "$was",
    };
    let wanted = format!("(if $j.outcome == \"success\" then {wanted} else $was end) as $wanted |\n");
    let wanted = if filter.contains("$wanted") { wanted } else { String::new() };
    Decision::Calls(with_words(&(wanted + filter)), None)
}

/// The filters of jq that scripts decide by: sections, each with its kind and names.
const CHECKS: &str = include_str!("../../../templates/checks.jq");

/// The sections of [`CHECKS`], the last one first: what stands behind `##`, and the filter.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHECKS.rsplit("\n## ").filter_map(|section| section.trim_end().split_once('\n'))
}

/// The filter of a kind that has this name.
fn filter(kind: &str, name: &str) -> Option<&'static str> {
    let is_meant = |head: &str| {
        head.split_once(' ')
            .is_some_and(|(known, names)| known == kind && names.split(' ').any(|one| one == name))
    };
    sections().find(|(head, _)| is_meant(head)).map(|(_, filter)| filter)
}

/// A filter with the words that it uses.
fn with_words(filter: &str) -> String {
    let words = sections().filter_map(|(head, word)| Some((head.strip_prefix("word ")?, word)));
    words.fold(filter.to_owned(), |filter, (name, word)| match filter.contains(name) {
        true => format!("{word}\n{filter}"),
        false => filter,
    })
}

/// What is wrong with the listings around a call that was accepted, as a filter of jq; none where the
/// check is of something else.
fn around(check: &str, judged: &Exchange) -> Option<&'static str> {
    // A document that is put in no scope is answered.
    let is_answered =
        || resource_created_by(&judged.request.operation).is_none_or(|made| made.scope.is_none());
    filter("around", check).filter(|_| check != "rewritten-document" || !is_answered())
}

/// What is wrong with an answer of success, as a filter of jq.
fn answer(check: &str, judged: &Exchange) -> Option<String> {
    let operation = &judged.request.operation;
    let made = resource_created_by(operation);
    Some(match check {
        "incomplete" => {
            let members = match resource_listed_by(operation).or(made)? {
                listed if listed.document.is_none() => r#""ProjectArn""#,
                listed if listed.scope.is_none() => {
                    r#""PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime""#
                }
                _ => r#""ProjectArn", "PolicyName", "PolicyDocument", "PolicyRevisionId""#,
            };
            filter("answer", check)?.replace("MEMBERS", members)
        }
        "rewritten-document" | "rewritten-item" if made.is_some() => {
            filter("answer", "other-document")?.to_owned()
        }
        _ => filter("answer", check)?.to_owned(),
    })
}

/// Whether a check is about times, which the AWS CLI writes in a form of its own.
pub(super) fn is_about_time(check: &str) -> bool {
    check.contains("time") || check.contains("moved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::exchange;
    use crate::rules::catalogue;
    use crate::rules::expectation::Level;

    #[test]
    fn every_check_of_an_answer_can_be_decided() {
        for rule in catalogue() {
            let alternatives = rule.expectations.iter().flat_map(|(_, expectation)| &expectation.accept);
            for alternative in alternatives {
                let Alternative::Success { checks, .. } = alternative else { continue };
                for check in checks.iter().filter(|check| check.level > Level::Observe) {
                    let judged = exchange(rule.service, rule.operation.unwrap_or_default());
                    let decided =
                        answer(check.class, &judged).or(around(check.class, &judged).map(str::to_owned));
                    assert!(decided.is_some(), "{}: {}", rule.id, check.class);
                }
            }
        }
    }
}
