//! ARNs of projects, and the search for a project by its ARN.

use serde_json::{Map, Value};

use crate::code;
use crate::faults::{ArnPart, Defect};
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::state::{Call, Project, Status, Tenant, World};
use crate::variants::Reading;

/// The ARN of a project.
pub(super) fn project_arn(scope: &Scope, name: &str, stamp: u64) -> String {
    let partition = scope.partition();
    let Scope { account, region } = scope;
    format!("arn:{partition}:rekognition:{region}:{account}:project/{name}/{stamp}")
}

/// What a lookup makes of an ARN before the constraints see it, where a fault keeps it from
/// comparing a part: the ARN of the project that it is then taken for.
pub(super) fn overlooked(tenant: &Tenant, arn: &str, part: ArnPart) -> Option<String> {
    let known = tenant.projects.iter();
    if known.clone().any(|project| project.arn == arn) {
        return None;
    }
    known.map(|project| project.arn.as_str()).find(|known| taken_for(arn, known, part)).map(str::to_owned)
}

fn taken_for(arn: &str, known: &str, part: ArnPart) -> bool {
    match part {
        ArnPart::Suffix => arn.starts_with(known),
        ArnPart::Digits => arn.chars().map(ascii_digit).eq(known.chars()),
        ArnPart::Newline => arn.strip_suffix('\n') == Some(known),
        ArnPart::Prefix => arn.ends_with(known),
        ArnPart::NameCase => arn.eq_ignore_ascii_case(known),
        ArnPart::Partition => differs_only(arn, known, 1),
        ArnPart::Service => differs_only(arn, known, 2),
        ArnPart::Region => differs_only(arn, known, 3),
        ArnPart::Account => differs_only(arn, known, 4),
        ArnPart::ResourceType => {
            let resource = |arn: &str| {
                let (_, rest) = arn.split_once('/')?;
                Some(rest.to_owned())
            };
            let head = |arn: &str| {
                let (head, _) = arn.split_once('/')?;
                let (head, _) = head.rsplit_once(':')?;
                Some(head.to_owned())
            };
            resource(arn).is_some() && resource(arn) == resource(known) && head(arn) == head(known)
        }
        ArnPart::Stamp => {
            let name = |arn: &str| arn.rsplit_once('/').map(|(name, _)| name.to_owned());
            // The stamp may even be missing altogether.
            name(arn) == name(known) || Some(arn.to_owned()) == name(known)
        }
    }
}

/// The digit of ASCII that a digit of another script stands for: of those that are tried.
fn ascii_digit(digit: char) -> char {
    let value = match digit {
        '\u{660}'..='\u{669}' => u32::from(digit) - 0x660,
        '\u{ff10}'..='\u{ff19}' => u32::from(digit) - 0xff10,
        _ => return digit,
    };
    char::from_digit(value, 10).unwrap_or(digit)
}

/// Whether two ARNs differ in one colon-separated field alone.
fn differs_only(arn: &str, known: &str, field: usize) -> bool {
    let (mut left, mut right) = (arn.splitn(6, ':'), known.splitn(6, ':'));
    for index in 0..6 {
        let (Some(left), Some(right)) = (left.next(), right.next()) else {
            return false;
        };
        if left != right && index != field {
            return false;
        }
    }
    true
}

/// Finds the project of an ARN that has not been deleted.
pub(super) fn find(tenant: &Tenant, call: &Call<'_>, arn: &str) -> Result<usize, Refusal> {
    let alive = |project: &Project| {
        !matches!(project.status, Status::Deleting(_)) || call.switches.has(Defect::RDeletingStillServes)
    };
    let found = tenant.projects.iter().position(|project| project.arn == arn && alive(project));
    found.ok_or_else(|| absent(call, arn))
}

/// How an ARN that leads to no project is refused.
pub(super) fn absent(call: &Call<'_>, arn: &str) -> Refusal {
    let switches = call.switches;
    let own = project_arn(call.scope, "", 0);
    let stamp = arn.rsplit_once('/').map_or("", |(_, stamp)| stamp);
    if switches.reads(Reading::WideStampIsConstraint) && stamp.parse::<u64>().is_err() {
        return Refusal::new(code::VALIDATION, "The creation stamp is too large.");
    }
    if own.splitn(6, ':').take(5).eq(arn.splitn(6, ':').take(5)) {
        return not_found();
    }
    if switches.reads(Reading::ForeignDenied) {
        Refusal::new(code::ACCESS_DENIED, "You are not authorized to perform the action.")
    } else if switches.reads(Reading::ForeignIsConstraint) {
        Refusal::new(code::VALIDATION, "The ARN names another account, region or partition.")
    } else {
        not_found()
    }
}

pub(crate) fn not_found() -> Refusal {
    Refusal::new(code::NOT_FOUND, "The resource specified in the request cannot be found.")
}

/// Whether the project that a call names is there.
pub(crate) fn project_exists(world: &mut World, call: &Call<'_>) -> bool {
    let Some(arn) = call.text("ProjectArn") else {
        return true;
    };
    find(world.tenant(call.scope), call, arn).is_ok()
}

/// Where the project is that a request names.
pub(crate) fn scope_of(world: &World, body: &Map<String, Value>) -> Option<Scope> {
    let arn = body.get("ProjectArn")?.as_str()?;
    let is_there = |tenant: &Tenant| tenant.projects.iter().any(|project| project.arn == arn);
    world.tenants.iter().find(|(_, tenant)| is_there(tenant)).map(|(scope, _)| scope.clone())
}

/// Replaces an ARN by that of the project that a fault takes it for.
pub(crate) fn overlook(world: &mut World, scope: &Scope, body: &mut Map<String, Value>, part: ArnPart) {
    let Some(Value::String(arn)) = body.get_mut("ProjectArn") else {
        return;
    };
    if let Some(known) = overlooked(world.tenant(scope), arn, part) {
        *arn = known;
    }
}
