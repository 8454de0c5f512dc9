//! The patterns of the documents. Most are "one or more of an alphabet" and are matched by
//! hand; the ARNs are regular expressions, compiled once.

use std::sync::LazyLock;

use regex::Regex;

/// A documented pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Project, version and project policy names.
    Name,
    /// X-Ray policy names.
    ResourcePolicyName,
    /// Rekognition policy documents.
    Latin1,
    /// Rekognition revision ids.
    Hexadecimal,
    ProjectArn,
    ProjectVersionArn,
    KmsKey,
    Bucket,
    TagKey,
    TagValue,
}

/// How a pattern is applied; everything but the default is a fault or a variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Strictness {
    #[default]
    Whole,
    /// What follows a matching beginning is not looked at.
    Prefix,
    /// A newline at the end is not looked at.
    TrailingNewline,
    /// One class of characters too many is let through (see [`Pattern::extra`]).
    Loose,
    /// One allowed character is refused (see [`Pattern::refused`]).
    Tight,
    /// `\w` and `\d` stand for any script's letters and digits.
    Unicode,
}

static PROJECT_ARN: LazyLock<Regex> = LazyLock::new(|| arn(""));
static PROJECT_VERSION_ARN: LazyLock<Regex> = LazyLock::new(|| arn(r"version/[a-zA-Z0-9_.\-]{1,255}/"));

static TAG_CHARACTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{Z}\p{N}]").expect("the expression is constant"));

fn arn(version: &str) -> Regex {
    let whole = format!(
        r"\Aarn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{{12}}:project/[a-zA-Z0-9_.\-]{{1,255}}/{version}[0-9]+\z"
    );
    Regex::new(&whole).expect("the expression is constant and was compiled by the tests")
}

impl Pattern {
    /// The pattern as the documents write it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Name => r"[a-zA-Z0-9_.\-]+",
            Self::ResourcePolicyName => r"[\w+=,.@-]+",
            Self::Latin1 => r"[\u0009\u000A\u000D\u0020-\u00FF]+",
            Self::Hexadecimal => "[0-9A-Fa-f]+",
            Self::ProjectArn => {
                r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$)"
            }
            Self::ProjectVersionArn => {
                r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/version\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$)"
            }
            Self::KmsKey => "^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$",
            Self::Bucket => r"[0-9A-Za-z\.\-_]*",
            Self::TagKey => r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$",
            Self::TagValue => r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
        }
    }

    /// The characters that a loose reading lets through besides, in words.
    pub(crate) const fn extra(self) -> &'static str {
        match self {
            Self::Name | Self::ResourcePolicyName | Self::Bucket | Self::KmsKey => "spaces",
            Self::Latin1 => "characters above U+00FF",
            Self::Hexadecimal => "all letters",
            Self::TagKey | Self::TagValue => "punctuation",
            Self::ProjectArn | Self::ProjectVersionArn => "anything",
        }
    }

    /// The allowed character that a tight reading refuses.
    pub(crate) const fn refused(self) -> char {
        match self {
            Self::Name | Self::Bucket => '.',
            Self::ResourcePolicyName => '@',
            Self::Latin1 => '\t',
            Self::Hexadecimal => 'F',
            Self::KmsKey => '/',
            Self::TagKey | Self::TagValue => ':',
            Self::ProjectArn | Self::ProjectVersionArn => '_',
        }
    }

    /// Whether `text` matches; its length is another constraint's business.
    pub(crate) fn matches(self, text: &str, strictness: Strictness) -> bool {
        match self {
            Self::ProjectArn => return PROJECT_ARN.is_match(text),
            Self::ProjectVersionArn => return PROJECT_VERSION_ARN.is_match(text),
            Self::KmsKey if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) => return false,
            Self::TagKey if text.starts_with("aws:") => return false,
            _ => {}
        }
        let text = match strictness {
            Strictness::TrailingNewline => text.strip_suffix('\n').unwrap_or(text),
            _ => text,
        };
        if text.is_empty() {
            return matches!(self, Self::Bucket | Self::TagKey | Self::TagValue);
        }
        match strictness {
            Strictness::Prefix => text.starts_with(|c| self.allows(c)),
            Strictness::Loose => text.chars().all(|c| self.allows(c) || self.allows_loosely(c)),
            Strictness::Tight => text.chars().all(|c| self.allows(c) && c != self.refused()),
            Strictness::Unicode => text.chars().all(|c| self.allows(c) || self.allows_as_unicode(c)),
            Strictness::Whole | Strictness::TrailingNewline => text.chars().all(|c| self.allows(c)),
        }
    }

    fn allows(self, c: char) -> bool {
        match self {
            Self::Name | Self::Bucket => c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'),
            Self::ResourcePolicyName => {
                c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=' | ',' | '.' | '@' | '-')
            }
            Self::Latin1 => matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'),
            Self::Hexadecimal => c.is_ascii_hexdigit(),
            Self::KmsKey => {
                c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '/' | '+' | '=' | ',' | '@' | '.' | '-')
            }
            Self::TagKey | Self::TagValue => {
                matches!(c, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
                    || TAG_CHARACTER.is_match(c.encode_utf8(&mut [0; 4]))
            }
            Self::ProjectArn | Self::ProjectVersionArn => true,
        }
    }

    fn allows_loosely(self, c: char) -> bool {
        match self {
            Self::Latin1 => c > '\u{ff}',
            Self::Hexadecimal => c.is_ascii_alphabetic(),
            Self::TagKey | Self::TagValue => c.is_ascii_punctuation(),
            _ => c == ' ',
        }
    }

    fn allows_as_unicode(self, c: char) -> bool {
        matches!(self, Self::ResourcePolicyName | Self::Name) && c.is_alphanumeric()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_match_as_a_whole() {
        let arn = "arn:aws:rekognition:us-east-1:000000000000:project/p/1690405809285";
        assert!(Pattern::ProjectArn.matches(arn, Strictness::Whole));
        for wrong in [&format!("{arn}\n"), &format!(" {arn}"), &arn.replace("project", "Project")] {
            assert!(!Pattern::ProjectArn.matches(wrong, Strictness::Whole), "{wrong:?}");
        }
        let version = arn.replace("p/169", "p/version/v.1/169");
        assert!(Pattern::ProjectVersionArn.matches(&version, Strictness::Whole));
        assert!(!Pattern::ProjectVersionArn.matches(arn, Strictness::Whole));
    }

    #[test]
    fn tags_take_letters_digits_and_separators_and_no_marks() {
        for (text, expected) in
            [("é٣ \u{2003}", true), ("\u{11100}", false), ("\u{300}", false), ("\t", false)]
        {
            assert_eq!(Pattern::TagValue.matches(text, Strictness::Whole), expected, "{text:?}");
        }
    }

    #[test]
    fn strictness_changes_what_an_alphabet_lets_through() {
        let cases = [
            (Strictness::Whole, "ok.-_", true),
            (Strictness::Whole, "no!", false),
            (Strictness::Whole, "", false),
            (Strictness::Prefix, "no!", true),
            (Strictness::TrailingNewline, "ok\n", true),
            (Strictness::Loose, "not ok", true),
            (Strictness::Tight, "a.b", false),
        ];
        for (strictness, text, expected) in cases {
            assert_eq!(Pattern::Name.matches(text, strictness), expected, "{strictness:?} {text:?}");
        }
    }
}
