//! Deletions by name, alike for both services.

use super::RuleBuilder;
use super::calls::{CallExt, Calls};
use super::expectation::{After, Expectation, Level};

impl Calls {
    /// The rule with deletions of one policy among others.
    pub(super) fn deletions_among(self, rule: RuleBuilder) -> RuleBuilder {
        let Self { put, delete, .. } = self;
        rule.judged("the only policy", [put("a")], delete("a"), "gone")
            .judged("one of two", [put("a"), put("b")], delete("a"), "gone")
            .judged("one whose name begins another's", [put("a"), put("ab")], delete("a"), "gone")
            .judged("the second of three", [put("a"), put("b"), put("c")], delete("b"), "gone")
            .judged(
                "one that was deleted before and put anew",
                [put("a"), delete("a"), put("a").document(1), put("b")],
                delete("a"),
                "gone",
            )
    }

    /// The rule with deletions by names of every kind of character; these are the marks that a name may have.
    pub(super) fn deletions_by_name(self, rule: RuleBuilder, marks: &str) -> RuleBuilder {
        let plain =
            [("upper case".to_owned(), "Upper".to_owned()), ("digits".to_owned(), "0123456789".to_owned())];
        let marked = marks.chars().map(|mark| (format!("'{mark}'"), format!("{mark}x")));
        let all = ("all of them behind it".to_owned(), format!("A0{marks}"));
        plain.into_iter().chain(marked).chain([all]).fold(rule, |rule, (label, suffix)| {
            let tag = format!("n{suffix}");
            rule.judged(format!("a name with {label}"), [(self.put)(&tag)], (self.delete)(&tag), "gone")
        })
    }

    /// The rule of deletions by the name in another case.
    pub(super) fn deletion_in_another_case(self) -> RuleBuilder {
        RuleBuilder::new(
            format!("{}.{}.PolicyName.case", self.service, self.resource.delete),
            &[".delete.name-exact"],
            "a deletion by the name in another case",
        )
        .expect("nothing", Expectation::no_server_error().leaving(After::Unchanged).at(Level::Should))
        .reading((self.read)())
        .judged("lower for upper case", [(self.put)("nCASE")], (self.delete)("ncase"), "nothing")
        .judged("upper for lower case", [(self.put)("ncase")], (self.delete)("nCASE"), "nothing")
    }
}
