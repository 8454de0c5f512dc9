//! Findings grouped by cause: one bad error shape is one cause, not ninety failures.

use super::model::{Results, RuleResult};
use crate::exchange::{Exchange, Outcome, Request, Trace};
use crate::judge::finding::{AND_THEN, Class, Finding, Verdict, Violation, occurrences};
use crate::rules::expectation::Level;
use crate::rules::{Rule, id_scope};
use crate::service::{RESOURCE_POLICIES, is_documented, resource_created_by, resource_listed_by};
use aws_conformance_generators::model::{Kind, Member, model};
use aws_conformance_generators::plan::{Call, Service};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that have one cause.
pub struct Cause<'a> {
    /// The strictest level among them.
    pub level: Level,
    /// What they have in common.
    pub headline: String,
    /// The findings, the strictest first.
    pub findings: Vec<(&'a RuleResult, &'a Finding)>,
}

impl<'a> Cause<'a> {
    /// The ids of the rules of all findings but the first.
    pub fn other_rules(&self) -> Vec<&'a str> {
        let others = self.findings.iter().skip(1);
        let mut others: Vec<&str> = others.map(|(result, _)| result.rule.id.as_str()).collect();
        others.dedup();
        others
    }
}

/// The causes of a run's findings that no waiver covers: the gravest first, then the most frequent.
pub fn causes(results: &Results) -> Vec<Cause<'_>> {
    let (lenient, messages) = (Lenient::of(results), Messages::of(results));
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (result, finding) in results.open_findings() {
        let headline = headline(result, finding, &lenient, &messages);
        let keys = symptom(result, finding).into_iter().chain([headline.clone()]).collect();
        let level = finding.violation.level;
        let cause = Cause { level, headline, findings: vec![(result, finding)] };
        let (same, mut others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| !group.keys.is_disjoint(&keys));
        let mut all = same.into_iter().chain([Group { keys, cause }]);
        if let Some(mut first) = all.next() {
            all.for_each(|other| first.join(other));
            others.push(first);
        }
        groups = others;
    }
    let mut causes: Vec<Cause<'_>> = with_consequences(groups).into_iter().map(|group| group.cause).collect();
    for cause in &mut causes {
        // A monitor says best what is wrong with every response. A rule of which most cases went wrong is about
        // what is broken; one that varies something else has a few such cases among others.
        cause.findings.sort_by_key(|(result, finding)| {
            let part = finding.partitions.len() as u64 * 1_000 / result.cases.max(1);
            let is_monitor = matches!(finding.violation.class, Class::Monitor(_));
            (Reverse(finding.violation.level), Reverse(is_monitor), Reverse(part))
        });
    }
    causes.sort_by_key(|cause| {
        let is_rare = cause.findings.iter().all(|(_, finding)| finding.reproduced.is_intermittent());
        (Reverse(cause.level), is_rare, subject(cause), Reverse(cause.findings.len()))
    });
    causes
}

/// Codes of the framework that blame the caller.
const CLIENT_CODES: [&str; 2] = ["ValidationException", "SerializationException"];

/// A cause, and what its findings have in common with each other.
struct Group<'a> {
    keys: BTreeSet<String>,
    cause: Cause<'a>,
}

impl Group<'_> {
    fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.cause.level = self.cause.level.max(other.cause.level);
        self.cause.findings.extend(other.cause.findings);
    }

    /// The findings about a service.
    fn of(&self, service: Service) -> impl Iterator<Item = &Finding> {
        let findings = self.cause.findings.iter();
        findings.filter(move |(result, _)| result.rule.service == service).map(|(_, finding)| *finding)
    }

    /// How many rules of a service show that a single call is not read back.
    fn unread(&self, service: Service) -> usize {
        self.of(service).filter(|finding| matches!(finding.violation.class, Class::Listing(_))).count()
    }
}

/// The same causes, where single calls are not read back as they should be. Several rules that say so leave
/// nothing to tell from a race that no order explains; and where most findings of a service say so, the others
/// follow that need what was put before.
fn with_consequences(mut groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    const SEVERAL: usize = 4;
    const MANY: usize = 8;
    for service in Service::ALL {
        let unread: usize = groups.iter().map(|group| group.unread(service)).sum();
        let all: usize = groups.iter().map(|group| group.of(service).count()).sum();
        let (is_several, is_most) = (unread >= SEVERAL, unread >= MANY && unread * 2 >= all);
        let Some(at) = (0..groups.len()).max_by_key(|at| groups[*at].unread(service)) else { continue };
        let mut main = groups.swap_remove(at);
        let follows = |group: &Group<'_>| {
            let mut findings = group.cause.findings.iter().map(|(_, finding)| *finding);
            group.of(service).count() == group.cause.findings.len()
                && ((is_several && findings.clone().all(is_race))
                    || (is_most && findings.all(needs_what_was_put)))
        };
        let (following, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(follows);
        following.into_iter().for_each(|group| main.join(group));
        groups = others;
        groups.push(main);
    }
    groups
}

/// Whether no order of calls at the same time explains a finding.
fn is_race(finding: &Finding) -> bool {
    matches!(finding.violation.class, Class::NoOrder | Class::Needless)
}

/// Whether a finding is about a policy that was put before, or about a listing of what was.
fn needs_what_was_put(finding: &Finding) -> bool {
    let Violation { class, label, .. } = &finding.violation;
    let Some(judged) = finding.case.plan.calls().find(|call| call.label == *label) else { return false };
    let name = |call: &Call| call.member(RESOURCE_POLICIES.names.create).cloned();
    let is_about = |put: &Call| {
        resource_created_by(&put.operation).is_some()
            && (name(put) == name(judged) || resource_listed_by(&judged.operation).is_some())
    };
    let mut before = finding.case.plan.calls().take_while(|call| call.label != *label);
    !matches!(class, Class::Monitor(_) | Class::ServerError | Class::NoResponse) && before.any(is_about)
}

/// What findings of several classes have in common: a response without its output, which every check misses in
/// its own way, or the difference that was seen in the state.
fn symptom(result: &RuleResult, finding: &Finding) -> Option<String> {
    let Violation { class, label, observed, .. } = &finding.violation;
    let judged = finding.evidence.iter().flat_map(Trace::exchanges).find(|one| one.label == *label);
    if matches!(class, Class::Check(_) | Class::Monitor(_))
        && let Some(operation) = judged.and_then(without_output)
    {
        return Some(format!("no output of {operation}"));
    }
    let difference = match class {
        Class::Check(_) | Class::Listing(_) => observed.as_str(),
        Class::RefusedButChanged => observed.split_once(AND_THEN)?.1,
        _ => return None,
    };
    let first = difference.split(';').next().unwrap_or_default();
    Some(format!("{}, {}", gist(first), result.rule.service))
}

/// The operation of a success that has none of the members of its output, or none of their types.
fn without_output(exchange: &Exchange) -> Option<&str> {
    let Outcome::Success(response) = exchange.outcome() else { return None };
    let Request { service, operation, .. } = &exchange.request;
    let output = &model(*service).operation(operation)?.output;
    let is_there = |member: &Member| {
        let value = response.json().and_then(|json| json.get(&member.name));
        value.is_some_and(|value| match &member.shape.kind {
            Kind::Structure(_) | Kind::Map(..) => value.is_object(),
            Kind::List(_) => value.is_array(),
            _ => !value.is_null(),
        })
    };
    (!output.members.is_empty() && !output.members.iter().any(is_there)).then_some(operation)
}

/// What a cause is about, in the order in which causes are best read: habits of every answer, which hide
/// what they answer; single calls; and what comes of several, which may follow from the others.
fn subject(cause: &Cause<'_>) -> u8 {
    let Some((result, finding)) = cause.findings.first() else { return 1 };
    match (&finding.violation.class, id_scope(&result.rule.id, 2).rsplit('.').next()) {
        (Class::Monitor(_), _) => 0,
        (_, Some("lifecycle" | "concurrency")) => 2,
        _ => 1,
    }
}

/// What makes two findings the same cause.
fn headline(result: &RuleResult, finding: &Finding, lenient: &Lenient, messages: &Messages) -> String {
    let rule = result.rule;
    let class = &finding.violation.class;
    let unknown_code = matches!(class, Class::Code(code) if !is_documented(rule.service, code));
    if unknown_code || rule.id.ends_with(".monitor.error-known") {
        return format!("codes that no document names, {}", rule.service);
    }
    // A server error now and then is another cause than one that always comes.
    let often = if finding.reproduced.is_intermittent() { ", intermittent" } else { "" };
    // The message behind the code differs from case to case.
    let (answer, _) = parts(finding);
    match class {
        Class::Monitor(class) if class.starts_with("status-2") => no_error_status(rule.service),
        Class::Monitor(_) | Class::ServerError if is_refusal_of(rule.service, answer) => {
            format!("refusals with the status of a server error, {}", rule.service)
        }
        Class::Status(status) if (200..300).contains(status) => no_error_status(rule.service),
        // A monitor is about one habit, whatever the operation.
        Class::Monitor(_) => rule.id.clone(),
        Class::ServerError => format!("{class}, {answer}{}{often}", messages.behind(result, finding)),
        Class::Refused(_) | Class::Code(_) | Class::Status(_) => format!("{class}, {answer}{often}"),
        Class::Accepted => {
            // What is accepted wrongly has to do with what was sent: the member that the rule is about,
            // unless nothing at all is refused.
            let scope = |parts: &[usize]| {
                parts
                    .iter()
                    .map(|parts| id_scope(&rule.id, *parts))
                    .find(|scope| lenient.scopes.contains(scope))
            };
            match (scope(&[1, 2]), member(rule).filter(|name| lenient.members.contains(name))) {
                (Some(scope), _) => format!("{class}, {scope}"),
                // Whatever the rule is about that sent it.
                _ if puts_no_json(finding) => {
                    format!("{class}, documents that are no JSON, {}", rule.service)
                }
                _ if let Some(label) = lenient.mistyped_as(rule, finding) => {
                    format!("{class}, {label} for another JSON type, {}", rule.service)
                }
                (None, Some((service, member))) => format!("{class}, {member} of {service}"),
                (None, None) => format!("{class}, {}", scope(&[3]).unwrap_or(&rule.id)),
            }
        }
        _ => format!("{class}, {}", rule.service),
    }
}

/// Whether an answer has the status of a server error, and the code of a refusal.
fn is_refusal_of(service: Service, answer: &str) -> bool {
    let Some((status, code)) = answer.strip_prefix("HTTP ").and_then(|rest| rest.split_once(' ')) else {
        return false;
    };
    let statuses = model(service).statuses(code).unwrap_or_default();
    let is_of_client = CLIENT_CODES.contains(&code) || statuses.iter().any(|status| *status < 500);
    status.starts_with('5') && is_of_client
}

/// Whether what was judged put a document that is no JSON.
fn puts_no_json(finding: &Finding) -> bool {
    let mut exchanges = finding.evidence.iter().flat_map(Trace::exchanges);
    let judged = exchanges.find(|exchange| exchange.label == finding.violation.label);
    let document = judged.and_then(|exchange| exchange.request.input()?.get("PolicyDocument")?.as_str());
    document.is_some_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_err())
}

fn no_error_status(service: Service) -> String {
    format!("errors with a status that is no error's, {service}")
}

/// What was answered, without its message, and the message.
fn parts(finding: &Finding) -> (&str, &str) {
    let (observed, _) = occurrences(&finding.violation.observed);
    observed.split_once(": ").unwrap_or((observed, ""))
}

/// The messages of server errors, by what was answered: another message is another defect.
struct Messages(BTreeMap<String, BTreeSet<String>>);

impl Messages {
    /// With more than so many, they differ from case to case, and the operation tells defects apart.
    const SEVERAL: usize = 6;

    fn of(results: &Results) -> Self {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let failed = results.open_findings().filter(|(_, one)| one.violation.class == Class::ServerError);
        for (answer, message) in failed.map(|(_, finding)| parts(finding)) {
            messages.entry(answer.to_owned()).or_default().insert(gist(message));
        }
        Self(messages)
    }

    /// What tells a server error from others that were answered alike.
    fn behind(&self, result: &RuleResult, finding: &Finding) -> String {
        let (answer, message) = parts(finding);
        match self.0.get(answer).map_or(0, BTreeSet::len) {
            0 | 1 => String::new(),
            2..=Self::SEVERAL => format!(": {}", gist(message)),
            _ => format!(", {}", id_scope(&result.rule.id, 2)),
        }
    }
}

/// A message without what differs from case to case: what is quoted, and words with digits.
fn gist(message: &str) -> String {
    let unquoted: Vec<&str> = message.split(['\'', '"', '`']).step_by(2).collect();
    let has_digit = |word: &str| word.contains(|one: char| one.is_ascii_digit());
    let unquoted = unquoted.join("…");
    let words = unquoted.split_whitespace().map(|word| if has_digit(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(120).collect()
}

/// Whether a finding is that a value of a wrong JSON type is accepted.
fn is_mistyped(rule: &Rule, finding: &Finding) -> bool {
    finding.violation.class == Class::Accepted && rule.id.ends_with(".type")
}

/// Whether some of a rule's calls have to be refused.
fn refuses(rule: &Rule) -> bool {
    rule.expectations.iter().any(|(_, expectation)| expectation.is_refusal())
}

/// The service and the member that a rule is about, as its id has them.
fn member(rule: &'static Rule) -> Option<(Service, &'static str)> {
    Some((rule.service, rule.id.split('.').nth(2)?))
}

/// What is accepted out of habit.
struct Lenient {
    /// The services and operations of which nothing was refused that several rules say is, and the members of
    /// which most was not.
    scopes: BTreeSet<&'static str>,
    /// The members that several operations look at in the same way.
    members: BTreeSet<(Service, &'static str)>,
    /// The value of a wrong type that most members of a service take, where several do.
    mistyped: BTreeMap<Service, String>,
}

impl Lenient {
    /// So many rules show that it is a habit of a service or an operation,
    const SEVERAL: usize = 4;
    /// and so many operations that it is one of all that have a member.
    const OPERATIONS: usize = 3;

    fn of(results: &Results) -> Self {
        let mut found: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
        let mut operations: BTreeMap<(Service, &'static str), BTreeSet<&'static str>> = BTreeMap::new();
        let is_judged = |result: &&RuleResult| {
            matches!(result.verdict, Verdict::Conforms | Verdict::Violates | Verdict::Waived)
        };
        for result in results.rules.iter().filter(|result| refuses(result.rule)).filter(is_judged) {
            let accepts = result.findings.iter().any(|one| one.violation.class == Class::Accepted);
            if let Some(member) = member(result.rule).filter(|_| accepts) {
                operations.entry(member).or_default().insert(id_scope(&result.rule.id, 2));
            }
            for parts in [1, 2, 3] {
                let (rules, accepting) = found.entry(id_scope(&result.rule.id, parts)).or_default();
                *rules += 1;
                *accepting += usize::from(accepts);
            }
        }
        let is_lenient = |(scope, (rules, accepting)): (&'static str, (usize, usize))| {
            let is_member = scope.matches('.').count() == 2;
            let is_habit = match is_member {
                true => accepting * 2 >= rules,
                false => accepting == rules && rules >= Self::SEVERAL,
            };
            is_habit.then_some(scope)
        };
        let mut mistyped: BTreeMap<(Service, String), usize> = BTreeMap::new();
        for (result, finding) in
            results.open_findings().filter(|(result, finding)| is_mistyped(result.rule, finding))
        {
            for label in &finding.partitions {
                *mistyped.entry((result.rule.service, label.clone())).or_default() += 1;
            }
        }
        let mut mistyped: Vec<_> =
            mistyped.into_iter().filter(|(_, rules)| *rules >= Self::OPERATIONS).collect();
        mistyped.sort_by_key(|(_, rules)| Reverse(*rules));
        let mut most: BTreeMap<Service, String> = BTreeMap::new();
        for ((service, label), _) in mistyped {
            most.entry(service).or_insert(label);
        }
        let is_shared = |operations: &BTreeSet<&str>| operations.len() >= Self::OPERATIONS;
        let members = operations.into_iter().filter(|(_, operations)| is_shared(operations));
        Self {
            scopes: found.into_iter().filter_map(is_lenient).collect(),
            members: members.map(|(member, _)| member).collect(),
            mistyped: most,
        }
    }

    /// The value of a wrong type that several members take, where a finding shows it.
    fn mistyped_as(&self, rule: &Rule, finding: &Finding) -> Option<&String> {
        let label = self.mistyped.get(&rule.service).filter(|_| is_mistyped(rule, finding))?;
        finding.partitions.contains(label).then_some(label)
    }
}
