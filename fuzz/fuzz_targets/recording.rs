//! A recording, judged by every rule of its service.
#![no_main]

use aws_conformance::exchange::Recorded;
use aws_conformance::judge::judge;
use aws_conformance::rules::catalogue;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(recorded) = serde_json::from_slice::<Recorded>(bytes) else { return };
    for rule in catalogue().iter().step_by(16) {
        let _ = judge(rule, &recorded).abridged();
    }
    assert_eq!(recorded.evidence().len(), recorded.traces.len());
});
