//! Documents of a stated length, and the partitions of their length and alphabet.

use super::base::{base, with};
use super::elements::{compose, policy, statement};
use super::labelled::Document;
use crate::constraint::Constraint;
use crate::plan::{Arg, Part, Service, Text, Unit};
use crate::value::{Partition, ambiguity, unfit};
use proptest::prelude::*;
use serde_json::Value;

/// What a document is brought to its length with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// Spaces between tokens, which say nothing.
    Whitespace,
    /// Line feeds between tokens: in a JSON text each is written as two characters.
    LineFeeds,
    /// This character, again and again, in the value of a condition. It must not be one that JSON
    /// escapes.
    Value(char),
}

/// A grammar-valid document of exactly so many characters or bytes. Filled with whitespace, it must
/// be accepted if its length is; filled with values, it has a condition.
///
/// A length below the shortest document of its form (see [`shortest`]) gives that one.
pub fn sized(service: Service, length: usize, unit: Unit, filling: Filling) -> Text {
    let (template, with) = match filling {
        Filling::Whitespace | Filling::LineFeeds => {
            let with = if filling == Filling::LineFeeds { '\n' } else { ' ' };
            (policy(&format!("[{}]", statement(&base(service)))).replacen('{', "{$FILL", 1), with)
        }
        Filling::Value(with) => (policy(&format!("[{}]", with_filled_condition(service))), with),
    };
    let mut parts = Vec::new();
    for part in compose(&template).0 {
        let Part::Literal(text) = &part else {
            parts.push(part);
            continue;
        };
        let Some((before, behind)) = text.split_once("$FILL") else {
            parts.push(part);
            continue;
        };
        parts.push(Part::Literal(before.to_owned()));
        parts.push(Part::Fill { with, until: length, unit });
        parts.push(Part::Literal(behind.to_owned()));
    }
    // Where a character has more bytes than are left, a space takes the rest.
    parts.push(Part::Fill { with: ' ', until: length, unit });
    Text(parts)
}

/// The plainest document without any whitespace.
pub fn shortest(service: Service) -> Document {
    Document::new("the shortest document", &policy(&format!("[{}]", statement(&base(service)))))
}

/// The plainest document as a JSON object, where a text is asked for.
pub(crate) fn object(service: Service) -> Arg {
    fn of(value: Value) -> Arg {
        match value {
            Value::String(text) => Arg::Text(compose(&text)),
            Value::Array(items) => Arg::List(items.into_iter().map(of).collect()),
            Value::Object(members) => {
                Arg::Object(members.into_iter().map(|(name, value)| (name, of(value))).collect())
            }
            other => Arg::Json(other),
        }
    }
    let text = policy(&format!("[{}]", statement(&base(service))));
    of(serde_json::from_str(&text).expect("the plainest document is JSON"))
}

/// A document of exactly so many characters, as a partition of Rekognition's length constraint.
pub(crate) fn of_length(service: Service, characters: usize) -> Partition {
    let text = sized(service, characters, Unit::Characters, Filling::Whitespace);
    let label = format!("{characters} characters");
    if characters > 2000 {
        Partition::broken(label, text, &[Constraint::LengthMax])
    } else {
        Partition::valid(label, text)
    }
}

/// The partitions of a document's length and pattern.
pub(crate) fn partitions(service: Service, constraint: Constraint) -> Vec<Partition> {
    match constraint {
        Constraint::LengthMin => {
            let least = shortest(service);
            vec![
                Partition::valid(least.label, least.text),
                Partition::valid("one character, no document", "{").unfit(unfit::DOCUMENT),
                Partition::broken(
                    "empty (breaks the pattern too)",
                    "",
                    &[Constraint::LengthMin, Constraint::Pattern],
                ),
            ]
        }
        Constraint::LengthMax => {
            let mut all: Vec<Partition> =
                [2000, 1999, 2001, 4000, 16_000].map(|length| of_length(service, length)).into();
            let mut spaces = compose(&policy(&format!("[{}]", statement(&base(service)))));
            spaces.0.push(Part::Fill { with: ' ', until: 2001, unit: Unit::Characters });
            let label = "2001 characters, white space at the end";
            all.push(Partition::broken(label, spaces, &[Constraint::LengthMax]));
            let more = sized(service, 2000, Unit::Characters, Filling::Value('é'));
            all.push(Partition::valid("2000 characters, more bytes", more).ambiguous(ambiguity::UNIT));
            all
        }
        _ => characters(service),
    }
}

/// Documents with a character outside of U+0009, U+000A, U+000D, U+0020 to U+00FF.
fn characters(service: Service) -> Vec<Partition> {
    let around = |whitespace: &str| compose(&policy(&format!("[{whitespace}{}]", statement(&base(service)))));
    let mut all: Vec<Partition> = [
        ("a tab between tokens", "\t"),
        ("a newline between tokens", "\n"),
        ("a carriage return between tokens", "\r"),
    ]
    .into_iter()
    .map(|(label, whitespace)| Partition::valid(label, around(whitespace)))
    .collect();
    all.push(Partition::valid(
        "a newline at the end",
        compose(&format!("{}\n", policy(&format!("[{}]", statement(&base(service)))))),
    ));
    for (label, character) in [
        ("DEL in a value", '\u{7f}'),
        ("a C1 control character in a value", '\u{85}'),
        ("a no-break space in a value", '\u{a0}'),
        ("a Latin-1 letter in a value", 'é'),
        ("the last Latin-1 letter in a value", 'ÿ'),
    ] {
        let partition = Partition::valid(label, with_value(service, &character.to_string()));
        all.push(partition.ambiguous(ambiguity::GRAMMAR));
    }
    for (label, character) in [
        ("the first letter outside of Latin-1 in a value", 'Ā'),
        ("a Cyrillic letter in a value", 'а'),
        ("an ideograph in a value", '漢'),
        ("a line separator in a value", '\u{2028}'),
        ("a zero-width space in a value", '\u{200b}'),
        ("a private-use character in a value", '\u{e000}'),
        ("an emoji in a value", '🦀'),
    ] {
        all.push(strange_value(service, label, character));
    }
    for (label, character) in [
        ("NUL between tokens (no JSON either)", "\0"),
        ("U+0001 between tokens (no JSON either)", "\u{1}"),
        ("a vertical tab between tokens (no JSON either)", "\u{b}"),
        ("a form feed between tokens (no JSON either)", "\u{c}"),
        ("an escape between tokens (no JSON either)", "\u{1b}"),
        ("U+001F between tokens (no JSON either)", "\u{1f}"),
        ("an ideographic space between tokens (no JSON either)", "\u{3000}"),
    ] {
        all.push(Partition::broken(label, around(character), &[Constraint::Pattern]));
    }
    all
}

/// Documents with one character beyond U+00FF in a value.
pub(crate) fn strange(service: Service) -> BoxedStrategy<Partition> {
    prop_oneof![proptest::char::range('\u{100}', '\u{24f}'), proptest::char::range('\u{100}', char::MAX)]
        .prop_map(move |character| {
            let label = format!("U+{:04X} in a value", u32::from(character));
            strange_value(service, &label, character)
        })
        .boxed()
}

fn strange_value(service: Service, label: &str, character: char) -> Partition {
    Partition::broken(label, with_value(service, &character.to_string()), &[Constraint::Pattern])
}

/// A grammar-valid document with this text in the value of a condition, as JSON has it between quotes.
pub fn with_value(service: Service, value: &str) -> Text {
    compose(&policy(&format!("[{}]", with_filled_condition(service))).replace("$FILL", value))
}

fn with_filled_condition(service: Service) -> String {
    with(
        service,
        "Condition",
        match service {
            Service::Rekognition => r#"{"StringLike":{"aws:PrincipalTag/filling":"$FILL"}}"#,
            Service::Xray => r#"{"StringLike":{"aws:SourceArn":"arn:$PARTITION:sns:*:$ACCOUNT:$FILL"}}"#,
        },
    )
}
