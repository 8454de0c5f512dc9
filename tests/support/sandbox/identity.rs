//! Who calls: keys of a role, Signature Version 4, and STS.

use super::ACCOUNT;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::HeaderMap;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// How many keys there are.
pub(super) const KEYS: usize = 2000;
/// The role that they are of.
pub(super) const CALLER: &str = "arn:aws:sts::123456789012:assumed-role/nightly/conformance";

const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// Temporary keys of the account's role.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) token: String,
}

/// How long keys are good for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lifetime {
    /// So many requests.
    Requests(u64),
    /// So long after their first request.
    Time(Duration),
}

impl Keys {
    /// The keys of this number: which they are depends on nothing else.
    pub(crate) fn number(number: usize) -> Self {
        Self {
            access_key: format!("ASIASANDBOX{number:09}"),
            secret_key: format!("PLANTED/secret+access//{number:04}/qwertyuiopasd"),
            token: format!("PLANTEDsessiontoken//////////{number:04}wEaDGV4YW1wbGU="),
        }
    }

    /// The environment of a program that is given these keys.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("AWS_ACCESS_KEY_ID", self.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.clone()),
            ("AWS_SESSION_TOKEN", self.token.clone()),
        ]
    }

    /// A shell script, for `credential_process`, that prints the next keys whenever it is run. They say
    /// that they last this long.
    pub(crate) fn process(lifetime: Duration) -> String {
        let number = "$(printf %0";
        let Self { access_key, secret_key, token } = Self::number(0);
        let [access_key, secret_key, token] = [(access_key, 9), (secret_key, 4), (token, 4)]
            .map(|(text, digits)| text.replacen(&"0".repeat(digits), &format!("{number}{digits}d $n)"), 1));
        format!(
            r#"n=$(cat keys 2>/dev/null || echo 0)
echo $((n + 1)) >keys
cat <<END
{{"Version": 1, "AccessKeyId": "{access_key}", "SecretAccessKey": "{secret_key}", "SessionToken": "{token}",
 "Expiration": "$(date -u -d "+{} seconds" +%Y-%m-%dT%H:%M:%SZ)"}}
END
"#,
            lifetime.as_secs()
        )
    }
}

/// The number of the keys that a request says that it is signed with, if they are any of the account's.
pub(super) fn keys_of(headers: &HeaderMap) -> Option<usize> {
    let (_, credential) = authorization(headers)?.split_once("Credential=")?;
    let number = credential.split('/').next()?.strip_prefix("ASIASANDBOX")?.parse().ok()?;
    (number < KEYS).then_some(number)
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()
}

/// The `Authorization` of a request that is signed with these keys, with all its headers.
pub(super) fn signed(
    request: &http::Request<Bytes>,
    keys: (&str, &str),
    (region, service): (&str, &str),
    time: SystemTime,
) -> String {
    // A session's token is one of the headers already.
    let identity = aws_credential_types::Credentials::new(keys.0, keys.1, None, None, "sandbox").into();
    let params = v4::SigningParams::builder().identity(&identity).region(region).name(service).time(time);
    let params = params.settings(SigningSettings::default()).build().expect("all is there").into();
    let headers =
        request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body);
    let signed = sign(signable.expect("it is HTTP"), &params).expect("it can be signed");
    let authorization = signed.output().headers().find(|(name, _)| *name == "authorization");
    authorization.expect("a signature is a header").1.to_owned()
}

/// What STS answers to a request: status and body.
pub(super) fn sts(
    host: &str,
    request: &http::Request<Bytes>,
    is_expired: bool,
    next: &mut usize,
) -> (u16, String) {
    let body = String::from_utf8_lossy(request.body());
    let parameters: HashMap<&str, &str> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let action = parameters.get("Action").copied().unwrap_or_default();
    let keys = keys_of(request.headers());
    if action != "AssumeRoleWithWebIdentity" {
        let Some(number) = keys else {
            return error("InvalidClientTokenId", "The security token included in the request is invalid.");
        };
        if !is_signed(host, request, &Keys::number(number)) {
            return error("SignatureDoesNotMatch", "The request signature we calculated does not match.");
        }
        if is_expired {
            return error("ExpiredToken", "The security token included in the request is expired");
        }
    }
    let result = match action {
        "GetCallerIdentity" => {
            format!("<Arn>{CALLER}</Arn><UserId>AROASANDBOX:conformance</UserId><Account>{ACCOUNT}</Account>")
        }
        "AssumeRole" | "AssumeRoleWithWebIdentity" => {
            *next += 1;
            let Keys { access_key, secret_key, token } = Keys::number(*next);
            let expiration = humantime::format_rfc3339_seconds(SystemTime::now() + Duration::from_secs(3600));
            format!(
                "<Credentials><AccessKeyId>{access_key}</AccessKeyId><SecretAccessKey>{secret_key}</SecretAccessKey>\
                 <SessionToken>{token}</SessionToken><Expiration>{expiration}</Expiration></Credentials>\
                 <AssumedRoleUser><AssumedRoleId>AROASANDBOX:conformance</AssumedRoleId><Arn>{CALLER}</Arn></AssumedRoleUser>"
            )
        }
        _ => return error("InvalidAction", "Could not find operation"),
    };
    let answer = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{action}Response>"
    );
    (200, answer)
}

fn error(code: &str, message: &str) -> (u16, String) {
    let answer = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    );
    (403, answer)
}

/// Whether the signature of a request to STS is the one of these keys.
fn is_signed(host: &str, request: &http::Request<Bytes>, keys: &Keys) -> bool {
    let Some(sent) = authorization(request.headers()) else { return false };
    let part = |name: &str| {
        let (_, rest) = sent.split_once(name)?;
        rest.split([',', ' ']).next()
    };
    let (Some(scope), Some(names)) = (part("Credential="), part("SignedHeaders=")) else { return false };
    let Some(region) = scope.rsplit('/').nth(2) else { return false };
    let time = request.headers().get("x-amz-date").and_then(|date| date.to_str().ok());
    let time = time.and_then(|time| chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").ok());
    let Some(time) = time.map(|time| SystemTime::from(time.and_utc())) else { return false };
    let mut again = http::Request::builder()
        .method(request.method())
        .uri(format!("https://{host}{}", request.uri().path()));
    for (name, value) in request.headers() {
        if names.split(';').any(|signed| signed == name) {
            again = again.header(name, value);
        }
    }
    let again = again.body(request.body().clone()).expect("it is one already");
    let skew = SystemTime::now().duration_since(time).unwrap_or_else(|early| early.duration());
    let token = request.headers().get("x-amz-security-token").is_some_and(|sent| sent == keys.token.as_str());
    let keys = (keys.access_key.as_str(), keys.secret_key.as_str());

    token && skew < Duration::from_secs(900) && signed(&again, keys, (region, "sts"), time) == sent
}
