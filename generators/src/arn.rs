//! ARNs of Custom Labels projects and of their versions, as labelled values.
//!
//! They start from the ARN of a leased project, `Symbol::Project("p")`, so that a near miss misses
//! something that exists:
//! `arn:aws:rekognition:<region>:<account>:project/<name>/<stamp>`, and for a version
//! `…:project/<name>/version/<version>/<stamp>`.

use crate::constraint::Constraint;
use crate::plan::{Arg, Derivation, Part, Symbol, Text, Unit};
use crate::value::{Partition, unfit};

/// What an ARN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A project.
    Project,
    /// A version of a project's model.
    Version,
}

/// The documented maximum length.
const LONGEST: usize = 2048;

/// The ARN of the leased project, or a well-formed one of a version that it does not have.
pub fn example(resource: Resource) -> Arg {
    Arg::symbol(base(resource))
}

/// ARNs that break the pattern and nothing else: each component wrong, missing, too long, in the
/// wrong case.
pub fn malformed(resource: Resource) -> Vec<Partition> {
    let mut all: Vec<Partition> = changes(resource)
        .into_iter()
        .map(|(label, how)| {
            Partition::broken(label, Arg::symbol(base(resource).derived(how)), &[Constraint::Pattern])
        })
        .collect();
    all.extend(literals(resource));
    all
}

/// Well-formed ARNs of the target's own account and region that name nothing.
pub fn unknown(resource: Resource) -> Vec<Partition> {
    use Derivation::{
        Append, InSegment, OtherDigits, Prepend, Segment, Uppercase, WithoutFirst, WithoutLast,
    };
    let within = |how: Derivation| InSegment(1, Box::new(how));
    let stamp = last_segment(resource);
    let mut changes = vec![
        ("a project name that does not exist", Segment(1, "awsc-no-such-project".to_owned())),
        ("a prefix of the project's name", within(WithoutLast)),
        ("a suffix of the project's name", within(WithoutFirst)),
        ("the project's name with a letter behind it", within(Append("x".to_owned()))),
        ("the project's name with a letter before it", within(Prepend("x".to_owned()))),
        ("a project name of 255 characters", Segment(1, "a".repeat(255))),
        ("a project name of one full stop", Segment(1, ".".to_owned())),
        ("another creation stamp", InSegment(stamp, Box::new(OtherDigits))),
        ("the creation stamp without its last digit", InSegment(stamp, Box::new(WithoutLast))),
        ("the creation stamp with a zero before it", InSegment(stamp, Box::new(Prepend("0".to_owned())))),
        ("the creation stamp with a zero behind it", InSegment(stamp, Box::new(Append("0".to_owned())))),
        ("a creation stamp of zero", Segment(stamp, "0".to_owned())),
    ];
    if resource == Resource::Version {
        changes.push(("a version name of 255 characters", Segment(3, "a".repeat(255))));
    }
    let mut all: Vec<Partition> = changes
        .into_iter()
        .map(|(label, how)| {
            Partition::valid(label, Arg::symbol(base(resource).derived(how))).unfit(unfit::ARN)
        })
        .collect();
    let cased = Arg::symbol(base(resource).derived(within(Uppercase)));
    all.push(Partition::valid("the project's name in upper case", cased).unfit(unfit::CASED_ARN));
    all.push(of_length(resource, LONGEST));
    all
}

/// Well-formed ARNs of another account, region or AWS partition, with the name and stamp of the leased
/// project.
pub fn foreign(resource: Resource) -> Vec<Partition> {
    use Derivation::{Field, InField, OtherDigits};
    [
        ("another account", InField(4, Box::new(OtherDigits))),
        ("another region", InField(3, Box::new(OtherDigits))),
        ("another partition", Field(1, "aws-other".to_owned())),
    ]
    .into_iter()
    .map(|(label, how)| {
        Partition::valid(label, Arg::symbol(base(resource).derived(how))).unfit(unfit::FOREIGN)
    })
    .collect()
}

/// A well-formed ARN of exactly so many characters, its stamp filled with digits; the maximum is
/// the only constraint that a longer one breaks. It names nothing.
pub fn of_length(resource: Resource, characters: usize) -> Partition {
    let text = Text(vec![
        Part::Symbol(base(resource)),
        Part::Fill { with: '0', until: characters, unit: Unit::Characters },
    ]);
    let label = format!("{characters} characters");
    if characters > LONGEST {
        Partition::broken(label, text, &[Constraint::LengthMax])
    } else {
        Partition::valid(label, text).unfit(unfit::LONG_ARN)
    }
}

/// Texts below the minimum of 20 characters: too short for any ARN, so they break the pattern too.
pub fn too_short() -> Vec<Partition> {
    let breaks = [Constraint::LengthMin, Constraint::Pattern];
    [
        ("19 characters (breaks the pattern too)", "arn:aws:rekognition"),
        ("one character (breaks the pattern too)", "a"),
        ("empty (breaks the pattern too)", ""),
    ]
    .into_iter()
    .map(|(label, text)| Partition::broken(label, text, &breaks))
    .collect()
}

/// The shortest text that obeys the minimum: 20 characters, which cannot be an ARN.
pub fn shortest() -> Partition {
    Partition::broken("20 characters, no ARN", "arn:aws:rekognition:", &[Constraint::Pattern])
}

fn base(resource: Resource) -> Symbol {
    let project = Symbol::Project("p".to_owned());
    match resource {
        Resource::Project => project,
        Resource::Version => project.derived(Derivation::Segment(2, "version/v1/1690405809285".to_owned())),
    }
}

fn last_segment(resource: Resource) -> usize {
    match resource {
        Resource::Project => 2,
        Resource::Version => 4,
    }
}

fn changes(resource: Resource) -> Vec<(&'static str, Derivation)> {
    use Derivation::{
        Append, Field, FullWidthDigits, InField, InSegment, Prepend, Segment, Uppercase, WithoutFirst,
        WithoutLast,
    };
    let field = |at: usize, text: &str| Field(at, text.to_owned());
    let segment = |at: usize, text: &str| Segment(at, text.to_owned());
    let append = |text: &str| Append(text.to_owned());
    let prepend = |text: &str| Prepend(text.to_owned());
    let stamp = last_segment(resource);
    let mut all = vec![
        ("no 'a' of 'arn'", WithoutFirst),
        ("a prefix other than 'arn'", field(0, "urn")),
        ("'ARN' in upper case", field(0, "ARN")),
        ("an empty partition", field(1, "")),
        ("the partition in upper case", field(1, "AWS")),
        ("a partition with an underscore", field(1, "aws_cn")),
        ("another service", field(2, "s3")),
        ("the service in upper case", field(2, "REKOGNITION")),
        ("an empty service", field(2, "")),
        ("an empty region", field(3, "")),
        ("the region in upper case", InField(3, Box::new(Uppercase))),
        ("a region with an underscore", field(3, "us_east_1")),
        ("a wildcard for the region", field(3, "*")),
        ("an empty account", field(4, "")),
        ("an account of 11 digits", InField(4, Box::new(WithoutLast))),
        ("an account of 13 digits", InField(4, Box::new(append("0")))),
        ("an account with a letter", field(4, "12345678901a")),
        ("the account in full-width digits", InField(4, Box::new(FullWidthDigits))),
        ("Arabic-Indic digits for the account (U+0661)", field(4, "١٢٣٤٥٦٧٨٩٠١٢")),
        ("an account with a full-width digit (U+FF17)", field(4, "12345678901７")),
        ("a partition with an Arabic-Indic digit (U+0663)", InField(1, Box::new(append("٣")))),
        ("a region with a full-width digit (U+FF17)", InField(3, Box::new(append("７")))),
        ("a wildcard for the account", field(4, "*")),
        ("one field too many", InField(4, Box::new(append(":")))),
        ("another resource type", InField(5, Box::new(segment(0, "collection")))),
        ("the resource type in upper case", InField(5, Box::new(segment(0, "Project")))),
        ("no resource type", InField(5, Box::new(segment(0, "")))),
        ("a colon for the first slash", InField(5, Box::new(segment(0, "project:x")))),
        ("an empty project name", segment(1, "")),
        ("a wildcard for the project name", segment(1, "*")),
        ("a project name with a space", InSegment(1, Box::new(append(" x")))),
        ("a project name with a percent-encoded letter", InSegment(1, Box::new(append("%41")))),
        ("a project name with a Latin-1 letter", InSegment(1, Box::new(append("é")))),
        ("an empty creation stamp", segment(stamp, "")),
        ("a wildcard for the creation stamp", segment(stamp, "*")),
        ("a creation stamp with a letter", InSegment(stamp, Box::new(append("a")))),
        ("a creation stamp with an Arabic-Indic digit (U+0663)", InSegment(stamp, Box::new(append("٣")))),
        ("the creation stamp in full-width digits", InSegment(stamp, Box::new(FullWidthDigits))),
        ("a creation stamp with a full-width digit (U+FF17)", InSegment(stamp, Box::new(append("７")))),
        ("a negative creation stamp", InSegment(stamp, Box::new(prepend("-")))),
        ("a creation stamp with a fraction", InSegment(stamp, Box::new(append(".5")))),
        ("one segment too many", append("/1")),
        ("a trailing newline", append("\n")),
        ("a trailing space", append(" ")),
        ("a trailing slash", append("/")),
        ("a trailing NUL", append("\0")),
        ("a leading space", prepend(" ")),
        ("a leading newline", prepend("\n")),
        ("a URL in front", prepend("https://")),
    ];
    if resource == Resource::Version {
        all.extend([
            ("another word than 'version'", segment(2, "dataset")),
            ("'version' in upper case", segment(2, "VERSION")),
            ("an empty version name", segment(3, "")),
            ("a wildcard for the version name", segment(3, "*")),
            ("a version name with a space", segment(3, "v 1")),
            ("a version name of 256 characters", segment(3, "a".repeat(256).as_str())),
        ]);
    }
    // A project's name can't be lengthened by derivation to exactly 256, so it is replaced.
    all.push(("a project name of 256 characters", segment(1, "a".repeat(256).as_str())));
    all
}

/// An ARN of the target's own partition, region and account, with this behind the account.
pub(crate) fn own(tail: &str) -> Text {
    Text(vec![
        Part::Literal("arn:".to_owned()),
        Part::Symbol(Symbol::AwsPartition),
        Part::Literal(":rekognition:".to_owned()),
        Part::Symbol(Symbol::Region),
        Part::Literal(":".to_owned()),
        Part::Symbol(Symbol::Account),
        Part::Literal(tail.to_owned()),
    ])
}

/// Malformed texts that no change of a real ARN gives.
fn literals(resource: Resource) -> Vec<Partition> {
    let kind = match resource {
        Resource::Project => {
            Partition::broken("an ARN of a version", example(Resource::Version), &[Constraint::Pattern])
        }
        Resource::Version => {
            Partition::broken("an ARN of a project", example(Resource::Project), &[Constraint::Pattern])
        }
    };
    let broken = |label: &'static str, text: Text| Partition::broken(label, text, &[Constraint::Pattern]);
    vec![
        kind,
        broken("no resource", own("")),
        broken("a resource type without a name", own(":project")),
        broken("no creation stamp", own(":project/awsc-project")),
        broken(
            "a field missing",
            Text::literal("arn:aws:rekognition:123456789012:project/awsc-project/1690405809285"),
        ),
        broken("words", Text::literal("this is no ARN but it is long enough")),
        broken("a project's name alone", Text::literal("awsc-project-without-an-arn")),
        shortest(),
    ]
}

/// The name in a project's ARN, if it is one.
pub fn project_name(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split_once(":project/")?.1.split('/').next()
}

/// The AWS partition that a region's ARNs name.
///
/// Source: the AWS General Reference, which lists the partitions with their regions.
pub fn aws_partition(region: &str) -> &'static str {
    AWS_PARTITIONS
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("aws", |(_, partition)| partition)
}

/// The AWS partitions other than `aws`, by what their regions' names begin with.
pub const AWS_PARTITIONS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
];
