//! Values derived from other ones.

use serde::{Deserialize, Serialize};

/// How a value is derived from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// The next number; of what is no number, the text with a `1` behind it.
    Successor,
    /// The text without its last character.
    WithoutLast,
    /// The text without its first character.
    WithoutFirst,
    /// The text with another one behind it.
    Append(String),
    /// The text with another one before it.
    Prepend(String),
    /// The text in upper case.
    Uppercase,
    /// Another value of the same form: each hexadecimal digit exchanged for its complement, so the
    /// length and the alphabet stay.
    Complement,
    /// One colon-separated field replaced (0 is the first; the last one is the rest of the text).
    Field(usize, String),
    /// One slash-separated segment replaced (0 is the first).
    Segment(usize, String),
    /// Another value that differs in its last hexadecimal digit alone.
    OtherLast,
    /// Each decimal digit exchanged for nine minus it: another number of as many digits.
    OtherDigits,
    /// Each decimal digit as the full-width one (U+FF10 to U+FF19).
    FullWidthDigits,
    /// One colon-separated field derived (0 is the first; the last one is the rest of the text).
    InField(usize, Box<Derivation>),
    /// One slash-separated segment derived (0 is the first).
    InSegment(usize, Box<Derivation>),
}

impl Derivation {
    /// The derived text.
    pub fn apply(&self, text: &str) -> String {
        match self {
            Self::Successor => match text.parse::<u64>() {
                Ok(number) => number.saturating_add(1).to_string(),
                Err(_) => format!("{text}1"),
            },
            Self::WithoutLast => {
                let mut chars = text.chars();
                chars.next_back();
                chars.as_str().to_owned()
            }
            Self::WithoutFirst => {
                let mut chars = text.chars();
                chars.next();
                chars.as_str().to_owned()
            }
            Self::Append(tail) => format!("{text}{tail}"),
            Self::Prepend(head) => format!("{head}{text}"),
            Self::Uppercase => text.to_uppercase(),
            Self::Complement => text.chars().map(complement).collect(),
            Self::Field(at, with) => replaced(text, ':', 6, *at, with),
            Self::Segment(at, with) => replaced(text, '/', usize::MAX, *at, with),
            Self::OtherLast => {
                let mut chars: Vec<char> = text.chars().collect();
                if let Some(last) = chars.last_mut() {
                    *last = complement(*last);
                }
                chars.into_iter().collect()
            }
            Self::OtherDigits => text.chars().map(other_digit).collect(),
            Self::FullWidthDigits => text.chars().map(full_width).collect(),
            Self::InField(at, how) => {
                let field = text.splitn(6, ':').nth(*at).unwrap_or_default();
                replaced(text, ':', 6, *at, &how.apply(field))
            }
            Self::InSegment(at, how) => {
                let segment = text.split('/').nth(*at).unwrap_or_default();
                replaced(text, '/', usize::MAX, *at, &how.apply(segment))
            }
        }
    }
}

fn complement(digit: char) -> char {
    let Some(value) = digit.to_digit(16) else { return digit };
    let other = char::from_digit(15 - value, 16).expect("15 minus a hexadecimal digit is one");
    if digit.is_ascii_uppercase() { other.to_ascii_uppercase() } else { other }
}

fn other_digit(digit: char) -> char {
    match digit.to_digit(10) {
        Some(value) => char::from_digit(9 - value, 10).expect("9 minus a decimal digit is one"),
        None => digit,
    }
}

fn full_width(digit: char) -> char {
    match digit.to_digit(10) {
        Some(value) => char::from_u32(0xff10 + value).expect("full-width digits are characters"),
        None => digit,
    }
}

fn replaced(text: &str, separator: char, fields: usize, at: usize, with: &str) -> String {
    let mut parts: Vec<&str> = text.splitn(fields, separator).collect();
    if let Some(part) = parts.get_mut(at) {
        *part = with;
    }
    parts.join(separator.encode_utf8(&mut [0; 4]))
}
