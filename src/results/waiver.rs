//! Waivers: violations that somebody owns.

use crate::judge::finding::Finding;
use globset::{Glob, GlobMatcher};
use serde::{Deserialize, Serialize};

/// A violation that somebody owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The rule's id, or a glob over ids.
    pub rule: String,
    /// The class of violation. A rule that fails differently is not covered.
    pub class: String,
    /// Why it is accepted for now.
    pub reason: String,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where more is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which it holds, as `2026-12-31`; none: it holds until it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// What a run says of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It covers a violation of this run.
    Covers,
    /// Every rule that it names was judged, and none shows its class of violation.
    UnexpectedPass,
    /// Its last day is over. It covers nothing.
    Expired,
    /// It names no rule of the catalogue.
    MatchesNothing,
    /// Not all of its rules were selected and judged, and those that were do not show its class.
    NotJudged,
}

impl WaiverState {
    /// Whether it fails the run.
    pub fn fails(self) -> bool {
        matches!(self, Self::UnexpectedPass | Self::Expired | Self::MatchesNothing)
    }
}

/// A waiver with what the run says of it.
#[derive(Clone, Debug, Serialize)]
pub struct WaiverOutcome {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What the run says of it.
    pub state: WaiverState,
}

impl Waiver {
    /// What tells which rules it names, by their ids. It is compiled anew by each call.
    pub fn matcher(&self) -> Option<GlobMatcher> {
        Glob::new(&self.rule).ok().map(|glob| glob.compile_matcher())
    }

    /// Whether it is over on a day, as `2026-12-31`.
    pub(super) fn is_expired(&self, today: &str) -> bool {
        self.expires.as_deref().is_some_and(|last| last < today)
    }

    /// Whether a finding is of its class.
    pub(super) fn is_about(&self, finding: &Finding) -> bool {
        self.class == finding.violation.class.to_string()
    }
}
