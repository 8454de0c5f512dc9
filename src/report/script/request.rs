//! A request as options of curl.

use super::shell::{is_plain, printf_format, quote, single_quoted};
use crate::exchange::Exchange;
use crate::exchange::untrusted::visible_json;
use crate::judge::finding::Finding;
use crate::results::TargetInfo;
use aws_conformance_generators::model::{Protocol, model};
use aws_conformance_generators::plan::{Body, Call, Header, Service, Signature, Wire};
use std::borrow::Cow;

/// Where the embedded reference listens once it is served.
const SERVED: &str = "http://127.0.0.1:4566";
/// The most bytes of a body that stand on the command line itself: Linux takes no longer word.
const LONGEST_WORD: usize = 100_000;

/// The URL that a script talks to unless it is told otherwise.
pub(super) fn endpoint(target: &TargetInfo, service: Service) -> &str {
    target.endpoints.get(&service).map_or(SERVED, |url| url.trim_end_matches('/'))
}

/// The exchange that shows a finding, with the number of its step in the evidence.
pub(super) fn judged(finding: &Finding) -> Option<(usize, &Exchange)> {
    let label = &finding.violation.label;
    let call = planned(finding, label);
    let all = finding.evidence.iter().enumerate();
    let all = all.flat_map(|(at, trace)| trace.exchanges().iter().map(move |exchange| (at, exchange)));
    let labelled = all.filter(|(_, exchange)| exchange.label == *label);
    // Every page of every listing has the same label: which one it is, its body tells.
    let is_meant = |exchange: &Exchange| match call.map(|call| &call.body) {
        Some(Body::Raw(bytes)) => exchange.request.cut > 0 || exchange.request.body[..] == **bytes,
        Some(Body::Input(aws_conformance_generators::plan::Arg::Json(input))) => {
            exchange.request.input() == Some(input)
        }
        _ => true,
    };
    let mut labelled: Vec<_> = labelled.collect();
    // The evidence of a monitor ends with it.
    let at = labelled.iter().rposition(|(_, exchange)| is_meant(exchange)).unwrap_or(0);
    (!labelled.is_empty()).then(|| labelled.swap_remove(at))
}

/// The plan's call of this label.
pub(super) fn planned<'a>(finding: &'a Finding, label: &str) -> Option<&'a Call> {
    finding.case.plan.calls().find(|call| call.label == label)
}

/// A request's body, whole: what is too long to be kept as evidence may stand in the plan.
pub(super) fn body<'a>(exchange: &'a Exchange, call: Option<&'a Call>) -> Option<&'a [u8]> {
    match call.map(|call| &call.body) {
        _ if exchange.request.cut == 0 => Some(&exchange.request.body),
        Some(Body::Raw(bytes)) => Some(bytes),
        _ => None,
    }
}

/// Whether a body is JSON text, so that what cannot be seen in it may be written as an escape.
pub(super) fn is_json(bytes: &[u8], call: Option<&Call>) -> bool {
    !matches!(call.map(|call| &call.body), Some(Body::Raw(_))) && std::str::from_utf8(bytes).is_ok()
}

/// How a request deviates from a well-formed one, if it does: a script shows it whole.
pub(super) fn deviation<'a>(
    exchange: &Exchange,
    call: Option<&'a Call>,
    region: &str,
) -> Option<Cow<'a, Wire>> {
    let wire = call.map_or_else(|| Cow::Owned(Wire::default()), |call| Cow::Borrowed(&call.wire));
    let known = model(exchange.request.service).operation(&exchange.request.operation).is_some();
    (exchange.request.region != region || !known || !wire.is_well_formed()).then_some(wire)
}

/// The options of curl for a request, without its body. The region, the endpoint and the secrets are
/// words of the shell.
pub(super) fn options(
    exchange: &Exchange,
    wire: &Wire,
    region: &str,
    endpoint: &str,
    user: [&str; 2],
) -> Vec<String> {
    let request = &exchange.request;
    let service = model(request.service);
    let sign = |[key, secret]: [&str; 2]| {
        [
            format!("--aws-sigv4 \"aws:amz:{region}:{}\"", service.signing_name),
            format!("--user \"{key}:{secret}\""),
        ]
    };
    let mut options = Vec::new();
    match wire.signature {
        Signature::Missing => {}
        Signature::Malformed => options.push("-H 'authorization: AWS4-HMAC-SHA256 nonsense'".to_owned()),
        Signature::Valid => options.extend(sign(user)),
        Signature::WrongSecret => options.extend(sign([user[0], "not-the-secret"])),
        Signature::UnknownKey => options.extend(sign([Signature::UNKNOWN_KEY, user[1]])),
        Signature::Expired => {
            options.extend(sign(user));
            // Curl 7.84 and later sign for the time that they are given here: yesterday.
            options.push("-H \"x-amz-date: $(TZ=UTC+24 date +%Y%m%dT%H%M%SZ)\"".to_owned());
        }
    }
    options.push(format!("-X {}", quote(&request.method)));
    let (content_type, action) = match service.protocol {
        Protocol::AwsJson11 => {
            let prefix = service.target_prefix.as_deref().unwrap_or_default();
            ("application/x-amz-json-1.1", Some(format!("{prefix}.{}", request.operation)))
        }
        Protocol::RestJson1 => ("application/json", None),
    };
    // Without the header curl sends a content type of its own.
    let content_type = header("content-type", wire.content_type.as_ref(), Some(content_type));
    options.push(content_type.unwrap_or_else(|| "-H 'content-type:'".to_owned()));
    options.extend(header("x-amz-target", wire.target.as_ref(), action.as_deref()));
    let path = wire.path.as_deref().unwrap_or(&request.path);
    options.push(match is_plain(path) {
        true => format!("\"{endpoint}{path}\""),
        false => format!("\"{endpoint}\"{}", quote(path)),
    });
    options
}

fn header(name: &str, deviation: Option<&Header>, usual: Option<&str>) -> Option<String> {
    let value = match (deviation, usual) {
        (Some(Header::Absent), _) | (None, None) => return None,
        (Some(Header::Value(value)), _) => value,
        (None, Some(value)) => value,
    };
    // Curl takes a header without a value for one to leave out, unless it ends in a semicolon.
    let line = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
    Some(format!("-H {}", quote(&line)))
}

/// One line that sends a finding's judged request as it was sent; none where no request shows it, or
/// where its body was too long to be kept.
pub fn curl(finding: &Finding, target: &TargetInfo) -> Option<String> {
    let (_, exchange) = judged(finding)?;
    let call = planned(finding, &exchange.label);
    let bytes = body(exchange, call)?;
    let wire = call.map(|call| call.wire.clone()).unwrap_or_default();
    let user = ["${AWS_ACCESS_KEY_ID:-test}", "${AWS_SECRET_ACCESS_KEY:-test}"];
    // A region and an endpoint are the user's own words; in double quotes some of them would act.
    let inert = |text: &str| text.replace(['"', '$', '`', '\\'], "");
    let (region, url) = (inert(&exchange.request.region), inert(endpoint(target, exchange.request.service)));
    let mut options = options(exchange, &wire, &region, &url, user);
    if target.temporary_credentials {
        options.insert(0, "-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"".to_owned());
    }
    let options = options.join(" ");
    let curl = "curl -sS -i --globoff --path-as-is";
    Some(match is_json(bytes, call) && bytes.len() <= LONGEST_WORD {
        true => {
            let text = visible_json(&String::from_utf8_lossy(bytes));
            format!("{curl} {options} --data-binary {}", single_quoted(&text))
        }
        false => format!("printf '{}' | {curl} {options} --data-binary @-", printf_format(bytes)),
    })
}
