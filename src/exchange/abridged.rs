//! What is kept as evidence of a finding. An endpoint may answer megabytes to everything, and a run
//! has hundreds of findings: an answer is judged whole, and what is kept of it is bounded.

use super::message::{Cut, Exchange, Request, Response};
use super::payload::Payload;
use super::trace::{Recorded, Trace};
use crate::exchange::untrusted::bounded;

/// The most bytes of an answer's body, and of its headers, that are kept as evidence.
const KEPT: usize = 8 << 10;
/// The most bytes of a request's body that are kept: a finding is reproduced with what was sent.
const KEPT_REQUEST: usize = 256 << 10;
/// The most bytes of an error code that are kept where its answer is not.
const MOST_OF_CODE: usize = 256;
/// The most pages of a listing, and polls of a wait, that are kept as evidence.
const MOST_PAGES: usize = 8;

impl Recorded {
    /// What is kept for a finding: what was sent, and what came back without what is too long.
    pub fn evidence(&self) -> Vec<Trace> {
        self.traces.iter().map(Trace::abridged).collect()
    }
}

impl Trace {
    /// What is kept of the step for a finding: an endpoint may answer megabytes to everything.
    pub fn abridged(&self) -> Self {
        // The judged call is one of few; of many pages and polls the first and the last tell enough.
        let some = |exchanges: &[Exchange]| -> Vec<Exchange> {
            let last = exchanges.len().saturating_sub(1);
            let kept = exchanges.iter().enumerate().filter(|(at, _)| *at < MOST_PAGES || *at == last);
            kept.map(|(_, exchange)| exchange.abridged()).collect()
        };
        match self {
            Self::Call(exchange) => Self::Call(exchange.abridged()),
            Self::Parallel(exchanges) => Self::Parallel(exchanges.iter().map(Exchange::abridged).collect()),
            Self::Read { state, pages } => {
                let kept = some(pages);
                let is_whole = kept.len() == pages.len()
                    && kept.iter().filter_map(Exchange::response).all(|answer| answer.cut.is_none());
                let state = match state {
                    Ok(state) if is_whole => Ok(state.clone()),
                    Ok(state) => Err(format!("{} were listed, too long to be kept", state.policies.len())),
                    Err(reason) => Err(bounded(reason, KEPT).into_owned()),
                };
                Self::Read { state, pages: kept }
            }
            Self::Await { reached, late, polls } => {
                let reached = reached.clone().map_err(|reason| bounded(&reason, KEPT).into_owned());
                Self::Await { reached, late: *late, polls: some(polls) }
            }
            Self::Skipped(reason) => Self::Skipped(bounded(reason, KEPT).into_owned()),
            Self::Unknown(reason) => Self::Unknown(bounded(reason, KEPT).into_owned()),
        }
    }
}

impl Exchange {
    /// The exchange without what is too long to be kept for every finding.
    pub fn abridged(&self) -> Self {
        Self {
            label: self.label.clone(),
            request: self.request.abridged(),
            reply: self.reply.as_ref().map(Response::abridged).map_err(Clone::clone),
            typed: self.typed.clone(),
            ..*self
        }
    }
}

impl Request {
    /// The request without what is too long to be kept for every finding: it may quote an answer.
    fn abridged(&self) -> Self {
        let body = Payload::from(self.body[..self.body.len().min(KEPT_REQUEST)].to_vec());
        let cut = self.cut + self.body.len() - body.len();
        let Self { service, operation, region, method, path, .. } = self;
        let (operation, region) = (operation.clone(), region.clone());
        Self { service: *service, operation, region, method: method.clone(), path: path.clone(), body, cut }
    }
}

impl Response {
    /// The answer without what is too long to be kept for every finding.
    pub fn abridged(&self) -> Self {
        let mut left = KEPT;
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let most = left.saturating_sub(name.len());
            let value = bounded(value, most);
            left = most.saturating_sub(value.len());
            if most > 0 {
                headers.push((name.clone(), value.into_owned()));
            }
        }
        let body = self.body[..self.body.len().min(KEPT)].to_vec();
        let bytes = self.body.len() - body.len() + self.cut.as_ref().map_or(0, |cut| cut.bytes);
        let code = || self.code().map(|code| bounded(&code, MOST_OF_CODE).into_owned());
        let cut = (bytes > 0).then(|| Cut { bytes, code: code() });
        let mut kept = Self::new(self.status, headers, body);
        kept.cut = cut;
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::judge_attempt;
    use crate::judge::tests::{FIRST, put, read, recorded, stored};
    use crate::rules::catalogue;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::json;

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let body = json!({ "__type": "ns#ValidationException", "message": "x".repeat(1 << 20) }).to_string();
        let answer = Response::new(400, vec![("x-long".to_owned(), "y".repeat(1 << 20))], body.into_bytes());
        let kept = answer.abridged();
        let cut = kept.cut.as_ref().expect("it was cut");
        assert_eq!(kept.body.len() + cut.bytes, answer.body.len());
        assert!(kept.body.len() <= KEPT && kept.headers[0].1.len() <= KEPT + 40);
        assert_eq!(kept.code(), answer.code());
        let again = kept.abridged();
        assert_eq!(again.cut.expect("it stays cut").bytes, cut.bytes);
    }

    /// A recording of a put and of what is listed then.
    fn recording() -> Vec<u8> {
        let traces = vec![Trace::Call(put("put", "a", FIRST, "", stored("1"))), read(&[("a", "1", FIRST)])];
        serde_json::to_vec(&recorded(traces, "created")).expect("a recording can be written")
    }

    proptest! {
        /// Whole ones, and those that were damaged: read and judged, or refused.
        #[test]
        fn any_bytes_are_a_recording_or_not(
            from in any::<Index>(),
            most in 0usize..40,
            bytes in proptest::collection::vec(any::<u8>(), 0..20),
            rule in any::<Index>(),
        ) {
            let mut recording = recording();
            prop_assert!(serde_json::from_slice::<Recorded>(&recording).is_ok());
            let from = from.index(recording.len());
            let to = recording.len().min(from + most);
            recording.splice(from..to, bytes);
            if let Ok(recorded) = serde_json::from_slice::<Recorded>(&recording) {
                let _ = judge_attempt(rule.get(catalogue()), &recorded);
                prop_assert_eq!(recorded.evidence().len(), recorded.traces.len());
            }
        }

        #[test]
        fn what_is_short_is_kept_whole(status in 100u16..600, header in "[ -~]{0,40}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let answer = Response::new(status, vec![("x-amzn-errortype".to_owned(), header)], body);
            let kept = answer.abridged();
            prop_assert!(kept.cut.is_none());
            prop_assert_eq!((kept.status, &kept.headers, &kept.body), (status, &answer.headers, &answer.body));
        }
    }
}
