//! Hand-written faults of Rekognition: what its projects and their policies mean.

use super::defect::Defect;
use super::deviation::Deviation;
use super::fault::Level::{Must, Should};
use super::fault::{Fault, Level, fault};
use crate::service::Operation::{
    self, CopyProjectVersion, CreateProject, DeleteProject, DeleteProjectPolicy, DescribeProjects,
    ListProjectPolicies, PutProjectPolicy,
};
use crate::service::Service;

pub(super) fn register(faults: &mut Vec<Fault>) {
    let rows = REVISIONS.iter().chain(POLICIES).chain(PAGES).chain(PROJECTS);
    for &(defect, operation, name, level, breaks) in rows {
        faults.push(fault(
            Service::Rekognition,
            Some(operation),
            format!("rekognition.{operation}.{name}"),
            breaks.to_owned(),
            level,
            Deviation::Defect(defect),
        ));
    }
}

type Row = (Defect, Operation, &'static str, Level, &'static str);

#[rustfmt::skip]
const REVISIONS: &[Row] = &[
    (Defect::RRevisionUnchanged, PutProjectPolicy, "revision.unchanged", Must, "Every modification of a policy assigns a new revision id: here an update keeps the old one."),
    (Defect::RRevisionReused, PutProjectPolicy, "revision.reused", Must, "A revision id is never issued twice for a policy: here going back to an old document brings its old revision back."),
    (Defect::RRevisionRepeats, PutProjectPolicy, "revision.repeats", Must, "A revision id is never issued twice for a policy: here they come back after four."),
    (Defect::RRevisionAfterFive, PutProjectPolicy, "revision.any-after-five", Must, "A revision id that was replaced is refused: here any that was ever issued is good once a policy was updated five times."),
    (Defect::RRevisionFromContent, PutProjectPolicy, "revision.from-content", Must, "A revision id is never issued twice for a policy: here it is a digest of the document."),
    (Defect::RRevisionBySecond, PutProjectPolicy, "revision.by-second", Must, "Every modification assigns a new revision id: here it is the time in seconds, so two changes within a second share one."),
    (Defect::RRevisionUuid, PutProjectPolicy, "revision.uuid", Must, "A revision id consists of hexadecimal digits: here it has dashes."),
    (Defect::RRevisionPrefixed, PutProjectPolicy, "revision.prefixed", Must, "A revision id consists of hexadecimal digits: here it begins with letters that are none."),
    (Defect::RRevisionEmpty, PutProjectPolicy, "revision.empty", Must, "A put answers a revision id: here it is empty."),
    (Defect::RRevisionTooLong, PutProjectPolicy, "revision.too-long", Must, "A revision id has at most 64 digits: here it has 96."),
    (Defect::RPutEchoesRevision, PutProjectPolicy, "revision.echoed", Must, "A put answers the new revision id: here it repeats the one that was sent."),
    (Defect::RPutAnswersAnother, PutProjectPolicy, "revision.not-the-listed-one", Must, "The revision id that a put answers is the policy's: here the list shows another."),
    (Defect::RRevisionByPrefix, PutProjectPolicy, "revision.by-prefix", Must, "Only the latest revision id is good: here the first digits of it are enough."),
    (Defect::RRevisionByBeginning, PutProjectPolicy, "revision.by-first-eight", Must, "Only the latest revision id is good: here only its first eight digits are compared."),
    (Defect::RRevisionBySuffix, PutProjectPolicy, "revision.with-suffix", Must, "Only the latest revision id is good: here more digits may follow it."),
    (Defect::RRevisionAnyIssued, PutProjectPolicy, "revision.any-issued", Must, "A revision id that was replaced is refused: here any that was ever issued is good, for put and delete."),
    (Defect::RCreationRace, PutProjectPolicy, "creation.race", Should, "Of two first puts of a policy only one succeeds: here both do when they race."),
    (Defect::RCreationLost, PutProjectPolicy, "creation.lost", Must, "A policy that was put is there: here a put that races with another makes that one's policy vanish."),
    (Defect::RRevisionRace, PutProjectPolicy, "revision.race", Must, "Of two updates with the same revision id only one succeeds: here both do when they race."),
    (Defect::RPutIgnoresRevision, PutProjectPolicy, "revision.ignored", Must, "A put with a revision id that is not the latest is refused: here it is not looked at."),
    (Defect::RDeleteIgnoresRevision, DeleteProjectPolicy, "revision.ignored", Must, "A delete with a revision id that is not the latest is refused: here it is not looked at."),
    (Defect::RDeleteNeedsRevision, DeleteProjectPolicy, "revision.needed", Must, "The revision id is optional for a delete: here it is required."),
    (Defect::RRevisionOnFreeNameCreates, PutProjectPolicy, "revision.free-name-creates", Must, "A revision id of a policy that does not exist never creates one: here it does."),
    (Defect::RRevisionOfDeleted, PutProjectPolicy, "revision.of-deleted", Must, "Only the latest revision id is good: here that of a deleted policy is good for the one that was put anew under its name."),
    (Defect::RStaleSameDocument, PutProjectPolicy, "revision.ignored-for-same-document", Must, "A put with a revision id that is not the latest is refused: here it is not looked at where the document stays the same."),
    (Defect::RRevisionsByName, PutProjectPolicy, "revision.by-name", Must, "A revision id is one policy's: here the policies of one name share it, whatever their project."),
    (Defect::RPutOverwrites, PutProjectPolicy, "reput.overwrites", Should, "Updating a policy takes its revision id: here a put without one overwrites it."),
];

#[rustfmt::skip]
const POLICIES: &[Row] = &[
    (Defect::RPutNotStored, PutProjectPolicy, "not-stored", Must, "A put attaches the policy: here it answers as if, but nothing is stored."),
    (Defect::RUpdateKeepsDocument, PutProjectPolicy, "update.keeps-document", Must, "An update replaces the document: here the revision changes and the document stays."),
    (Defect::RUpdateKeepsTail, PutProjectPolicy, "update.keeps-tail", Must, "An update replaces the document: here what was longer than the new one stays behind it."),
    (Defect::RUpdateBySid, PutProjectPolicy, "update.by-sid", Must, "An update replaces the document: here the old one stays where the statements have the same Sids."),
    (Defect::RLimitMissing, PutProjectPolicy, "limit.missing", Must, "A project has at most five policies: here it may have any number."),
    (Defect::RLimitLoose, PutProjectPolicy, "limit.loose", Must, "A project has at most five policies: here it may have six."),
    (Defect::RLimitTight, PutProjectPolicy, "limit.tight", Must, "A project may have five policies: here the fifth is refused."),
    (Defect::RLimitNotFreed, PutProjectPolicy, "limit.not-freed", Must, "A deleted policy no longer counts against the limit: here it does."),
    (Defect::RLimitFreedWithoutRevision, PutProjectPolicy, "limit.freed-without-revision", Must, "A deleted policy no longer counts against the limit: here it does if it was deleted with its revision id."),
    (Defect::RLimitAppliesToUpdates, PutProjectPolicy, "limit.applied-to-updates", Must, "An update adds no policy: here it is refused at the limit."),
    (Defect::RLimitOverProjects, PutProjectPolicy, "limit.over-projects", Must, "The limit is a project's: here the policies of all projects count."),
    (Defect::RLimitRace, PutProjectPolicy, "limit.race", Must, "A project has at most five policies: here puts that race are not counted."),
    (Defect::RNamesAcrossProjects, PutProjectPolicy, "names.across-projects", Must, "Policies of different projects may have the same name: here the second is refused."),
    (Defect::RPolicyNamesFolded, PutProjectPolicy, "names.folded", Must, "Names that differ in case are different names: here they collide."),
    (Defect::RPolicyNamesTruncated, PutProjectPolicy, "names.truncated", Must, "Names that differ are different names: here only the first 64 characters count."),
    (Defect::RListOfNoProject, ListProjectPolicies, "missing-project.empty-list", Must, "Listing the policies of no project is refused: here the list is empty."),
    (Defect::RListOldDocument, ListProjectPolicies, "old-document", Must, "The list shows the latest document: here it shows the one before."),
    (Defect::RListOldRevision, ListProjectPolicies, "old-revision", Must, "The list shows the latest revision id: here it shows the one before."),
    (Defect::RListShowsDeleted, ListProjectPolicies, "shows-deleted", Must, "A deleted policy is gone: here the list still shows it."),
    (Defect::RListDoubles, ListProjectPolicies, "doubles", Must, "The list shows each policy once: here it shows each twice."),
    (Defect::RListOtherProjects, ListProjectPolicies, "other-projects", Must, "The list shows the policies of one project: here it shows those of the others too."),
    (Defect::RListOmitsLast, ListProjectPolicies, "omits-last", Must, "The list shows every policy: here the last is missing."),
    (Defect::RListOmitsFirst, ListProjectPolicies, "omits-first", Must, "The list shows every policy: here the first of several is missing."),
    (Defect::RListEmpty, ListProjectPolicies, "empty", Must, "The list shows every policy: here it is always empty."),
    (Defect::RListBareArn, ListProjectPolicies, "bare-arn", Must, "An item carries the ARN of its project: here it carries the bare name."),
    (Defect::RCreatedAfterUpdated, ListProjectPolicies, "created-after-updated", Must, "A policy is created before it is updated: here the times say otherwise."),
    (Defect::RDeleteDoesNothing, DeleteProjectPolicy, "does-nothing", Must, "A delete deletes: here the policy stays."),
    (Defect::RDeleteTakesAll, DeleteProjectPolicy, "takes-all", Must, "A delete deletes one policy: here all of the project's go."),
    (Defect::RDeleteByPrefix, DeleteProjectPolicy, "by-prefix", Must, "A delete deletes one policy: here all go whose names begin with its name."),
    (Defect::RDeleteFoldsNames, DeleteProjectPolicy, "folds-names", Must, "Names that differ in case are different names: here a delete takes one for the other."),
    (Defect::RDeleteKeepsUpperCase, DeleteProjectPolicy, "keeps-upper-case", Must, "A delete deletes: here a policy stays whose name has a letter in upper case."),
    (Defect::RDeleteAcrossProjects, DeleteProjectPolicy, "across-projects", Must, "A delete concerns one project: here it finds the policy in any other too."),
    (Defect::RDeleteAbsent500, DeleteProjectPolicy, "absent.server-error", Must, "A client's mistake is no server error: here deleting a missing policy is one."),
    (Defect::RUpdatedStays, PutProjectPolicy, "update.time-stays", Must, "An update moves LastUpdatedTimestamp: here it stays that of the creation."),
    (Defect::RSecondUpdateStays, PutProjectPolicy, "second-update.time-stays", Must, "An update moves LastUpdatedTimestamp: here only the first one does."),
    (Defect::RPutMovesOthers, PutProjectPolicy, "moves-others-time", Must, "A put changes one policy: here it moves LastUpdatedTimestamp of the others too."),
    (Defect::RDeleteMovesOthers, DeleteProjectPolicy, "moves-others-time", Must, "A delete deletes one policy: here it moves LastUpdatedTimestamp of the others."),
    (Defect::RCreationKept, PutProjectPolicy, "creation-time.kept", Should, "A policy that is put anew after a deletion is a new one: here it keeps the old CreationTimestamp."),
    (Defect::RDocumentTrimmed, PutProjectPolicy, "PolicyDocument.length-max.trimmed", Must, "PolicyDocument has at most 2000 characters: here white space around it does not count."),
    (Defect::RNamesDotsTrimmed, PutProjectPolicy, "names.dots-trimmed", Must, "A policy has the name that it was given: here the dots at its end are gone."),
    (Defect::RNamesUndefinedRefused, PutProjectPolicy, "names.undefined-refused", Must, "A name that the pattern allows is accepted: here undefined is refused."),
    (Defect::RCreatedMoves, PutProjectPolicy, "update.moves-creation-time", Should, "An update leaves CreationTimestamp alone: here it moves."),
    (Defect::RListMovesUpdated, ListProjectPolicies, "moves-update-time", Must, "Reading changes nothing: here a list moves LastUpdatedTimestamp."),
    (Defect::RListChangesRevision, ListProjectPolicies, "changes-revision", Must, "Reading changes nothing: here a list assigns new revision ids once it has been answered."),
    (Defect::RModerationAccepted, PutProjectPolicy, "feature.content-moderation-accepted", Should, "Policies are for projects of Custom Labels: here one of content moderation takes them too."),
    (Defect::RDocumentAscii, PutProjectPolicy, "PolicyDocument.pattern.ascii", Should, "The pattern has letters up to U+00FF: here those beyond ASCII are refused by ValidationException."),
    (Defect::RDocumentEscape500, PutProjectPolicy, "PolicyDocument.escape.server-error", Must, "A good document is accepted: here one with a JSON escape is a server error, every time."),
    (Defect::RIntegralFraction500, ListProjectPolicies, "MaxResults.integral-fraction.server-error", Must, "A number that is written as 1.0 is read or refused: here it is a server error, every time."),
    (Defect::RDeletedRestored, PutProjectPolicy, "deleted-document.restored", Must, "A put stores its document: here a policy that was deleted gets its old one back when it is put again."),
    (Defect::RLimitFreedTwice, PutProjectPolicy, "limit.freed-twice", Must, "A deleted policy makes room for one: here for two, so that the limit is reached too late."),
    (Defect::RLimitCountsUpdates, PutProjectPolicy, "limit.counts-updates", Must, "An update adds no policy: here it is counted as one, so that the limit is reached too early."),
    (Defect::RNamesNumeric, PutProjectPolicy, "names.numeric", Must, "A name is a text: here a number is accepted for one, and listed as a number."),
    (Defect::RNamesCut, PutProjectPolicy, "names.stored-truncated", Must, "A policy has the name that it was given: here its first 64 characters."),
    (Defect::RCopySourceUnchecked, CopyProjectVersion, "source.unchecked", Must, "A copy needs a source that exists: here any well-formed copy is accepted."),
];

#[rustfmt::skip]
const PAGES: &[Row] = &[
    (Defect::RPoliciesPageLoops, ListProjectPolicies, "pages.loop", Must, "The pages end: here each points back to the first."),
    (Defect::RPoliciesPageRepeats, ListProjectPolicies, "pages.repeat", Must, "The pages show each policy once: here a page begins with the last item of the one before."),
    (Defect::RPoliciesPageLoses, ListProjectPolicies, "pages.lose", Must, "The pages show every policy: here one is lost between two pages."),
    (Defect::RPoliciesPageIgnoresSize, ListProjectPolicies, "MaxResults.ignored", Must, "A page has at most MaxResults items: here it is not looked at."),
    (Defect::RPoliciesPageOneTooMany, ListProjectPolicies, "MaxResults.one-too-many", Must, "A page has at most MaxResults items: here it has one more."),
    (Defect::RPoliciesTokenUnchecked, ListProjectPolicies, "NextToken.unchecked", Must, "A token that was never issued is refused: here it stands for the first page."),
    (Defect::RPoliciesTokenIgnored, ListProjectPolicies, "NextToken.ignored", Must, "A token leads to the next page: here it always leads to the first."),
    (Defect::RPoliciesTokenRefused, ListProjectPolicies, "NextToken.refused", Must, "A token leads to the next page: here it is refused by the service that answered it."),
    (Defect::RPoliciesNoToken, ListProjectPolicies, "NextToken.never", Must, "Where there are more items, there is a token: here there is none."),
    (Defect::RDescribeTokenDropsFeatures, DescribeProjects, "NextToken.drops-features", Should, "The next page has projects of the features that were asked for: here those of every feature."),
    (Defect::RDescribeTokenDropsNames, DescribeProjects, "NextToken.drops-names", Must, "Only the projects that are named are described: here a page behind the first shows all."),
    (Defect::RDescribeFiveNames, DescribeProjects, "names.first-five", Should, "The projects that are named are described: here only the first five names count."),
    (Defect::RDescribeAllByDefault, DescribeProjects, "features.all-by-default", Should, "Projects of Custom Labels are described where no feature is asked for: here those of content moderation too."),
    (Defect::RProjectsPageLoops, DescribeProjects, "pages.loop", Must, "The pages end: here each points back to the first."),
    (Defect::RPageNumbers, ListProjectPolicies, "NextToken.page-number", Should, "A token leads to the next set of results: here it is the number of a page, so that one of another size begins elsewhere."),
    (Defect::RTokenOfDeleted500, ListProjectPolicies, "NextToken.deleted.server-error", Must, "A client's mistake is no server error: here a token that leads behind the end is one."),
    (Defect::RProjectsPageRepeats, DescribeProjects, "pages.repeat", Must, "The pages show each project once: here a page begins with the last item of the one before."),
    (Defect::RProjectsPageLoses, DescribeProjects, "pages.lose", Must, "The pages show every project: here one is lost between two pages."),
    (Defect::RProjectsPageIgnoresSize, DescribeProjects, "MaxResults.ignored", Must, "A page has at most MaxResults items: here it is not looked at."),
    (Defect::RProjectsPageOneTooMany, DescribeProjects, "MaxResults.one-too-many", Must, "A page has at most MaxResults items: here it has one more."),
    (Defect::RProjectsTokenUnchecked, DescribeProjects, "NextToken.unchecked", Must, "A token that was never issued is refused: here it stands for the first page."),
    (Defect::RProjectsTokenIgnored, DescribeProjects, "NextToken.ignored", Must, "A token leads to the next page: here it always leads to the first."),
    (Defect::RProjectsTokenRefused, DescribeProjects, "NextToken.refused", Must, "A token leads to the next page: here it is refused by the service that answered it."),
    (Defect::RProjectsNoToken, DescribeProjects, "NextToken.never", Must, "Where there are more items, there is a token: here there is none."),
];

#[rustfmt::skip]
const PROJECTS: &[Row] = &[
    (Defect::RProjectRace, CreateProject, "duplicate.race", Should, "Of two creations of a project only one succeeds: here both do when they race."),
    (Defect::RDuplicateAccepted, CreateProject, "duplicate.accepted", Should, "A project's name is its own: here a second project of the name is created."),
    (Defect::RDuplicateAnswersExisting, CreateProject, "duplicate.answers-existing", Should, "A project's name is its own: here a second creation answers the first one's ARN."),
    (Defect::RProjectNamesFolded, CreateProject, "names.folded", Must, "Names that differ in case are different names: here they collide."),
    (Defect::RProjectNameLowered, CreateProject, "names.lowered", Must, "A project has the name that it was given: here it is in lower case."),
    (Defect::RProjectNotStored, CreateProject, "not-stored", Must, "A created project exists: here its ARN leads nowhere."),
    (Defect::RStampConstant, CreateProject, "stamp.constant", Should, "The ARN of a deleted project finds nothing: here a new project of its name has the same ARN."),
    (Defect::RArnWithoutStamp, CreateProject, "arn.without-stamp", Must, "A project's ARN ends in its creation stamp: here it has none."),
    (Defect::RArnIsName, CreateProject, "arn.is-name", Must, "A creation answers an ARN: here it answers the bare name."),
    (Defect::RStatusNeverCreated, DescribeProjects, "status.never-created", Must, "A project gets from CREATING to CREATED: here it never does."),
    (Defect::RStatusUnknown, DescribeProjects, "status.unknown", Must, "The status is one of the documented ones: here it is ACTIVE."),
    (Defect::RDescribeIgnoresNames, DescribeProjects, "ProjectNames.ignored", Must, "ProjectNames selects the projects: here it is not looked at."),
    (Defect::RDescribeByPrefix, DescribeProjects, "ProjectNames.by-prefix", Must, "ProjectNames selects the projects of these names: here also those whose names begin with one."),
    (Defect::RDescribeFoldsNames, DescribeProjects, "ProjectNames.folded", Must, "ProjectNames selects the projects of these names: here the case does not matter."),
    (Defect::RDescribeFirstNameOnly, DescribeProjects, "ProjectNames.first-only", Must, "ProjectNames selects the projects of all these names: here only the first counts."),
    (Defect::RDescribeIgnoresFeatures, DescribeProjects, "Features.ignored", Should, "Features selects the projects: here it is not looked at."),
    (Defect::RDescribeDoubles, DescribeProjects, "doubles", Must, "A project is described once: here twice."),
    (Defect::RDescribeOmitsLast, DescribeProjects, "omits-last", Must, "Every project is described: here the last is missing."),
    (Defect::RDescribeShuffled, DescribeProjects, "shuffled", Should, "Projects are described in the order of their creation: here in no order."),
    (Defect::RDescribeEmpty, DescribeProjects, "empty", Must, "Every project is described: here none is."),
    (Defect::RDescribesOtherRegions, DescribeProjects, "other-regions", Should, "The projects of one region are described: here those of the others too."),
    (Defect::RArnsEverywhere, PutProjectPolicy, "ProjectArn.other-regions", Should, "A project is one of its region: here its ARN is good in every region."),
    (Defect::RRegionsShared, PutProjectPolicy, "regions-shared", Should, "A project belongs to one region: here every region finds it."),
    (Defect::RDeleteProjectDoesNothing, DeleteProject, "does-nothing", Must, "A deleted project disappears: here it stays as it was."),
    (Defect::RDeletingForever, DeleteProject, "deleting-forever", Must, "A deleted project disappears: here it stays in DELETING."),
    (Defect::RDeletingStillServes, DeleteProject, "still-serves", Must, "The policies of a deleted project are gone: here they are served as before."),
    (Defect::RDeleteProjectByPrefix, DeleteProject, "by-prefix", Must, "One project is deleted: here all go whose names begin with its name."),
    (Defect::RDeleteProjectOfNone, DeleteProject, "missing-project.accepted", Must, "Deleting no project is refused: here it is answered like a success."),
    (Defect::RProjectHeldByPolicies, DeleteProject, "held-by-policies", Must, "Deleting a project deletes its policies: here they hold it."),
    (Defect::RPoliciesOutliveProject, DeleteProject, "policies-outlive", Must, "Deleting a project deletes its policies: here a new project of its name inherits them."),
];
