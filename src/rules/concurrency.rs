//! Calls that are made at the same time: some order of them has to explain what came of it.
//!
//! What is alike for both services stands here once; each service says how it is called.

use super::{Rule, RuleBuilder, case};
use crate::rules::expectation::Expectation;
use aws_conformance_generators::plan::{Arg, Call, Case, Service, Step, Symbol};
use aws_conformance_generators::sequence::{self, Race, Raced, Supplied};
use proptest::strategy::Strategy;

/// How a service is called.
#[derive(Clone, Copy)]
pub(super) struct Racing {
    pub(super) service: Service,
    /// Puts the document of this number under the name with this tag.
    pub(super) put: fn(&str, usize) -> Call,
    /// Deletes the policy with this tag.
    pub(super) delete: fn(&str) -> Call,
    /// The revision that the put with this label answered.
    pub(super) revision: fn(&str) -> Symbol,
    pub(super) read: fn() -> Step,
    /// What a put supplies that must not find a policy under its name.
    pub(super) create_only: Option<&'static str>,
    /// More puts than there may be policies.
    pub(super) most: usize,
    /// What the documents say of the first put, of revisions, of what puts leave, and of the number of
    /// policies.
    pub(super) creation: &'static [&'static str],
    pub(super) revisions: &'static [&'static str],
    pub(super) kept: &'static [&'static str],
    pub(super) count: &'static [&'static str],
}

/// How many calls are made at the same time, case by case.
const WIDTHS: [(&str, usize); 4] =
    [("four at once", 4), ("two at once", 2), ("six at once", 6), ("six at once again", 6)];

impl Racing {
    /// The concurrency rules of the service.
    pub(super) fn rules(self) -> Vec<Rule> {
        let mut rules = vec![self.creation(), self.update(), self.kept(), self.count(), self.histories()];
        // Elsewhere an update needs a revision.
        if self.service == Service::Xray {
            rules.push(self.unconditional());
        }
        rules
    }

    fn draft(self, property: &str, keys: &[&str], varies: &str) -> RuleBuilder {
        let keys = [keys, &["protocol.overlapping"]].concat();
        let raced = Expectation::no_server_error().leaving_any_state();
        RuleBuilder::new(format!("{}.concurrency.{property}", self.service), &keys, varies)
            .expect("raced", raced)
            .judged_as_history()
    }

    /// The steps of a race: after some others, between two reads.
    fn race(self, before: Vec<Step>, calls: Vec<Call>) -> Vec<Step> {
        let calls = calls
            .into_iter()
            .enumerate()
            .map(|(at, call)| call.labelled(&format!("at-once-{}", at + 1)).expecting("raced"));
        let race = [(self.read)(), Step::Parallel(calls.collect()), (self.read)()];
        before.into_iter().chain(race).collect()
    }

    /// A case for each number of calls at the same time; the calls are counted from `first`.
    fn widths(
        self,
        draft: RuleBuilder,
        before: &[Step],
        first: usize,
        call: impl Fn(usize) -> Call,
    ) -> RuleBuilder {
        WIDTHS.into_iter().fold(draft, |draft, (partition, width)| {
            let calls = (first..first + width).map(&call).collect();
            draft.case(partition, self.race(before.to_vec(), calls))
        })
    }

    fn creation(self) -> Rule {
        let draft = self.draft(
            "creation.once",
            self.creation,
            "puts of different documents under the same free name at the same time, each for a new policy",
        );
        let create = |number| {
            let put = (self.put)("a", number);
            put.with("PolicyRevisionId", self.create_only.map(Arg::from))
        };
        self.widths(draft, &[], 0, create).build()
    }

    fn update(self) -> Rule {
        let draft = self.draft(
            "update.once",
            self.revisions,
            "calls that all supply the current revision of the same policy at the same time",
        );
        let draft = self.widths(draft, &[self.before()], 1, |number| self.current((self.put)("a", number)));
        let mixed = [(self.put)("a", 1), (self.delete)("a"), (self.put)("a", 2), (self.delete)("a")];
        let mixed = mixed.map(|call| self.current(call));
        draft.case("updates and deletions", self.race(vec![self.before()], mixed.to_vec())).build()
    }

    /// The put of a policy that is there before a race.
    fn before(self) -> Step {
        Step::Call((self.put)("a", 0).labelled("before"))
    }

    /// The call with the revision that the put before the race answered.
    fn current(self, call: Call) -> Call {
        call.with("PolicyRevisionId", Some((self.revision)("before").into()))
    }

    fn kept(self) -> Rule {
        let mut draft =
            self.draft("creation.kept", self.kept, "puts under different free names at the same time");
        for (partition, width) in WIDTHS.into_iter().filter(|(_, width)| *width < 5) {
            let puts = (0..width).map(|number| (self.put)(&format!("p{number}"), number));
            draft = draft.case(partition, self.race(Vec::new(), puts.collect()));
        }
        draft.build()
    }

    fn count(self) -> Rule {
        let tag = |number: usize| format!("p{number}");
        let mut filling: Vec<Step> = vec![(self.read)()];
        filling.extend((1..=self.most).map(|number| {
            let put = (self.put)(&tag(number), number).labelled(&tag(number));
            Step::Call(put.expecting("raced"))
        }));
        filling.extend([1, 2].map(|number| Step::Call((self.delete)(&tag(number)))));
        let late =
            |width: usize| (0..width).map(|number| (self.put)(&format!("late{number}"), number)).collect();
        let mut draft = self.draft(
            "count.max",
            self.count,
            "more puts under free names at the same time than there is room for",
        );
        for (partition, width) in [("six at once, room for two", 6), ("three at once, room for two", 3)] {
            draft = draft.case(partition, self.race(filling.clone(), late(width)));
        }
        draft.build()
    }

    fn unconditional(self) -> Rule {
        let draft = self.draft(
            "update.revisions",
            self.revisions,
            "updates without a revision of the same policy at the same time",
        );
        self.widths(draft, &[self.before()], 1, |number| (self.put)("a", number)).build()
    }

    fn histories(self) -> Rule {
        let calls = vec![
            self.current((self.put)("a", 1)),
            (self.delete)("a"),
            (self.put)("b", 2),
            (self.put)("ab", 3),
        ];
        self.draft(
            "history.linearizable",
            self.revisions,
            "puts and deletions of a few policies at the same time, most of them random",
        )
        .case("an update, a deletion and two creations", self.race(vec![self.before()], calls))
        .random(move || sequence::races().prop_map(move |race| self.plan(&race)).boxed())
        .build()
    }

    fn plan(self, race: &Race) -> Case {
        let before =
            race.before.iter().enumerate().map(|(number, name)| {
                Step::Call((self.put)(name, number).labelled(&format!("before-{name}")))
            });
        let calls = race.calls.iter().map(|Raced { name, document, supplied }| {
            let call = match document {
                Some(number) => (self.put)(name, *number),
                None => (self.delete)(name),
            };
            let revision = match supplied {
                Supplied::CreateOnly => self.create_only.map(Arg::from),
                Supplied::Current if race.before.contains(name) => {
                    Some((self.revision)(&format!("before-{name}")).into())
                }
                Supplied::Current | Supplied::Nothing => None,
            };
            call.with("PolicyRevisionId", revision)
        });
        case(format!("{} calls at once", race.calls.len()), self.race(before.collect(), calls.collect()))
    }
}
