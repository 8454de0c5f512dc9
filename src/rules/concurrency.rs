//! Calls that are made at the same time: some order of them has to explain what came of it.
//!
//! What is alike for both services stands here once; each service says how it is called.

use super::calls::{CallExt, Calls, MOST};
use super::{Rule, RuleBuilder, case};
use crate::rules::expectation::Expectation;
use aws_conformance_generators::plan::{Arg, Call, Case, Service, Step};
use aws_conformance_generators::sequence::{self, Race, Raced, Supplied};
use proptest::strategy::Strategy;

/// The concurrency rules of a service.
pub(super) fn rules(calls: Calls) -> Vec<Rule> {
    let own = Racing(calls);
    let mut rules = vec![own.creation(), own.update(), own.kept(), own.count(), own.histories()];
    // Elsewhere an update needs a revision.
    if calls.versions().updates_without {
        rules.push(own.unconditional());
    }
    rules
}

#[derive(Clone, Copy)]
struct Racing(Calls);

/// How many calls are made at the same time, case by case.
const WIDTHS: [(&str, usize); 4] =
    [("four at once", 4), ("two at once", 2), ("six at once", 6), ("six at once again", 6)];

impl Racing {
    /// What the documents say of revisions.
    fn revisions(self) -> [&'static str; 2] {
        match self.0.service {
            Service::Rekognition => [".put.update-once", ".put.update-needs-revision"],
            Service::Xray => [".put.update-once", ".put.revision-incremented"],
        }
    }

    fn draft(self, property: &str, keys: &[&str], varies: &str) -> RuleBuilder {
        let keys = [keys, &["protocol.overlapping"]].concat();
        let raced = Expectation::no_server_error().leaving_any_state();
        RuleBuilder::new(format!("{}.concurrency.{property}", self.0.service), &keys, varies)
            .expect("raced", raced)
            .judged_as_history()
    }

    /// The steps of a race: after some others, between two reads.
    fn race(self, before: Vec<Step>, calls: Vec<Call>) -> Vec<Step> {
        let calls = calls
            .into_iter()
            .enumerate()
            .map(|(at, call)| call.labelled(&format!("at-once-{}", at + 1)).expecting("raced"));
        let race = [(self.0.read)(), Step::Parallel(calls.collect()), (self.0.read)()];
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
        let cites: &[&str] = match self.0.service {
            Service::Rekognition => &[".PutProjectPolicy.ResourceAlreadyExistsException"],
            Service::Xray => &[".put.create-once", ".put.revision-zero"],
        };
        let draft = self.draft(
            "creation.once",
            cites,
            "puts of different documents under the same free name at the same time, each for a new policy",
        );
        let create = |number| {
            let put = self.0.numbered("a", number);
            put.with("PolicyRevisionId", self.0.versions().create_only.map(Arg::from))
        };
        self.widths(draft, &[], 0, create).build()
    }

    fn update(self) -> Rule {
        let draft = self.draft(
            "update.once",
            &self.revisions(),
            "calls that all supply the current revision of the same policy at the same time",
        );
        let draft =
            self.widths(draft, &[self.before()], 1, |number| self.current(self.0.numbered("a", number)));
        let mixed =
            [self.0.numbered("a", 1), (self.0.delete)("a"), self.0.numbered("a", 2), (self.0.delete)("a")];
        let mixed = mixed.map(|call| self.current(call));
        draft.case("updates and deletions", self.race(vec![self.before()], mixed.to_vec())).build()
    }

    /// The put of a policy that is there before a race.
    fn before(self) -> Step {
        self.0.numbered("a", 0).labelled("before").into()
    }

    /// The call with the revision that the put before the race answered.
    fn current(self, call: Call) -> Call {
        call.revision(self.0.revision("before"))
    }

    fn kept(self) -> Rule {
        let first = match self.0.service {
            Service::Rekognition => ".put.attaches",
            Service::Xray => ".put.creates",
        };
        let varies = "puts under different free names at the same time";
        let mut draft = self.draft("creation.kept", &[first, ".put.kept"], varies);
        for (partition, width) in WIDTHS.into_iter().filter(|(_, width)| *width < 5) {
            let puts = (0..width).map(|number| self.0.numbered(&format!("p{number}"), number));
            draft = draft.case(partition, self.race(Vec::new(), puts.collect()));
        }
        draft.build()
    }

    fn count(self) -> Rule {
        let tag = |number: usize| format!("p{number}");
        let mut filling: Vec<Step> = vec![(self.0.read)()];
        filling.extend((1..=MOST).map(|number| {
            let put = self.0.numbered(&tag(number), number).labelled(&tag(number));
            Step::Call(put.expecting("raced"))
        }));
        filling.extend([1, 2].map(|number| Step::Call((self.0.delete)(&tag(number)))));
        let late = |width: usize| {
            (0..width).map(|number| self.0.numbered(&format!("late{number}"), number)).collect()
        };
        let mut draft = self.draft(
            "count.max",
            &[".put.five"],
            "more puts under free names at the same time than there is room for",
        );
        for (partition, width) in [("six at once, room for two", 6), ("three at once, room for two", 3)] {
            draft = draft.case(partition, self.race(filling.clone(), late(width)));
        }
        draft.build()
    }

    fn unconditional(self) -> Rule {
        let [_, new_revision] = self.revisions();
        let draft = self.draft(
            "update.revisions",
            &[new_revision],
            "updates without a revision of the same policy at the same time",
        );
        self.widths(draft, &[self.before()], 1, |number| self.0.numbered("a", number)).build()
    }

    fn histories(self) -> Rule {
        let calls = vec![
            self.current(self.0.numbered("a", 1)),
            (self.0.delete)("a"),
            self.0.numbered("b", 2),
            self.0.numbered("ab", 3),
        ];
        self.draft(
            "history.linearizable",
            &self.revisions(),
            "puts and deletions of a few policies at the same time, most of them random",
        )
        .case("an update, a deletion and two creations", self.race(vec![self.before()], calls))
        .random(move || sequence::races().prop_map(move |race| self.plan(&race)).boxed())
        .build()
    }

    fn plan(self, race: &Race) -> Case {
        let before =
            race.before.iter().enumerate().map(|(number, name)| {
                self.0.numbered(name, number).labelled(&format!("before-{name}")).into()
            });
        let calls = race.calls.iter().map(|Raced { name, document, supplied }| {
            let call = match document {
                Some(number) => self.0.numbered(name, *number),
                None => (self.0.delete)(name),
            };
            let revision = match supplied {
                Supplied::CreateOnly => self.0.versions().create_only.map(Arg::from),
                Supplied::Current if race.before.contains(name) => {
                    Some(self.0.revision(&format!("before-{name}")).into())
                }
                Supplied::Current | Supplied::Nothing => None,
            };
            call.with("PolicyRevisionId", revision)
        });
        case(format!("{} calls at once", race.calls.len()), self.race(before.collect(), calls.collect()))
    }
}
