//! Annotations: what GitHub Actions shows beside a run, and in the pull request.

use super::detail::Detail;
use super::summary::Report;
use crate::results::causes;
use crate::rules::expectation::Level;

/// The most annotations of a kind that GitHub shows of a step.
const MOST: usize = 10;

/// A line for each cause, the gravest first, and for what kept a service from being judged.
pub fn annotations(report: &Report<'_>) -> Vec<String> {
    let causes = causes(report.results);
    let of = |level: Level, command: &'static str| {
        let causes = causes.iter().filter(move |cause| cause.level == level);
        causes.take(MOST).filter_map(move |cause| {
            let ((result, finding), others) = cause.findings.split_first()?;
            let detail = Detail::of(report, result, finding);
            let title = format!("{level} {} {}", result.rule.id, detail.class);
            let more = match others.len() {
                0 => String::new(),
                more => format!("\nfindings with the same cause: {more} more"),
            };
            let text = format!("expected {}\nobserved {}{more}", detail.expected, detail.observed);
            Some(command_line(command, &title, &text))
        })
    };
    let failures = report.results.failures.iter();
    let failures = failures.map(|failure| command_line("error", "not judged", &report.shown(failure)));
    let waivers = report.failing_waivers().map(|failing| command_line("error", "waiver", &failing));
    failures.chain(waivers).chain(of(Level::Must, "error")).chain(of(Level::Should, "warning")).collect()
}

/// A workflow command on one line, whatever the texts are.
fn command_line(command: &str, title: &str, text: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let title = data(title).replace(':', "%3A").replace(',', "%2C");
    format!("::{command} title={title}::{}", data(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{SECRET, conforming, hostile, report, target};
    use proptest::prelude::*;

    #[test]
    fn there_is_a_line_a_cause_and_no_more_than_are_shown() {
        let (target, hostile) = (target(), hostile());
        let lines = annotations(&report(&target, &hostile));
        assert_eq!(lines.len(), 1 + MOST);
        for line in &lines {
            assert!(line.starts_with("::error title="), "{line}");
            assert!(!line.contains(SECRET) && line.lines().count() == 1, "{line}");
        }
        assert!(annotations(&report(&target, &conforming())).is_empty());
    }

    proptest! {
        #[test]
        fn a_text_is_one_line_and_no_command_of_its_own(
            title in "(\\PC|\r|\n|[:,%]){0,20}",
            text in "(\\PC|\r|\n|%0A|::error::){0,20}",
        ) {
            let line = command_line("error", &title, &text);
            prop_assert!(!line.contains(['\r', '\n']));
            let (head, data) = line[2..].split_once("::").unwrap();
            let read = |text: &str| {
                let text = text.replace("%3A", ":").replace("%2C", ",");
                text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
            };
            prop_assert_eq!(read(head), format!("error title={title}"));
            prop_assert_eq!(data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"), text);
        }
    }
}
