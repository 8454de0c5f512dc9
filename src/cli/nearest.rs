//! What somebody may have meant.

/// The known word that is nearest to another, unless even that is another word altogether.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
}
