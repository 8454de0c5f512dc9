//! Attribution: every partition breaks exactly what it names.

use super::*;
use crate::model::{Kind, Operation, model};
use crate::partition::{self, Partition, Target, targets};
use crate::plan::{Arg, Derivation, Part, Service, Symbol, Text};
use crate::sample::Sample;
use crate::{arn, revision, token};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashSet;

fn operations() -> impl Iterator<Item = &'static Operation> {
    Service::ALL.into_iter().flat_map(|service| &model(service).operations)
}

fn everywhere() -> Vec<(String, Target)> {
    operations()
        .flat_map(|operation| {
            let name = operation.name.clone();
            targets(operation).into_iter().map(move |target| (name.clone(), target))
        })
        .collect()
}

fn judged(reading: Reading, target: &Target, partition: &Partition) -> Vec<Constraint> {
    let value = partition.value.as_ref().map(|value| value.resolve(&Sample).unwrap());
    broken_as(reading, &target.member.shape, target.member.required, value.as_ref())
}

/// Whether a value that names what exists in ASCII alone is refused however its classes are read.
fn is_of_another_script(partition: &Partition) -> bool {
    let text = partition.value.as_ref().map(|value| value.resolve(&Sample).unwrap().to_string());
    text.is_some_and(|text| text.starts_with("\"arn:") && !text.is_ascii())
}

fn check(place: &str, target: &Target, partition: &Partition) {
    let place = format!("{place}.{}: {}", target.path, partition.label);
    assert_eq!(judged(Reading::Strict, target, partition), partition.breaks, "{place}");
    let lenient = judged(Reading::Lenient, target, partition);
    if partition.unsettled.is_some() {
        assert_eq!(lenient, [], "{place}");
    } else if !is_of_another_script(partition) {
        assert_eq!(lenient, partition.breaks, "{place}");
    }
    if partition.breaks.len() > 1 {
        let says_so = partition.label.contains(" too)") || partition.label.contains(" either)");
        assert!(says_so, "{place} does not say that it breaks {:?}", partition.breaks);
    }
}

#[test]
fn every_partition_breaks_exactly_what_it_names() {
    let mut count = 0;
    for (operation, target) in everywhere() {
        for constraint in target.constraints() {
            let partitions = target.partitions(constraint);
            let mut labels = HashSet::new();
            for partition in &partitions {
                count += 1;
                check(&operation, &target, partition);
                let place = format!("{operation}.{} {constraint}: {}", target.path, partition.label);
                let about = partition.breaks.is_empty() || partition.breaks.contains(&constraint);
                assert!(about, "{place} is about {:?}", partition.breaks);
                assert!(labels.insert(&partition.label), "{place} is there twice");
            }
            let place = format!("{operation}.{} {constraint}", target.path);
            assert!(partitions.iter().any(Partition::is_valid), "{place} has no valid value");
            let supported = !(target.path == "NextToken" && operation == "ListResourcePolicies");
            let refused = partitions.iter().any(Partition::is_invalid);
            assert!(refused || !supported, "{place} has no invalid value");
            let first_broken = partitions.iter().position(|partition| !partition.breaks.is_empty());
            let last_whole = partitions.iter().rposition(Partition::is_valid);
            if let (Some(broken), Some(whole)) = (first_broken, last_whole) {
                assert!(whole < broken, "{place}: valid values come first");
            }
        }
    }
    assert!(count > 2000, "only {count} partitions");
}

#[test]
fn classes_are_tried_with_digits_and_letters_beyond_ascii() {
    for (operation, target) in everywhere() {
        let pattern = target.shape.pattern.as_deref().unwrap_or_default();
        let is_class = ["\\w", "\\d", "a-zA-Z0-9"].iter().any(|class| pattern.contains(class));
        if !is_class {
            continue;
        }
        let values: Vec<String> = target
            .partitions(Constraint::Pattern)
            .iter()
            .filter(|partition| partition.is_invalid())
            .map(|partition| partition.value.as_ref().unwrap().resolve(&Sample).unwrap().to_string())
            .collect();
        for character in ['٣', '７', 'é'] {
            let tried = values.iter().any(|value| value.contains(character));
            assert!(tried, "{operation}.{} is not tried with {character}", target.path);
        }
    }
}

#[test]
fn constraints_that_do_not_apply_have_no_partitions() {
    for (_, target) in everywhere() {
        for constraint in Constraint::ALL {
            let applies = target.constraints().contains(&constraint);
            assert_eq!(target.partitions(constraint).is_empty(), !applies, "{} {constraint}", target.path);
        }
    }
}

#[test]
fn random_values_break_exactly_what_they_name() {
    let config = || Config { failure_persistence: None, ..Config::with_cases(60) };
    for (operation, target) in everywhere() {
        TestRunner::new(config())
            .run(&target.interior(), |partition| {
                assert!(partition.is_valid(), "{operation}.{}: {}", target.path, partition.label);
                check(&operation, &target, &partition);
                Ok(())
            })
            .unwrap();
        for constraint in target.constraints() {
            TestRunner::new(config())
                .run(&target.outside(constraint), |partition| {
                    assert!(partition.breaks.contains(&constraint));
                    check(&operation, &target, &partition);
                    Ok(())
                })
                .unwrap();
        }
    }
}

#[test]
fn members_are_targets_and_nothing_is_nested_deeper() {
    for operation in operations() {
        for member in &operation.input.members {
            assert_eq!(
                partition::constraints(member),
                Target::member(operation, member).constraints(),
                "{}",
                member.name
            );
        }
        for target in targets(operation) {
            let nests = !matches!(target.shape.kind, Kind::String | Kind::Boolean | Kind::Integer);
            assert!(!nests || !target.path.contains('.'), "{} is nested too deep", target.path);
        }
    }
    let copy = model(Service::Rekognition).operation("CopyProjectVersion").unwrap();
    let paths: Vec<String> = targets(copy).into_iter().map(|target| target.path).collect();
    for path in ["OutputConfig.S3Bucket", "OutputConfig.S3KeyPrefix", "Tags.key", "Tags.value", "KmsKeyId"] {
        assert!(paths.iter().any(|known| known == path), "{path} is missing");
    }
}

#[test]
fn plain_inputs_are_valid() {
    for operation in operations() {
        let input = partition::input(operation).resolve(&Sample).unwrap();
        for member in &operation.input.members {
            let value = input.get(&member.name);
            assert_eq!(broken(&member.shape, member.required, value), [], "{}", member.name);
        }
    }
}

#[test]
fn what_may_be_created_belongs_to_the_run() {
    for (operation, target) in everywhere() {
        if !["PolicyName", "ProjectName"].contains(&target.path.as_str()) {
            continue;
        }
        for constraint in target.constraints() {
            for partition in target.partitions(constraint) {
                let Some(Arg::Text(Text(parts))) = &partition.value else { continue };
                let short = ["empty", "1 character"].iter().any(|word| partition.label.starts_with(word));
                let first = partition.label.ends_with("at the beginning");
                let owned = matches!(parts[0], Part::Symbol(Symbol::Name(_) | Symbol::ProjectName(_)));
                assert!(owned || short || first, "{operation}.{}: {}", target.path, partition.label);
            }
        }
    }
}

#[test]
fn arns_that_name_nothing_differ_from_the_leased_one() {
    for resource in [arn::Resource::Project, arn::Resource::Version] {
        let leased = arn::example(resource).resolve(&Sample).unwrap();
        let mut seen = HashSet::from([leased.to_string()]);
        let all =
            [arn::unknown(resource), arn::foreign(resource), arn::malformed(resource), arn::too_short()];
        for partition in all.concat() {
            let value = partition.value.unwrap().resolve(&Sample).unwrap();
            assert!(seen.insert(value.to_string()), "{} is not new: {value}", partition.label);
        }
    }
}

#[test]
fn foreign_arns_are_of_another_account_with_twelve_digits() {
    let foreign = arn::foreign(arn::Resource::Project);
    let value = foreign[0].value.as_ref().unwrap().resolve(&Sample).unwrap();
    let account = value.as_str().unwrap().split(':').nth(4).unwrap();
    assert_eq!(account, "876543210987");
}

#[test]
fn revisions_are_what_their_labels_say() {
    let shape = |service: Service, operation: &str| {
        let operation = model(service).operation(operation).unwrap();
        operation.input.member("PolicyRevisionId").unwrap().shape.clone()
    };
    let current = Symbol::response("put", "/PolicyRevisionId");
    let now = Arg::symbol(current.clone()).resolve(&Sample).unwrap();
    let hexadecimal = shape(Service::Rekognition, "PutProjectPolicy");
    for partition in revision::never_issued(&current).into_iter().chain(revision::malformed(&current)) {
        let value = partition.value.as_ref().unwrap().resolve(&Sample).unwrap();
        assert_eq!(broken(&hexadecimal, false, Some(&value)), partition.breaks, "{}", partition.label);
        assert_ne!(value, now, "{}", partition.label);
    }
    let current = Symbol::response("xray", "/ResourcePolicy/PolicyRevisionId");
    let now = Arg::symbol(current.clone()).resolve(&Sample).unwrap();
    let free = shape(Service::Xray, "PutResourcePolicy");
    let mut seen = HashSet::from([now.to_string()]);
    for partition in revision::not_current(&current) {
        let value = partition.value.as_ref().unwrap().resolve(&Sample).unwrap();
        assert_eq!(broken(&free, false, Some(&value)), [], "{}", partition.label);
        assert!(seen.insert(value.to_string()), "{} is not new: {value}", partition.label);
    }
}

#[test]
fn tokens_are_within_both_services_lengths() {
    let real = Symbol::response("list", "/NextToken");
    for partition in token::garbage().into_iter().chain(token::damaged(&real)) {
        let value = partition.value.unwrap().resolve(&Sample).unwrap();
        let length = value.as_str().unwrap().chars().count();
        assert!((0..=100).contains(&length), "{}", partition.label);
    }
}

#[test]
fn derivations_keep_to_their_part() {
    let arn = "arn:aws:rekognition:us-east-1:123456789012:project/name/1690405809285";
    let in_field = Derivation::InField(4, Box::new(Derivation::OtherDigits));
    assert_eq!(in_field.apply(arn), arn.replace("123456789012", "876543210987"));
    let in_segment = Derivation::InSegment(1, Box::new(Derivation::WithoutLast));
    assert_eq!(in_segment.apply(arn), arn.replace("/name/", "/nam/"));
}

#[test]
fn the_guard_is_not_blind() {
    let name =
        model(Service::Xray).operation("PutResourcePolicy").unwrap().input.member("PolicyName").unwrap();
    for (value, expected) in [
        (serde_json::json!("a.b@c"), vec![]),
        (serde_json::json!(""), vec![Constraint::LengthMin, Constraint::Pattern]),
        (serde_json::json!("a\n"), vec![Constraint::Pattern]),
        (serde_json::json!(1), vec![Constraint::Type]),
        (serde_json::json!(null), vec![Constraint::Required]),
        (serde_json::json!("/".repeat(129)), vec![Constraint::LengthMax, Constraint::Pattern]),
    ] {
        assert_eq!(broken(&name.shape, name.required, Some(&value)), expected, "{value}");
    }
    assert_eq!(broken(&name.shape, true, None), [Constraint::Required]);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn lenient_is_never_stricter(text in ".{0,40}", at in select(everywhere())) {
        let value = serde_json::Value::String(text);
        let shape = &at.1.shape;
        let strict = broken_as(Reading::Strict, shape, false, Some(&value));
        let lenient = broken_as(Reading::Lenient, shape, false, Some(&value));
        prop_assert!(lenient.iter().all(|constraint| strict.contains(constraint)));
    }
}

#[test]
fn random_values_shrink_to_the_plainest() {
    let mut runner = TestRunner::deterministic();
    let put = model(Service::Xray).operation("PutResourcePolicy").unwrap();
    let name = put.input.member("PolicyName").unwrap();
    for _ in 0..20 {
        let mut tree = partition::interior(put, name).new_tree(&mut runner).unwrap();
        while tree.simplify() {}
        let plainest = tree.current().value.unwrap().resolve(&Sample).unwrap();
        assert_eq!(plainest, "awsc-1f2e3d4c-a");
    }
}
