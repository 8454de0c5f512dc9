//! Reading state back: every page of a listing, bounded, and what is wrong with the listing.

use super::execute::{Request, Session};
use crate::exchange::{Exchange, Listed, Outcome, State};
use aws_conformance_generators::plan::Service;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A listing operation: what it lists, and how an item is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    pub(super) service: Service,
    pub(super) operation: &'static str,
    /// The answer's member that holds the items.
    pub(super) items: &'static str,
    /// The item's member that tells it from the others.
    pub(super) key: &'static str,
}

pub(super) const RESOURCE_POLICIES: Listing = Listing {
    service: Service::Xray,
    operation: "ListResourcePolicies",
    items: "ResourcePolicies",
    key: "PolicyName",
};
pub(super) const PROJECT_POLICIES: Listing = Listing {
    service: Service::Rekognition,
    operation: "ListProjectPolicies",
    items: "ProjectPolicies",
    key: "PolicyName",
};
pub(super) const PROJECTS: Listing = Listing {
    service: Service::Rekognition,
    operation: "DescribeProjects",
    items: "ProjectDescriptions",
    key: "ProjectArn",
};

/// More pages than any listing here can have; a listing that goes on is one that loops.
const MOST_PAGES: usize = 60;

impl Session {
    /// Lists everything that the input asks for. The label names the exchanges.
    pub(super) async fn list(
        &mut self,
        listing: Listing,
        label: &str,
        input: Map<String, Value>,
    ) -> (Result<State, String>, Vec<Exchange>) {
        let mut state = State::default();
        let mut pages = Vec::new();
        let mut tokens = BTreeSet::new();
        let mut token: Option<String> = None;
        loop {
            let mut input = input.clone();
            if let Some(token) = &token {
                input.insert("NextToken".to_owned(), json!(token));
            }
            let request = Request {
                label,
                service: listing.service,
                operation: listing.operation,
                input: Value::Object(input),
            };
            pages.push(self.send(request).await);
            let Some(page) = pages.last() else { break };
            token = match read_page(listing, page, &mut state) {
                Ok(token) => token,
                Err(reason) => return (Err(reason), pages),
            };
            match &token {
                None => break,
                Some(next) if !tokens.insert(next.clone()) => {
                    state.problems.push("a page's NextToken is that of an earlier page".to_owned());
                    break;
                }
                Some(_) if pages.len() >= MOST_PAGES => {
                    state.problems.push(format!("more than {MOST_PAGES} pages"));
                    break;
                }
                Some(_) => {}
            }
        }
        (Ok(state), pages)
    }
}

/// Adds a page's items to the state; the token of the next page.
fn read_page(listing: Listing, page: &Exchange, state: &mut State) -> Result<Option<String>, String> {
    let Listing { operation, items, key, .. } = listing;
    let answer = match page.outcome() {
        Outcome::Success(answer) => answer,
        Outcome::Refused { code, answer } => {
            let code = code.unwrap_or_else(|| "no code".to_owned());
            return Err(format!("{operation} was refused with HTTP {} {code}", answer.status));
        }
        Outcome::NoAnswer(silence) => return Err(format!("{operation} got no answer: {}", silence.detail)),
    };
    let Some(Value::Object(body)) = answer.json() else {
        return Err(format!("{operation} did not answer a JSON object"));
    };
    let listed = match body.get(items) {
        Some(Value::Array(listed)) => listed.as_slice(),
        // An absent list is how both protocols may say an empty one.
        None | Some(Value::Null) => &[],
        Some(_) => return Err(format!("{operation} answered a {items} that is no list")),
    };
    let most = page.request.input().and_then(|input| input.get("MaxResults")?.as_u64());
    if most.is_some_and(|most| listed.len() as u64 > most) {
        state.problems.push(format!(
            "a page of {} items for MaxResults {}",
            listed.len(),
            most.unwrap_or_default()
        ));
    }
    for item in listed {
        let Some(name) = item.get(key).and_then(Value::as_str) else {
            state.problems.push(format!("an item without {key}"));
            continue;
        };
        let text = |member: &str| item.get(member).and_then(Value::as_str).map(str::to_owned);
        let policy = Listed {
            document: text("PolicyDocument"),
            revision: text("PolicyRevisionId"),
            item: item.clone(),
        };
        if state.policies.insert(name.to_owned(), policy).is_some() {
            state.problems.push(format!("{name:?} is listed twice"));
        }
    }
    Ok(body.get("NextToken").and_then(Value::as_str).filter(|token| !token.is_empty()).map(str::to_owned))
}
