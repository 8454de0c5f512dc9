//! What stands before the acts of a script: facts, variables and functions.

use super::cli;
use super::replay::{Act, Source};
use super::request::endpoint;
use super::shell::quote;
use super::writer::{Client, Writer};
use crate::exchange::untrusted::escape;
use crate::judge::finding::Class;
use crate::service::PROJECTS;
use aws_conformance_generators::model::{Protocol, model};

impl Writer<'_> {
    pub(super) fn heading(&mut self) {
        let (rule, violation) = (self.rule, &self.finding.violation);
        let clause = rule.clause();
        let facts = [
            ("rule", format!("{}, {}", rule.id, violation.class)),
            ("clause", format!("{}, {clause}", clause.source.title)),
            ("partition", self.finding.case.partition.clone()),
            ("expected", violation.expected.clone()),
            ("observed", violation.observed.clone()),
        ];
        self.line("#!/bin/sh");
        for (name, fact) in facts {
            self.line(format!("# {name}: {}", escape(&fact, 400)));
        }
        let needs =
            if self.client == Client::Curl { "curl 7.75 and jq 1.6" } else { "the AWS CLI and jq 1.6" };
        self.line(format!("# Needs {needs}. Exit status: 1 it shows, 0 it does not, 2 nobody can tell."));
        let url = endpoint(self.target, rule.service).to_owned();
        if self.target.is_reference() {
            self.line("# First, with the faults of the run: aws-conformance serve --addr 127.0.0.1:4566");
        }
        self.line(format!(
            "ENDPOINT=${{ENDPOINT:-{}}} REGION=${{REGION:-{}}}",
            quote(&url),
            quote(&self.region)
        ));
        let variables = [
            "AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-test}",
            "AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-test}",
        ];
        let export = if self.client == Client::Curl { "" } else { "export AWS_PAGER='' AWS_MAX_ATTEMPTS=1 " };
        self.line(format!("{export}{}", variables.join(" ")));
        self.line("dir=$(mktemp -d) && trap 'rm -rf \"$dir\"' EXIT || exit 2");
        let run = self
            .captured
            .iter()
            .find_map(|one| if let Source::Run(length) = one.from { Some(length) } else { None });
        if let Some(length) = run {
            let digits = length - "awsc-".len();
            let bound = format!("1{}", "0".repeat(digits));
            self.line(format!("run=awsc-$(printf %0{digits}d $((($(date +%s) * 100000 + $$) % {bound})))"));
        }
    }

    pub(super) fn functions(&mut self) {
        self.line("stop() { echo \"it cannot be told: $*\" >&2; exit 2; }");
        let tool = if self.client == Client::Curl { "curl" } else { "aws" };
        self.line(format!(
            "{{ command -v {tool} && command -v jq; }} >/dev/null || stop '{tool} and jq are needed'"
        ));
        let service = model(self.rule.service);
        let slow =
            "*Thrott* | ProvisionedThroughputExceeded* | SlowDown | *TooManyRequests* | RequestLimitExceeded";
        if self.client == Client::Curl {
            let silent = match self.finding.violation.class {
                Class::NoResponse => "[ \"$label\" = judged ] || ",
                _ => "",
            };
            self.line(format!(
                "# Sends $dir/in and keeps status, code and answer: LABEL OPERATION CURL-OPTION...
call() {{
    label=$1 operation=$2 && shift 2 && : >\"$dir/head\" && : >\"$dir/out\"
    status=$(curl -sS --max-time 60 --globoff --path-as-is -D \"$dir/head\" -o \"$dir/out\" -w '%{{http_code}}' \\
        ${{AWS_SESSION_TOKEN:+-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"}} --data-binary \"@$dir/in\" \"$@\") || status=000
    type=$(tr -d '\\r' <\"$dir/head\" | sed -n 's/^[Xx]-[Aa]mzn-[Ee]rror[Tt]ype: *//p' | head -n 1)
    code=$({{ echo \"$type\"; jq -r '(.code?, .__type?) | strings' \"$dir/out\" 2>&-; }} | sed 's/:.*//; s/.*#//; s/ *$//; /^$/d' | head -n 1)
    outcome=${{code:-refused}}
    case $status$type/$code in 2??/*Exception | 2??/*Error) ;; 2??/*) outcome=success ;; esac
    case $status/$code in 000/) {silent}stop no answer ;; 429/ | */{}) stop throttled ;; esac
{}}}",
                slow.replace(" | ", " | */"),
                self.log(),
            ));
            let (content_type, target, path) = match service.protocol {
                Protocol::AwsJson11 => (
                    "application/x-amz-json-1.1",
                    format!(
                        " -H \"x-amz-target: {}.$2\"",
                        service.target_prefix.as_deref().unwrap_or_default()
                    ),
                    "",
                ),
                Protocol::RestJson1 => ("application/json", String::new(), "$2"),
            };
            self.line(format!(
                "ask() {{ call \"$1\" \"$2\" --aws-sigv4 \"aws:amz:$REGION:{}\" --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" -X POST \\
    -H 'content-type: {content_type}'{target} \"$ENDPOINT/{path}\"; }}",
                service.signing_name
            ));
        } else {
            self.line(format!(
                "# Sends $dir/in and keeps outcome and answer: LABEL OPERATION COMMAND
ask() {{
    label=$1 operation=$2 outcome=success
    said=$(aws --endpoint-url \"$ENDPOINT\" --region \"$REGION\" --output json --no-paginate {} \"$3\" \\
        --cli-input-json \"file://$dir/in\" 2>&1 >\"$dir/out\") ||
        outcome=$(printf '%s\\n' \"$said\" | sed -n 's/^.*An error occurred (\\([^)]*\\)).*/\\1/p' | head -n 1)
    case $outcome in '' | {slow}) stop \"$said\" ;; esac
{}}}",
                self.rule.service,
                self.log(),
            ));
        }
        if self.acts.iter().any(|act| matches!(act, Act::Prepare { needed: true, .. })) {
            self.line("needed() { [ \"$outcome\" = success ] || stop \"$label: $outcome\"; }");
        }
        if self.captured.iter().any(|one| matches!(one.from, Source::Answer(..) | Source::Project)) {
            self.line("get() { jq -er \"$1 | strings, numbers | tostring | tojson[1:-1]\" \"$dir/out\" || stop \"no $1 in the answer to $label\"; }");
        }
        if self.captured.iter().any(|one| matches!(one.from, Source::Variable(..))) {
            self.line("derive() { printf '\"%s\"' \"$1\" | jq -r \"$2 | tojson[1:-1]\"; }");
        }
        if self.acts.iter().any(|act| matches!(act, Act::List(..))) {
            let list = self.names("\"$3\"", "\"$4\"");
            self.line(format!(
                "list() {{ # every page: NAME INPUT-WITHOUT-BRACES OPERATION
    : >\"$dir/$1\" && token= pages=
    while printf '{{%s%s}}' \"$2\" \"${{token:+${{2:+,}}\\\"NextToken\\\":\\\"$token\\\"}}\" >\"$dir/in\" && ask list {list} && [ \"$outcome\" = success ] &&
        jq -c '(.ResourcePolicies // .ProjectPolicies // .ProjectDescriptions)[]?' \"$dir/out\" >>\"$dir/$1\" && pages=.$pages && [ ${{#pages}} -lt 20 ] &&
        token=$(jq -er '.NextToken | strings | select(. != \"\") | tojson[1:-1]' \"$dir/out\"); do :; done
    [ \"$outcome\" = success ] || echo \"{{\\\"PolicyName\\\":\\\"$outcome\\\"}}\" >>\"$dir/$1\"
}}"
            ));
        }
        if self.makes_projects() {
            let describe = self.names(PROJECTS.list, &cli::command(PROJECTS.list));
            self.line(format!(
                "settle() {{ # waits while a project has a status: NAME STATUS
    for second in $(seq 30); do printf '{{\"ProjectNames\":[\"%s\"]}}' \"$1\" >\"$dir/in\" && ask settle {describe} &&
        [ \"$(jq -r '.ProjectDescriptions[0].Status?' \"$dir/out\")\" = \"$2\" ] && sleep 1 || return 0; done
    stop \"the project $1 is still $2\"
}}"
            ));
        }
    }
}
