//! A real account before a run and after it: what the run left or changed fails it.

use super::environment::runtime;
use super::exit::Failure;
use crate::execute::ledger::Ledger;
use crate::execute::target::Target;
use crate::execute::{Budget, Connector, Inventory};
use crate::results::Results;
use crate::rules::Rule;
use crate::run::RunOptions;
use aws_conformance_generators::plan::Service;
use std::sync::Arc;

/// Why nobody can tell whether the account is as it was.
const UNKNOWN: &str = "what the run left is not known";

/// A real account, as far as a run of some rules touches it; a target that is none has nothing to compare.
pub(super) struct Account<'a> {
    target: &'a Target,
    services: Vec<Service>,
    budget: &'a Arc<Budget>,
    run: &'a RunOptions,
}

impl<'a> Account<'a> {
    pub(super) fn of(
        target: &'a Target,
        rules: &[&'static Rule],
        budget: &'a Arc<Budget>,
        run: &'a RunOptions,
    ) -> Self {
        let is_touched =
            |service: &Service| target.is_real && rules.iter().any(|rule| rule.service == *service);
        Self { target, services: Service::ALL.into_iter().filter(is_touched).collect(), budget, run }
    }

    /// What it holds before the run, after which requests are kept for looking again.
    pub(super) fn before(&self) -> Result<Option<Inventory>, Failure> {
        let before = self.holds(false)?;
        self.services.iter().for_each(|service| self.budget.keep_for_comparison(*service));
        Ok(before)
    }

    /// What it holds; none where it does not say.
    fn holds(&self, after: bool) -> Result<Option<Inventory>, Failure> {
        if self.services.is_empty() {
            return Ok(None);
        }
        let settings = self.run.settings.transport.clone();
        let connector = Connector::new(self.target, Arc::clone(self.budget), settings);
        let held = Inventory::of(self.target, &self.services, connector, after);
        Ok(match runtime()?.block_on(held) {
            Ok(inventory) => Some(inventory),
            Err(error) => {
                anstream::eprintln!("aws-conformance: it is not known what the account holds: {error}");
                None
            }
        })
    }

    /// Says how it differs after the run, and notes what the run left or changed.
    pub(super) fn compare(
        &self,
        before: &Inventory,
        ledger: &Ledger,
        results: &mut Results,
    ) -> Result<(), Failure> {
        let Some(after) = self.holds(true)? else {
            results.failures.push(UNKNOWN.to_owned());
            results.left_behind.push(UNKNOWN.to_owned());
            return Ok(());
        };
        let mut difference = before.difference(&after, ledger.prefix());
        // What was removed may be listed for a while, and what is there not yet.
        let lag = self.target.limits.read_after_write;
        let is_clean = difference.harm.is_empty() && results.left_behind.is_empty();
        if !is_clean && self.budget.has_time(lag) {
            std::thread::sleep(lag);
            if let Some(after) = self.holds(true)? {
                difference = before.difference(&after, ledger.prefix());
                // Whatever became of its removal, what is not listed by then is gone.
                if !after.mentions(ledger.prefix()) {
                    ledger.forget(|name| name.contains(ledger.prefix()) || !after.mentions(name));
                    results.left_behind = ledger.left_behind();
                }
            }
        }
        let redaction = self.target.signer.redaction();
        for (word, what) in [("meanwhile", &difference.others), ("after the run", &difference.harm)] {
            for what in what {
                anstream::eprintln!("aws-conformance: {word} {}", redaction.shown(what));
            }
        }
        results.left_behind.extend(difference.harm.iter().cloned());
        results.harm = difference.harm;
        Ok(())
    }
}
