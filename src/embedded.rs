//! The embedded reference as a target.

use crate::execute::target::{Answering, InProcess, Location, Target};
use aws_conformance_reference::Reference;
use std::sync::Arc;
use std::time::Duration;

impl InProcess for Reference {
    fn arrive(&self) -> Answering<'_> {
        let arrival = Self::arrive(self);
        Box::new(move |request| self.handle_since(arrival, request))
    }

    fn pass(&self, time: Duration) {
        Self::pass(self, time);
    }
}

/// A reference as the target of a run, by function call.
pub fn target(reference: Reference) -> Target {
    Target::new(Location::Memory(Arc::new(reference)))
}
