//! Faults of the documents that are shown: each way of changing one, for each service.

use super::deviation::{Deviation, Mangling};
use super::fault::Level::{Must, Should};
use super::fault::{Fault, Level, fault};
use crate::service::Operation;

#[rustfmt::skip]
const ROWS: &[(Mangling, &str, Level, &str)] = &[
    (Mangling::Object, "object", Must, "A document is a text: here it is shown as a JSON object."),
    (Mangling::PercentEncoded, "percent-encoded", Must, "A document is shown as it was put: here it is percent-encoded."),
    (Mangling::PercentDecoded, "percent-decoded", Must, "A document is shown as it was put: here what looks percent-encoded in it is decoded."),
    (Mangling::PlusAsSpace, "plus-as-space", Must, "A document is shown as it was put: here its plus signs are spaces."),
    (Mangling::Ascii, "ascii", Must, "A document is shown as it was put: here characters beyond ASCII become question marks."),
    (Mangling::Mojibake, "mojibake", Must, "A document is shown as it was put: here its UTF-8 bytes are read as Latin-1."),
    (Mangling::Truncated, "truncated", Must, "A document is shown as it was put: here it ends after 255 characters."),
    (Mangling::Unescaped, "unescaped", Must, "A document is shown as it was put: here its backslashes are gone."),
    (Mangling::EscapesDoubled, "escapes-doubled", Must, "A document is shown as it was put: here its backslashes are doubled."),
    (Mangling::SpacesCollapsed, "spaces-collapsed", Must, "A document is shown as it was put: here runs of spaces in it are single spaces."),
    (Mangling::LowerCase, "lower-case", Must, "A document is shown as it was put: here it is in lower case."),
    (Mangling::TwiceEncoded, "twice-encoded", Must, "A document is shown as it was put: here it is encoded as JSON once more."),
    (Mangling::HtmlEscaped, "html-escaped", Must, "A document is shown as it was put: here its quotes are HTML entities."),
    (Mangling::FirstStatement, "first-statement", Must, "A document is shown as it was put: here only its first statement is."),
    (Mangling::NoCondition, "no-condition", Must, "A document is shown as it was put: here its conditions are gone."),
    (Mangling::FirstConditionValue, "first-condition-value", Must, "A document is shown as it was put: here only the first of several values in a condition is."),
    (Mangling::NoSid, "no-sid", Must, "A document is shown as it was put: here its statements have no Sid."),
    (Mangling::NoId, "no-id", Must, "A document is shown as it was put: here it has no Id."),
    (Mangling::FirstPrincipal, "first-principal", Must, "A document is shown as it was put: here only the first of several principals is."),
    (Mangling::FirstKindOfPrincipal, "first-kind-of-principal", Must, "A document is shown as it was put: here only one of several kinds of principal is."),
    (Mangling::FirstResource, "first-resource", Must, "A document is shown as it was put: here only the first of several resources is."),
    (Mangling::Normalised, "normalised", Must, "A document is shown as it was put: here characters are replaced by those that they are compatible with."),
    (Mangling::CutAtNul, "cut-at-nul", Must, "A document is shown as it was put: here it ends before an escaped NUL."),
    (Mangling::ControlsDropped, "controls-dropped", Must, "A document is shown as it was put: here the control characters from U+007F to U+009F are gone."),
    (Mangling::EmptyTextsDropped, "empty-texts-dropped", Must, "A document is shown as it was put: here its conditions have no empty texts."),
    (Mangling::NothingDropped, "nothing-dropped", Should, "A document is shown as it was put: here its conditions have no nulls and no empty lists."),
    (Mangling::FractionsCut, "fractions-cut", Must, "A document is shown as it was put: here its numbers are whole."),
    (Mangling::AccountsAsRoots, "accounts-as-roots", Should, "A document is shown as the JSON that was put: here the root ARN of an account stands for its number."),
    (Mangling::ListsOfOneCollapsed, "lists-of-one-collapsed", Should, "A document is shown as the JSON that was put: here a string stands for a list of one."),
    (Mangling::ScalarsAsTexts, "scalars-as-texts", Should, "A document is shown as it was put: here its numbers and booleans are texts."),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for operation in [Operation::ListProjectPolicies, Operation::PutResourcePolicy] {
        let service = operation.service();
        for &(how, name, level, breaks) in ROWS {
            faults.push(fault(
                service,
                Some(operation),
                format!("{service}.{operation}.document.{name}"),
                breaks.to_owned(),
                level,
                Deviation::Document { service, how },
            ));
        }
    }
}
