//! How a script decides whether a violation shows again.

use super::replay::{Act, input_text, is_accepted};
use super::request::{judged, planned};
use super::shell::{json_string, quote};
use crate::exchange::Exchange;
use crate::judge::finding::{Class, Finding, Mismatch};
use crate::rules::Rule;
use crate::rules::expectation::{Alternative, Expectation};
use crate::service::{resource_created_by, resource_listed_by, resource_removed_by, resources};
use aws_conformance_generators::plan::Signature;
use serde_json::Value;
use std::collections::BTreeSet;

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
    let judged =
        acts.iter().find_map(|act| if let Act::Judge(exchange) = act { Some(*exchange) } else { None });
    let Some(judged) = judged else {
        return Decision::Unknown("how long to wait is up to the target");
    };
    let planned = planned(finding, &judged.label);
    if planned.is_some_and(|call| call.wire.signature == Signature::Expired) {
        return Decision::Unknown("curl sends the date twice that it is given to sign for");
    }
    let expectation = planned.and_then(|call| rule.expectation(&call.expect));
    match &finding.violation.class {
        Class::Accepted if expectation.is_some_and(|one| one.by_state) && others_took_room(judged, acts) => {
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
        Class::Listing(mismatch) => of_listings(state(*mismatch), judged, acts),
        Class::NoOrder | Class::Needless => {
            Decision::Unknown("it takes the model to find an order of the calls")
        }
        Class::Never(_) => Decision::Unknown("how long to wait is up to the target"),
        Class::Monitor(class) => monitor(rule, class, judged),
    }
}

const SERVER_ERROR: &str = "[ \"$status\" -ge 500 ] && [ \"$status\" != 501 ]";
const NO_WORDS: &str = "what is wrong with the answer cannot be said in a line of jq";

/// Whether there was no room left for what the judged call makes though a script would not take it: the policies
/// before it are fewer than there may be.
fn others_took_room(judged: &Exchange, acts: &[Act<'_>]) -> bool {
    let Some(made) = resource_created_by(&judged.request.operation) else { return false };
    let is_updating =
        made.versions.as_ref().is_some_and(|versions| input_text(judged, versions.member).is_some());
    let name = |exchange: &Exchange, member| input_text(exchange, member).unwrap_or_default();
    let mut there = BTreeSet::new();
    let before = acts.iter().take_while(|act| !matches!(act, Act::Judge(_))).flat_map(Act::exchanges);
    for exchange in before.filter(|exchange| is_accepted(exchange) && is_in(exchange, judged)) {
        match exchange.request.operation.as_str() {
            create if create == made.create => drop(there.insert(name(exchange, made.names.create))),
            delete if delete == made.delete => drop(there.remove(&name(exchange, made.names.removal))),
            _ => {}
        }
    }
    let least = made.limit.documented.iter().min();
    !is_updating
        && !there.contains(&name(judged, made.names.create))
        && least.is_some_and(|least| there.len() < *least)
}

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

/// Whether what a call makes or removes is in the scope that a page lists.
fn is_in(call: &Exchange, page: &Exchange) -> bool {
    let operation = call.request.operation.as_str();
    let resource = resource_created_by(operation).or(resource_removed_by(operation));
    let scope = resource.and_then(|resource| resource.scope);
    call.request.region == page.request.region
        && scope.is_none_or(|scope| input_text(call, scope) == input_text(page, scope))
}

/// The decision by a filter on the listings around the judged call: `$was` and `$now` are the policies that
/// they show, by name, and `$wanted` those that should be listed after it.
fn of_listings(filter: &str, judged: &Exchange, acts: &[Act<'_>]) -> Decision {
    let page = acts.iter().find_map(|act| if let Act::List(_, page) = act { Some(*page) } else { None });
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

/// What is wrong with a listing, as a filter of jq on what it should show and what it does.
fn state(mismatch: Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Missing => "($wanted | keys) - ($now | keys) != []",
        Mismatch::Extra => "($now | keys) - ($wanted | keys) != []",
        Mismatch::Revision => "any($wanted | keys[]; $now[.] and $now[.].r != $wanted[.].r)",
        Mismatch::Document | Mismatch::Spelling => {
            "any($wanted | keys[]; $now[.] and $now[.].d != $wanted[.].d)"
        }
        Mismatch::Malformed => {
            "($after | length) != ($now | length) or any($after[]; (.PolicyName // .ProjectArn) == null)"
        }
    }
}

/// What filters are written with, each with the name that it is used by: `$j` is the judged call, and `$a`
/// are those before it that were accepted; `$p` are the policies that were put, by name.
const WORDS: [(&str, &str); 15] = [
    ("json", "def json: try fromjson catch .;"),
    ("rev", "def rev: .out | .PolicyRevisionId? // .ResourcePolicy.PolicyRevisionId?;"),
    (
        "items",
        "def items: [.out | (.ResourcePolicy? // empty), (.ResourcePolicies? // .ProjectPolicies? // .ProjectDescriptions? // [])[]];",
    ),
    ("off", "def off: (. - now) | if . < 0 then - . else . end;"),
    ("far", "def far: type == \"number\" and off > 31622400;"),
    ("near", "def near: type == \"number\" and off >= 300 and off <= 31622400;"),
    (
        "named",
        r#"def named: map({key: (.PolicyName // .ProjectArn // ""), value: {d: (.PolicyDocument | json), r: .PolicyRevisionId}}) | from_entries;"#,
    ),
    ("$j", r#"map(select(.l == "judged"))[-1] as $j |"#),
    ("$was", "($before | named) as $was |"),
    ("$now", "($after | named) as $now |"),
    ("$a[", "[.[:-1][] | select(.outcome == \"success\")] as $a |"),
    (
        "$p",
        r#"(reduce ($a[] | select(.in.ProjectArn == $j.in.ProjectArn)) as $c ({};
   if ($c.op | startswith("Put")) then .[$c.in.PolicyName] = $c
   elif ($c.op | test("^Delete.*Policy$")) then del(.[$c.in.PolicyName]) else . end)) as $p |"#,
    ),
    (
        "$mine",
        "($j | items | map(select(.PolicyName == null or .PolicyName == $j.in.PolicyName or $p[.PolicyName] != null))) as $mine |",
    ),
    (
        "$times",
        "[$mine[] | .LastUpdatedTime, .LastUpdatedTimestamp, .CreationTimestamp | select(. != null)] as $times |",
    ),
    (
        "$gone",
        r#"[$a[] | select((.op | startswith("Delete")) and .in.PolicyName == null) | .in.ProjectArn] as $gone |"#,
    ),
];

/// A filter with the words that it uses.
fn with_words(filter: &str) -> String {
    WORDS.iter().rev().fold(filter.to_owned(), |filter, (name, word)| match filter.contains(name) {
        true => format!("{word}\n{filter}"),
        false => filter,
    })
}

/// What is wrong with the listings around a call that was accepted, as a filter of jq; none where the
/// check is of something else.
fn around(check: &str, judged: &Exchange) -> Option<&'static str> {
    let made = resource_created_by(&judged.request.operation);
    Some(match check {
        "update-time-stays" => {
            r#"$j.outcome == "success" and any($before[] | select(.PolicyName == $j.in.PolicyName);
  .LastUpdatedTimestamp as $was | any($after[]; .PolicyName == $j.in.PolicyName and .LastUpdatedTimestamp <= $was))"#
        }
        "creation-time-moves" => {
            r#"$j.outcome == "success" and any($before[] | select(.PolicyName == $j.in.PolicyName);
  .CreationTimestamp as $was | any($after[]; .PolicyName == $j.in.PolicyName and .CreationTimestamp != $was))"#
        }
        "moved-by-reading" => {
            "any($before[]; . as $was | any($after[]; .PolicyName == $was.PolicyName and . != $was))"
        }
        "another-moved" => {
            r#"$j.outcome == "success" and any($before[] | select(.PolicyName != $j.in.PolicyName);
  . as $was | any($after[]; .PolicyName == $was.PolicyName and .LastUpdatedTimestamp - $was.LastUpdatedTimestamp >= 1))"#
        }
        "creation-time-kept" => {
            r#"$j.outcome == "success" and any($after[] | select(.PolicyName == $j.in.PolicyName);
  .CreationTimestamp as $now | any($before[]; .CreationTimestamp >= $now))"#
        }
        "rewritten-document" if made.is_some_and(|made| made.scope.is_some()) => {
            r#"$j.outcome == "success" and any($after[];
  .PolicyName == $j.in.PolicyName and (.PolicyDocument | json) != ($j.in.PolicyDocument | json))"#
        }
        _ => return None,
    })
}

/// What is wrong with an answer of success, as a filter of jq.
fn answer(check: &str, judged: &Exchange) -> Option<String> {
    Some(match check {
        "incomplete" => {
            let listed = resource_listed_by(&judged.request.operation);
            let members = match listed.or(resource_created_by(&judged.request.operation))? {
                listed if listed.document.is_none() => r#""ProjectArn""#,
                listed if listed.scope.is_none() => {
                    r#""PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime""#
                }
                _ => r#""ProjectArn", "PolicyName", "PolicyDocument", "PolicyRevisionId""#,
            };
            format!("($j | items) as $i | ($i | length) == 0 or any($i[]; any(.[{members}]; . == null))")
        }
        "rewritten-document" | "rewritten-item" => match resource_created_by(&judged.request.operation) {
            Some(_) => "($j.out.ResourcePolicy.PolicyDocument | json) != ($j.in.PolicyDocument | json)",
            None => {
                "any($mine[]; . as $i | $p[.PolicyName // \"\"] as $c | ($i.PolicyDocument | json) != ($c.in.PolicyDocument | json))"
            }
        }
        .to_owned(),
        other => match other {
            "time-stays" | "time-kept" => {
                "($j.out.ResourcePolicy.LastUpdatedTime | type) != \"number\" or any($a[]; .in.PolicyName == $j.in.PolicyName and .out.ResourcePolicy.LastUpdatedTime? >= $j.out.ResourcePolicy.LastUpdatedTime)"
            }
            "moved" => {
                "([$a[].out.ResourcePolicies? // empty] | last) as $l | any($mine[]; . as $i | any($l[]; .PolicyName == $i.PolicyName and . != $i))"
            }
            "time-moved" => {
                "([$a[].out.ProjectDescriptions? // empty] | last) as $l | any($j | items[]; . as $i | any($l[]; .ProjectArn == $i.ProjectArn and .CreationTimestamp != $i.CreationTimestamp))"
            }
            "unsorted" => {
                "[$j | items[].CreationTimestamp] as $t | $t != ($t | sort) and $t != ($t | sort | reverse)"
            }
            "other-name" => "$j.out.ResourcePolicy.PolicyName != $j.in.PolicyName",
            "other-document" => "($j.out.ResourcePolicy.PolicyDocument | json) != ($j.in.PolicyDocument | json)",
            "same-revision" | "revision-again" => {
                "($j | rev | type) != \"string\" or any($a[]; .in.PolicyName == $j.in.PolicyName and .in.ProjectArn == $j.in.ProjectArn and rev == ($j | rev))"
            }
            "revision-order" => {
                "any($a[]; .in.PolicyName == $j.in.PolicyName and (rev | tonumber) > ($j | rev | tonumber))"
            }
            "revision-form" => {
                r#"([$j | items[].PolicyRevisionId] + (if $j.out | has("ProjectPolicies") then [] else [$j | rev] end))
  | any(.[]; type != "string" or (test("\\A[0-9A-Fa-f]{1,64}\\z") | not))"#
            }
            // An item of X-Ray's always has its time.
            "time-form" => {
                r#"any($times[]; type != "number") or any($mine[]; (has("ProjectArn") | not) and (.LastUpdatedTime | type) != "number")"#
            }
            "time-unit" => "any($times[]; far)",
            "time" => "any($times[]; type != \"number\" or far)",
            "time-skew" => "any($times[]; near) or any($mine[]; has(\"ProjectArn\") and .CreationTimestamp == null)",
            "time-order" => "any($times[]; near) or any($mine[]; .CreationTimestamp > .LastUpdatedTimestamp)",
            "no-time" => "any($mine[]; .CreationTimestamp == null or .LastUpdatedTimestamp == null)",
            "not-listed" => "any($p | keys[]; . as $n | any($mine[]; .PolicyName == $n) | not)",
            "listed-twice" => "any($mine | group_by(.PolicyName)[]; length > 1)",
            "other-item" => {
                "any($mine[]; . as $i | $p[.PolicyName // \"\"] as $c | ($i.PolicyDocument | json) != ($c.in.PolicyDocument | json)
  or $i.PolicyRevisionId != ($c | rev) or $i.ProjectArn != $c.in.ProjectArn)"
            }
            "still-listed" => {
                "any($a[] | select(.op | startswith(\"Delete\")); .in.PolicyName as $n | $p[$n] == null and any($j | items[]; .PolicyName == $n))"
            }
            "another-projects" => "any($j | items[]; $p[.PolicyName // \"\"] == null)",
            "page-repeats" => {
                r#"([$a[].out.ProjectPolicies? // empty] | last) as $l | ($j | items) as $i
| any($i[]; .PolicyName as $n | any($l[]; .PolicyName == $n))
  or $j.out.NextToken == null and any($p | keys[]; . as $n | any(($l + $i)[]; .PolicyName == $n) | not)"#
            }
            "page-size" => "($j | items | length) > $j.in.MaxResults",
            "policies-outlive" => "($j | items | length) > 0",
            "project-arn" => {
                r#"$j.out.ProjectArn | if type != "string" then true else
  (test("\\Aarn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.-]{1,255}/[0-9]+\\z") | not)
  or (split("/")[1] != $j.in.ProjectName) end"#
            }
            "same-arn" => "any($a[]; .out.ProjectArn? != null and .out.ProjectArn == $j.out.ProjectArn)",
            "not-described" => {
                r#"($j.in.Features // ["CUSTOM_LABELS"]) as $features
| any(($a[] | select(.in.ProjectName != null and ([.in.Feature // "CUSTOM_LABELS"] - $features) == []) | .out.ProjectArn),
      ($a[] | select(.op | startswith("Put")) | .in.ProjectArn);
  . as $arn | ([$arn] - $gone) == [$arn] and ($j.in.ProjectNames == null or any($j.in.ProjectNames[]; . == ($arn | split("/")[1])))
  and (any($j | items[]; .ProjectArn == $arn and .Status != "CREATING") | not))"#
            }
            "described-too-much" => {
                r#"($j.in.Features // ["CUSTOM_LABELS"]) as $features
| [$a[] | select(.in.ProjectName != null and ([.in.Feature // "CUSTOM_LABELS"] - $features) != []) | .out.ProjectArn] as $other
| [$a[] | select(.elsewhere) | .out.ProjectArn] as $elsewhere
| any($j | items[]; . as $i | any(($gone + $other)[]; . == $i.ProjectArn and $i.Status != "DELETING")
  or any($elsewhere[]; . == $i.ProjectArn) or ($i.ProjectArn | split(":")[3]) != $region
  or ($j.in.ProjectNames != null and ($j.in.ProjectNames | index($i.ProjectArn | split("/")[1])) == null))"#
            }
            "status" => {
                r#"if $j.out | has("ProjectDescriptions") then any($j | items[]; [.Status] - ["CREATING", "CREATED", "DELETING"] != [])
  else $j.out.Status != "DELETING" end"#
            }
            _ => return None,
        }
        .to_owned(),
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
