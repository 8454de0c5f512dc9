//! What an endpoint answers to a long script of requests: the faults that leave every answer
//! as it was cannot be seen from outside, and are no faults.

mod documents;
mod often;
mod script;
mod semantics;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use crate::faults::{Defect, Deviation};
use crate::{Config, Fault, Operation, Reference, Service, faults, variants};

/// One endpoint and what it has answered so far.
struct Recorder {
    reference: Reference,
    /// The time, in milliseconds since the epoch.
    now: Arc<AtomicU64>,
    answers: Vec<String>,
}

/// A time with a fraction, in milliseconds.
const NOW: u64 = 1_700_000_000_250;
/// How much later the next request comes, in milliseconds.
const STEP: u64 = 130;

impl Recorder {
    fn new(config: Config) -> Self {
        let now = Arc::new(AtomicU64::new(NOW));
        let clock = Arc::clone(&now);
        let config =
            config.with_clock(move || UNIX_EPOCH + Duration::from_millis(clock.load(Ordering::Relaxed)));
        let reference = Reference::new(config).expect("the switches are known");
        Self { reference, now, answers: Vec::new() }
    }

    fn send(&mut self, request: Request<Bytes>) -> (u16, Value) {
        self.now.fetch_add(STEP, Ordering::Relaxed);
        let response = self.reference.handle(request);
        let (head, body) = response.into_parts();
        let mut headers: Vec<String> = head
            .headers
            .iter()
            .map(|(name, value)| match name.as_str() {
                "x-amzn-requestid" => "request id".to_owned(),
                name => format!("{name}: {value:?}"),
            })
            .collect();
        headers.sort();
        let mut parsed = serde_json::from_slice::<Value>(&body).unwrap_or(Value::Null);
        let shown = match &parsed {
            Value::Object(_) => {
                let mut shown = parsed.clone();
                if let Some(members) = shown.as_object_mut() {
                    members.remove("Logref");
                }
                shown.to_string()
            }
            _ => format!("{body:?}"),
        };
        self.answers.push(format!("{} {} {headers:?} {shown}", head.status, body.len()));
        if parsed.is_null() {
            parsed = json!({});
        }
        (head.status.as_u16(), parsed)
    }

    fn call(&mut self, operation: Operation, body: &Value) -> (u16, Value) {
        self.send(request(operation, "us-east-1", body.to_string()))
    }

    fn raw(&mut self, operation: Operation, body: impl Into<Bytes>) -> (u16, Value) {
        self.send(request(operation, "us-east-1", body))
    }
}

fn request(operation: Operation, region: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let service = operation.service();
    let (path, content_type) = match service {
        Service::Rekognition => ("/".to_owned(), "application/x-amz-json-1.1"),
        Service::XRay => (format!("/{operation}"), "application/json"),
    };
    Request::post(path)
        .header("x-amz-target", format!("RekognitionService.{operation}"))
        .header("content-type", content_type)
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential=test/20240101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=00"),
        )
        .body(body.into())
        .expect("the request is well-formed")
}

/// The script in parts, so that what a fault concerns can be played alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Semantics(Service),
    Wire,
    Constraints(Operation),
}

impl Part {
    fn all() -> Vec<Self> {
        let services = [Service::Rekognition, Service::XRay].map(Self::Semantics);
        let constraints = Operation::ALL.map(Self::Constraints);
        services.into_iter().chain([Self::Wire]).chain(constraints).collect()
    }

    /// Answers to this part of the script.
    fn transcript(self, config: Config) -> Vec<String> {
        let mut recorder = Recorder::new(config);
        match self {
            Self::Semantics(Service::XRay) => {
                semantics::xray(&mut recorder);
                often::xray(&mut recorder);
            }
            Self::Semantics(Service::Rekognition) => {
                semantics::rekognition(&mut recorder);
                often::rekognition(&mut recorder);
            }
            Self::Wire => script::wire(&mut recorder),
            Self::Constraints(operation) => {
                let body = json!({"ProjectName": "project"});
                let (_, answer) = recorder.call(Operation::CreateProject, &body);
                let arn = answer["ProjectArn"].as_str().unwrap_or("?").to_owned();
                script::constraints(&mut recorder, operation, &arn);
            }
        }
        recorder.answers
    }
}

/// The names for which no part of the script has another answer than a clean endpoint's.
fn unseen<'a>(switches: impl Iterator<Item = (&'a str, Config, Part)>) -> Vec<&'a str> {
    let clean: Vec<(Part, Vec<String>)> =
        Part::all().into_iter().map(|part| (part, part.transcript(Config::default()))).collect();
    switches
        .filter(|(_, config, likely)| {
            let (first, rest): (Vec<_>, Vec<_>) = clean.iter().partition(|(part, _)| likely == part);
            !first.into_iter().chain(rest).any(|(part, answers)| part.transcript(config.clone()) != *answers)
        })
        .map(|(name, ..)| name)
        .collect()
}

#[test]
fn the_same_requests_get_the_same_answers() {
    for part in Part::all() {
        let (once, again) = (Config::default(), Config::default());
        assert_eq!(part.transcript(once), part.transcript(again), "{part:?}");
    }
}

#[test]
fn without_faults_nothing_is_a_server_error() {
    for part in Part::all() {
        for answer in part.transcript(Config::default()) {
            assert!(!answer.starts_with('5'), "{part:?} {answer}");
        }
    }
}

#[test]
fn every_fault_can_be_seen() {
    // One request after another shows nothing of those that need requests to overlap, nor unsigned
    // requests of those that are about signatures. The kill matrix tries them.
    let elsewhere = |fault: &Fault| match &fault.deviation {
        Deviation::Defect(defect) => Defect::RACES.contains(defect),
        _ => fault.is_of_signatures(),
    };
    let faults = faults().iter().filter(|fault| !elsewhere(fault)).map(|fault| {
        let likely = match (&fault.deviation, fault.operation) {
            (Deviation::Constraint { .. }, Some(operation)) => Part::Constraints(operation),
            (Deviation::Wire { .. }, _) => Part::Wire,
            _ => Part::Semantics(fault.service),
        };
        (fault.name, Config::default().with_fault(fault.name), likely)
    });
    let unseen = unseen(faults);
    assert!(unseen.is_empty(), "{}: {unseen:#?}", unseen.len());
}

#[test]
fn every_variant_can_be_seen() {
    let variants = variants()
        .iter()
        // These two show on a socket alone.
        .filter(|variant| !matches!(variant.name, "wire.slow" | "wire.chunked"))
        .map(|variant| (variant.name, Config::default().with_variant(variant.name), Part::Wire));
    let unseen = unseen(variants);
    assert!(unseen.is_empty(), "{}: {unseen:#?}", unseen.len());
}

#[test]
fn everything_at_once_does_not_panic() {
    let config = Config {
        faults: faults().iter().map(|fault| fault.name.to_owned()).collect(),
        variants: variants().iter().map(|variant| variant.name.to_owned()).collect(),
        ..Config::default()
    };
    for part in Part::all() {
        part.transcript(config.clone());
    }
}
