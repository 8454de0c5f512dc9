//! How many policies there may be: what is alike for both services.

use super::calls::{CallExt, Calls, MOST};
use super::expectation::{After, Expectation, Level};
use super::{Rule, RuleBuilder};
use aws_conformance_generators::plan::{Call, Step};

impl Calls {
    /// Puts under so many free names.
    pub(super) fn fill(self, expect: &str, most: usize) -> Vec<Step> {
        let tags = (1..=most).map(|number| format!("p{number}"));
        tags.map(|tag| (self.put)(&tag).labelled(&tag).expecting(expect).into()).collect()
    }

    /// Where there are as many policies as there may be these steps, with reads around them.
    pub(super) fn at_the_limit(self, steps: Vec<Step>) -> Vec<Step> {
        let read = || vec![(self.read)()];
        [read(), self.fill("filling", MOST), read(), steps, read()].concat()
    }

    /// An update of the first policy that fills.
    fn update_at_the_limit(self) -> Call {
        let put = self.numbered("p1", 1).labelled("updated");
        if self.versions().updates_without { put } else { put.revision(self.revision("p1")) }
    }

    fn of_count(self, property: &str, cites: &[&str], varies: &str) -> RuleBuilder {
        RuleBuilder::new(
            format!("{}.{}.PolicyName.{property}", self.service, self.resource.create),
            cites,
            varies,
        )
    }

    /// The rule of the count itself: `history` is what it could lose or add on the way.
    pub(super) fn count_max(
        self,
        cites: &[&str],
        plain: &str,
        [counted, refused]: [Expectation; 2],
        history: Vec<Step>,
    ) -> RuleBuilder {
        let filled = || [self.fill("counted", MOST), vec![(self.read)()]].concat();
        self.of_count("count-max", cites, "as many policies as there may be, and one more")
            .expect("counted", counted)
            .expect("refused", refused)
            .expect("either", Expectation::no_server_error())
            .case(plain, [vec![(self.read)()], filled()].concat())
            .case("the same after updates, refusals and deletions", [history, filled()].concat())
    }

    /// The rule of an update at the limit.
    pub(super) fn count_update(self, cites: &[&str]) -> Rule {
        let update = self.update_at_the_limit().expecting("updated");
        self.of_count("count-update", cites, "an update where there are as many policies as there may be")
            .expect("filling", Expectation::no_server_error().at(Level::Observe))
            .expect("updated", Expectation::success(After::Stored, []))
            .case("the first policy", self.at_the_limit(vec![update.into()]))
            .build()
    }

    /// The rule of puts after a deletion at the limit, which are accepted under the name of `expect`.
    pub(super) fn count_freed(self, cites: &[&str], varies: &str, expect: &'static str) -> RuleBuilder {
        let freed = |deletion: Call| vec![(self.read)(), deletion.into(), (self.read)()];
        let delete = || (self.delete)("p1");
        let update = self.update_at_the_limit().expecting("filling").into();
        let new = || (self.put)("new").expecting(expect).into();
        let with_revision = freed(delete().revision(self.revision("p1")));
        self.of_count("count-freed", cites, varies)
            .expect("filling", Expectation::no_server_error().at(Level::Observe))
            .expect(expect, Expectation::success(After::Stored, []))
            // It begins as an update at the limit does, so that the two can be tried as one.
            .case("a new name", self.at_the_limit([vec![update], freed(delete()), vec![new()]].concat()))
            .case(
                "a new name, after a deletion with the revision",
                self.at_the_limit([with_revision, vec![new()]].concat()),
            )
    }
}
