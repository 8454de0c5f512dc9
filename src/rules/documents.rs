//! How documents are put, alike for both services.

use super::calls::Calls;
use super::expectation::{Expectation, Level};
use super::{NOTHING, Rule, RuleBuilder, case};
use aws_conformance_generators::document::{self, Document};
use aws_conformance_generators::plan::{Part, Text};
use proptest::strategy::Strategy;

/// What is most often lost on the way, by the text that stands for it in a document.
const ESCAPES: [(&str, &str); 8] = [
    ("an escaped quote", "\\\""),
    ("an escaped backslash", "\\\\"),
    ("an escaped letter", "\\u0041"),
    ("an escaped newline", "\\n"),
    ("a percent sign", "%41"),
    ("markup", "<a&amp;b>"),
    ("an escaped NUL", "a\\u0000b"),
    ("characters that normal forms replace", "µªº½\u{a0}"),
];

/// The characters that control terminals behind those of ASCII, as one text: JSON has them as they are.
pub(super) fn controls() -> String {
    ('\u{7f}'..='\u{9f}').collect()
}

impl Calls {
    /// A rule about the document of a put.
    pub(super) fn of_document(self, property: &str, cites: &[&str], varies: &str) -> RuleBuilder {
        let id = format!("{}.{}.PolicyDocument.{property}", self.service, self.resource.create);
        RuleBuilder::new(id, cites, varies)
    }

    /// The rule with these documents, each put between two reads.
    pub(super) fn read_back(
        self,
        rule: RuleBuilder,
        documents: impl IntoIterator<Item = Document>,
        expect: &str,
    ) -> RuleBuilder {
        documents.into_iter().fold(rule.reading((self.read)()), |rule, document| {
            rule.judged(document.label, NOTHING, self.put_text(document.text), expect)
        })
    }

    /// The rule of documents that are made of what the sources show.
    pub(super) fn plain(self, cites: &[&str], stored: Expectation) -> Rule {
        let rule = self
            .of_document("plain", cites, "grammar-valid documents made of what the documents show")
            .expect("stored", stored);
        self.read_back(rule, document::plain(self.service), "stored")
            .random(move || {
                let stored = move |document: Document| {
                    let put = self.put_text(document.text).expecting("stored");
                    case(document.label, self.between_reads(put))
                };
                document::valid_plain(self.service).prop_map(stored).boxed()
            })
            .build()
    }

    /// The rule with documents that have these texts and escapes in a value, and with those of another make.
    pub(super) fn round_trip(self, rule: RuleBuilder, values: &[(&str, &str)], expect: &str) -> RuleBuilder {
        let values = values.iter().chain(&ESCAPES).map(|(label, value)| Document {
            label: (*label).to_owned(),
            text: document::with_value(self.service, value),
        });
        // One of all at once, then what is most often lost.
        let mut documents = document::round_trip(self.service);
        documents.splice(1..1, values);
        self.read_back(rule, documents, expect)
    }

    /// The rule of documents of which nobody knows whether they are accepted.
    pub(super) fn fine_grammar(self, cites: &[&str], more: Vec<Document>) -> Rule {
        let varies = "elements, types and values of which the documents say nothing";
        let rule = self
            .of_document("fine-grammar", cites, varies)
            .expect("either", Expectation::no_server_error().at(Level::Observe));
        let all = document::fine_grammar(self.service).into_iter().chain(more);
        all.chain([document::byte_order_mark(self.service)])
            .fold(rule, |rule, document| {
                rule.judged(document.label, NOTHING, self.put_text(document.text), "either")
            })
            .build()
    }

    /// The rule with these documents, which have to be refused.
    fn refused(self, rule: RuleBuilder, documents: Vec<Document>, expect: &str) -> RuleBuilder {
        documents.into_iter().fold(rule.between(self.beside_a_witness()), |rule, document| {
            rule.refused(document.label, self.put_text(document.text).expecting(expect))
        })
    }

    /// The rule of texts that no parser takes for JSON. A blank one may be taken for a missing member as
    /// well, and is judged by an expectation of its own.
    pub(super) fn not_json(self, cites: &[&str], refused: Expectation, blank: Expectation) -> Rule {
        let rule = self
            .of_document("not-json", cites, "texts that no parser takes for JSON")
            .expect("refused", refused)
            .expect("blank", blank);
        let (blanks, others): (Vec<Document>, Vec<Document>) =
            document::unparsable(self.service).into_iter().partition(|document| is_blank(&document.text));
        self.refused(self.refused(rule, others, "refused"), blanks, "blank")
            .random_refusals(move || {
                let refused = move |document: Document| {
                    (document.label, self.put_text(document.text).expecting("refused"))
                };
                document::truncated(self.service).prop_map(refused).boxed()
            })
            .build()
    }

    /// The rule of texts that only lenient parsers take for JSON.
    pub(super) fn lenient_json(self, cites: &[&str], refused: Expectation) -> Rule {
        let varies = "texts that are not JSON to the letter, and that lenient parsers read";
        let rule = self.of_document("lenient-json", cites, varies).expect("refused", refused);
        self.refused(rule, document::lenient_json(self.service), "refused").build()
    }

    /// The rule of JSON that is no policy.
    pub(super) fn not_a_policy(self, cites: &[&str], refused: Expectation) -> Rule {
        let varies = "JSON that is no policy: no object, no statement, or a statement without an element";
        let rule = self.of_document("not-a-policy", cites, varies).expect("refused", refused);
        self.refused(rule, document::not_a_policy(self.service), "refused").build()
    }

    /// The rule of policies with what a service's documents rule out.
    pub(super) fn forbidden(
        self,
        property: &str,
        cites: &[&str],
        varies: &str,
        refused: Expectation,
    ) -> Rule {
        let rule = self.of_document(property, cites, varies).expect("refused", refused);
        self.refused(rule, document::forbidden_elements(self.service), "refused").build()
    }
}

fn is_blank(text: &Text) -> bool {
    matches!(text.0.as_slice(), [Part::Literal(text)] if text.trim().is_empty())
}
