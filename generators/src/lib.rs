//! What to send: service models as data, labelled partitions of their constraints, domain values
//! and symbolic plans.
//!
//! This crate is pure: it has no network, no clock, no environment and no runtime.
//!
//! [`model`] holds the facts, [`partition`] derives values from them, [`arn`], [`revision`],
//! [`token`] and [`document`] know the values that no constraint describes, [`guard`] proves that
//! a value breaks exactly what its label says, and [`plan`] is what values are put into.

pub mod arn;
mod constraint;
pub mod document;
pub mod guard;
pub mod model;
pub mod partition;
pub mod plan;
pub mod revision;
pub mod sequence;
pub mod token;
mod value;

#[cfg(test)]
mod sample;
