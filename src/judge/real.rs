//! What on the real service comes from the caller's own account, or happens now and then: none of it is a
//! violation.

use super::finding::{Judgement, Unknown};
use crate::exchange::{Exchange, Outcome, Recorded, Response, Trace};
use crate::service::{AUTH_CODES, NOT_SUBSCRIBED, PROJECTS, is_of_framework};
use aws_conformance_generators::model::model;

/// What an attempt on the real service amounts to that did not conform, where that service is not to blame.
pub(super) fn excuse(recorded: &Recorded) -> Option<Judgement> {
    let exchanges = || recorded.traces.iter().flat_map(Trace::exchanges);
    if let Some(permission) = exchanges().find_map(lacking_permission) {
        return Some(Judgement::NotApplicable(format!("the caller lacks the permission {permission}")));
    }
    if let Some(why) = exchanges().find_map(account_limits) {
        return Some(Judgement::NotApplicable(why));
    }
    let is_refused = |exchange: &Exchange| {
        let code = exchange.response().and_then(Response::code);
        code.is_some_and(|code| AUTH_CODES.contains(&code.as_str()))
    };
    if exchanges().any(is_refused) {
        let reason = "the caller's credentials have expired, or are no longer accepted".to_owned();
        return Some(Judgement::Inconclusive(Unknown::NoResponse(reason)));
    }
    exchanges().any(is_excused).then_some(Judgement::Inconclusive(Unknown::ServerError))
}

/// What of the caller's account is why a request was refused, if so: that it has not subscribed to the service, or
/// that it has all the projects that it may have.
fn account_limits(exchange: &Exchange) -> Option<String> {
    let Outcome::Refused { code: Some(code), .. } = exchange.outcome() else { return None };
    if NOT_SUBSCRIBED.contains(&code.as_str()) {
        return Some(format!("the account is not subscribed to the service ({code})"));
    }
    let is_full =
        exchange.request.operation == PROJECTS.create && PROJECTS.limit.codes.contains(&code.as_str());
    is_full.then(|| format!("the account has no room for another project ({code})"))
}

/// Whether an exchange ended in a server error that the documents name, or that answers a hostile request.
pub(super) fn is_excused(exchange: &Exchange) -> bool {
    let Some(response) = exchange.response().filter(|response| response.has_failed()) else { return false };
    let is_documented = response.code().is_none_or(|code| {
        is_of_framework(&code)
            || model(exchange.request.service)
                .statuses(&code)
                .is_some_and(|statuses| statuses.contains(&response.status))
    });
    is_documented || !exchange.well_formed
}

/// The permission that the caller lacks, if that is why a request was refused.
pub fn lacking_permission(exchange: &Exchange) -> Option<String> {
    let Outcome::Refused { code, answer } = exchange.outcome() else { return None };
    if !matches!(code.as_deref(), Some("AccessDenied" | "AccessDeniedException")) {
        return None;
    }
    let message = answer.message().unwrap_or_default();
    let named = message.split_once("not authorized to perform: ").map_or("", |(_, rest)| rest);
    let is_part = |character: &char| character.is_ascii_alphanumeric() || *character == ':';
    let named: String = named.chars().take_while(is_part).take(128).collect();
    Some(match named.contains(':') {
        true => named,
        false => format!("{}:{}", exchange.request.service, exchange.request.operation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::{answered, exchange, recorded};
    use rstest::rstest;
    use serde_json::json;

    const DENIED: &str = "not applicable: the caller lacks the permission xray:PutResourcePolicy";
    const EXPIRED: &str = "inconclusive: the caller's credentials have expired, or are no longer accepted";
    const FAILED: &str = "inconclusive: a call got a server error, and may have been carried out or not";
    const NOT_SUBSCRIBED: &str =
        "not applicable: the account is not subscribed to the service (OptInRequired)";
    const NAMED: &str = "User: a is not authorized to perform: xray:PutResourcePolicy on resource: b";

    #[rstest]
    #[case::a_permission_that_is_named(400, "AccessDeniedException", NAMED, true, Some(DENIED))]
    #[case::a_permission_that_is_not(403, "AccessDeniedException", "", true, Some(DENIED))]
    #[case::expired(403, "ExpiredTokenException", "", true, Some(EXPIRED))]
    #[case::no_longer_accepted(403, "UnrecognizedClientException", "", true, Some(EXPIRED))]
    #[case::a_documented_failure(500, "InternalFailure", "", true, Some(FAILED))]
    #[case::an_undocumented_failure(500, "Oops", "", true, None)]
    #[case::a_failure_on_a_hostile_body(500, "Oops", "", false, Some(FAILED))]
    #[case::not_subscribed(403, "OptInRequired", "", true, Some(NOT_SUBSCRIBED))]
    #[case::any_other_refusal(400, "InvalidRequestException", "", true, None)]
    fn what_is_not_the_services_fault(
        #[case] status: u16,
        #[case] code: &str,
        #[case] message: &str,
        #[case] well_formed: bool,
        #[case] verdict: Option<&str>,
    ) {
        let body = json!({ "__type": code, "message": message });
        let exchange = exchange("PutResourcePolicy", "s1", json!({}), answered(status, &body));
        let trace = Trace::Call(Exchange { well_formed, ..exchange });
        let recorded = Recorded { real: true, ..recorded(vec![trace], "refused") };
        let judgement = excuse(&recorded).map(|judgement| match judgement {
            Judgement::NotApplicable(reason) => format!("not applicable: {reason}"),
            Judgement::Inconclusive(unknown) => format!("inconclusive: {unknown}"),
            other => format!("{other:?}"),
        });
        assert_eq!(judgement.as_deref(), verdict);
    }
}
