//! Progress on standard error: a bar on a terminal, elsewhere a line every few seconds.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a line is written where there is no bar.
const EVERY: Duration = Duration::from_secs(10);

/// Requests that a command has sent so far.
pub(super) type Requests = Box<dyn Fn() -> u64 + Send + Sync>;

/// How much of a command is done.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Writes lines, until the other end is dropped.
    lines: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// So many of something are to be done.
    pub(super) fn new(count: usize, of: &'static str, requests: Option<Requests>, hidden: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = match is_terminal && !hidden {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(count as u64), target);
        let sent: Arc<dyn Fn() -> String + Send + Sync> = match requests {
            Some(requests) => Arc::new(move || format!(", {} requests", requests())),
            None => Arc::new(String::new),
        };
        let template = format!("{{elapsed_precise}} {{wide_bar}} {{pos}}/{{len}} {of}{{sent}}  {{msg}}");
        let style = ProgressStyle::with_template(&template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let shown = Arc::clone(&sent);
        // A line that could not be written is no failure.
        bar.set_style(style.with_key("sent", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&shown());
        }));
        // A rule may take minutes.
        bar.enable_steady_tick(Duration::from_millis(500));
        let lines = (!is_terminal && !hidden).then(|| lines(bar.clone(), of, sent));
        Self { bar, lines }
    }

    /// Begins one of them.
    pub(super) fn begins(&self, name: &str) {
        self.bar.set_message(name.to_owned());
    }

    /// One more is done.
    pub(super) fn inc(&self) {
        self.bar.inc(1);
    }

    pub(super) fn done(self) {
        self.bar.finish_and_clear();
        if let Some((stop, thread)) = self.lines {
            drop(stop);
            // A line that could not be written is no failure.
            let _ = thread.join();
        }
    }
}

fn lines(
    bar: ProgressBar,
    of: &'static str,
    sent: Arc<dyn Fn() -> String + Send + Sync>,
) -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::spawn(move || {
        while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            let (position, count) = (bar.position(), bar.length().unwrap_or_default());
            let seconds = bar.elapsed().as_secs();
            let (sent, name) = (sent(), bar.message());
            anstream::eprintln!(
                "aws-conformance: {position} of {count} {of}{sent} after {seconds} s  {name}"
            );
        }
    });
    (stop, thread)
}
