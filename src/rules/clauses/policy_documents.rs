//! The documents that `PutProjectPolicy` takes.

use super::Checked::{By, Not};
use super::{Passage, REKOGNITION, Says};
use crate::rules::source::{API_REKOGNITION, GUIDE_CUSTOM_LABELS, GUIDE_SECURITY, INFERENCE, Source};

const fn says(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: REKOGNITION, operation: Some("PutProjectPolicy"), source, place, says }
}

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    says(&API_REKOGNITION, "Request Parameters, PolicyDocument", &[
        ("it is a resource policy that is added, so it can be read again", By(&["PutProjectPolicy.PolicyDocument.round-trip"])),
        ("it is JSON", By(&["PutProjectPolicy.PolicyDocument.not-json"])),
        ("it has one statement or more", By(&["PutProjectPolicy.PolicyDocument.{plain,not-a-policy}"])),
        ("it follows the syntax of IAM's policies", By(&["PutProjectPolicy.PolicyDocument.{not-a-policy,fine-grammar}"])),
        ("it is a string", By(&["PutProjectPolicy.PolicyDocument.type"])),
        ("it has 1 to 2000 characters", By(&["PutProjectPolicy.PolicyDocument.length-*"])),
        ("it consists of tabs, line ends and the characters from the space to U+00FF",
            By(&["PutProjectPolicy.PolicyDocument.pattern", "PutProjectPolicy.PolicyDocument.round-trip"])),
        ("it is required", By(&["PutProjectPolicy.PolicyDocument.required"])),
    ]),
    says(&GUIDE_CUSTOM_LABELS, "Creating a project policy document", &[
        ("a statement has to have Effect", By(&["PutProjectPolicy.PolicyDocument.not-a-policy"])),
        ("a statement has to have Principal", By(&["PutProjectPolicy.PolicyDocument.not-a-policy"])),
        ("a statement has to have Action", By(&["PutProjectPolicy.PolicyDocument.not-a-policy"])),
        ("a statement has to have Resource", By(&["PutProjectPolicy.PolicyDocument.not-a-policy"])),
        ("rekognition:CopyProjectVersion is the only action", By(&["PutProjectPolicy.PolicyDocument.{plain,forbidden-elements}"])),
        ("NotAction must not be there", By(&["PutProjectPolicy.PolicyDocument.forbidden-elements"])),
        ("NotResource must not be there", By(&["PutProjectPolicy.PolicyDocument.forbidden-elements"])),
        ("NotPrincipal must not be there", By(&["PutProjectPolicy.PolicyDocument.forbidden-elements"])),
        ("there is no restriction on principals", By(&["PutProjectPolicy.PolicyDocument.{plain,fine-grammar}"])),
        ("Resource is the ARN of a version, or of all versions of the source project", By(&["PutProjectPolicy.PolicyDocument.{plain,fine-grammar}"])),
        ("every example has the Version 2012-10-17", By(&["PutProjectPolicy.PolicyDocument.plain"])),
        ("the JSON example has the Effect Allow", By(&["PutProjectPolicy.PolicyDocument.plain"])),
        ("the prose has ALLOW and DENY in capitals, which the example contradicts", By(&["PutProjectPolicy.PolicyDocument.fine-grammar"])),
    ]),
    says(&GUIDE_CUSTOM_LABELS, "Attaching a project policy", &[
        ("a document for a principal, an action and the versions of the project is accepted", By(&["PutProjectPolicy.PolicyDocument.plain"])),
    ]),
    says(&GUIDE_SECURITY, "Resource-based policies", &[
        ("Rekognition takes resource-based policies, for the copying of Custom Labels models", By(&["PutProjectPolicy.PolicyDocument.plain"])),
        ("another page of the guide says that it takes none", Not("the API reference settles it: there are project policies")),
    ]),
    says(&INFERENCE, "PolicyDocument", &[
        ("how deep the grammar is checked (Sid, Condition, unknown keys, older versions) is not said", By(&["PutProjectPolicy.PolicyDocument.fine-grammar"])),
        ("2000 characters of more than 2000 bytes may be too many", By(&["PutProjectPolicy.PolicyDocument.length-max"])),
        ("a document comes back as JSON that means the same, if not byte for byte", By(&["PutProjectPolicy.PolicyDocument.round-trip", "ListProjectPolicies.ProjectPolicies.as-put"])),
    ]),
];
