//! Plans: symbolic sequences of calls.
//!
//! A boundary case, a sequence, a race, a stored counterexample and a reproduction script are all
//! plans. Generators make them before any response exists, so what an earlier step will answer
//! (a revision id, a project's ARN) is named by a [`Symbol`] and filled in by whoever executes the
//! plan, through [`Bindings`].

mod arg;
mod call;
mod derivation;
mod service;
mod symbol;

pub use arg::{Arg, Part, Text, Unit};
pub use call::{Body, Call, Header, SETUP, Signature, Wire};
pub use derivation::Derivation;
pub use service::Service;
pub use symbol::{Bindings, Symbol, Unbound};

use serde::{Deserialize, Serialize};

/// A sequence of labelled steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The steps, in the order in which they are executed.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Whether another plan begins with what this one sends, whatever is judged of it.
    pub fn begins(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Step, &Step)| match (one, other) {
            (Step::Call(one), Step::Call(other)) => one.sends_as(other),
            (Step::Parallel(some), Step::Parallel(others)) => {
                some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one.sends_as(other))
            }
            _ => one == other,
        };
        self.steps.len() <= other.steps.len() && self.steps.iter().zip(&other.steps).all(is_same)
    }

    /// Every call of the plan in order, those of parallel blocks included.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.steps.iter().flat_map(Step::calls)
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Send one call and wait for its response.
    Call(Call),
    /// Send all calls at once and wait for all responses.
    Parallel(Vec<Call>),
    /// Read the policies of a scope back, all pages.
    Read(Scope),
    /// Poll until a project has reached a state, within the target's bound.
    Await(Await),
    /// Wait so many milliseconds: clocks have to move on before the next step.
    Pause(u64),
}

impl Step {
    /// The calls of the step.
    pub fn calls(&self) -> &[Call] {
        match self {
            Self::Call(call) => std::slice::from_ref(call),
            Self::Parallel(calls) => calls,
            Self::Read(_) | Self::Await(_) | Self::Pause(_) => &[],
        }
    }
}

impl From<Call> for Step {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}

/// What a read covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The X-Ray resource policies of the account and region.
    ResourcePolicies,
    /// The policies of the project with this tag (see [`Symbol::Project`]).
    ProjectPolicies(String),
    /// The same, in pages of so many.
    ProjectPoliciesBy(String, usize),
    /// The projects of the account and region.
    Projects,
    /// The same, in pages of so many.
    ProjectsBy(usize),
}

impl Scope {
    /// The tag of the project whose policies are read.
    pub fn project(&self) -> Option<&str> {
        match self {
            Self::ProjectPolicies(tag) | Self::ProjectPoliciesBy(tag, _) => Some(tag),
            Self::ResourcePolicies | Self::Projects | Self::ProjectsBy(_) => None,
        }
    }
}

/// A project state to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Await {
    /// Label of the step, unique in the plan.
    pub label: String,
    /// The project's name.
    pub project: Text,
    /// The state: `CREATED`, or none for "no longer listed".
    pub status: Option<String>,
    /// Whether it is a violation if the state does not come within the target's bound.
    #[serde(default)]
    pub judged: bool,
}

/// A plan with the partition that it was made for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What the case varies, as the rule's partitions name it.
    pub partition: String,
    /// What is sent.
    pub plan: Plan,
}
