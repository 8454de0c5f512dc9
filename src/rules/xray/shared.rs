//! What the rules of both services need to know of X-Ray.

use super::calls::{Written, beside_a_witness, delete, list, put, read, revision};
use super::put::MOST;
use super::refusals::TYPE;
use crate::rules::concurrency::Racing;
use crate::rules::wire::Tried;
use aws_conformance_generators::plan::Service;

pub(super) fn racing() -> Racing {
    Racing {
        service: Service::Xray,
        put: |tag, number| put(tag).document(number),
        delete,
        revision,
        read,
        create_only: Some("0"),
        most: MOST,
        creation: &["xray.put.create-once", "xray.put.revision-zero"],
        revisions: &["xray.put.update-once", "xray.put.revision-incremented"],
        kept: &["xray.put.creates", "xray.put.kept"],
        count: &["xray.put.five"],
    }
}

pub(super) fn wire() -> Tried {
    Tried {
        service: Service::Xray,
        demanding: vec![put("a"), delete("a")],
        undemanding: list(),
        accepted: |call| vec![read(), call.step(), read()],
        acceptable: || put("a"),
        around: beside_a_witness,
        unreadable: &TYPE,
    }
}
