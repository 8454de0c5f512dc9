//! Expectations: what may come back, and how badly it counts when something else does.

use crate::exchange::{Exchange, Recorded, State, Trace};
use aws_conformance_generators::plan::Step;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// How binding a rule, or how grave a violation, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is promised; what came back is recorded.
    Observe,
    /// The sources leave room, but not this much.
    Should,
    /// Settled by the documents.
    Must,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Observe => "observe",
        })
    }
}

/// What may come back from one call.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The alternatives; what matches none of them violates.
    pub accept: Vec<Alternative>,
    /// How badly each kind of other answer counts.
    pub levels: Levels,
    /// A narrower expectation where it depends on what the case's other steps answered.
    pub given: Option<fn(&Recorded, &Exchange) -> Expectation>,
    /// The strictest level that a narrower expectation can have.
    pub most: Level,
    /// Whether the state that the calls before have left decides which alternatives apply.
    pub by_state: bool,
    /// How badly no response at all counts, where the target can be reached; none: not at all.
    pub answered: Option<Level>,
}

/// One outcome that a reader of the documents may defend.
#[derive(Clone, Debug)]
pub enum Alternative {
    /// A success whose answer has these properties and leaves this state.
    Success {
        /// Properties of the answer.
        checks: Vec<Check>,
        /// The state that it leaves.
        after: After,
    },
    /// A refusal by one of these codes, which changes nothing.
    Refusal(Vec<&'static str>),
    /// Any refusal below 500, or 501, which changes nothing.
    AnyRefusal,
}

/// The state that a success leaves, compared where the plan reads before and after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Not compared here.
    Any,
    /// The policy that was put is listed with its document and the revision that was answered, and
    /// nothing else has changed.
    Stored,
    /// The policy that was deleted is not listed, and nothing else has changed.
    Gone,
    /// Nothing has changed.
    Unchanged,
}

/// How badly each kind of answer counts where it is not among the alternatives.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// A success where none is accepted.
    pub accepted: Level,
    /// A refusal where only success is accepted.
    pub refused: Level,
    /// A refusal by a code that is documented for something else.
    pub other_code: Level,
    /// A refusal by a code that no document names.
    pub unknown_code: Level,
    /// The right refusal, but the state changed.
    pub state: Level,
}

impl Levels {
    /// Everything counts as this.
    pub fn all(level: Level) -> Self {
        Self { accepted: level, refused: level, other_code: level, unknown_code: level, state: level }
    }
}

/// What a code that no document names counts as beside these.
fn spelling(codes: &[&'static str]) -> Level {
    if codes.contains(&"ValidationException") { Level::Should } else { Level::Must }
}

impl Expectation {
    fn accepting(alternative: Alternative) -> Self {
        Self {
            accept: vec![alternative],
            levels: Levels::all(Level::Must),
            given: None,
            by_state: false,
            most: Level::Must,
            answered: None,
        }
    }

    /// Success, with these properties and this state after it.
    pub fn success(after: After, checks: impl IntoIterator<Item = Check>) -> Self {
        Self::accepting(Alternative::Success { checks: checks.into_iter().collect(), after })
    }

    /// What the state allows that the calls before have left: a success with these properties, or a
    /// refusal by one of these codes. The judge's state model says which.
    pub fn by_state(codes: &[&'static str], checks: impl IntoIterator<Item = Check>) -> Self {
        Self { by_state: true, ..Self::refusal(codes).or_success(After::Stored, checks) }
    }

    /// Refusal by one of these codes. Where a constraint's is among them, one that no document names may be
    /// another spelling of it, and counts as `should`.
    pub fn refusal(codes: &[&'static str]) -> Self {
        let mut refusal = Self::accepting(Alternative::Refusal(codes.to_vec()));
        refusal.levels.unknown_code = spelling(codes);
        refusal
    }

    /// Any refusal below 500.
    pub fn any_refusal() -> Self {
        Self::accepting(Alternative::AnyRefusal)
    }

    /// Success or any refusal, but no server error and no silence.
    pub fn no_server_error() -> Self {
        Self::any_refusal().or_success(After::Any, [])
    }

    /// Whatever state the call leaves; something else is judged by it.
    #[must_use]
    pub fn leaving_any_state(mut self) -> Self {
        self.levels.state = Level::Observe;
        self
    }

    /// Success is accepted too.
    #[must_use]
    pub fn or_success(mut self, after: After, checks: impl IntoIterator<Item = Check>) -> Self {
        self.accept.push(Alternative::Success { checks: checks.into_iter().collect(), after });
        let most = self.most;
        self.capped(most)
    }

    /// Refusal by one of these codes is accepted too.
    #[must_use]
    pub fn or_refusal(mut self, codes: &[&'static str]) -> Self {
        self.levels.unknown_code = self.levels.unknown_code.min(spelling(codes));
        let refusal = self.accept.iter_mut().find_map(|one| match one {
            Alternative::Refusal(accepted) => Some(accepted),
            _ => None,
        });
        match refusal {
            Some(accepted) => {
                let more: Vec<_> = codes.iter().filter(|code| !accepted.contains(code)).copied().collect();
                accepted.extend(more);
            }
            None => self.accept.push(Alternative::Refusal(codes.to_vec())),
        }
        self
    }

    /// What another expectation accepts is accepted too; what counts how badly stays.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for alternative in other.accept {
            match alternative {
                Alternative::Refusal(codes) => self = self.or_refusal(&codes),
                other => self.accept.push(other),
            }
        }
        let most = self.most;
        self.capped(most)
    }

    /// A success leaves this state.
    #[must_use]
    pub fn leaving(mut self, state: After) -> Self {
        for alternative in &mut self.accept {
            if let Alternative::Success { after, .. } = alternative {
                *after = state;
            }
        }
        self
    }

    /// A refusal by another code, documented or not, counts as this.
    #[must_use]
    pub fn other_code_is(mut self, level: Level) -> Self {
        self.levels.other_code = level;
        self.levels.unknown_code = self.levels.unknown_code.min(level);
        self
    }

    /// Everything counts as this, and no property of an answer counts for more, nor anything in what
    /// is expected where it depends on other answers.
    #[must_use]
    pub fn at(mut self, level: Level) -> Self {
        self.levels = Levels::all(level);
        self.most = level;
        self.capped(level)
    }

    /// Nothing counts for more than this.
    #[must_use]
    pub fn capped(mut self, most: Level) -> Self {
        let Levels { accepted, refused, other_code, unknown_code, state } = &mut self.levels;
        let levels = [accepted, refused, other_code, unknown_code, state].into_iter();
        let checks = self.accept.iter_mut().flat_map(|alternative| match alternative {
            Alternative::Success { checks, .. } => checks.as_mut_slice(),
            Alternative::Refusal(_) | Alternative::AnyRefusal => &mut [],
        });
        levels.chain(checks.map(|check| &mut check.level)).for_each(|level| *level = most.min(*level));
        self
    }

    /// No response counts as this, where the target answers what comes after.
    #[must_use]
    pub fn answered(mut self, level: Level) -> Self {
        self.answered = Some(level);
        self
    }

    /// What is expected depends on the case's other answers; the alternatives are all of those that
    /// can be expected.
    #[must_use]
    pub fn given(mut self, given: fn(&Recorded, &Exchange) -> Expectation) -> Self {
        self.given = Some(given);
        self
    }

    /// The codes of the refusals that are accepted.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.accept
            .iter()
            .flat_map(|alternative| match alternative {
                Alternative::Refusal(codes) => codes.as_slice(),
                Alternative::Success { .. } | Alternative::AnyRefusal => &[],
            })
            .copied()
    }

    /// The checks of a success that is accepted.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.accept.iter().flat_map(|alternative| match alternative {
            Alternative::Success { checks, .. } => checks.as_slice(),
            Alternative::Refusal(_) | Alternative::AnyRefusal => &[],
        })
    }

    /// The narrower expectation where what is expected depends on the case's other answers.
    pub fn narrowed(&self, recorded: &Recorded, exchange: &Exchange) -> Option<Self> {
        self.given.map(|given| given(recorded, exchange).capped(self.most))
    }

    /// Whether a success is judged by the state that it leaves too.
    pub fn compares_state(&self) -> bool {
        let compares =
            |one: &Alternative| matches!(one, Alternative::Success { after, .. } if *after != After::Any);
        self.given.is_some() || self.accept.iter().any(compares)
    }

    /// Whether no success is among the alternatives.
    pub fn is_refusal(&self) -> bool {
        !self.accept.iter().any(|alternative| matches!(alternative, Alternative::Success { .. }))
    }

    /// The strictest level that a violation of this expectation can have.
    pub fn strictest(&self) -> Level {
        let Levels { accepted, refused, other_code, unknown_code, state } = self.levels;
        let mut reachable = vec![other_code, unknown_code, state];
        if self.is_refusal() {
            reachable.push(accepted);
        } else {
            reachable.push(refused);
        }
        for alternative in &self.accept {
            if let Alternative::Success { checks, .. } = alternative {
                reachable.extend(checks.iter().map(|check| check.level));
            }
        }
        reachable.into_iter().max().unwrap_or(Level::Observe)
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, alternative) in self.accept.iter().enumerate() {
            if at > 0 {
                f.write_str(", or ")?;
            }
            write!(f, "{alternative}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success { checks, after } => {
                f.write_str("success")?;
                for (at, check) in checks.iter().enumerate() {
                    f.write_str(if at == 0 { " with " } else { ", " })?;
                    f.write_str(check.states)?;
                }
                f.write_str(match after {
                    After::Any => "",
                    After::Stored => "; the policy is then listed as it was put and answered",
                    After::Gone => "; the policy is then no longer listed",
                    After::Unchanged => "; nothing has changed",
                })
            }
            Self::Refusal(codes) => write!(f, "a refusal by {}; nothing has changed", codes.join(" or ")),
            Self::AnyRefusal => f.write_str("a refusal below 500 (or 501); nothing has changed"),
        }
    }
}

/// A property of a successful answer.
#[derive(Clone, Copy)]
pub struct Check {
    /// Class of the violation where it does not hold.
    pub class: &'static str,
    /// The property in words, as the object of "success with …".
    pub states: &'static str,
    /// How badly it counts where it does not hold.
    pub level: Level,
    /// Whether it holds: what was observed instead, if not.
    pub test: Test,
}

/// Whether a property holds: what was observed instead, if not.
pub type Test = fn(&Context<'_>) -> Result<(), String>;

impl Check {
    /// A property that the documents settle.
    pub const fn must(class: &'static str, states: &'static str, test: Test) -> Self {
        Self { class, states, level: Level::Must, test }
    }

    /// A property about which the sources leave room.
    pub const fn should(class: &'static str, states: &'static str, test: Test) -> Self {
        Self { class, states, level: Level::Should, test }
    }

    /// A property that is only recorded.
    pub const fn observe(class: &'static str, states: &'static str, test: Test) -> Self {
        Self { class, states, level: Level::Observe, test }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class)
    }
}

/// What a check may look at.
pub struct Context<'a> {
    /// The call's exchange.
    pub exchange: &'a Exchange,
    /// The request's input.
    pub input: &'a Value,
    /// The answer's body; `null` where it is empty.
    pub output: &'a Value,
    /// The state read before, if it was.
    pub before: Option<&'a State>,
    /// The state read after, if it was.
    pub after: Option<&'a State>,
    /// The whole case, for comparisons with earlier answers.
    pub recorded: &'a Recorded,
}

impl<'a> Context<'a> {
    /// The case's exchanges before this one, in order.
    pub fn exchanges_before(&self) -> impl Iterator<Item = &'a Exchange> {
        let this: *const Exchange = self.exchange;
        let all = self.recorded.traces.iter().flat_map(Trace::exchanges);
        all.take_while(move |exchange| !std::ptr::eq(*exchange, this))
    }

    /// The states that were read before and after the call, where both reads came about.
    ///
    /// # Errors
    /// Where the case has no reads around the call, so that there is nothing to check.
    pub fn states(&self) -> Result<Option<(&'a State, &'a State)>, String> {
        let steps = self.recorded.case.plan.steps.iter();
        if steps.filter(|step| matches!(step, Step::Read(_))).count() < 2 {
            return Err("the case does not read the state around the call".to_owned());
        }
        Ok(self.before.zip(self.after))
    }

    /// The body of an earlier call's answer.
    pub fn earlier(&self, label: &str) -> Option<&Value> {
        self.recorded.exchange(label)?.response()?.json()
    }

    /// Whether the list that was answered goes on, so that what is not on this page may be on the next;
    /// reads put the pages together.
    pub fn goes_on(&self) -> bool {
        self.output.get("NextToken").and_then(Value::as_str).is_some_and(|token| !token.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Request, Response};
    use aws_conformance_generators::plan::{Case, Plan, Service};

    const STRICT: Check = Check::must("strict", "anything", |_| Err(String::new()));

    #[rstest::rstest]
    #[case::more(Expectation::refusal(&["A"]).or_refusal(&["B", "A"]), "a refusal by A or B; nothing has changed")]
    #[case::none(Expectation::refusal(&["A"]).or_refusal(&[]), "a refusal by A; nothing has changed")]
    #[case::joined(
        Expectation::refusal(&["A"]).or(Expectation::refusal(&["B"])),
        "a refusal by A or B; nothing has changed"
    )]
    fn refusals_are_one_alternative(#[case] expectation: Expectation, #[case] text: &str) {
        assert_eq!(expectation.to_string(), text);
    }

    #[test]
    fn a_level_caps_the_checks_before_and_after_it() {
        let before = Expectation::success(After::Any, [STRICT]).at(Level::Should);
        assert_eq!(before.strictest(), Level::Should);
        let after = Expectation::any_refusal().at(Level::Observe).or_success(After::Any, [STRICT]);
        assert_eq!(after.strictest(), Level::Observe);
        let other =
            Expectation::any_refusal().at(Level::Should).or(Expectation::success(After::Any, [STRICT]));
        assert_eq!(other.strictest(), Level::Should);
    }

    #[test]
    fn a_level_caps_what_depends_on_other_answers() {
        let request = Request::new(Service::Xray, "PutResourcePolicy", "us-east-1", b"{}".to_vec());
        let exchange = Exchange::new("judged", request, Ok(Response::new(200, Vec::new(), b"{}".to_vec())));
        let case = Case { partition: "any".to_owned(), plan: Plan { steps: Vec::new() } };
        let recorded = Recorded::of(case, Vec::new());
        let strict = Expectation::any_refusal().given(|_, _| Expectation::success(After::Any, [STRICT]));
        let narrowed = |expectation: &Expectation| {
            expectation.narrowed(&recorded, &exchange).map(|narrowed| narrowed.strictest())
        };
        assert_eq!(narrowed(&strict), Some(Level::Must));
        assert_eq!(narrowed(&strict.at(Level::Should)), Some(Level::Should));
    }
}
