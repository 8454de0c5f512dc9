//! The shape of every answer: each operation's success and each of its errors, as plain HTTP shows
//! them, a snapshot an operation. What cannot be reached has a reason in the
//! ledger of clauses.
//!
//! With `AWS_CONFORMANCE_ENDPOINT_URL` set, the shapes are that endpoint's. They are compared with the
//! snapshots in the folder that `AWS_CONFORMANCE_SNAPSHOTS` names, and without it with none: the
//! reference's are its own.

mod outcomes;
mod scene;

use crate::support::snapshots;
use crate::support::target::Endpoint;
use aws_conformance::exchange::{Response, shape};
use aws_conformance::rules::clauses::error;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use outcomes::{Outcome, outcomes};
use rstest::rstest;
use scene::Scene;
use std::env;

/// The shape of an answer, as `run --snapshots` writes it.
fn written(answer: &Response) -> String {
    format!("{:#}\n", shape(answer))
}

/// The shape of an outcome under its name.
fn section(outcome: &Outcome, endpoint: Option<&Endpoint>) -> String {
    let Outcome { operation, name, variant, .. } = outcome;
    let scene = match endpoint {
        Some(endpoint) => Scene::endpoint(operation, &endpoint.url),
        None => Scene::reference(operation, *variant),
    };
    let shape = match (outcome.play)(&scene) {
        Ok(answer) if endpoint.is_some() => written(&answer),
        Ok(answer) => {
            // A name may say more after its code.
            let expected = if name.starts_with("success") { None } else { name.split('.').next() };
            assert_eq!(answer.code().as_deref(), expected, "{operation}, {name}");
            written(&answer)
        }
        Err(reason) => {
            assert!(endpoint.is_some(), "{operation}, {name}: {reason}");
            format!("not reached: {reason}\n")
        }
    };
    let variant = variant.map(|variant| format!(", under {variant}")).unwrap_or_default();
    format!("# {name}{variant}\n{shape}")
}

#[rstest]
fn answers_have_these_shapes(#[values(Service::Xray, Service::Rekognition)] service: Service) {
    let endpoint = Endpoint::wait();
    let folder = env::var_os("AWS_CONFORMANCE_SNAPSHOTS").filter(|_| endpoint.is_some());
    let mut settings = snapshots("What each outcome looks like, without its values");
    if let Some(folder) = &folder {
        settings.set_snapshot_path(env::current_dir().expect("there is one").join(folder));
    }
    for operation in &model(service).operations {
        let outcomes = outcomes().into_iter().filter(|outcome| {
            // Nobody tells another endpoint how to read the documents.
            outcome.operation == operation.name && (endpoint.is_none() || outcome.variant.is_none())
        });
        let sections: Vec<String> = outcomes.map(|outcome| section(&outcome, endpoint.as_ref())).collect();
        if endpoint.is_none() || folder.is_some() {
            settings.bind(|| {
                let name = format!("shapes__{service}.{}", operation.name);
                insta::assert_snapshot!(name, sections.join("\n"));
            });
        }
    }
}

#[test]
fn every_documented_error_is_reached_or_out_of_reach_for_a_reason() {
    let outcomes = outcomes();
    let reached = |operation: &str, code: &str, always: bool| {
        outcomes.iter().any(|outcome| {
            let name = outcome.name.split('.').next();
            outcome.operation == operation && name == Some(code) && !(always && outcome.variant.is_some())
        })
    };
    for service in Service::ALL {
        for operation in &model(service).operations {
            let name = operation.name.as_str();
            for code in &operation.errors {
                let stated = error(service, name, code).expect("the ledger has the errors of the models");
                let reason = stated.reason;
                // What depends on the load has a reason, and comes under readings that make a load.
                let unreached = !reached(name, code, false) && reason.is_none();
                let needless = reached(name, code, true) && reason.is_some();
                assert!(!unreached && !needless, "{name}, {code}: out of reach: {reason:?}");
            }
            let copies = name == "CopyProjectVersion";
            assert_eq!(
                reached(name, "success", true),
                !copies,
                "{name}: a success, but of what takes a model"
            );
        }
    }
}
