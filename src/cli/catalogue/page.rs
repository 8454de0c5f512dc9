//! The catalogue as a page of Markdown.

use crate::rules::source::SOURCES;
use crate::rules::{Rule, id_scope};
use std::fmt::Write;

/// What stands before the rules.
const HEAD: &str = "# Rules

Made by `aws-conformance list --format markdown`; a test fails where it is not what the catalogue says.

A rule of level *must* is settled by the documents; where a *should* rule is violated the sources leave room, but
not this much; of level *observe* nothing is promised, and what came back is recorded. *Expected* is what may come
back to each kind of call of the rule's cases. `aws-conformance explain RULE` names every partition and every
statement that a rule checks.
";

/// The page of these rules, by service and operation.
pub(super) fn page(rules: &[&Rule]) -> String {
    let mut text = HEAD.to_owned();
    let mut scopes: Vec<&str> = Vec::new();
    for rule in rules {
        let scope = id_scope(&rule.id, 2);
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    // Writing to a String does not fail.
    for scope in &scopes {
        let of: Vec<&&Rule> = rules.iter().filter(|rule| id_scope(&rule.id, 2) == *scope).collect();
        let _ = writeln!(text, "\n## {scope}\n\n| rule | level | varied | expected | citation |");
        let _ = writeln!(text, "|---|---|---|---|---|");
        for rule in of {
            let clause = rule.clause();
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} \\[{}\\] |",
                rule.id,
                rule.level,
                cell(&rule.varies),
                expected(rule),
                cell(&clause.to_string()),
                clause.source.key,
            );
        }
    }
    let cited = |key: &str| rules.iter().any(|rule| rule.clause().source.key == key);
    let _ = writeln!(text, "\n## Sources\n\n| key | document | provenance |\n|---|---|---|");
    for source in SOURCES.iter().filter(|source| cited(source.key)) {
        let _ =
            writeln!(text, "| {} | {} | {} |", source.key, cell(source.title), source.provenance.as_str());
    }
    text
}

fn expected(rule: &Rule) -> String {
    let mut all: Vec<String> = rule
        .expectations
        .iter()
        .map(|(name, expectation)| format!("*{}*: {}", cell(name), cell(&expectation.to_string())))
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
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
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
