//! What code has to know of each service and no model says: which operations create, update, list and
//! delete a kind of resource, and which members name it, hold it and limit it.
//!
//! One table a service. No operation's name stands in any other file but a rule's, a clause's or a
//! fault's.

mod codes;
mod resource;
mod safety;
pub mod sdk;
mod tables;

pub use codes::{
    AUTH_CODES, NOT_SUBSCRIBED, is_documented, is_of_framework, is_throttle, says_not_implemented,
};
pub use resource::{Capability, Limit, Names, Quotas, Resource, Versions};
pub use safety::{PREFIX, why_unsafe, why_unsafe_plan};
pub use tables::{
    MEMBER_ACTIONS, NONSENSE, PROJECT_POLICIES, PROJECTS, RESOURCE_POLICIES, is_limit, most_created,
    outer_resource, resource_created_by, resource_listed_by, resource_removed_by, resources, scope_resource,
    spare_regions,
};
