//! Where resources are.

use crate::service::Resource;
use serde_json::{Map, Value};

/// Where resources of a kind are: in a region, and in a scope where the resource has any.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) resource: &'static Resource,
    pub(super) region: String,
    pub(super) scope: Option<Value>,
}

impl Place {
    /// The whole of a region.
    pub(super) fn region(resource: &'static Resource, region: &str) -> Self {
        Self { resource, region: region.to_owned(), scope: None }
    }

    /// What a resource that is listed here holds of another kind.
    pub(super) fn within(&self, resource: &'static Resource, scope: &Value) -> Self {
        Self { resource, region: self.region.clone(), scope: Some(scope.clone()) }
    }

    /// An input that names the scope.
    pub(super) fn input(&self) -> Map<String, Value> {
        let scope = self.resource.scope.zip(self.scope.clone());
        scope.into_iter().map(|(member, scope)| (member.to_owned(), scope)).collect()
    }
}
