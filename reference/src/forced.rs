//! Faults that refuse a call and do something all the same.

use crate::faults::Answered;
use crate::service::Operation;
use crate::state::{Call, Forced, World};
use crate::{rekognition, xray};

/// What is done though a call is refused.
pub(crate) fn forced(how: Answered) -> Option<Forced> {
    match how {
        Answered::ButDone => Some(Forced::Done),
        Answered::ButReplaces => Some(Forced::Replaced),
        Answered::ButRevises => Some(Forced::Revised),
        Answered::ButTouches => Some(Forced::Touched),
        Answered::ButDeletes => Some(Forced::Deleted),
        Answered::Code(_) | Answered::Status(_) | Answered::NoCode => None,
    }
}

/// Does what was refused.
pub(crate) fn force(world: &mut World, call: &Call<'_>, how: Forced) {
    match call.operation {
        Operation::CreateProject => rekognition::force_create(world, call),
        Operation::DeleteProject => rekognition::force_delete_project(world, call),
        Operation::PutProjectPolicy => rekognition::force_put(world, call, how),
        Operation::DeleteProjectPolicy => rekognition::force_delete(world, call, how),
        Operation::PutResourcePolicy => xray::force_put(world, call, how),
        Operation::DeleteResourcePolicy => xray::force_delete(world, call, how),
        Operation::DescribeProjects
        | Operation::ListProjectPolicies
        | Operation::CopyProjectVersion
        | Operation::ListResourcePolicies => {}
    }
}
