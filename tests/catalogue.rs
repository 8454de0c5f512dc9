//! The catalogue of rules, checked as data: every rule can be cited, judged and distinguished. So is the
//! ledger of clauses: every statement is checked by rules or says why not, and every rule checks one.

use crate::support::program::{User, finish};
use crate::support::{root, snapshots};
use aws_conformance::rules::clauses::{Statement, ledger};
use aws_conformance::rules::expectation::{Alternative, Level};
use aws_conformance::rules::source::{Provenance, SOURCES};
use aws_conformance::rules::{Random, Rule, Trial, catalogue};
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{Call, SETUP, Service};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What stands in an operation's place where a rule is none's.
const PSEUDO_OPERATIONS: [&str; 4] = ["wire", "lifecycle", "concurrency", "monitor"];

/// Codes of the layer below every AWS service, which no operation lists.
const FRAMEWORK_CODES: [&str; 21] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalFailure",
    "MalformedHttpRequestException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SerializationException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "ThrottledException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationException",
];

/// Checks every rule, and tells of all that are not as they should be.
#[track_caller]
fn check_each(wanted: &str, problems: impl Fn(&Rule) -> Vec<String>) {
    let mut text = String::new();
    for rule in catalogue() {
        for problem in problems(rule) {
            writeln!(text, "{}: {problem}", rule.id).expect("a text can be written to");
        }
    }
    assert!(text.is_empty(), "{wanted}:\n{text}");
}

/// Checks every statement of the ledger, and tells of all that are not as they should be.
#[track_caller]
fn check_each_statement(wanted: &str, mut problems: impl FnMut(&Statement) -> Vec<String>) {
    let mut text = String::new();
    for statement in ledger() {
        for problem in problems(statement) {
            writeln!(text, "{}, {statement}: {problem}", statement.key).expect("a text can be written to");
        }
    }
    assert!(text.is_empty(), "{wanted}:\n{text}");
}

/// The calls that a rule's cases make, with a sample of the random ones.
fn calls(rule: &Rule) -> Vec<Call> {
    let Trial::Cases { fixed, refusals, random } = &rule.trial else { return Vec::new() };
    let mut calls: Vec<Call> = fixed.iter().flat_map(|case| case.plan.calls()).cloned().collect();
    calls.extend(refusals.calls.iter().map(|(_, call)| call.clone()));
    match random {
        Some(Random::Cases(cases)) => {
            calls.extend(samples(&cases()).iter().flat_map(|case| case.plan.calls()).cloned());
        }
        Some(Random::Refusals(refusals)) => {
            calls.extend(samples(&refusals()).into_iter().map(|(_, call)| call));
        }
        None => {}
    }
    calls
}

/// A few values of a strategy, the same in every run.
fn samples<T: std::fmt::Debug>(strategy: &BoxedStrategy<T>) -> Vec<T> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut sample = || strategy.new_tree(&mut runner).expect("random cases can be made").current();
    (0..32).map(|_| sample()).collect()
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> =
        catalogue().iter().map(|rule| rule.id.as_str()).filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "given twice: {twice:?}");
}

#[test]
fn ids_say_service_operation_subject_and_property() {
    check_each("ids have the form that scripts and waivers rely on", |rule| {
        let parts: Vec<&str> = rule.id.split('.').collect();
        let mut problems = Vec::new();
        let well_formed = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        problems
            .extend(parts.iter().filter(|part| !well_formed(part)).map(|part| format!("the part {part:?}")));
        if parts[0] != rule.service.as_str() {
            problems.push(format!("it is a rule of {}", rule.service));
        }
        let place = parts.get(1).copied().unwrap_or_default();
        match rule.operation {
            Some(operation) if operation != place => problems.push(format!("it is a rule of {operation}")),
            // A subject inside another one has a part for each.
            Some(_) if !(4..=5).contains(&parts.len()) => problems.push(format!("{} parts", parts.len())),
            None if !PSEUDO_OPERATIONS.contains(&place) => problems.push(format!("{place} is no operation")),
            None if !(3..=4).contains(&parts.len()) => problems.push(format!("{} parts", parts.len())),
            _ => {}
        }
        problems
    });
}

#[test]
fn every_operation_of_the_models_has_rules() {
    for service in aws_conformance_generators::plan::Service::ALL {
        for operation in &model(service).operations {
            let has_rules = catalogue().iter().any(|rule| rule.operation == Some(operation.name.as_str()));
            assert!(has_rules, "no rule is about {}", operation.name);
        }
    }
}

/// What a target does not implement is known of random cases too, before they are tried.
#[test]
fn operations_of_random_cases_are_known() {
    check_each("a rule knows the operations that its cases call", |rule| {
        let called = calls(rule).into_iter().map(|call| call.operation);
        let unknown: BTreeSet<String> = called.filter(|call| !rule.operations.contains(call)).collect();
        unknown.into_iter().collect()
    });
}

#[test]
fn every_rule_is_cited() {
    check_each("a rule cites statements of the ledger, each once", |rule| {
        let mut problems = Vec::new();
        if rule.cites.is_empty() {
            problems.push("it cites nothing".to_owned());
        }
        let mut seen = BTreeSet::new();
        for statement in &rule.cites {
            if !seen.insert(&statement.key) {
                problems.push(format!("it cites {} twice", statement.key));
            }
            if !statement.services.contains(&rule.service) {
                problems.push(format!("{} is about the other service", statement.key));
            }
        }
        if rule.varies.trim().is_empty() {
            problems.push("it does not say what it varies".to_owned());
        }
        problems
    });
}

#[test]
fn what_the_documents_do_not_settle_is_no_must() {
    check_each("a must stands in a document, not in a capture or an inference alone", |rule| {
        let weak = |statement: &&Statement| statement.source.provenance >= Provenance::Capture;
        match rule.level {
            Level::Must if rule.cites.iter().all(weak) => vec!["it rests on no document".to_owned()],
            _ => Vec::new(),
        }
    });
}

#[test]
fn every_source_is_cited() {
    let cited: BTreeSet<&str> = ledger().iter().map(|statement| statement.source.key).collect();
    let keys: Vec<&str> = SOURCES.iter().map(|source| source.key).collect();
    assert_eq!(BTreeSet::from_iter(&keys).len(), keys.len(), "a key stands for one source: {keys:?}");
    let idle: Vec<&&str> = keys.iter().filter(|key| !cited.contains(**key)).collect();
    assert!(idle.is_empty(), "no statement is taken from {idle:?}");
}

#[test]
fn every_expectation_is_used() {
    check_each("an expectation is there because a case is judged by it", |rule| {
        let used: BTreeSet<String> = calls(rule).into_iter().map(|call| call.expect).collect();
        let named: BTreeSet<&str> = rule.expectations.iter().map(|(name, _)| *name).collect();
        let mut problems: Vec<String> = named
            .iter()
            .filter(|name| !used.contains(**name))
            .map(|name| format!("{name} is not used"))
            .collect();
        if named.len() < rule.expectations.len() {
            problems.push("two expectations have the same name".to_owned());
        }
        problems.extend(
            used.iter()
                .filter(|name| *name != SETUP && !named.contains(name.as_str()))
                .map(|name| format!("{name} is not there")),
        );
        problems
    });
}

#[test]
fn every_rule_that_is_tried_can_fail() {
    check_each("a rule that judges nothing is none", |rule| match &rule.trial {
        Trial::Monitor(_) => Vec::new(),
        Trial::Cases { .. } => {
            let judged = calls(rule).iter().any(|call| call.expect != SETUP);
            let strictest = rule.expectations.iter().map(|(_, one)| one.strictest()).max();
            let mut problems = Vec::new();
            if !judged {
                problems.push("no call of its cases is judged".to_owned());
            }
            if strictest.unwrap_or(Level::Observe) != rule.level {
                problems.push(format!("it says {}, and can reach {strictest:?}", rule.level));
            }
            problems
        }
    });
}

#[test]
fn every_expected_code_is_known() {
    check_each("a code stands in the service's model or belongs to every service", |rule| {
        let refusals =
            rule.expectations.iter().flat_map(|(_, one)| &one.accept).filter_map(|one| match one {
                Alternative::Refusal(codes) => Some(codes),
                Alternative::Success { .. } | Alternative::AnyRefusal => None,
            });
        refusals
            .flatten()
            .filter(|code| model(rule.service).error(code).is_none() && !FRAMEWORK_CODES.contains(code))
            // The services have these, though none of the operations here lists them.
            .filter(|code| {
                !matches!(
                    (rule.service, **code),
                    (Service::Rekognition, "InvalidS3ObjectException")
                        | (Service::Xray, "ResourceNotFoundException")
                )
            })
            .map(|code| format!("{code} is no error of {}", rule.service))
            .collect()
    });
}

#[test]
fn partitions_are_told_apart() {
    check_each("a partition's label names one case", |rule| {
        let mut seen = BTreeSet::new();
        rule.partitions()
            .into_iter()
            .filter_map(|label| match (label.trim(), seen.insert(label)) {
                ("", _) => Some("a partition has no label".to_owned()),
                (_, false) => Some(format!("{label:?} is there twice")),
                _ => None,
            })
            .collect()
    });
}

#[test]
fn every_statement_is_checked_or_says_why_not() {
    check_each_statement("a statement has rules or a reason, and not both", |statement| {
        let is_checked =
            |service| catalogue().iter().any(|rule| rule.service == service && rule.checks(statement));
        let services = statement.services.iter();
        let problems = services.filter_map(|service| match (is_checked(*service), statement.reason) {
            (false, None) => Some(format!("it has neither for {service}")),
            (false, Some(reason)) if reason.trim().is_empty() => Some("the reason is empty".to_owned()),
            (true, Some(_)) => Some(format!("it has both for {service}")),
            _ => None,
        });
        problems.collect()
    });
}

#[test]
fn statements_are_told_apart() {
    let (mut keys, mut seen) = (BTreeSet::new(), BTreeSet::new());
    check_each_statement("a key stands for one statement, and a place says a thing once", |statement| {
        let Statement { key, services, operation, source, place, says, .. } = statement;
        let mut problems = Vec::new();
        if says.trim().is_empty() || place.trim().is_empty() {
            problems.push("it has no place or no words".to_owned());
        }
        if !keys.insert(key.clone()) {
            problems.push("the key is there twice".to_owned());
        }
        if !seen.insert((*services, *operation, source.key, place.clone(), says.clone())) {
            problems.push("it is there twice".to_owned());
        }
        problems
    });
}

#[test]
fn statements_are_about_operations_of_the_models() {
    check_each_statement("a statement is about an operation of its service", |statement| {
        let has = |name| statement.services.iter().all(|one| model(*one).operation(name).is_some());
        let known = statement.operation.is_none_or(has);
        let mut problems = Vec::new();
        if !known {
            problems.push("the service has no such operation".to_owned());
        }
        if !SOURCES.iter().any(|source| std::ptr::eq(*source, statement.source)) {
            problems.push("its document is none of the sources".to_owned());
        }
        problems
    });
}

#[test]
fn the_catalogue_is_as_reviewed() {
    let mut text = String::new();
    for rule in catalogue() {
        let (source, clause) = (rule.clause().source.key, rule.clause());
        let provenance = rule.provenance().as_str();
        writeln!(text, "{}\n    {} · {provenance} · {source}: {clause}", rule.id, rule.level)
            .expect("a text can be written to");
    }
    snapshots("Every rule: level, provenance, source and clause").bind(|| {
        insta::assert_snapshot!("catalogue", text);
    });
}

#[test]
fn the_page_is_what_the_catalogue_says() {
    let printed = finish(&mut User::new().suite(&["list", "--format", "markdown"]));
    let kept = std::fs::read_to_string(root().join("docs/catalogue.md")).unwrap_or_default();
    let stale = printed.check_status(0).stdout.lines().find(|line| !kept.lines().any(|known| known == *line));
    assert!(
        printed.stdout == kept,
        "docs/catalogue.md is stale, it lacks {stale:?}; \
         `cargo run -- list --format markdown >docs/catalogue.md` renews it"
    );
}
