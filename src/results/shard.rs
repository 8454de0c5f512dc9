//! Shards: a run divided among several, each of which judges a share of the rules.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One of the shards of a run, as `2/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which one, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// The most shards of a run: there are fewer rules.
const MOST: u32 = 1_000;

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((number, of)) if (1..=MOST).contains(&of) && (1..=of).contains(&number) => {
                Ok(Self { number, of })
            }
            Some((_, of @ 1..=MOST)) => Err(format!("there are shards 1/{of} to {of}/{of}")),
            Some(_) => Err(format!("there are 1 to {MOST} shards")),
            None => Err("I/N, as in 2/3: the second of three".to_owned()),
        }
    }
}

/// What a report says of the shard that it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardInfo {
    /// Which shard.
    #[serde(flatten)]
    pub shard: Shard,
    /// Random cases a rule.
    pub cases: u32,
    /// The ids of its share of the selected rules. Monitors look at what each shard exchanges, and are
    /// in none.
    pub rules: Vec<String>,
}
