//! Random values: valid ones, and ones that break exactly one constraint. They shrink towards the
//! short and the plain.

use super::boundary;
use super::form::{at, size};
use super::meaning::Meaning;
use super::strings::{BOUND, fill, form};
use super::structure::{bound, entries, mistyped, number, present};
use super::target::Target;
use crate::arn::{self, Resource};
use crate::constraint::Constraint;
use crate::document;
use crate::model::Kind;
use crate::plan::{Arg, Derivation, Part, Text};
use crate::value::{Partition, unfit};
use proptest::prelude::*;
use proptest::sample::select;
use regex_syntax::hir::ClassUnicode;
use serde_json::Value;

pub(super) fn interior(target: &Target) -> BoxedStrategy<Partition> {
    let values = match &target.shape.kind {
        Kind::String if !target.shape.values.is_empty() => select(target.shape.values.clone())
            .prop_map(|value| Partition::valid(&value, value.as_str()))
            .boxed(),
        Kind::String => strings(target),
        Kind::Boolean => {
            any::<bool>().prop_map(|value| Partition::valid(value.to_string(), Value::Bool(value))).boxed()
        }
        Kind::Integer => {
            let shape = target.shape.clone();
            (bound(shape.min)..=bound(shape.max)).prop_map(move |value| number(&shape, value)).boxed()
        }
        Kind::Timestamp | Kind::Structure(_) => Just(present(target, "the example")).boxed(),
        Kind::List(_) | Kind::Map(..) => {
            let inner = target.clone();
            (target.shape.min.unwrap_or(0)..=target.shape.max.unwrap_or(8))
                .prop_map(move |count| entries(&inner, count))
                .boxed()
        }
    };
    wrapped(target, values)
}

pub(super) fn outside(target: &Target, constraint: Constraint) -> BoxedStrategy<Partition> {
    let shape = target.shape.clone();
    let (min, max) = (shape.min.unwrap_or(0), shape.max.unwrap_or(0));
    let inner = target.clone();
    let values = match constraint {
        Constraint::Required => one_of(target, constraint),
        Constraint::Type => wrong_types(target),
        Constraint::LengthMin => one_of(target, constraint),
        Constraint::LengthMax => too_long(target),
        Constraint::Pattern => strange(target),
        Constraint::ValueMin => {
            (i64::from(i32::MIN)..bound(shape.min)).prop_map(move |value| number(&shape, value)).boxed()
        }
        Constraint::ValueMax => {
            (bound(shape.max) + 1..=i64::from(i32::MAX)).prop_map(move |value| number(&shape, value)).boxed()
        }
        Constraint::Enum => {
            let known = shape.values;
            "[A-Za-z0-9_ ]{0,30}"
                .prop_filter("not one of the values", move |word| !known.contains(word))
                .prop_map(|word| {
                    Partition::broken(format!("the word {word:?}"), word.as_str(), &[Constraint::Enum])
                })
                .boxed()
        }
        Constraint::CountMin => (0..min).prop_map(move |count| entries(&inner, count)).boxed(),
        Constraint::CountMax => (max + 1..=8 * max).prop_map(move |count| entries(&inner, count)).boxed(),
    };
    match constraint {
        // These were made by `partitions`, which wraps.
        Constraint::Required | Constraint::LengthMin => values,
        _ => wrapped(target, values),
    }
}

fn wrapped(target: &Target, values: BoxedStrategy<Partition>) -> BoxedStrategy<Partition> {
    let target = target.clone();
    values.prop_map(move |partition| target.wrapped(partition)).boxed()
}

/// The partitions that break the constraint, one at a time: there are no others.
fn one_of(target: &Target, constraint: Constraint) -> BoxedStrategy<Partition> {
    let all: Vec<Partition> = boundary::partitions(target, constraint)
        .into_iter()
        .filter(|partition| !partition.breaks.is_empty())
        .collect();
    select(all).boxed()
}

fn wrong_types(target: &Target) -> BoxedStrategy<Partition> {
    let known = mistyped(target);
    let number = match target.shape.kind {
        Kind::Integer | Kind::Timestamp => any::<bool>().prop_map(Value::from).boxed(),
        _ => any::<i32>().prop_map(Value::from).boxed(),
    };
    prop_oneof![select(known), number.prop_map(|value| ("another JSON type", Arg::Json(value))),]
        .prop_map(|(label, value)| Partition::broken(label, value, &[Constraint::Type]))
        .boxed()
}

fn strings(target: &Target) -> BoxedStrategy<Partition> {
    let meaning = target.meaning();
    match meaning {
        Meaning::ProjectArn => prop_oneof![
            Just(Partition::valid("the leased project", arn::example(Resource::Project))),
            arns(Resource::Project),
        ]
        .boxed(),
        Meaning::VersionArn => arns(Resource::Version),
        Meaning::Document => document::valid(target.service)
            .prop_map(|document| Partition::valid(document.label, document.text))
            .boxed(),
        _ => {
            // Room for a symbol, which stands for up to 40 characters.
            let room = target.shape.max.unwrap_or(1000).saturating_sub(40).max(8);
            prop_oneof![3 => characters(&form(target).allowed(), 16), 1 => characters(&form(target).allowed(), room)]
                .prop_map(move |tail| {
                    let label = format!("{} further characters", tail.chars().count());
                    let partition = Partition::valid(label, Arg::text([meaning.stem(), Part::Literal(tail)]));
                    match meaning.unfit() {
                        Some(why) => partition.unfit(why),
                        None => partition,
                    }
                })
                .boxed()
        }
    }
}

/// Up to so many characters of a class, ASCII preferred.
fn characters(class: &ClassUnicode, most: u64) -> BoxedStrategy<String> {
    let most = usize::try_from(most).expect("lengths of the models are small");
    proptest::collection::vec(character(class), 0..=most)
        .prop_map(|characters| characters.into_iter().collect())
        .boxed()
}

fn character(class: &ClassUnicode) -> BoxedStrategy<char> {
    let ascii =
        ClassUnicode::new(class.iter().filter(|range| range.start().is_ascii()).map(|range| {
            regex_syntax::hir::ClassUnicodeRange::new(range.start(), range.end().min('\u{7f}'))
        }));
    let all = class.clone();
    let any = (0..size(class)).prop_map(move |position| at(&all, position));
    if ascii.ranges().is_empty() {
        return any.boxed();
    }
    prop_oneof![3 => (0..size(&ascii)).prop_map(move |position| at(&ascii, position)), 1 => any].boxed()
}

/// Well-formed ARNs of the target's account and region with a random name and stamp.
fn arns(resource: Resource) -> BoxedStrategy<Partition> {
    let tail = match resource {
        Resource::Project => "[a-zA-Z0-9_.-]{1,60}/[0-9]{1,20}",
        Resource::Version => "[a-zA-Z0-9_.-]{1,60}/version/[a-zA-Z0-9_.-]{1,60}/[0-9]{1,20}",
    };
    tail.prop_map(|tail| {
        let parts = arn::own(&format!(":project/{tail}"));
        Partition::valid("a random well-formed ARN", parts).unfit(unfit::ARN)
    })
    .boxed()
}

fn too_long(target: &Target) -> BoxedStrategy<Partition> {
    let max = target.shape.max.unwrap_or(0);
    let meaning = target.meaning();
    let service = target.service;
    // A pattern may have a longest match of its own.
    let limit = match meaning {
        Meaning::ProjectArn | Meaning::VersionArn | Meaning::Document => BOUND,
        _ => form(target).longest.unwrap_or(BOUND),
    };
    (max + 1..=(4 * max).min(limit))
        .prop_map(move |length| {
            let count = usize::try_from(length).expect("lengths of the models are small");
            match meaning {
                Meaning::ProjectArn => arn::of_length(Resource::Project, count),
                Meaning::VersionArn => arn::of_length(Resource::Version, count),
                Meaning::Document => document::of_length(service, count),
                _ => Partition::broken(
                    format!("{length} characters"),
                    Arg::text([meaning.stem(), fill('a', length)]),
                    &[Constraint::LengthMax],
                ),
            }
        })
        .boxed()
}

/// Strings with one excluded character somewhere.
fn strange(target: &Target) -> BoxedStrategy<Partition> {
    let meaning = target.meaning();
    let (resource, service) = match meaning {
        Meaning::ProjectArn => (Some(Resource::Project), target.service),
        Meaning::VersionArn => (Some(Resource::Version), target.service),
        _ => (None, target.service),
    };
    if let Some(resource) = resource {
        return prop_oneof![select(certain(arn::malformed(resource))), strange_arns(resource)].boxed();
    }
    if meaning == Meaning::Document {
        return document::strange(service);
    }
    let form = form(target);
    let allowed = form.allowed();
    (characters(&allowed, 8), character(&form.excluded()), characters(&allowed, 8))
        .prop_map(move |(before, excluded, behind)| {
            let tail = format!("{before}{excluded}{behind}");
            let label = format!("U+{:04X} inside", u32::from(excluded));
            Partition::broken(label, Arg::text([meaning.stem(), Part::Literal(tail)]), &[Constraint::Pattern])
        })
        .boxed()
}

fn certain(partitions: Vec<Partition>) -> Vec<Partition> {
    partitions.into_iter().filter(Partition::is_invalid).collect()
}

/// The leased ARN with one character that no component takes behind one of its fields.
fn strange_arns(resource: Resource) -> BoxedStrategy<Partition> {
    let class = super::form::Form::of(r"[\wa-zA-Z0-9_.:/-]+").expect("the class is written here").excluded();
    let Arg::Text(Text(parts)) = arn::example(resource) else { unreachable!("examples of ARNs are texts") };
    let [Part::Symbol(base)] = parts.as_slice() else { unreachable!("they are one symbol") };
    let base = base.clone();
    (character(&class), 0..6_usize)
        .prop_map(move |(excluded, field)| {
            let how = Derivation::InField(field, Box::new(Derivation::Append(excluded.to_string())));
            let label = format!("U+{:04X} behind field {field}", u32::from(excluded));
            Partition::broken(label, Arg::symbol(base.clone().derived(how)), &[Constraint::Pattern])
        })
        .boxed()
}
