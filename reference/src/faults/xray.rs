//! Hand-written faults of X-Ray: what its resource policies mean.

use super::defect::Defect;
use super::deviation::Deviation;
use super::fault::Level::{Must, Should};
use super::fault::{Fault, Level, fault};
use crate::service::Operation::{self, DeleteResourcePolicy, ListResourcePolicies, PutResourcePolicy};
use crate::service::Service;

pub(super) fn register(faults: &mut Vec<Fault>) {
    for &(defect, operation, name, level, breaks) in REVISIONS.iter().chain(POLICIES) {
        faults.push(fault(
            Service::XRay,
            Some(operation),
            format!("xray.{operation}.{name}"),
            breaks.to_owned(),
            level,
            Deviation::Defect(defect),
        ));
    }
}

type Row = (Defect, Operation, &'static str, Level, &'static str);

#[rustfmt::skip]
const REVISIONS: &[Row] = &[
    (Defect::XRevisionUnchanged, PutResourcePolicy, "revision.unchanged", Must, "An update increments the revision: here it stays."),
    (Defect::XRevisionDecreases, PutResourcePolicy, "revision.decreases", Should, "An update increments the revision: here it decreases."),
    (Defect::XRevisionCyclic, PutResourcePolicy, "revision.cyclic", Should, "An update increments the revision: here it goes back and forth between 1 and 2."),
    (Defect::XRevisionRepeats, PutResourcePolicy, "revision.repeats", Should, "An update increments the revision: here it is no number, and comes back after four."),
    (Defect::XRevisionModuloEight, PutResourcePolicy, "revision.modulo-eight", Must, "A revision that is not the latest is refused: here every eighth before it is good."),
    (Defect::XRevisionFromContent, PutResourcePolicy, "revision.from-content", Should, "An update increments the revision: here it is a digest of the document, and an old document brings an old revision back."),
    (Defect::XRevisionBySecond, PutResourcePolicy, "revision.by-second", Must, "An update increments the revision: here it is the time in seconds, so two changes within a second share one."),
    (Defect::XRevisionEmpty, PutResourcePolicy, "revision.empty", Must, "A put answers the current revision: here it is empty."),
    (Defect::XPutEchoesRevision, PutResourcePolicy, "revision.echoed", Must, "A put answers the current revision: here it repeats the one that was sent."),
    (Defect::XRevisionByPrefix, PutResourcePolicy, "revision.by-prefix", Must, "A revision that is not the latest is refused: here more may follow it, so 12 stands for 1."),
    (Defect::XRevisionAnyIssued, PutResourcePolicy, "revision.any-issued", Must, "A revision that was replaced is refused: here any that was ever issued is good, for put and delete."),
    (Defect::XRevisionOlder, PutResourcePolicy, "revision.older", Must, "A revision that is not the latest is refused: here any smaller number but 0 is good."),
    (Defect::XRevisionFuture, PutResourcePolicy, "revision.future", Must, "A revision that is not the latest is refused: here any greater number is good."),
    (Defect::XRevisionTwice, PutResourcePolicy, "revision.race-same", Must, "Every update has a revision of its own: here updates that race answer the same one."),
    (Defect::XCreationLost, PutResourcePolicy, "creation.lost", Must, "A policy that was put is there: here a put that races with another makes that one's policy vanish."),
    (Defect::XRevisionRace, PutResourcePolicy, "revision.race", Must, "Of two updates with the same revision only one succeeds: here both do when they race."),
    (Defect::XWordsAsNoRevision, PutResourcePolicy, "revision.words-ignored", Must, "A revision that is not the latest is refused: here one that is no number counts as none."),
    (Defect::XPutIgnoresRevision, PutResourcePolicy, "revision.ignored", Must, "A put with a revision that is not the latest is refused: here it is not looked at."),
    (Defect::XStaleSameDocument, PutResourcePolicy, "revision.ignored-for-same-document", Must, "A put with a revision that is not the latest is refused: here it is not looked at where the document stays the same."),
    (Defect::XUpdateNeedsRevision, PutResourcePolicy, "revision.needed", Must, "By default a policy that exists is updated: here that takes a revision."),
    (Defect::XDeleteIgnoresRevision, DeleteResourcePolicy, "revision.ignored", Must, "A delete with a revision that is not the latest is refused: here it is not looked at."),
    (Defect::XDeleteNeedsRevision, DeleteResourcePolicy, "revision.needed", Must, "The revision is optional for a delete: here it is required."),
    (Defect::XDeleteAcceptsZero, DeleteResourcePolicy, "revision-zero.accepted", Must, "A delete with a revision that is not the latest is refused: here 0 is good for any."),
    (Defect::XRevisionOnFreeNameCreates, PutResourcePolicy, "revision.free-name-creates", Should, "A revision of a policy that does not exist matches nothing: here it creates the policy."),
    (Defect::XZeroOverwrites, PutResourcePolicy, "revision-zero.overwrites", Must, "Revision 0 is refused where the policy exists: here it overwrites."),
    (Defect::XZeroRefusedOnFreeName, PutResourcePolicy, "revision-zero.refused", Must, "Revision 0 creates a policy whose name is free: here it is refused."),
    (Defect::XZeroRace, PutResourcePolicy, "revision-zero.race", Must, "Of two creations with revision 0 only one succeeds: here both do when they race."),
    (Defect::XRevisionLatestByText, PutResourcePolicy, "revision.latest-by-text", Must, "An update increments the revision: here the latest one is found by comparing texts, and 9 comes after 10."),
    (Defect::XBypassSkipsRevision, PutResourcePolicy, "revision.bypassed", Must, "The flag skips the lockout check alone: here the revision is not looked at either."),
    (Defect::XBypassSkipsDocument, PutResourcePolicy, "document.bypassed", Must, "The flag skips the lockout check alone: here the document is not looked at either."),
    (Defect::XCurrentSkipsDocument, PutResourcePolicy, "document.unchecked-with-revision", Must, "A document that is no policy is refused: here not where the current revision comes with it."),
    (Defect::XZeroAnswersNothing, PutResourcePolicy, "revision-zero.answers-nothing", Must, "A put answers ResourcePolicy: here one with revision 0 does not."),
    (Defect::XCurrentAnswersOld, PutResourcePolicy, "revision.answers-old-document", Must, "A put answers the policy that it stores: here one with a revision answers the document from before."),
    (Defect::XSameAnswersNothing, PutResourcePolicy, "same-document.answers-nothing", Must, "A put answers ResourcePolicy: here one of the document that is there already does not."),
    (Defect::XCurrentKeepsTime, PutResourcePolicy, "revision.keeps-time", Must, "An update moves LastUpdatedTime: here one with a revision does not."),
    (Defect::XNewKeepsTime, PutResourcePolicy, "new.keeps-time", Must, "A new policy has its own LastUpdatedTime: here it has that of the deleted one of its name."),
];

#[rustfmt::skip]
const POLICIES: &[Row] = &[
    (Defect::XPutNotStored, PutResourcePolicy, "not-stored", Must, "A put sets the policy: here it answers as if, but nothing is stored."),
    (Defect::XUpdateKeepsDocument, PutResourcePolicy, "update.keeps-document", Must, "An update replaces the document: here the revision changes and the document stays."),
    (Defect::XPutUnwrapped, PutResourcePolicy, "unwrapped", Must, "A put answers ResourcePolicy: here its members are on the outside."),
    (Defect::XUpdateKeepsTail, PutResourcePolicy, "update.keeps-tail", Must, "An update replaces the document: here what was longer than the new one stays behind it."),
    (Defect::XUpdateBySid, PutResourcePolicy, "update.by-sid", Must, "An update replaces the document: here the old one stays where the statements have the same Sids."),
    (Defect::XLimitMissing, PutResourcePolicy, "limit.missing", Must, "An account has at most five policies: here it may have any number."),
    (Defect::XLimitLoose, PutResourcePolicy, "limit.loose", Must, "An account has at most five policies: here it may have six."),
    (Defect::XLimitTight, PutResourcePolicy, "limit.tight", Must, "An account may have five policies: here the fifth is refused."),
    (Defect::XLimitNotFreed, PutResourcePolicy, "limit.not-freed", Must, "A deleted policy no longer counts against the limit: here it does."),
    (Defect::XLimitFreedWithoutRevision, PutResourcePolicy, "limit.freed-without-revision", Must, "A deleted policy no longer counts against the limit: here it does if it was deleted with its revision."),
    (Defect::XLimitZeroSkips, PutResourcePolicy, "limit.revision-zero-skips", Must, "An account has at most five policies: here puts with revision 0 are not counted."),
    (Defect::XLimitBypassSkips, PutResourcePolicy, "limit.bypass-skips", Must, "An account has at most five policies: here puts past the lockout check are not counted."),
    (Defect::XLimitAppliesToUpdates, PutResourcePolicy, "limit.applied-to-updates", Must, "An update adds no policy: here it is refused at the limit."),
    (Defect::XLimitRace, PutResourcePolicy, "limit.race", Must, "An account has at most five policies: here puts that race are not counted."),
    (Defect::XNamesFolded, PutResourcePolicy, "names.folded", Must, "Names that differ in case are different names: here they collide."),
    (Defect::XNamesTruncated, PutResourcePolicy, "names.truncated", Must, "Names that differ are different names: here only the first 64 characters count."),
    (Defect::XSizeUnlimited, PutResourcePolicy, "size.unlimited", Must, "A document has at most 5 KB: here it may have any size."),
    (Defect::XSizeLoose, PutResourcePolicy, "size.loose", Must, "A document has at most 5120 bytes: here 5121 are accepted."),
    (Defect::XSizeDoubled, PutResourcePolicy, "size.doubled", Must, "A document has at most 5 KB: here it may have 10."),
    (Defect::XSize4999, PutResourcePolicy, "size.tight", Must, "A document may have 5000 bytes: here it may have 4999."),
    (Defect::XSize4096, PutResourcePolicy, "size.4096", Must, "A document may have 5000 bytes: here it may have 4096."),
    (Defect::XSize2048, PutResourcePolicy, "size.2048", Must, "A document may have 5000 bytes: here it may have 2048."),
    (Defect::XLockoutMissing, PutResourcePolicy, "lockout.missing", Should, "A policy that locks its author out is refused: here it is not."),
    (Defect::XBypassNotStored, PutResourcePolicy, "bypass.update-not-stored", Must, "The flag skips the lockout check alone: here an update with it is answered as if, but the old document stays."),
    (Defect::XBypassAnswersOld, PutResourcePolicy, "bypass.answers-old-document", Must, "A put answers the policy that it stores: here an update with the flag answers the document from before."),
    (Defect::XBypassIgnored, PutResourcePolicy, "lockout.bypass-ignored", Should, "BypassPolicyLockoutCheck lets a policy through that locks its author out: here it does not."),
    (Defect::XLockoutAnyDenial, PutResourcePolicy, "lockout.any-denial", Should, "Only a policy that locks its author out is refused for it: here every denial is."),
    (Defect::XUpdatedStays, PutResourcePolicy, "update.time-stays", Must, "An update moves LastUpdatedTime: here it stays that of the creation."),
    (Defect::XSecondUpdateStays, PutResourcePolicy, "second-update.time-stays", Must, "An update moves LastUpdatedTime: here only the first one does."),
    (Defect::XPutMovesOthers, PutResourcePolicy, "moves-others-time", Must, "A put changes one policy: here it moves LastUpdatedTime of the others too."),
    (Defect::XDeleteMovesOthers, DeleteResourcePolicy, "moves-others-time", Must, "A delete deletes one policy: here it moves LastUpdatedTime of the others."),
    (Defect::XListWholeSeconds, ListResourcePolicies, "whole-seconds", Must, "The list shows what the put answered: here LastUpdatedTime without the fraction that the put answers."),
    (Defect::XNamesEqualsTrimmed, PutResourcePolicy, "names.equals-trimmed", Must, "A policy has the name that it was given: here the equals signs at its end are gone."),
    (Defect::XTokenEmptiesList, ListResourcePolicies, "NextToken.empties", Should, "NextToken is refused or ignored: here it is ignored, and the list is empty."),
    (Defect::XListOtherTime, ListResourcePolicies, "other-time", Must, "The list shows what the put answered: here LastUpdatedTime is a minute earlier."),
    (Defect::XListMovesUpdated, ListResourcePolicies, "moves-update-time", Must, "Reading changes nothing: here a list moves LastUpdatedTime."),
    (Defect::XListChangesRevision, ListResourcePolicies, "changes-revision", Must, "Reading changes nothing: here a list increments the revisions once it has been answered."),
    (Defect::XDocumentEscape500, PutResourcePolicy, "PolicyDocument.escape.server-error", Must, "A good document is accepted: here one with a JSON escape is a server error, every time."),
    (Defect::XDeletedRestored, PutResourcePolicy, "deleted-document.restored", Must, "A put stores its document: here a policy that was deleted gets its old one back when it is put again."),
    (Defect::XLimitFreedTwice, PutResourcePolicy, "limit.freed-twice", Must, "A deleted policy makes room for one: here for two, so that the limit is reached too late."),
    (Defect::XLimitCountsUpdates, PutResourcePolicy, "limit.counts-updates", Must, "An update adds no policy: here it is counted as one, so that the limit is reached too early."),
    (Defect::XNamesNumeric, PutResourcePolicy, "names.numeric", Must, "A name is a text: here a number is accepted for one, and shown as a number."),
    (Defect::XNamesCut, PutResourcePolicy, "names.stored-truncated", Must, "A policy has the name that it was given: here its first 64 characters."),
    (Defect::XListOldDocument, ListResourcePolicies, "old-document", Must, "The list shows the latest document: here it shows the one before."),
    (Defect::XListOldRevision, ListResourcePolicies, "old-revision", Must, "The list shows the current revision: here it shows the one before."),
    (Defect::XListFirstRevision, ListResourcePolicies, "first-revision", Must, "The list shows the current revision: here it shows the first."),
    (Defect::XListShowsDeleted, ListResourcePolicies, "shows-deleted", Must, "A deleted policy is gone: here the list still shows it."),
    (Defect::XListDoubles, ListResourcePolicies, "doubles", Must, "The list shows each policy once: here it shows each twice."),
    (Defect::XListDoublesLast, ListResourcePolicies, "doubles-last", Must, "The list shows each policy once: here it shows the last of several twice."),
    (Defect::XListOmitsLast, ListResourcePolicies, "omits-last", Must, "The list shows every policy: here the last is missing."),
    (Defect::XListOmitsFirst, ListResourcePolicies, "omits-first", Must, "The list shows every policy: here the first of several is missing."),
    (Defect::XListOnlyOne, ListResourcePolicies, "only-one", Must, "The list shows every policy: here it shows one."),
    (Defect::XListOnlyThree, ListResourcePolicies, "only-three", Must, "The list shows every policy: here it shows three, and no token."),
    (Defect::XListEmpty, ListResourcePolicies, "empty", Must, "The list shows every policy: here it is always empty."),
    (Defect::XListAsObject, ListResourcePolicies, "as-object", Must, "ResourcePolicies is a list: here it is an object with the names as keys."),
    (Defect::XDeleteDoesNothing, DeleteResourcePolicy, "does-nothing", Must, "A delete deletes: here the policy stays."),
    (Defect::XDeleteTakesAll, DeleteResourcePolicy, "takes-all", Must, "A delete deletes one policy: here all go."),
    (Defect::XDeleteByPrefix, DeleteResourcePolicy, "by-prefix", Must, "A delete deletes one policy: here all go whose names begin with its name."),
    (Defect::XDeleteFoldsNames, DeleteResourcePolicy, "folds-names", Must, "Names that differ in case are different names: here a delete takes one for the other."),
    (Defect::XDeleteKeepsUpperCase, DeleteResourcePolicy, "keeps-upper-case", Must, "A delete deletes: here a policy stays whose name has a letter in upper case."),
    (Defect::XDeleteAbsent500, DeleteResourcePolicy, "absent.server-error", Must, "A client's mistake is no server error: here deleting a missing policy is one."),
];
