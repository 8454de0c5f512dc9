//! `-v`: exchanges on standard error.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{layer, time};
use tracing_subscriber::prelude::*;

/// Shows each exchange with the target from here on. What libraries log of their own is left out: nobody
/// takes secrets out of it.
pub(super) fn show_exchanges() {
    let ours = Targets::new().with_target("aws_conformance::execute", Level::DEBUG);
    let to = layer().with_writer(std::io::stderr).with_timer(time::uptime()).with_target(false);
    // A process has one subscriber, and this is it.
    let _ = tracing_subscriber::registry().with(to.with_filter(ours)).try_init();
}
