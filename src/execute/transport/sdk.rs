//! What the official SDK makes of a response, and requests that its client sends.

use super::shape;
use crate::exchange::{Response, Typed};
use crate::service::sdk::{SdkView, sdk_operation};
use aws_conformance_generators::plan::Service;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

/// What the SDK's deserializer makes of a response to an operation; none where it has no such operation.
/// A body that nests so deep that it would take the deserializer down comes as something unreadable.
pub fn read_with_sdk(service: Service, operation: &str, response: &Response) -> Option<Typed> {
    let operation = sdk_operation(service, operation)?;
    let unreadable = || Typed::Unreadable("the answer does not parse as the operation's".to_owned());
    Some(match to_sdk(response).map(|response| operation.read(&response)) {
        Some(SdkView::Output) => Typed::Success,
        Some(SdkView::Error(code)) => Typed::Error(code),
        Some(SdkView::Unreadable) | None => unreadable(),
    })
}

/// A response as the SDK gets it; none where it could not be one of HTTP.
pub(super) fn to_sdk(response: &Response) -> Option<HttpResponse> {
    let mut head = http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        head = head.header(name, value);
    }
    let body = match shape::is_deep(&response.body) {
        true => SdkBody::from("["),
        false => SdkBody::from(response.body.bytes()),
    };
    HttpResponse::try_from(head.body(body).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::answers::bodies;
    use aws_conformance_generators::model::model;
    use proptest::prelude::*;

    const UNREADABLE: &str = "the answer does not parse as the operation's";

    #[rstest::rstest]
    #[case::success(200, "", r#"{"PolicyRevisionId":"0af39"}"#, Typed::Success)]
    #[case::refusal(400, "", r#"{"__type":"ns#NoneException"}"#, Typed::Error(Some("NoneException".to_owned())))]
    #[case::by_header(400, "NoneException:http://x/", "{}", Typed::Error(Some("NoneException".to_owned())))]
    #[case::no_code(500, "", "{}", Typed::Error(None))]
    #[case::not_json(200, "", "<html>", Typed::Unreadable(UNREADABLE.to_owned()))]
    #[case::deep(200, "", &"[".repeat(200_000), Typed::Unreadable(UNREADABLE.to_owned()))]
    fn a_response_is_what_the_sdk_takes_it_for(
        #[case] status: u16,
        #[case] code: &str,
        #[case] body: &str,
        #[case] typed: Typed,
    ) {
        let headers = vec![("x-amzn-errortype".to_owned(), code.to_owned())];
        let headers = headers.into_iter().filter(|(_, code)| !code.is_empty()).collect();
        let response = Response::new(status, headers, body.as_bytes().to_vec());
        assert_eq!(read_with_sdk(Service::Rekognition, "PutProjectPolicy", &response), Some(typed));
    }

    proptest! {
        #[test]
        fn any_response_is_read_or_not(
            service in proptest::sample::select(Service::ALL.to_vec()),
            at in any::<proptest::sample::Index>(),
            status in 100u16..=999,
            header in proptest::option::of("[ -~]{0,20}"),
            body in bodies(),
        ) {
            let headers = header.map(|value| ("x-amzn-errortype".to_owned(), value)).into_iter().collect();
            let operation = &at.get(&model(service).operations).name;
            let typed = read_with_sdk(service, operation, &Response::new(status, headers, body));
            prop_assert!(typed.is_some());
            prop_assert!(status < 400 || typed != Some(Typed::Success));
        }
    }
}
