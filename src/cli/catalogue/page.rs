//! The catalogue as a page of Markdown.

use crate::rules::source::{SOURCES, Source};
use crate::rules::{Rule, id_scope};
use askama::Template;
use std::fmt::Display;

/// The rules by service and operation, and the sources of their citations.
#[derive(Template)]
#[template(path = "catalogue.md", escape = "none")]
struct Page<'a> {
    rules: &'a [&'a Rule],
}

/// The page of these rules.
pub(super) fn page(rules: &[&Rule]) -> String {
    Page { rules }.render().expect("a String takes all")
}

impl<'a> Page<'a> {
    fn scopes(&self) -> Vec<(&'a str, Vec<&'a Rule>)> {
        let mut scopes: Vec<(&str, Vec<&Rule>)> = Vec::new();
        for rule in self.rules {
            let scope = id_scope(&rule.id, 2);
            match scopes.iter_mut().find(|(known, _)| *known == scope) {
                Some((_, rules)) => rules.push(rule),
                None => scopes.push((scope, vec![rule])),
            }
        }
        scopes
    }

    fn sources(&self) -> impl Iterator<Item = &'static Source> {
        SOURCES
            .iter()
            .copied()
            .filter(|source| self.rules.iter().any(|rule| rule.clause().source.key == source.key))
    }
}

fn expected(rule: &Rule) -> String {
    let mut all: Vec<String> = rule
        .expectations
        .iter()
        .map(|(name, expectation)| format!("*{}*: {}", cell(name), cell(expectation)))
        .collect();
    if rule.is_history {
        all.push(
            "some order of the calls explains what each was answered, and what is listed then".to_owned(),
        );
    }
    if rule.is_monitor() {
        all.push("of every exchange, whatever the rule".to_owned());
    }
    all.join("<br>")
}

/// A text in a table, as it is.
fn cell(text: impl Display) -> String {
    let mut escaped = String::new();
    for character in text.to_string().chars() {
        match character {
            '\n' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '$' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::catalogue;

    #[test]
    fn every_rule_has_a_row_of_five_cells() {
        let all: Vec<&Rule> = catalogue().iter().collect();
        let page = page(&all);
        for rule in all {
            let start = format!("| `{}` |", rule.id);
            let rows: Vec<&str> = page.lines().filter(|line| line.starts_with(&start)).collect();
            assert_eq!(rows.len(), 1, "{}", rule.id);
            let bars = rows[0].replace("\\\\", "").replace("\\|", "").matches('|').count();
            assert_eq!(bars, 6, "{}", rows[0]);
        }
    }
}
