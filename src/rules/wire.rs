//! The wire: bodies, methods, paths, targets and content types that a typed client cannot send.
//!
//! What is alike for both services stands here once; each service says which calls it is tried on.

use super::calls::Calls;
use super::{Rule, RuleBuilder};
use crate::rules::expectation::{After, Expectation, Level};
use crate::service::{AUTH_CODES, Capability};
use aws_conformance_generators::plan::{Arg, Call, Header, Service, Signature, Step, Wire};
use serde_json::json;

/// The wire rules of a service.
pub(super) fn rules(calls: Calls) -> Vec<Rule> {
    Tried { calls, demanding: (calls.demanding)(), undemanding: (calls.undemanding)() }.rules()
}

/// The calls that a service's wire rules are tried on.
struct Tried {
    calls: Calls,
    demanding: Vec<Call>,
    undemanding: Call,
}

impl Tried {
    fn rules(&self) -> Vec<Rule> {
        let mut rules = vec![
            self.unreadable_bodies("body.not-json", "bodies that are not JSON", NOT_JSON, true),
            self.unreadable_bodies(
                "body.not-object",
                "bodies that are JSON but no object",
                NOT_AN_OBJECT,
                true,
            ),
            self.unreadable_bodies(
                "body.empty",
                "an empty body where members are required",
                &[("nothing", "")],
                false,
            ),
            self.undemanding_bodies(),
            self.hostile_bodies(),
            self.unknown_member(),
            self.member_case(),
            self.unknown_operation(),
            self.wrong_method(),
            self.wrong_path(),
            self.content_type(),
        ];
        rules.extend(self.signatures());
        rules.push(self.answered_signatures());
        if self.calls.service == Service::Rekognition {
            rules.push(self.target());
        }
        rules
    }

    /// A call, and a plain one after it: no response to the first counts only where the target still
    /// answers.
    fn followed(&self, call: Call) -> [Step; 2] {
        [Step::Call(call), Step::Call(self.undemanding.clone())]
    }

    fn draft(&self, property: &str, keys: &[&str], varies: &str) -> RuleBuilder {
        RuleBuilder::new(format!("{}.wire.{property}", self.calls.service), keys, varies)
    }

    /// A rule of calls that have to be refused.
    fn beside_a_witness(&self, property: &str, keys: &[&str], varies: &str) -> RuleBuilder {
        self.draft(property, keys, varies).between(self.calls.beside_a_witness())
    }

    /// How a body that cannot be read is refused: by the service, or by the layer below it.
    fn unreadable(&self) -> Expectation {
        Expectation::refusal(self.calls.unreadable).or_refusal(&["MalformedHttpRequestException"])
    }

    /// Bodies that cannot be read, sent to the demanding operations and, if asked, to the other.
    fn unreadable_bodies(&self, property: &str, varies: &str, bodies: &[(&str, &str)], to_all: bool) -> Rule {
        let keys: &[&str] = match to_all {
            true => &[".request.body", "protocol.unreadable", "protocol.serialization"],
            false => &["protocol.required", ".request.body"],
        };
        let refusal = || self.unreadable().other_code_is(Level::Should);
        let mut draft = self.beside_a_witness(property, keys, varies).expect("refused", refusal());
        for call in &self.demanding {
            for (label, body) in bodies {
                let call = call.clone().raw(body.as_bytes()).expecting("refused");
                draft = draft.refused(format!("{}: {label}", call.operation), call);
            }
        }
        if !to_all {
            return draft.build();
        }
        // The only member of X-Ray's is not supported, so that all that is sent to it may be ignored.
        let expect = if self.calls.service == Service::Xray { "ignored" } else { "refused" };
        if expect == "ignored" {
            draft = draft.expect(expect, refusal().or_success(After::Any, []).at(Level::Should));
        }
        for (label, body) in bodies {
            let call = self.undemanding.clone().raw(body.as_bytes()).expecting(expect);
            draft = draft.refused(format!("{}: {label}", call.operation), call);
        }
        draft.build()
    }

    fn undemanding_bodies(&self) -> Rule {
        let mut draft = self
            .draft(
                "body.optional",
                &[".request.no-body"],
                "an absent, empty or odd body where no member is required",
            )
            .expect("either", Expectation::no_server_error().at(Level::Observe));
        for (label, body) in [("an empty body", ""), ("spaces", "  "), ("null", "null")] {
            let call = self.undemanding.clone().raw(body.as_bytes()).expecting("either");
            draft = draft.case(format!("{}: {label}", call.operation), [Step::Call(call)]);
        }
        draft.build()
    }

    fn hostile_bodies(&self) -> Rule {
        let mut draft = self
            .beside_a_witness(
                "body.hostile",
                &["protocol.malformed", "protocol.too-large", ".request.body", "protocol.answered"],
                "bodies that are hard to parse",
            )
            .expect("answered", Expectation::no_server_error().answered(Level::Must))
            // A server may close the connection on what is too large before it has read it.
            .expect("large", Expectation::no_server_error());
        let hostile = hostile().into_iter().map(|(label, body)| (label, body, "answered"));
        let bodies: Vec<_> = hostile.chain(large().map(|(label, body)| (label, body, "large"))).collect();
        for call in self.demanding.iter().chain([&self.undemanding]) {
            for (label, body, expect) in &bodies {
                let wire = Wire { hostile: true, ..Wire::default() };
                let call = call.clone().raw(body.clone()).over(wire).expecting(expect);
                draft = draft.refused(format!("{}: {label}", call.operation), call);
            }
        }
        draft.build()
    }

    fn unknown_member(&self) -> Rule {
        let mut draft = self
            .draft(
                "member.unknown",
                &["protocol.unknown-member"],
                "a member that the operation does not have",
            )
            .expect(
                "ignored",
                Expectation::success(After::Stored, []).or(self.unreadable()).at(Level::Should),
            );
        for (label, value) in
            [("a string", json!("x")), ("an object", json!({"a": [1]})), ("null", json!(null))]
        {
            let call =
                (self.calls.put)("a").with("ConformanceUnknown", Some(Arg::Json(value))).expecting("ignored");
            draft = draft.case(format!("{}: {label}", call.operation), self.calls.between_reads(call));
        }
        draft.build()
    }

    /// What lacks a required member is refused, though one with another name has its value.
    fn member_case(&self) -> Rule {
        let mut draft = self
            .beside_a_witness(
                "member.case",
                &["protocol.required", "protocol.unknown-member"],
                "the members' names with a small letter first",
            )
            .expect("refused", self.unreadable().at(Level::Should));
        for call in &self.demanding {
            let lower = |name: &str| name[..1].to_lowercase() + &name[1..];
            draft = draft.refused(call.operation.clone(), call.clone().renamed(lower));
        }
        draft.build()
    }

    fn unknown_operation(&self) -> Rule {
        let mut draft = self
            .draft(
                "operation.unknown",
                &["protocol.unknown-operation"],
                "operations that the service does not have",
            )
            .expect("refused", Expectation::any_refusal());
        for name in ["NoSuchOperation", "PutPolicy", "ListResourcePolicy"] {
            let call = Call::new(self.calls.service, name, Arg::Object(Vec::new())).expecting("refused");
            draft = draft.case(name, [Step::Call(call)]);
        }
        draft.build()
    }

    fn wrong_method(&self) -> Rule {
        let mut draft = self
            .beside_a_witness("method.wrong", &[".request.method"], "methods other than POST")
            .expect("refused", Expectation::any_refusal());
        for call in self.demanding.iter().chain([&self.undemanding]) {
            for method in ["GET", "PUT", "DELETE", "PATCH"] {
                let wire = Wire { method: Some(method.to_owned()), ..Wire::default() };
                draft = draft.refused(
                    format!("{}: {method}", call.operation),
                    call.clone().over(wire).expecting("refused"),
                );
            }
        }
        draft.build()
    }

    fn wrong_path(&self) -> Rule {
        let (paths, expectation): (&[&str], _) = match self.calls.service {
            // The path is a client's duty there, and servers are known that do not look at it.
            Service::Rekognition => (&["/{}", "/v1", "/rekognition/{}"], Expectation::no_server_error()),
            Service::Xray => (&["/{}/more", "/v1/{}", "/xray/{}"], Expectation::any_refusal()),
        };
        let calls = || self.demanding.iter().chain([&self.undemanding]);
        let over = |draft: RuleBuilder, call: &Call, path: String, expect| {
            let label = format!("{}: {path}", call.operation);
            draft.refused(
                label,
                call.clone().over(Wire { path: Some(path), ..Wire::default() }).expecting(expect),
            )
        };
        let mut draft = self
            .beside_a_witness("path.wrong", &[".request.path"], "paths that are not the operation's")
            .expect("answered", expectation);
        for (call, path) in calls().flat_map(|call| paths.iter().map(move |path| (call, path))) {
            draft = over(draft, call, path.replace("{}", &call.operation), "answered");
        }
        if self.calls.service == Service::Xray {
            // Many frameworks route without looking at the case, or at a slash at the end.
            draft = draft.expect("folded", Expectation::any_refusal().at(Level::Should));
            for call in calls() {
                draft = over(draft, call, format!("/{}", call.operation.to_lowercase()), "folded");
                draft = over(draft, call, format!("/{}/", call.operation), "folded");
            }
        }
        draft.build()
    }

    fn content_type(&self) -> Rule {
        let mut draft = self
            .draft(
                "content-type.wrong",
                &[".request.content-type", "protocol.client-mistake"],
                "content types that are not the protocol's",
            )
            .expect("answered", Expectation::no_server_error().answered(Level::Should));
        for (label, header) in [
            ("none", Header::Absent),
            ("text", Header::Value("text/plain".to_owned())),
            ("XML", Header::Value("application/xml".to_owned())),
            ("a form", Header::Value("application/x-www-form-urlencoded".to_owned())),
            ("another JSON", Header::Value("application/vnd.api+json".to_owned())),
            ("no media type", Header::Value("nonsense".to_owned())),
        ] {
            let wire = Wire { content_type: Some(header), ..Wire::default() };
            let call = self.undemanding.clone().over(wire).expecting("answered");
            draft = draft.case(format!("{}: {label}", call.operation), self.followed(call));
        }
        draft.build()
    }

    fn target(&self) -> Rule {
        let mut draft = self
            .draft(
                "target.wrong",
                &[".request.target", ".request.target-prefix"],
                "targets that are missing or name something else",
            )
            .expect("answered", Expectation::no_server_error().answered(Level::Should));
        for (label, header) in [
            ("none", Header::Absent),
            ("empty", Header::Value(String::new())),
            ("no operation", Header::Value("RekognitionService".to_owned())),
            ("no service", Header::Value("ListProjectPolicies".to_owned())),
            ("another service", Header::Value("DynamoDB_20120810.ListTables".to_owned())),
            ("lower case", Header::Value("rekognitionservice.describeprojects".to_owned())),
        ] {
            let wire = Wire { target: Some(header), ..Wire::default() };
            let call = self.undemanding.clone().over(wire).expecting("answered");
            draft = draft.case(label, self.followed(call));
        }
        draft.build()
    }
}

/// The ways to sign badly: the property of a rule, how, the statement that is checked, in words.
const SIGNATURES: [(&str, Signature, &str, &str); 5] = [
    ("missing", Signature::Missing, "protocol.signature.missing", "no signature"),
    (
        "malformed",
        Signature::Malformed,
        "protocol.signature.malformed",
        "an authorization header that is no signature",
    ),
    ("wrong-secret", Signature::WrongSecret, "protocol.unrecognized", "a signature with another secret"),
    (
        "unknown-key",
        Signature::UnknownKey,
        "protocol.signature.unknown-key",
        "a signature with an access key that does not exist",
    ),
    ("expired", Signature::Expired, "protocol.signature.expired", "a signature of the day before"),
];

impl Tried {
    /// One rule for each way to sign badly. The calls would be accepted if they were signed well.
    fn signatures(&self) -> [Rule; 5] {
        SIGNATURES.map(|(property, signature, key, varies)| {
            let mut draft = self
                .beside_a_witness(
                    &format!("signature.{property}"),
                    &[".request.signed", key, "protocol.signed-now"],
                    varies,
                )
                .expect("refused", Expectation::refusal(AUTH_CODES).other_code_is(Level::Should))
                .needs(Capability::VerifiesSignatures);
            for call in self.demanding.iter().chain([&self.undemanding]) {
                let wire = Wire { signature, ..Wire::default() };
                draft = draft.refused(&call.operation, call.clone().over(wire).expecting("refused"));
            }
            draft.build()
        })
    }
}

impl Tried {
    /// Calls that are signed badly, where nobody need verify it: they are answered, and not with a
    /// server error. None of them can create anything: without a signature the region is not known.
    fn answered_signatures(&self) -> Rule {
        let mut draft = self
            .draft(
                "signature.answered",
                &[".request.signed", "protocol.answered"],
                "requests that are not signed, or badly",
            )
            .expect("answered", Expectation::no_server_error().answered(Level::Should));
        let demanding = self.demanding.iter().map(|call| call.clone().raw(*br#"{"PolicyName":"/"}"#));
        for call in std::iter::once(self.undemanding.clone()).chain(demanding) {
            for (_, signature, _, varies) in SIGNATURES {
                let wire = Wire { signature, ..Wire::default() };
                let judged = call.clone().over(wire).expecting("answered");
                draft = draft.case(format!("{}: {varies}", call.operation), self.followed(judged));
            }
        }
        draft.build()
    }
}

/// None of them holds a name that any operation would take, should some parser make sense of it.
const NOT_JSON: &[(&str, &str)] = &[
    ("a word", "policy"),
    ("an opening brace", "{"),
    ("a string that does not end", r#"{"PolicyName":"a"#),
    ("single quotes", "{'PolicyName':'/'}"),
    ("a form", "PolicyName=/&PolicyDocument=b"),
    ("XML", "<PolicyName>/</PolicyName>"),
    ("something behind the object", r#"{"PolicyName":"/"} x"#),
];

const NOT_AN_OBJECT: &[(&str, &str)] = &[
    ("an array", "[]"),
    ("an array of objects", "[{}]"),
    ("a string", "\"a\""),
    ("a number", "1"),
    ("true", "true"),
];

/// Bodies that are hard to parse. None of them holds what any operation here would accept: the
/// names in them break their constraints.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str, depth: usize| {
        format!(r#"{{"PolicyName":{}{}}}"#, open.repeat(depth), close.repeat(depth)).into_bytes()
    };
    vec![
        ("arrays nested 1,000 deep", deep("[", "]", 1_000)),
        ("arrays nested 20,000 deep", deep("[", "]", 20_000)),
        ("objects nested 5,000 deep", deep(r#"{"a":"#, "}", 5_000)),
        ("arrays nested 20,000 deep that do not end", deep("[", "", 20_000)),
        ("a member twice", br#"{"PolicyName":"/","PolicyName":"//"}"#.to_vec()),
        ("a byte-order mark", "\u{feff}{\"PolicyName\":\"/\"}".as_bytes().to_vec()),
        ("invalid UTF-8", b"{\"PolicyName\":\"/\xff\xfe\"}".to_vec()),
        ("an overlong UTF-8 sequence", b"{\"PolicyName\":\"/\xc0\xaf\"}".to_vec()),
        ("UTF-16", "{\"PolicyName\":\"/\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a lone surrogate", br#"{"PolicyName":"/\ud800"}"#.to_vec()),
        ("two surrogates in the wrong order", br#"{"PolicyName":"/\udc00\ud800"}"#.to_vec()),
        ("NUL bytes alone", vec![0; 16]),
        ("an escaped NUL", br#"{"PolicyName":"/\u0000"}"#.to_vec()),
        ("an enormous number", format!(r#"{{"PolicyName":{}}}"#, "9".repeat(2_000)).into_bytes()),
        ("an enormous exponent", br#"{"PolicyName":1e999999}"#.to_vec()),
        ("bytes that compress", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    ]
}

/// Bodies that are larger than any that a client has reason to send.
fn large() -> [(&'static str, Vec<u8>); 2] {
    let name = format!(r#"{{"{}":1,"PolicyName":"/"}}"#, "a".repeat(65_536));
    let value = format!(r#"{{"PolicyName":"/{}"}}"#, "a".repeat(262_144));
    [("a member name of 64 KiB", name.into_bytes()), ("a value of 256 KiB", value.into_bytes())]
}
