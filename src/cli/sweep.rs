//! `sweep`: removes what earlier runs left behind.

use super::exit::{Exit, Failure, print};
use super::options::TargetOptions;
use crate::exchange::untrusted::Redaction;
use crate::execute::ledger::{Ledger, leftovers};
use crate::execute::target::Location;
use crate::execute::{Budget, Connector, Session};
use clap::Args;
use std::sync::Arc;

/// Options of `sweep`.
#[derive(Debug, Args)]
pub(super) struct SweepOptions {
    #[command(flatten)]
    target: TargetOptions,
    /// Most requests a second a service
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
}

pub(super) fn sweep(options: &SweepOptions) -> Result<Exit, Failure> {
    let target = options.target.target()?;
    let Location::Network(endpoints) = &target.location else {
        return Err(Failure::usage(
            "nothing outlives the embedded reference: name an endpoint with --endpoint-url",
        ));
    };
    let Some(journals) = options.target.journals() else {
        return Err(Failure::usage("it is not known where the journals are: give --journal DIRECTORY"));
    };
    let mut left = leftovers(&journals).map_err(|error| Failure::usage(error.to_string()))?;
    left.retain(|left| endpoints.iter().any(|(service, url)| left.endpoints.get(service) == Some(url)));
    if left.is_empty() {
        print(&format!("no run on this target left a journal in {}\n", journals.display()))?;
        return Ok(Exit::Conformant);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unjudged(format!("no runtime can be started: {error}")))?;
    let ledger = Ledger::open(&target, None).map_err(|error| Failure::unjudged(error.to_string()))?;
    let budget = Arc::new(Budget::new(None, options.rate));
    let mut session = Session::new(target.clone(), Connector::new(&target, budget), Arc::new(ledger));
    let redaction = Redaction::of(&target.credentials);
    let mut exit = Exit::Conformant;
    for left in left {
        let mut remains = Vec::new();
        let mut removed = Vec::new();
        for service in endpoints.keys().copied() {
            if left.endpoints.get(&service) != endpoints.get(&service) {
                remains.push(format!("{service}: the run used another endpoint for it"));
                continue;
            }
            let swept = runtime.block_on(session.sweep(service, &left)).map_err(|error| {
                Failure::unjudged(format!("{service} cannot be swept: {}", redaction.shown(&error)))
            })?;
            removed.extend(swept.removed);
            remains.extend(swept.remaining);
        }
        let journal = left.journal.display();
        for name in &removed {
            print(&format!("removed {}\n", redaction.shown(name)))?;
        }
        if left.endpoints.keys().any(|service| !endpoints.contains_key(service)) {
            remains.push("a service of the run that this target has no endpoint for".to_owned());
        }
        if remains.is_empty() {
            std::fs::remove_file(&left.journal)
                .map_err(|error| Failure::usage(format!("{journal} cannot be removed: {error}")))?;
            print(&format!("{journal}: nothing is left\n"))?;
        } else {
            exit = Exit::Violations;
            for name in &remains {
                print(&format!("still there: {}\n", redaction.shown(name)))?;
            }
            print(&format!("{journal}: kept\n"))?;
        }
    }
    Ok(exit)
}
