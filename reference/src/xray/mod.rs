//! AWS X-Ray: resource policies.

mod delete;
mod list;
mod policies;
mod put;
mod revisions;

pub(crate) use delete::{delete, force_delete, is_missing};
pub(crate) use list::list;
pub(crate) use put::{force_put, put};
