//! How documents are put, alike for both services.

use super::{RuleBuilder, case};
use aws_conformance_generators::document::{self, Document};
use aws_conformance_generators::plan::{Call, Part, Service, Step, Text};
use proptest::strategy::Strategy;

/// How a service's documents are put.
#[derive(Clone, Copy)]
pub(super) struct Documents {
    pub(super) service: Service,
    /// Puts this document under a free name.
    pub(super) put: fn(Text) -> Call,
    /// Reads what is there.
    pub(super) read: fn() -> Step,
    /// What surrounds documents that have to be refused.
    pub(super) around: fn() -> (Vec<Step>, Vec<Step>),
}

impl Documents {
    fn between_reads(self, text: Text, expect: &str) -> [Step; 3] {
        [(self.read)(), Step::Call((self.put)(text).expecting(expect)), (self.read)()]
    }

    /// The rule with these documents, each put between two reads.
    pub(super) fn read_back(
        self,
        rule: RuleBuilder,
        documents: impl IntoIterator<Item = Document>,
        expect: &str,
    ) -> RuleBuilder {
        documents
            .into_iter()
            .fold(rule, |rule, document| rule.case(document.label, self.between_reads(document.text, expect)))
    }

    /// The rule with the documents that are made of what the sources show.
    pub(super) fn plain(self, rule: RuleBuilder, expect: &'static str) -> RuleBuilder {
        self.read_back(rule, document::plain(self.service), expect).random(move || {
            document::valid_plain(self.service)
                .prop_map(move |document| case(document.label, self.between_reads(document.text, expect)))
                .boxed()
        })
    }

    /// The rule with documents that have these texts in a value, and with those of another make.
    pub(super) fn round_trip(self, rule: RuleBuilder, values: &[(&str, &str)], expect: &str) -> RuleBuilder {
        let values = values.iter().map(|(label, value)| Document {
            label: (*label).to_owned(),
            text: document::with_value(self.service, value),
        });
        // One of all at once, then what is most often lost.
        let mut documents = document::round_trip(self.service);
        documents.splice(1..1, values);
        self.read_back(rule, documents, expect)
    }

    /// The rule with documents of which nobody knows whether they are accepted.
    pub(super) fn either(
        self,
        rule: RuleBuilder,
        documents: impl IntoIterator<Item = Document>,
        expect: &str,
    ) -> RuleBuilder {
        documents.into_iter().fold(rule, |rule, document| {
            rule.case(document.label, [Step::Call((self.put)(document.text).expecting(expect))])
        })
    }

    /// The rule with these documents, which have to be refused.
    pub(super) fn refused(self, rule: RuleBuilder, documents: Vec<Document>, expect: &str) -> RuleBuilder {
        let (before, after) = (self.around)();
        documents.into_iter().fold(rule.between(before, after), |rule, document| {
            rule.refused(document.label, (self.put)(document.text).expecting(expect))
        })
    }

    /// The rule with texts that no parser takes for JSON. A blank one may be taken for a missing member as
    /// well, and is judged by an expectation of its own.
    pub(super) fn not_json(
        self,
        rule: RuleBuilder,
        expect: &'static str,
        blank: &'static str,
    ) -> RuleBuilder {
        let (blanks, others): (Vec<Document>, Vec<Document>) =
            document::unparsable(self.service).into_iter().partition(|document| is_blank(&document.text));
        self.refused(self.refused(rule, others, expect), blanks, blank).random_refusals(move || {
            document::truncated(self.service)
                .prop_map(move |document| (document.label, (self.put)(document.text).expecting(expect)))
                .boxed()
        })
    }
}

fn is_blank(text: &Text) -> bool {
    matches!(text.0.as_slice(), [Part::Literal(text)] if text.trim().is_empty())
}
