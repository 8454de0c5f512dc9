//! What the rules of both services need to know of Rekognition.

use super::calls::{Written, beside_a_witness, delete, list, put, read, revision};
use super::put::MOST;
use super::refusals::TYPE;
use crate::rules::concurrency::Racing;
use crate::rules::wire::Tried;
use aws_conformance_generators::plan::{Arg, Call, Service};

pub(super) fn racing() -> Racing {
    Racing {
        service: Service::Rekognition,
        put: |tag, number| put(tag).document(number),
        delete,
        revision,
        read: || read("p"),
        create_only: None,
        most: MOST,
        creation: &["rekognition.PutProjectPolicy.ResourceAlreadyExistsException"],
        revisions: &["rekognition.put.update-once", "rekognition.put.update-needs-revision"],
        kept: &["rekognition.put.attaches", "rekognition.put.kept"],
        count: &["rekognition.put.five"],
    }
}

pub(super) fn wire() -> Tried {
    Tried {
        service: Service::Rekognition,
        demanding: vec![put("a"), delete("a"), list("p")],
        undemanding: Call::new(Service::Rekognition, "DescribeProjects", Arg::Object(Vec::new())),
        accepted: |call| vec![read("p"), call.step(), read("p")],
        acceptable: || put("a"),
        around: beside_a_witness,
        unreadable: &TYPE,
    }
}
