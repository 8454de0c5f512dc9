//! Requests of our own making: any method, path, header and body, signed with SigV4 or badly.

use crate::execute::signer::fixed;
use crate::execute::target::Target;
use aws_conformance_generators::model::{Protocol, model};
use aws_conformance_generators::plan::{Call, Header, Signature};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use std::time::{Duration, SystemTime};

/// A request, ready to be sent.
pub(super) type WireRequest = http::Request<Bytes>;

/// Why a request cannot be written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum RequestError {
    /// The plan asks for something that HTTP cannot carry.
    #[error("the request cannot be written as HTTP: {0}")]
    Http(#[from] http::Error),
    /// The signer refused.
    #[error("the request cannot be signed: {0}")]
    Signing(String),
}

/// The request of a call with this body, signed for a region with these credentials.
pub(super) fn request(
    target: &Target,
    credentials: &Credentials,
    call: &Call,
    region: &str,
    body: Bytes,
) -> Result<WireRequest, RequestError> {
    let model = model(call.service);
    let operation = model.operation(&call.operation);
    let wire = &call.wire;
    let method =
        wire.method.as_deref().or(operation.map(|operation| operation.method.as_str())).unwrap_or("POST");
    let path = match (&wire.path, operation, model.protocol) {
        (Some(path), _, _) => path.clone(),
        (None, Some(operation), _) => operation.uri.clone(),
        (None, None, Protocol::AwsJson11) => "/".to_owned(),
        (None, None, Protocol::RestJson1) => format!("/{}", call.operation),
    };
    let url = format!("{}{path}", target.url(call.service).trim_end_matches('/'));
    let mut request = http::Request::builder().method(method).uri(url);
    let (content_type, action) = match model.protocol {
        Protocol::AwsJson11 => (
            "application/x-amz-json-1.1",
            model.target_prefix.as_ref().map(|prefix| format!("{prefix}.{}", call.operation)),
        ),
        Protocol::RestJson1 => ("application/json", None),
    };
    request = header(request, "content-type", wire.content_type.as_ref(), Some(content_type));
    request = header(request, "x-amz-target", wire.target.as_ref(), action.as_deref());
    request = request.header("user-agent", concat!("aws-conformance/", env!("CARGO_PKG_VERSION")));
    let mut request = request.body(body)?;
    let token = || credentials.session_token().map(str::to_owned);
    let now = SystemTime::now();
    let (signer, time) = match wire.signature {
        Signature::Missing => return Ok(request),
        Signature::Malformed => {
            let nonsense = http::HeaderValue::from_static("AWS4-HMAC-SHA256 nonsense");
            request.headers_mut().insert("authorization", nonsense);
            return Ok(request);
        }
        Signature::Valid => (credentials.clone(), now),
        Signature::WrongSecret => {
            let secret_key = format!("{}-but-wrong", credentials.secret_access_key().len());
            (fixed(credentials.access_key_id(), secret_key, token()), now)
        }
        Signature::UnknownKey => {
            (fixed(Signature::UNKNOWN_KEY, credentials.secret_access_key(), token()), now)
        }
        Signature::Expired => (credentials.clone(), now - Duration::from_secs(24 * 60 * 60)),
    };
    sigv4(&mut request, signer, region, &model.signing_name, time)?;
    Ok(request)
}

fn header(
    request: http::request::Builder,
    name: &str,
    deviation: Option<&Header>,
    usual: Option<&str>,
) -> http::request::Builder {
    match (deviation, usual) {
        (Some(Header::Absent), _) | (None, None) => request,
        (Some(Header::Value(value)), _) => request.header(name, value),
        (None, Some(value)) => request.header(name, value),
    }
}

fn sigv4(
    request: &mut WireRequest,
    credentials: Credentials,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<(), RequestError> {
    let signing = |error: &dyn std::error::Error| RequestError::Signing(error.to_string());
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| signing(&error))?
        .into();
    let uri = request.uri().to_string();
    let headers =
        request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let signable = SignableRequest::new(
        request.method().as_str(),
        uri,
        headers,
        SignableBody::Bytes(request.body().as_ref()),
    )
    .map_err(|error| signing(&error))?;
    let (instructions, _) = sign(signable, &params).map_err(|error| signing(&error))?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}
