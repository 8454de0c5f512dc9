//! Text as the shell takes it: quoted, and free of what a terminal would act on.

use crate::exchange::untrusted::{is_hidden, visible_json};
use std::fmt::Write;

/// Whether a text means nothing but itself, quoted or not.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// A word, single-quoted where it has to be. What cannot be seen, or is not ASCII, is made by `printf`.
pub(super) fn quote(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().all(|character| character.is_ascii() && !character.is_control()) {
        return single_quoted(text);
    }
    format!("\"$(printf '{}')\"", printf_format(text.as_bytes()))
}

/// A format with which `printf` writes these bytes.
pub(super) fn printf_format(bytes: &[u8]) -> String {
    let mut format = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'%' => format.push_str("%%"),
            // A leading hyphen would be an option.
            b'-' if at == 0 => format.push_str("\\055"),
            b'\\' | b'\'' | 0..=0x1f | 0x7f..=0xff => {
                let _ = write!(format, "\\{byte:03o}");
            }
            _ => format.push(char::from(*byte)),
        }
    }
    format
}

/// A piece of a body that the shell puts together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// JSON text as it stands.
    Text(String),
    /// A variable that holds the inside of a JSON string.
    Variable(String),
}

/// The pieces as one shell word. JSON has no use for what cannot be seen, so that stands as `\u`.
pub(super) fn word(pieces: &[Piece]) -> String {
    let word = |piece: &Piece| match piece {
        Piece::Text(text) => single_quoted(&visible_json(text)),
        Piece::Variable(name) => format!("\"${name}\""),
    };
    let words: String =
        pieces.iter().filter(|piece| **piece != Piece::Text(String::new())).map(word).collect();
    if words.is_empty() { "''".to_owned() } else { words }
}

/// A program of jq, or JSON text, as one word.
pub(super) fn single_quoted(text: &str) -> String {
    debug_assert!(!text.chars().any(|one| one != '\n' && is_hidden(one)), "it cannot be seen: {text:?}");
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A JSON string with what cannot be seen written as escapes.
pub(super) fn json_string(text: &str) -> String {
    visible_json(&serde_json::Value::from(text).to_string())
}
