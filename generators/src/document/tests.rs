//! The documents are what their labels and groups say: judged by a JSON parser and by a small
//! checker of the policy grammar that shares nothing with the generators.

use super::*;
use crate::guard;
use crate::model::{Shape, model};
use crate::plan::{Arg, Service, Unit};
use crate::sample::Sample;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use std::collections::HashSet;

/// What a text is.
#[derive(Debug, PartialEq)]
enum Nature {
    NotJson,
    /// JSON without a list of whole statements.
    NotAPolicy,
    /// A policy with an element or effect that the service's documents rule out.
    Forbidden,
    /// A policy with only what the service's documents show.
    Shown,
    /// Any other policy.
    Other,
}

fn nature(service: Service, text: &str) -> Nature {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Nature::NotJson };
    let statements = match value.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => return Nature::NotAPolicy,
    };
    let excused = |name: &str| service == Service::Xray && name == "Resource";
    let whole = |statement: &Value| {
        ["Effect", "Principal", "Action", "Resource"].iter().all(|name| {
            element(statement, name).is_some()
                || element(statement, &format!("Not{name}")).is_some()
                || excused(name)
        })
    };
    if !value.is_object() || statements.is_empty() || !statements.iter().all(whole) {
        return Nature::NotAPolicy;
    }
    if statements.iter().any(|statement| forbidden(service, statement)) {
        return Nature::Forbidden;
    }
    // The parser has kept one of two members of a name.
    let twice = text.matches("\"Statement\"").count() > 1;
    let version = value["Version"] == "2012-10-17" && value.as_object().is_some_and(|all| all.len() == 2);
    let sids: Vec<&Value> = statements.iter().filter_map(|statement| statement.get("Sid")).collect();
    let sids_differ = sids.iter().collect::<HashSet<_>>().len() == sids.len();
    if version && !twice && sids_differ && statements.iter().all(|statement| shown(service, statement)) {
        Nature::Shown
    } else {
        Nature::Other
    }
}

/// An element by its name, in whatever case.
fn element<'a>(statement: &'a Value, name: &str) -> Option<&'a Value> {
    statement.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn forbidden(service: Service, statement: &Value) -> bool {
    let effect = match element(statement, "Effect") {
        None | Some(Value::Array(_)) => false,
        Some(Value::String(effect)) => !["allow", "deny"].contains(&effect.to_lowercase().as_str()),
        Some(_) => true,
    };
    let exact = service == Service::Rekognition;
    let negated =
        ["NotAction", "NotResource", "NotPrincipal"].iter().any(|name| statement.get(*name).is_some());
    // A spelling that may still mean the action is a matter of the finer grammar.
    let another = strings(&statement["Action"]).iter().any(|action| {
        let action = action.to_lowercase();
        !action.is_empty() && !action.starts_with("rekognition:copyproject")
    });
    effect || (exact && (negated || another))
}

fn shown(service: Service, statement: &Value) -> bool {
    let Some(elements) = statement.as_object() else { return false };
    let known = elements.keys().all(|name| match service {
        Service::Rekognition => ["Sid", "Effect", "Principal", "Action", "Resource"].contains(&name.as_str()),
        Service::Xray => ["Effect", "Principal", "Action", "Resource", "Condition"].contains(&name.as_str()),
    });
    let some = |value: &Value, wanted: &dyn Fn(&str) -> bool| {
        let all = strings(value);
        !all.is_empty() && all.into_iter().all(wanted)
    };
    let principal = match service {
        Service::Rekognition => some(&statement["Principal"]["AWS"], &|text| {
            ["123456789012", "arn:aws:iam::123456789012:root"].contains(&text)
        }),
        Service::Xray => some(&statement["Principal"]["Service"], &|text| {
            ["sns.amazonaws.com", "delivery.logs.amazonaws.com"].contains(&text)
        }),
    };
    let documented = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
    let operators = ["StringEquals", "StringLike", "ArnLike", "ForAllValues:ArnLike"];
    let condition = statement.get("Condition").is_none_or(|condition| {
        condition.as_object().is_some_and(|condition| {
            !condition.is_empty() && condition.keys().all(|name| operators.contains(&name.as_str()))
        })
    });
    let sid = elements.get("Sid").is_none_or(|sid| {
        let is_letters = |sid: &str| !sid.is_empty() && sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        sid.as_str().is_some_and(is_letters)
    });
    known
        && sid
        && principal
        && condition
        && statement["Effect"] == "Allow"
        && some(&statement["Action"], &|action| match service {
            Service::Rekognition => action == "rekognition:CopyProjectVersion",
            Service::Xray => documented.contains(&action),
        })
        && some(&statement["Resource"], &|resource| match service {
            Service::Rekognition => {
                resource == "arn:aws:rekognition:us-east-1:123456789012:project/awsc-1f2e3d4c-p/version/*"
            }
            Service::Xray => resource == "*",
        })
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn shape(service: Service) -> &'static Shape {
    let operation = match service {
        Service::Rekognition => "PutProjectPolicy",
        Service::Xray => "PutResourcePolicy",
    };
    let operation = model(service).operation(operation).unwrap();
    &operation.input.member("PolicyDocument").unwrap().shape
}

fn written(service: Service, document: &Document) -> String {
    let text = document.text.resolve(&Sample).unwrap();
    let value = Arg::Text(document.text.clone()).resolve(&Sample).unwrap();
    if !document.label.contains("outside of ASCII") {
        assert_eq!(guard::broken(shape(service), true, Some(&value)), [], "{}", document.label);
    }
    text
}

/// Every document of a group has the group's nature, a label and a text of its own.
#[track_caller]
fn check(group: fn(Service) -> Vec<Document>, natures: &[Nature]) {
    for service in Service::ALL {
        let (mut labels, mut texts) = (HashSet::new(), HashSet::new());
        for document in group(service) {
            let text = written(service, &document);
            let nature = nature(service, &text);
            assert!(natures.contains(&nature), "{service} {}: {nature:?}: {text}", document.label);
            assert!(labels.insert(document.label.clone()), "{} twice", document.label);
            assert!(texts.insert(text), "{} has no text of its own", document.label);
        }
    }
}

#[test]
fn plain_documents_use_what_is_documented() {
    check(plain, &[Nature::Shown]);
    check(|service| vec![shortest(service)], &[Nature::Shown]);
}

#[test]
fn valid_examples_are_policies() {
    check(valid_examples, &[Nature::Shown, Nature::Other]);
}

#[test]
fn broken_json_is_no_json() {
    check(not_json, &[Nature::NotJson]);
}

#[test]
fn what_is_not_a_policy_is_json() {
    check(not_a_policy, &[Nature::NotAPolicy]);
}

#[test]
fn forbidden_elements_are_the_only_fault() {
    check(forbidden_elements, &[Nature::Forbidden]);
}

#[test]
fn finer_grammar_breaks_no_documented_rule() {
    check(fine_grammar, &[Nature::Other]);
}

#[test]
fn lockouts_are_denials() {
    for document in lockouts() {
        assert!(document.text.resolve(&Sample).unwrap().contains("\"Deny\""));
    }
}

/// Every string, number and boolean of a document.
fn leaves(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        leaf => vec![leaf],
    }
}

#[test]
fn round_trips_carry_what_is_easily_lost() {
    check(round_trip, &[Nature::Shown, Nature::Other]);
    for service in Service::ALL {
        let texts: Vec<String> =
            round_trip(service).iter().map(|document| written(service, document)).collect();
        assert!(texts.iter().all(|text| text.chars().count() < 2000));
        let all = Value::Array(texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect());
        let policies = all.as_array().unwrap();
        let statements: Vec<&Value> =
            policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap()).collect();
        assert!(policies.iter().any(|policy| policy["Id"].is_string()));
        assert!(statements.iter().all(|statement| statement["Sid"].is_string()));
        let conditions = statements.iter().filter_map(|statement| statement["Condition"].as_object());
        assert!(conditions.clone().any(|condition| condition.len() > 2));
        let values = |wanted: &dyn Fn(&Value) -> bool| {
            conditions.clone().flat_map(|condition| condition.values()).flat_map(leaves).any(wanted)
        };
        assert!(values(&Value::is_number) && values(&Value::is_boolean));
        for part in ["+", "%", "  ", "\"", "\\", "\t", "/", "é", "漢"] {
            let some = values(&|value| value.as_str().is_some_and(|text| text.contains(part)));
            assert!(some, "{service} {part:?}");
        }
        for escape in [r#"\""#, r"\\", r"\n", r"\/", r"\u00e9", r"\ud83e"] {
            assert!(texts.iter().any(|text| text.contains(escape)), "{service} {escape}");
        }
    }
}

/// A document as IAM reads it: an account is its root, a string is a list of one.
fn as_iam_reads(value: &Value) -> String {
    value.to_string().replace("arn:aws:iam::123456789012:root", "123456789012").replace(['[', ']'], "")
}

#[test]
fn numbered_documents_are_plain_small_and_different() {
    for service in Service::ALL {
        let mut seen = HashSet::new();
        for number in 0..4000 {
            let text = numbered(service, number).resolve(&Sample).unwrap();
            assert_eq!(nature(service, &text), Nature::Shown, "{text}");
            assert!(text.len() <= 2000);
            let value: Value = serde_json::from_str(&text).unwrap();
            assert!(seen.insert(as_iam_reads(&value)), "{number} is not new");
        }
    }
}

#[test]
fn sized_documents_have_exactly_their_size() {
    let lengths = [600, 601, 1999, 2000, 2001, 4999, 5000, 5001, 5120, 5121, 10_240, 20_000];
    for service in Service::ALL {
        for unit in [Unit::Characters, Unit::Bytes] {
            for filling in ['a', 'é', '漢', '🦀']
                .map(Filling::Value)
                .into_iter()
                .chain([Filling::Whitespace, Filling::LineFeeds])
            {
                for length in lengths {
                    let text = sized(service, length, unit, filling).resolve(&Sample).unwrap();
                    assert_eq!(unit.measure(&text), length, "{service} {filling:?}");
                    let nature = nature(service, &text);
                    match (service, filling) {
                        (_, Filling::Whitespace | Filling::LineFeeds) | (Service::Xray, _) => {
                            assert_eq!(nature, Nature::Shown)
                        }
                        (Service::Rekognition, Filling::Value(_)) => assert_eq!(nature, Nature::Other),
                    }
                }
            }
        }
    }
}

#[test]
fn random_documents_are_policies() {
    for service in Service::ALL {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(300) });
        runner
            .run(&valid_plain(service), |document| {
                assert_eq!(nature(service, &written(service, &document)), Nature::Shown);
                Ok(())
            })
            .unwrap();
        runner
            .run(&valid(service), |document| {
                let nature = nature(service, &written(service, &document));
                assert!([Nature::Shown, Nature::Other].contains(&nature));
                Ok(())
            })
            .unwrap();
        runner
            .run(&truncated(service), |document| {
                assert_eq!(nature(service, &written(service, &document)), Nature::NotJson);
                Ok(())
            })
            .unwrap();
    }
}
