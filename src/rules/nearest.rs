//! What somebody may have meant.

use super::catalogue::catalogue;
use super::rule::id_scope;
use std::collections::BTreeSet;

/// The id of a rule, or the glob of an operation's rules, that is nearest to a glob that matches none.
pub fn nearest_rule(glob: &str) -> Option<String> {
    let ids = catalogue().iter().map(|rule| rule.id.clone());
    let globs = catalogue().iter().map(|rule| format!("{}.*", id_scope(&rule.id, 2)));
    let known: BTreeSet<String> = ids.chain(globs).collect();
    nearest(glob, known.iter().map(String::as_str)).map(str::to_owned)
}

/// The known word that is nearest to another, unless even that is another word altogether.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |known: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &known.to_lowercase());
    let (distance, near) = known.map(|known| (distance(known), known)).min()?;
    (distance <= word.chars().count() / 3).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("endpont_url", Some("endpoint_url"))]
    #[case("Region", Some("region"))]
    #[case("colour", None)]
    #[case("", None)]
    fn the_nearest_word(#[case] word: &str, #[case] near: Option<&str>) {
        assert_eq!(nearest(word, ["region", "endpoint_url"].into_iter()), near);
    }

    #[rstest]
    #[case(
        "xray.PutResourcePolicy.PolicyName.lenght-max",
        Some("xray.PutResourcePolicy.PolicyName.length-max")
    )]
    #[case("xray.PutResourcPolicy.*", Some("xray.PutResourcePolicy.*"))]
    #[case("ec2.*", None)]
    fn the_nearest_rule(#[case] glob: &str, #[case] near: Option<&str>) {
        assert_eq!(nearest_rule(glob).as_deref(), near);
    }
}
