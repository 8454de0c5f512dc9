//! Statements as lists of elements, and templates of documents.

use crate::plan::{Derivation, Part, Symbol, Text};

/// The elements of a statement in order, each with the JSON of its value.
pub(super) type Elements = Vec<(&'static str, String)>;

/// A labelled change to the plain statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) label: &'static str,
    /// The element that is left out.
    without: Option<&'static str>,
    /// The element that is replaced or added, with the JSON of its value.
    with: Option<(&'static str, &'static str)>,
}

impl Change {
    /// An element replaced or added.
    pub(super) const fn set(label: &'static str, name: &'static str, value: &'static str) -> Self {
        Self { label, without: None, with: Some((name, value)) }
    }

    /// An element left out.
    pub(super) const fn drop(label: &'static str, name: &'static str) -> Self {
        Self { label, without: Some(name), with: None }
    }

    /// An element in the place of another one.
    pub(super) const fn swap(
        label: &'static str,
        name: &'static str,
        instead: &'static str,
        value: &'static str,
    ) -> Self {
        Self { label, without: Some(name), with: Some((instead, value)) }
    }

    pub(super) fn apply(&self, elements: &Elements) -> Elements {
        let mut changed = elements.clone();
        if let Some(name) = self.without {
            changed = without(&changed, name);
        }
        if let Some((name, value)) = self.with {
            changed = with(&changed, name, value);
        }
        changed
    }
}

/// Changes that leave either service's policy doubtful.
pub(super) const QUESTIONABLE: [Change; 22] = [
    Change::set("Effect ALLOW", "Effect", "\"ALLOW\""),
    Change::set("Effect DENY", "Effect", "\"DENY\""),
    Change::set("Effect allow", "Effect", "\"allow\""),
    Change::set("a list for Effect", "Effect", "[\"Allow\"]"),
    Change::set("an empty Sid", "Sid", "\"\""),
    Change::set("a Sid with spaces", "Sid", "\"a statement\""),
    Change::set("a number for Sid", "Sid", "1"),
    Change::set("null for Sid", "Sid", "null"),
    Change::set("a string for Condition", "Condition", "\"always\""),
    Change::set("a list for Condition", "Condition", "[]"),
    Change::set("an empty Condition", "Condition", "{}"),
    Change::set(
        "an unknown condition operator",
        "Condition",
        r#"{"StringSame":{"aws:SourceAccount":"$ACCOUNT"}}"#,
    ),
    Change::set("an empty Principal", "Principal", "{}"),
    Change::set("an unknown kind of Principal", "Principal", r#"{"Robot":"awsc"}"#),
    Change::set("a number for Principal", "Principal", "1"),
    Change::set("an account that is no account", "Principal", r#"{"AWS":"12"}"#),
    Change::set("an empty list of actions", "Action", "[]"),
    Change::set("a number for Action", "Action", "1"),
    Change::set("an empty Action", "Action", "\"\""),
    Change::set("an empty list of resources", "Resource", "[]"),
    Change::set("a number for Resource", "Resource", "1"),
    Change::set("an unknown element", "Comment", "\"awsc\""),
];

/// The elements without this one.
pub(super) fn without(elements: &Elements, name: &str) -> Elements {
    elements.iter().filter(|(element, _)| *element != name).cloned().collect()
}

/// The elements with this one replaced, or added at the end.
pub(super) fn with(elements: &Elements, name: &'static str, value: &str) -> Elements {
    let mut all = elements.clone();
    match all.iter_mut().find(|(element, _)| *element == name) {
        Some((_, old)) => value.clone_into(old),
        None => all.push((name, value.to_owned())),
    }
    all
}

/// The JSON of a statement.
pub(super) fn statement(elements: &Elements) -> String {
    let members: Vec<String> = elements.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// The JSON of a policy with this JSON for its statements.
pub(super) fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#)
}

/// The text of a template, in which `$ACCOUNT` is the account, `$REGION` the region, `$PARTITION` that of
/// ARNs, `$PROJECT` the leased project's ARN, `$VERSIONS` the ARN of all of its versions and `$VERSION`
/// that of one, which it may not have.
pub(super) fn compose(template: &str) -> Text {
    let project = || Symbol::Project("p".to_owned());
    let versions = || project().derived(Derivation::Segment(2, "version/*".to_owned()));
    let version = || project().derived(Derivation::Segment(2, "version/v1/1690405809285".to_owned()));
    // The first name that fits is taken, so the longer one of two stands first.
    let names: [(&str, &dyn Fn() -> Symbol); 6] = [
        ("$ACCOUNT", &|| Symbol::Account),
        ("$REGION", &|| Symbol::Region),
        ("$PARTITION", &|| Symbol::AwsPartition),
        ("$PROJECT", &project),
        ("$VERSIONS", &versions),
        ("$VERSION", &version),
    ];
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((at, name, symbol)) = names
        .iter()
        .filter_map(|(name, symbol)| rest.find(name).map(|at| (at, *name, symbol)))
        .min_by_key(|(at, ..)| *at)
    {
        parts.push(Part::Literal(rest[..at].to_owned()));
        parts.push(Part::Symbol(symbol()));
        rest = &rest[at + name.len()..];
    }
    parts.push(Part::Literal(rest.to_owned()));
    Text(parts)
}
