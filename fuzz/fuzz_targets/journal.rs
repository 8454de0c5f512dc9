//! The journal of a run that crashed.
#![no_main]

use aws_conformance::execute::ledger::{Leftovers, PREFIX};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(left) = Leftovers::parse(std::path::PathBuf::new(), bytes) else { return };
    for service in left.endpoints.keys() {
        for region in &left.regions {
            let covers = left.covers(*service, region, "somebody-else");
            assert!(!covers || left.names.iter().any(|(_, _, name)| name == "somebody-else"));
            assert!(left.prefix.len() > PREFIX.len() || !left.covers(*service, region, PREFIX) || !left.names.is_empty());
        }
    }
});
