//! The variants: readings of open questions that the documents allow. No rule may call one a violation.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::service::Operation;

/// A reading of an open question, one that the documents allow.
#[derive(Debug)]
#[non_exhaustive]
pub struct Variant {
    /// The stable name that switches it on.
    pub name: &'static str,
    /// Which question is open, and how it is read.
    pub reading: &'static str,
    pub(crate) is: Reading,
}

/// Every variant.
pub fn variants() -> &'static [Variant] {
    VARIANTS
}

/// The variant of this name.
pub(crate) fn find(name: &str) -> Option<&'static Variant> {
    BY_NAME.get(name).copied()
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Variant>> =
    LazyLock::new(|| VARIANTS.iter().map(|variant| (variant.name, variant)).collect());

const fn variant(is: Reading, name: &'static str, reading: &'static str) -> Variant {
    Variant { name, reading, is }
}

#[rustfmt::skip]
static VARIANTS: &[Variant] = &[
    variant(Reading::OtherConstraintCode, "constraint.other-code", "Constraint breaches: InvalidParameterException by Rekognition, ValidationException by X-Ray."),
    variant(Reading::FirstBreachOnly, "constraint.first-only", "Several breaches: only the first is reported."),
    variant(Reading::ValuesNotEchoed, "constraint.no-value", "The words of a breach do not repeat the value."),
    variant(Reading::ExistenceFirst, "precedence.existence-first", "Several broken rules: a project that does not exist is reported before a constraint."),
    variant(Reading::StateFirst, "precedence.state-first", "Several broken rules: revisions and limits are looked at before the document."),
    variant(Reading::LimitsFirst, "precedence.limits-first", "Several broken rules: limits are looked at before all else."),
    variant(Reading::DocumentFirst, "precedence.document-first", "Several broken rules: the document is looked at before all else."),
    variant(Reading::TypesAreConstraints, "types.constraint-code", "A wrong JSON type is answered like a constraint breach."),
    variant(Reading::FractionsTruncated, "types.fractions-truncated", "A fraction for an integer loses what is behind its point."),
    variant(Reading::LooseBooleans, "types.loose-booleans", "The texts true and false and numbers stand for booleans."),
    variant(Reading::NullRefused, "null.refused", "null for an optional member is refused as a wrong type."),
    variant(Reading::EmptyBodyRefused, "body.empty-refused", "An empty body is refused, even where nothing is required."),
    variant(Reading::ExtraMembersRefused, "body.extra-members-refused", "A member that the operation does not know is refused with 400."),
    variant(Reading::ModerationNeedsMode, "rekognition.feature.needs-auto-update", "A project for content moderation is refused without AutoUpdate, which the documents call required."),
    variant(Reading::LengthsInBytes, "rekognition.document.length-in-bytes", "The length of a Rekognition document counts its bytes in UTF-8."),
    variant(Reading::RevisionsFolded, "rekognition.revision.any-case", "Hexadecimal revision ids are compared as numbers, so case does not matter."),
    variant(Reading::RevisionsOf16, "rekognition.revision.16-digits", "Revision ids have 16 digits."),
    variant(Reading::RevisionsOf64, "rekognition.revision.64-digits", "Revision ids have 64 digits."),
    variant(Reading::RevisionsCounting, "rekognition.revision.counting", "Revision ids count up, from one digit."),
    variant(Reading::RevisionsUpperCase, "rekognition.revision.upper-case", "Revision ids are in upper case."),
    variant(Reading::RevisionsBeginAgain, "rekognition.revision.begins-again", "Revision ids count from 1 for each policy, and begin again after a deletion."),
    variant(Reading::IdenticalKeepsRevision, "rekognition.revision.identical-put-keeps", "Putting the same document again changes nothing, so the revision id stays."),
    variant(Reading::ReputIsRevision, "rekognition.reput.invalid-revision", "A second put without a revision id: InvalidPolicyRevisionIdException."),
    variant(Reading::FreeNameNotFound, "rekognition.free-name.not-found", "A revision id of a policy that does not exist: ResourceNotFoundException."),
    variant(Reading::LimitIsQuota, "rekognition.limit.quota-code", "The sixth policy: ServiceQuotaExceededException."),
    variant(Reading::EmptyRevisionAbsent, "rekognition.revision.empty-is-absent", "An empty revision id is as good as none."),
    variant(Reading::MalformedRevisionIsRevision, "rekognition.revision.malformed-is-invalid", "A revision id that breaks a constraint: InvalidPolicyRevisionIdException."),
    variant(Reading::GrammarIsParameter, "document.parameter-code", "JSON that is no policy: InvalidParameterException by Rekognition, InvalidRequestException by X-Ray."),
    variant(Reading::GrammarIsValidation, "document.validation-code", "JSON that is no policy: InvalidParameterException by Rekognition, ValidationException by X-Ray."),
    variant(Reading::EffectCaseSensitive, "document.effect-case-sensitive", "Effect is Allow or Deny in just this case."),
    variant(Reading::StatementsListed, "document.statements-listed", "The statements of a policy are a list, even a single one."),
    variant(Reading::StrictGrammar, "document.strict", "The finer grammar is enforced: known elements and versions, types of Sid, Principal and Condition."),
    variant(Reading::ForeignResourceRefused, "rekognition.document.foreign-resource-refused", "A document that names a resource outside of the project is refused."),
    variant(Reading::ForeignPartitionRefused, "document.foreign-partition-refused", "A document that names an ARN of another partition than the region's is refused."),
    variant(Reading::DocumentsReserialised, "document.reserialised", "A document is shown as the same JSON, written anew."),
    variant(Reading::DocumentsPretty, "document.pretty", "A document is shown as the same JSON, indented."),
    variant(Reading::ByteOrderMarkAccepted, "xray.document.byte-order-mark", "A byte-order mark before a document is skipped."),
    variant(Reading::DeleteLooksFirst, "delete-absent.existence-first", "Deleting a policy that does not exist, under a name or revision that breaks a constraint: ResourceNotFoundException."),
    variant(Reading::DeleteAbsentSucceeds, "rekognition.delete-absent.succeeds", "Deleting a policy that does not exist succeeds."),
    variant(Reading::DeleteAbsentIsRevision, "rekognition.delete-absent.invalid-revision", "Deleting a policy that does not exist: InvalidPolicyRevisionIdException."),
    variant(Reading::TokenIsParameter, "rekognition.token.parameter-code", "A token that was never issued: InvalidParameterException."),
    variant(Reading::TokenIsValidation, "rekognition.token.validation-code", "A token that was never issued: ValidationException."),
    variant(Reading::EmptyTokenRefused, "rekognition.token.empty-refused", "An empty token is refused rather than taken for none."),
    variant(Reading::ItemsReversed, "items.reversed", "The latest item comes first."),
    variant(Reading::ItemsByName, "items.by-name", "Items come in the order of their names."),
    variant(Reading::ShortPages, "rekognition.pages.short", "Pages have fewer items than were asked for."),
    variant(Reading::EmptyLastPage, "rekognition.pages.empty-last", "The last page is empty: only there the service notices that there is nothing more."),
    variant(Reading::EmptyFirstPage, "rekognition.pages.empty-first", "The first page is empty, and its token leads to the items."),
    variant(Reading::MalformedArnNotFound, "rekognition.malformed-arn.not-found", "An ARN that breaks its pattern or length names nothing: ResourceNotFoundException."),
    variant(Reading::MalformedArnIsDocument, "rekognition.malformed-arn.malformed-document", "A put under an ARN that breaks its pattern or length: MalformedPolicyDocumentException, since no resource of the document fits it."),
    variant(Reading::WideStampIsConstraint, "rekognition.wide-stamp.constraint", "A creation stamp beyond 64 bits breaks a constraint."),
    variant(Reading::PathIgnored, "rekognition.path-ignored", "Rekognition looks at the target alone, whatever the path."),
    variant(Reading::ForeignDenied, "rekognition.foreign-arn.access-denied", "An ARN of another account, region or partition: AccessDeniedException."),
    variant(Reading::ForeignIsConstraint, "rekognition.foreign-arn.constraint", "An ARN of another account, region or partition breaks a constraint."),
    variant(Reading::WideIntegersAreTypes, "types.wide-integers", "An integer beyond 32 bits is a wrong type."),
    variant(Reading::DefaultPageOfThree, "rekognition.pages.default-three", "Without MaxResults a page of policies has three items."),
    variant(Reading::FractionalTimes, "xray.times.fractional", "X-Ray's times have fractions of a second."),
    variant(Reading::IntegerTimes, "times.integer", "Times are whole numbers, written without a point."),
    variant(Reading::SlowProjects, "rekognition.projects.slow", "Projects stay in CREATING and DELETING for two descriptions."),
    variant(Reading::ProjectsTakeTime, "rekognition.projects.200-ms", "Projects stay in CREATING and in DELETING for 200 ms."),
    variant(Reading::Preexisting, "preexisting-resources", "There are already a project with a policy and an X-Ray policy of the account's owner."),
    variant(Reading::XSize5000, "xray.size.5000", "5 KB are 5000 bytes."),
    variant(Reading::XSizeInCharacters, "xray.size.in-characters", "5 KB are 5120 characters."),
    variant(Reading::XSizeWithoutSpaces, "xray.size.without-white-space", "White space does not count, as in IAM's own quotas."),
    variant(Reading::XSizeIsValidation, "xray.size.validation-code", "A document that is too large: ValidationException."),
    variant(Reading::XLimitTen, "xray.limit.ten", "An account may have ten X-Ray policies."),
    variant(Reading::LimitTen, "rekognition.limit.ten", "The quota of policies a project was raised to ten."),
    variant(Reading::XLimitPerAccount, "xray.limit.per-account", "The limit of X-Ray policies counts all regions of an account together."),
    variant(Reading::XRegionsShared, "xray.regions-shared", "X-Ray's names and limit are an account's, whatever the region."),
    variant(Reading::XRevisionsFromThousand, "xray.revision.from-1000", "The first X-Ray revision is 1000."),
    variant(Reading::XRevisionsJump, "xray.revision.jumps", "X-Ray revisions grow by seven."),
    variant(Reading::XRevisionsShared, "xray.revision.shared-counter", "X-Ray revisions come from one counter for all policies."),
    variant(Reading::XRevisionsAsNumbers, "xray.revision.as-number", "X-Ray revisions are compared as numbers, so 02, +2 and 2 among spaces stand for 2."),
    variant(Reading::XRevisionsOpaque, "xray.revision.opaque", "X-Ray revisions are opaque texts."),
    variant(Reading::XIdenticalKeepsRevision, "xray.revision.identical-put-keeps", "Putting the same document again changes nothing, so the revision stays."),
    variant(Reading::XCounterKept, "xray.revision.kept-after-delete", "A policy that is created again goes on counting where it was."),
    variant(Reading::XEmptyRevisionRefused, "xray.revision.empty-refused", "An empty revision is refused rather than taken for none."),
    variant(Reading::XMalformedRevisionIsRequest, "xray.revision.malformed-is-request", "A revision that is no number: InvalidRequestException."),
    variant(Reading::XMalformedRevisionIsValidation, "xray.revision.malformed-is-validation", "A revision that is no number: ValidationException."),
    variant(Reading::XDeleteAbsentNotFound, "xray.delete-absent.not-found", "Deleting a policy that does not exist: ResourceNotFoundException."),
    variant(Reading::XDeleteAbsentInvalidRequest, "xray.delete-absent.invalid-request", "Deleting a policy that does not exist: InvalidRequestException."),
    variant(Reading::XDeleteAbsentInvalidRevision, "xray.delete-absent.invalid-revision", "Deleting a policy that does not exist: InvalidPolicyRevisionIdException."),
    variant(Reading::XRayTokenIgnored, "xray.token.ignored", "What is sent to X-Ray's list is ignored, for the token is not supported yet."),
    variant(Reading::RThrottling400, "rekognition.throttled.throttling-400", "One request in ten: ThrottlingException with 400."),
    variant(Reading::RThrottling500, "rekognition.throttled.throttling-500", "One request in ten: ThrottlingException with 500."),
    variant(Reading::RThroughput, "rekognition.throttled.throughput", "One request in ten: ProvisionedThroughputExceededException."),
    variant(Reading::XThrottled429, "xray.throttled.throttled-429", "One request in ten: ThrottledException with 429."),
    variant(Reading::XThrottling400, "xray.throttled.throttling-400", "One request in ten: ThrottlingException with 400."),
    variant(Reading::XThrottling429, "xray.throttled.throttling-429", "One request in ten: ThrottlingException with 429."),
    variant(Reading::NamespacedCode, "wire.code.namespaced", "An error's code has a namespace before it."),
    variant(Reading::CodeWithUri, "wire.code.uri", "An error's code in the header has a colon and a URI after it."),
    variant(Reading::CodeWithColon, "wire.code.colon", "An error's code in the header has a bare colon after it."),
    variant(Reading::CodeInHeaderOnly, "wire.code.header-only", "An error's code is in the header alone."),
    variant(Reading::CodeInTypeOnly, "wire.code.type-only", "An error's code is in the body's __type alone."),
    variant(Reading::CodeInCodeOnly, "wire.code.code-only", "An error's code is in the body's code alone."),
    variant(Reading::LowerCaseMessage, "wire.message.lower-case", "An error's words are in message."),
    variant(Reading::NoMessage, "wire.message.missing", "An error has no words."),
    variant(Reading::NoLogref, "wire.no-logref", "Rekognition's errors have neither Code nor Logref."),
    variant(Reading::Charset, "wire.charset", "The content type names its charset."),
    variant(Reading::EmptyDeleteBodies, "wire.delete.empty-body", "Rekognition answers a deletion with an empty body."),
    variant(Reading::ObjectDeleteBodies, "wire.delete.object-body", "X-Ray answers a deletion with an empty object."),
    variant(Reading::ExtraMembers, "wire.extra-members", "Responses have members that no model knows."),
    variant(Reading::ExtraHeaders, "wire.extra-headers", "Responses have headers that proxies add."),
    variant(Reading::RequestIdWithoutN, "wire.request-id.other-header", "The request id is in x-amz-request-id."),
    variant(Reading::PrettyBodies, "wire.pretty", "Bodies are indented and end in a newline."),
    variant(Reading::SlowAnswers, "wire.slow", "Responses take a while (behind a socket only)."),
    variant(Reading::ChunkedBodies, "wire.chunked", "Bodies come in chunks, without their length (behind a socket only)."),
    variant(Reading::NotImplemented(Operation::CreateProject), "rekognition.CreateProject.not-implemented", "CreateProject is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::DescribeProjects), "rekognition.DescribeProjects.not-implemented", "DescribeProjects is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::DeleteProject), "rekognition.DeleteProject.not-implemented", "DeleteProject is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::PutProjectPolicy), "rekognition.PutProjectPolicy.not-implemented", "PutProjectPolicy is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::ListProjectPolicies), "rekognition.ListProjectPolicies.not-implemented", "ListProjectPolicies is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::DeleteProjectPolicy), "rekognition.DeleteProjectPolicy.not-implemented", "DeleteProjectPolicy is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::CopyProjectVersion), "rekognition.CopyProjectVersion.not-implemented", "CopyProjectVersion is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::PutResourcePolicy), "xray.PutResourcePolicy.not-implemented", "PutResourcePolicy is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::ListResourcePolicies), "xray.ListResourcePolicies.not-implemented", "ListResourcePolicies is not implemented: 501."),
    variant(Reading::NotImplemented(Operation::DeleteResourcePolicy), "xray.DeleteResourcePolicy.not-implemented", "DeleteResourcePolicy is not implemented: 501."),
    variant(Reading::ConnectionsClosed, "wire.connection-closed", "The connection is closed after each response."),
];

/// What the code asks for. The table above says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reading {
    /// The operation is not implemented.
    NotImplemented(Operation),
    OtherConstraintCode,
    FirstBreachOnly,
    ValuesNotEchoed,
    ExistenceFirst,
    StateFirst,
    LimitsFirst,
    DocumentFirst,
    TypesAreConstraints,
    FractionsTruncated,
    LooseBooleans,
    NullRefused,
    EmptyBodyRefused,
    ExtraMembersRefused,
    ModerationNeedsMode,
    LengthsInBytes,
    RevisionsFolded,
    RevisionsOf16,
    RevisionsOf64,
    RevisionsCounting,
    RevisionsUpperCase,
    RevisionsBeginAgain,
    IdenticalKeepsRevision,
    ReputIsRevision,
    FreeNameNotFound,
    LimitIsQuota,
    EmptyRevisionAbsent,
    MalformedRevisionIsRevision,
    GrammarIsParameter,
    GrammarIsValidation,
    EffectCaseSensitive,
    StatementsListed,
    StrictGrammar,
    ForeignResourceRefused,
    ForeignPartitionRefused,
    DocumentsReserialised,
    DocumentsPretty,
    ByteOrderMarkAccepted,
    DeleteLooksFirst,
    DeleteAbsentSucceeds,
    DeleteAbsentIsRevision,
    TokenIsParameter,
    TokenIsValidation,
    EmptyTokenRefused,
    ItemsReversed,
    ItemsByName,
    ShortPages,
    EmptyLastPage,
    EmptyFirstPage,
    MalformedArnNotFound,
    MalformedArnIsDocument,
    WideStampIsConstraint,
    PathIgnored,
    ForeignDenied,
    ForeignIsConstraint,
    WideIntegersAreTypes,
    DefaultPageOfThree,
    FractionalTimes,
    IntegerTimes,
    SlowProjects,
    ProjectsTakeTime,
    Preexisting,
    XSize5000,
    XSizeInCharacters,
    XSizeWithoutSpaces,
    XSizeIsValidation,
    XLimitTen,
    LimitTen,
    XLimitPerAccount,
    XRegionsShared,
    XRevisionsFromThousand,
    XRevisionsJump,
    XRevisionsShared,
    XRevisionsAsNumbers,
    XRevisionsOpaque,
    XIdenticalKeepsRevision,
    XCounterKept,
    XEmptyRevisionRefused,
    XMalformedRevisionIsRequest,
    XMalformedRevisionIsValidation,
    XDeleteAbsentNotFound,
    XDeleteAbsentInvalidRequest,
    XDeleteAbsentInvalidRevision,
    XRayTokenIgnored,
    RThrottling400,
    RThrottling500,
    RThroughput,
    XThrottled429,
    XThrottling400,
    XThrottling429,
    NamespacedCode,
    CodeWithUri,
    CodeWithColon,
    CodeInHeaderOnly,
    CodeInTypeOnly,
    CodeInCodeOnly,
    LowerCaseMessage,
    NoMessage,
    NoLogref,
    Charset,
    EmptyDeleteBodies,
    ObjectDeleteBodies,
    ExtraMembers,
    ExtraHeaders,
    RequestIdWithoutN,
    PrettyBodies,
    SlowAnswers,
    ChunkedBodies,
    ConnectionsClosed,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_readings_are_unique() {
        let names: HashSet<_> = VARIANTS.iter().map(|variant| variant.name).collect();
        let readings: HashSet<_> = VARIANTS.iter().map(|variant| variant.is).collect();
        assert_eq!(names.len(), VARIANTS.len());
        assert_eq!(readings.len(), VARIANTS.len());
        assert!(VARIANTS.len() >= 60);
    }
}
