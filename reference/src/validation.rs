//! The check of a request's members against the table.

use serde_json::{Map, Value};

use crate::constraints::{Kind, Member, Shape, Strictness, members};
use crate::faults::{Defect, How};
use crate::service::Operation;
use crate::switches::Switches;
use crate::variants::Reading;

/// How much of a value a message repeats, in characters.
const ECHOED: usize = 256;

/// The members under the names that the operation has for them, whatever their case.
pub(crate) fn known_members(operation: Operation, body: Map<String, Value>) -> Map<String, Value> {
    let known = members(operation);
    let name = |name: String| match known.iter().find(|member| member.path.eq_ignore_ascii_case(&name)) {
        Some(member) => member.path.to_owned(),
        None => name,
    };
    body.into_iter().map(|(member, value)| (name(member), value)).collect()
}

/// A constraint that a request breaks.
#[derive(Debug)]
pub(crate) struct Breach {
    /// The member's path in the table.
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    /// The framework's words for it.
    pub(crate) clause: String,
}

/// A member has a JSON type that cannot be read as the modelled one.
#[derive(Debug)]
pub(crate) struct SerializationFailure {
    pub(crate) path: &'static str,
}

/// What a check found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) breaches: Vec<Breach>,
    /// A fault let a request through that the operation cannot carry out: it is answered as
    /// a success without anything being done.
    pub(crate) no_op: bool,
    /// Members whose value a fault let through, so that nothing else looks at it.
    pub(crate) exempt: Vec<&'static str>,
}

/// Checks `body`, and rewrites in it what a fault reads in another way.
pub(crate) fn check(
    operation: Operation,
    body: &mut Map<String, Value>,
    switches: &Switches,
) -> Result<Checked, SerializationFailure> {
    let mut check =
        Check { operation, switches, checked: Checked::default(), ignored: Vec::new(), coerced: Vec::new() };
    for member in members(operation) {
        check.member(member, body)?;
    }
    for path in check.ignored {
        body.remove(path);
    }
    for (path, value) in check.coerced {
        body.insert(path.to_owned(), value);
    }
    Ok(check.checked)
}

struct Check<'a> {
    operation: Operation,
    switches: &'a Switches,
    checked: Checked,
    ignored: Vec<&'static str>,
    coerced: Vec<(&'static str, Value)>,
}

impl Check<'_> {
    fn member(
        &mut self,
        member: &'static Member,
        body: &Map<String, Value>,
    ) -> Result<(), SerializationFailure> {
        let Some((parent, part)) = member.path.split_once('.') else {
            return self.slot(member, body.get(member.path));
        };
        match (body.get(parent), part) {
            (Some(Value::Array(entries)), "member") => {
                let first_alone = [Kind::Pattern, Kind::Choice]
                    .into_iter()
                    .any(|kind| self.how(member, kind) == Some(How::FirstItem));
                let looked_at = if first_alone { 1 } else { entries.len() };
                entries.iter().take(looked_at).try_for_each(|entry| self.entry(member, entry))
            }
            (Some(Value::Object(entries)), "key") => {
                for key in entries.keys() {
                    self.text(member, key);
                }
                Ok(())
            }
            (Some(Value::Object(entries)), "value") => {
                entries.values().try_for_each(|entry| self.entry(member, entry))
            }
            (Some(Value::Object(fields)), _) => self.slot(member, fields.get(part)),
            _ => Ok(()),
        }
    }

    /// A member that may be absent.
    fn slot(&mut self, member: &'static Member, value: Option<&Value>) -> Result<(), SerializationFailure> {
        match value {
            Some(Value::Null) if !member.required && self.switches.reads(Reading::NullRefused) => {
                Err(SerializationFailure { path: member.path })
            }
            None | Some(Value::Null) => {
                let kind = if value.is_some() { Kind::Null } else { Kind::Required };
                if member.required {
                    if self.dropped(member, kind) {
                        self.checked.no_op = true;
                    } else {
                        self.breach_of_absence(member);
                    }
                }
                Ok(())
            }
            Some(value) => self.entry(member, value),
        }
    }

    /// A value that is there.
    fn entry(&mut self, member: &'static Member, value: &Value) -> Result<(), SerializationFailure> {
        match (member.shape, value) {
            (Shape::Text { .. }, Value::String(text)) => self.text(member, text),
            (Shape::Choice(choices), Value::String(text)) => self.choice(member, choices, text),
            (Shape::Integer { .. }, Value::Number(number))
                if self.switches.reads(Reading::WideIntegersAreTypes)
                    && number
                        .as_f64()
                        .is_some_and(|number| !(-2_147_483_648.0..2_147_483_648.0).contains(&number)) =>
            {
                return self.wrong_type(member, value);
            }
            (Shape::Integer { min, max }, Value::Number(number)) => {
                // A fraction is no integer; a number beyond 64 bits is out of every range.
                match number.as_i64() {
                    Some(number) => self.integer(member, number, min, max),
                    None if self.switches.reads(Reading::FractionsTruncated) => {
                        let whole = number.as_f64().unwrap_or_default().trunc() as i64;
                        self.integer(member, whole, min, max);
                        self.coerced.push((member.path, Value::from(whole)));
                    }
                    None if number.is_u64() => self.integer(member, i64::MAX, min, max),
                    None => return self.wrong_type(member, value),
                }
            }
            (Shape::Flag, Value::Bool(_)) | (Shape::Structure, Value::Object(_)) => {}
            (Shape::Flag, _)
                if self.switches.reads(Reading::LooseBooleans) && loose_boolean(value).is_some() =>
            {
                self.coerced.extend(loose_boolean(value).map(|flag| (member.path, Value::Bool(flag))));
            }
            (Shape::Text { .. }, Value::Number(number)) if self.takes_numbers(member) => {
                let text = number.to_string();
                self.text(member, &text);
                self.coerced.push((member.path, Value::String(text)));
            }
            (Shape::List { min, max }, Value::Array(entries)) => {
                self.count(member, entries.len(), min, max);
            }
            (Shape::Map { max }, Value::Object(entries)) => {
                self.count(member, entries.len(), 0, max);
            }
            _ => return self.wrong_type(member, value),
        }
        Ok(())
    }

    /// Whether a fault takes a number for a text.
    fn takes_numbers(&self, member: &Member) -> bool {
        let numeric = match self.operation {
            Operation::PutProjectPolicy => Defect::RNamesNumeric,
            Operation::PutResourcePolicy => Defect::XNamesNumeric,
            _ => return false,
        };
        member.path == "PolicyName" && self.switches.has(numeric)
    }

    fn wrong_type(&mut self, member: &'static Member, value: &Value) -> Result<(), SerializationFailure> {
        if !self.dropped(member, Kind::Type) {
            return Err(SerializationFailure { path: member.path });
        }
        let copies = self.operation == Operation::CopyProjectVersion;
        if copies || self.never_found() && member.required {
            self.checked.no_op = true;
        } else if member.required {
            let text = value.to_string();
            self.text(member, &text);
            self.coerced.push((member.path, Value::String(text)));
            self.checked.exempt.push(member.path);
        } else {
            self.ignored.push(member.path);
        }
        Ok(())
    }

    fn text(&mut self, member: &'static Member, text: &str) {
        let Shape::Text { min, max, pattern } = member.shape else {
            return;
        };
        if text.is_empty() && (min > 0 || pattern.is_some()) && self.dropped(member, Kind::Empty) {
            self.accepted_despite(member);
            return;
        }
        let length = self.length(member, text);
        if length < self.least(member, min) {
            self.breach_of(member, Kind::Min, text, || format!("have length greater than or equal to {min}"));
        }
        if length > self.most(member, max) {
            self.breach_of(member, Kind::Max, text, || format!("have length less than or equal to {max}"));
        }
        if let Some(pattern) = pattern
            && !pattern.matches(text, self.strictness(member))
        {
            self.breach_of(member, Kind::Pattern, text, || {
                format!("satisfy regular expression pattern: {}", pattern.text())
            });
        }
    }

    fn length(&self, member: &Member, text: &str) -> usize {
        if member.path == "PolicyDocument" && self.switches.reads(Reading::LengthsInBytes) {
            text.len()
        } else if member.path == "PolicyDocument" && self.switches.has(Defect::RDocumentTrimmed) {
            text.trim().chars().count()
        } else {
            text.chars().count()
        }
    }

    fn strictness(&self, member: &Member) -> Strictness {
        match self.how(member, Kind::Pattern) {
            Some(How::Prefix) => Strictness::Prefix,
            Some(How::Newline) => Strictness::TrailingNewline,
            Some(How::Loose) => Strictness::Loose,
            Some(How::Tight) => Strictness::Tight,
            Some(How::Unicode) => Strictness::Unicode,
            _ => Strictness::Whole,
        }
    }

    fn choice(&mut self, member: &'static Member, choices: &[&str], text: &str) {
        let known = choices.iter().any(|choice| {
            *choice == text
                || (choice.eq_ignore_ascii_case(text) && self.how(member, Kind::Choice) == Some(How::Loose))
        });
        if !known {
            self.breach_of(member, Kind::Choice, text, || {
                format!("satisfy enum value set: [{}]", choices.join(", "))
            });
        }
    }

    fn integer(&mut self, member: &'static Member, number: i64, min: i64, max: i64) {
        let shown = number.to_string();
        let least = match self.how(member, Kind::Min) {
            Some(How::Tight) => min + 1,
            _ => min,
        };
        let most = match self.how(member, Kind::Max) {
            Some(How::Loose) => max + 1,
            Some(How::Tight) => max - 1,
            _ => max,
        };
        if number < least {
            self.breach_of(member, Kind::Min, &shown, || {
                format!("have value greater than or equal to {min}")
            });
        }
        if number > most {
            self.breach_of(member, Kind::Max, &shown, || format!("have value less than or equal to {max}"));
        }
    }

    fn count(&mut self, member: &'static Member, count: usize, min: usize, max: usize) {
        if count < self.least(member, min) {
            self.breach_of(member, Kind::Min, "[]", || format!("have length greater than or equal to {min}"));
        }
        if count > self.most(member, max) {
            self.breach_of(member, Kind::Max, "[...]", || format!("have length less than or equal to {max}"));
        }
    }

    fn least(&self, member: &Member, min: usize) -> usize {
        match self.how(member, Kind::Min) {
            Some(How::Tight) => min + 1,
            Some(How::Loose) => min.saturating_sub(1),
            _ => min,
        }
    }

    fn most(&self, member: &Member, max: usize) -> usize {
        match self.how(member, Kind::Max) {
            Some(How::Loose) => max.saturating_add(1),
            Some(How::Tight) => max - 1,
            _ => max,
        }
    }

    fn how(&self, member: &Member, kind: Kind) -> Option<How> {
        self.switches.constraint(self.operation, member.path, kind)
    }

    fn dropped(&self, member: &Member, kind: Kind) -> bool {
        self.how(member, kind) == Some(How::Dropped)
    }

    /// Notes a breach, unless a fault drops the constraint.
    fn breach_of(&mut self, member: &'static Member, kind: Kind, shown: &str, must: impl FnOnce() -> String) {
        if self.dropped(member, kind) {
            self.accepted_despite(member);
            return;
        }
        let value = if self.switches.reads(Reading::ValuesNotEchoed) {
            String::new()
        } else {
            format!(" '{}'", shown.chars().take(ECHOED).collect::<String>())
        };
        self.checked.breaches.push(Breach {
            path: member.path,
            kind,
            clause: format!(
                "Value{value} at '{}' failed to satisfy constraint: Member must {}",
                shown_path(member.path),
                must()
            ),
        });
    }

    fn breach_of_absence(&mut self, member: &'static Member) {
        self.checked.breaches.push(Breach {
            path: member.path,
            kind: Kind::Required,
            clause: format!(
                "Value null at '{}' failed to satisfy constraint: Member must not be null",
                shown_path(member.path)
            ),
        });
    }

    /// Whether the operation refuses, for want of something to work on, whatever breaks a
    /// constraint: a fault then shows as a success.
    fn never_found(&self) -> bool {
        matches!(self.operation, Operation::CopyProjectVersion | Operation::DeleteProjectPolicy)
    }

    /// Goes on with a value that the constraint should have refused. A copy can never succeed
    /// here, and a revision or a token that breaks its constraint is never one that was issued:
    /// let through, they would be refused all the same, so the former succeeds and the latter
    /// are not looked at.
    fn accepted_despite(&mut self, member: &'static Member) {
        if self.never_found() && member.required || self.operation == Operation::CopyProjectVersion {
            self.checked.no_op = true;
        } else if matches!(member.path, "PolicyRevisionId" | "NextToken") {
            self.ignored.push(member.path);
        } else {
            self.checked.exempt.push(member.path);
        }
    }
}

/// The boolean that a text or a number stands for, read loosely.
fn loose_boolean(value: &Value) -> Option<bool> {
    match value {
        Value::String(text) if text == "true" || text == "false" => Some(text == "true"),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        _ => None,
    }
}

/// A path as the framework's messages write it: each part begins with a small letter.
fn shown_path(path: &str) -> String {
    path.split('.')
        .map(|part| {
            let mut characters = part.chars();
            characters
                .next()
                .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
        })
        .collect::<Vec<_>>()
        .join(".")
}
