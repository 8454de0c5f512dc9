//! `ListProjectPolicies`.

use super::{
    NOT_FOUND, TOKEN, Written, beside_a_witness, delete, is_revision, list, operation, preexisting, put,
    read, refusal, revision, revision_of, unfit,
};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Context, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::arn::{self, Resource};
use aws_conformance_generators::plan::{Arg, Scope, Step, Symbol};
use aws_conformance_generators::token;
use serde_json::{Value, json};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("ListProjectPolicies"),
        accepted: |_, call| vec![put("a").step(), call.step()],
        acceptance: |_| Expectation::success(After::Any, []),
        unfit,
        refusal,
        call: |target, partition| varied(list("p"), target, partition),
        around: beside_a_witness,
        also: &[],
    }
    .rules();
    rules.extend(contents());
    rules.extend(pages());
    rules.extend(projects());
    rules
}

fn contents() -> Vec<Rule> {
    let three = || {
        vec![
            put("a").labelled("a").step(),
            put("b").document(1).labelled("b").step(),
            put("c").document(2).labelled("c").step(),
        ]
    };
    let updated = || {
        vec![
            put("a").labelled("old").step(),
            put("a").document(1).revision(revision("old")).labelled("a").step(),
        ]
    };
    let rule = |property: &str, keys: &[&str], varies: &str, check: &[Check]| {
        RuleBuilder::new(format!("rekognition.ListProjectPolicies.ProjectPolicies.{property}"), keys, varies)
            .expect("listed", Expectation::success(After::Any, check.iter().copied()))
            .case("one", [put("a").labelled("a").step(), list("p").expecting("listed").step()])
            .case("after an update", [updated(), vec![list("p").expecting("listed").step()]].concat())
            .case("three", [three(), vec![list("p").expecting("listed").step()]].concat())
    };
    vec![
        rule(
            "complete",
            &["rekognition.list.policies", "rekognition.put.listed", "rekognition.list.read-after-write"],
            "which policies are listed",
            &[SHOWS_ALL, NOT_TWICE],
        )
        .case("none", [list("p").expecting("listed").step()])
        .build(),
        rule(
            "members",
            &["rekognition.list.item-members"],
            "the members of the items",
            &[COMPLETE, ITEM_REVISION],
        )
        .build(),
        rule(
            "as-put",
            &[
                "rekognition.put.revision-replaced",
                "rekognition.list.item-members",
                "rekognition.put.document-equal",
                "rekognition.list.read-after-write",
            ],
            "project, document and revision of an item",
            &[LATEST],
        )
        .build(),
        rule(
            "timestamps",
            &["rekognition.list.item-times", "rekognition.list.times-order", "rekognition.answer.time"],
            "the times of an item",
            &[TIMES, TIME_FORM, TIME_UNIT, TIME_ORDER],
        )
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.deleted",
            &["rekognition.put.removed", "rekognition.list.read-after-write"],
            "the list after a deletion",
        )
        .expect("gone", Expectation::success(After::Any, [WITHOUT_DELETED]))
        .case("of one of two", {
            let own = Symbol::response("made", "/ProjectArn");
            let on_own = |call| super::retargeted(call, &own);
            // A project of the plan's own has no history that could fill its pages.
            [
                super::create("n").labelled("made").step(),
                super::settled("there", "n", Some("CREATED")),
                on_own(put("a")).labelled("a").step(),
                on_own(put("gone")).step(),
                on_own(delete("gone")).labelled("deleted").step(),
                on_own(list("p")).expecting("gone").step(),
            ]
        })
        .build(),
        RuleBuilder::new(
            "rekognition.ListProjectPolicies.ProjectPolicies.of-project",
            &["rekognition.list.project", "rekognition.put.listed"],
            "a project beside another that has policies",
        )
        .expect("own", Expectation::success(After::Any, [OF_PROJECT]))
        .case("none of its own", [put("a").step(), list("q").expecting("own").step()])
        .case("one of its own", [put("a").step(), put("b").on("q").step(), list("q").expecting("own").step()])
        .build(),
    ]
}

fn pages() -> Vec<Rule> {
    let five = || ["a", "b", "c", "d", "e"].map(|tag| put(tag).labelled(tag).step()).to_vec();
    let sized = |size: usize| list("p").with("MaxResults", Some(Arg::Json(json!(size))));
    let by = |size: usize| Step::Read(Scope::ProjectPoliciesBy("p".to_owned(), size));
    let mut paged = RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.pages",
        &["rekognition.list.pages", "rekognition.list.token", "rekognition.list.page"],
        "pages of every size, followed to the end",
    )
    .expect("page", Expectation::success(After::Unchanged, [AT_MOST]));
    let first = |size: usize| sized(size).labelled("first").expecting("page").step();
    let next = Symbol::response("first", "/NextToken");
    for size in 1..=5 {
        let steps = [five(), vec![read("p"), first(size), by(size)]].concat();
        paged = paged.case(format!("{size} at a time"), steps);
    }
    // A page of fewer than there are has a token, which the service that made it has to know.
    for size in 1..=4 {
        let second = sized(size).with("NextToken", Some(next.clone().into())).expecting("page").step();
        let steps = [five(), vec![read("p"), first(size), second, read("p")]].concat();
        paged = paged.case(format!("{size} at a time, the second page"), steps);
    }
    let (before, after) = beside_a_witness();
    let mut garbage = RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.garbage",
        &["rekognition.ListProjectPolicies.InvalidPaginationTokenException"],
        "tokens that no service handed out",
    )
    .expect("refused", Expectation::refusal(&TOKEN))
    .between(before, after);
    // A number may be a token of a service that counts.
    for partition in token::garbage()
        .into_iter()
        .filter(|one| one.ambiguous.is_none() && one.value != Some(Arg::from("1")))
    {
        garbage = garbage
            .refused(partition.label, list("p").with("NextToken", partition.value).expecting("refused"));
    }
    let mut damaged = RuleBuilder::new(
        "rekognition.ListProjectPolicies.NextToken.damaged",
        &["rekognition.list.token-opaque"],
        "real tokens, damaged or used elsewhere",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    let page = || [five(), vec![sized(1).labelled("page").step()]].concat();
    let token = Symbol::response("page", "/NextToken");
    for partition in token::damaged(&token) {
        let call = list("p").with("NextToken", partition.value).expecting("either");
        damaged = damaged.case(partition.label, [page(), vec![call.step()]].concat());
    }
    let elsewhere = list("q").with("NextToken", Some(token.into())).expecting("either");
    damaged = damaged.case("another project's", [page(), vec![elsewhere.step()]].concat());
    vec![paged.build(), garbage.build(), damaged.build()]
}

fn projects() -> Vec<Rule> {
    let mut unknown = RuleBuilder::new(
        "rekognition.ListProjectPolicies.ProjectArn.unknown",
        &["rekognition.ListProjectPolicies.ResourceNotFoundException"],
        "well-formed ARNs of projects that do not exist",
    )
    .expect("refused", Expectation::refusal(&[NOT_FOUND]))
    .between(beside_a_witness().0, beside_a_witness().1);
    for partition in arn::unknown(Resource::Project) {
        unknown = unknown
            .refused(partition.label, list("p").with("ProjectArn", partition.value).expecting("refused"));
    }
    let mut elsewhere = RuleBuilder::new(
        "rekognition.ListProjectPolicies.ProjectArn.foreign",
        &["rekognition.list.own-project"],
        "the project's ARN with another account, region or partition",
    )
    .expect("refused", preexisting())
    .between(beside_a_witness().0, beside_a_witness().1);
    for partition in arn::foreign(Resource::Project) {
        elsewhere = elsewhere
            .refused(partition.label, list("p").with("ProjectArn", partition.value).expecting("refused"));
    }
    vec![unknown.build(), elsewhere.build()]
}

fn items<'a>(context: &Context<'a>) -> Vec<&'a Value> {
    let items = context.output.get("ProjectPolicies").and_then(Value::as_array);
    items.map(|items| items.iter().collect()).unwrap_or_default()
}

fn text<'a>(item: &'a Value, member: &str) -> Option<&'a str> {
    item.get(member).and_then(Value::as_str)
}

/// The last put of each policy before the list: its input and the revision that it answered.
fn put_before(context: &Context<'_>) -> Vec<(Value, Option<String>)> {
    ["a", "b", "c"]
        .into_iter()
        .filter_map(|label| {
            let exchange = context.recorded.exchange(label)?;
            let answered = exchange.response()?.json().and_then(revision_of).map(str::to_owned);
            Some((exchange.request.input()?, answered))
        })
        .collect()
}

fn named<'a>(items: &[&'a Value], name: Option<&str>) -> Option<&'a Value> {
    items.iter().find(|item| text(item, "PolicyName") == name && name.is_some()).copied()
}

const SHOWS_ALL: Check = Check {
    class: "not-listed",
    states: "every policy that was put",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        let missing =
            put_before(context).into_iter().find(|(put, _)| named(&items, text(put, "PolicyName")).is_none());
        match missing {
            Some((put, _)) if !context.goes_on() => Err(format!("{} is not listed", put["PolicyName"])),
            _ => Ok(()),
        }
    },
};

const NOT_TWICE: Check = Check {
    class: "listed-twice",
    states: "each policy once",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        for item in &items {
            let name = text(item, "PolicyName");
            if name.is_some() && items.iter().filter(|other| text(other, "PolicyName") == name).count() > 1 {
                return Err(format!("{name:?} is listed more than once"));
            }
        }
        Ok(())
    },
};

const COMPLETE: Check = Check {
    class: "incomplete",
    states: "items that have ProjectArn, PolicyName, PolicyRevisionId and PolicyDocument",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        if items.is_empty() && !context.goes_on() {
            return Err("nothing is listed".to_owned());
        }
        for item in items {
            for member in ["ProjectArn", "PolicyName", "PolicyRevisionId", "PolicyDocument"] {
                if item.get(member).is_none_or(Value::is_null) {
                    return Err(format!("an item has no {member}"));
                }
            }
        }
        Ok(())
    },
};

const ITEM_REVISION: Check = Check {
    class: "revision-form",
    states: "revision ids of 1 to 64 hexadecimal digits",
    level: Level::Must,
    test: |context| match items(context)
        .into_iter()
        .filter_map(|item| text(item, "PolicyRevisionId"))
        .find(|id| !is_revision(id))
    {
        Some(id) => Err(format!("an item has the PolicyRevisionId {id:?}")),
        None => Ok(()),
    },
};

const LATEST: Check = Check {
    class: "other-item",
    states: "the project and the document that were put last, and the revision that was answered",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        for (put, revision) in put_before(context) {
            let Some(item) = named(&items, text(&put, "PolicyName")) else { continue };
            let name = &put["PolicyName"];
            if let (Some(listed), Some(document)) =
                (text(item, "PolicyDocument"), text(&put, "PolicyDocument"))
                && !crate::rules::equivalence::is_equivalent(listed, document)
            {
                return Err(format!("{name} is listed with the document {listed:?}"));
            }
            if let (Some(listed), Some(answered)) = (text(item, "PolicyRevisionId"), &revision)
                && listed != answered
            {
                return Err(format!(
                    "{name} is listed with revision {listed:?}; the put answered {answered:?}"
                ));
            }
            if text(item, "ProjectArn").is_some_and(|arn| text(&put, "ProjectArn") != Some(arn)) {
                return Err(format!("{name} is listed with the project {}", item["ProjectArn"]));
            }
        }
        Ok(())
    },
};

const TIMES: Check = Check {
    class: "no-time",
    states: "items that have CreationTimestamp and LastUpdatedTimestamp",
    level: Level::Should,
    test: |context| {
        for item in items(context) {
            for member in ["CreationTimestamp", "LastUpdatedTimestamp"] {
                if item.get(member).is_none_or(Value::is_null) {
                    return Err(format!("an item has no {member}"));
                }
            }
        }
        Ok(())
    },
};

/// The times of the items, by member.
fn times<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'static str, &'a Value)> {
    items(context).into_iter().flat_map(|item| {
        ["CreationTimestamp", "LastUpdatedTimestamp"]
            .into_iter()
            .filter_map(|member| Some((member, item.get(member).filter(|time| !time.is_null())?)))
    })
}

const TIME_FORM: Check = Check {
    class: "time-form",
    states: "times that are JSON numbers",
    level: Level::Must,
    test: |context| match times(context).find(|(_, time)| !time.is_number()) {
        Some((member, time)) => Err(format!("{member} is {time}")),
        None => Ok(()),
    },
};

const TIME_UNIT: Check = Check {
    class: "time-unit",
    states: "times in seconds since the epoch",
    level: Level::Must,
    test: |context| {
        let now = context.exchange.sent_at;
        let far = |time: &Value| time.as_f64().is_some_and(|time| (time - now).abs() > 366.0 * 86_400.0);
        match times(context).find(|(_, time)| far(time)) {
            Some((member, time)) => Err(format!("{member} is {time}, sent at {now:.0}")),
            None => Ok(()),
        }
    },
};

const TIME_ORDER: Check = Check {
    class: "time-order",
    states: "a creation that is not after the last update, and times within five minutes of the puts",
    level: Level::Should,
    test: |context| {
        for item in items(context) {
            let time = |member: &str| item.get(member).and_then(Value::as_f64);
            if let (Some(created), Some(updated)) = (time("CreationTimestamp"), time("LastUpdatedTimestamp"))
                && created > updated
            {
                return Err(format!("created at {created}, last updated at {updated}"));
            }
        }
        let off = |time: &Value| {
            let off = time.as_f64().map(|time| (time - context.exchange.sent_at).abs());
            off.is_some_and(|off| (300.0..366.0 * 86_400.0).contains(&off))
        };
        match times(context).find(|(_, time)| off(time)) {
            Some((member, time)) => {
                Err(format!("{member} is {time}, sent at {:.0}", context.exchange.sent_at))
            }
            None => Ok(()),
        }
    },
};

const WITHOUT_DELETED: Check = Check {
    class: "still-listed",
    states: "no policy that was deleted",
    level: Level::Must,
    test: |context| {
        let deleted = context.recorded.exchange("deleted").and_then(|deleted| deleted.request.input());
        match deleted.as_ref().and_then(|input| named(&items(context), text(input, "PolicyName"))) {
            Some(item) => Err(format!("{} is still listed", item["PolicyName"])),
            None => Ok(()),
        }
    },
};

const OF_PROJECT: Check = Check {
    class: "another-projects",
    states: "the project's own policies alone",
    level: Level::Must,
    test: |context| {
        let own: Vec<Value> = context
            .recorded
            .traces
            .iter()
            .flat_map(crate::exchange::Trace::exchanges)
            .filter(|exchange| exchange.request.operation == "PutProjectPolicy")
            .filter_map(|exchange| exchange.request.input())
            .filter(|put| put.get("ProjectArn") == context.input.get("ProjectArn"))
            .collect();
        let is_own = |item: &&Value| own.iter().any(|put| put.get("PolicyName") == item.get("PolicyName"));
        match items(context).into_iter().find(|item| !is_own(item)) {
            Some(item) => Err(format!("{} is listed, and was not put on this project", item["PolicyName"])),
            None => Ok(()),
        }
    },
};

const AT_MOST: Check = Check {
    class: "page-size",
    states: "no more items than MaxResults",
    level: Level::Must,
    test: |context| match context.input.get("MaxResults").and_then(Value::as_u64) {
        Some(most) if items(context).len() as u64 > most => {
            Err(format!("{} items for MaxResults {most}", items(context).len()))
        }
        _ => Ok(()),
    },
};
