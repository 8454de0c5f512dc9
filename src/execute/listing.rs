//! Reading state back: every page of a listing, bounded, and what is wrong with the listing.

use super::client::Client;
use super::place::Place;
use super::transport::budget::Purpose;
use crate::exchange::{Exchange, Listed, Outcome, State};
use crate::service::{Resource, resource_listed_by};
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::plan::{Step, Unbound};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// More pages in a row than any listing has that show nothing new; one that goes on is one that loops.
const MOST_IDLE: usize = 60;
/// The most pages that are read. What a longer listing holds is not known.
const MOST_PAGES: usize = 2_000;
/// The most bytes of all its pages, in bodies of the greatest size, for the same reason.
const MOST_BODIES: usize = 4;

/// A listed resource.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What tells it from the others, as it is listed; null where nothing does.
    pub(super) identity: Value,
    /// Its name: the identity, or the name in it where it is an ARN.
    pub(super) name: String,
    /// All that is listed of it.
    pub(super) value: Value,
}

impl Item {
    /// Whether it is being made.
    pub(super) fn is_coming(&self) -> bool {
        self.has_status("CREATING")
    }

    /// Whether it is being removed.
    pub(super) fn is_going(&self) -> bool {
        self.has_status("DELETING")
    }

    fn has_status(&self, status: &str) -> bool {
        self.value.get("Status").and_then(Value::as_str) == Some(status)
    }
}

/// What a listing shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    /// What is wrong with the listing itself.
    pub(super) problems: Vec<String>,
}

/// Why nobody can tell what is listed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ListError {
    /// What is to be listed is not known.
    #[error(transparent)]
    Unbound(#[from] Unbound),
    /// It was refused.
    #[error("{operation} was refused with HTTP {status} {code}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// The status of the refusal.
        status: u16,
        /// Its code, or words for none.
        code: String,
    },
    /// There was no response.
    #[error("{operation} got no answer: {detail}")]
    NoResponse {
        /// The operation.
        operation: &'static str,
        /// What happened.
        detail: String,
    },
    /// The response is no JSON object.
    #[error("{0} did not answer a JSON object")]
    NoObject(&'static str),
    /// The member that should hold the items holds something else.
    #[error("{0} answered a {1} that is no list")]
    NoList(&'static str, &'static str),
    /// It goes on for longer than so many pages and bytes, which are read.
    #[error("{0} lists more than {1} pages of {2} bytes in all")]
    TooLong(&'static str, usize, usize),
}

/// What a listing shows, or why nobody knows, and the pages that say so.
pub(super) type Listing = (Result<Items, ListError>, Vec<Exchange>);

impl Client {
    /// Lists everything at a place that the rest of the input asks for. The label names the exchanges.
    pub(super) async fn list(
        &mut self,
        place: &Place,
        label: &str,
        more: Map<String, Value>,
        purpose: Purpose,
    ) -> Listing {
        let (resource, operation) = (place.resource, place.resource.list);
        let (mut listed, mut pages) = (Items::default(), Vec::new());
        let mut tokens = BTreeSet::new();
        let mut token: Option<String> = None;
        let mut seen = BTreeSet::new();
        let (mut idle, mut bytes) = (0, 0);
        // Each listing without an end costs thousands of requests, and tells no more than the first.
        let times = self.endless.min(3);
        let (most_idle, most_pages) = (MOST_IDLE >> times, MOST_PAGES >> (2 * times));
        let most_bytes = self.target.limits.body.saturating_mul(MOST_BODIES) >> (2 * times);
        loop {
            let mut input = place.input();
            input.extend(more.clone());
            if let Some(token) = &token {
                input.insert("NextToken".to_owned(), json!(token));
            }
            let page = self.own(label, place, operation, Value::Object(input), purpose).await;
            bytes += page.response().map_or(0, |answer| answer.body.len());
            let (before, from) = (seen.len(), listed.items.len());
            let next = read_page(resource, &page, &mut listed);
            seen.extend(listed.items.iter().skip(from).map(|item| item.identity.to_string()));
            idle = if seen.len() > before { 0 } else { idle + 1 };
            pages.push(page);
            token = match next {
                Ok(token) => token,
                Err(reason) => return (Err(reason), pages),
            };
            match &token {
                None => break,
                Some(next) if !tokens.insert(next.clone()) => {
                    self.endless += 1;
                    listed.problems.push("a page's NextToken is that of an earlier page".to_owned());
                    break;
                }
                Some(_) if idle >= most_idle => {
                    self.endless += 1;
                    listed.problems.push(format!("more than {most_idle} pages with nothing new"));
                    break;
                }
                Some(_) if pages.len() >= most_pages || bytes >= most_bytes => {
                    self.endless += 1;
                    return (Err(ListError::TooLong(operation, pages.len(), bytes)), pages);
                }
                Some(_) => {}
            }
        }
        (Ok(listed), pages)
    }

    /// The project of this name, as it is listed.
    pub(super) async fn find_project(
        &mut self,
        place: &Place,
        name: &str,
        label: &str,
        purpose: Purpose,
    ) -> (Result<Option<Item>, ListError>, Vec<Exchange>) {
        let only = Map::from_iter([("ProjectNames".to_owned(), json!([name]))]);
        let (listed, pages) = self.list(place, label, only, purpose).await;
        (listed.map(|listed| listed.items.into_iter().find(|item| item.name == name)), pages)
    }

    /// Lists everything at a place, also what a listing leaves out unless it is asked for.
    pub(super) async fn list_all(&mut self, place: &Place, label: &str, purpose: Purpose) -> Listing {
        let Some((member, values)) = place.resource.everything else {
            return self.list(place, label, Map::new(), purpose).await;
        };
        let more = Map::from_iter([(member.to_owned(), json!(values))]);
        let (all, pages) = self.list(place, label, more, purpose).await;
        if self.target.is_real {
            return (all, pages);
        }
        drop(pages);
        // An emulator may refuse what it does not know, or list less for it.
        let (plain, pages) = self.list(place, label, Map::new(), purpose).await;
        let listed = match (plain, all) {
            (Ok(mut plain), Ok(all)) => {
                let is_new = |item: &Item| plain.items.iter().all(|other| other.identity != item.identity);
                let new: Vec<Item> = all.items.into_iter().filter(is_new).collect();
                plain.items.extend(new);
                Ok(plain)
            }
            (plain, all) => plain.or(all),
        };
        (listed, pages)
    }
}

impl Items {
    /// The state that these items are, as far as they are the case's own; the others take room.
    pub(super) fn state(self, resource: &'static Resource, is_own: impl Fn(&Item) -> bool) -> State {
        let mut state = State { problems: self.problems, ..State::default() };
        for item in self.items {
            if !is_own(&item) {
                state.occupied += 1;
                continue;
            }
            let Value::String(identity) = item.identity else {
                state.problems.push(format!("an item without {}", resource.names.item));
                continue;
            };
            let text = |member: &str| item.value.get(member).and_then(Value::as_str).map(str::to_owned);
            let document = resource.document.and_then(text);
            let revision = resource.versions.as_ref().and_then(|versions| text(versions.member));
            let twice = format!("{identity:?} is listed twice");
            if state.policies.insert(identity, Listed { document, revision, item: item.value }).is_some() {
                state.problems.push(twice);
            }
        }
        state
    }
}

/// What one page of a listing shows, whatever came before it and whoever it belongs to.
#[cfg(test)]
pub(crate) fn page(exchange: &Exchange) -> Result<State, ListError> {
    let resource = resource_listed_by(&exchange.request.operation).expect("the operation lists");
    let mut listed = Items::default();
    read_page(resource, exchange, &mut listed)?;
    Ok(listed.state(resource, |_| true))
}

/// The name that an identity is, or has in it where it is an ARN.
pub(super) fn name_of(resource: &Resource, identity: &Value) -> String {
    match identity {
        Value::String(text) if resource.names.item != resource.names.create => {
            project_name(text).unwrap_or(text).to_owned()
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Adds a page's items to the listing; the token of the next page.
fn read_page(
    resource: &'static Resource,
    page: &Exchange,
    listed: &mut Items,
) -> Result<Option<String>, ListError> {
    let (operation, items) = (resource.list, resource.items);
    let answer = match page.outcome() {
        Outcome::Success(answer) => answer,
        Outcome::Refused { code, answer } => {
            let code = code.unwrap_or_else(|| "no code".to_owned());
            return Err(ListError::Refused { operation, status: answer.status, code });
        }
        Outcome::NoResponse(error) => {
            return Err(ListError::NoResponse { operation, detail: error.detail.clone() });
        }
    };
    let Some(Value::Object(body)) = answer.json() else { return Err(ListError::NoObject(operation)) };
    let found = match body.get(items) {
        Some(Value::Array(found)) => found.as_slice(),
        // An absent list is how both protocols may say an empty one.
        None | Some(Value::Null) => &[],
        Some(_) => return Err(ListError::NoList(operation, items)),
    };
    let most = page.request.input().and_then(|input| input.get("MaxResults")?.as_u64());
    if let Some(most) = most.filter(|most| found.len() as u64 > *most) {
        listed.problems.push(format!("a page of {} items for MaxResults {most}", found.len()));
    }
    listed.items.extend(found.iter().map(|value| {
        let identity = value.get(resource.names.item).cloned().unwrap_or_default();
        Item { name: name_of(resource, &identity), identity, value: value.clone() }
    }));
    Ok(body.get("NextToken").and_then(Value::as_str).filter(|token| !token.is_empty()).map(str::to_owned))
}

/// Whether a step reads what others may have written.
pub(super) fn reads(step: &Step) -> bool {
    match step {
        Step::Read(_) => true,
        Step::Call(call) => resource_listed_by(&call.operation).is_some() && call.wire.is_well_formed(),
        Step::Parallel(_) | Step::Await(_) | Step::Pause(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Recorded, Request, Response};
    use crate::execute::answers::bodies;
    use crate::judge::judge_attempt;
    use crate::rules::{Trial, catalogue};
    use aws_conformance_generators::plan::Service;
    use proptest::prelude::*;

    fn exchange(operation: &str, answer: Response) -> Exchange {
        let service = if operation == "ListResourcePolicies" { Service::Xray } else { Service::Rekognition };
        let request = Request::new(service, operation, "us-east-1", b"{\"MaxResults\":1}".to_vec());
        Exchange::new("read", request, Ok(answer))
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
                let _ = judge_attempt(rule, &Recorded::of(case.clone(), traces));
            }
        }
    }
}
