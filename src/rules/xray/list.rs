//! `ListResourcePolicies`.

use super::{CONSTRAINT, Written, beside_a_witness, list, operation, put, read, refusal, revision};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Context, Expectation, Level};
use crate::rules::{Rule, RuleBuilder};
use aws_conformance_generators::partition::Constraint;
use serde_json::Value;

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("ListResourcePolicies"),
        accepted: |_, call| vec![call.step()],
        // "Not currently supported": refused as such, or ignored.
        acceptance: |_| Expectation::success(After::Any, []).or_refusal(&CONSTRAINT).at(Level::Should),
        unfit: |_, _| Expectation::success(After::Any, []).or_refusal(&CONSTRAINT).at(Level::Should),
        // A token that is not supported may be ignored, its length with it.
        refusal: |target, constraint| match constraint {
            Constraint::Type => refusal(target, constraint),
            _ => refusal(target, constraint).at(Level::Should),
        },
        call: |target, partition| varied(list(), target, partition),
        around: beside_a_witness,
        also: &[("NextToken", "xray.list.token"), ("NextToken", "xray.list.token-refused")],
    }
    .rules();
    rules.extend(contents());
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
    vec![
        RuleBuilder::new(
            "xray.ListResourcePolicies.ResourcePolicies.complete",
            &["xray.list.policies", "xray.list.each-once", "xray.put.name-unique"],
            "several policies",
        )
        .expect("listed", Expectation::success(After::Any, [SHOWS_ALL, NOT_TWICE]))
        .case("none", [list().expecting("listed").step()])
        .case("one", [put("a").labelled("a").step(), list().expecting("listed").step()])
        .case("three", [three(), vec![list().expecting("listed").step()]].concat())
        .build(),
        RuleBuilder::new(
            "xray.ListResourcePolicies.ResourcePolicies.members",
            &["xray.list.item-members"],
            "the members of the items",
        )
        .expect("complete", Expectation::success(After::Any, [COMPLETE_ITEMS]))
        .case("one", [put("a").labelled("a").step(), list().expecting("complete").step()])
        .case("three", [three(), vec![list().expecting("complete").step()]].concat())
        .build(),
        RuleBuilder::new(
            "xray.ListResourcePolicies.ResourcePolicies.as-put",
            &["xray.list.item-current", "xray.put.answer-revision", "xray.put.read-after-write"],
            "document and revision of an item, after puts",
        )
        .expect("current", Expectation::success(After::Any, [LATEST]))
        .case("after a creation", [put("a").labelled("a").step(), list().expecting("current").step()])
        .case(
            "after an update",
            [
                put("a").labelled("old").step(),
                put("a").document(1).labelled("a").step(),
                list().expecting("current").step(),
            ],
        )
        .case(
            "after an update with the current revision",
            [
                put("a").labelled("old").step(),
                put("a").document(1).revision(revision("old")).labelled("a").step(),
                list().expecting("current").step(),
            ],
        )
        .case("three", [three(), vec![list().expecting("current").step()]].concat())
        .build(),
        RuleBuilder::new(
            "xray.ListResourcePolicies.LastUpdatedTime.seconds",
            &["xray.list.item-time", "xray.answer.time"],
            "the time of an item",
        )
        .expect("time", Expectation::success(After::Any, [ITEM_TIME, ITEM_NEAR]))
        .case("after a creation", [put("a").labelled("a").step(), list().expecting("time").step()])
        .build(),
        RuleBuilder::new(
            "xray.ListResourcePolicies.ResourcePolicies.deleted",
            &["xray.delete.unlisted"],
            "the list after a deletion",
        )
        .expect("gone", Expectation::success(After::Any, [WITHOUT_DELETED]))
        .case(
            "of one of two",
            [
                put("a").labelled("a").step(),
                put("gone").step(),
                super::delete("gone").labelled("deleted").step(),
                list().expecting("gone").step(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "xray.ListResourcePolicies.region.separate",
            &["xray.put.regions", "xray.list.regions", "xray.request.region"],
            "a policy of another region",
        )
        .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
        .case(
            "put here, listed there",
            [put("a").step(), elsewhere(list().expecting("either")).step(), read()],
        )
        .build(),
    ]
}

fn elsewhere(call: aws_conformance_generators::plan::Call) -> aws_conformance_generators::plan::Call {
    use aws_conformance_generators::plan::Wire;
    call.over(Wire { elsewhere: true, ..Wire::default() })
}

/// The items that are listed, with the exchange's own puts beside them.
fn items<'a>(context: &Context<'a>) -> Vec<&'a Value> {
    context
        .output
        .get("ResourcePolicies")
        .and_then(Value::as_array)
        .map(|items| items.iter().collect())
        .unwrap_or_default()
}

/// The names, documents and revisions of the last put of each policy before the list.
fn put_before(context: &Context<'_>) -> Vec<(String, String, Option<String>)> {
    ["a", "b", "c"]
        .into_iter()
        .filter_map(|label| {
            let exchange = context.recorded.exchange(label)?;
            let input = exchange.request.input()?;
            let text = |member: &str| input.get(member).and_then(Value::as_str).map(str::to_owned);
            let answer = exchange.response()?.json()?;
            let revision = answer.pointer("/ResourcePolicy/PolicyRevisionId").and_then(Value::as_str);
            Some((text("PolicyName")?, text("PolicyDocument")?, revision.map(str::to_owned)))
        })
        .collect()
}

fn named<'a>(items: &[&'a Value], name: &str) -> Option<&'a Value> {
    items.iter().find(|item| item.get("PolicyName").and_then(Value::as_str) == Some(name)).copied()
}

const SHOWS_ALL: Check = Check {
    class: "not-listed",
    states: "every policy that was put",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        if context.goes_on() {
            return Ok(());
        }
        match put_before(context).into_iter().find(|(name, ..)| named(&items, name).is_none()) {
            Some((name, ..)) => Err(format!("{name:?} is not listed")),
            None => Ok(()),
        }
    },
};

const NOT_TWICE: Check = Check {
    class: "listed-twice",
    states: "each policy once",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        let times = |name: &str| {
            items.iter().filter(|item| item.get("PolicyName").and_then(Value::as_str) == Some(name)).count()
        };
        match put_before(context).into_iter().find(|(name, ..)| times(name) > 1) {
            Some((name, ..)) => Err(format!("{name:?} is listed {} times", times(&name))),
            None => Ok(()),
        }
    },
};

const COMPLETE_ITEMS: Check = Check {
    class: "incomplete",
    states: "items that have PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        if items.is_empty() && !context.goes_on() {
            return Err("nothing is listed".to_owned());
        }
        for item in items {
            for member in ["PolicyName", "PolicyDocument", "PolicyRevisionId", "LastUpdatedTime"] {
                if item.get(member).is_none_or(Value::is_null) {
                    return Err(format!("an item has no {member}"));
                }
            }
        }
        Ok(())
    },
};

const LATEST: Check = Check {
    class: "other-item",
    states: "the document that was put last and the revision that was answered",
    level: Level::Must,
    test: |context| {
        let items = items(context);
        for (name, document, revision) in put_before(context) {
            let Some(item) = named(&items, &name) else { continue };
            if let Some(listed) = item.get("PolicyDocument").and_then(Value::as_str)
                && !crate::rules::equivalence::is_equivalent(listed, &document)
            {
                return Err(format!("{name:?} is listed with the document {listed:?}"));
            }
            if let (Some(listed), Some(answered)) =
                (item.get("PolicyRevisionId").and_then(Value::as_str), revision)
                && listed != answered
            {
                return Err(format!(
                    "{name:?} is listed with revision {listed:?}; the put answered {answered:?}"
                ));
            }
        }
        Ok(())
    },
};

const ITEM_TIME: Check = Check {
    class: "time",
    states: "a LastUpdatedTime that is a JSON number of seconds",
    level: Level::Must,
    test: |context| {
        for item in items(context) {
            let Some(time) = item.get("LastUpdatedTime").filter(|time| !time.is_null()) else { continue };
            match time.as_f64() {
                None => return Err(format!("LastUpdatedTime is {time}")),
                Some(seconds) if (seconds - context.exchange.sent_at).abs() > 366.0 * 86_400.0 => {
                    return Err(format!(
                        "LastUpdatedTime is {time}, sent at {:.0}",
                        context.exchange.sent_at
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    },
};

const ITEM_NEAR: Check = Check {
    class: "time-skew",
    states: "a LastUpdatedTime within five minutes of the put",
    level: Level::Should,
    test: |context| {
        let items = items(context);
        let own: Vec<_> =
            put_before(context).into_iter().filter_map(|(name, ..)| named(&items, &name)).collect();
        let times = own.into_iter().filter_map(|item| item.get("LastUpdatedTime")?.as_f64());
        match times
            .into_iter()
            .find(|time| (300.0..366.0 * 86_400.0).contains(&(time - context.exchange.sent_at).abs()))
        {
            Some(time) => Err(format!("LastUpdatedTime is {time}, sent at {:.0}", context.exchange.sent_at)),
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
        let Some(name) = deleted.as_ref().and_then(|input| input.get("PolicyName")).and_then(Value::as_str)
        else {
            return Ok(());
        };
        match named(&items(context), name) {
            Some(_) => Err(format!("{name:?} is still listed")),
            None => Ok(()),
        }
    },
};
