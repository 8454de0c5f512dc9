//! Whether an endpoint still answers: what a row of unanswered requests means, and how long an
//! answer is waited for where many have not come.

use crate::exchange::is_throttled;
use crate::exchange::{Reply, TransportErrorKind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The weight of unanswered requests in a row that calls for a closer look.
const NO_RESPONSES_IN_A_ROW: u32 = 6;
/// So many server errors in a row say that nothing works any more.
const MOST_FAILURES: u32 = 200;
/// The shortest time that an answer is given.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
/// How often the time of the slowest answer so far an answer is given at least.
const SLOWER: u32 = 50;
/// The time that may be lost on answers that never came, beyond the time that the others took.
const MOST_LOST: Duration = Duration::from_secs(40);

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
    /// Server errors in a row.
    failures: u32,
    outages: u64,
    /// How often an answer did not come in time; those that are waited for at once count once.
    missed: u32,
    /// The time that was lost on them, and when the last of it ended.
    lost: Duration,
    lost_until: Option<Instant>,
    /// The time that the answers took that came.
    answering: Duration,
    slowest: Duration,
    gone: Option<String>,
}

impl State {
    fn give_up(&mut self, reason: String) {
        self.outages += 1;
        self.gone = Some(reason);
    }
}

impl Health {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the next answer is waited for, of what the target allows: half as long after each that
    /// did not come in time, yet far longer than any that came. What hangs once in a while is then
    /// judged in a reasonable time.
    pub(super) fn wait(&self, limit: Duration) -> Duration {
        let state = self.state();
        let least = SHORTEST_WAIT.max(state.slowest * SLOWER);
        (limit / 2_u32.saturating_pow(state.missed)).max(least).min(limit)
    }

    /// Takes what a request came to into account that was sent then.
    pub(super) fn note(&self, reply: &Reply, sent: Instant) {
        let mut state = self.state();
        let took = sent.elapsed();
        match reply {
            Ok(answer) => {
                state.answering += took;
                state.slowest = state.slowest.max(took);
                state.answered = true;
                state.silence = 0;
                state.throttled = is_throttled(answer);
                state.failures = match answer.status {
                    501 => 0,
                    500.. => state.failures + 1,
                    _ => 0,
                };
                if state.failures >= MOST_FAILURES {
                    let status = answer.status;
                    state.gone = Some(format!(
                        "the last {MOST_FAILURES} requests were answered with server errors, HTTP {status}"
                    ));
                }
            }
            Err(silence) => match silence.kind {
                TransportErrorKind::Budget | TransportErrorKind::Gone => {}
                TransportErrorKind::TimedOut => {
                    // Each has cost the whole time that an answer may take.
                    state.silence += NO_RESPONSES_IN_A_ROW / 2;
                    let idle = state.lost_until.is_none_or(|until| until <= sent);
                    state.missed = state.missed.saturating_add(u32::from(idle));
                    let more = state.lost_until.map_or(took, |until| took.min(until.elapsed()));
                    state.lost += more;
                    state.lost_until = Some(Instant::now());
                }
                TransportErrorKind::Unreachable => {
                    state.silence += 1;
                    // Who could be reached before has been away, and may have forgotten everything.
                    state.outages += u64::from(state.answered);
                }
                TransportErrorKind::Broken | TransportErrorKind::TooLong => state.silence += 1,
            },
        }
    }

    /// Whether so many requests in a row got no answer that it may be gone.
    pub(super) fn is_unresponsive(&self) -> bool {
        let state = self.state();
        state.silence >= NO_RESPONSES_IN_A_ROW && state.gone.is_none()
    }

    /// Whether so much time was lost on answers that never came that there should be less of it.
    pub(super) fn is_losing_time(&self) -> bool {
        let state = self.state();
        state.lost > MOST_LOST / 3 + state.answering
    }

    /// Gives up on an endpoint on which too much time was lost, at last for this reason.
    pub(super) fn lose_patience(&self, detail: &str) {
        let mut state = self.state();
        if state.lost > MOST_LOST + state.answering {
            let lost = humantime::format_duration(Duration::from_secs(state.lost.as_secs()));
            state.give_up(format!("{lost} were lost on waiting for answers that did not come: {detail}"));
        }
    }

    /// Whether the request before was throttled to the end.
    pub(super) fn is_throttled(&self) -> bool {
        self.state().throttled
    }

    /// Gives up on the endpoint.
    pub(super) fn give_up(&self, reason: String) {
        self.state().give_up(reason);
    }

    /// It answers again after a row of silence.
    pub(super) fn come_back(&self) {
        let mut state = self.state();
        state.outages += 1;
        state.silence = 0;
        state.failures = 0;
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
