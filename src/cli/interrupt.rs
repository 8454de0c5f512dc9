//! SIGINT and SIGTERM: a run that is interrupted cleans up, prints what it judged and writes its reports.

use super::environment::runtime;
use super::exit::Failure;
use crate::execute::Interrupt;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What asks the process to stop.
pub(super) struct Signals([Signal; 2]);

impl Signals {
    /// Notes them from here on, in the place of what they do otherwise; within a runtime.
    pub(super) fn new() -> Result<Self, Failure> {
        let noted = |kind| {
            signal(kind).map_err(|error| Failure::unjudged(format!("signals cannot be waited for: {error}")))
        };
        Ok(Self([noted(SignalKind::terminate())?, noted(SignalKind::interrupt())?]))
    }

    /// Resolves with the next of them.
    pub(super) async fn next(&mut self) {
        let [terminated, interrupted] = &mut self.0;
        tokio::select! { _ = terminated.recv() => {} _ = interrupted.recv() => {} }
    }
}

/// An interrupt that the process's signals set. A second signal ends the process at once.
pub(super) fn on_signals() -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    let runtime = runtime()?;
    let mut signals = runtime.block_on(async { Signals::new() })?;
    let set = interrupt.clone();
    // The thread ends with the process.
    std::thread::spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            set.set();
            anstream::eprintln!("aws-conformance: interrupted; cleaning up (once more to stop at once)");
            signals.next().await;
            std::process::exit(130);
        });
    });
    Ok(interrupt)
}
