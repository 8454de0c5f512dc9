//! The shape of a body that may be JSON, told without parsing it: parsers pay for what nests deep
//! with their stack, and for what holds many values with many times its length in memory.

/// The deepest nesting that an SDK client gets to see. Its parser calls itself at each level, and
/// takes the process down where that is too often.
const DEEPEST: usize = 128;

/// Whether a body has brackets nested so deep that it is withheld from the SDK clients; they get
/// something unreadable instead.
pub(super) fn is_deep(body: &[u8]) -> bool {
    let mut depth = 0usize;
    structure(body).any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// Whether a body that begins like JSON holds more values than so many, which may not be kept in memory
/// for many such answers at once.
pub(super) fn is_crowded(body: &[u8], most: usize) -> bool {
    let begins = body.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(begins, Some(b'[' | b'{'))
        && structure(body).filter(|byte| matches!(byte, b'[' | b'{' | b',')).nth(most).is_some()
}

/// The bytes of a body that are outside of JSON's strings.
fn structure(body: &[u8]) -> impl Iterator<Item = u8> {
    let (mut quoted, mut escaped) = (false, false);
    body.iter().copied().filter(move |byte| {
        let inside = quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        !inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST_VALUES: usize = 16_384;

    #[test]
    fn what_is_nested_deep_is_told() {
        assert!(is_deep(&[b'['; 200]));
        assert!(is_deep(br#"{"a":"#.repeat(200).as_slice()));
        assert!(!is_deep(&[b"\"".as_slice(), &[b'['; 200], b"\""].concat()));
        assert!(!is_deep(br#""\"[""#.repeat(200).as_slice()));
        assert!(!is_deep(b"[]".repeat(200).as_slice()));
    }

    #[test]
    fn what_holds_many_values_is_told() {
        let list = |values: usize| [b"[".as_slice(), &b"1,".repeat(values), b"1]"].concat();
        assert!(is_crowded(&list(MOST_VALUES), MOST_VALUES));
        assert!(!is_crowded(&list(MOST_VALUES - 1), MOST_VALUES));
        assert!(is_crowded(&b"\n{},".repeat(MOST_VALUES), MOST_VALUES));
        assert!(!is_crowded(&[b"[\"".as_slice(), &b",".repeat(MOST_VALUES), b"\"]"].concat(), MOST_VALUES));
        assert!(!is_crowded(&b"no JSON, that is,".repeat(MOST_VALUES), MOST_VALUES));
    }
}
