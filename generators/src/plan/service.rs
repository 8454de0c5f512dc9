//! The two services under test.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One of the two services under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Amazon Rekognition, AWS JSON 1.1.
    Rekognition,
    /// AWS X-Ray, REST-JSON.
    Xray,
}

impl Service {
    /// Both services, in the order in which they are judged.
    pub const ALL: [Self; 2] = [Self::Rekognition, Self::Xray];

    /// The lower-case name that rule ids, options and SigV4 scopes use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rekognition => "rekognition",
            Self::Xray => "xray",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
