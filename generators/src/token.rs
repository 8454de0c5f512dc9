//! Pagination tokens that the service did not hand out for this request.

use crate::plan::{Arg, Derivation, Symbol};
use crate::value::{Partition, ambiguity, unfit};

/// Tokens within Rekognition's documented length that no service handed out.
pub fn garbage() -> Vec<Partition> {
    let literal = |label: &str, text: &str| Partition::valid(label, text).unfit(unfit::TOKEN);
    vec![
        literal("a word", "token"),
        literal("one character", "a"),
        literal("a number", "1"),
        literal("base64 of nothing in particular", "YXdzLWNvbmZvcm1hbmNl"),
        literal("a JSON document", r#"{"offset":1}"#),
        literal("a path", "../../etc/passwd"),
        literal("letters outside of Latin-1", "знак"),
        literal("a newline inside", "to\nken"),
        literal("NUL inside", "to\0ken"),
        literal("empty", "").ambiguous(ambiguity::EMPTY),
    ]
}

/// A real token, damaged.
pub fn damaged(real: &Symbol) -> Vec<Partition> {
    let derived = |label: &str, how: Derivation| {
        Partition::valid(label, Arg::symbol(real.clone().derived(how))).unfit(unfit::TOKEN)
    };
    vec![
        derived("a real token without its last character", Derivation::WithoutLast),
        derived("a real token without its first character", Derivation::WithoutFirst),
        derived("a real token with a letter behind it", Derivation::Append("x".to_owned())),
        derived("a real token with a letter before it", Derivation::Prepend("x".to_owned())),
    ]
}
