//! Where clauses stand: the documents that make the statements of the ledger.

use serde::Serialize;

/// A document, or a body of evidence, that statements are taken from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Short name in reports and in the JSON report's `citation.source`.
    pub key: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What kind of evidence it is.
    pub provenance: Provenance,
}

/// What kind of evidence an expectation rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// The service model that SDKs are generated from.
    Model,
    /// A sentence of the API documents.
    Api,
    /// The developer guide.
    Guide,
    /// An answer of the real service that somebody published.
    Capture,
    /// Reasoning from the others.
    Inference,
}

impl Provenance {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Api => "api",
            Self::Guide => "guide",
            Self::Capture => "capture",
            Self::Inference => "inference",
        }
    }
}

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $provenance:ident, $title:literal;)*) => {
        $($(#[$doc])* pub static $name: Source =
            Source { key: $key, title: $title, provenance: Provenance::$provenance };)*

        /// Every source that may be cited.
        pub static SOURCES: &[&Source] = &[$(&$name),*];
    };
}

sources! {
    /// X-Ray's `PutResourcePolicy` as boto3 documents it.
    BOTO3_XRAY = "boto3-xray", Api, "boto3 reference, XRay.Client.put_resource_policy";
    /// Rekognition's API reference of `PutProjectPolicy`.
    API_REKOGNITION = "api-rekognition", Api, "Amazon Rekognition API Reference, PutProjectPolicy";
    /// Rekognition's `PutProjectPolicy` as boto3 documents it.
    BOTO3_REKOGNITION = "boto3-rekognition", Api, "boto3 reference, Rekognition.Client.put_project_policy";
    /// Rekognition's `put-project-policy` as the AWS CLI documents it.
    CLI_REKOGNITION = "cli-rekognition", Api, "AWS CLI Command Reference, rekognition put-project-policy";
    /// X-Ray's API reference.
    API_XRAY = "api-xray", Api, "AWS X-Ray API Reference";
    /// X-Ray's service model.
    MODEL_XRAY = "model-xray", Model, "service model xray-2016-04-12, as botocore ships it";
    /// Rekognition's service model.
    MODEL_REKOGNITION = "model-rekognition", Model, "service model rekognition-2016-06-27, as botocore ships it";
    /// X-Ray's CloudFormation resource.
    CFN_XRAY = "cfn-xray", Api, "AWS CloudFormation, AWS::XRay::ResourcePolicy";
    /// X-Ray's developer guide.
    GUIDE_XRAY = "guide-xray", Guide, "AWS X-Ray Developer Guide";
    /// The Custom Labels guide.
    GUIDE_CUSTOM_LABELS = "guide-custom-labels", Guide, "Amazon Rekognition Custom Labels Guide, project policies";
    /// Rekognition's developer guide on errors.
    GUIDE_ERRORS = "guide-errors", Guide, "Amazon Rekognition Developer Guide, error handling";
    /// The protocols' specification.
    SMITHY = "smithy", Api, "Smithy 2.0, AWS protocols: awsJson1_1 and restJson1";
    /// Recorded acceptance runs against the real service.
    TERRAFORM = "terraform", Capture, "terraform-provider-aws, acceptance runs of the X-Ray resource policy";
    /// Answers of the real services in public issue threads.
    CAPTURES = "captures", Capture, "answers of the real services quoted in public issue threads";
    /// The quotas of Rekognition's operations and resources.
    QUOTAS = "service-quotas", Guide, "Service Quotas, Amazon Rekognition";
    /// Rekognition's developer guide on resource-based policies.
    GUIDE_SECURITY = "guide-security", Guide, "Amazon Rekognition Developer Guide, resource-based policies";
    /// CloudWatch Logs' guide on the delivery of traces.
    GUIDE_LOGS = "guide-cloudwatch-logs", Guide, "Amazon CloudWatch Logs User Guide, delivery of traces to X-Ray";
    /// The quotas of X-Ray.
    GENERAL_REFERENCE = "general-reference", Guide, "AWS General Reference, X-Ray endpoints and quotas";
    /// The errors that every operation may answer. Pages of other services: neither service has one.
    COMMON_ERRORS = "common-errors", Api, "AWS API references, Common Errors";
    /// How boto3 and the AWS CLI send requests and read answers.
    BOTOCORE = "botocore", Api, "botocore, validation of requests and parsing of answers";
    /// How the AWS SDK for Rust sends requests and reads answers.
    SDK_RUST = "sdk-rust", Api, "AWS SDK for Rust, aws-sdk-rekognition and aws-sdk-xray";
    /// What follows from the documents without standing in them.
    INFERENCE = "inference", Inference, "inference from the documents";
}
