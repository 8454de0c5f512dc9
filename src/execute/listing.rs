//! Reading state back: every page of a listing, bounded, and what is wrong with the listing.

use super::session::{Request, Session};
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

impl Listing {
    /// What lists everything of a service in a region: X-Ray's policies, Rekognition's projects.
    pub(super) fn of_all(service: Service) -> Self {
        match service {
            Service::Xray => RESOURCE_POLICIES,
            Service::Rekognition => PROJECTS,
        }
    }
}

/// More pages in a row than any listing has that show nothing new; one that goes on is one that loops.
const MOST_IDLE: usize = 60;
/// The most pages that are read. What a longer listing holds is not known.
const MOST_PAGES: usize = 2_000;
/// The most bytes of all its pages, for the same reason.
const MOST_BYTES: usize = 2 << 20;

/// How far a listing is read.
#[derive(Clone, Copy, Debug)]
struct Patience {
    idle: usize,
    pages: usize,
    bytes: usize,
}

impl Patience {
    /// With an endpoint of which so many listings had no end: each of them costs thousands of
    /// requests, and tells no more than the first.
    fn after(endless: u32) -> Self {
        let times = endless.min(3);
        Self { idle: MOST_IDLE >> times, pages: MOST_PAGES >> (2 * times), bytes: MOST_BYTES >> (2 * times) }
    }
}

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
        let (mut idle, mut bytes) = (0, 0);
        let most = Patience::after(self.endless);
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
            bytes += page.response().map_or(0, |answer| answer.body.len());
            let before = state.policies.len();
            let next = read_page(listing, page, &mut state);
            idle = if state.policies.len() > before { 0 } else { idle + 1 };
            token = match next {
                Ok(token) => token,
                Err(reason) => return (Err(reason), pages),
            };
            match &token {
                None => break,
                Some(next) if !tokens.insert(next.clone()) => {
                    self.endless += 1;
                    state.problems.push("a page's NextToken is that of an earlier page".to_owned());
                    break;
                }
                Some(_) if idle >= most.idle => {
                    self.endless += 1;
                    state.problems.push(format!("more than {} pages with nothing new", most.idle));
                    break;
                }
                Some(_) if pages.len() >= most.pages || bytes >= most.bytes => {
                    self.endless += 1;
                    let (operation, all) = (listing.operation, pages.len());
                    let reason = format!("{operation} lists more than {all} pages of {bytes} bytes in all");
                    return (Err(reason), pages);
                }
                Some(_) => {}
            }
        }
        (Ok(state), pages)
    }
}

/// What one page of a listing shows, whatever came before it.
///
/// # Errors
/// Why nobody can tell what it shows.
pub fn page(exchange: &Exchange) -> Result<State, String> {
    let mut state = State::default();
    let listings = [RESOURCE_POLICIES, PROJECT_POLICIES, PROJECTS];
    let listing = listings.into_iter().find(|listing| listing.operation == exchange.request.operation);
    let listing = listing.ok_or_else(|| format!("{} lists nothing", exchange.request.operation))?;
    read_page(listing, exchange, &mut state).map(|_| state)
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
        Outcome::NoResponse(silence) => return Err(format!("{operation} got no answer: {}", silence.detail)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Request, Response};
    use crate::execute::answers::bodies;
    use crate::judge::judge_attempt;
    use crate::rules::{Trial, catalogue};
    use proptest::prelude::*;

    fn exchange(operation: &str, answer: Response) -> Exchange {
        let service = if operation == "ListResourcePolicies" { Service::Xray } else { Service::Rekognition };
        let (method, path) = ("POST".to_owned(), "/".to_owned());
        let (operation, region) = (operation.to_owned(), "us-east-1".to_owned());
        Exchange {
            label: "read".to_owned(),
            request: Request {
                service,
                operation,
                region,
                method,
                path,
                body: b"{\"MaxResults\":1}".to_vec(),
                cut: 0,
            },
            reply: Ok(answer),
            typed: None,
            sent_at: 0.0,
            well_formed: true,
            off_protocol: false,
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_read(
            status in 100u16..=999,
            header in proptest::option::of("[ -~]{0,20}"),
            body in bodies(),
            operation in "ListResourcePolicies|ListProjectPolicies|DescribeProjects",
        ) {
            let headers = header.map(|value| ("x-amzn-errortype".to_owned(), value)).into_iter().collect();
            let answer = Response::new(status, headers, body);
            prop_assert!(answer.code().is_none_or(|code| !code.is_empty() && !code.contains([':', '#'])));
            let _ = (answer.message(), answer.outcome());
            let exchange = exchange(&operation, answer);
            prop_assert!(!crate::exchange::describe(&exchange).is_empty());
            let _ = page(&exchange);
        }

        #[test]
        fn any_answer_is_judged(bodies in proptest::collection::vec(bodies(), 12), at in any::<proptest::sample::Index>(), status in 200u16..=503) {
            let rules = catalogue();
            let rule = &rules[at.index(rules.len())];
            let Trial::Cases { fixed, .. } = &rule.trial else { return Ok(()) };
            for case in fixed.iter().take(2) {
                let mut bodies = bodies.iter().cycle().cloned();
                let traces = crate::judge::tests::traces(case, &mut |operation| {
                    exchange(operation, Response::new(status, Vec::new(), bodies.next().unwrap_or_default()))
                });
                let recorded = crate::exchange::Recorded { case: case.clone(), traces, quotas: Default::default(), invented: false, preexisting: Some(0), interrupted: false, shared: false };
                let _ = judge_attempt(rule, &recorded);
            }
        }
    }
}
