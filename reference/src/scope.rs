//! Whose resources a request is about.

/// Whose resources a request is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Scope {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Scope {
    /// The partition that ARNs of the region name.
    pub(crate) fn partition(&self) -> &'static str {
        match self.region.split('-').collect::<Vec<_>>()[..] {
            ["cn", ..] => "aws-cn",
            ["us", "gov", ..] => "aws-us-gov",
            ["us", "iso", ..] => "aws-iso",
            ["us", "isob", ..] => "aws-iso-b",
            ["us", "isof", ..] => "aws-iso-f",
            ["eu", "isoe", ..] => "aws-iso-e",
            ["eusc", ..] => "aws-eusc",
            _ => "aws",
        }
    }
}
