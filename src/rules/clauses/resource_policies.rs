//! `PutResourcePolicy`, `ListResourcePolicies` and `DeleteResourcePolicy`.

use super::statement::because::ADVICE;
use super::statement::{Passage, at, says, unchecked};
use crate::rules::source::{
    API_XRAY, BOTO3_XRAY, CAPTURES, CFN_XRAY, GENERAL_REFERENCE, GUIDE_LOGS, GUIDE_XRAY, INFERENCE,
    MODEL_XRAY, TERRAFORM,
};

const MANY_ACCOUNTS: &str = "it needs a second account, and a run has one";

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    at(&BOTO3_XRAY, "Description", &[
        says("xray.put.services", "the policy lets services use X-Ray"),
        says("xray.put.accounts", "the policy lets accounts use X-Ray"),
        unchecked("xray.put.allowed", "what a policy allows is then allowed", MANY_ACCOUNTS),
        unchecked("xray.put.account", "a policy belongs to one account", MANY_ACCOUNTS),
        says("xray.put.five", "an account has at most 5 policies"),
        says("xray.put.name-unique", "a policy's name is unique in its account"),
        says("xray.put.size", "a policy has at most 5 KB"),
    ]),
    at(&BOTO3_XRAY, "Parameters, PolicyName", &[
        says("xray.put.name", "it is the policy's name, so a put under it is one of that policy"),
    ]),
    at(&BOTO3_XRAY, "Parameters, PolicyDocument", &[
        says("xray.put.size-possible", "it can be up to 5 KB in size"),
    ]),
    at(&BOTO3_XRAY, "Parameters, PolicyRevisionId", &[
        says("xray.put.revision-optional", "it may be left out"),
        says("xray.put.revision-atomic", "it makes a put atomic: of the revision that it names, or not at all"),
        says("xray.put.create-once", "of several puts with revision id 0 at the same time, one creates the policy"),
        says("xray.put.update-once", "of several puts with the same revision id at the same time, one updates the policy"),
        says("xray.put.creates", "without it a policy that is not there is created"),
        says("xray.put.updates", "without it a policy that is there is updated"),
        says("xray.put.revision-incremented", "an update increments the revision id"),
        unchecked("xray.put.revision-unique", "it is unique to each policy of the account",
            "two policies that are new have the same revision id in recorded runs, so it can mean no more than that each has one"),
        says("xray.put.revision-stale", "one that is not the latest is refused with InvalidPolicyRevisionIdException"),
        says("xray.put.revision-zero", "0 is refused with InvalidPolicyRevisionIdException where a policy has the name"),
        says("xray.put.revision-zero-creates", "0 creates a policy where none has the name"),
    ]),
    at(&BOTO3_XRAY, "Parameters, BypassPolicyLockoutCheck", &[
        says("xray.put.lockout", "there is a check against locking oneself out"),
        says("xray.put.bypass", "true leaves the check out"),
        unchecked("xray.put.bypass-unmanageable", "true may leave a policy that nobody can manage", ADVICE),
        unchecked("xray.put.bypass-intended", "it is for who means to keep the caller from another put", ADVICE),
        says("xray.put.bypass-default", "it is false where it is left out"),
    ]),
    at(&BOTO3_XRAY, "Response Structure", &[
        says("xray.put.answer", "ResourcePolicy is what the request had"),
        says("xray.put.answer-members", "ResourcePolicy has PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime"),
        says("xray.put.answer-revision", "PolicyRevisionId is the current one of the name"),
        says("xray.put.answer-time", "LastUpdatedTime is when the policy was updated last, in seconds of Unix time"),
    ]),
    at(&BOTO3_XRAY, "Exceptions", &[
        says("xray.put.six-errors", "six errors are the operation's, and InvalidRequestException is none of them"),
    ]),
    at(&MODEL_XRAY, "input PolicyRevisionId", &[
        says("xray.put.revision-any", "it has no length and no pattern, so what is no number is one that does not match"),
    ]),
    at(&API_XRAY, "Errors, LockoutPreventionException", &[
        says("xray.put.lockout-only", "a policy that keeps the caller from something else than PutResourcePolicy is not refused with it"),
    ]),
    at(&GUIDE_XRAY, "Amazon SNS and X-Ray", &[
        says("xray.put.sns", "Amazon SNS is let in by a policy for sns.amazonaws.com with three actions, any resource and conditions on account and source"),
        says("xray.put.sns-no-lockout", "that policy is put without the bypass flag, so it locks nobody out"),
        unchecked("xray.put.sns-console", "the console of Amazon SNS makes such a policy by itself, so an account may have some before",
            "it is about the console; what an account has before counts against the limit and is left alone"),
    ]),
    at(&GUIDE_LOGS, "Traces", &[
        says("xray.put.logs", "the delivery of logs is let in by a policy for delivery.logs.amazonaws.com with xray:PutTraceSegments and conditions"),
        unchecked("xray.put.logs-automatic", "that policy is made by itself", "it is about another service"),
    ]),
    at(&CFN_XRAY, "properties", &[
        says("xray.put.size-5120", "PolicyDocument has 1 to 5120 characters, where the API says 5 KB"),
        unchecked("xray.put.name-fixed", "PolicyName cannot be changed", "the API has no call that renames a policy"),
        unchecked("xray.put.bypass-hidden", "BypassPolicyLockoutCheck can be written, and not read",
            "no output has the member, and one more than the outputs have does no harm"),
    ]),
    at(&TERRAFORM, "resource policy", &[
        says("xray.put.first-one", "the first put answers revision 1; changed puts without a revision id answer 2, then 3"),
        says("xray.put.document-equal", "a document comes back as JSON that means the same"),
        says("xray.put.read-after-write", "a read sees what was put before it"),
        says("xray.put.everybody", "a policy for everybody with xray:* was accepted, with the bypass flag where it lacked PutResourcePolicy"),
    ]),
    at(&CAPTURES, "issue threads", &[
        says("xray.put.ten", "an account has at most 10 policies in a region, not 5"),
        says("xray.put.regions", "policies are counted in each region of an account"),
        unchecked("xray.put.limit-code", "CloudFormation reports the limit as ServiceLimitExceeded", "it is CloudFormation's code and not the API's"),
    ]),
    at(&GENERAL_REFERENCE, "X-Ray endpoints and quotas", &[
        unchecked("xray.put.quotas", "no quota is given for resource policies, and no rate for their operations", "nothing is said that could be checked"),
    ]),
    at(&INFERENCE, "PolicyName", &[
        says("xray.put.name-exact", "a name is what was put, letter for letter, so names in another case are other names"),
        says("xray.put.update-at-limit", "an update adds no policy, so the limit on their number does not apply to it"),
        says("xray.put.freed", "a deletion frees a place"),
        says("xray.put.kept", "a policy that was put is there, whatever else is put at the same time"),
    ]),
    at(&INFERENCE, "PolicyRevisionId", &[
        says("xray.put.revision-of-none", "one that is not 0 matches no policy where none has the name"),
        says("xray.put.same-document", "whether the same document put again increments it is not said"),
        unchecked("xray.put.revision-again", "where it goes on after a deletion is not said", "any revision id will do for a policy that is made anew"),
    ]),
    at(&INFERENCE, "PolicyDocument", &[
        says("xray.put.document-depth", "how deep the grammar is checked (Sid, NotAction, unknown keys, older versions) is not said"),
        says("xray.put.size-bytes", "whether a size is one in bytes or in characters is not said"),
        says("xray.put.size-white-space", "whether a size counts white space, which IAM's own quotas do not, is not said"),
        unchecked("xray.put.precedence", "which of several errors comes first is not said", "where several apply, any of them will do"),
    ]),
    at(&API_XRAY, "Description", &[
        says("xray.list.policies", "it lists the policies of the account"),
    ]),
    at(&MODEL_XRAY, "input NextToken", &[
        says("xray.list.token", "it is not supported yet, so it is refused or ignored"),
    ]),
    at(&API_XRAY, "Response Elements", &[
        says("xray.list.each-once", "ResourcePolicies are the policies of the account, each once"),
        says("xray.list.item-members", "an item has PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime"),
        says("xray.list.item-current", "an item's revision id and document are the current ones"),
        says("xray.list.item-time", "an item's LastUpdatedTime is when it was updated last, in seconds of Unix time"),
        unchecked("xray.list.next-token", "NextToken is not supported yet",
            "a list that goes on by a token is read to its end all the same, and the pages are judged as one list"),
    ]),
    at(&CAPTURES, "issue threads", &[
        says("xray.list.token-refused", "another operation of the service refuses a token: it is not supported yet"),
        says("xray.list.regions", "policies of other regions are not listed"),
    ]),
    at(&API_XRAY, "Description", &[
        says("xray.delete.deletes", "it deletes a policy of the account, and no other"),
        says("xray.delete.unlisted", "what was deleted is not listed any more"),
    ]),
    at(&MODEL_XRAY, "input PolicyName", &[
        says("xray.delete.name", "it names the policy that goes"),
    ]),
    at(&API_XRAY, "Request Body, PolicyRevisionId", &[
        says("xray.delete.revision-optional", "it may be left out"),
        says("xray.delete.revision-atomic", "it makes the deletion atomic: of the revision that it names, or not at all"),
        says("xray.delete.revision-stale", "one that is not the latest is refused with InvalidPolicyRevisionIdException"),
    ]),
    at(&API_XRAY, "Response Elements", &[
        says("xray.delete.output", "a success has an empty body, for which clients take {} too"),
    ]),
    at(&TERRAFORM, "resource policy", &[
        says("xray.delete.current", "a deletion with the current revision id works"),
    ]),
    at(&INFERENCE, "PolicyName", &[
        says("xray.delete.name-exact", "a name is what was put, letter for letter, so names in another case are other names"),
        says("xray.delete.absent", "what comes of a name that no policy has is not said: no ResourceNotFoundException is listed"),
    ]),
];
