//! Labelled policy documents.

use super::elements::compose;
use crate::plan::Text;

/// A labelled policy document, well-formed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is, for people.
    pub label: String,
    /// Its text.
    pub text: Text,
}

impl Document {
    pub(super) fn new(label: impl Into<String>, template: &str) -> Self {
        Self { label: label.into(), text: compose(template) }
    }
}
