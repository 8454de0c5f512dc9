//! Calls, and how their requests deviate from well-formed ones.

use super::arg::Arg;
use super::service::Service;
use serde::{Deserialize, Serialize};

/// One call: an operation, its input, and how the request deviates from a well-formed one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Label of the step, unique in the plan; symbols name responses by it.
    pub label: String,
    /// The service that is called.
    pub service: Service,
    /// The operation's name in the service model.
    pub operation: String,
    /// The request's body.
    pub body: Body,
    /// Which of the rule's expectations the response is judged by; [`SETUP`] for none.
    pub expect: String,
    /// Deviations from the well-formed request.
    #[serde(default, skip_serializing_if = "Wire::is_well_formed")]
    pub wire: Wire,
}

/// [`Call::expect`] of a call that only prepares: it has to succeed for the case to apply.
pub const SETUP: &str = "setup";

impl Call {
    /// A well-formed call whose response prepares for others.
    pub fn new(service: Service, operation: &str, input: Arg) -> Self {
        Self {
            label: String::new(),
            service,
            operation: operation.to_owned(),
            body: Body::Input(input),
            expect: SETUP.to_owned(),
            wire: Wire::default(),
        }
    }

    /// The same call under another label.
    #[must_use]
    pub fn labelled(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }

    /// The same call, judged by the rule's expectation of this name.
    #[must_use]
    pub fn expecting(mut self, expectation: &str) -> Self {
        expectation.clone_into(&mut self.expect);
        self
    }

    /// Whether another call sends the same, whatever either is judged by.
    pub fn sends_as(&self, other: &Self) -> bool {
        (self.service, &self.label, &self.operation, &self.body, &self.wire)
            == (other.service, &other.label, &other.operation, &other.body, &other.wire)
    }

    /// The same call with one member of its input replaced, added or (with none) left out.
    ///
    /// # Panics
    /// If the body is not an input object: raw bodies have no members.
    #[must_use]
    pub fn with(mut self, member: &str, value: Option<Arg>) -> Self {
        let Body::Input(input) = &mut self.body else {
            panic!("a raw body has no members to replace");
        };
        input.set(member, value);
        self
    }

    /// The same call with other names for its members.
    ///
    /// # Panics
    /// Where its body is raw.
    #[must_use]
    pub fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        let Body::Input(Arg::Object(members)) = &mut self.body else {
            panic!("only the input of an object has members to rename");
        };
        members.iter_mut().for_each(|(member, _)| *member = name(member));
        self
    }

    /// A member of its input, if it has one.
    pub fn member(&self, member: &str) -> Option<&Arg> {
        match &self.body {
            Body::Input(input) => input.get(member),
            Body::Raw(_) => None,
        }
    }

    /// The same call with another wire form.
    #[must_use]
    pub fn over(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// The same call with these bytes for a body.
    #[must_use]
    pub fn raw(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Raw(bytes.into());
        self
    }
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A JSON document made of literals and symbols.
    Input(Arg),
    /// These bytes, whatever they are.
    Raw(Vec<u8>),
}

/// How a request deviates from the well-formed one of its protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wire {
    /// Another method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Another path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Another `x-amz-target` (`Some(None)`: none at all). AWS JSON only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Header>,
    /// Another `content-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Header>,
    /// How the request is signed.
    #[serde(skip_serializing_if = "Signature::is_valid")]
    pub signature: Signature,
    /// Signed for another region of the same AWS partition than the run's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// The body is one that the layer below the protocol may refuse.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hostile: bool,
}

impl Wire {
    /// Whether nothing deviates.
    pub fn is_well_formed(&self) -> bool {
        *self == Self::default()
    }
}

/// A header that is replaced or left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Not sent.
    Absent,
    /// Sent with this value.
    Value(String),
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// As SigV4 says.
    #[default]
    Valid,
    /// No `authorization` header.
    Missing,
    /// An `authorization` header that is no SigV4.
    Malformed,
    /// Signed with another secret.
    WrongSecret,
    /// Signed with an access key id that nobody has.
    UnknownKey,
    /// Signed a day ago.
    Expired,
}

impl Signature {
    /// An access key id that AWS's documents use for examples, so that nobody has it.
    pub const UNKNOWN_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    fn is_valid(&self) -> bool {
        *self == Self::Valid
    }
}
