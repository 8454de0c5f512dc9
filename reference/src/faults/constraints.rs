//! Faults derived from the constraint table: each constraint of each member, times the ways of
//! getting it wrong that can be seen from outside.

use super::deviation::{Deviation, How};
use super::fault::{Fault, Level, fault};
use crate::code;
use crate::constraints::{Kind, Member, Pattern, Shape, Strictness, members};
use crate::service::Operation;

pub(super) fn register(faults: &mut Vec<Fault>) {
    for operation in Operation::ALL {
        for member in members(operation) {
            Registrar { operation, member, faults }.member();
        }
    }
}

struct Registrar<'a> {
    operation: Operation,
    member: &'static Member,
    faults: &'a mut Vec<Fault>,
}

impl Registrar<'_> {
    fn member(&mut self) {
        let path = self.member.path;
        if self.member.required {
            self.add(
                Kind::Required,
                How::Dropped,
                format!("{path} is required: here the call succeeds without it."),
            );
            self.add(
                Kind::Null,
                How::Dropped,
                format!("null for {path} is as good as nothing: here the call succeeds with it."),
            );
        }
        self.types();
        match self.member.shape {
            Shape::Text { min, max, pattern } => self.text(min, max, pattern),
            Shape::Choice(choices) => {
                let choices = choices.join(" or ");
                self.add(
                    Kind::Choice,
                    How::Dropped,
                    format!("{path} is {choices}: here it may be anything."),
                );
                self.add(Kind::Choice, How::Loose, format!("{path} is {choices}: here in any case."));
                self.first_item(Kind::Choice);
            }
            Shape::Integer { min, max } => {
                self.add(Kind::Min, How::Dropped, format!("{path} is at least {min}: here it may be less."));
                self.add(Kind::Max, How::Dropped, format!("{path} is at most {max}: here it may be more."));
                self.add(
                    Kind::Max,
                    How::Loose,
                    format!("{path} is at most {max}: here {} is accepted.", max + 1),
                );
                self.add(Kind::Max, How::Tight, format!("{path} may be {max}: here it is refused."));
                self.add(Kind::Min, How::Tight, format!("{path} may be {min}: here it is refused."));
            }
            Shape::List { min, max } => {
                self.add(
                    Kind::Min,
                    How::Dropped,
                    format!("{path} has at least {min} entry: here it may be empty."),
                );
                self.add(
                    Kind::Max,
                    How::Dropped,
                    format!("{path} has at most {max} entries: here it may have more."),
                );
                self.add(
                    Kind::Max,
                    How::Tight,
                    format!("{path} may have {max} entries: here that is refused."),
                );
            }
            Shape::Map { max } => {
                self.add(
                    Kind::Max,
                    How::Dropped,
                    format!("{path} has at most {max} entries: here it may have more."),
                );
                // One entry too many of a copy that is refused anyway does not show.
                if !self.is_copy() {
                    self.add(
                        Kind::Max,
                        How::Loose,
                        format!("{path} has at most {max} entries: here one more is accepted."),
                    );
                }
            }
            Shape::Flag | Shape::Structure => {}
        }
        self.answers();
    }

    /// The JSON type. An ARN of another type could never be found, so a type that is not
    /// enforced cannot be told there; a crash can.
    fn types(&mut self) {
        let path = self.member.path;
        if path.contains('.') {
            return;
        }
        if !self.is_arn() || self.is_copy() {
            self.add(Kind::Type, How::Dropped, format!("{path} has a JSON type: here any is accepted."));
        }
        self.add(
            Kind::Type,
            How::WrongStatus(500),
            format!(
                "A wrong JSON type is the client's mistake: here {path} of another type is a server error."
            ),
        );
    }

    fn text(&mut self, min: usize, max: usize, pattern: Option<Pattern>) {
        let path = self.member.path;
        // A constraint that is let through shows in a copy as a success, and elsewhere only
        // where a value that breaks it can lead to one.
        let findable = !self.is_arn() || self.is_copy();
        let refused_when_empty = min > 0
            || pattern.is_some_and(|pattern| {
                // An empty revision may be refused or taken for none: nothing is settled there.
                pattern != Pattern::Hexadecimal && !pattern.matches("", Strictness::Whole)
            });
        if refused_when_empty && findable {
            self.add(Kind::Empty, How::Dropped, format!("{path} is not empty: here it may be."));
        }
        if min > 1 && findable && !self.is_arn() {
            self.add(
                Kind::Min,
                How::Dropped,
                format!("{path} has at least {min} characters: here it may have fewer."),
            );
        }
        if max < usize::MAX && findable {
            self.add(
                Kind::Max,
                How::Dropped,
                format!("{path} has at most {max} characters: here it may have more."),
            );
            // Whether a copy refuses a value for its length or for want of a source cannot be told.
            if !self.is_copy() && path != "NextToken" {
                self.add(
                    Kind::Max,
                    How::Tight,
                    format!("{path} may have {max} characters: here that is refused."),
                );
                if path != "PolicyRevisionId" && !self.never_there() {
                    self.add(
                        Kind::Max,
                        How::Loose,
                        format!("{path} has at most {max} characters: here one more is accepted."),
                    );
                }
            }
        }
        if let Some(pattern) = pattern {
            self.pattern(pattern, findable);
        }
    }

    /// What only the first item of a list has to obey.
    fn first_item(&mut self, kind: Kind) {
        if let Some(list) = self.member.path.strip_suffix(".member") {
            let breaks = format!("Every item of {list} is under its constraints: here only the first is.");
            self.add(kind, How::FirstItem, breaks);
        }
    }

    fn pattern(&mut self, pattern: Pattern, findable: bool) {
        let path = self.member.path;
        let text = pattern.text();
        if findable {
            self.add(Kind::Pattern, How::Dropped, format!("{path} matches {text}: here it need not."));
        }
        self.first_item(Kind::Pattern);
        // A revision of another alphabet is never one that was issued: it is refused all the
        // same. And a copy is refused whatever its alphabet.
        if self.is_arn() || self.is_copy() || pattern == Pattern::Hexadecimal {
            return;
        }
        self.add(
            Kind::Pattern,
            How::Tight,
            format!("{path} matches {text}: here {:?} is refused.", pattern.refused()),
        );
        if self.never_there() {
            return;
        }
        self.add(
            Kind::Pattern,
            How::Prefix,
            format!("All of {path} matches {text}: here only its beginning need."),
        );
        self.add(
            Kind::Pattern,
            How::Loose,
            format!("{path} matches {text}: here {} are let through too.", pattern.extra()),
        );
        if matches!(pattern, Pattern::Name | Pattern::ResourcePolicyName) {
            self.add(
                Kind::Pattern,
                How::Unicode,
                format!("{path} matches {text}: here letters and digits of any script are let through too."),
            );
        }
        if pattern != Pattern::Latin1 {
            self.add(
                Kind::Pattern,
                How::Newline,
                format!("All of {path} matches {text}: here a newline may follow."),
            );
        }
    }

    /// How a breach of any of the member's constraints is answered.
    fn answers(&mut self) {
        let path = self.member.path;
        let constrained = self.member.required
            || match self.member.shape {
                Shape::Text { min, max, pattern } => min > 0 || max < usize::MAX || pattern.is_some(),
                Shape::Flag | Shape::Structure => false,
                _ => true,
            };
        if !constrained {
            return;
        }
        let code = wrong_code(self.operation, path);
        self.add(
            Kind::Answer,
            How::WrongCode(code),
            format!(
                "A {path} that breaks a constraint is answered with a code that says so: here with {code}."
            ),
        );
        self.add(
            Kind::Answer,
            How::WrongStatus(500),
            format!("A {path} that breaks a constraint is the client's mistake: here it is a server error."),
        );
    }

    fn is_arn(&self) -> bool {
        matches!(
            self.member.shape,
            Shape::Text { pattern: Some(Pattern::ProjectArn | Pattern::ProjectVersionArn), .. }
        )
    }

    /// Whether a value that is a little off names what cannot be there, and is refused for that.
    fn never_there(&self) -> bool {
        self.operation == Operation::DeleteProjectPolicy && self.member.path == "PolicyName"
    }

    fn is_copy(&self) -> bool {
        self.operation == Operation::CopyProjectVersion
    }

    fn add(&mut self, kind: Kind, how: How, breaks: String) {
        let (operation, path) = (self.operation, self.member.path);
        // What is sent there may be ignored, for the one member is not supported: a variant does.
        if operation == Operation::ListResourcePolicies && how == How::Dropped {
            return;
        }
        let about = match kind {
            Kind::Required => "required",
            Kind::Null => "null",
            Kind::Type => "type",
            Kind::Empty => "empty",
            Kind::Min => self.word("length-min", "count-min", "range-min"),
            Kind::Max => self.word("length-max", "count-max", "range-max"),
            Kind::Pattern => "pattern",
            Kind::Choice => "enum",
            Kind::Answer => "constraint",
        };
        let way = match how {
            How::Dropped => "dropped",
            How::Loose => "loose",
            How::Tight => "tight",
            How::Prefix => "prefix",
            How::Newline => "newline",
            How::Unicode => "unicode",
            How::FirstItem => "first-item",
            How::WrongCode(_) => "wrong-code",
            How::WrongStatus(500) => "server-error",
            How::WrongStatus(_) => "wrong-status",
        };
        self.faults.push(fault(
            operation.service(),
            Some(operation),
            format!("{}.{operation}.{path}.{about}.{way}", operation.service()),
            breaks,
            self.level(how),
            Deviation::Constraint { operation, path, kind, how },
        ));
    }

    fn word(&self, text: &'static str, list: &'static str, number: &'static str) -> &'static str {
        match self.member.shape {
            Shape::List { .. } | Shape::Map { .. } => list,
            Shape::Integer { .. } => number,
            _ => text,
        }
    }

    /// Enumerations, tags, keys and buckets are less settled than the rest, unless the response
    /// is a server error.
    fn level(&self, how: How) -> Level {
        let unsettled = matches!(self.member.shape, Shape::Map { .. })
            || self.member.path.starts_with("Tags.")
            || matches!(self.member.path, "Feature" | "AutoUpdate" | "KmsKeyId")
            || self.member.path.starts_with("OutputConfig.");
        // Of a class such as \w, only Java's regular expressions say that it is ASCII.
        let unsettled = unsettled
            || how == How::Unicode
                && matches!(
                    self.member.shape,
                    Shape::Text { pattern: Some(Pattern::ResourcePolicyName), .. }
                );
        if unsettled && how != How::WrongStatus(500) { Level::Should } else { Level::Must }
    }
}

/// A documented code that means something else, and that no precedence explains.
fn wrong_code(operation: Operation, path: &str) -> &'static str {
    match operation {
        Operation::CreateProject | Operation::DeleteProject => code::IN_USE,
        Operation::DescribeProjects => code::NOT_FOUND,
        Operation::PutProjectPolicy | Operation::CopyProjectVersion => code::LIMIT_EXCEEDED,
        Operation::ListProjectPolicies if path == "NextToken" => code::ACCESS_DENIED,
        Operation::ListProjectPolicies => code::INVALID_PAGINATION_TOKEN,
        Operation::DeleteProjectPolicy if path == "PolicyRevisionId" => code::ACCESS_DENIED,
        Operation::DeleteProjectPolicy => code::INVALID_REVISION,
        Operation::PutResourcePolicy => code::POLICY_COUNT,
        Operation::ListResourcePolicies => code::INVALID_REVISION,
        Operation::DeleteResourcePolicy => code::INVALID_REVISION,
    }
}
