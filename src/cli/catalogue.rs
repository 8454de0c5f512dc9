//! `list` and `explain`: the catalogue for people.

mod page;

use super::exit::{Exit, Failure, print};
use super::options::Selection;
use crate::exchange::untrusted::escaped;
use crate::rules::{Rule, Trial, catalogue};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::fmt::Write;

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
    let Some(rule) = catalogue().iter().find(|rule| rule.id == options.rule) else {
        return Err(Failure::usage(unknown(&options.rule)));
    };
    print(&explanation(rule))?;
    Ok(Exit::Conformant)
}

fn unknown(id: &str) -> String {
    let last = id.rsplit('.').next().unwrap_or(id).to_lowercase();
    let close: Vec<&str> = catalogue()
        .iter()
        .map(|rule| rule.id.as_str())
        .filter(|other| !last.is_empty() && other.to_lowercase().contains(&last))
        .take(5)
        .collect();
    match close.as_slice() {
        [] => format!("no rule is called {id:?}; `aws-conformance list` shows them all"),
        close => format!("no rule is called {id:?}; there are {}", close.join(", ")),
    }
}

fn explanation(rule: &Rule) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", rule.id);
    let _ = writeln!(text, "  level       {}", rule.level);
    let _ = writeln!(text, "  source      {} [{}]", rule.clause().source.title, rule.clause().source.key);
    let _ = writeln!(text, "  clause      {}", rule.clause());
    let _ = writeln!(text, "  provenance  {}", rule.provenance().as_str());
    let _ = writeln!(text, "  varies      {}", rule.varies);
    let _ = writeln!(text, "\n  checks");
    for statement in &rule.cites {
        let _ = writeln!(text, "    [{}] {statement} ({})", statement.source.key, statement.key);
    }
    if !rule.expectations.is_empty() {
        let _ = writeln!(text, "\n  expectations");
    }
    for (name, expectation) in &rule.expectations {
        let _ = writeln!(text, "    {name}: {expectation}");
    }
    if rule.is_history {
        let _ = writeln!(
            text,
            "    all of them together: some order of the calls explains what each was answered and what is listed then"
        );
    }
    match &rule.trial {
        Trial::Monitor(_) => {
            let _ = writeln!(text, "\n  looks at every exchange with the service, whatever the rule");
        }
        Trial::Cases { fixed, refusals, random } => {
            let _ = writeln!(text, "\n  partitions");
            for case in fixed {
                let expects: Vec<&str> = case
                    .plan
                    .calls()
                    .filter(|call| call.expect != aws_conformance_generators::plan::SETUP)
                    .map(|call| call.expect.as_str())
                    .collect();
                let _ = writeln!(text, "    {}: {}", escaped(&case.partition), expects.join(", "));
            }
            for (partition, call) in &refusals.calls {
                let _ = writeln!(text, "    {}: {}", escaped(partition), call.expect);
            }
            if random.is_some() {
                let _ = writeln!(text, "    and random ones");
            }
        }
    }
    text
}
