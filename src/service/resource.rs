//! A kind of resource, as a table describes it.

use aws_conformance_generators::plan::Service;
use serde::{Deserialize, Serialize};

/// A kind of resource that a service keeps.
#[derive(Debug)]
pub struct Resource {
    /// The service that keeps it.
    pub service: Service,
    /// What it is called in reports.
    pub noun: &'static str,
    /// The operation that creates it.
    pub create: &'static str,
    /// The operation that lists all of them, or all of a scope.
    pub list: &'static str,
    /// The member of a list's response that holds the items.
    pub items: &'static str,
    /// What a listing has to be asked for to hold everything, where it leaves something out else: a member
    /// of its request, and its values.
    pub everything: Option<(&'static str, &'static [&'static str])>,
    /// The operation that removes one.
    pub delete: &'static str,
    /// Which members say which one is meant.
    pub names: Names,
    /// The member that tells scopes apart, in the requests of all three operations.
    pub scope: Option<&'static str>,
    /// The member of the creating request and of an item that holds its content.
    pub document: Option<&'static str>,
    /// How its versions are told apart, if it has any.
    pub versions: Option<Versions>,
    /// How many there may be.
    pub limit: Limit,
    /// Whether creating and removing it go on after they are answered, with a status in the listing.
    pub settles: bool,
}

impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Which members say which resource is meant.
#[derive(Debug)]
pub struct Names {
    /// The member of the creating request that names it.
    pub create: &'static str,
    /// The member of an item by which a listing tells them apart.
    pub item: &'static str,
    /// The member of the removing request that names it, by the value of [`Self::item`].
    pub removal: &'static str,
}

/// How the versions of a resource are told apart.
#[derive(Debug)]
pub struct Versions {
    /// The member that holds the current revision, in requests and in items.
    pub member: &'static str,
    /// Where the response to a put has it.
    pub answered: &'static str,
    /// The revision that a put supplies to create and never to update.
    pub create_only: Option<&'static str>,
    /// Whether a put that supplies no revision updates what is there.
    pub updates_without: bool,
    /// Whether a revision is never issued twice for the same resource.
    pub never_again: bool,
    /// The code for a revision that is not the current one.
    pub refused: &'static str,
    /// The code for a creation of what is there, where a put does not simply update it.
    pub exists: Option<&'static str>,
    /// The code for a revision of what is not there, beside [`Self::refused`].
    pub absent: Option<&'static str>,
}

/// How many of a resource there may be.
#[derive(Debug)]
pub struct Limit {
    /// What the sources name, one or several.
    pub documented: &'static [usize],
    /// What the target's owner states.
    pub stated: fn(&Quotas) -> Option<usize>,
    /// The codes of a refusal for want of room.
    pub codes: &'static [&'static str],
}

impl Limit {
    /// What the limit may be on a target of these quotas.
    pub fn candidates(&self, quotas: &Quotas) -> Vec<usize> {
        (self.stated)(quotas).map_or_else(|| self.documented.to_vec(), |stated| vec![stated])
    }

    /// The least that it may be; none where there is no limit.
    pub fn least(&self, quotas: &Quotas) -> Option<usize> {
        self.candidates(quotas).into_iter().min()
    }
}

/// Limits of the services that differ between accounts; none: as documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// Policies of a Rekognition project (documented default 5, adjustable).
    pub project_policies: Option<usize>,
    /// X-Ray resource policies (5 in the documents, 10 seen).
    pub resource_policies: Option<usize>,
}

/// Something that a target may claim to do, and is then judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// It refuses requests whose signature is missing or wrong.
    VerifiesSignatures,
}

impl Capability {
    /// What is claimed, in words, and the option that claims it.
    pub fn claim(self) -> &'static str {
        match self {
            Self::VerifiesSignatures => "that it verifies signatures (--verify-signatures)",
        }
    }
}
