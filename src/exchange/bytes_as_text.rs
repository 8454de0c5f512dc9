//! Bytes as text where they are text, else as one character a byte, so that a secret among them can be
//! found too.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Bytes { latin1: String },
}

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => {
            Form::Bytes { latin1: bytes.iter().copied().map(char::from).collect() }.serialize(serializer)
        }
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    match Form::deserialize(deserializer)? {
        Form::Text(text) => Ok(text.into_bytes()),
        Form::Bytes { latin1 } => {
            let byte =
                |one: char| u8::try_from(one).map_err(|_| D::Error::custom("a character beyond latin1"));
            latin1.chars().map(byte).collect()
        }
    }
}
