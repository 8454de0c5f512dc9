//! Amazon Rekognition: Custom Labels projects and their policies.

mod arns;
mod copies;
mod pages;
mod policies;
mod projects;
mod revisions;
mod time;

pub(crate) use arns::{not_found, overlook, project_exists, scope_of};
pub(crate) use copies::{accepted, copy, no_bucket};
pub(crate) use policies::{delete, force_delete, force_put, is_missing, list, put};
pub(crate) use projects::{
    create_preexisting, create_project, delete_project, describe_projects, force_create, force_delete_project,
};
