//! What strings stand for, where their constraints do not tell.

use crate::plan::{Part, Service, Symbol};
use crate::value::unfit;

/// What a string stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Name,
    ProjectName,
    ProjectArn,
    VersionArn,
    Document,
    Revision,
    Counter,
    Token,
    Other,
}

impl Meaning {
    /// What the string at a path of an operation's input stands for.
    pub(super) fn at(service: Service, path: &str) -> Self {
        match path {
            "PolicyName" | "VersionName" => Self::Name,
            "ProjectName" | "ProjectNames.member" => Self::ProjectName,
            "ProjectArn" | "SourceProjectArn" | "DestinationProjectArn" => Self::ProjectArn,
            "SourceProjectVersionArn" => Self::VersionArn,
            "PolicyDocument" => Self::Document,
            "PolicyRevisionId" if service == Service::Rekognition => Self::Revision,
            "PolicyRevisionId" => Self::Counter,
            "NextToken" => Self::Token,
            _ => Self::Other,
        }
    }

    /// Why even a valid value of this meaning is refused, unless an earlier step answered it.
    pub(super) fn unfit(self) -> Option<&'static str> {
        match self {
            Self::Revision | Self::Counter => Some(unfit::REVISION),
            Self::Token => Some(unfit::TOKEN),
            Self::VersionArn => Some(unfit::ARN),
            Self::Name | Self::ProjectName | Self::ProjectArn | Self::Document | Self::Other => None,
        }
    }

    /// How valid values begin, so that what they create belongs to the run.
    pub(super) fn stem(self) -> Part {
        match self {
            Self::Name => Part::Symbol(Symbol::Name("a".to_owned())),
            Self::ProjectName => Part::Symbol(Symbol::ProjectName("n".to_owned())),
            Self::Revision => Part::Literal("0a1b2c3d".to_owned()),
            Self::Counter => Part::Literal("987654321".to_owned()),
            _ => Part::Literal("awsc".to_owned()),
        }
    }
}
