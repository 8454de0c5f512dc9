//! Faults of a whole service, on the wire.

use super::deviation::{Deviation, Wire};
use super::fault::Level::{Must, Should};
use super::fault::{Fault, Level, fault};
use crate::service::Service;

#[rustfmt::skip]
const ROWS: &[(Wire, &str, Level, &str)] = &[
    (Wire::ErrorStatus200, "error.status-200", Must, "An error has a status of 400 or above: here every one has 200."),
    (Wire::ErrorRedirects, "error.redirects", Must, "An error ends the call: here it is a redirection to a page of errors."),
    (Wire::ErrorText, "error.text", Must, "An error's body is JSON: here it is plain text behind a header with the code, so that no client reads the error."),
    (Wire::ErrorWithoutCode, "error.no-code", Must, "An error has a code: here none has."),
    (Wire::ErrorHtml, "error.html", Must, "An error is JSON with a code: here it is a page of HTML."),
    (Wire::ErrorXml, "error.xml", Must, "An error is JSON with a code: here it is XML."),
    (Wire::ErrorWithoutSuffix, "error.no-suffix", Must, "An error has its documented code: here it lacks the Exception at its end."),
    (Wire::ErrorLowerCase, "error.lower-case", Must, "An error has its documented code: here it is in lower case."),
    (Wire::ErrorNested, "error.nested", Must, "An error's code is where clients look for it: here it is one level too deep."),
    (Wire::ErrorTwoCodes, "error.two-codes", Should, "An error has one code: here the body has another than the header."),
    (Wire::ErrorValidationError, "error.validation-error", Should, "A constraint error has a documented code: here it is ValidationError."),
    (Wire::NoRequestId, "request-id.missing", Should, "A response has a request id: here none has."),
    (Wire::HtmlContentType, "content-type.html", Should, "A response has the protocol's content type: here it has that of HTML."),
    (Wire::OtherContentType, "content-type.other-protocol", Should, "A response has the protocol's content type: here it has that of the other service's protocol."),
    (Wire::Unsigned500, "signature.missing.server-error", Must, "A request without a signature is answered or refused: here it is a server error."),
    (Wire::Flaky500, "flaky-500", Should, "A good request is answered: here one in fifty is a server error."),
    (Wire::NotJson500, "body.not-json.server-error", Must, "A body that is not JSON is the client's mistake: here it is a server error."),
    (Wire::NotObject500, "body.not-object.server-error", Must, "A body that is no object is the client's mistake: here it is a server error."),
    (Wire::NotJsonAccepted, "body.not-json.accepted", Must, "A body that is not JSON is refused: here it is answered like a success."),
    (Wire::NotObjectAccepted, "body.not-object.accepted", Must, "A body that is no object is refused: here it is answered like a success."),
    (Wire::WrongType500, "body.wrong-type.server-error", Must, "A member of a wrong type is the client's mistake: here it is a server error."),
    (Wire::WrongTypeStatus500, "body.wrong-type.status-500", Must, "A member of a wrong type is the client's mistake: here it is answered with its code and the status 500."),
    (Wire::MemberNamesFolded, "member.case-ignored", Should, "A required member that is missing is refused: here one is taken for it whose name differs in case."),
    (Wire::NullMember500, "body.null.server-error", Must, "A member that is null is the client's mistake: here it is a server error."),
    (Wire::DeepNesting500, "body.deep.server-error", Must, "A body that is nested deeply is the client's mistake: here it is a server error."),
    (Wire::InvalidUtf8Is500, "body.invalid-utf8.server-error", Must, "A body that is not UTF-8 is the client's mistake: here it is a server error."),
    (Wire::ExtraMembersRefused500, "body.extra-member.server-error", Must, "A member that the operation does not know is ignored or refused: here it is a server error."),
    (Wire::ContentType500, "content-type.server-error", Must, "A content type that is missing or wrong is never a server error: here it is."),
    (Wire::WrongMethodAccepted, "method.accepted", Must, "A wrong method is refused: here every method will do."),
    (Wire::WrongMethod500, "method.server-error", Must, "A wrong method is the client's mistake: here it is a server error."),
    (Wire::WrongPathAccepted, "path.accepted", Must, "A wrong path is refused: here every path will do that names the operation somewhere."),
    (Wire::PathFolded, "path.case-ignored", Should, "A wrong path is refused: here upper and lower case are the same in it."),
    (Wire::WrongPath500, "path.server-error", Must, "A wrong path is the client's mistake: here it is a server error."),
    (Wire::SignatureMissingAccepted, "signature.missing.accepted", Must, "Who verifies signatures refuses a request without one: here it is taken."),
    (Wire::SignatureMalformedAccepted, "signature.malformed.accepted", Must, "Who verifies signatures refuses what is none: here it is taken."),
    (Wire::SignatureExpiredAccepted, "signature.expired.accepted", Must, "Who verifies signatures refuses one of the day before: here it is taken."),
    (Wire::SignatureOfUnknownKeyAccepted, "signature.unknown-key.accepted", Must, "Who verifies signatures refuses a key that nobody has: here it is taken."),
    (Wire::SignatureNotCompared, "signature.wrong-secret.accepted", Must, "Who verifies signatures refuses one with another secret: here it is not compared."),
    (Wire::UnknownOperationAccepted, "operation.accepted", Must, "An unknown operation is refused: here it is answered like a success."),
    (Wire::UnknownOperation500, "operation.server-error", Must, "An unknown operation is the client's mistake: here it is a server error."),
    (Wire::BodyTwiceEncoded, "success.twice-encoded", Must, "A success is a JSON object: here it is a JSON text that holds one."),
    (Wire::SuccessXml, "success.xml", Must, "A success is a JSON object: here it is XML."),
    (Wire::SuccessStatus201, "success.status-201", Must, "A success has the status 200: here 201."),
    (Wire::LatinBody, "success.latin-1", Must, "A body is UTF-8: here it is Latin-1."),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for service in [Service::Rekognition, Service::XRay] {
        for &(how, name, level, breaks) in ROWS {
            // Of AWS JSON the path is a client's duty alone.
            if service == Service::Rekognition && matches!(how, Wire::WrongPathAccepted | Wire::PathFolded) {
                continue;
            }
            // Where no member is required, X-Ray may ignore what is sent; elsewhere members are missed.
            if service == Service::XRay && matches!(how, Wire::NotJsonAccepted | Wire::NotObjectAccepted) {
                continue;
            }
            faults.push(fault(
                service,
                None,
                format!("{service}.wire.{name}"),
                breaks.to_owned(),
                level,
                Deviation::Wire { service, how },
            ));
        }
    }
}
