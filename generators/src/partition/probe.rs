//! Characters that implementations get wrong, one for each class that a pattern may exclude.

/// A character with its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    pub(super) name: &'static str,
    pub(super) character: char,
}

const fn probe(name: &'static str, character: char) -> Probe {
    Probe { name, character }
}

/// One character of each class.
pub(super) const PROBES: &[Probe] = &[
    probe("a digit", '7'),
    probe("an upper-case letter", 'F'),
    probe("a lower-case letter", 'e'),
    probe("a letter that is no hexadecimal digit", 'g'),
    probe("an underscore", '_'),
    probe("a full stop", '.'),
    probe("a hyphen", '-'),
    probe("a plus sign", '+'),
    probe("an equals sign", '='),
    probe("a comma", ','),
    probe("an at sign", '@'),
    probe("a slash", '/'),
    probe("a colon", ':'),
    probe("a space", ' '),
    probe("an asterisk", '*'),
    probe("a question mark", '?'),
    probe("a double quote", '"'),
    probe("a single quote", '\''),
    probe("a backslash", '\\'),
    probe("a semicolon", ';'),
    probe("a number sign", '#'),
    probe("a dollar sign", '$'),
    probe("a percent sign", '%'),
    probe("an ampersand", '&'),
    probe("a less-than sign", '<'),
    probe("a brace", '{'),
    probe("a bracket", '['),
    probe("a parenthesis", '('),
    probe("a vertical bar", '|'),
    probe("a circumflex", '^'),
    probe("a backquote", '`'),
    probe("a tilde", '~'),
    probe("an exclamation mark", '!'),
    probe("NUL", '\0'),
    probe("a C0 control character", '\u{1}'),
    probe("a tab", '\t'),
    probe("a newline", '\n'),
    probe("a carriage return", '\r'),
    probe("an escape", '\u{1b}'),
    probe("DEL", '\u{7f}'),
    probe("a C1 control character", '\u{85}'),
    probe("a no-break space", '\u{a0}'),
    probe("a Latin-1 letter", 'é'),
    probe("a superscript digit", '²'),
    probe("the last Latin-1 letter", 'ÿ'),
    probe("the first letter outside of Latin-1", 'Ā'),
    probe("a Cyrillic letter that looks Latin", 'а'),
    probe("an ideograph", '漢'),
    probe("a combining accent", '\u{301}'),
    probe("an Arabic-Indic digit", '٣'),
    probe("a full-width digit", '７'),
    probe("a full-width letter", 'ａ'),
    probe("a Roman numeral", 'Ⅳ'),
    probe("an emoji", '🦀'),
    probe("a letter outside of the basic plane", '𝒜'),
    probe("a zero-width space", '\u{200b}'),
    probe("a zero-width joiner", '\u{200d}'),
    probe("a line separator", '\u{2028}'),
    probe("a right-to-left override", '\u{202e}'),
    probe("a byte-order mark", '\u{feff}'),
    probe("a replacement character", '\u{fffd}'),
    probe("a private-use character", '\u{e000}'),
    probe("a noncharacter", '\u{ffff}'),
];

/// Characters that also matter as the first of a value, where trimming would hide them.
pub(super) const LEADING: &[Probe] = &[
    probe("a space", ' '),
    probe("a newline", '\n'),
    probe("a tab", '\t'),
    probe("a byte-order mark", '\u{feff}'),
];

/// Characters that also matter as the last of a value, where trimming or `$` would hide them.
pub(super) const TRAILING: &[Probe] =
    &[probe("a newline", '\n'), probe("a space", ' '), probe("NUL", '\0'), probe("a slash", '/')];
