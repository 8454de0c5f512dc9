//! Policy revision ids: current, stale, never issued, malformed.
//!
//! Ids are opaque, so values that must not be the current one are derived from it.

use crate::constraint::Constraint;
use crate::plan::{Arg, Derivation, Symbol};
use crate::value::{Partition, ambiguity, unfit, unsettled};

/// What an id's digits may be compared by.
const CASE: &str = "hexadecimal digits may be compared without regard to case";
/// What is trimmed and then empty.
const BLANK: &str = "a blank revision may be read as absent, or refused";

/// Rekognition: well-formed ids that the policy with this current id never had.
pub fn never_issued(current: &Symbol) -> Vec<Partition> {
    let derived = |label: &str, how: Derivation| {
        Partition::valid(label, Arg::symbol(current.clone().derived(how))).unfit(unfit::REVISION)
    };
    let literal = |label: &str, text: String| Partition::valid(label, text.as_str()).unfit(unfit::REVISION);
    vec![
        derived("never issued, of the current id's form", Derivation::Complement),
        derived("the current id with another last digit", Derivation::OtherLast),
        derived("the current id in upper case", Derivation::Uppercase).ambiguous(CASE),
        literal("one digit", "0".to_owned()),
        literal("16 digits", "0123456789abcdef".to_owned()),
        literal("upper-case digits", "0123456789ABCDEF".to_owned()),
        literal("64 digits", "a".repeat(64)),
        literal("64 zeros", "0".repeat(64)),
    ]
}

/// Rekognition: ids outside of the documented form, some around the current id.
pub fn malformed(current: &Symbol) -> Vec<Partition> {
    let derived = |label: &str, how: Derivation| {
        Partition::broken(label, Arg::symbol(current.clone().derived(how)), &[Constraint::Pattern])
    };
    let literal = |label: &str, text: &str, breaks: &[Constraint]| Partition::broken(label, text, breaks);
    vec![
        derived("the current id with a trailing newline", Derivation::Append("\n".to_owned())),
        derived("the current id with a trailing space", Derivation::Append(" ".to_owned())),
        derived("the current id with a leading space", Derivation::Prepend(" ".to_owned())),
        derived("the current id with a quote before it", Derivation::Prepend("\"".to_owned())),
        derived("the current id with '0x' in front", Derivation::Prepend("0x".to_owned())),
        literal("a letter beyond 'f'", "0123456789abcdeg", &[Constraint::Pattern]),
        literal("words", "latest", &[Constraint::Pattern]),
        literal("a UUID with hyphens", "3b274c25-e920-3a56-a99e-00e3ff205fbc", &[Constraint::Pattern]),
        literal("a full-width digit", "012345678９abcdef", &[Constraint::Pattern]),
        literal("a wildcard", "*", &[Constraint::Pattern]),
        literal("65 digits", &"a".repeat(65), &[Constraint::LengthMax]),
        literal("128 digits", &"a".repeat(128), &[Constraint::LengthMax]),
        literal("empty", "", &[Constraint::Pattern]).ambiguous(ambiguity::EMPTY),
    ]
}

/// X-Ray: values that are not the current revision of a policy that exists. None of them may be taken
/// for it, but those that are the same number. `0` alone is documented: it asks for a creation.
pub fn not_current(current: &Symbol) -> Vec<Partition> {
    let derived = |label: &str, how: Derivation| {
        Partition::valid(label, Arg::symbol(current.clone().derived(how))).unfit(unfit::REVISION)
    };
    let same_number = |label: &str, how: Derivation| derived(label, how).unsettled(unsettled::NUMBER);
    let before = |text: &str| Derivation::Prepend(text.to_owned());
    let behind = |text: &str| Derivation::Append(text.to_owned());
    let mut all = vec![
        Partition::valid("'0', which only creates", "0").unfit(unfit::REVISION),
        derived("the current one plus 1", Derivation::Successor),
        derived("the current one with a digit behind it", behind("0")),
        same_number("the current one with a zero before it", before("0")),
        same_number("the current one with a plus sign", before("+")),
        derived("the current one, negative", before("-")),
        same_number("the current one with a leading space", before(" ")),
        same_number("the current one with a trailing space", behind(" ")),
        same_number("the current one with a trailing newline", behind("\n")),
        derived("the current one with a trailing NUL", behind("\0")),
        same_number("the current one with a fraction", behind(".0")),
        same_number("the current one with an exponent", behind("e0")),
        derived("the current one with a quote before it", before("\"")),
        derived("the current one with a bracket before it", before("[")),
        derived("the current one and another", behind(",2")),
        same_number("the current one with '0x' before it", before("0x")),
    ];
    all.extend(no_number());
    // As a number of 32 bits, or of fewer, it is the second revision of a policy whose revisions count from 1.
    all.push(Partition::valid("2^32 + 2", "4294967298").unfit(unfit::REVISION));
    all
}

/// X-Ray: texts that are no revision, whatever the policy's history.
pub fn no_number() -> Vec<Partition> {
    let literal = |label: &str, text: &str| Partition::valid(label, text).unfit(unfit::REVISION);
    vec![
        literal("'00'", "00"),
        literal("'-1'", "-1"),
        literal("'-0'", "-0"),
        literal("a word", "abc"),
        literal("the word 'latest'", "latest"),
        literal("the word 'null'", "null"),
        literal("a wildcard", "*"),
        literal("one space", " ").ambiguous(BLANK),
        literal("a full-width digit", "１"),
        literal("2^63", "9223372036854775808"),
        literal("2^64", "18446744073709551616"),
        literal("10,000 digits", &"9".repeat(10_000)),
        literal("empty", "").ambiguous(ambiguity::EMPTY),
    ]
}
