//! Signatures, made by the SDK's own signer and verified by the endpoint.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_conformance_reference::{Config, Reference};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use serde_json::Value;

const BODY: &str = "{}";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

struct Signer {
    access_key: &'static str,
    secret: &'static str,
    service: &'static str,
    time: SystemTime,
}

impl Default for Signer {
    fn default() -> Self {
        Self { access_key: "test", secret: "test", service: "xray", time: now() }
    }
}

impl Signer {
    fn request(self) -> Request<Bytes> {
        let mut request = Request::post("http://localhost:4000/ListResourcePolicies")
            .header("host", "localhost:4000")
            .header("content-type", "application/json")
            .body(Bytes::from_static(BODY.as_bytes()))
            .expect("the request is well-formed");
        let identity = Credentials::new(self.access_key, self.secret, None, None, "test").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(self.service)
            .time(self.time)
            .settings(SigningSettings::default())
            .build()
            .expect("every parameter is there")
            .into();
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let signable = SignableRequest::new(
            "POST",
            "http://localhost:4000/ListResourcePolicies",
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(BODY.as_bytes()),
        )
        .expect("the request can be signed");
        let (instructions, _) = sign(signable, &parameters).expect("the request can be signed").into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

fn answer(request: Request<Bytes>) -> (u16, String) {
    let config = Config::default().with_verified_signatures(true).with_clock(now);
    let reference = Reference::new(config).expect("nothing is switched on");
    let response = reference.handle(request);
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let code = body["__type"].as_str().unwrap_or_default().to_owned();
    (response.status().as_u16(), code)
}

fn refused(code: &str) -> (u16, String) {
    (403, code.to_owned())
}

#[test]
fn a_good_signature_is_accepted() {
    assert_eq!(answer(Signer::default().request()).0, 200);
    let account = Signer { access_key: "123456789012", ..Signer::default() };
    assert_eq!(answer(account.request()).0, 200);
}

#[test]
fn each_wrong_part_is_refused() {
    let mut missing = Signer::default().request();
    missing.headers_mut().remove("authorization");
    let mut tampered = Signer::default().request();
    *tampered.body_mut() = Bytes::from_static(b"{ }");
    let mut malformed = Signer::default().request();
    malformed.headers_mut().insert("authorization", "AWS4-HMAC-SHA256 nonsense".parse().expect("it is text"));
    let wrong_secret = Signer { secret: "guess", ..Signer::default() };
    let unknown = Signer { access_key: "somebody", ..Signer::default() };
    let other_service = Signer { service: "rekognition", ..Signer::default() };
    let expired = Signer { time: now() - Duration::from_secs(1000), ..Signer::default() };
    let early = Signer { time: now() + Duration::from_secs(1000), ..Signer::default() };
    let in_time = Signer { time: now() - Duration::from_secs(800), ..Signer::default() };
    assert_eq!(answer(missing), refused("MissingAuthenticationTokenException"));
    assert_eq!(answer(malformed), refused("IncompleteSignatureException"));
    assert_eq!(answer(tampered), refused("InvalidSignatureException"));
    assert_eq!(answer(wrong_secret.request()), refused("InvalidSignatureException"));
    assert_eq!(answer(unknown.request()), refused("UnrecognizedClientException"));
    assert_eq!(answer(other_service.request()), refused("InvalidSignatureException"));
    assert_eq!(answer(expired.request()), refused("InvalidSignatureException"));
    assert_eq!(answer(early.request()), refused("InvalidSignatureException"));
    assert_eq!(answer(in_time.request()).0, 200);
}
