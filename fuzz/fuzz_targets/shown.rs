//! What an endpoint says, as a terminal shows it.
#![no_main]

use aws_conformance::exchange::untrusted::{bounded, escape, escape_lines, is_hidden, without_userinfo};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, String)| {
    let (limit, text) = (usize::from(input.0), input.1);
    let shown = escape(&text, limit);
    assert!(!shown.chars().any(is_hidden));
    assert!(shown.chars().count() <= limit + 40);
    assert!(!escape_lines(&text, limit).chars().any(|one| one != '\n' && is_hidden(one)));
    assert!(bounded(&text, limit).len() <= limit + 40);
    let _ = without_userinfo(&text);
});
