//! Both protocols: what a request asks for, and how a response is written.

mod request;
mod response;

pub(crate) use request::{BodyProblem, Routed, body, folds, route, scope};
pub(crate) use response::Encoder;
