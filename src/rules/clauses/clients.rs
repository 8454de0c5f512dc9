//! What documents of clients say of the clients: no endpoint can break it.

use super::statement::because::CLIENT;
use super::statement::{Passage, at, unchecked};
use crate::rules::source::{BOTO3_REKOGNITION, BOTO3_XRAY, BOTOCORE, CLI_REKOGNITION, SDK_RUST};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&CLI_REKOGNITION, "Options", &[
        unchecked("rekognition.put.cli-input", "--cli-input-json and --cli-input-yaml read the input from a text, and options override it", CLIENT),
        unchecked("rekognition.put.cli-skeleton", "--generate-cli-skeleton prints a skeleton and sends nothing", CLIENT),
    ]),
    at(&CLI_REKOGNITION, "Global Options", &[
        unchecked("rekognition.put.cli-endpoint", "--endpoint-url and --region name the endpoint, and the region that is called and signed for", CLIENT),
        unchecked("rekognition.put.cli-unsigned", "--no-sign-request sends no signature",
            "it is about the client; that an endpoint refuses such a request is another statement"),
        unchecked("rekognition.put.cli-tls", "--no-verify-ssl and --ca-bundle say which certificates are trusted", CLIENT),
        unchecked("rekognition.put.cli-timeouts", "--cli-read-timeout and --cli-connect-timeout are 60 seconds where they are left out", CLIENT),
        unchecked("rekognition.put.cli-output-form", "--no-paginate, --cli-binary-format, --output and --query say how requests and answers are shown", CLIENT),
        unchecked("rekognition.put.cli-others", "--profile, --debug, --color, --version, --no-cli-pager and --cli-auto-prompt say how the client works", CLIENT),
    ]),
    at(&BOTO3_REKOGNITION, "Exceptions, classes", &[
        unchecked("rekognition.put.boto-classes", "each error is a class of the client's exceptions", CLIENT),
    ]),
    at(&BOTO3_XRAY, "Exceptions, Response Syntax", &[
        unchecked("xray.put.boto-classes", "each error is a class of the client's exceptions, and a time is given to the caller as a datetime", CLIENT),
    ]),
    at(&BOTOCORE, "validation", &[
        unchecked("protocol.botocore-checked", "required members, types, unknown members and least lengths are checked before a request is sent",
            "it is why requests are signed and sent without the client where it would not send them"),
        unchecked("protocol.botocore-unchecked", "greatest lengths, patterns and enumerations are not", CLIENT),
    ]),
    at(&BOTOCORE, "parsing", &[
        unchecked("rekognition.error.botocore", "the code is taken from __type, and the message from message before Message", CLIENT),
        unchecked("xray.error.botocore", "the code is taken from x-amzn-errortype before the body's", CLIENT),
    ]),
    at(&SDK_RUST, "requests", &[
        unchecked("protocol.sdk-unchecked", "no member is checked before a request is sent", CLIENT),
        unchecked("xray.request.sdk-bypass", "a bypass flag of false is left out by older versions and sent by newer ones", CLIENT),
    ]),
    at(&SDK_RUST, "errors", &[
        unchecked("protocol.sdk-code", "the code is taken from x-amzn-errortype, then code, then __type; one that the model does not have is an unhandled error", CLIENT),
    ]),
];
