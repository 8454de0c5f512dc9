//! What an endpoint is made from, and the error for a name that nobody knows.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Where the endpoint takes the time from.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What an endpoint does: nothing switched on, unless said.
#[derive(Clone)]
pub struct Config {
    /// Names of the faults that are switched on (see [`crate::faults`]).
    pub faults: Vec<String>,
    /// Names of the variants that are switched on (see [`crate::variants`]).
    pub variants: Vec<String>,
    /// Whether requests must carry a valid Signature Version 4.
    pub verify_signatures: bool,
    /// Access keys that are known besides `test` and every 12-digit key (whose secret is
    /// `test`), each with its secret. Only read where signatures are verified.
    pub credentials: Vec<(String, String)>,
    /// The clock, the system's by default.
    pub clock: Clock,
    /// How often `DescribeProjects` still shows a project as `DELETING` after it was deleted.
    pub deleting_describes: u32,
    /// How often `DescribeProjects` shows a new project as `CREATING`.
    pub creating_describes: u32,
    /// How long a project stays in `CREATING` and in `DELETING`, where that takes time.
    pub project_time: Option<Duration>,
    /// The account of every access key that is not its own.
    pub account: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            faults: Vec::new(),
            variants: Vec::new(),
            verify_signatures: false,
            credentials: Vec::new(),
            clock: Arc::new(SystemTime::now),
            deleting_describes: 0,
            creating_describes: 0,
            project_time: None,
            account: "000000000000".to_owned(),
        }
    }
}

impl Config {
    /// Switches a fault on.
    #[must_use]
    pub fn with_fault(mut self, name: impl Into<String>) -> Self {
        self.faults.push(name.into());
        self
    }

    /// Switches a variant on.
    #[must_use]
    pub fn with_variant(mut self, name: impl Into<String>) -> Self {
        self.variants.push(name.into());
        self
    }

    /// Says whether requests must be signed.
    #[must_use]
    pub fn with_verified_signatures(mut self, verify: bool) -> Self {
        self.verify_signatures = verify;
        self
    }

    /// Whether requests must be signed.
    pub fn verifies_signatures(&self) -> bool {
        self.verify_signatures
    }

    /// Makes an access key known, with its secret.
    #[must_use]
    pub fn with_credentials(mut self, access_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials.push((access_key.into(), secret.into()));
        self
    }

    /// Says whose account every access key stands for that is not its own: 12 digits.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Says how long projects stay in `CREATING` and in `DELETING`.
    #[must_use]
    pub fn with_project_time(mut self, time: Duration) -> Self {
        self.project_time = Some(time);
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("faults", &self.faults)
            .field("variants", &self.variants)
            .field("verify_signatures", &self.verify_signatures)
            .field("deleting_describes", &self.deleting_describes)
            .field("creating_describes", &self.creating_describes)
            .field("project_time", &self.project_time)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A fault or a variant was named that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {kind} is called {name:?}{}", suggestion(.close))]
pub struct UnknownName {
    /// What was looked for: `fault` or `variant`.
    pub kind: &'static str,
    /// The name as it was given.
    pub name: String,
    /// Known names that are close to it, the closest first, at most three.
    pub close: Vec<&'static str>,
}

impl UnknownName {
    pub(crate) fn new(kind: &'static str, name: &str, known: impl Iterator<Item = &'static str>) -> Self {
        let mut ranked: Vec<(usize, &'static str)> = known
            .map(|candidate| (distance(name, candidate), candidate))
            .filter(|(distance, candidate)| {
                *distance * 3 <= candidate.len() || candidate.contains(name) && !name.is_empty()
            })
            .collect();
        ranked.sort();
        let close = ranked.into_iter().take(3).map(|(_, known)| known).collect();
        Self { kind, name: name.to_owned(), close }
    }
}

fn suggestion(close: &[&str]) -> String {
    if close.is_empty() { String::new() } else { format!("; did you mean {}?", close.join(" or ")) }
}

/// The edit distance of two names, by bytes.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_suggests_its_neighbours() {
        let error = UnknownName::new("fault", "xray.limit.mising", ["xray.limit.missing"].into_iter());
        assert_eq!(
            error.to_string(),
            "no fault is called \"xray.limit.mising\"; did you mean xray.limit.missing?"
        );
    }
}
