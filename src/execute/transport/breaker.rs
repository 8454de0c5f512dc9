//! The circuit breaker of a service: whether it still responds, and how long a response is waited for
//! where some have not come.

use crate::exchange::{Reply, TransportErrorKind, is_throttled};
use crate::settings::TransportSettings;
use parking_lot::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// The breaker of one service.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
    /// Held by whoever probes (the breaker is half-open then); the others wait for the outcome.
    pub(super) probing: tokio::sync::Mutex<()>,
}

/// Whether requests pass.
#[derive(Clone, Debug, Default)]
enum Circuit {
    #[default]
    Closed,
    Open,
    /// Nothing is sent any more, for this reason.
    Gone(String),
}

#[derive(Debug, Default)]
struct State {
    circuit: Circuit,
    has_responded: bool,
    /// Transport errors in a row, and what the last of them was.
    errors: u32,
    last_error: String,
    /// Server errors in a row.
    server_errors: u32,
    /// Whether the last response was throttled.
    is_throttled: bool,
    outages: u64,
    /// How often a response did not come in time; those that are waited for at once count once.
    missed: u32,
    /// The time that was lost on them, and when the last of it ended.
    lost: Duration,
    lost_until: Option<Instant>,
    /// The time that the responses took that came.
    responding: Duration,
    slowest: Duration,
}

impl State {
    fn give_up(&mut self, reason: String) {
        self.outages += 1;
        self.circuit = Circuit::Gone(reason);
    }
}

impl Breaker {
    /// How long the next response is waited for, of what the target allows.
    pub(super) fn wait(&self, limit: Duration, settings: &TransportSettings) -> Duration {
        let state = self.state.lock();
        let least = settings.shortest_wait.max(state.slowest * settings.slower);
        (limit / 2_u32.saturating_pow(state.missed)).max(least).min(limit)
    }

    /// Takes into account what came of a request that was sent then.
    pub(super) fn note(&self, reply: &Reply, sent: Instant, settings: &TransportSettings) {
        let mut state = self.state.lock();
        let took = sent.elapsed();
        let error = match reply {
            Ok(response) => {
                state.responding += took;
                state.slowest = state.slowest.max(took);
                state.has_responded = true;
                state.errors = 0;
                state.is_throttled = is_throttled(response);
                state.server_errors = if response.has_failed() { state.server_errors + 1 } else { 0 };
                if state.server_errors >= settings.server_errors {
                    let (count, status) = (settings.server_errors, response.status);
                    state.circuit = Circuit::Gone(format!(
                        "the last {count} requests were answered with server errors, HTTP {status}"
                    ));
                }
                return;
            }
            Err(error) if matches!(error.kind, TransportErrorKind::Budget | TransportErrorKind::Gone) => {
                return;
            }
            Err(error) => error,
        };
        state.errors += 1;
        state.last_error.clone_from(&error.detail);
        match error.kind {
            // Who could be reached before has been away, and may have forgotten everything.
            TransportErrorKind::Unreachable => state.outages += u64::from(state.has_responded),
            TransportErrorKind::TimedOut => {
                let idle = state.lost_until.is_none_or(|until| until <= sent);
                state.missed = state.missed.saturating_add(u32::from(idle));
                let more = state.lost_until.map_or(took, |until| took.min(until.elapsed()));
                state.lost += more;
                state.lost_until = Some(Instant::now());
                if state.lost > settings.most_lost + state.responding {
                    let lost = humantime::format_duration(Duration::from_secs(state.lost.as_secs()));
                    let detail = &error.detail;
                    return state.give_up(format!(
                        "{lost} were lost on waiting for responses that did not come: {detail}"
                    ));
                }
            }
            _ => {}
        }
        if state.errors < settings.open_after || !matches!(state.circuit, Circuit::Closed) {
            return;
        }
        match state.has_responded {
            true => state.circuit = Circuit::Open,
            false => {
                let detail = &error.detail;
                state.circuit = Circuit::Gone(format!("the endpoint gives no response: {detail}"));
            }
        }
    }

    /// Whether nothing but probes may be sent.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state.lock().circuit, Circuit::Open)
    }

    /// Gives up on a target that no probe got a response from.
    pub(super) fn give_up(&self) {
        let mut state = self.state.lock();
        let reason = format!("the endpoint has stopped answering: {}", state.last_error);
        state.give_up(reason);
    }

    /// Sends nothing more, for this reason.
    pub(super) fn stop(&self, reason: String) {
        self.state.lock().give_up(reason);
    }

    /// A probe got a response. A target that gives it to the first one was not away: it closed the
    /// connection on some requests.
    pub(super) fn close(&self, was_away: bool) {
        let mut state = self.state.lock();
        state.outages += u64::from(was_away);
        state.errors = 0;
        state.server_errors = 0;
        state.circuit = Circuit::Closed;
    }

    /// Why nothing more is sent, if so.
    pub(super) fn gone(&self) -> Option<String> {
        match &self.state.lock().circuit {
            Circuit::Gone(reason) => Some(reason.clone()),
            Circuit::Closed | Circuit::Open => None,
        }
    }

    /// Whether the last response was throttled, after all retries.
    pub(super) fn is_throttled(&self) -> bool {
        self.state.lock().is_throttled
    }

    /// How often the service was away so far. What it held before may be lost.
    pub(super) fn outages(&self) -> u64 {
        self.state.lock().outages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Response, TransportError};
    use rstest::rstest;

    fn error(kind: TransportErrorKind) -> Reply {
        Err(TransportError { kind, detail: "why".to_owned() })
    }

    fn fails(breaker: &Breaker, kind: TransportErrorKind, settings: &TransportSettings) {
        for _ in 0..settings.open_after {
            breaker.note(&error(kind), Instant::now(), settings);
        }
    }

    #[rstest]
    #[case::that_responded_opens(true, true, None)]
    #[case::that_never_did_is_gone(false, false, Some("the endpoint gives no response: why"))]
    fn a_row_of_errors_on_a_target(#[case] responded: bool, #[case] open: bool, #[case] gone: Option<&str>) {
        let (breaker, settings) = (Breaker::default(), TransportSettings::default());
        if responded {
            breaker.note(&Ok(Response::new(200, Vec::new(), Vec::new())), Instant::now(), &settings);
        }
        fails(&breaker, TransportErrorKind::Broken, &settings);
        assert_eq!((breaker.is_open(), breaker.gone().as_deref()), (open, gone));
    }

    #[test]
    fn a_response_between_errors_keeps_it_closed() {
        let (breaker, settings) = (Breaker::default(), TransportSettings::default());
        for _ in 0..3 {
            breaker.note(&Ok(Response::new(400, Vec::new(), Vec::new())), Instant::now(), &settings);
            for _ in 1..settings.open_after {
                breaker.note(&error(TransportErrorKind::Unreachable), Instant::now(), &settings);
            }
        }
        assert!(!breaker.is_open() && breaker.outages() > 0);
    }

    #[test]
    fn the_time_lost_is_bounded() {
        let (least, limit) = (Duration::from_millis(5), Duration::from_millis(20));
        let most_lost = Duration::from_millis(60);
        let settings = TransportSettings { most_lost, shortest_wait: least, ..TransportSettings::default() };
        let breaker = Breaker::default();
        let response = || Ok(Response::new(200, Vec::new(), Vec::new()));
        let mut waited = Duration::ZERO;
        for _ in 0..100 {
            breaker.note(&response(), Instant::now(), &settings);
            let sent = Instant::now();
            let wait = breaker.wait(limit, &settings);
            waited += wait;
            std::thread::sleep(wait);
            breaker.note(&error(TransportErrorKind::TimedOut), sent, &settings);
            if breaker.gone().is_some() {
                break;
            }
        }
        assert!(breaker.gone().is_some() && waited <= most_lost + limit * 2, "{waited:?}");
    }
}
