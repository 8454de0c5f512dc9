//! What an endpoint answers: codes, messages, outcomes and listings.
#![no_main]

use aws_conformance::exchange::{Response, Exchange, Reply, Request};
use aws_conformance::exchange::describe;
use aws_conformance::execute::listing::page;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, String, Vec<u8>)| {
    let (status, header, body) = input;
    let answer = Response::new(status, vec![("x-amzn-errortype".to_owned(), header)], body);
    let code = answer.code();
    assert!(code.is_none_or(|code| !code.is_empty() && !code.contains([':', '#'])));
    for (service, operation) in
        [("xray", "ListResourcePolicies"), ("rekognition", "ListProjectPolicies"), ("rekognition", "DescribeProjects")]
    {
        let request = Request {
            service: serde_json::from_value(service.into()).expect("it is a service"),
            operation: operation.to_owned(),
            region: String::new(),
            method: String::new(),
            path: String::new(),
            body: b"{\"MaxResults\":1}".to_vec(),
            cut: 0,
        };
        let exchange = Exchange {
            label: String::new(),
            request,
            reply: Ok(answer.clone()),
            typed: None,
            sent_at: 0.0,
            well_formed: true,
            off_protocol: false,
        };
        assert!(!describe(&exchange).is_empty());
        let _ = page(&exchange);
        let kept = exchange.abridged();
        let (Ok(whole), Ok(kept)) = (&exchange.reply, &kept.reply) else { unreachable!() };
        assert_eq!(kept.body.len() + kept.cut.as_ref().map_or(0, |cut| cut.bytes), whole.body.len());
        assert!(kept.cut.is_some() || kept.code() == whole.code());
    }
});
