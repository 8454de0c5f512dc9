//! How a response is written.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::code;
use crate::faults::{Answered, Wire};
use crate::refusal::Refusal;
use crate::service::{Operation, Service};
use crate::switches::Switches;
use crate::variants::Reading;

/// Writes the answers to one request.
pub(crate) struct Encoder<'a> {
    pub(crate) service: Service,
    pub(crate) operation: Option<Operation>,
    pub(crate) switches: &'a Switches,
    pub(crate) request_id: String,
}

impl Encoder<'_> {
    /// Writes a success: the members of the output, or nothing where there are none.
    pub(crate) fn success(&self, members: Map<String, Value>) -> Response<Bytes> {
        let mut members = members;
        let nothing = members.is_empty();
        if self.switches.reads(Reading::ExtraMembers) && !nothing {
            members.insert("ResponseMetadata".into(), json!({"RetryAttempts": 0}));
            members.insert("Generation".into(), json!(2));
        }
        let empty = nothing
            && match self.service {
                Service::Rekognition => self.switches.reads(Reading::EmptyDeleteBodies),
                Service::XRay => !self.switches.reads(Reading::ObjectDeleteBodies),
            };
        let body = Value::Object(members);
        let text = if empty {
            String::new()
        } else if self.wire(Wire::SuccessXml) {
            format!("<Response>{}</Response>", escaped(&body.to_string()))
        } else if self.wire(Wire::BodyTwiceEncoded) {
            Value::String(body.to_string()).to_string()
        } else if self.switches.reads(Reading::PrettyBodies) {
            format!("{body:#}\n")
        } else {
            body.to_string()
        };
        let status = if self.wire(Wire::SuccessStatus201) { 201 } else { 200 };
        let body = if self.wire(Wire::LatinBody) {
            // Every character that fits in one byte is written as one.
            let byte = |c: char| u8::try_from(u32::from(c)).unwrap_or(b'?');
            Bytes::from(text.chars().map(byte).collect::<Vec<_>>())
        } else {
            Bytes::from(text)
        };
        self.response(status, body, self.headers())
    }

    /// Writes a refusal.
    pub(crate) fn refusal(&self, refusal: &Refusal) -> Response<Bytes> {
        let mut refusal = refusal.clone();
        let how = self.operation.and_then(|operation| self.switches.refusal(operation, refusal.code));
        match how {
            Some(Answered::Code(code)) => refusal.code = code,
            Some(Answered::Status(status)) => refusal.status = status,
            _ => {}
        }
        if self.wire(Wire::ErrorStatus200) {
            refusal.status = 200;
        }
        if self.wire(Wire::ErrorHtml) {
            return self.html(&refusal);
        }
        if self.wire(Wire::ErrorRedirects) {
            let mut headers = self.headers();
            headers.insert(header::LOCATION, HeaderValue::from_static("/errors.html"));
            return self.response(302, Bytes::new(), headers);
        }
        if self.wire(Wire::ErrorXml) {
            let body = format!(
                "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>",
                refusal.code,
                escaped(&refusal.message)
            );
            let mut headers = self.headers();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
            return self.response(refusal.status, Bytes::from(body), headers);
        }
        if self.wire(Wire::ErrorText) {
            let mut headers = self.headers();
            insert(&mut headers, "x-amzn-errortype", &self.spelling(refusal.code));
            return self.response(refusal.status, Bytes::from(refusal.message), headers);
        }
        let without_code =
            how == Some(Answered::NoCode) || self.wire(Wire::ErrorWithoutCode) || refusal.code == code::NONE;
        let (headers, body) = self.error(&self.spelling(refusal.code), &refusal.message, !without_code);
        self.response(refusal.status, Bytes::from(body.to_string()), headers)
    }

    /// The code as this endpoint spells it.
    fn spelling(&self, code: &str) -> String {
        if self.wire(Wire::ErrorWithoutSuffix) {
            code.trim_end_matches("Exception").to_owned()
        } else if self.wire(Wire::ErrorLowerCase) {
            code.to_lowercase()
        } else if self.wire(Wire::ErrorValidationError)
            && matches!(code, code::VALIDATION | code::INVALID_REQUEST | code::INVALID_PARAMETER)
        {
            "ValidationError".to_owned()
        } else {
            code.to_owned()
        }
    }

    /// The headers and the body of an error.
    fn error(&self, code: &str, message: &str, with_code: bool) -> (HeaderMap, Value) {
        let reads = |reading| self.switches.reads(reading);
        let namespaced = if reads(Reading::NamespacedCode) {
            let namespace = match self.service {
                Service::Rekognition => "com.amazonaws.rekognition",
                Service::XRay => "com.amazonaws.xray",
            };
            format!("{namespace}#{code}")
        } else {
            code.to_owned()
        };
        let mut headers = self.headers();
        let mut body = Map::new();
        let rekognition = self.service == Service::Rekognition;
        let only = reads(Reading::CodeInHeaderOnly)
            || reads(Reading::CodeInTypeOnly)
            || reads(Reading::CodeInCodeOnly);
        if with_code {
            let in_header = reads(Reading::CodeInHeaderOnly) || !rekognition && !only;
            if in_header || reads(Reading::CodeWithUri) || reads(Reading::CodeWithColon) {
                let suffix = if reads(Reading::CodeWithUri) {
                    ":http://internal.amazon.com/coral/com.amazon.coral.service/"
                } else if reads(Reading::CodeWithColon) {
                    ":"
                } else {
                    ""
                };
                insert(&mut headers, "x-amzn-errortype", &format!("{namespaced}{suffix}"));
            }
            if self.wire(Wire::ErrorTwoCodes) {
                insert(&mut headers, "x-amzn-errortype", code);
                body.insert("__type".into(), json!("ServiceException"));
            } else if !only || reads(Reading::CodeInTypeOnly) {
                body.insert("__type".into(), json!(namespaced));
            }
            if reads(Reading::CodeInCodeOnly) {
                body.insert("code".into(), json!(code));
            }
            if rekognition && !only && !reads(Reading::NoLogref) && code != code::VALIDATION {
                body.insert("Code".into(), json!(code));
                body.insert("Logref".into(), json!(self.request_id));
            }
        }
        if !reads(Reading::NoMessage) {
            let framework = rekognition && code == code::VALIDATION;
            let member = if reads(Reading::LowerCaseMessage) || framework { "message" } else { "Message" };
            body.insert(member.into(), json!(message));
        }
        if reads(Reading::ExtraMembers) {
            body.insert("Resource".into(), json!({"Kind": "policy"}));
        }
        if self.wire(Wire::ErrorNested) {
            // The code travels with the rest, one level too deep for any client.
            headers.remove("x-amzn-errortype");
            return (headers, json!({"error": Value::Object(body)}));
        }
        (headers, Value::Object(body))
    }

    /// A page as proxies and web frameworks write it.
    fn html(&self, refusal: &Refusal) -> Response<Bytes> {
        let body = format!(
            "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1><p>{message}</p></body></html>",
            status = refusal.status,
            message = escaped(&refusal.message)
        );
        let mut headers = self.headers();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        self.response(refusal.status, Bytes::from(body), headers)
    }

    /// What a web framework answers when the code behind it has crashed.
    pub(crate) fn crash(&self) -> Response<Bytes> {
        let refusal = match self.service {
            Service::Rekognition => Refusal::with_status(code::INTERNAL, 500, "Internal server error"),
            Service::XRay => Refusal::with_status(code::INTERNAL_FAILURE, 500, "Internal failure"),
        };
        self.refusal(&refusal)
    }

    /// The headers of every response.
    fn headers(&self) -> HeaderMap {
        let reads = |reading| self.switches.reads(reading);
        let mut headers = HeaderMap::new();
        let content_type = if self.wire(Wire::HtmlContentType) {
            "text/html"
        } else {
            match (self.spoken(), reads(Reading::Charset)) {
                (Service::Rekognition, false) => "application/x-amz-json-1.1",
                (Service::Rekognition, true) => "application/x-amz-json-1.1; charset=utf-8",
                (Service::XRay, false) => "application/json",
                (Service::XRay, true) => "application/json; charset=utf-8",
            }
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if !self.wire(Wire::NoRequestId) {
            let name =
                if reads(Reading::RequestIdWithoutN) { "x-amz-request-id" } else { "x-amzn-requestid" };
            insert(&mut headers, name, &self.request_id);
        }
        if reads(Reading::ExtraHeaders) {
            insert(&mut headers, "server", "reference");
            insert(&mut headers, "x-cache", "Miss from cloudfront");
            insert(&mut headers, "strict-transport-security", "max-age=31536000");
        }
        if reads(Reading::ConnectionsClosed) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        headers
    }

    /// The service whose content type is sent.
    fn spoken(&self) -> Service {
        match (self.service, self.wire(Wire::OtherContentType)) {
            (Service::Rekognition, false) | (Service::XRay, true) => Service::Rekognition,
            (Service::Rekognition, true) | (Service::XRay, false) => Service::XRay,
        }
    }

    fn response(&self, status: u16, body: Bytes, headers: HeaderMap) -> Response<Bytes> {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }

    fn wire(&self, how: Wire) -> bool {
        self.switches.wire(self.service, how)
    }
}

/// Sets a header to a text of the endpoint's own, which is visible ASCII.
fn insert(headers: &mut HeaderMap, name: &'static str, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// A text inside of markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
