//! What documents of clients say of the clients: no endpoint can break it.

use super::Checked::Not;
use super::because::CLIENT;
use super::{Passage, REKOGNITION, Says, XRAY, of};
use crate::rules::source::{BOTO3_REKOGNITION, BOTO3_XRAY, BOTOCORE, CLI_REKOGNITION, SDK_RUST, Source};
use aws_conformance_generators::plan::Service;

const fn put(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("PutProjectPolicy"), source, place, says }
}

const RAW: super::Checked =
    Not("it is why requests are signed and sent without the client where it would not send them");

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    put(&CLI_REKOGNITION, "Options", &[
        ("--cli-input-json and --cli-input-yaml read the input from a text, and options override it", CLIENT),
        ("--generate-cli-skeleton prints a skeleton and sends nothing", CLIENT),
        ("--no-paginate turns pages off", Not("it is about the client, and the operation has no pages")),
    ]),
    put(&CLI_REKOGNITION, "Global Options", &[
        ("--endpoint-url names the endpoint", CLIENT),
        ("--region names the region that is called and signed for", CLIENT),
        ("--no-sign-request sends no signature", Not("it is about the client; that an endpoint refuses such a request is another statement")),
        ("--no-verify-ssl and --ca-bundle say which certificates are trusted", CLIENT),
        ("--cli-read-timeout and --cli-connect-timeout are 60 seconds where they are left out", CLIENT),
        ("--cli-binary-format is for binary members", Not("it is about the client, and no member is binary")),
        ("--output and --query say how the answer is shown", CLIENT),
        ("--profile, --debug, --color, --version, --no-cli-pager and --cli-auto-prompt say how the client works", CLIENT),
    ]),
    put(&BOTO3_REKOGNITION, "Exceptions, classes", &[
        ("each error is a class of the client's exceptions", CLIENT),
    ]),
    of(XRAY, &BOTO3_XRAY, "Exceptions, classes", &[
        ("each error is a class of the client's exceptions", CLIENT),
    ]),
    of(XRAY, &BOTO3_XRAY, "Response Syntax", &[
        ("a time is given to the caller as a datetime", CLIENT),
    ]),
    of(&Service::ALL, &BOTOCORE, "validation", &[
        ("required members, types, unknown members and least lengths are checked before a request is sent", RAW),
        ("greatest lengths, patterns and enumerations are not", CLIENT),
    ]),
    of(REKOGNITION, &BOTOCORE, "parsing", &[
        ("the code is taken from __type, and the message from message before Message", CLIENT),
    ]),
    of(XRAY, &BOTOCORE, "parsing", &[
        ("the code is taken from x-amzn-errortype before the body's", CLIENT),
    ]),
    of(&Service::ALL, &SDK_RUST, "requests", &[
        ("no member is checked before a request is sent", CLIENT),
    ]),
    of(XRAY, &SDK_RUST, "requests", &[
        ("a bypass flag of false is left out by older versions and sent by newer ones", CLIENT),
    ]),
    of(&Service::ALL, &SDK_RUST, "errors", &[
        ("the code is taken from x-amzn-errortype, then code, then __type", CLIENT),
        ("a code that the model does not have, as ValidationException, is an unhandled error", CLIENT),
    ]),
];
