//! Progress on a terminal.

use crate::run::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error, hidden where that is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(rules: usize, hidden: bool) -> Self {
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(rules as u64), target);
        let style = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {pos}/{len} rules  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    pub(super) fn see(&self, event: &Event<'_>) {
        match event {
            Event::Surveyed(_) | Event::NotSurveyed(..) | Event::Replayed(..) => {}
            Event::Started(rule) => self.bar.set_message(rule.id.clone()),
            Event::Finished(_) => self.bar.inc(1),
        }
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
