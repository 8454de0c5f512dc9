//! The configuration file.
#![no_main]

use aws_conformance::cli::config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Config::parse(text) {
        assert!(!error.to_string().is_empty());
    }
});
