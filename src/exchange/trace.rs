//! What executing a plan yields, step by step.

use super::message::Exchange;
use crate::service::{Quotas, resource_listed_by};
use aws_conformance_generators::plan::Case;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The policies of a scope, as the service listed them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By name.
    pub policies: BTreeMap<String, Listed>,
    /// What is wrong with the listing itself: a name listed twice, an item without a name, pages
    /// without end.
    pub problems: Vec<String>,
    /// How many more were listed that are not this case's: they take up room, and are left alone.
    pub occupied: usize,
}

/// A policy as it was listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// The document, if it was listed as text.
    pub document: Option<String>,
    /// The revision id, if it was listed as text.
    pub revision: Option<String>,
    /// The whole item.
    pub item: Value,
}

/// What executing one step of a plan yielded.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "most traces are calls")]
pub enum Trace {
    /// The exchange of a call.
    Call(Exchange),
    /// The exchanges of a parallel block, in the order of the plan.
    Parallel(Vec<Exchange>),
    /// A read: the state, or why it is unknown, with the exchanges of its pages.
    Read {
        /// The state, or the reason why there is none.
        state: Result<State, String>,
        /// The pages.
        pages: Vec<Exchange>,
    },
    /// A wait: whether the state came, with the exchanges of the polling.
    Await {
        /// Nothing, or why the state did not come.
        reached: Result<(), String>,
        /// Whether the target answered all along, and the state had not come at the end of its time.
        #[serde(default)]
        late: bool,
        /// The polls.
        polls: Vec<Exchange>,
    },
    /// Not executed, because an earlier step did not yield what it needs.
    Skipped(String),
    /// Not executed, because nobody knows what came of what it needs.
    Unknown(String),
}

impl Trace {
    /// Every exchange of the step.
    pub fn exchanges(&self) -> &[Exchange] {
        match self {
            Self::Call(exchange) => std::slice::from_ref(exchange),
            Self::Parallel(exchanges) => exchanges,
            Self::Read { pages, .. } => pages,
            Self::Await { polls, .. } => polls,
            Self::Skipped(_) | Self::Unknown(_) => &[],
        }
    }
}

/// A case with what executing it yielded, step by step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorded {
    /// What was sent.
    pub case: Case,
    /// What each step yielded, in the order of the plan.
    pub traces: Vec<Trace>,
    /// The limits that the target's owner states.
    #[serde(default)]
    pub quotas: Quotas,
    /// Whether the case's project was made up, because the target's creation answered none.
    #[serde(default)]
    pub invented: bool,
    /// How many resources of others the service lists: X-Ray's policies, Rekognition's projects. None
    /// where it does not list them or others are at work, so that there may be any number.
    #[serde(default)]
    pub preexisting: Option<usize>,
    /// Whether the target could not be reached for a while during the case, so that what was there
    /// before may be lost.
    #[serde(default)]
    pub interrupted: bool,
    /// Whether the target is the real service, where the caller's own account may be the reason of a refusal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub real: bool,
    /// Whether a read may have come before what was written could be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early_reads: bool,
    /// Whether other cases were tried on the same ground at the same time.
    #[serde(default)]
    pub shared: bool,
}

impl Recorded {
    /// Whether a listing of the whole account was read page by page, which moves while others create and remove.
    pub fn walked_through_an_account(&self) -> bool {
        let lists_all = |page: &Exchange| {
            resource_listed_by(&page.request.operation).is_some_and(|listed| listed.scope.is_none())
        };
        self.traces.iter().any(|trace| {
            matches!(trace, Trace::Read { pages, .. } if pages.len() > 1 && pages.iter().all(lists_all))
        })
    }

    /// A case on clean ground with what each step yielded, and nothing else to say of either.
    pub fn of(case: Case, traces: Vec<Trace>) -> Self {
        Self { case, traces, preexisting: Some(0), ..Self::default() }
    }

    /// How many requests were sent.
    pub fn requests(&self) -> u64 {
        self.traces.iter().map(|trace| trace.exchanges().len() as u64).sum()
    }

    /// A part of the same attempt, as one at this case.
    pub fn seen_as(&self, case: Case, traces: Vec<Trace>) -> Self {
        Self { case, traces, ..*self }
    }

    /// The exchanges of the plan's own calls, without those of reads and waits.
    pub fn calls(&self) -> impl Iterator<Item = &Exchange> {
        let calls = self.traces.iter().filter(|trace| matches!(trace, Trace::Call(_) | Trace::Parallel(_)));
        calls.flat_map(Trace::exchanges)
    }

    /// The exchange of the call with this label.
    pub fn exchange(&self, label: &str) -> Option<&Exchange> {
        self.traces.iter().flat_map(Trace::exchanges).find(|exchange| exchange.label == label)
    }
}
