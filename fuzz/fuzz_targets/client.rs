//! An answer as the official SDK clients read it: nothing that an endpoint sends may take them down.
#![no_main]

use aws_conformance::embedded;
use aws_conformance::exchange::{Response, Typed};
use aws_conformance::execute::Reader;
use aws_conformance::execute::target::Target;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config, Reference};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static READER: RefCell<(tokio::runtime::Runtime, Reader)> = RefCell::new({
        let reference = Reference::new(Config::default()).expect("nothing is switched on");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        (runtime.expect("a runtime can be started"), Reader::new(&embedded::target(reference)))
    });
}

fuzz_target!(|input: (u8, u16, String, Vec<u8>)| {
    let (of, status, header, body) = input;
    let operations = Service::ALL
        .into_iter()
        .flat_map(|service| model(service).operations.iter().map(move |operation| (service, &operation.name)));
    let all: Vec<_> = operations.collect();
    let (service, operation) = all[usize::from(of) % all.len()];
    let answer = Response::new(100 + status % 900, vec![("x-amzn-errortype".to_owned(), header)], body);
    let is_refusal = answer.status >= 400;
    READER.with_borrow_mut(|(runtime, reader)| {
        let typed = runtime.block_on(reader.read(service, operation, &serde_json::json!({}), answer));
        assert!(!is_refusal || typed != Some(Typed::Success));
    });
});
