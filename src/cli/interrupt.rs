//! SIGINT and SIGTERM: a run that is interrupted cleans up, prints what it judged and writes its reports.

use super::exit::Failure;
use crate::run::Interrupt;
use tokio::signal::unix::{SignalKind, signal};

/// An interrupt that the process's signals set. A second signal ends the process at once.
pub(super) fn on_signals() -> Result<Interrupt, Failure> {
    let unable = |error: std::io::Error| Failure::unjudged(format!("signals cannot be waited for: {error}"));
    let interrupt = Interrupt::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
    let (mut terminated, mut interrupted) = {
        let _context = runtime.enter();
        (signal(SignalKind::terminate()).map_err(unable)?, signal(SignalKind::interrupt()).map_err(unable)?)
    };
    let set = interrupt.clone();
    // The thread ends with the process.
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut next =
                async || tokio::select! { _ = terminated.recv() => {} _ = interrupted.recv() => {} };
            next().await;
            set.set();
            anstream::eprintln!("aws-conformance: interrupted; cleaning up (once more to stop at once)");
            next().await;
            std::process::exit(130);
        });
    });
    Ok(interrupt)
}
