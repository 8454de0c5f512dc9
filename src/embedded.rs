//! The embedded reference as a target.

use crate::execute::target::{Answering, InProcess, Location, Target};
use aws_conformance_reference::Reference;
use std::sync::Arc;

impl InProcess for Reference {
    fn arrive(&self) -> Answering<'_> {
        let arrival = Self::arrive(self);
        Box::new(move |request| self.handle_since(arrival, request))
    }
}

/// A reference as the target of a run, by function call.
pub fn target(reference: Reference) -> Target {
    Target::new(Location::Memory(Arc::new(reference)))
}
