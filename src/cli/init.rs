//! `init`: a configuration for an endpoint as it is today.

use super::config::Config;
use super::exit::{Exit, Failure};
use super::options::CONFIG;
use super::output::Output;
use super::run::{RunOptions, run_with, today};
use super::waivers;
use crate::results::Results;
use aws_conformance_generators::model::model;
use std::path::PathBuf;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

/// Runs, and writes the target, what it implements and a waiver for each violation into a file that was not
/// there before.
pub(super) fn init(mut options: RunOptions) -> Result<Exit, Failure> {
    if options.amount.shard.is_some() {
        return Err(Failure::usage(
            "--shard: a configuration is written for all rules, not for a share of them",
        ));
    }
    let path = options.target.config.take().unwrap_or_else(|| PathBuf::from(CONFIG));
    options.target.no_config = true;
    let unwritable =
        |error: std::io::Error| Failure::usage(format!("{} cannot be written: {error}", path.display()));
    if path.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!(
            "{} is there already: `aws-conformance run --update-waivers` changes its waivers",
            path.display()
        )));
    }
    let output = Output::open(&path).map_err(unwritable)?;
    let exit = run_with(&options, &Config::default(), |results| {
        if results.surveys.is_empty() {
            return Err(Failure::unjudged(format!(
                "{} is not written: it is not known what the target implements",
                path.display()
            )));
        }
        let text = configuration(&options, results);
        let config = Config::parse(&text).map_err(|error| Failure::usage(error.to_string()))?;
        output.write(|out| out.write_all(text.as_bytes())).map_err(unwritable)?;
        Ok(config.waivers)
    })?;
    anstream::eprintln!("aws-conformance: {} is written; `aws-conformance run` reads it", path.display());
    Ok(exit)
}

/// The text of a configuration for what was run.
fn configuration(options: &RunOptions, results: &Results) -> String {
    let mut target = Table::new();
    let given = &options.target;
    if !given.endpoint_url.is_empty() {
        target.insert("endpoint_url", value(given.endpoint_url.iter().collect::<Array>()));
    }
    let texts = [
        ("region", given.region.clone()),
        ("account_id", given.account_id.clone()),
        ("project_arn", given.project_arn.clone()),
        ("ca_bundle", given.ca_bundle.as_ref().map(|path| path.display().to_string())),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            target.insert(key, value(text));
        }
    }
    if given.verify_signatures {
        target.insert("verify_signatures", value(true));
    }
    target.insert("implements", value(implemented(results)));
    target.decor_mut().set_prefix("# The endpoint, and what `aws-conformance run` is to make of it.\n");
    let mut waivers = ArrayOfTables::new();
    for waiver in waivers::missing(results, &today()) {
        waivers.push(waivers::table(&waiver));
    }
    let mut document = DocumentMut::new();
    document.insert("target", Item::Table(target));
    document.insert(waivers::KEY, Item::ArrayOfTables(waivers));
    document.to_string()
}

/// The operations that were answered, one a line.
fn implemented(results: &Results) -> Array {
    let mut operations = Array::new();
    for survey in &results.surveys {
        for operation in &model(survey.service).operations {
            if !survey.missing.contains_key(&operation.name) && !survey.silent.contains_key(&operation.name) {
                operations.push(format!("{}.{}", survey.service, operation.name));
            }
        }
    }
    operations.iter_mut().for_each(|operation| operation.decor_mut().set_prefix("\n    "));
    operations.set_trailing("\n");
    operations.set_trailing_comma(true);
    operations
}
