//! Signature Version 4, verified.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use std::time::UNIX_EPOCH;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::faults::Wire;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::switches::Switches;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// The secret of the access keys that are known without being configured.
const SECRET: &str = "test";
/// How far a request's time may be off, in seconds.
const SKEW: u64 = 15 * 60;

/// Verifies the signature of a request.
pub(crate) fn verify(
    head: &Parts,
    body: &Bytes,
    service: Service,
    config: &Config,
    switches: &Switches,
) -> Result<(), Refusal> {
    let lax = |how| switches.wire(service, how);
    let refuse = |code: &'static str, message: &str| {
        let status = match service {
            Service::Rekognition => 400,
            Service::XRay => 403,
        };
        Refusal::with_status(code, status, message)
    };
    let incomplete = |message: &str| refuse("IncompleteSignatureException", message);
    let invalid = |message: &str| refuse("InvalidSignatureException", message);
    let Some(authorization) = head.headers.get(AUTHORIZATION) else {
        if lax(Wire::SignatureMissingAccepted) {
            return Ok(());
        }
        return Err(refuse("MissingAuthenticationTokenException", "Request is missing Authentication Token"));
    };
    let Some(signed) = authorization.to_str().ok().and_then(Signed::parse) else {
        if lax(Wire::SignatureMalformedAccepted) {
            return Ok(());
        }
        return Err(incomplete("The Authorization header is not a Signature Version 4."));
    };
    let time = head
        .headers
        .get("x-amz-date")
        .and_then(|date| date.to_str().ok())
        .ok_or_else(|| incomplete("The request has no X-Amz-Date header."))?;
    let seconds = seconds(time).ok_or_else(|| incomplete("X-Amz-Date is not a time."))?;
    if !time.starts_with(signed.date) || signed.terminator != "aws4_request" {
        return Err(invalid("The credential scope does not fit the request."));
    }
    if signed.service != service.name() {
        return Err(invalid("Credential should be scoped to correct service."));
    }
    if !signed.headers.split(';').any(|name| name == "host") {
        return Err(invalid("'Host' must be a SignedHeader in the AWS Authorization."));
    }
    let now = (config.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if now.abs_diff(seconds) > SKEW && !lax(Wire::SignatureExpiredAccepted) {
        let problem = if seconds < now { "expired" } else { "not yet current" };
        return Err(invalid(&format!("Signature {problem}: {time}")));
    }
    let Some(secret) = secret(signed.access_key, config) else {
        if lax(Wire::SignatureOfUnknownKeyAccepted) {
            return Ok(());
        }
        let message = "The security token included in the request is invalid.";
        return Err(refuse("UnrecognizedClientException", message));
    };
    let payload = payload(head, body).ok_or_else(|| {
        invalid("The provided 'x-amz-content-sha256' header does not match what was computed.")
    })?;
    let canonical = canonical(head, signed.headers, &payload)
        .ok_or_else(|| invalid("A signed header is not in the request."))?;
    let Signed { date, region, service: name, .. } = signed;
    let to_sign = format!(
        "{ALGORITHM}\n{time}\n{date}/{region}/{name}/aws4_request\n{}",
        hexadecimal(&Sha256::digest(canonical.as_bytes()))
    );
    let key = [date, region, name, "aws4_request"]
        .iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| {
            keyed(&key, part).finalize().into_bytes().to_vec()
        });
    let mismatch = || {
        invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )
    };
    if lax(Wire::SignatureNotCompared) {
        return Ok(());
    }
    let signature = bytes(signed.signature).ok_or_else(mismatch)?;
    // The comparison takes the same time wherever the signatures differ.
    keyed(&key, &to_sign).verify_slice(&signature).map_err(|_| mismatch())
}

/// The parts of an Authorization header.
struct Signed<'a> {
    access_key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    terminator: &'a str,
    headers: &'a str,
    signature: &'a str,
}

impl<'a> Signed<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let parameters = header.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
        let named = |name: &str| {
            parameters
                .split(',')
                .find_map(|one| one.trim().strip_prefix(name)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
        };
        // An access key may contain slashes, so the scope is read from its end.
        let mut scope = named("Credential")?.rsplitn(5, '/');
        let (terminator, service) = (scope.next()?, scope.next()?);
        let (region, date, access_key) = (scope.next()?, scope.next()?, scope.next()?);
        Some(Self {
            access_key,
            date,
            region,
            service,
            terminator,
            headers: named("SignedHeaders")?,
            signature: named("Signature")?,
        })
    }
}

fn secret<'a>(access_key: &str, config: &'a Config) -> Option<&'a str> {
    let configured = config.credentials.iter().find(|(key, _)| key == access_key);
    if let Some((_, secret)) = configured {
        return Some(secret);
    }
    let account = access_key.len() == 12 && access_key.bytes().all(|byte| byte.is_ascii_digit());
    (account || access_key == "test").then_some(SECRET)
}

/// The digest of the body as it was signed, or nothing where it is not this body's.
fn payload(head: &Parts, body: &Bytes) -> Option<String> {
    let digest = hexadecimal(&Sha256::digest(body));
    match head.headers.get("x-amz-content-sha256") {
        None => Some(digest),
        Some(sent) if sent == UNSIGNED => Some(UNSIGNED.to_owned()),
        Some(sent) => (sent == digest.as_str()).then_some(digest),
    }
}

/// The canonical form of a request.
fn canonical(head: &Parts, signed: &str, payload: &str) -> Option<String> {
    let mut query: Vec<(&str, &str)> = head
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    query.sort_unstable();
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut headers = String::new();
    for name in signed.split(';') {
        headers.push_str(&format!("{name}:{}\n", header(head, name)?));
    }
    let path = match head.uri.path() {
        "" => "/",
        path => path,
    };
    Some(format!("{}\n{}\n{}\n{headers}\n{signed}\n{payload}", head.method, encoded(path), query.join("&"),))
}

/// The values of a header, trimmed and joined. HTTP/2 carries the host in the URI.
fn header(head: &Parts, name: &str) -> Option<String> {
    let mut values = Vec::new();
    for value in head.headers.get_all(name) {
        let text = value.to_str().ok()?;
        values.push(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    }
    if values.is_empty() && name == HOST.as_str() {
        values.push(head.uri.authority()?.to_string());
    }
    (!values.is_empty()).then(|| values.join(","))
}

/// A path is encoded once more than it was sent.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn keyed(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut keyed = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do for HMAC");
    keyed.update(text.as_bytes());
    keyed
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    if !hexadecimal.is_ascii() || !hexadecimal.len().is_multiple_of(2) {
        return None;
    }
    (0..hexadecimal.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).ok())
        .collect()
}

/// The seconds since the epoch of a time such as `20150830T123600Z`.
fn seconds(time: &str) -> Option<u64> {
    let digits = |range: std::ops::Range<usize>| {
        let part = time.get(range)?;
        let all = part.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| part.parse::<u64>().ok()).flatten()
    };
    if time.len() != 16 || time.get(8..9) != Some("T") || time.get(15..) != Some("Z") {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, digits(4..6)?, digits(6..8)?);
    let (hour, minute, second) = (digits(9..11)?, digits(11..13)?, digits(13..15)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the epoch: years begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days.checked_sub(719_468).map(|days| days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The example of the documentation of Signature Version 4, with its key and signature.
    fn example(signature: &str) -> (Parts, Config) {
        let request = http::Request::get("/?Action=ListUsers&Version=2010-05-08")
            .header("host", "iam.amazonaws.com")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("x-amz-date", "20150830T123600Z")
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"))
            .body(())
            .expect("the request is well-formed");
        let config = Config::default()
            .with_credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
            .with_clock(|| UNIX_EPOCH + Duration::from_secs(1_440_938_160));
        (request.into_parts().0, config)
    }

    #[test]
    fn the_canonical_request_of_the_example_is_canonical() {
        let (head, _) = example("00");
        let empty = hexadecimal(&Sha256::digest(b""));
        let canonical = canonical(&head, "content-type;host;x-amz-date", &empty);
        let digest = Sha256::digest(canonical.expect("every header is there"));
        assert_eq!(hexadecimal(&digest), "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    }

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("19700101T000000Z"), Some(0));
        assert_eq!(seconds("20150830T123600Z"), Some(1_440_938_160));
        assert_eq!(seconds("20150830T1236"), None);
        assert_eq!(seconds("2015é830T12360Z"), None);
    }

    #[test]
    fn a_signature_for_another_service_is_refused() {
        let (head, config) = example("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
        let refusal = verify(&head, &Bytes::new(), Service::XRay, &config, &Switches::default())
            .expect_err("it is IAM's");
        assert_eq!((refusal.code, refusal.status), ("InvalidSignatureException", 403));
    }
}
