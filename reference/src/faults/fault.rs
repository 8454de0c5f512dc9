//! What a fault is.

use super::deviation::{Deviation, Wire};
use crate::service::{Operation, Service};

/// How strictly the documents settle what a fault breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Settled by the documents.
    Must,
    /// The sources leave room, but not this much.
    Should,
    /// Nothing is promised; what comes back can only be recorded.
    Observe,
}

/// A way of breaking one documented rule.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fault {
    /// The stable name that switches it on.
    pub name: &'static str,
    /// The documented rule that it breaks, and how, in words.
    pub breaks: &'static str,
    /// The service that behaves wrongly.
    pub service: Service,
    /// The operation that behaves wrongly, where it is a single one's.
    pub operation: Option<Operation>,
    /// How strictly the documents settle the rule.
    pub level: Level,
    pub(crate) deviation: Deviation,
}

impl Fault {
    /// Whether it shows only where signatures are verified.
    pub fn is_of_signatures(&self) -> bool {
        use Wire::{
            SignatureExpiredAccepted, SignatureMalformedAccepted, SignatureMissingAccepted,
            SignatureNotCompared, SignatureOfUnknownKeyAccepted,
        };
        let Deviation::Wire { how, .. } = &self.deviation else { return false };
        matches!(
            how,
            SignatureMissingAccepted
                | SignatureMalformedAccepted
                | SignatureExpiredAccepted
                | SignatureOfUnknownKeyAccepted
                | SignatureNotCompared
        )
    }
}

/// Makes a fault. The texts live as long as the registry: as long as the process.
pub(super) fn fault(
    service: Service,
    operation: Option<Operation>,
    name: String,
    breaks: String,
    level: Level,
    deviation: Deviation,
) -> Fault {
    Fault { name: name.leak(), breaks: breaks.leak(), service, operation, level, deviation }
}
