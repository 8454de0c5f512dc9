//! Text as the shell takes it: quoted, compressed, and free of what a terminal would act on.

use crate::exchange::untrusted::visible_json;
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
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    format!("\"$(printf '{}')\"", printf_format(text.as_bytes()))
}

/// A format with which `printf` writes these bytes.
pub(super) fn printf_format(bytes: &[u8]) -> String {
    let mut format = String::new();
    for byte in bytes {
        match byte {
            b'%' => format.push_str("%%"),
            b'\\' | b'\'' | 0..=0x1f | 0x7f..=0xff => {
                let _ = write!(format, "\\{byte:03o}");
            }
            _ => format.push(char::from(*byte)),
        }
    }
    format
}

/// The inside of a JSON string that stands for a text. What cannot be seen is `\u` and its code
/// unit, which a JSON parser reads as the same.
pub(super) fn json_content(text: &str) -> String {
    let quoted = visible_json(&serde_json::Value::String(text.to_owned()).to_string());
    quoted[1..quoted.len() - 1].to_owned()
}

/// A piece of a text that the shell puts together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// JSON text as it stands.
    Text(String),
    /// A shell word that yields JSON text.
    Word(String),
}

/// Joins neighbouring texts.
pub(super) fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

/// The pieces as shell words; `long_runs` is format_failures when one of them needs the function `fill`.
pub(super) fn words(pieces: Vec<Piece>, needs_fill: &mut bool) -> Vec<String> {
    let mut words = Vec::new();
    for piece in joined(pieces) {
        match piece {
            Piece::Word(word) => words.push(word),
            Piece::Text(text) => {
                let characters: Vec<char> = text.chars().collect();
                for run in runs(&characters) {
                    words.push(match run {
                        Run::Plain(text) => single_quoted(&text.iter().collect::<String>()),
                        Run::Repeated { unit, times } => {
                            *needs_fill = true;
                            let unit: String = unit.iter().collect();
                            format!("\"$(fill {times} {})\"", single_quoted(&unit))
                        }
                    });
                }
            }
        }
    }
    words
}

/// JSON text has no control characters, so it can be quoted as it is, ASCII or not.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A stretch of a text: as it is, or something over and over.
#[derive(Debug, PartialEq)]
pub(super) enum Run<'a, T> {
    /// As it is.
    Plain(&'a [T]),
    /// The unit so many times.
    Repeated {
        /// What is repeated.
        unit: &'a [T],
        /// How often.
        times: usize,
    },
}

/// The longest unit whose repetition is looked for.
const LONGEST_UNIT: usize = 12;
/// Shorter repetitions are easier to read as they are.
const SHORTEST_RUN: usize = 80;

/// Splits a text into stretches that repeat and stretches that do not.
pub(super) fn runs<T: PartialEq>(all: &[T]) -> Vec<Run<'_, T>> {
    let mut runs = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < all.len() {
        let best = (1..=LONGEST_UNIT)
            .map(|unit| (unit, repetitions(&all[at..], unit)))
            .filter(|(unit, times)| *times >= 4 && unit * times >= SHORTEST_RUN)
            .max_by_key(|(unit, times)| (unit * times, std::cmp::Reverse(*unit)));
        match best {
            None => at += 1,
            Some((unit, times)) => {
                if start < at {
                    runs.push(Run::Plain(&all[start..at]));
                }
                runs.push(Run::Repeated { unit: &all[at..at + unit], times });
                at += unit * times;
                start = at;
            }
        }
    }
    if start < all.len() {
        runs.push(Run::Plain(&all[start..]));
    }
    runs
}

/// How often the first `unit` items come in a row.
fn repetitions<T: PartialEq>(all: &[T], unit: usize) -> usize {
    if all.len() < unit {
        return 0;
    }
    let same = all.iter().zip(&all[unit..]).take_while(|(a, b)| a == b).count();
    1 + same / unit
}
