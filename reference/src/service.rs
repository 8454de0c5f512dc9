//! The two services and the ten operations that the endpoint implements.

use std::fmt;

/// A service that the endpoint speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Amazon Rekognition, AWS JSON 1.1.
    Rekognition,
    /// AWS X-Ray, REST-JSON.
    XRay,
}

impl Service {
    /// The name that requests are signed for: `rekognition` or `xray`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rekognition => "rekognition",
            Self::XRay => "xray",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An operation that the endpoint implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Rekognition `CreateProject`.
    CreateProject,
    /// Rekognition `DescribeProjects`.
    DescribeProjects,
    /// Rekognition `DeleteProject`.
    DeleteProject,
    /// Rekognition `PutProjectPolicy`.
    PutProjectPolicy,
    /// Rekognition `ListProjectPolicies`.
    ListProjectPolicies,
    /// Rekognition `DeleteProjectPolicy`.
    DeleteProjectPolicy,
    /// Rekognition `CopyProjectVersion`.
    CopyProjectVersion,
    /// X-Ray `PutResourcePolicy`.
    PutResourcePolicy,
    /// X-Ray `ListResourcePolicies`.
    ListResourcePolicies,
    /// X-Ray `DeleteResourcePolicy`.
    DeleteResourcePolicy,
}

impl Operation {
    /// Every operation, Rekognition's first.
    pub const ALL: [Self; 10] = [
        Self::CreateProject,
        Self::DescribeProjects,
        Self::DeleteProject,
        Self::PutProjectPolicy,
        Self::ListProjectPolicies,
        Self::DeleteProjectPolicy,
        Self::CopyProjectVersion,
        Self::PutResourcePolicy,
        Self::ListResourcePolicies,
        Self::DeleteResourcePolicy,
    ];

    /// The operation's name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateProject => "CreateProject",
            Self::DescribeProjects => "DescribeProjects",
            Self::DeleteProject => "DeleteProject",
            Self::PutProjectPolicy => "PutProjectPolicy",
            Self::ListProjectPolicies => "ListProjectPolicies",
            Self::DeleteProjectPolicy => "DeleteProjectPolicy",
            Self::CopyProjectVersion => "CopyProjectVersion",
            Self::PutResourcePolicy => "PutResourcePolicy",
            Self::ListResourcePolicies => "ListResourcePolicies",
            Self::DeleteResourcePolicy => "DeleteResourcePolicy",
        }
    }

    /// The service that the operation belongs to.
    pub const fn service(self) -> Service {
        match self {
            Self::PutResourcePolicy | Self::ListResourcePolicies | Self::DeleteResourcePolicy => {
                Service::XRay
            }
            _ => Service::Rekognition,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
