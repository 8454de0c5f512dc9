//! `plan`: what `run` would send and need; sends nothing.

use super::amount::{Amount, limits};
use super::exit::{Exit, Failure, print};
use super::format::Format;
use super::options::{Selection, TargetOptions};
use crate::embedded;
use crate::execute::target::Target;
use crate::judge::finding::Verdict;
use crate::rules::expectation::Level;
use crate::run::division;
use crate::run::estimate::{Estimate, estimate};
use crate::service::PROJECTS;
use askama::Template;
use aws_conformance_generators::arn;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use clap::Args;
use serde_json::{Value, json};

/// Why a run costs nothing.
const COST: &str = "0: neither service has a price for policies and projects, and no model is trained, started or copied and no trace is recorded";

/// What the requests are counted for.
const AT_ONCE: &str = "These are the requests to a target where projects come and go at once and reads show what was just written. Where that takes time, the run asks again (DescribeProjects, DeleteProject, lists) and tries fewer cases, so that the limits hold";

/// Options of `plan`.
#[derive(Debug, Args)]
pub(super) struct PlanOptions {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    amount: Amount,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn plan(options: &PlanOptions) -> Result<Exit, Failure> {
    let mut rules = options.selection.rules()?;
    let target = options.target.described()?;
    rules.retain(|rule| target.has(rule.service));
    if rules.is_empty() {
        return Err(Failure::nothing("no rule is selected"));
    }
    let mut run = options.amount.run(&target);
    if let Some(shard) = run.shard.take() {
        let division = division(&rules, shard.of, &run, &target);
        rules.retain(|rule| division.get(rule.id.as_str()).is_none_or(|number| *number == shard.number));
    }
    let (most, rate) = limits(options.amount.max_requests, options.amount.rate, &target);
    let reference = Reference::new(Config::default()).map_err(|error| Failure::usage(error.to_string()))?;
    let reference = embedded::target(reference).location;
    let estimate = estimate(&target, reference, &rules, &run, most)
        .map_err(|error| Failure::unjudged(error.to_string()))?;
    let plan = Plan { target: &target, estimate: &estimate, most, rate };
    match options.format {
        Format::Text => print(&plan.render().expect("a String takes all"))?,
        Format::Json => print(&format!("{:#}\n", plan.object()))?,
    }
    Ok(Exit::Conformant)
}

/// What is sent and needed; the template is its form for people.
#[derive(Template)]
#[template(path = "plan.txt", escape = "none")]
struct Plan<'a> {
    target: &'a Target,
    estimate: &'a Estimate,
    most: Option<u64>,
    rate: Option<u32>,
}

impl Plan<'_> {
    /// The plan for programs.
    fn object(&self) -> Value {
        let Self { target, estimate, most, rate } = self;
        let requests = |service: Service| -> Value {
            let of = estimate.requests.iter().filter(|((of, _), _)| *of == service);
            of.map(|((_, operation), requests)| (operation.clone(), json!(requests))).collect()
        };
        let left = estimate.left.iter().map(|(rule, verdict, why)| {
            json!({ "id": rule.id, "level": rule.level, "verdict": verdict, "reason": why })
        });
        json!({
            "target": { "kind": target.kind(), "region": target.region },
            "rules": { "judged": estimate.judged, "left": left.collect::<Value>() },
            "cases": estimate.cases,
            "requests": self
                .services()
                .map(|(service, _)| (service.to_string(), requests(service)))
                .collect::<Value>(),
            "requests_note": AT_ONCE,
            "max_requests": most,
            "rate": rate,
            "time_s": rate.map(|rate| estimate.time(rate).as_secs()),
            "resources": { "projects": estimate.projects, "policies": estimate.policies },
            "permissions": policy(target, estimate),
            "cost": 0,
            "cost_reason": COST,
        })
    }

    /// The services, each with its requests in all.
    fn services(&self) -> impl Iterator<Item = (Service, u64)> {
        let services = Service::ALL.into_iter().filter(|service| self.target.has(*service));
        services.map(|service| (service, self.estimate.requests_of(service)))
    }

    fn not_applicable(&self) -> usize {
        self.estimate.left.iter().filter(|(_, verdict, _)| *verdict == Verdict::NotApplicable).count()
    }

    fn time(&self, rate: &u32) -> humantime::FormattedDuration {
        humantime::format_duration(self.estimate.time(*rate))
    }

    fn policies(&self) -> String {
        let policies = self.estimate.policies.iter();
        policies.map(|(service, most)| format!("{most} {service} policies")).collect::<Vec<_>>().join(", ")
    }

    fn permissions(&self) -> String {
        format!("{:#}", policy(self.target, self.estimate))
    }
}

/// An IAM policy that allows what a run sends, and nothing else.
fn policy(target: &Target, estimate: &Estimate) -> Value {
    let Target { region, account, .. } = target;
    // IAM knows no resource that these two could be limited to.
    let is_everywhere = |operation: &str| [PROJECTS.list, PROJECTS.create].contains(&operation);
    let actions = |service: Service, everywhere: bool| -> Vec<String> {
        let of = estimate.requests.keys().filter(|(of, _)| *of == service);
        let known =
            of.filter(|(_, operation)| crate::service::sdk::sdk_operation(service, operation).is_some());
        let these = known.filter(|(_, operation)| is_everywhere(operation) == everywhere);
        these.map(|(service, operation)| format!("{service}:{operation}")).collect()
    };
    // Some rules are about names that the run does not choose, so that no prefix covers them.
    let projects = format!("arn:{}:rekognition:{region}:{account}:project/*", arn::aws_partition(region));
    let mut everywhere = actions(Service::Rekognition, true);
    everywhere.extend(actions(Service::Xray, false));
    let of_projects = actions(Service::Rekognition, false);
    // They are needed for what is created, which has no resource yet.
    everywhere.extend(estimate.further_actions.iter().map(|action| (*action).to_owned()));
    let mut statements = Vec::new();
    if !of_projects.is_empty() {
        statements.push(json!({ "Effect": "Allow", "Action": of_projects, "Resource": projects }));
    }
    if !everywhere.is_empty() {
        // These have no resources that a policy could name.
        statements.push(json!({
            "Effect": "Allow",
            "Action": everywhere,
            "Resource": "*",
            "Condition": { "StringEquals": { "aws:RequestedRegion": region } },
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}
