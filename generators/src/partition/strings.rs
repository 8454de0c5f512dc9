//! Partitions of strings: lengths and patterns.

use super::form::{Form, Membership};
use super::meaning::Meaning;
use super::probe::{LEADING, PROBES, Probe, TRAILING};
use super::target::Target;
use crate::arn::{self, Resource};
use crate::constraint::Constraint;
use crate::document;
use crate::plan::{Arg, Part, Service, Unit};
use crate::value::{Partition, ambiguity, unfit, unsettled};

/// Longer values are not worth their bytes.
pub(super) const BOUND: u64 = 20_000;

pub(super) fn partitions(target: &Target, constraint: Constraint) -> Vec<Partition> {
    let all = match target.meaning() {
        Meaning::ProjectArn => arns(Resource::Project, constraint),
        Meaning::VersionArn => arns(Resource::Version, constraint),
        Meaning::Document => document::partitions(target.service, constraint),
        meaning => {
            let strings = Strings { target, meaning, form: form(target) };
            match constraint {
                Constraint::LengthMin => strings.shortest(),
                Constraint::LengthMax => strings.longest(),
                _ => strings.characters(),
            }
        }
    };
    let unsupported = target.service == Service::Xray && target.meaning() == Meaning::Token;
    all.into_iter()
        .map(|partition| match partition.is_invalid() && unsupported {
            true => partition.ambiguous(ambiguity::UNSUPPORTED),
            false => partition,
        })
        .collect()
}

/// The form of the target's strings.
///
/// # Panics
/// If the pattern is of another form; a test goes through all of them.
pub(super) fn form(target: &Target) -> Form {
    match &target.shape.pattern {
        Some(pattern) => Form::of(pattern).expect("patterns that are no repeated class belong to a meaning"),
        None => Form::any(),
    }
}

fn arns(resource: Resource, constraint: Constraint) -> Vec<Partition> {
    let example = Partition::valid("an ARN", arn::example(resource));
    let example = match resource {
        Resource::Project => example,
        Resource::Version => example.unfit(unfit::ARN),
    };
    match constraint {
        Constraint::LengthMin => std::iter::once(example).chain(arn::too_short()).collect(),
        Constraint::LengthMax => {
            [2047, 2048, 2049, 4096, 16_384].map(|length| arn::of_length(resource, length)).into()
        }
        _ => std::iter::once(example)
            .chain(arn::unknown(resource))
            .chain(arn::foreign(resource))
            .chain(arn::malformed(resource))
            .collect(),
    }
}

struct Strings<'a> {
    target: &'a Target,
    meaning: Meaning,
    form: Form,
}

impl Strings<'_> {
    fn shortest(&self) -> Vec<Partition> {
        let min = self.target.shape.min.unwrap_or(0);
        let mut lengths = vec![min, min - 1, 0];
        lengths.dedup();
        lengths.into_iter().map(|length| self.of_length(length)).collect()
    }

    fn longest(&self) -> Vec<Partition> {
        let max = self.target.shape.max.unwrap_or(0);
        let mut lengths = vec![max, max - 1, max + 1, (2 * max).min(BOUND), (8 * max).min(BOUND)];
        lengths.dedup();
        let mut all: Vec<Partition> = lengths.into_iter().map(|length| self.of_length(length)).collect();
        if self.form.membership('é') == Membership::Allowed {
            let parts = [self.meaning.stem(), fill('é', max)];
            let label = format!("{max} characters, more bytes");
            all.push(self.valid(label, parts).ambiguous(ambiguity::UNIT));
        }
        all
    }

    /// A value of exactly so many allowed characters, and what its length breaks.
    fn of_length(&self, length: u64) -> Partition {
        let shape = &self.target.shape;
        let mut breaks = Vec::new();
        if shape.min.is_some_and(|min| length < min) {
            breaks.push(Constraint::LengthMin);
        }
        if shape.max.is_some_and(|max| length > max) {
            breaks.push(Constraint::LengthMax);
        }
        let fits = length >= self.form.shortest && self.form.longest.is_none_or(|most| length <= most);
        if !fits {
            breaks.push(Constraint::Pattern);
        }
        let unit = if length == 1 { "character" } else { "characters" };
        let note = if breaks.len() > 1 { " (breaks the pattern too)" } else { "" };
        let label = if length == 0 { format!("empty{note}") } else { format!("{length} {unit}{note}") };
        // Symbols stand for up to 40 characters, so a shorter value can't begin with one.
        let parts = match usize::try_from(length) {
            Ok(short @ 0..=40) => vec![Part::Literal("a".repeat(short))],
            _ => vec![self.meaning.stem(), fill('a', length)],
        };
        Partition { breaks, ..self.valid(label, parts) }
    }

    /// The pattern: every character allowed or excluded.
    fn characters(&self) -> Vec<Partition> {
        let mut allowed = Vec::new();
        let mut excluded = Vec::new();
        let inside =
            PROBES.iter().map(|probe| (probe, self.form.membership(probe.character), self.around(*probe)));
        let behind =
            TRAILING.iter().map(|probe| (probe, self.form.membership(probe.character), self.behind(*probe)));
        let before = LEADING
            .iter()
            .map(|probe| (probe, self.form.membership_first(probe.character), self.before(*probe)));
        for (_, membership, partition) in behind.chain(before).chain(inside) {
            match membership {
                Membership::Allowed => allowed.push(partition),
                Membership::Unicode => excluded.push(broken(partition).unsettled(unsettled::CLASS)),
                Membership::Excluded => excluded.push(broken(partition)),
            }
        }
        allowed.extend(self.percent_encoded(Membership::Allowed));
        allowed.splice(0..0, self.all_allowed());
        excluded.extend(self.percent_encoded(Membership::Excluded));
        excluded.extend(self.first_only());
        excluded.extend(self.reserved());
        if self.form.shortest > 0 && self.target.shape.min.is_none_or(|min| min == 0) {
            let empty = broken(self.valid("empty", [Part::Literal(String::new())]));
            excluded.push(if self.target.required { empty } else { empty.ambiguous(ambiguity::EMPTY) });
        }
        allowed.into_iter().chain(excluded).collect()
    }

    /// All allowed characters at once: where it is accepted, each of them most likely is.
    fn all_allowed(&self) -> Option<Partition> {
        let allowed = |probe: &&Probe| self.form.membership(probe.character) == Membership::Allowed;
        let all: String = PROBES.iter().filter(allowed).map(|probe| probe.character).collect();
        // The end is a letter, since some characters may mean something else there.
        let tail = Part::Literal(format!("{all}a"));
        (all.chars().count() > 1)
            .then(|| self.valid("all allowed characters at once", [self.meaning.stem(), tail]))
    }

    fn around(&self, probe: Probe) -> Partition {
        let tail = Part::Literal(format!("{}a", probe.character));
        self.valid(format!("{} inside", named(probe)), [self.meaning.stem(), tail])
    }

    fn behind(&self, probe: Probe) -> Partition {
        let tail = Part::Literal(probe.character.to_string());
        self.valid(format!("{} at the end", named(probe)), [self.meaning.stem(), tail])
    }

    fn before(&self, probe: Probe) -> Partition {
        let head = Part::Literal(probe.character.to_string());
        self.valid(format!("{} at the beginning", named(probe)), [head, self.meaning.stem()])
    }

    fn percent_encoded(&self, wanted: Membership) -> Option<Partition> {
        let partition =
            self.valid("a percent-encoded letter", [self.meaning.stem(), Part::Literal("%41".to_owned())]);
        match (self.form.membership('%'), wanted) {
            (Membership::Allowed, Membership::Allowed) => Some(partition),
            (Membership::Excluded, Membership::Excluded) => Some(broken(partition)),
            _ => None,
        }
    }

    /// Characters that may follow but not begin.
    fn first_only(&self) -> Vec<Partition> {
        PROBES
            .iter()
            .filter(|probe| {
                self.form.membership_first(probe.character) == Membership::Excluded
                    && self.form.membership(probe.character) == Membership::Allowed
            })
            .map(|probe| broken(self.before(*probe)))
            .collect()
    }

    fn reserved(&self) -> Vec<Partition> {
        let Some(reserved) = self.form.reserved else { return Vec::new() };
        vec![
            broken(self.valid(
                format!("the reserved prefix '{reserved}'"),
                [Part::Literal(reserved.to_owned()), self.meaning.stem()],
            )),
            broken(self.valid(
                format!("the reserved prefix '{reserved}' alone"),
                [Part::Literal(reserved.to_owned())],
            )),
        ]
    }

    fn valid(&self, label: impl Into<String>, parts: impl IntoIterator<Item = Part>) -> Partition {
        let partition = Partition::valid(label, Arg::text(parts));
        match self.meaning.unfit() {
            Some(why) => partition.unfit(why),
            None => partition,
        }
    }
}

/// A filling up to a length in characters.
pub(super) fn fill(with: char, until: u64) -> Part {
    let until = usize::try_from(until).expect("lengths of the models are small");
    Part::Fill { with, until, unit: Unit::Characters }
}

/// The partition, said to break the pattern.
fn broken(partition: Partition) -> Partition {
    Partition { breaks: vec![Constraint::Pattern], ..partition }
}

fn named(probe: Probe) -> String {
    format!("{} (U+{:04X})", probe.name, u32::from(probe.character))
}
