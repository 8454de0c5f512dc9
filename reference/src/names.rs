//! Names that faults take for one another.

use crate::faults::Defect;
use crate::service::Service;
use crate::state::Call;

/// Whether a fault finds a policy by a name that only resembles its own.
pub(crate) fn are_taken_for_one(call: &Call<'_>, stored: &str, name: &str) -> bool {
    let (punctuation, order) = match call.operation.service() {
        Service::Rekognition => (Defect::RNamesPunctuation, Defect::RNamesOrder),
        Service::XRay => (Defect::XNamesPunctuation, Defect::XNamesOrder),
    };
    call.switches.has(punctuation) && without_punctuation(stored) == without_punctuation(name)
        || call.switches.has(order) && sorted(stored) == sorted(name)
}

/// Whether a fault deletes a policy with the one of this name.
pub(crate) fn are_deleted_as_one(call: &Call<'_>, other: &str, name: &str) -> bool {
    let punctuation = match call.operation.service() {
        Service::Rekognition => Defect::RDeleteByPunctuation,
        Service::XRay => Defect::XDeleteByPunctuation,
    };
    call.switches.has(punctuation) && without_punctuation(other) == without_punctuation(name)
}

fn without_punctuation(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

fn sorted(name: &str) -> Vec<char> {
    let mut all: Vec<char> = name.chars().collect();
    all.sort_unstable();
    all
}
