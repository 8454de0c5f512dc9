//! Where the random cases of a rule start from.

/// The seed of a rule's cases: the same on every machine and release of the toolchain, whatever other
/// rules run. FNV-1a, 64 bits at a time.
pub(super) fn seed_of(seed: u64, rule: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, chunk) in bytes.chunks_mut(8).enumerate() {
        let input = seed.to_le_bytes().into_iter().chain([at as u8]).chain(rule.bytes());
        let hash = input.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        chunk.copy_from_slice(&hash.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::seed_of;

    /// Pinned: another value would make other cases of every seed that somebody wrote down.
    #[test]
    fn a_seed_is_the_same_everywhere() {
        let seed = seed_of(7, "xray.PutResourcePolicy.PolicyName.pattern");
        let words: Vec<u64> = seed
            .chunks(8)
            .map(|chunk| u64::from_le_bytes(chunk.try_into().expect("a chunk has eight bytes")))
            .collect();
        assert_eq!(
            words,
            [7190573251119431126, 17652504883264540903, 3815781530739396780, 11477968294745661837]
        );
    }

    #[test]
    fn rules_and_seeds_have_cases_of_their_own() {
        assert_ne!(seed_of(0, "a"), seed_of(1, "a"));
        assert_ne!(seed_of(0, "a"), seed_of(0, "b"));
    }
}
