//! What a request asks for.

use http::request::Parts;
use http::{HeaderMap, Method, header};
use serde_json::{Map, Value};

use crate::scope::Scope;
use crate::service::{Operation, Service};

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Routed {
    To(Operation),
    UnknownOperation(Service),
    WrongMethod(Service, Option<Operation>),
    /// The operation is named, and the path is not its own.
    WrongPath(Operation),
}

/// Why a body is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyProblem {
    NotUtf8,
    TooDeep,
    NotJson,
    NotObject,
}

const TARGET_PREFIX: &str = "RekognitionService.";
const DEFAULT_REGION: &str = "us-east-1";

/// Finds the operation: by path for X-Ray, by the target header for Rekognition.
pub(crate) fn route(head: &Parts) -> Routed {
    let path = head.uri.path();
    let by_path = Operation::ALL.into_iter().find(|operation| {
        operation.service() == Service::XRay && path.strip_prefix('/') == Some(operation.name())
    });
    if let Some(operation) = by_path {
        return if head.method == Method::POST {
            Routed::To(operation)
        } else {
            Routed::WrongMethod(Service::XRay, Some(operation))
        };
    }
    let target = head.headers.get("x-amz-target");
    let service = match target {
        Some(_) => Service::Rekognition,
        None => scoped_service(&head.headers).unwrap_or(if path == "/" {
            Service::Rekognition
        } else {
            Service::XRay
        }),
    };
    let named = target
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.strip_prefix(TARGET_PREFIX))
        .and_then(|name| {
            Operation::ALL
                .into_iter()
                .find(|operation| operation.service() == Service::Rekognition && operation.name() == name)
        });
    match named {
        _ if service == Service::Rekognition && head.method != Method::POST => {
            Routed::WrongMethod(service, named)
        }
        Some(operation) if path == "/" => Routed::To(operation),
        Some(operation) => Routed::WrongPath(operation),
        None => match strayed(path).filter(|_| service == Service::XRay && head.method == Method::POST) {
            Some(operation) => Routed::WrongPath(operation),
            None => Routed::UnknownOperation(service),
        },
    }
}

/// Whether the path is the operation's but for its case.
pub(crate) fn folds(head: &Parts, operation: Operation) -> bool {
    head.uri.path().strip_prefix('/').is_some_and(|name| name.eq_ignore_ascii_case(operation.name()))
}

/// The operation of X-Ray that some part of a path names.
fn strayed(path: &str) -> Option<Operation> {
    Operation::ALL.into_iter().find(|operation| {
        operation.service() == Service::XRay
            && path.split('/').any(|part| part.eq_ignore_ascii_case(operation.name()))
    })
}

/// The parts of the credential scope: access key, date, region, service.
fn credential(headers: &HeaderMap) -> Option<[&str; 4]> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, rest) = authorization.split_once("Credential=")?;
    let credential = rest.split([',', ' ']).next()?;
    let mut parts = credential.rsplit('/').skip(1);
    let (service, region, date) = (parts.next()?, parts.next()?, parts.next()?);
    let access_key = parts.next()?;
    Some([access_key, date, region, service])
}

/// The service that a request was signed for.
fn scoped_service(headers: &HeaderMap) -> Option<Service> {
    match credential(headers)?[3] {
        "rekognition" => Some(Service::Rekognition),
        "xray" => Some(Service::XRay),
        _ => None,
    }
}

/// Whose resources a request is about: the region that it was signed for, and the account that
/// the access key stands for. An access key of twelve digits is its own account, the others have one
/// that is `usual`.
pub(crate) fn scope(headers: &HeaderMap, usual: &str) -> Scope {
    let credential = credential(headers);
    let region = credential
        .map(|[_, _, region, _]| region)
        .filter(|region| {
            let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (1..=32).contains(&region.len()) && region.chars().all(letters)
        })
        .unwrap_or(DEFAULT_REGION);
    let account = credential
        .map(|[access_key, ..]| access_key)
        .filter(|key| key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or(usual);
    Scope { account: account.to_owned(), region: region.to_owned() }
}

/// Reads a body. An empty one asks for nothing in particular, like `{}`.
pub(crate) fn body(bytes: &[u8]) -> Result<Map<String, Value>, BodyProblem> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| BodyProblem::NotUtf8)?;
    match serde_json::from_str(text) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(BodyProblem::NotObject),
        Err(error) if error.to_string().starts_with("recursion limit") => Err(BodyProblem::TooDeep),
        Err(_) => Err(BodyProblem::NotJson),
    }
}
