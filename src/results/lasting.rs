//! What of a text lasts from run to run.

use crate::judge::finding::occurrences;

/// A text without what differs from run to run: the names that the run gave, ids, moments and counts of
/// occurrences.
pub fn lasting(text: &str) -> String {
    let (text, _) = occurrences(text);
    let mut lasting = String::new();
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '-' || one == '_';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|one: char| is_word(one) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        lasting.push_str(if is_of_the_run(word) { "…" } else { word });
        rest = after;
    }
    lasting
}

/// Whether a word is a name that a run gave, an id or a moment.
fn is_of_the_run(word: &str) -> bool {
    let is_id = |one: char| one.is_ascii_hexdigit() || one == '-';
    // An account id has twelve digits and stays.
    let is_long = word.len() >= 13 || (word.len() >= 8 && word.contains('-'));
    word.starts_with("awsc-")
        || (is_long && word.chars().all(is_id) && word.contains(|one: char| one.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::lasting;
    use rstest::rstest;

    #[rstest]
    #[case("HTTP 200 success", "HTTP 200 success")]
    #[case("a name awsc-1a2b3c4d5-7-aaa is taken", "a name … is taken")]
    #[case(
        "PolicyRevisionId is \"63cbe1e459320dd788fca0195de67e12\", as before",
        "PolicyRevisionId is \"…\", as before"
    )]
    #[case("arn:aws:iam::111122223333:root (12 times)", "arn:aws:iam::111122223333:root")]
    #[case("1d9e0c1e-52f2-4d57-9a4c-0c6a1f6f7a11 at 1690405809285", "… at …")]
    #[case("a read-back of length-max", "a read-back of length-max")]
    #[case("HTTP 400 é (not one)", "HTTP 400 é (not one)")]
    fn ids_and_names_of_a_run_are_left_out(#[case] text: &str, #[case] lasts: &str) {
        assert_eq!(lasting(text), lasts);
    }
}
