//! The body of a message, with the JSON that it is.

use bytes::Bytes;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::ops::Deref;
use std::sync::OnceLock;

/// The body of a message. It is parsed once, however often it is asked for its JSON.
#[derive(Clone, Default)]
pub struct Payload {
    bytes: Bytes,
    json: OnceLock<Option<Value>>,
}

impl Payload {
    /// The JSON text of a value.
    pub fn of(json: Value) -> Self {
        Self { bytes: Bytes::from(json.to_string()), json: OnceLock::from(Some(json)) }
    }

    /// The bytes, shared.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The JSON, if it is any.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| serde_json::from_slice(&self.bytes).ok()).as_ref()
    }
}

impl Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<B: Into<Bytes>> From<B> for Payload {
    fn from(bytes: B) -> Self {
        Self { bytes: bytes.into(), json: OnceLock::new() }
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.bytes.fmt(f)
    }
}

/// Bytes as text where they are text, else as one character a byte, so that a secret among them can be
/// found too.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Bytes { latin1: String },
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(self) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => {
                Form::Bytes { latin1: self.iter().copied().map(char::from).collect() }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = match Form::deserialize(deserializer)? {
            Form::Text(text) => text.into_bytes(),
            Form::Bytes { latin1 } => {
                let byte =
                    |one: char| u8::try_from(one).map_err(|_| D::Error::custom("a character beyond latin1"));
                latin1.chars().map(byte).collect::<Result<_, _>>()?
            }
        };
        Ok(bytes.into())
    }
}
