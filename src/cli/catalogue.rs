//! `list` and `explain`: the catalogue for people.

mod explain;
mod page;

use super::exit::{Exit, Failure, print};
use super::options::Selection;
use crate::rules::{Rule, catalogue, nearest, rule};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// Options of `list`.
#[derive(Debug, Args)]
pub(super) struct ListOptions {
    #[command(flatten)]
    selection: Selection,
    /// For people, for programs, or as a page
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,
}

/// The form of the list.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A line a rule.
    #[default]
    Text,
    /// An array with an object a rule.
    Json,
    /// A page: tables by service and operation.
    Markdown,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainOptions {
    /// The rule's id
    #[arg(value_name = "RULE")]
    rule: String,
}

pub(super) fn list(options: &ListOptions) -> Result<Exit, Failure> {
    let rules = options.selection.rules()?;
    let text = match options.format {
        Format::Text => rules.into_iter().map(|rule| line(rule) + "\n").collect(),
        Format::Json => format!("{:#}\n", rules.into_iter().map(object).collect::<Value>()),
        Format::Markdown => page::page(&rules),
    };
    print(&text)?;
    Ok(Exit::Conformant)
}

/// A rule for programs, in the words of the JSON report.
fn object(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "service": rule.service,
        "operation": rule.operation,
        "level": rule.level,
        "provenance": rule.provenance(),
        "citation": { "source": rule.clause().source.key, "clause": rule.clause().to_string() },
        "varies": rule.varies,
    })
}

/// One line of the catalogue.
fn line(rule: &Rule) -> String {
    format!(
        "{}  {}  {}  [{}] {}",
        rule.id,
        rule.level,
        rule.provenance().as_str(),
        rule.clause().source.key,
        rule.clause()
    )
}

pub(super) fn explain(options: &ExplainOptions) -> Result<Exit, Failure> {
    let Some(rule) = rule(&options.rule) else {
        return Err(Failure::usage(unknown(&options.rule)));
    };
    print(&explain::explanation(rule))?;
    Ok(Exit::Conformant)
}

fn unknown(id: &str) -> String {
    let last = id.rsplit('.').next().unwrap_or(id).to_lowercase();
    let ids = catalogue().iter().map(|rule| rule.id.as_str());
    let close = match nearest(id, ids.clone()) {
        Some(near) => vec![near],
        None => ids.filter(|id| !last.is_empty() && id.to_lowercase().contains(&last)).take(5).collect(),
    };
    match close.as_slice() {
        [] => format!("no rule is called {id:?}; `aws-conformance list` shows them all"),
        close => format!("no rule is called {id:?}, did you mean {}?", close.join(", ")),
    }
}
