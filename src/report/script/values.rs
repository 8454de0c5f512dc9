//! Symbols and texts as shell variables and words.
//!
//! A variable holds a text as it stands inside a JSON string. So a NUL, a trailing line feed or a
//! quote, which the shell would lose or trip over, is an escape all the way.

use super::shell::{Piece, is_plain, json_content, words};
use crate::exchange::untrusted::visible_json;
use aws_conformance_generators::plan::{Arg, Derivation, Part, Symbol, Text, Unit};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An ARN's fields and its segments: the separator, and how many parts there are at most (0: any).
const FIELDS: &str = ": 6";
const SEGMENTS: &str = "/ 0";

/// What writing a script's values down has come to so far.
#[derive(Default)]
pub(super) struct Values {
    /// Assignments that are still to be written before the values are used.
    lines: Vec<String>,
    /// The shell functions that are used.
    pub(super) functions: BTreeSet<&'static str>,
    /// Variables by what they hold, and how many there are of a kind.
    known: BTreeMap<String, String>,
}

impl Values {
    /// The lines written since the last time.
    pub(super) fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    pub(super) fn need(&mut self, function: &'static str) {
        self.functions.insert(function);
    }

    /// Pieces as words of the shell.
    pub(super) fn words(&mut self, pieces: Vec<Piece>) -> Vec<String> {
        let mut needs_fill = false;
        let words = words(pieces, &mut needs_fill);
        if needs_fill {
            self.need("fill");
        }
        words
    }

    /// Pieces as one word of the shell.
    pub(super) fn word(&mut self, pieces: Vec<Piece>) -> String {
        let word = self.words(pieces).concat();
        if word.is_empty() { "''".to_owned() } else { word }
    }

    /// A value as JSON text.
    pub(super) fn json(&mut self, arg: &Arg) -> Vec<Piece> {
        let literal = |text: &str| Piece::Text(text.to_owned());
        match arg {
            Arg::Json(value) => vec![Piece::Text(visible_json(&value.to_string()))],
            Arg::Text(text) => {
                let mut pieces = vec![literal("\"")];
                pieces.extend(self.text(text));
                pieces.push(literal("\""));
                pieces
            }
            Arg::List(items) => {
                let mut pieces = vec![literal("[")];
                for (at, item) in items.iter().enumerate() {
                    pieces.push(literal(if at == 0 { "" } else { "," }));
                    pieces.extend(self.json(item));
                }
                pieces.push(literal("]"));
                pieces
            }
            Arg::Object(members) => {
                let mut pieces = vec![literal("{")];
                for (at, (name, value)) in last_of_each(members).into_iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    pieces.push(Piece::Text(format!("{comma}\"{}\":", json_content(name))));
                    pieces.extend(self.json(value));
                }
                pieces.push(literal("}"));
                pieces
            }
        }
    }

    /// The inside of a JSON string.
    pub(super) fn text(&mut self, text: &Text) -> Vec<Piece> {
        let mut pieces: Vec<Option<Piece>> = Vec::with_capacity(text.0.len());
        for part in &text.0 {
            pieces.push(match part {
                Part::Literal(text) => Some(Piece::Text(json_content(text))),
                Part::Symbol(symbol) => Some(Piece::Word(format!("\"${}\"", self.symbol(symbol)))),
                Part::Fill { .. } => None,
            });
        }
        for (at, part) in text.0.iter().enumerate() {
            let Part::Fill { with, until, unit } = part else { continue };
            let mut left = vec![until.to_string()];
            for (part, piece) in text.0.iter().zip(&pieces) {
                match (part, piece) {
                    (Part::Literal(text), _) => left.push(unit.measure(text).to_string()),
                    (_, Some(Piece::Word(word))) => {
                        let measure = match unit {
                            Unit::Characters => "characters",
                            Unit::Bytes => "bytes",
                        };
                        self.need(measure);
                        left.push(format!("$({measure} {word})"));
                    }
                    _ => {}
                }
            }
            self.need("fill");
            let each = unit.measure(&with.to_string());
            let unit = self.word(vec![Piece::Text(json_content(&with.to_string()))]);
            let variable = self.fresh("fill");
            let left = left.join(" - ");
            let count = if each == 1 { left } else { format!("({left}) / {each}") };
            self.lines.push(format!("{variable}=$(fill \"$(({count}))\" {unit})"));
            pieces[at] = Some(Piece::Word(format!("\"${variable}\"")));
        }
        pieces.into_iter().flatten().collect()
    }

    /// The variable that holds a symbol's value.
    pub(super) fn symbol(&mut self, symbol: &Symbol) -> String {
        match symbol {
            Symbol::Account => {
                self.ask_for_account();
                "account".to_owned()
            }
            Symbol::Region => "region".to_owned(),
            Symbol::AwsPartition => self.partition(),
            Symbol::Name(tag) | Symbol::ProjectName(tag) => {
                let value = match is_plain(tag) {
                    true => format!("\"awsc-$$-{tag}\""),
                    false => format!("\"awsc-$$-\"{}", self.word(vec![Piece::Text(json_content(tag))])),
                };
                self.assigned(&format!("name {tag}"), "name", |_| value)
            }
            Symbol::Project(tag) => self.assigned(&format!("project {tag}"), "project", |values| {
                values.need("make_project");
                let label = values.fresh("lease");
                format!("$(make_project {label} \"awsc-$$-{label}\")")
            }),
            Symbol::Response { step, pointer } => {
                let (member, number) = last_member(pointer);
                self.assigned(&format!("answer {step} {pointer}"), "answer", |values| {
                    values.need("captured");
                    format!("$(captured {} {} {number})", file(step), super::shell::quote(&member))
                })
            }
            Symbol::Derived { how, of } => {
                let of = self.symbol(of);
                self.derived(how, &of)
            }
        }
    }

    /// The variable that holds what is derived from a variable.
    fn derived(&mut self, how: &Derivation, of: &str) -> String {
        self.assigned(&format!("derived {how:?} {of}"), "derived", |values| values.derivation(how, of))
    }

    fn derivation(&mut self, how: &Derivation, of: &str) -> String {
        let mut by = |name: &'static str| {
            self.need(name);
            format!("$({name} \"${of}\")")
        };
        match how {
            Derivation::Successor => by("successor"),
            Derivation::Uppercase => by("uppercase"),
            Derivation::Complement => by("complement"),
            Derivation::OtherDigits => by("other_digits"),
            Derivation::OtherLast => by("other_last"),
            Derivation::WithoutLast => format!("\"${{{of}%?}}\""),
            Derivation::WithoutFirst => format!("\"${{{of}#?}}\""),
            Derivation::Append(tail) => {
                let tail = self.word(vec![Piece::Text(json_content(tail))]);
                format!("\"${of}\"{tail}")
            }
            Derivation::Prepend(head) => {
                let head = self.word(vec![Piece::Text(json_content(head))]);
                format!("{head}\"${of}\"")
            }
            Derivation::Field(at, with) => self.replaced(of, FIELDS, *at, with),
            Derivation::Segment(at, with) => self.replaced(of, SEGMENTS, *at, with),
            Derivation::InField(at, how) => self.in_part(of, FIELDS, *at, how),
            Derivation::InSegment(at, how) => self.in_part(of, SEGMENTS, *at, how),
        }
    }

    fn replaced(&mut self, of: &str, separation: &str, at: usize, with: &str) -> String {
        self.need("replaced");
        let with = self.word(vec![Piece::Text(json_content(with))]);
        format!("$(replaced \"${of}\" {separation} {at} {with})")
    }

    /// A project that was made tells the account better than anything that was said before.
    fn ask_for_account(&mut self) {
        let Some(project) = self.project() else { return };
        if self.known.insert("account".to_owned(), project.clone()).is_none() {
            self.need("part");
            self.lines.push(format!("account=$(part \"${project}\" {FIELDS} 4)"));
        }
    }

    /// The variable that holds the partition: that of a project that was made, else of the region.
    fn partition(&mut self) -> String {
        let project = self.project();
        self.assigned("partition", "partition", |values| match project {
            Some(project) => {
                values.need("part");
                format!("$(part \"${project}\" {FIELDS} 1)")
            }
            None => {
                values.need("partition_of");
                "$(partition_of \"$region\")".to_owned()
            }
        })
    }

    /// The variable that holds the ARN of a project that was made, if there is one.
    fn project(&self) -> Option<String> {
        let project = self.known.iter().find(|(thing, _)| thing.starts_with("project "));
        project.map(|(_, variable)| variable.clone())
    }

    fn in_part(&mut self, of: &str, separation: &str, at: usize, how: &Derivation) -> String {
        self.need("part");
        let part = self.fresh("part");
        self.lines.push(format!("{part}=$(part \"${of}\" {separation} {at})"));
        let derived = self.derived(how, &part);
        self.need("replaced");
        format!("$(replaced \"${of}\" {separation} {at} \"${derived}\")")
    }

    /// The variable that holds a thing, assigned where it is first used.
    fn assigned(&mut self, thing: &str, kind: &str, value: impl FnOnce(&mut Self) -> String) -> String {
        if let Some(variable) = self.known.get(thing) {
            return variable.clone();
        }
        let value = value(self);
        let variable = self.fresh(kind);
        self.lines.push(format!("{variable}={value}"));
        self.known.insert(thing.to_owned(), variable.clone());
        variable
    }

    /// A variable that nothing else uses.
    fn fresh(&mut self, kind: &str) -> String {
        let counter = self.known.entry(format!("counter {kind}")).or_insert_with(|| "0".to_owned());
        let number = counter.parse::<usize>().unwrap_or_default() + 1;
        *counter = number.to_string();
        format!("{kind}_{number}")
    }
}

/// The members of an object where each name counts once, as a map of them would have it.
pub(super) fn last_of_each(members: &[(String, Arg)]) -> Vec<(&str, &Arg)> {
    let mut unique: Vec<(&str, &Arg)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        match unique.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value,
            None => unique.push((name, value)),
        }
    }
    unique
}

/// The member of this name as shell text, if the input is an object that has it as a string.
pub(super) fn string_member(values: &mut Values, input: &Arg, member: &str) -> Option<Vec<Piece>> {
    match input {
        Arg::Json(Value::Object(members)) => {
            let text = members.get(member)?.as_str()?;
            Some(vec![Piece::Text(json_content(text))])
        }
        Arg::Object(members) => {
            let (_, value) = last_of_each(members).into_iter().find(|(name, _)| *name == member)?;
            match value {
                Arg::Json(Value::String(text)) => Some(vec![Piece::Text(json_content(text))]),
                Arg::Text(text) => Some(values.text(text)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A label as the stem of a file name.
pub(super) fn file(label: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    label.chars().map(plain).take(60).collect()
}

/// The last member that a pointer names, and which of those of this name it is.
fn last_member(pointer: &str) -> (String, usize) {
    let segments: Vec<&str> = pointer.split('/').skip(1).collect();
    let name =
        segments.iter().rfind(|segment| segment.parse::<usize>().is_err()).copied().unwrap_or_default();
    let index = segments.iter().rev().find_map(|segment| segment.parse::<usize>().ok());
    (name.replace("~1", "/").replace("~0", "~"), index.unwrap_or(0) + 1)
}
