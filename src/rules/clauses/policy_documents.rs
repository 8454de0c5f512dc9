//! The documents that `PutProjectPolicy` takes.

use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{API_REKOGNITION, GUIDE_CUSTOM_LABELS, GUIDE_SECURITY, INFERENCE};

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&API_REKOGNITION, "Request Parameters, PolicyDocument", &[
        says("rekognition.put.document-added", "it is a resource policy that is added, so it can be read again"),
        says("rekognition.put.document-json", "it is JSON"),
        says("rekognition.put.document-statements", "it has one statement or more"),
        says("rekognition.put.document-syntax", "it follows the syntax of IAM's policies"),
        says("rekognition.put.document-characters", "it consists of tabs, line ends and the characters from the space to U+00FF"),
    ]),
    at(&GUIDE_CUSTOM_LABELS, "Creating a project policy document", &[
        says("rekognition.put.document-elements", "a statement has to have Effect, Principal, Action and Resource"),
        says("rekognition.put.document-action", "rekognition:CopyProjectVersion is the only action"),
        says("rekognition.put.document-not", "NotAction, NotResource and NotPrincipal must not be there"),
        says("rekognition.put.document-principals", "there is no restriction on principals"),
        says("rekognition.put.document-resource", "Resource is the ARN of a version, or of all versions of the source project"),
        says("rekognition.put.document-examples", "the JSON examples have the Version 2012-10-17 and the Effect Allow"),
        says("rekognition.put.document-capitals", "the prose has ALLOW and DENY in capitals, which the example contradicts"),
    ]),
    at(&GUIDE_CUSTOM_LABELS, "Attaching a project policy", &[
        says("rekognition.put.document-accepted", "a document for a principal, an action and the versions of the project is accepted"),
    ]),
    at(&GUIDE_SECURITY, "Resource-based policies", &[
        says("rekognition.put.resource-based", "Rekognition takes resource-based policies, for the copying of Custom Labels models"),
        unchecked("rekognition.put.not-resource-based", "another page of the guide says that it takes none",
            "the API reference settles it: there are project policies"),
    ]),
    at(&INFERENCE, "PolicyDocument", &[
        says("rekognition.put.document-depth", "how deep the grammar is checked (Sid, Condition, unknown keys, older versions) is not said"),
        says("rekognition.put.document-bytes", "2000 characters of more than 2000 bytes may be too many"),
        says("rekognition.put.document-equal", "a document comes back as JSON that means the same, if not byte for byte"),
    ]),
];
