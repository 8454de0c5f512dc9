//! What a refused put leaves of what stood there before: each kind of refusal, alike for both services.

use super::calls::{CallExt, Calls};
use super::expectation::Expectation;
use super::{Rule, RuleBuilder};
use aws_conformance_generators::document;
use aws_conformance_generators::plan::{Arg, Call};
use serde_json::json;

/// How many documents of each kind are put.
const OF_EACH: usize = 2;

impl Calls {
    /// The rule that a refused put changes nothing. Whether these are refused, and how, is the question of other
    /// rules. Each document is put on a policy that exists and under a free name; `more` are calls of the
    /// service's own.
    pub(super) fn kept(self, cites: &[&str], more: Vec<(String, Call)>) -> Rule {
        let cites = [cites, &["protocol.unchanged"]].concat();
        let id = format!("{}.{}.PolicyName.kept", self.service, self.resource.create);
        let varies =
            "puts on a policy that exists and under a free name, each for another reason to refuse it";
        let rule = RuleBuilder::new(id, &cites, varies)
            .expect("kept", Expectation::no_server_error())
            .between(self.beside_a_witness());
        let kinds = [
            document::unparsable(self.service),
            document::lenient_json(self.service),
            document::not_a_policy(self.service),
            document::forbidden_elements(self.service),
        ];
        let documents = kinds.into_iter().flat_map(|kind| kind.into_iter().take(OF_EACH));
        let documents = documents.flat_map(|document| {
            let put = self.put_text(document.text);
            [
                (document.label.clone(), self.of_witness(&put)),
                (format!("{}, a free name", document.label), put),
            ]
        });
        let no_text = Arg::Json(json!({"Version": "2012-10-17"}));
        let no_text = self.of_witness(&(self.put)("a").with("PolicyDocument", Some(no_text)));
        more.into_iter()
            .chain([("an object for the document".to_owned(), no_text)])
            .chain(documents)
            .fold(rule, |rule, (label, call)| rule.refused(label, call.expecting("kept")))
            .build()
    }

    /// A put of another document on the policy that exists, with this revision.
    pub(super) fn revising_the_witness(self, revision: &str) -> Call {
        self.numbered(super::calls::WITNESS, 1).revision(revision)
    }
}
