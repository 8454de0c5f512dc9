//! An answer as the official SDK clients read it: nothing that an endpoint sends may take them down.
#![no_main]

use aws_conformance::exchange::{Response, Typed};
use aws_conformance::execute::read_with_sdk;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, String, Vec<u8>)| {
    let (of, status, header, body) = input;
    let operations = Service::ALL
        .into_iter()
        .flat_map(|service| model(service).operations.iter().map(move |operation| (service, &operation.name)));
    let all: Vec<_> = operations.collect();
    let (service, operation) = all[usize::from(of) % all.len()];
    let answer = Response::new(100 + status % 900, vec![("x-amzn-errortype".to_owned(), header)], body);
    let is_refusal = answer.status >= 400;
    let typed = read_with_sdk(service, operation, &answer);
    assert!(!is_refusal || typed != Some(Typed::Success));
});
