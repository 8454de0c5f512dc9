//! Text from an endpoint: escaped, bounded, and rid of secrets, before anybody reads it.

use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write;

/// [`escape`] with a limit that suits one message.
pub fn escaped(text: &str) -> String {
    escape(text, 2_000)
}

/// The text with everything that a terminal or a CI runner could act on, or an eye could miss, written as
/// an escape, and no longer than about `limit` characters. A line feed becomes `\n`.
pub fn escape(text: &str, limit: usize) -> String {
    escape_but(text, limit, |_| false)
}

/// [`escape`], with lines kept.
pub fn escape_lines(text: &str, limit: usize) -> String {
    escape_but(text, limit, |character| character == '\n')
}

fn escape_but(text: &str, limit: usize, keep: fn(char) -> bool) -> String {
    let mut escaped = String::new();
    let mut length = 0;
    for (at, character) in text.char_indices() {
        if length >= limit {
            let left = text[at..].len();
            let _ = write!(escaped, "… ({left} bytes more)");
            break;
        }
        let before = escaped.len();
        match character {
            _ if keep(character) => escaped.push(character),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            // GitHub Actions takes what follows for a command, wherever on a line it stands.
            '[' if escaped.ends_with("##") => escaped.push_str("\\u{5b}"),
            _ if is_hidden(character) => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
        length += escaped[before..].chars().count();
    }
    escaped
}

/// At most this many bytes of a text, whole characters, with a word where something is missing.
pub fn bounded(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(bytes);
    Cow::Owned(format!("{}… ({} bytes more)", &text[..end], text.len() - end))
}

/// Whether a character has no glyph of its own or changes how others are shown: controls, bidi and
/// other format characters, fillers, variation selectors, private use, noncharacters.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2
            | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
            | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xe000..=0xf8ff | 0xfe00..=0xfe0f
            | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x110bd | 0x110cd | 0x13430..=0x1343f
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0x0010_ffff)
        || u32::from(character) & 0xfffe == 0xfffe
}

/// JSON text with what cannot be seen inside its strings written as escapes.
pub(crate) fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                visible.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            visible.push(character);
        }
    }
    visible
}

/// A URL without the user and password that it may carry.
pub fn without_userinfo(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// What must not be shown even where an endpoint echoes it.
#[derive(Clone, Default)]
pub struct Redaction {
    secrets: Vec<String>,
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redaction(..)")
    }
}

impl Redaction {
    /// Takes out these keys and tokens. The dummies of loopback endpoints are words like `test`, no secrets.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let long = secrets.into_iter().filter(|text| text.len() >= 8);
        // JSON may write a slash as an escape.
        let mut secrets: Vec<String> =
            long.flat_map(|text| [text.to_owned(), text.replace('/', "\\/")]).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// The text as it is shown in a message: clean, [`escaped`] and bounded.
    pub fn shown(&self, text: &str) -> String {
        escaped(&self.clean(text))
    }

    /// The same within about this many characters.
    pub fn shown_within(&self, text: &str, limit: usize) -> String {
        escape(&self.clean(text), limit)
    }

    /// A JSON value of which every text is [`Redaction::clean`], the names of members too.
    pub fn clean_json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.clean(&text).into_owned()),
            Value::Array(items) => items.into_iter().map(|item| self.clean_json(item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (self.clean(&name).into_owned(), self.clean_json(value)))
                .collect(),
            other => other,
        }
    }

    /// The text without secrets and without SigV4 signatures.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut clean = Cow::Borrowed(text);
        for secret in &self.secrets {
            if clean.contains(secret.as_str()) {
                clean = Cow::Owned(clean.replace(secret.as_str(), "(redacted)"));
            }
        }
        for marker in ["Signature=", "Credential="] {
            if clean.contains(marker) {
                clean = Cow::Owned(without_values(&clean, marker));
            }
        }
        clean
    }
}

/// The text with what follows each marker, up to a delimiter, taken out.
fn without_values(text: &str, marker: &str) -> String {
    let mut pieces = text.split(marker);
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_value = |character: char| character.is_ascii_alphanumeric() || "/-_+=%".contains(character);
        let end = piece.find(|character| !is_value(character)).unwrap_or(piece.len());
        clean.push_str(marker);
        clean.push_str("(redacted)");
        clean.push_str(&piece[end..]);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redaction() -> Redaction {
        Redaction::of(["AKIAPLANTED", "planted/secret+key", "planted-token"])
    }

    proptest! {
        #[test]
        fn what_is_escaped_can_be_seen_and_is_bounded(text in any::<String>(), limit in 0usize..300) {
            let escaped = escape(&text, limit);
            prop_assert!(!escaped.chars().any(is_hidden), "{escaped:?}");
            prop_assert!(escaped.chars().count() <= limit + 40);
        }

        #[test]
        fn no_text_is_a_command_of_a_ci_runner(text in "[#\\[: \n]{0,12}") {
            let escaped = escape(&text, 100);
            prop_assert!(!escaped.contains("##["), "{escaped}");
        }

        #[test]
        fn of_lines_only_the_line_feeds_stay(text in "(.|\\PC|\n|\u{1b}|\u{202e}|\u{200b}){0,80}") {
            let escaped = escape_lines(&text, 1_000);
            prop_assert!(!escaped.chars().any(|one| one != '\n' && is_hidden(one)), "{escaped:?}");
        }

        #[test]
        fn a_bounded_text_begins_like_the_whole(text in any::<String>(), bytes in 0usize..200) {
            let bounded = bounded(&text, bytes);
            prop_assert!(bounded.len() <= bytes + 40);
            prop_assert!(text.len() > bytes || bounded == text);
        }

        #[test]
        fn no_secret_is_left(before in "[ -~]{0,20}", behind in "[ -~]{0,20}") {
            let text = format!("{before} planted/secret+key {behind} planted-token AKIAPLANTED planted\\/secret+key");
            let clean = redaction().clean(&text).into_owned();
            for secret in ["planted/secret", "planted-token", "AKIAPLANTED", "secret+key"] {
                prop_assert!(!clean.contains(secret), "{clean}");
            }
        }
    }

    #[test]
    fn control_bidi_and_invisible_characters_are_escaped() {
        let hostile = "a\u{1b}[2J\r\n\t\u{7}\u{9b}\u{202e}\u{200b}\u{feff}\u{e0041}\u{2066}é";
        let escaped = escape(hostile, 1_000);
        assert_eq!(
            escaped,
            "a\\u{1b}[2J\\r\\n\\t\\u{7}\\u{9b}\\u{202e}\\u{200b}\\u{feff}\\u{e0041}\\u{2066}é"
        );
    }

    #[test]
    fn an_echoed_authorization_header_loses_what_it_proves() {
        let echoed = "AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/xray/aws4_request, SignedHeaders=host, \
            Signature=0a1b2c\"";
        assert_eq!(
            redaction().clean(echoed),
            "AWS4-HMAC-SHA256 Credential=(redacted), SignedHeaders=host, Signature=(redacted)\"",
        );
    }

    #[test]
    fn a_url_loses_user_and_password_alone() {
        assert_eq!(without_userinfo("http://u:p@host:1/x@y"), "http://host:1/x@y");
        assert_eq!(without_userinfo("http://host/x@y"), "http://host/x@y");
        assert_eq!(without_userinfo("no url"), "no url");
    }
}
