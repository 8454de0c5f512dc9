//! The documented statement of each service.

use super::elements::{self, Elements, statement};
use super::{rekognition, xray};
use crate::plan::Service;

/// The elements of the documented statement.
pub(super) fn base(service: Service) -> Elements {
    match service {
        Service::Rekognition => rekognition::base(),
        Service::Xray => xray::base(),
    }
}

/// The statement with an element replaced or added.
pub(super) fn with(service: Service, name: &'static str, value: &str) -> String {
    statement(&elements::with(&base(service), name, value))
}
