//! What has a value only when a plan is executed.

use super::derivation::Derivation;
use serde::{Deserialize, Serialize};

/// Something that has a value only when a plan is executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// The account id that the target uses, 12 digits.
    Account,
    /// The region of the run.
    Region,
    /// The AWS partition of the run's ARNs: `aws`, `aws-cn`, `aws-us-gov`, …
    AwsPartition,
    /// A policy name that belongs to the run; the tag tells names of one plan apart.
    Name(String),
    /// The ARN of a leased project; the tag tells projects of one plan apart.
    Project(String),
    /// The name of a project that belongs to the run and that the plan itself creates.
    ProjectName(String),
    /// A member of an earlier call's response.
    Response {
        /// The label of the call.
        step: String,
        /// RFC 6901 pointer into the response's JSON body.
        pointer: String,
    },
    /// A value derived from another.
    Derived {
        /// How.
        how: Derivation,
        /// From what.
        of: Box<Symbol>,
    },
}

impl Symbol {
    /// The response of the step with this label at this pointer.
    pub fn response(step: &str, pointer: &str) -> Self {
        Self::Response { step: step.to_owned(), pointer: pointer.to_owned() }
    }

    /// This value, changed.
    #[must_use]
    pub fn derived(self, how: Derivation) -> Self {
        Self::Derived { how, of: Box::new(self) }
    }

    pub(super) fn resolve(&self, bindings: &dyn Bindings) -> Result<String, Unbound> {
        match self {
            Self::Derived { how, of } => Ok(how.apply(&of.resolve(bindings)?)),
            other => bindings.value(other),
        }
    }
}

/// The values of symbols while a plan is executed.
pub trait Bindings {
    /// The value of a symbol that is not [`Symbol::Derived`].
    ///
    /// # Errors
    /// [`Unbound`] if it has none.
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound>;
}

/// A symbol that has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is bound to {symbol}: {why}")]
pub struct Unbound {
    /// The symbol, in words.
    pub symbol: String,
    /// Why it has no value.
    pub why: String,
}
