//! Reproduction scripts: a finding as something to paste into a shell.
//!
//! A script sets up, captures what the server made, sends the judged call, shows the answer and
//! removes what it made. It is POSIX shell, names credentials by their environment variables alone,
//! and holds nothing that a terminal would act on.

mod cli;
mod functions;
mod shell;
mod steps;
#[cfg(test)]
mod tests;
mod values;

use crate::exchange::untrusted::{escape, without_userinfo};
use crate::execute::target::{Location, Target};
use crate::service::spare_regions;
use aws_conformance_generators::plan::{Case, Plan, Service};
use functions::{AWS_CLI, CLIENT_FUNCTIONS, CURL, FUNCTIONS, Function, REMOVALS, TEAR_DOWN};
use shell::quote;
use std::collections::{BTreeMap, BTreeSet};
use steps::{Writer, services};
use values::Values;

/// What a script says of the finding that it reproduces.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The rule's id.
    pub rule: String,
    /// The clause.
    pub clause: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub observed: String,
}

/// The endpoint that a script talks to unless it is format_failures otherwise.
#[derive(Clone, Debug)]
pub struct ScriptTarget {
    /// A URL for each service.
    pub urls: BTreeMap<Service, String>,
    /// The region that requests are signed for.
    pub region: String,
    /// The account id.
    pub account: String,
    /// Whether the endpoint is the embedded reference, which has to be served first.
    pub embedded: bool,
}

impl ScriptTarget {
    /// What scripts need to know of a target.
    pub fn of(target: &Target) -> Self {
        let embedded = matches!(target.location, Location::Memory(_));
        let url = |service| match embedded {
            true => "http://127.0.0.1:4566".to_owned(),
            false => without_userinfo(target.url(service)).trim_end_matches('/').to_owned(),
        };
        Self {
            urls: Service::ALL.into_iter().map(|service| (service, url(service))).collect(),
            region: target.region.clone(),
            account: target.account.clone(),
            embedded,
        }
    }
}

/// The client that a script calls with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Curl,
    AwsCli,
}

impl Client {
    /// An operation as this client names it.
    fn operation(self, operation: &str) -> String {
        match self {
            Self::Curl => operation.to_owned(),
            Self::AwsCli => cli::command(operation),
        }
    }
}

/// The case as a POSIX shell script around curl. `shown` is the label of the judged call.
pub fn script(case: &Case, shown: &str, about: &About, target: &ScriptTarget) -> String {
    write(Client::Curl, case, shown, about, target)
}

/// The case as a POSIX shell script around the AWS CLI.
///
/// # Errors
/// The reason why that client cannot say it.
pub fn aws_cli(case: &Case, shown: &str, about: &About, target: &ScriptTarget) -> Result<String, String> {
    match cli::obstacle(&case.plan) {
        Some(reason) => Err(reason),
        None => Ok(write(Client::AwsCli, case, shown, about, target)),
    }
}

fn write(client: Client, case: &Case, shown: &str, about: &About, target: &ScriptTarget) -> String {
    let heading = quote(&format!("--- the judged call: expected {} ---", escape(&about.expected, 400)));
    let mut writer = Writer {
        client,
        shown,
        heading,
        values: Values::default(),
        // Where there is no other region, no case needs one.
        elsewhere: spare_regions(&target.region).next().unwrap_or("us-east-1"),
        claimed: BTreeSet::new(),
        lines: Vec::new(),
    };
    writer.plan(&case.plan);
    let Writer { values, lines, .. } = writer;
    let mut script = comments(client, case, about, target);
    script.push_str(&variables(client, &case.plan, target));
    script.push_str(&functions_of(client, &case.plan, values.functions));
    script.push_str(&tear_down(client, &lines));
    for line in lines {
        script.push_str(&line);
        script.push('\n');
    }
    script
}

fn comments(client: Client, case: &Case, about: &About, target: &ScriptTarget) -> String {
    let mut text = String::from("#!/bin/sh\n");
    let facts = [
        ("rule", &about.rule),
        ("clause", &about.clause),
        ("partition", &case.partition),
        ("expected", &about.expected),
        ("observed", &about.observed),
    ];
    for (name, fact) in facts.into_iter().filter(|(_, fact)| !fact.is_empty()) {
        text.push_str(&format!("# {name}: {}\n", escape(fact, 600)));
    }
    text.push_str("#\n");
    if target.embedded {
        text.push_str(
            "# The embedded reference has to listen first, with the faults or variants of the run, if any:\n\
             #     aws-conformance serve --addr 127.0.0.1:4566\n",
        );
    }
    text.push_str(match client {
        Client::Curl => "# Needs curl 7.75 or later. ",
        Client::AwsCli => "# Needs the AWS CLI. ",
    });
    text.push_str(
        "Takes ENDPOINT_URL, AWS_REGION, AWS_ACCOUNT_ID and AWS credentials\n# from the environment.\n",
    );
    text
}

fn variables(client: Client, plan: &Plan, target: &ScriptTarget) -> String {
    let mut text = String::from("set -eu\nLC_ALL=C\nexport LC_ALL\n");
    for service in services(plan) {
        let url = target.urls.get(&service).map_or("http://127.0.0.1:4566", String::as_str);
        text.push_str(&format!("{service}_url=${{ENDPOINT_URL:-{}}}\n", quote(url)));
    }
    let region = quote(&target.region);
    text.push_str(&format!("region=${{AWS_REGION:-{region}}}\n"));
    text.push_str(&format!("account=${{AWS_ACCOUNT_ID:-{}}}\n", quote(&target.account)));
    if client == Client::AwsCli {
        text.push_str(
            "if [ -z \"${AWS_PROFILE:-}\" ]; then\n    \
             AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-test}\n    \
             AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-test}\n    \
             export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n\
             fi\n\
             AWS_PAGER='' AWS_MAX_ATTEMPTS=1\n\
             export AWS_PAGER AWS_MAX_ATTEMPTS\n",
        );
    }
    text.push_str("dir=$(mktemp -d)\n\n");
    text
}

/// The functions that are used, directly or by others.
fn functions_of(client: Client, plan: &Plan, mut used: BTreeSet<&'static str>) -> String {
    used.extend(services(plan).into_iter().map(Service::as_str));
    let own = match client {
        Client::Curl => CURL,
        Client::AwsCli => AWS_CLI,
    };
    let shared = CLIENT_FUNCTIONS.iter().filter(|shared| own.iter().all(|one| one.name != shared.name));
    let all: Vec<&Function> = FUNCTIONS.iter().chain(own).chain(shared).collect();
    loop {
        let called: Vec<_> =
            all.iter().filter(|one| used.contains(one.name)).flat_map(|one| one.calls).copied().collect();
        let before = used.len();
        used.extend(called);
        if used.len() == before {
            break;
        }
    }
    all.iter()
        .filter(|one| used.contains(one.name))
        .map(|one| cli::with_operations(one.text, |operation| client.operation(operation)) + "\n")
        .collect()
}

/// What removes everything when the script ends, however it ends.
fn tear_down(client: Client, lines: &[String]) -> String {
    let makes = |kind: &str| {
        let noted = format!("made {kind} ");
        let leased = kind == "project" && lines.iter().any(|line| line.contains("$(make_project "));
        leased || lines.iter().any(|line| line.contains(&noted))
    };
    let arms: String = REMOVALS.iter().filter(|(kind, _)| makes(kind)).map(|(_, arm)| *arm).collect();
    let removing = match arms.is_empty() {
        true => "trap 'rm -rf \"$dir\"' EXIT\n".to_owned(),
        false => {
            let (before, behind) = TEAR_DOWN;
            cli::with_operations(&format!("{before}{arms}{behind}"), |operation| client.operation(operation))
        }
    };
    format!("{removing}trap 'exit 129' HUP\ntrap 'exit 130' INT\ntrap 'exit 143' TERM\n")
}
