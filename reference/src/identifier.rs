//! Fresh identifiers: never repeated within an endpoint, and the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

/// A source of identifiers.
#[derive(Debug, Default)]
pub(crate) struct Identifiers(AtomicU64);

impl Identifiers {
    /// The next number, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// 32 lower-case hexadecimal digits.
    pub(crate) fn hexadecimal(&self) -> String {
        let number = self.number();
        format!("{:016x}{:016x}", mix(number), mix(!number))
    }

    /// Something of the form of a UUID, version 4.
    pub(crate) fn uuid(&self) -> String {
        let number = self.number();
        let (high, low) = (mix(number), mix(!number));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48 & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }
}

/// Mixes the bits of a number. Different numbers stay different: each step can be undone.
pub(crate) const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A number that depends on nothing but the text.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| mix(sum ^ u64::from(byte)))
}
