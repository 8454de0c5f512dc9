//! What differs between two JSON reports: two runs against one target, or one suite against two.

use super::read::{ReadReport, Rule, Target};
use crate::exchange::changes;
use crate::exchange::untrusted::escaped;
use crate::results::lasting;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The form of the difference for programs.
const FORM: &str = "aws-conformance/diff/1";

/// What differs between two reports, and nothing else.
#[derive(Debug, PartialEq, Serialize)]
pub struct Difference {
    schema: &'static str,
    /// Whether the second is worse: a rule violates that did not, each time that it was tried, an operation
    /// disappeared, or a service could not be judged any more.
    pub worse: bool,
    a: Side,
    b: Side,
    not_judged: Vec<NotJudged>,
    operations: Vec<OperationChange>,
    rules_added: Vec<String>,
    rules_removed: Vec<String>,
    verdicts: Vec<VerdictChange>,
    violations: Vec<ViolationChange>,
    observations: Vec<ObservationChange>,
    shapes: Vec<ShapeDifference>,
}

/// One of two reports.
#[derive(Debug, PartialEq, Serialize)]
struct Side {
    target: String,
    region: String,
    version: String,
    seed: u64,
}

impl Side {
    fn of(report: &ReadReport) -> Self {
        let Target { kind, endpoint, region, .. } = &report.target;
        Self {
            target: endpoint.clone().unwrap_or_else(|| kind.clone()),
            region: region.clone(),
            version: report.version.clone(),
            seed: report.seed,
        }
    }
}

/// A service that only one of them could judge.
#[derive(Debug, PartialEq, Serialize)]
struct NotJudged {
    service: String,
    in_report: &'static str,
    reason: String,
}

#[derive(Debug, PartialEq, Serialize)]
struct OperationChange {
    operation: String,
    change: Change,
    /// What came instead of it.
    response: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    Appeared,
    Disappeared,
    Changed,
}

#[derive(Debug, PartialEq, Serialize)]
struct VerdictChange {
    rule: String,
    level: String,
    a: String,
    b: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether the side that violates did so in some attempts only, so that chance explains the change.
    likely_flake: bool,
    worse: bool,
}

impl VerdictChange {
    /// Whether the rule conforms on one side, and was not run on the other.
    fn is_only_not_run(&self) -> bool {
        matches!((self.a.as_str(), self.b.as_str()), ("conforms", "not-run") | ("not-run", "conforms"))
    }
}

#[derive(Debug, PartialEq, Serialize)]
struct ViolationChange {
    rule: String,
    class: String,
    change: Change,
    a: Option<String>,
    b: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct ObservationChange {
    rule: String,
    partition: String,
    a: Vec<String>,
    b: Vec<String>,
}

/// What the responses of an outcome have in the second report, and not in the first.
#[derive(Debug, PartialEq, Serialize)]
struct ShapeDifference {
    outcome: String,
    changes: Vec<String>,
}

impl Difference {
    /// What differs in the second report.
    pub fn between(a: &ReadReport, b: &ReadReport) -> Self {
        let mut difference = Self {
            schema: FORM,
            worse: false,
            a: Side::of(a),
            b: Side::of(b),
            not_judged: not_judged(a, b),
            operations: operations(a, b),
            rules_added: Vec::new(),
            rules_removed: Vec::new(),
            verdicts: Vec::new(),
            violations: Vec::new(),
            observations: observations(a, b),
            shapes: shapes(a, b),
        };
        let before: BTreeMap<&str, &Rule> = a.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        for rule in &b.rules {
            match before.get(rule.id.as_str()) {
                Some(before) => difference.rule(before, rule),
                None => difference.rules_added.push(rule.id.clone()),
            }
        }
        let now: BTreeSet<&str> = b.rules.iter().map(|rule| rule.id.as_str()).collect();
        let removed = a.rules.iter().filter(|rule| !now.contains(rule.id.as_str()));
        difference.rules_removed = removed.map(|rule| rule.id.clone()).collect();
        difference.worse = difference.verdicts.iter().any(|change| change.worse)
            || difference.operations.iter().any(|change| change.change == Change::Disappeared)
            || difference.not_judged.iter().any(|one| one.in_report == "b");
        difference
    }

    fn rule(&mut self, a: &Rule, b: &Rule) {
        if a.verdict != b.verdict {
            let is_flake = |rule: &Rule| is_violation(&rule.verdict) && rule.is_intermittent();
            let likely_flake = is_flake(a) || is_flake(b);
            self.verdicts.push(VerdictChange {
                rule: b.id.clone(),
                level: b.level.clone(),
                a: a.verdict.clone(),
                b: b.verdict.clone(),
                reason: b.reason.clone(),
                likely_flake,
                // What was not run may have been as bad before.
                worse: is_violation(&b.verdict)
                    && !is_violation(&a.verdict)
                    && a.verdict != "not-run"
                    && !likely_flake,
            });
        }
        let of = |rule: &Rule, class: &str| {
            let found = rule.violations.iter().find(|violation| violation.class == class);
            found.map(|violation| violation.observed.clone())
        };
        let classes = a.violations.iter().chain(&b.violations).map(|violation| &violation.class);
        for class in classes.collect::<BTreeSet<_>>() {
            let (before, now) = (of(a, class), of(b, class));
            let change = match (&before, &now) {
                (Some(before), Some(now)) if lasting(before) == lasting(now) => continue,
                (Some(_), Some(_)) => Change::Changed,
                (None, _) => Change::Appeared,
                (_, None) => Change::Disappeared,
            };
            let (rule, class) = (b.id.clone(), class.clone());
            self.violations.push(ViolationChange { rule, class, change, a: before, b: now });
        }
    }

    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.not_judged.is_empty()
            && self.operations.is_empty()
            && self.rules_added.is_empty()
            && self.rules_removed.is_empty()
            && self.verdicts.is_empty()
            && self.violations.is_empty()
            && self.observations.is_empty()
            && self.shapes.is_empty()
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, side) in [("A", &self.a), ("B", &self.b)] {
            let Side { target, region, version, seed } = side;
            let (target, region, version) = (escaped(target), escaped(region), escaped(version));
            writeln!(out, "{name}  {target}, region {region}, seed {seed}, version {version}")?;
        }
        if self.is_none() {
            return writeln!(out, "no difference");
        }
        for NotJudged { service, in_report, reason } in &self.not_judged {
            let name = in_report.to_uppercase();
            writeln!(out, "{}: could not be judged in {name}: {}", escaped(service), escaped(reason))?;
        }
        for OperationChange { operation, change, response } in &self.operations {
            let (operation, response) = (escaped(operation), escaped(response));
            match change {
                Change::Appeared => writeln!(out, "{operation}: appeared; before {response}")?,
                _ => writeln!(out, "{operation}: disappeared: {response}")?,
            }
        }
        for (ids, what) in [(&self.rules_added, "only in B"), (&self.rules_removed, "only in A")] {
            ids.iter().try_for_each(|id| writeln!(out, "{}: {what}", escaped(id)))?;
        }
        let (not_run, changed): (Vec<&VerdictChange>, Vec<&VerdictChange>) =
            self.verdicts.iter().partition(|change| change.is_only_not_run());
        for (verdict, [judged, other]) in [("conforms", ["A", "B"]), ("not-run", ["B", "A"])] {
            let count = not_run.iter().filter(|change| change.a == verdict).count();
            if count > 0 {
                writeln!(out, "{count} rules conform in {judged}, and were not run in {other}")?;
            }
        }
        for change in changed {
            let VerdictChange { rule, level, a, b, reason, likely_flake, worse } = change;
            let words = [rule, level, a, b].map(|word| escaped(word));
            let [rule, level, a, b] = words;
            let worse = match (worse, likely_flake) {
                (true, _) => ", worse",
                (false, true) => ", likely a flake: some attempts showed it, others did not",
                (false, false) => "",
            };
            let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {}", escaped(reason)));
            writeln!(out, "{rule} ({level}): {a} -> {b}{worse}{reason}")?;
            self.violations_of(&change.rule, out)?;
        }
        let told: BTreeSet<&String> = self.verdicts.iter().map(|change| &change.rule).collect();
        let others = self.violations.iter().map(|change| &change.rule).filter(|rule| !told.contains(rule));
        for rule in others.collect::<BTreeSet<_>>() {
            writeln!(out, "{}: violates in both, differently", escaped(rule))?;
            self.violations_of(rule, out)?;
        }
        for ObservationChange { rule, partition, a, b } in &self.observations {
            writeln!(out, "{} ({}): observed", escaped(rule), escaped(partition))?;
            writeln!(out, "    A  {}\n    B  {}", escaped(&a.join("; ")), escaped(&b.join("; ")))?;
        }
        for ShapeDifference { outcome, changes } in &self.shapes {
            writeln!(out, "{}: the shape changed: {}", escaped(outcome), escaped(&changes.join("; ")))?;
        }
        Ok(())
    }

    fn violations_of(&self, rule: &str, out: &mut dyn Write) -> io::Result<()> {
        for change in self.violations.iter().filter(|change| change.rule == rule) {
            let ViolationChange { class, a, b, .. } = change;
            writeln!(out, "  {}", escaped(class))?;
            for (name, observed) in [("A", a), ("B", b)] {
                if let Some(observed) = observed {
                    writeln!(out, "    {name}  {}", escaped(observed))?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a verdict is a violation, owned by somebody or not.
fn is_violation(verdict: &str) -> bool {
    matches!(verdict, "violates" | "waived")
}

/// The services that only one of the reports could judge, of those that both are about.
fn not_judged(a: &ReadReport, b: &ReadReport) -> Vec<NotJudged> {
    let about = |report: &ReadReport, service: &str| report.rules.iter().any(|rule| rule.service == service);
    let mut all = Vec::new();
    for (judged, other, in_report) in [(a, b, "b"), (b, a, "a")] {
        let (in_this, in_other) = (judged.judged(), other.judged());
        for service in in_this.difference(&in_other).filter(|service| about(other, service)) {
            let failures = other.target.failures.iter();
            let reason = failures.clone().find(|failure| failure.contains(*service)).or(failures.last());
            let reason = reason.cloned().unwrap_or_else(|| "no reason is given".to_owned());
            all.push(NotJudged { service: (*service).to_owned(), in_report, reason });
        }
    }
    all
}

/// The operations that only one of the targets has, of the services that both reports judged.
fn operations(a: &ReadReport, b: &ReadReport) -> Vec<OperationChange> {
    let (before, now) = (a.missing(), b.missing());
    let (judged_a, judged_b) = (a.judged(), b.judged());
    let mut all = Vec::new();
    let sides = [(&now, &before, Change::Disappeared), (&before, &now, Change::Appeared)];
    for (missing, others, change) in sides {
        for (operation, response) in missing.iter().filter(|(operation, _)| !others.contains_key(*operation))
        {
            let service = operation.split('.').next().unwrap_or_default();
            if judged_a.contains(service) && judged_b.contains(service) {
                let (operation, response) = (operation.clone(), (*response).to_owned());
                all.push(OperationChange { operation, change, response });
            }
        }
    }
    all
}

/// What came back differently where nothing is promised, of the partitions that both tried.
fn observations(a: &ReadReport, b: &ReadReport) -> Vec<ObservationChange> {
    let (before, now) = (a.observed(), b.observed());
    let mut all = Vec::new();
    for ((rule, partition), outcomes) in now {
        let Some(other) = before.get(&(rule, partition)).filter(|other| **other != outcomes) else {
            continue;
        };
        all.push(ObservationChange {
            rule: rule.to_owned(),
            partition: partition.to_owned(),
            a: other.iter().cloned().collect(),
            b: outcomes.into_iter().collect(),
        });
    }
    all
}

/// The outcomes that both reached, with other shapes.
fn shapes(a: &ReadReport, b: &ReadReport) -> Vec<ShapeDifference> {
    let both =
        a.shapes.0.iter().filter_map(|(outcome, before)| Some((outcome, before, b.shapes.0.get(outcome)?)));
    let all = both.map(|(outcome, before, now)| ShapeDifference {
        outcome: outcome.clone(),
        changes: changes(before, now),
    });
    all.filter(|one| !one.changes.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    /// A report with one rule.
    fn report(verdict: &str, violations: &Value) -> Value {
        let mut rule = json!({
            "id": "xray.PutResourcePolicy.PolicyName.length-max", "service": "xray", "level": "must",
            "verdict": verdict,
        });
        if *violations != json!([]) {
            rule["violations"] = violations.clone();
        }
        json!({
            "schema": "aws-conformance/report/1", "version": "1", "seed": 0,
            "target": {
                "kind": "endpoint", "endpoint": "http://127.0.0.1:1", "region": "us-east-1",
                "services": [{ "service": "xray", "missing": {} }], "failures": [],
            },
            "rules": [rule],
            "observations": [],
        })
    }

    fn violation(class: &str, observed: &str) -> Value {
        json!([{ "class": class, "observed": observed }])
    }

    fn without(member: &str, mut report: Value) -> Value {
        report["target"][member] = json!([]);
        report
    }

    fn with(path: &str, value: Value, mut report: Value) -> Value {
        *report.pointer_mut(path).expect("the report has it") = value;
        report
    }

    fn between(a: &Value, b: &Value) -> Difference {
        let read = |report: &Value| ReadReport::parse(report.to_string().as_bytes()).expect("it is a report");
        Difference::between(&read(a), &read(b))
    }

    fn good() -> Value {
        report("conforms", &json!([]))
    }

    fn bad() -> Value {
        report("violates", &violation("accepted", "HTTP 200 success"))
    }

    fn seen(reproduced: &str) -> Value {
        let mut report = bad();
        report["rules"][0]["violations"][0]["reproduced"] = json!(reproduced);
        report
    }

    fn observing(outcome: &str) -> Value {
        let observation = json!([{ "rule": "xray.x.y.z", "partition": "p", "outcome": outcome }]);
        with("/observations", observation, good())
    }

    fn shaped(body: &str) -> Value {
        let mut report = good();
        report["shapes"] = json!({ "xray.PutResourcePolicy.success": { "body": body } });
        report
    }

    fn missing(operation: &str) -> Value {
        with("/target/services/0/missing", json!({ operation: "HTTP 501" }), good())
    }

    #[rstest]
    #[case::nothing(good(), good(), false, "no difference")]
    #[case::still_violates(bad(), bad(), false, "no difference")]
    #[case::broken(good(), bad(), true, "length-max (must): conforms -> violates, worse")]
    #[case::broken_shows_how(good(), bad(), true, "  accepted\n    B  HTTP 200 success")]
    #[case::mended(bad(), good(), false, "violates -> conforms")]
    #[case::seen_now_and_then(good(), seen("1/3"), false, "conforms -> violates, likely a flake")]
    #[case::seen_each_time(good(), seen("3/3"), true, "conforms -> violates, worse")]
    #[case::no_longer_seen_now_and_then(seen("2/3"), good(), false, "violates -> conforms, likely a flake")]
    #[case::waived(bad(), report("waived", &violation("accepted", "HTTP 200 success")), false, "violates -> waived")]
    #[case::unknown(good(), report("inconclusive", &json!([])), false, "conforms -> inconclusive")]
    #[case::not_run_now(good(), report("not-run", &json!([])), false, "1 rules conform in A, and were not run in B")]
    #[case::not_run_before(report("not-run", &json!([])), bad(), false, "not-run -> violates\n")]
    #[case::other_class(bad(), report("violates", &violation("server-error", "HTTP 500")), false, "violates in both, differently")]
    #[case::other_message(bad(), report("violates", &violation("accepted", "HTTP 201 success")), false, "A  HTTP 200 success\n    B  HTTP 201 success")]
    #[case::other_name(
        report("violates", &violation("code-X", "HTTP 400 X: awsc-1a2b-3 of 1d9e0c1e-52f2-4d57-9a4c-0c6a1f6f7a11 (3 times)")),
        report("violates", &violation("code-X", "HTTP 400 X: awsc-9z8y-1 of 0a4c0c1e-52f2-4d57-9a4c-0c6a1f6f7a11 (4 times)")),
        false,
        "no difference"
    )]
    #[case::rule_added(with("/rules", json!([]), good()), bad(), false, "length-max: only in B")]
    #[case::rule_removed(bad(), with("/rules", json!([]), good()), false, "length-max: only in A")]
    #[case::operation_lost(
        good(),
        missing("PutResourcePolicy"),
        true,
        "xray.PutResourcePolicy: disappeared: HTTP 501"
    )]
    #[case::operation_found(missing("PutResourcePolicy"), good(), false, "xray.PutResourcePolicy: appeared")]
    #[case::unreachable(
        good(),
        with("/target/failures", json!(["xray: nobody answers"]), without("services", good())),
        true,
        "xray: could not be judged in B: xray: nobody answers"
    )]
    #[case::reachable_again(without("services", good()), good(), false, "xray: could not be judged in A")]
    #[case::observed(
        observing("HTTP 200"),
        observing("HTTP 400"),
        false,
        "(p): observed\n    A  HTTP 200\n    B  HTTP 400"
    )]
    #[case::shape(
        shaped("<string>"),
        shaped("<number>"),
        false,
        "xray.PutResourcePolicy.success: the shape changed: body was <string>, is <number>"
    )]
    #[case::hostile(good(), missing("\u{1b}[2J"), true, "xray.\\u{1b}[2J: disappeared")]
    fn only_what_differs_is_said(
        #[case] a: Value,
        #[case] b: Value,
        #[case] worse: bool,
        #[case] says: &str,
    ) {
        let difference = between(&a, &b);
        let mut text = Vec::new();
        difference.text(&mut text).expect("a Vec takes all");
        let text = String::from_utf8(text).expect("it is text");
        assert!(text.contains(says), "no {says:?} in:\n{text}");
        assert_eq!(difference.worse, worse, "{text}");
        assert_eq!(difference.is_none(), says == "no difference");
        assert_eq!(serde_json::to_value(&difference).expect("it is JSON")["worse"], worse);
    }
}
