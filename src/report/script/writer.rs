//! Writes scripts.

use super::decision::{Decision, compares, decision, is_about_time, is_in, with_listings, with_words};
use super::replay::{Act, Captured, Source, acts, captured, input_text, pieces};
use super::request::{body, deviation, is_json, judged, planned};
use super::shell::{printf_format, quote, single_quoted, word};
use super::{cli, request};
use crate::exchange::Exchange;
use crate::judge::finding::{Class, Finding};
use crate::results::TargetInfo;
use crate::rules::Rule;
use crate::service::{PROJECTS, RESOURCE_POLICIES, Resource, resource_created_by, resources};
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::plan::{Call, Header, Signature};
use serde_json::json;

/// The client that a script calls with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Curl,
    AwsCli,
}

/// A finding as a POSIX shell script around curl.
pub fn script(rule: &Rule, finding: &Finding, target: &TargetInfo) -> String {
    Writer::new(Client::Curl, rule, finding, target).write()
}

/// A finding as a POSIX shell script around the AWS CLI.
///
/// # Errors
/// The reason why that client cannot say it.
pub fn aws_cli(rule: &Rule, finding: &Finding, target: &TargetInfo) -> Result<String, String> {
    let writer = Writer::new(Client::AwsCli, rule, finding, target);
    let altered = matches!(&finding.violation.class, Class::Check(check) if is_about_time(check))
        || rule.id.ends_with(".monitor.response-types");
    match &writer.decision {
        Decision::Http(_) => return Err("the AWS CLI shows no status and no headers".to_owned()),
        _ if altered => {
            return Err("the AWS CLI shows the types of answers, and times, in a form of its own".to_owned());
        }
        _ => {}
    }
    let mut sent = writer.acts.iter().flat_map(Act::exchanges);
    match sent.find_map(|exchange| cli::obstacle(finding, exchange, &writer.region)) {
        Some(reason) => Err(reason),
        None => Ok(writer.write()),
    }
}

/// A script in the making.
pub(super) struct Writer<'a> {
    pub(super) client: Client,
    pub(super) rule: &'a Rule,
    pub(super) finding: &'a Finding,
    pub(super) target: &'a TargetInfo,
    pub(super) region: String,
    pub(super) acts: Vec<Act<'a>>,
    pub(super) captured: Vec<Captured<'a>>,
    decision: Decision,
    lines: Vec<String>,
}

/// What a finding's judged request needs around it before it shows the violation, in words; none where it
/// shows it alone.
pub fn around(rule: &Rule, finding: &Finding, target: &TargetInfo) -> Option<String> {
    let writer = Writer::new(Client::Curl, rule, finding, target);
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

impl<'a> Writer<'a> {
    fn new(client: Client, rule: &'a Rule, finding: &'a Finding, target: &'a TargetInfo) -> Self {
        let acts = acts(finding, compares(finding));
        let captured = captured(finding, &acts, target.user_project.as_deref());
        let decision = decision(rule, finding, &acts);
        let region = judged(finding).map_or(&target.region, |(_, exchange)| &exchange.request.region);
        // A call to another region is written out; where all go there, it is the script's region.
        let elsewhere = acts.iter().flat_map(Act::exchanges).any(|one| one.request.region != *region);
        let region = if elsewhere { target.region.clone() } else { region.clone() };
        Self { client, rule, finding, target, region, acts, captured, decision, lines: Vec::new() }
    }

    pub(super) fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn write(mut self) -> String {
        self.heading();
        self.functions();
        self.claim();
        self.clean_up();
        self.projects();
        for at in 0..self.acts.len() {
            self.act(at);
        }
        self.decide();
        self.lines.join("\n") + "\n"
    }

    /// What keeps each call for the decision, where that looks at answers.
    pub(super) fn log(&self) -> &'static str {
        match self.decision {
            Decision::Answer(_) | Decision::State(_) => {
                "    jq -cn --arg l \"$label\" --arg op \"$operation\" --arg outcome \"$outcome\" --rawfile in \"$dir/in\" --rawfile out \"$dir/out\" \\
        '{l: $l, op: $op, outcome: $outcome, in: ($in | try fromjson catch null), out: ($out | try fromjson catch null)}' >>\"$dir/calls\"\n"
            }
            _ => "",
        }
    }

    /// An operation as the arguments of `ask`.
    pub(super) fn names(&self, operation: &str, command: &str) -> String {
        match self.client {
            Client::Curl => operation.to_owned(),
            Client::AwsCli => format!("{operation} {command}"),
        }
    }

    fn ask(&self, label: &str, operation: &str) -> String {
        format!("ask {label} {}", self.names(operation, &cli::command(operation)))
    }

    pub(super) fn makes_projects(&self) -> bool {
        let settles = self.acts.iter().any(|act| matches!(act, Act::Settle { .. }));
        settles || self.captured.iter().any(|one| matches!(one.from, Source::Project))
    }

    /// A text as a word, with what was captured in its place.
    fn word(&self, text: &str) -> String {
        word(&pieces(text, &self.captured))
    }

    /// What may be made, by the table of its resource.
    fn creations(&self) -> impl Iterator<Item = (&'static Resource, &'a Exchange)> {
        let sent: Vec<&'a Exchange> = self.acts.iter().flat_map(Act::exchanges).collect();
        sent.into_iter()
            .filter_map(|exchange| Some((resource_created_by(&exchange.request.operation)?, exchange)))
    }

    /// Policies of the account that are there already are somebody's.
    fn claim(&mut self) {
        let of_account = self.creations().filter(|(made, _)| made.scope.is_none() && !made.settles);
        let mut names: Vec<String> =
            of_account.filter_map(|(made, exchange)| input_text(exchange, made.names.create)).collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return;
        }
        let ask = self.ask("claim", RESOURCE_POLICIES.list);
        self.line(format!("printf '{{}}' >\"$dir/in\" && {ask}"));
        let filter = format!(
            "any(.[] | .{}?[]?.PolicyName?; . as $n | any({}[]; . == $n))",
            RESOURCE_POLICIES.items,
            json!(names)
        );
        let filter = self.word(&filter);
        self.line(format!("jq -es {filter} \"$dir/out\" >\"$dir/claim\" 2>&1 && stop 'a policy of that name is there already'"));
    }

    /// What removes everything that the script made, however it ends.
    fn clean_up(&mut self) {
        let mut removals: Vec<String> = Vec::new();
        for (made, exchange) in self.creations() {
            let name = input_text(exchange, made.names.create);
            let input = match (made.scope, name) {
                (None, Some(name)) if !made.settles => json!({ made.names.removal: name }),
                (Some(scope), Some(name)) => {
                    let Some(scoped) = input_text(exchange, scope) else { continue };
                    if self.captured.iter().all(|one| one.value != scoped)
                        && self.target.user_project.as_ref() != Some(&scoped)
                    {
                        continue;
                    }
                    json!({ scope: scoped, made.names.removal: name })
                }
                _ => continue,
            };
            let body = self.word(&input.to_string());
            let removal =
                format!("    printf '%s' {body} >\"$dir/in\" && ({})", self.ask("clean-up", made.delete));
            if !removals.contains(&removal) {
                removals.push(removal);
            }
        }
        if self.makes_projects() || self.creations().any(|(made, _)| made.settles) {
            removals.push(format!(
                "    while read -r arn; do printf '{{\"ProjectArn\":\"%s\"}}' \"$arn\" >\"$dir/in\" && ({}); done <\"$dir/projects\"",
                self.ask("clean-up", PROJECTS.delete)
            ));
            self.line(": >\"$dir/projects\"");
        }
        self.line("clean_up() {");
        self.lines.extend(removals);
        self.line("    rm -rf \"$dir\"\n}\ntrap 'clean_up >\"$dir/clean-up\" 2>&1' EXIT && trap 'exit 2' HUP INT TERM");
    }

    /// Makes the projects that the run had leased.
    fn projects(&mut self) {
        let leased: Vec<(String, String)> = self
            .captured
            .iter()
            .filter(|one| matches!(one.from, Source::Project))
            .map(|one| {
                (one.variable.clone(), project_name(&one.value).unwrap_or("awsc-reproduced").to_owned())
            })
            .collect();
        for (variable, name) in leased {
            let body = self.word(&json!({ PROJECTS.names.create: name }).to_string());
            let ask = self.ask(&variable, PROJECTS.create);
            self.line(format!("printf '%s' {body} >\"$dir/in\" && {ask}"));
            let name = self.word(&name);
            self.line(format!("{variable}=$(get .ProjectArn) && echo \"${variable}\" >>\"$dir/projects\" && settle {name} CREATING || exit 2"));
            self.derived(&variable);
        }
    }

    /// Captures what is derived from a variable.
    fn derived(&mut self, variable: &str) {
        let of = self.captured.iter().filter_map(|one| match &one.from {
            Source::Variable(from, filter) if from == variable => {
                Some(format!("{}=$(derive \"${from}\" {})", one.variable, single_quoted(filter)))
            }
            _ => None,
        });
        self.lines.extend(of.collect::<Vec<_>>());
    }

    fn act(&mut self, at: usize) {
        match &self.acts[at] {
            Act::Prepare { exchange, needed } => {
                let (exchange, needed) = (*exchange, *needed);
                let sending = self.sending(exchange, &quote(&exchange.label));
                self.line(format!("{sending}{}", if needed { " && needed" } else { "" }));
                self.made(exchange);
            }
            Act::Judge(exchange) => {
                let exchange = *exchange;
                self.line("# The judged call.");
                let sending = self.sending(exchange, "judged");
                self.line(sending);
                let status = if self.client == Client::Curl { "HTTP $status, " } else { "" };
                self.line(format!(
                    "answer=$outcome && echo \"{status}$outcome\" && cat \"$dir/out\" && echo"
                ));
                if planned(self.finding, &exchange.label).is_some_and(has_no_content_type) {
                    self.line(UNSIGNED_TYPE);
                }
                self.made(exchange);
            }
            Act::AtOnce(exchanges) => {
                let exchanges = *exchanges;
                self.line("# These were sent at once.");
                for (number, exchange) in exchanges.iter().enumerate() {
                    let sending = self.sending(exchange, &quote(&exchange.label));
                    self.line(format!(
                        "(own=$dir/{number} && mkdir \"$own\" && dir=$own && {{\n{sending}\n}}; echo \"$label: $outcome\"; cat \"$dir/out\"; echo) &"
                    ));
                }
                self.line("wait");
            }
            Act::Settle { project, status } => {
                let line = format!("settle {} {status}", self.word(project));
                self.line(line);
            }
            // POSIX knows whole seconds only.
            Act::Pause(milliseconds) => {
                let line = format!("sleep {}", milliseconds.div_ceil(1000));
                self.line(line);
            }
            Act::List(name, page) => {
                let (name, page) = (*name, *page);
                let mut input = page.request.input().cloned().unwrap_or_default();
                if let Some(input) = input.as_object_mut() {
                    input.remove("NextToken");
                }
                let text = input.to_string();
                let inside = text.trim_start_matches('{').trim_end_matches('}');
                let inside = self.word(inside);
                let operation = self.names(&page.request.operation, &cli::command(&page.request.operation));
                self.line(format!("list {name} {inside} {operation}"));
            }
        }
    }

    /// The lines that write a request's body and send it.
    fn sending(&self, exchange: &Exchange, label: &str) -> String {
        let call = planned(self.finding, &exchange.label);
        let body = match body(exchange, call) {
            None => "stop 'the body was too long to be kept'".to_owned(),
            Some([]) => ": >\"$dir/in\"".to_owned(),
            Some(bytes) if is_json(bytes, call) => {
                let text = String::from_utf8_lossy(bytes);
                format!("printf '%s' {} >\"$dir/in\"", self.word(&text))
            }
            Some(bytes) => format!("printf '{}' >\"$dir/in\"", printf_format(bytes)),
        };
        let operation = &exchange.request.operation;
        let sent = match deviation(exchange, call, &self.region) {
            Some(wire) => {
                let region =
                    if exchange.request.region == self.region { "$REGION" } else { &exchange.request.region };
                let user = ["$AWS_ACCESS_KEY_ID", "$AWS_SECRET_ACCESS_KEY"];
                let options = request::options(exchange, &wire, region, "$ENDPOINT", user);
                format!("call {label} {} {}", quote(operation), options.join(" "))
            }
            None => self.ask(label, operation),
        };
        format!("{body} && {sent}")
    }

    /// Captures what an answer has, and notes the projects that were made.
    fn made(&mut self, exchange: &Exchange) {
        if resource_created_by(&exchange.request.operation).is_some_and(|made| made.settles)
            && let Some(name) = input_text(exchange, PROJECTS.names.create)
        {
            // Whatever ARN is answered, only a project of this name is the script's to remove.
            let filter =
                format!(".ProjectArn? | strings | select(contains({}))", json!(format!(":project/{name}/")));
            let filter = self.word(&filter);
            self.line(format!("jq -r {filter} \"$dir/out\" >>\"$dir/projects\""));
        }
        let answered: Vec<(String, String)> = self
            .captured
            .iter()
            .filter_map(|one| match &one.from {
                Source::Answer(from, filter) if std::ptr::eq(*from, exchange) => {
                    Some((one.variable.clone(), filter.clone()))
                }
                _ => None,
            })
            .collect();
        for (variable, filter) in answered {
            self.line(format!("{variable}=$(get {}) || exit 2", quote(&filter)));
            self.derived(&variable);
        }
    }

    fn decide(&mut self) {
        let success = "[ \"$answer\" = success ] || stop \"the judged call was refused with $answer\"\n";
        let line = match &self.decision {
            Decision::Unknown(reason) => {
                let reason = format!("stop {}", quote(reason));
                return self.line(reason);
            }
            Decision::Outcome(condition) => condition.clone(),
            Decision::Http(condition) => match self.finding.violation.class {
                // An endpoint that answers nothing at all is not there.
                Class::NoResponse => {
                    let listed = resources(self.rule.service).find(|one| one.scope.is_none());
                    let list = self.ask("there", listed.map_or("", |one| one.list));
                    format!("gone=$status && printf '{{}}' >\"$dir/in\" && {list}\n[ \"$gone\" = 000 ]")
                }
                _ => condition.clone(),
            },
            Decision::Answer(filter) => {
                let filter = single_quoted(&with_words(filter));
                let needs = if self.rule.id.contains(".monitor.") { "" } else { success };
                format!("{needs}jq -es --arg region \"$REGION\" {filter} \"$dir/calls\" >\"$dir/told\"")
            }
            Decision::State(filter) => {
                let judged = judged(self.finding).map(|(_, judged)| judged);
                let listed = self.acts.iter().find_map(|act| match act {
                    Act::List(_, page) => Some(*page),
                    _ => None,
                });
                // What is made or removed elsewhere is not to show here.
                let here = judged.filter(|judged| listed.is_none_or(|page| is_in(judged, page)));
                let filter = single_quoted(&with_listings(filter, here));
                format!(
                    "jq -es --slurpfile before \"$dir/before\" --slurpfile after \"$dir/after\" {filter} \"$dir/calls\" >\"$dir/told\""
                )
            }
        };
        self.line(line);
        let not_shown = match self.finding.reproduced.is_intermittent() {
            true => format!("stop 'it does not always show: {} times'", self.finding.reproduced),
            false => "echo 'the violation does not show' && exit 0".to_owned(),
        };
        self.line(format!("case $? in 0) echo 'the violation shows' && exit 1 ;; 1) {not_shown} ;; *) stop 'the answer is not what it takes to tell' ;; esac"));
    }
}

/// Curl signs a content type that it was told not to send, so that whoever verifies signatures refuses the call.
const UNSIGNED_TYPE: &str = "case $answer in InvalidSignatureException | SignatureDoesNotMatch) stop 'curl signs a content type that it does not send' ;; esac";

fn has_no_content_type(call: &Call) -> bool {
    call.wire.content_type == Some(Header::Absent) && call.wire.signature == Signature::Valid
}
