//! The form of a string as its pattern gives it: which characters may come first, and which after.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};
use std::sync::LazyLock;

/// A tag key must not begin like this; the only look-ahead in the models.
const RESERVED: &str = "(?!aws:)";

/// Characters that endpoints agree on whatever version of Unicode they have: later ones are letters for some
/// and unassigned for others.
static SETTLED: LazyLock<ClassUnicode> = LazyLock::new(|| settled().expect("the class is written here"));

fn settled() -> Option<ClassUnicode> {
    class(&regex_syntax::parse(r"\p{Age=6.0}").ok()?)
}

/// Strings of one class of characters, the first one perhaps of another.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Read with ASCII `\w` and `\d`.
    strict: Classes,
    /// Read with Unicode ones.
    loose: Classes,
    /// The least length that the pattern takes.
    pub(super) shortest: u64,
    /// The greatest length that the pattern takes.
    pub(super) longest: Option<u64>,
    /// What the string must not begin with.
    pub(super) reserved: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Classes {
    first: ClassUnicode,
    rest: ClassUnicode,
}

/// What a form says about a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// It is of the class.
    Allowed,
    /// It is of the class if `\w` and `\d` are read as Unicode.
    Unicode,
    /// It is not of the class.
    Excluded,
}

impl Form {
    /// Any string.
    pub(super) fn any() -> Self {
        let all = ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)]);
        let classes = Classes { first: all.clone(), rest: all };
        Self { strict: classes.clone(), loose: classes, shortest: 0, longest: None, reserved: None }
    }

    /// The form that a pattern describes; none if it is more than one class, repeated (an ARN's).
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let plain = pattern.replace(RESERVED, "");
        let reserved = (plain != pattern).then_some("aws:");
        let strict = plain.replace("\\w", "[A-Za-z0-9_]").replace("\\d", "[0-9]");
        // `\w` of some engines has every number in it, of others only decimal ones.
        let loose = plain.replace("\\w", "[\\w\\p{N}]");
        let (strict, shortest, longest) = classes(&strict)?;
        let (loose, ..) = classes(&loose)?;
        Some(Self { strict, loose, shortest, longest, reserved })
    }

    /// What the form says about a character behind the first one.
    pub(super) fn membership(&self, character: char) -> Membership {
        membership(&self.strict.rest, &self.loose.rest, character)
    }

    /// What the form says about a first character.
    pub(super) fn membership_first(&self, character: char) -> Membership {
        membership(&self.strict.first, &self.loose.first, character)
    }

    /// Characters that every reading allows behind the first one.
    pub(super) fn allowed(&self) -> ClassUnicode {
        let mut class = self.strict.rest.clone();
        class.intersect(&SETTLED);
        class
    }

    /// Characters that no reading allows, wherever they stand.
    pub(super) fn excluded(&self) -> ClassUnicode {
        let mut class = self.loose.rest.clone();
        class.union(&self.loose.first);
        class.negate();
        class.intersect(&SETTLED);
        class
    }
}

/// How many characters a class has.
pub(super) fn size(class: &ClassUnicode) -> usize {
    class.iter().map(|range| (range.start()..=range.end()).count()).sum()
}

/// The character of a class at a position, counted from its least one.
pub(super) fn at(class: &ClassUnicode, position: usize) -> char {
    let mut before = 0;
    for range in class.iter() {
        let mut characters = range.start()..=range.end();
        if let Some(character) = characters.nth(position - before) {
            return character;
        }
        before += (range.start()..=range.end()).count();
    }
    panic!("the class has no character at position {position}")
}

fn membership(strict: &ClassUnicode, loose: &ClassUnicode, character: char) -> Membership {
    if has(strict, character) {
        Membership::Allowed
    } else if has(loose, character) {
        Membership::Unicode
    } else {
        Membership::Excluded
    }
}

fn has(class: &ClassUnicode, character: char) -> bool {
    class.iter().any(|range| range.start() <= character && character <= range.end())
}

fn classes(pattern: &str) -> Option<(Classes, u64, Option<u64>)> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut pieces = Vec::new();
    flatten(&hir, &mut pieces);
    match pieces.as_slice() {
        [rest] => {
            let (class, min, max) = repeated(rest)?;
            Some((Classes { first: class.clone(), rest: class }, min, max))
        }
        [first, rest] => {
            let (rest, min, max) = repeated(rest)?;
            let first = class(first)?;
            Some((Classes { first, rest }, min + 1, max.map(|max| max + 1)))
        }
        _ => None,
    }
}

/// The pieces of a concatenation without groups and anchors: patterns match whole strings anyway.
fn flatten<'a>(hir: &'a Hir, pieces: &mut Vec<&'a Hir>) {
    match hir.kind() {
        HirKind::Look(_) | HirKind::Empty => {}
        HirKind::Capture(capture) => flatten(&capture.sub, pieces),
        HirKind::Concat(parts) => parts.iter().for_each(|part| flatten(part, pieces)),
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            pieces.push(hir);
        }
    }
}

fn repeated(hir: &Hir) -> Option<(ClassUnicode, u64, Option<u64>)> {
    match hir.kind() {
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            Some((class(sub)?, u64::from(*min), max.map(u64::from)))
        }
        _ => None,
    }
}

fn class(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_from_patterns() {
        let name = Form::of(r"[a-zA-Z0-9_.\-]+").unwrap();
        assert_eq!((name.shortest, name.longest), (1, None));
        assert_eq!(name.membership('-'), Membership::Allowed);
        assert_eq!(name.membership('é'), Membership::Excluded);
        let word = Form::of(r"[\w+=,.@-]+").unwrap();
        assert_eq!(word.membership('é'), Membership::Unicode);
        assert_eq!(word.membership('²'), Membership::Unicode);
        assert_eq!(word.membership('/'), Membership::Excluded);
        let document = Form::of(r"[\u0009\u000A\u000D\u0020-\u00FF]+").unwrap();
        assert_eq!(document.membership('\u{7f}'), Membership::Allowed);
        assert_eq!(document.membership('\u{100}'), Membership::Excluded);
    }

    #[test]
    fn first_characters_and_look_aheads_are_kept() {
        let key = Form::of("^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$").unwrap();
        assert_eq!((key.shortest, key.longest), (1, Some(2049)));
        assert_eq!(key.membership_first(':'), Membership::Excluded);
        assert_eq!(key.membership(':'), Membership::Allowed);
        let tag = Form::of(r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$").unwrap();
        assert_eq!(tag.reserved, Some("aws:"));
        assert_eq!(tag.membership('é'), Membership::Allowed);
    }

    /// U+16EA0 is a letter since Unicode 17, U+0378 is unassigned.
    #[test]
    fn characters_of_which_the_class_may_change_are_not_drawn() {
        let tag = Form::of(r"[\p{L}\p{N}]*").unwrap();
        for character in ['\u{16ea0}', '\u{378}'] {
            assert!(!has(&tag.allowed(), character) && !has(&tag.excluded(), character), "{character}");
        }
        assert!(has(&tag.allowed(), 'é') && has(&tag.excluded(), '€'));
    }

    #[test]
    fn patterns_of_another_form_have_none() {
        assert!(Form::of(r"(^arn:[a-z\d-]+:\d{12}$)").is_none());
    }

    #[test]
    fn every_position_of_a_class_is_a_character_of_it() {
        let class = Form::of("[a-c0-1]+").unwrap().allowed();
        let all: String = (0..size(&class)).map(|position| at(&class, position)).collect();
        assert_eq!(all, "01abc");
    }
}
