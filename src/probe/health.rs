//! Whether an endpoint still answers: what a row of unanswered requests means.

use crate::exchange::{Reply, SilenceKind};
use crate::judge::is_throttled;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The weight of unanswered requests in a row that calls for a closer look.
const WEARY: u32 = 6;

/// What one service's requests have come to lately.
#[derive(Debug, Default)]
pub(super) struct Health {
    state: Mutex<State>,
    /// Held by whoever waits for the endpoint to come back; the others wait for them.
    pub(super) waiting: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    answered: bool,
    silence: u32,
    throttled: bool,
    outages: u64,
    gone: Option<String>,
}

impl Health {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a request came to into account.
    pub(super) fn note(&self, reply: &Reply) {
        let mut state = self.state();
        match reply {
            Reply::Answer(answer) => {
                state.answered = true;
                state.silence = 0;
                state.throttled = is_throttled(answer);
            }
            Reply::None(silence) => match silence.kind {
                SilenceKind::Budget | SilenceKind::Gone => {}
                // Each has cost the whole time that an answer may take.
                SilenceKind::TimedOut => state.silence += WEARY / 2,
                SilenceKind::Unreachable => {
                    state.silence += 1;
                    // Who could be reached before has been away, and may have forgotten everything.
                    state.outages += u64::from(state.answered);
                }
                SilenceKind::Broken | SilenceKind::TooLong => state.silence += 1,
            },
        }
    }

    /// Whether so many requests in a row got no answer that it may be gone.
    pub(super) fn is_weary(&self) -> bool {
        let state = self.state();
        state.silence >= WEARY && state.gone.is_none()
    }

    /// Whether the request before was throttled to the end.
    pub(super) fn is_throttled(&self) -> bool {
        self.state().throttled
    }

    /// Gives up on the endpoint.
    pub(super) fn give_up(&self, reason: String) {
        let mut state = self.state();
        state.outages += 1;
        state.gone = Some(reason);
    }

    /// It answers again after a row of silence.
    pub(super) fn come_back(&self) {
        let mut state = self.state();
        state.outages += 1;
        state.silence = 0;
        state.gone = None;
    }

    /// Why nothing more is sent, if so.
    pub(super) fn gone(&self) -> Option<String> {
        self.state().gone.clone()
    }

    /// How often it was away so far.
    pub(super) fn outages(&self) -> u64 {
        self.state().outages
    }
}
