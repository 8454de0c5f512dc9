//! How the policies of a service are called: what is alike for both stands here once.

use super::{NOTHING, RuleBuilder};
use crate::service::{Resource, Versions};
use aws_conformance_generators::document::{self, Filling};
use aws_conformance_generators::plan::{Arg, Call, Part, Service, Step, Symbol, Text, Unit, Wire};

/// How the policies of a service are called.
#[derive(Clone, Copy)]
pub(super) struct Calls {
    pub(super) service: Service,
    /// The policies as a resource.
    pub(super) resource: &'static Resource,
    /// Puts a plain document under the run's name with this tag.
    pub(super) put: fn(&str) -> Call,
    /// Deletes the policy with this tag.
    pub(super) delete: fn(&str) -> Call,
    /// Reads every policy.
    pub(super) read: fn() -> Step,
    /// Calls of operations that have required members, each in need of its body.
    pub(super) demanding: fn() -> Vec<Call>,
    /// A call that needs no body.
    pub(super) undemanding: fn() -> Call,
    /// The codes for a body or a value that cannot be read.
    pub(super) unreadable: &'static [&'static str],
}

/// One more than the greatest limit that was ever seen, or is often asked for.
pub(super) const MOST: usize = 11;

/// Milliseconds in which a clock that shows whole seconds moves on.
pub(super) const A_SECOND: u64 = 1_100;

/// The tag of the policy that is there while calls are refused, and the label of its put.
pub(super) const WITNESS: &str = "witness";

impl Calls {
    pub(super) fn versions(self) -> &'static Versions {
        self.resource.versions.as_ref().expect("policies have revisions")
    }

    /// Puts the document of this number under the name with this tag.
    pub(super) fn numbered(self, tag: &str, number: usize) -> Call {
        (self.put)(tag).document(number)
    }

    /// Puts this document under the name with the tag `a`.
    pub(super) fn put_text(self, text: Text) -> Call {
        (self.put)("a").with("PolicyDocument", Some(Arg::Text(text)))
    }

    /// The rule with a put of a plain document under each of these names, which nothing has yet.
    pub(super) fn under_names(self, rule: RuleBuilder, names: &[&str], expect: &str) -> RuleBuilder {
        names.iter().fold(rule, |rule, name| {
            let put = (self.put)("a").with("PolicyName", Some((*name).into()));
            rule.judged(format!("the name {name:?}"), NOTHING, put, expect)
        })
    }

    /// The rule with puts of different documents under these names, which only differ a little, and a deletion of
    /// the first: all are there, and then all others.
    pub(super) fn several_apart(self, rule: RuleBuilder, label: &str, tags: &[&str]) -> RuleBuilder {
        let puts = tags.iter().enumerate().map(|(number, tag)| {
            let put = self.numbered(tag, number);
            Step::Call(put.expecting("apart"))
        });
        let puts: Vec<Step> = puts.collect();
        let deletion = (self.delete)(tags.first().expect("there are several names")).expecting("gone");
        let reads = || vec![(self.read)()];
        rule.case(label, [reads(), puts, reads(), steps![deletion], reads()].concat())
    }

    /// Two puts of documents that differ in what they grant alone, not in their `Sid`.
    pub(super) fn put_of_same_sid(self) -> [Call; 2] {
        document::same_sid(self.service).map(|text| self.put_text(text))
    }

    /// Puts a document of 1500 characters, after which a shorter one leaves nothing behind.
    pub(super) fn put_of_1500(self) -> Call {
        self.put_text(document::sized(self.service, 1_500, Unit::Characters, Filling::Whitespace))
    }

    /// Puts a plain document under a name of 128 characters that ends like this.
    pub(super) fn put_long(self, end: &str) -> Call {
        let text = Text(vec![
            Part::Symbol(Symbol::Name("n".to_owned())),
            Part::Fill { with: '-', until: 128, unit: Unit::Characters },
            Part::Literal(end.to_owned()),
        ]);
        (self.put)("n").with("PolicyName", Some(Arg::Text(text)))
    }

    /// The revision that the put with this label answered.
    pub(super) fn revision(self, label: &str) -> Symbol {
        Symbol::response(label, self.versions().answered)
    }

    /// The call between two reads.
    pub(super) fn between_reads(self, call: Call) -> Vec<Step> {
        vec![(self.read)(), call.into(), (self.read)()]
    }

    /// The policy beside which refused calls are sent, so that doing harm would show, and the read around
    /// them. No other has its document.
    pub(super) fn beside_a_witness(self) -> (Vec<Step>, Step) {
        let put = self.numbered(WITNESS, 99);
        let put = if self.versions().updates_without { put } else { put.labelled(WITNESS) };
        (vec![put.into()], (self.read)())
    }

    /// The call, which is one under a free name, as one on the witness: what is refused there too leaves it
    /// with its document and its revision.
    pub(super) fn on_the_witness(self, call: &Call) -> Option<Call> {
        let usual = (self.put)("a");
        let is_usual = |member: &str| call.member(member) == usual.member(member);
        // In a scope that is none there is no witness.
        (is_usual("PolicyName") && self.resource.scope.is_none_or(is_usual)).then(|| self.of_witness(call))
    }

    /// The call as one on the witness, with its current revision where an update needs one and the call
    /// supplies none.
    pub(super) fn of_witness(self, call: &Call) -> Call {
        let call = call.clone().with("PolicyName", Some(name(WITNESS)));
        if self.versions().updates_without || call.member("PolicyRevisionId").is_some() {
            return call;
        }
        call.revision(self.revision(WITNESS))
    }
}

/// The run's name with this tag.
pub(super) fn name(tag: &str) -> Arg {
    Arg::symbol(Symbol::Name(tag.to_owned()))
}

/// Ways to write a call down.
pub(super) trait CallExt {
    /// With the plain document of this number.
    fn document(self, number: usize) -> Call;
    /// With this revision.
    fn revision(self, revision: impl Into<Arg>) -> Call;
    /// Signed for another region than the run's.
    fn elsewhere(self) -> Call;
}

impl CallExt for Call {
    fn document(self, number: usize) -> Call {
        let document = document::numbered(self.service, number);
        self.with("PolicyDocument", Some(Arg::Text(document)))
    }

    fn revision(self, revision: impl Into<Arg>) -> Call {
        self.with("PolicyRevisionId", Some(revision.into()))
    }

    fn elsewhere(self) -> Call {
        self.over(Wire { elsewhere: true, ..Wire::default() })
    }
}

/// Steps, of which calls are the plainest.
macro_rules! steps {
    ($($step:expr),* $(,)?) => { vec![$(aws_conformance_generators::plan::Step::from($step)),*] };
}

pub(super) use steps;
