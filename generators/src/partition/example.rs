//! One plain valid value for every member.

use super::meaning::Meaning;
use crate::arn::{self, Resource};
use crate::document;
use crate::model::{Kind, Shape};
use crate::plan::{Arg, Service, Symbol};
use serde_json::Value;

/// The example at a path of an operation's input.
pub(super) fn of(service: Service, path: &str, shape: &Shape) -> Arg {
    match &shape.kind {
        Kind::String if !shape.values.is_empty() => Arg::from(shape.values[0].as_str()),
        Kind::String => string(service, path),
        Kind::Boolean => Arg::Json(Value::Bool(false)),
        Kind::Integer => Arg::Json(Value::from(shape.max.or(shape.min).unwrap_or(1))),
        Kind::Timestamp => Arg::Json(Value::from(0)),
        Kind::Structure(structure) => Arg::Object(
            structure
                .members
                .iter()
                .map(|member| {
                    let path = format!("{path}.{}", member.name);
                    (member.name.clone(), of(service, &path, &member.shape))
                })
                .collect(),
        ),
        Kind::List(item) => Arg::List(vec![of(service, &format!("{path}.member"), item)]),
        Kind::Map(..) => Arg::object([("awsc", Arg::from("awsc"))]),
    }
}

fn string(service: Service, path: &str) -> Arg {
    match Meaning::at(service, path) {
        Meaning::ProjectArn => Arg::symbol(Symbol::Project("p".to_owned())),
        Meaning::VersionArn => arn::example(Resource::Version),
        Meaning::Document => Arg::Text(document::plain(service).swap_remove(0).text),
        meaning => Arg::text([meaning.stem()]),
    }
}
