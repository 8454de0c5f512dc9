//! The catalogue: the slice that everything else iterates.

use super::rule::Rule;
use super::{monitors, rekognition, xray};
use aws_conformance_generators::plan::Service;
use std::sync::LazyLock;

/// Every rule, in the order in which they are judged.
pub fn catalogue() -> &'static [Rule] {
    static CATALOGUE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let mut rules = Vec::new();
        rules.extend(rekognition::rules());
        rules.extend(xray::rules());
        rules.extend(monitors::rules());
        rules
    });
    &CATALOGUE
}

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    catalogue().iter().find(|rule| rule.id == id)
}

/// The rules, and beside monitors that are alone in their service the rules whose exchanges they
/// look at.
pub fn with_observed_rules(rules: &[&'static Rule]) -> Vec<&'static Rule> {
    let is_alone = |service: Service| {
        let mut own = rules.iter().filter(|rule| rule.service == service).peekable();
        own.peek().is_some() && own.all(|rule| rule.is_monitor())
    };
    let alone: Vec<Service> = Service::ALL.into_iter().filter(|service| is_alone(*service)).collect();
    let observed_rules =
        catalogue().iter().filter(|rule| alone.contains(&rule.service) && !rule.is_monitor());
    observed_rules.chain(rules.iter().copied()).collect()
}
