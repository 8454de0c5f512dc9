//! `PutResourcePolicy`, `ListResourcePolicies` and `DeleteResourcePolicy`.

use super::Checked::{By, Not};
use super::because::{ADVICE, BUSY};
use super::{Passage, Says, XRAY};
use crate::rules::source::{
    API_XRAY, BOTO3_XRAY, CAPTURES, CFN_XRAY, GENERAL_REFERENCE, GUIDE_LOGS, GUIDE_XRAY, INFERENCE,
    MODEL_XRAY, Source, TERRAFORM,
};

const fn put(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: XRAY, operation: Some("PutResourcePolicy"), source, place, says }
}

const fn list(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: XRAY, operation: Some("ListResourcePolicies"), source, place, says }
}

const fn delete(source: &'static Source, place: &'static str, says: &'static [Says]) -> Passage {
    Passage { services: XRAY, operation: Some("DeleteResourcePolicy"), source, place, says }
}

const MANY_ACCOUNTS: super::Checked = Not("it needs a second account, and a run has one");

#[rustfmt::skip]
pub(super) static PASSAGES: &[Passage] = &[
    put(&BOTO3_XRAY, "Description", &[
        ("the policy lets services use X-Ray", By(&["PutResourcePolicy.PolicyDocument.plain"])),
        ("the policy lets accounts use X-Ray", By(&["PutResourcePolicy.PolicyDocument.fine-grammar"])),
        ("what a policy allows is then allowed", MANY_ACCOUNTS),
        ("a policy belongs to one account", MANY_ACCOUNTS),
        ("an account has at most 5 policies", By(&["PutResourcePolicy.PolicyName.count-max", "concurrency.count.max"])),
        ("a policy's name is unique in its account", By(&["PutResourcePolicy.PolicyName.unique", "ListResourcePolicies.ResourcePolicies.complete"])),
        ("a policy has at most 5 KB", By(&["PutResourcePolicy.PolicyDocument.{size,size-max,size-bytes}"])),
    ]),
    put(&BOTO3_XRAY, "Request Syntax", &[
        ("name, document and revision id are strings, and the flag is a boolean", By(&["PutResourcePolicy.*.type"])),
    ]),
    put(&BOTO3_XRAY, "Parameters, PolicyName", &[
        ("it is required", By(&["PutResourcePolicy.PolicyName.required"])),
        ("it is the policy's name, so a put under it is one of that policy", By(&["PutResourcePolicy.PolicyRevisionId.absent-updates"])),
    ]),
    put(&BOTO3_XRAY, "Parameters, PolicyDocument", &[
        ("it is required", By(&["PutResourcePolicy.PolicyDocument.required"])),
        ("5 KB are possible", By(&["PutResourcePolicy.PolicyDocument.size"])),
        ("more than 5 KB are not", By(&["PutResourcePolicy.PolicyDocument.size-max"])),
    ]),
    put(&BOTO3_XRAY, "Parameters, PolicyRevisionId", &[
        ("it may be left out", By(&["PutResourcePolicy.PolicyName.creates"])),
        ("it makes a put atomic: of the revision that it names, or not at all",
            By(&["PutResourcePolicy.PolicyRevisionId.{current-updates,stale}", "lifecycle.sequence.state"])),
        ("of several puts with revision id 0 at the same time, one creates the policy", By(&["concurrency.creation.once"])),
        ("of several puts with the same revision id at the same time, one updates the policy", By(&["concurrency.update.once"])),
        ("without it a policy that is not there is created", By(&["PutResourcePolicy.PolicyName.creates", "lifecycle.sequence.state"])),
        ("without it a policy that is there is updated", By(&["PutResourcePolicy.PolicyRevisionId.absent-updates", "lifecycle.sequence.state"])),
        ("an update increments the revision id", By(&["PutResourcePolicy.PolicyRevisionId.{absent-updates,current-updates}", "concurrency.update.revisions"])),
        ("it is unique to each policy of the account",
            Not("two policies that are new have the same revision id in recorded runs, so it can mean no more than that each has one")),
        ("one that is not the latest is refused with InvalidPolicyRevisionIdException",
            By(&["PutResourcePolicy.PolicyRevisionId.{stale,future,not-current}", "lifecycle.sequence.state"])),
        ("0 is refused with InvalidPolicyRevisionIdException where a policy has the name",
            By(&["PutResourcePolicy.PolicyRevisionId.zero-on-taken-name", "lifecycle.sequence.state"])),
        ("0 creates a policy where none has the name", By(&["PutResourcePolicy.PolicyRevisionId.zero-on-free-name", "lifecycle.sequence.state"])),
    ]),
    put(&BOTO3_XRAY, "Parameters, BypassPolicyLockoutCheck", &[
        ("there is a check against locking oneself out", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.lockout"])),
        ("true leaves the check out", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.bypass"])),
        ("true may leave a policy that nobody can manage", ADVICE),
        ("it is for who means to keep the caller from another put", ADVICE),
        ("it is false where it is left out", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.{lockout,harmless}"])),
    ]),
    put(&BOTO3_XRAY, "Response Structure", &[
        ("ResourcePolicy is what the request had", By(&["PutResourcePolicy.ResourcePolicy.as-put", "PutResourcePolicy.PolicyDocument.round-trip"])),
        ("ResourcePolicy has PolicyName, a string", By(&["PutResourcePolicy.ResourcePolicy.{members,as-put}", "monitor.response-types"])),
        ("ResourcePolicy has PolicyDocument, a string", By(&["PutResourcePolicy.ResourcePolicy.{members,as-put}", "monitor.response-types"])),
        ("ResourcePolicy has PolicyRevisionId, a string: the current one of the name",
            By(&["PutResourcePolicy.ResourcePolicy.members", "ListResourcePolicies.ResourcePolicies.as-put", "monitor.response-types"])),
        ("ResourcePolicy has LastUpdatedTime", By(&["PutResourcePolicy.ResourcePolicy.members"])),
        ("LastUpdatedTime is when the policy was updated last", By(&["PutResourcePolicy.LastUpdatedTime.seconds"])),
        ("LastUpdatedTime is in seconds of Unix time", By(&["PutResourcePolicy.LastUpdatedTime.seconds"])),
    ]),
    put(&BOTO3_XRAY, "Exceptions", &[
        ("six errors are the operation's, and InvalidRequestException is none of them", By(&["monitor.error-known"])),
        ("MalformedPolicyDocumentException is one", By(&["PutResourcePolicy.PolicyDocument.not-json"])),
        ("LockoutPreventionException is one", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.lockout"])),
        ("InvalidPolicyRevisionIdException is one", By(&["PutResourcePolicy.PolicyRevisionId.stale"])),
        ("PolicySizeLimitExceededException is one", By(&["PutResourcePolicy.PolicyDocument.size-max"])),
        ("PolicyCountLimitExceededException is one", By(&["PutResourcePolicy.PolicyName.count-max"])),
        ("ThrottledException is one", BUSY),
    ]),
    put(&MODEL_XRAY, "input PolicyName", &[
        ("it is a string", By(&["PutResourcePolicy.PolicyName.type"])),
        ("it has 1 to 128 characters", By(&["PutResourcePolicy.PolicyName.length-*"])),
        ("it consists of word characters and + = , . @ -", By(&["PutResourcePolicy.PolicyName.pattern"])),
    ]),
    put(&MODEL_XRAY, "input PolicyDocument", &[
        ("it is a string", By(&["PutResourcePolicy.PolicyDocument.type"])),
    ]),
    put(&MODEL_XRAY, "input PolicyRevisionId", &[
        ("it is a string", By(&["PutResourcePolicy.PolicyRevisionId.type"])),
        ("it has no length and no pattern, so what is no number is one that does not match", By(&["PutResourcePolicy.PolicyRevisionId.not-current"])),
    ]),
    put(&MODEL_XRAY, "input BypassPolicyLockoutCheck", &[
        ("it is a boolean", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.type"])),
    ]),
    put(&MODEL_XRAY, "errors", &[
        ("all but ThrottledException have the status 400", By(&["monitor.error-status"])),
        ("ThrottledException has the status 429", By(&["monitor.error-status"])),
    ]),
    put(&API_XRAY, "Errors", &[
        ("InvalidPolicyRevisionIdException is for a revision id that is not the latest, and for 0 under a name that is taken",
            By(&["PutResourcePolicy.PolicyRevisionId.{stale,zero-on-taken-name}"])),
        ("LockoutPreventionException is for a policy that would keep the caller from PutResourcePolicy",
            By(&["PutResourcePolicy.BypassPolicyLockoutCheck.lockout"])),
        ("a policy that keeps the caller from something else is none of those", By(&["PutResourcePolicy.BypassPolicyLockoutCheck.other-denial"])),
        ("MalformedPolicyDocumentException is for a document that is none", By(&["PutResourcePolicy.PolicyDocument.{not-json,not-a-policy}"])),
        ("PolicyCountLimitExceededException is for more policies than an account may have", By(&["PutResourcePolicy.PolicyName.count-max"])),
        ("PolicySizeLimitExceededException is for a policy that is too large", By(&["PutResourcePolicy.PolicyDocument.{size-max,size-bytes}"])),
        ("ThrottledException is for too many requests a second", BUSY),
    ]),
    put(&GUIDE_XRAY, "Amazon SNS and X-Ray", &[
        ("Amazon SNS is let in by a policy for sns.amazonaws.com with three actions, any resource and conditions on account and source",
            By(&["PutResourcePolicy.PolicyDocument.plain"])),
        ("that policy is put without the bypass flag, so it locks nobody out", By(&["PutResourcePolicy.PolicyDocument.plain"])),
        ("the console of Amazon SNS makes such a policy by itself, so an account may have some before",
            Not("it is about the console; what an account has before counts against the limit and is left alone")),
    ]),
    put(&GUIDE_LOGS, "Traces", &[
        ("the delivery of logs is let in by a policy for delivery.logs.amazonaws.com with xray:PutTraceSegments and conditions",
            By(&["PutResourcePolicy.PolicyDocument.plain"])),
        ("that policy is made by itself", Not("it is about another service")),
    ]),
    put(&CFN_XRAY, "PolicyDocument", &[
        ("it has 1 to 5120 characters, where the API says 5 KB", By(&["PutResourcePolicy.PolicyDocument.size-5kb"])),
    ]),
    put(&CFN_XRAY, "PolicyName", &[
        ("it cannot be changed", Not("the API has no call that renames a policy")),
    ]),
    put(&CFN_XRAY, "BypassPolicyLockoutCheck", &[
        ("it can be written, and not read", Not("no output has the member, and one more than the outputs have does no harm")),
    ]),
    put(&TERRAFORM, "resource policy", &[
        ("the first put answers revision 1", By(&["PutResourcePolicy.PolicyRevisionId.first"])),
        ("a changed put without a revision id answers 2, then 3", By(&["PutResourcePolicy.PolicyRevisionId.absent-updates"])),
        ("a document comes back as JSON that means the same", By(&["PutResourcePolicy.ResourcePolicy.as-put", "PutResourcePolicy.PolicyDocument.round-trip"])),
        ("a read sees what was put before it", By(&["ListResourcePolicies.ResourcePolicies.as-put"])),
        ("a policy for everybody with xray:* was accepted, with the bypass flag where it lacked PutResourcePolicy",
            By(&["PutResourcePolicy.PolicyDocument.fine-grammar"])),
    ]),
    put(&CAPTURES, "issue threads", &[
        ("an account has at most 10 policies in a region, not 5", By(&["PutResourcePolicy.PolicyName.count-max"])),
        ("policies are counted in each region of an account", By(&["ListResourcePolicies.region.separate"])),
        ("CloudFormation reports the limit as ServiceLimitExceeded", Not("it is CloudFormation's code and not the API's")),
        ("what breaks a constraint is refused by X-Ray with InvalidRequestException and 400, which a put does not list",
            By(&["PutResourcePolicy.*.{required,length-min,length-max,pattern}", "monitor.error-known"])),
    ]),
    put(&GENERAL_REFERENCE, "X-Ray endpoints and quotas", &[
        ("no quota is given for resource policies, and no rate for their operations", Not("nothing is said that could be checked")),
    ]),
    put(&INFERENCE, "PolicyName", &[
        ("a name is what was put, letter for letter", By(&["PutResourcePolicy.PolicyName.case"])),
        ("an update adds no policy, so it is possible at the limit", By(&["PutResourcePolicy.PolicyName.count-update"])),
        ("a deletion frees a place", By(&["PutResourcePolicy.PolicyName.count-freed"])),
        ("a policy that was put is there, whatever else is put at the same time", By(&["concurrency.creation.kept"])),
    ]),
    put(&INFERENCE, "PolicyRevisionId", &[
        ("one that is not 0 matches no policy where none has the name", By(&["PutResourcePolicy.PolicyRevisionId.free-name"])),
        ("whether the same document put again increments it is not said", By(&["PutResourcePolicy.PolicyRevisionId.same-document"])),
        ("where it goes on after a deletion is not said", Not("any revision id will do for a policy that is made anew")),
    ]),
    put(&INFERENCE, "PolicyDocument", &[
        ("how deep the grammar is checked (Sid, NotAction, unknown keys, older versions) is not said", By(&["PutResourcePolicy.PolicyDocument.fine-grammar"])),
        ("a size is one in bytes", By(&["PutResourcePolicy.PolicyDocument.size-bytes"])),
        ("which of several errors comes first is not said", Not("where several apply, any of them will do")),
    ]),
    list(&API_XRAY, "Description", &[
        ("it lists the policies of the account", By(&["ListResourcePolicies.ResourcePolicies.complete"])),
    ]),
    list(&MODEL_XRAY, "input NextToken", &[
        ("it is not supported yet, so it is refused or ignored", By(&["ListResourcePolicies.NextToken.length-*"])),
        ("it is a string", By(&["ListResourcePolicies.NextToken.type"])),
        ("it has 1 to 100 characters", By(&["ListResourcePolicies.NextToken.length-*"])),
    ]),
    list(&API_XRAY, "Response Elements", &[
        ("a success has the HTTP status 200", By(&["monitor.success-status"])),
        ("ResourcePolicies are the policies of the account, each once", By(&["ListResourcePolicies.ResourcePolicies.complete"])),
        ("an item has PolicyName, PolicyDocument, PolicyRevisionId and LastUpdatedTime", By(&["ListResourcePolicies.ResourcePolicies.members"])),
        ("an item's revision id and document are the current ones", By(&["ListResourcePolicies.ResourcePolicies.as-put"])),
        ("an item's LastUpdatedTime is when it was updated last, in seconds of Unix time", By(&["ListResourcePolicies.LastUpdatedTime.seconds"])),
        ("NextToken is not supported yet", Not("a list that goes on by a token is read to its end all the same, and the pages are judged as one list")),
    ]),
    list(&API_XRAY, "Errors", &[
        ("InvalidRequestException is for parameters that are missing or wrong", By(&["ListResourcePolicies.NextToken.{type,length-*}"])),
        ("InvalidRequestException has the status 400", By(&["monitor.error-status"])),
        ("ThrottledException is for too many requests a second", BUSY),
        ("ThrottledException has the status 429", By(&["monitor.error-status"])),
    ]),
    list(&CAPTURES, "issue threads", &[
        ("another operation of the service refuses a token: it is not supported yet", By(&["ListResourcePolicies.NextToken.length-*"])),
        ("policies of other regions are not listed", By(&["ListResourcePolicies.region.separate"])),
    ]),
    delete(&API_XRAY, "Description", &[
        ("it deletes a policy of the account, and no other", By(&["DeleteResourcePolicy.PolicyName.deletes", "lifecycle.sequence.state"])),
        ("what was deleted is not listed any more", By(&["ListResourcePolicies.ResourcePolicies.deleted"])),
    ]),
    delete(&MODEL_XRAY, "input PolicyName", &[
        ("it names the policy that goes", By(&["DeleteResourcePolicy.PolicyName.deletes"])),
        ("it is a string", By(&["DeleteResourcePolicy.PolicyName.type"])),
        ("it has 1 to 128 characters", By(&["DeleteResourcePolicy.PolicyName.length-*"])),
        ("it consists of word characters and + = , . @ -", By(&["DeleteResourcePolicy.PolicyName.pattern"])),
        ("it is required", By(&["DeleteResourcePolicy.PolicyName.required"])),
    ]),
    delete(&MODEL_XRAY, "input PolicyRevisionId", &[
        ("it is a string", By(&["DeleteResourcePolicy.PolicyRevisionId.type"])),
    ]),
    delete(&API_XRAY, "Request Body, PolicyRevisionId", &[
        ("it may be left out", By(&["DeleteResourcePolicy.PolicyName.deletes"])),
        ("it makes the deletion atomic: of the revision that it names, or not at all", By(&["DeleteResourcePolicy.PolicyRevisionId.{current,stale}"])),
        ("one that is not the latest is refused with InvalidPolicyRevisionIdException", By(&["DeleteResourcePolicy.PolicyRevisionId.{stale,not-current}"])),
    ]),
    delete(&API_XRAY, "Response Elements", &[
        ("a success has the HTTP status 200", By(&["DeleteResourcePolicy.PolicyName.deletes", "monitor.success-status"])),
        ("a success has an empty body, for which clients take {} too", By(&["monitor.response-types"])),
    ]),
    delete(&API_XRAY, "Errors", &[
        ("InvalidPolicyRevisionIdException is for a revision id that is not the latest", By(&["DeleteResourcePolicy.PolicyRevisionId.stale"])),
        ("InvalidPolicyRevisionIdException has the status 400", By(&["monitor.error-status"])),
        ("InvalidRequestException is for parameters that are missing or wrong", By(&["DeleteResourcePolicy.*.{required,length-min,length-max,pattern}"])),
        ("InvalidRequestException has the status 400", By(&["monitor.error-status"])),
        ("ThrottledException is for too many requests a second", BUSY),
        ("ThrottledException has the status 429", By(&["monitor.error-status"])),
    ]),
    delete(&TERRAFORM, "resource policy", &[
        ("a deletion with the current revision id works", By(&["DeleteResourcePolicy.PolicyRevisionId.current"])),
    ]),
    delete(&INFERENCE, "PolicyName", &[
        ("a name is what was put, letter for letter", By(&["DeleteResourcePolicy.PolicyName.case"])),
        ("what comes of a name that no policy has is not said: no ResourceNotFoundException is listed", By(&["DeleteResourcePolicy.PolicyName.absent-policy"])),
    ]),
];
