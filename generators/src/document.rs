//! Policy documents as labelled texts, in groups by how strictly an endpoint may be judged.
//!
//! | group | what an endpoint does with it |
//! |---|---|
//! | [`plain`], [`sized`] | accepts it |
//! | [`not_json`] | refuses it as malformed |
//! | [`not_a_policy`] | refuses it |
//! | [`forbidden_elements`] | should refuse it |
//! | [`valid_examples`], [`fine_grammar`] | either: the documents do not go that deep |

mod broken;
mod elements;
mod rekognition;
mod shapes;
#[cfg(test)]
mod tests;
mod xray;

pub use broken::{not_json, truncated};
pub use shapes::{valid, valid_plain};
pub use xray::lockouts;

use crate::partition::{Constraint, Partition, ambiguity, unfit};
use crate::plan::{Part, Service, Text, Unit};
use elements::{compose, policy, statement};
use proptest::prelude::*;

/// A labelled policy document, well-formed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is, for people.
    pub label: String,
    /// Its text.
    pub text: Text,
}

impl Document {
    fn new(label: impl Into<String>, template: &str) -> Self {
        Self { label: label.into(), text: compose(template) }
    }
}

/// What a document is brought to its length with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// Spaces between tokens, which say nothing.
    Whitespace,
    /// This character, again and again, in the value of a condition. It must not be one that JSON
    /// escapes.
    Value(char),
}

/// Grammar-valid documents made of what the service's documents show; each must be accepted. The
/// first one is the plainest.
pub fn plain(service: Service) -> Vec<Document> {
    match service {
        Service::Rekognition => rekognition::plain(),
        Service::Xray => xray::plain(),
    }
}

/// Grammar-valid documents in many shapes, [`plain`] ones first; those behind use what the policy
/// language has but the service's documents do not show.
pub fn valid_examples(service: Service) -> Vec<Document> {
    let mut all = plain(service);
    all.extend(match service {
        Service::Rekognition => rekognition::unshown(),
        Service::Xray => xray::unshown(),
    });
    all
}

/// JSON that is no policy: no object, no statement, or a statement without one of its elements.
pub fn not_a_policy(service: Service) -> Vec<Document> {
    let elements = base(service);
    let one = statement(&elements);
    let mut all: Vec<Document> = required(service)
        .iter()
        .map(|name| {
            let without = statement(&elements::without(&elements, name));
            Document::new(format!("a statement without {name}"), &policy(&format!("[{without}]")))
        })
        .collect();
    let second = statement(&elements::without(&elements, "Effect"));
    all.push(Document::new(
        "two statements, the second one without Effect",
        &policy(&format!("[{one},{second}]")),
    ));
    for (label, statements) in [
        ("an empty list of statements", "[]"),
        ("an empty statement", "[{}]"),
        ("a string for the statements", "\"Allow\""),
        ("a number for the statements", "1"),
        ("true for the statements", "true"),
        ("null for the statements", "null"),
        ("a list of strings for the statements", "[\"Allow\"]"),
        ("null in the list of statements", "[null]"),
    ] {
        all.push(Document::new(label, &policy(statements)));
    }
    all.push(Document::new(
        "a misspelt Statement",
        &format!(r#"{{"Version":"2012-10-17","Statements":[{one}]}}"#),
    ));
    all.push(Document::new("a statement without its policy", &one));
    all.push(Document::new("a policy in an array", &format!("[{}]", policy(&format!("[{one}]")))));
    for (label, text) in [
        ("no statement", r#"{"Version":"2012-10-17"}"#),
        ("an empty object", "{}"),
        ("an empty array", "[]"),
        ("a JSON string", "\"policy\""),
        ("a policy inside of a JSON string", r#""{\"Version\":\"2012-10-17\",\"Statement\":[]}""#),
        ("a JSON number", "1"),
        ("null", "null"),
        ("true", "true"),
    ] {
        all.push(Document::new(label, text));
    }
    all
}

/// Policies with an element or a value that the service's documents rule out.
pub fn forbidden_elements(service: Service) -> Vec<Document> {
    changed(
        service,
        &match service {
            Service::Rekognition => rekognition::forbidden(),
            Service::Xray => xray::forbidden(),
        },
    )
}

/// Policies of which the documents do not say whether they are accepted: effects in another case,
/// types and keys that the policy language does not have, unknown versions.
pub fn fine_grammar(service: Service) -> Vec<Document> {
    let mut all = changed(service, &elements::QUESTIONABLE);
    all.extend(changed(
        service,
        &match service {
            Service::Rekognition => rekognition::questionable(),
            Service::Xray => xray::questionable(),
        },
    ));
    let one = statement(&base(service));
    let lower = one.replace("\"Effect\"", "\"effect\"").replace("\"Action\"", "\"action\"");
    all.push(Document::new("element names in lower case", &policy(&format!("[{lower}]"))));
    for (label, version) in [
        ("the older Version 2008-10-17", "\"2008-10-17\""),
        ("an unknown Version", "\"2024-01-01\""),
        ("a number for Version", "20121017"),
        ("null for Version", "null"),
    ] {
        all.push(Document::new(label, &format!(r#"{{"Version":{version},"Statement":[{one}]}}"#)));
    }
    all.push(Document::new("no Version", &format!(r#"{{"Statement":[{one}]}}"#)));
    all.push(Document::new(
        "an unknown key beside Statement",
        &format!(r#"{{"Version":"2012-10-17","Comment":"","Statement":[{one}]}}"#),
    ));
    all.push(Document::new(
        "two statements with the same Sid",
        &policy(&format!("[{0},{0}]", with(service, "Sid", "\"Same\""))),
    ));
    all.push(Document::new(
        "Statement twice",
        &format!(r#"{{"Version":"2012-10-17","Statement":[],"Statement":[{one}]}}"#),
    ));
    all
}

/// A grammar-valid document of exactly so many characters or bytes. Filled with whitespace, it must
/// be accepted if its length is; filled with values, it has a condition.
///
/// A length below the shortest document of its form (see [`shortest`]) gives that one.
pub fn sized(service: Service, length: usize, unit: Unit, filling: Filling) -> Text {
    let (template, with) = match filling {
        Filling::Whitespace => {
            (policy(&format!("[{}]", statement(&base(service)))).replacen('{', "{$FILL", 1), ' ')
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
    Document::new("the shortest document", &policy(&statement(&base(service))))
}

/// A plain document for each number, no two equal as JSON: for updates that change something. Below
/// 4000 they stay within every documented size.
pub fn numbered(service: Service, number: usize) -> Text {
    compose(&match service {
        Service::Rekognition => rekognition::numbered(number),
        Service::Xray => xray::numbered(number),
    })
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
                [1999, 2000, 2001, 4000, 16_000].map(|length| of_length(service, length)).into();
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
        compose(&format!("{}\n", policy(&statement(&base(service))))),
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
    let marked = compose(&format!("\u{feff}{}", policy(&statement(&base(service)))));
    all.push(Partition::broken(
        "a byte-order mark at the beginning (no JSON either)",
        marked,
        &[Constraint::Pattern],
    ));
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

fn base(service: Service) -> elements::Elements {
    match service {
        Service::Rekognition => rekognition::base(),
        Service::Xray => xray::base(),
    }
}

fn required(service: Service) -> &'static [&'static str] {
    match service {
        Service::Rekognition => &["Effect", "Principal", "Action", "Resource"],
        Service::Xray => &["Effect", "Principal", "Action"],
    }
}

fn with(service: Service, name: &'static str, value: &str) -> String {
    statement(&elements::with(&base(service), name, value))
}

fn changed(service: Service, changes: &[elements::Change]) -> Vec<Document> {
    changes
        .iter()
        .map(|change| {
            let statement = statement(&change.apply(&base(service)));
            Document::new(change.label, &policy(&format!("[{statement}]")))
        })
        .collect()
}
