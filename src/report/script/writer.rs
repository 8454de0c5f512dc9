//! Writes scripts: `templates/script.sh` has what they have in common.

use super::cli;
use super::decision::{Decision, compares, decision, is_about_time};
use super::replay::{Act, Captured, Source, acts, captured, captured_for, input_text, pieces};
use super::request::{body, deviation, endpoint, is_json, judged, options, planned};
use super::shell::{printf_format, quote, single_quoted, word};
use crate::exchange::Exchange;
use crate::exchange::untrusted::escape;
use crate::judge::finding::{Class, Finding};
use crate::results::TargetInfo;
use crate::rules::Rule;
use crate::service::{PROJECTS, RESOURCE_POLICIES, Resource, resource_created_by};
use askama::Template;
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::model::{Model, model};
use aws_conformance_generators::plan::{Call, Header, Signature};
use serde_json::json;
use std::fmt::Display;

/// A finding as a POSIX shell script around curl.
pub fn script(rule: &Rule, finding: &Finding, target: &TargetInfo) -> String {
    Writer::new(false, rule, finding, target).write()
}

/// A finding as a POSIX shell script around the AWS CLI.
///
/// # Errors
/// The reason why that client cannot say it.
pub fn aws_cli(rule: &Rule, finding: &Finding, target: &TargetInfo) -> Result<String, String> {
    let writer = Writer::new(true, rule, finding, target);
    let altered = matches!(&finding.violation.class, Class::Check(check) if is_about_time(check))
        || rule.id.ends_with(".monitor.response-types");
    match &writer.decision {
        Decision::Http(_) => return Err("the AWS CLI shows no status and no headers".to_owned()),
        _ if altered => {
            return Err("the AWS CLI shows the types of answers, and times, in a form of its own".to_owned());
        }
        _ => {}
    }
    match writer.sent().find_map(|exchange| cli::obstacle(finding, exchange, &writer.region)) {
        Some(reason) => Err(reason),
        None => Ok(writer.write()),
    }
}

/// What a finding's judged request needs around it before it shows the violation, in words; none where it
/// shows it alone.
pub fn around(rule: &Rule, finding: &Finding, target: &TargetInfo) -> Option<String> {
    let writer = Writer::new(false, rule, finding, target);
    let is_prepared = |act: &&Act<'_>| !matches!(act, Act::Judge(_) | Act::AtOnce(_));
    let before: usize = writer.acts.iter().take_while(is_prepared).map(|act| act.exchanges().len()).sum();
    let at_once =
        writer.acts.iter().find_map(|act| if let Act::AtOnce(all) = act { Some(all.len()) } else { None });
    let needs = [
        writer.makes_projects().then(|| "a project".to_owned()),
        (before > 0).then(|| {
            if before == 1 { "1 call before it".to_owned() } else { format!("{before} calls before it") }
        }),
        at_once.map(|all| format!("{} beside it", all.saturating_sub(1))),
        compares(finding).then(|| "a listing after it".to_owned()),
    ];
    let needs: Vec<String> = needs.into_iter().flatten().collect();
    (!needs.is_empty()).then(|| needs.join(", "))
}

/// A script in the making.
#[derive(Template)]
#[template(path = "script.sh", escape = "none")]
struct Writer<'a> {
    /// Whether it calls with the AWS CLI, and not with curl.
    aws_cli: bool,
    rule: &'a Rule,
    finding: &'a Finding,
    target: &'a TargetInfo,
    region: String,
    acts: Vec<Act<'a>>,
    captured: Vec<Captured<'a>>,
    decision: Decision,
}

impl<'a> Writer<'a> {
    fn new(aws_cli: bool, rule: &'a Rule, finding: &'a Finding, target: &'a TargetInfo) -> Self {
        let acts = acts(finding, compares(finding));
        let captured = captured(finding, &acts, target.user_project.as_deref());
        let decision = decision(rule, finding, &acts);
        let region = judged(finding).map_or(&target.region, |(_, exchange)| &exchange.request.region);
        // A call to another region is written out; where all go there, it is the script's region.
        let elsewhere = acts.iter().flat_map(Act::exchanges).any(|one| one.request.region != *region);
        let region = if elsewhere { target.region.clone() } else { region.clone() };
        Self { aws_cli, rule, finding, target, region, acts, captured, decision }
    }

    fn write(&self) -> String {
        self.render().expect("a String takes all") + "\n"
    }

    fn model(&self) -> &'static Model {
        model(self.rule.service)
    }

    fn sent(&self) -> impl Iterator<Item = &'a Exchange> {
        self.acts.iter().flat_map(Act::exchanges)
    }

    fn facts(&self) -> [(&'static str, String); 5] {
        let (rule, violation) = (self.rule, &self.finding.violation);
        let clause = rule.clause();
        [
            ("rule", format!("{}, {}", rule.id, violation.class)),
            ("clause", format!("{}, {clause}", clause.source.title)),
            ("partition", self.finding.case.partition.clone()),
            ("expected", violation.expected.clone()),
            ("observed", violation.observed.clone()),
        ]
        .map(|(name, fact)| (name, escape(&fact, 400)))
    }

    fn url(&self) -> String {
        quote(endpoint(self.target, self.rule.service))
    }

    /// Whether it has names of its own in the place of a run's.
    fn names_run(&self) -> bool {
        self.captured.iter().any(|one| matches!(one.from, Source::Run))
    }

    /// Whether some calls have to be accepted.
    fn needs_success(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Prepare { needed: true, .. }))
    }

    /// Whether it captures what is answered.
    fn gets(&self) -> bool {
        self.captured.iter().any(|one| matches!(one.from, Source::Answer(..) | Source::Project))
    }

    /// Whether it derives a value from another.
    fn derives(&self) -> bool {
        self.captured.iter().any(|one| matches!(one.from, Source::Variable(..)))
    }

    /// Whether it makes projects, as the run had leased them, or waits for some.
    fn makes_projects(&self) -> bool {
        let settles = self.acts.iter().any(|act| matches!(act, Act::Settle { .. }));
        settles || self.captured.iter().any(|one| matches!(one.from, Source::Project))
    }

    /// Whether projects are to be removed.
    fn keeps_projects(&self) -> bool {
        self.makes_projects() || self.creations().any(|(made, _)| made.settles)
    }

    /// A text as a word, with what was captured in its place.
    fn word(&self, text: &str) -> String {
        self.word_of(None, text)
    }

    /// The same of what a planned call sends.
    fn word_of(&self, call: Option<&Call>, text: &str) -> String {
        word(&pieces(text, &captured_for(call, &self.captured)))
    }

    /// What may be made, by the table of its resource.
    fn creations(&self) -> impl Iterator<Item = (&'static Resource, &'a Exchange)> {
        self.sent().filter_map(|exchange| Some((resource_created_by(&exchange.request.operation)?, exchange)))
    }

    /// Whether a listing has policies of the account that the script is to make, as a filter of jq: they are
    /// somebody's.
    fn claim(&self) -> Option<String> {
        let of_account = self.creations().filter(|(made, _)| made.scope.is_none() && !made.settles);
        let mut names: Vec<String> =
            of_account.filter_map(|(made, exchange)| input_text(exchange, made.names.create)).collect();
        names.sort();
        names.dedup();
        let (items, all) = (RESOURCE_POLICIES.items, json!(names));
        let filter = format!("any(.[] | .{items}?[]?.PolicyName?; . as $n | any({all}[]; . == $n))");
        (!names.is_empty()).then(|| self.word(&filter))
    }

    /// The inputs that remove what the script makes, but for projects, each with its operation.
    fn removals(&self) -> Vec<(String, &'static str)> {
        let mut removals = Vec::new();
        for (made, exchange) in self.creations() {
            let Some(name) = input_text(exchange, made.names.create).filter(|_| !made.settles) else {
                continue;
            };
            let mut input = json!({});
            if let Some(scope) = made.scope {
                let Some(scoped) = input_text(exchange, scope) else { continue };
                let is_own = self.captured.iter().any(|one| one.value == scoped);
                if !is_own && self.target.user_project.as_ref() != Some(&scoped) {
                    continue;
                }
                input[scope] = json!(scoped);
            }
            input[made.names.removal] = json!(name);
            let removal = (self.word(&input.to_string()), made.delete);
            if !removals.contains(&removal) {
                removals.push(removal);
            }
        }
        removals
    }

    /// The projects that the run had leased: variable, input, name, and what is derived from the ARN.
    fn leased(&self) -> Vec<(&str, String, String, Vec<String>)> {
        let projects = self.captured.iter().filter(|one| matches!(one.from, Source::Project));
        let leased = projects.map(|one| {
            let name = project_name(&one.value).unwrap_or("awsc-reproduced");
            let input = json!({ PROJECTS.names.create: name }).to_string();
            (one.variable.as_str(), self.word(&input), self.word(name), self.derived(&one.variable))
        });
        leased.collect()
    }

    /// Captures what is derived from a variable.
    fn derived(&self, variable: &str) -> Vec<String> {
        let of = self.captured.iter().filter_map(|one| match &one.from {
            Source::Variable(from, filter) if from == variable => {
                Some(format!("{}=$(derive \"${from}\" {})", one.variable, single_quoted(filter)))
            }
            _ => None,
        });
        of.collect()
    }

    /// The input of a listing as a word, without its braces and the token of a page.
    fn listed(&self, page: &Exchange) -> String {
        let mut input = page.request.input().cloned().unwrap_or_default();
        if let Some(input) = input.as_object_mut() {
            input.remove("NextToken");
        }
        self.word(input.to_string().trim_start_matches('{').trim_end_matches('}'))
    }

    /// Whether curl signs a content type that it was told not to send, so that whoever verifies signatures refuses
    /// the call.
    fn signs_what_is_not_sent(&self, exchange: &Exchange) -> bool {
        planned(self.finding, &exchange.label).is_some_and(|call| {
            call.wire.content_type == Some(Header::Absent) && call.wire.signature == Signature::Valid
        })
    }

    /// The lines that write a request's body and send it.
    fn sending(&self, exchange: &Exchange, label: impl Display) -> String {
        let call = planned(self.finding, &exchange.label);
        let body = match body(exchange, call) {
            None => "stop 'the body was too long to be kept'".to_owned(),
            Some([]) => ": >\"$dir/in\"".to_owned(),
            Some(bytes) if is_json(bytes, call) => {
                let text = String::from_utf8_lossy(bytes);
                format!("printf '%s' {} >\"$dir/in\"", self.word_of(call, &text))
            }
            Some(bytes) => format!("printf '{}' >\"$dir/in\"", printf_format(bytes)),
        };
        let operation = &exchange.request.operation;
        let sent = match deviation(exchange, call, &self.region) {
            Some(wire) => {
                let region =
                    if exchange.request.region == self.region { "$REGION" } else { &exchange.request.region };
                let user = ["$AWS_ACCESS_KEY_ID", "$AWS_SECRET_ACCESS_KEY"];
                let options = options(exchange, &wire, region, "$ENDPOINT", user);
                format!("call {label} {} {}", quote(operation), options.join(" "))
            }
            None => format!("ask {label} {operation}"),
        };
        format!("{body} && {sent}")
    }

    /// Captures what an answer has, and notes the projects that were made.
    fn made(&self, exchange: &Exchange) -> Option<String> {
        let mut parts = Vec::new();
        if resource_created_by(&exchange.request.operation).is_some_and(|made| made.settles)
            && let Some(name) = input_text(exchange, PROJECTS.names.create)
        {
            // Whatever ARN is answered, only a project of this name is the script's to remove.
            let name = json!(format!(":project/{name}/"));
            let filter = self.word(&format!(".ProjectArn? | strings | select(contains({name}))"));
            parts.push(format!("jq -r {filter} \"$dir/out\" >>\"$dir/projects\""));
        }
        let captured = self.captured.iter().filter_map(|one| match &one.from {
            Source::Answer(from, filter) if std::ptr::eq(*from, exchange) => Some((one, filter)),
            _ => None,
        });
        let mut needed = "";
        for (one, filter) in captured {
            needed = " || exit 2";
            parts.push(format!("{}=$(get {})", one.variable, quote(filter)));
            parts.extend(self.derived(&one.variable));
        }
        (!parts.is_empty()).then(|| parts.join(" && ") + needed)
    }
}
