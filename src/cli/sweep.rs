//! `sweep`: removes what earlier runs left behind.

use super::amount::budget;
use super::environment::runtime;
use super::exit::{Exit, Failure, print};
use super::options::TargetOptions;
use crate::execute::journal::{JournalError, Leftovers, Use, leftovers, take};
use crate::execute::target::Location;
use crate::execute::{Connector, Old, sweep as sweep_service};
use crate::settings::RunSettings;
use clap::Args;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The most bytes, and JSON values, of one page of a listing that is swept.
const MOST_BYTES: usize = 64 << 20;

/// Options of `sweep`.
#[derive(Debug, Args)]
pub(super) struct SweepOptions {
    #[command(flatten)]
    target: TargetOptions,
    /// Also what carries the prefix of any run and is older than this, whatever journals say
    #[arg(help_heading = "How much", long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    older_than: Option<Duration>,
    /// Most requests a second an operation [default: 2 on the real service, else no limit]
    #[arg(help_heading = "How much", long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
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
    let usage = |error: JournalError| Failure::usage(error.to_string());
    let mut left = Vec::new();
    // What is taken is locked as long as its file is open: until everything is swept.
    let (mut spared, mut taken) = (Vec::new(), Vec::new());
    for found in leftovers(&journals).map_err(usage)? {
        if !endpoints.iter().any(|(service, url)| found.endpoints.get(service) == Some(url)) {
            continue;
        }
        match take(&found.journal).map_err(usage)? {
            Use::Own(file) => {
                taken.push(file);
                // Its run may have written more before it ended.
                left.extend(Leftovers::read(found.journal).map_err(usage)?);
            }
            Use::Other => {
                let journal = found.journal.display();
                print(&format!("{journal}: left alone, since its run or another sweep of it goes on\n"))?;
                spared.push(found.prefix);
            }
            Use::Gone => {}
        }
    }
    let until = options.older_than.map(|age| SystemTime::now().checked_sub(age).unwrap_or(UNIX_EPOCH));
    if until.is_some() {
        left.push(Leftovers::unknown(&target));
    }
    if left.is_empty() {
        if spared.is_empty() {
            print(&format!("no run on this target left a journal in {}\n", journals.display()))?;
        }
        return Ok(Exit::Conformant);
    }
    let old = until.map(|before| Old { before, spared });
    let runtime = runtime()?;
    let mut target = target.clone();
    // What keeps a run from being flooded must not keep a long list from being read.
    target.limits.body = MOST_BYTES;
    target.limits.values = MOST_BYTES;
    let budget = Arc::new(budget(None, options.rate, None, &target));
    let settings = if target.is_real { RunSettings::real() } else { RunSettings::default() }.transport;
    let connector = Connector::new(&target, budget, settings);
    let redaction = target.signer.redaction();
    let (mut remains, mut unknown) = (false, false);
    for left in left {
        let mut remaining = Vec::new();
        for service in &left.services {
            let (used, named) = (left.endpoints.get(service), endpoints.get(service));
            if used != named {
                remaining.push(format!("what the run made in {service}: it used another endpoint for it"));
                continue;
            }
            match runtime.block_on(sweep_service(&target, connector.clone(), *service, &left, old.as_ref())) {
                Ok(swept) => {
                    for name in &swept.removed {
                        print(&format!("removed {}\n", redaction.shown(name)))?;
                    }
                    remaining.extend(swept.remaining);
                }
                Err(error) => {
                    unknown = true;
                    remaining.push(format!("whatever {service} holds, which cannot be swept: {error}"));
                }
            }
        }
        remains |= !remaining.is_empty();
        for name in &remaining {
            print(&format!("still there: {}\n", redaction.shown(name)))?;
        }
        let journal = left.journal.display();
        match (left.journal.as_os_str().is_empty(), remaining.is_empty()) {
            (true, _) => {}
            (false, true) => {
                std::fs::remove_file(&left.journal)
                    .map_err(|error| Failure::usage(format!("{journal} cannot be removed: {error}")))?;
                print(&format!("{journal}: nothing is left\n"))?;
            }
            (false, false) => print(&format!("{journal}: kept\n"))?,
        }
    }
    Ok(match (unknown, remains) {
        (true, _) => Exit::Unjudged,
        (false, true) => Exit::Violations,
        (false, false) => Exit::Conformant,
    })
}
