//! Faults of the policy grammar: each of its rules, not enforced.

use super::deviation::Deviation;
use super::fault::{Fault, Level, fault};
use crate::grammar::GrammarRule;
use crate::service::{Operation, Service};

/// A rule, what is let through without it, and whether it is Rekognition's alone.
#[rustfmt::skip]
const RULES: &[(GrammarRule, &str, &str, Level, bool)] = &[
    (GrammarRule::Json, "json.dropped", "any text", Level::Must, false),
    (GrammarRule::JsonInside, "json.brace-only", "whatever begins with a brace", Level::Must, false),
    (GrammarRule::JsonEnd, "json.trailing-text", "JSON that other text follows", Level::Should, false),
    (GrammarRule::JsonCommas, "json.trailing-commas", "JSON with a comma before a closing bracket", Level::Should, false),
    (GrammarRule::JsonQuotes, "json.single-quotes", "JSON in single quotes", Level::Should, false),
    (GrammarRule::JsonComments, "json.comments", "JSON with comments", Level::Should, false),
    (GrammarRule::JsonControl, "json.control-characters", "JSON with raw control characters in its strings", Level::Should, false),
    (GrammarRule::Object, "object.dropped", "JSON that is no object", Level::Must, false),
    (GrammarRule::StatementPresent, "Statement.required.dropped", "a document without Statement", Level::Must, false),
    (GrammarRule::StatementNotEmpty, "Statement.empty.dropped", "a document with no statement in Statement", Level::Must, false),
    (GrammarRule::StatementObject, "Statement.type.dropped", "a statement that is no object", Level::Must, false),
    (GrammarRule::EveryStatement, "Statement.first-only", "any statement after a good one", Level::Must, false),
    (GrammarRule::StatementsBeforeLast, "Statement.last-only", "any statement before a good one", Level::Must, false),
    (GrammarRule::ActionOfEveryStatement, "Action.first-statement-only", "a statement without Action after a good one", Level::Must, false),
    (GrammarRule::UnlistedStatement, "Statement.unlisted", "any statement that stands in no list", Level::Must, false),
    (GrammarRule::EffectPresent, "Effect.required.dropped", "a statement without Effect", Level::Must, false),
    (GrammarRule::EffectValue, "Effect.enum.dropped", "an Effect other than Allow and Deny", Level::Should, false),
    (GrammarRule::ActionPresent, "Action.required.dropped", "a statement without Action", Level::Must, false),
    (GrammarRule::ActionNotEmpty, "Action.empty.dropped", "a statement with no action in Action", Level::Observe, false),
    (GrammarRule::PrincipalPresent, "Principal.required.dropped", "a statement without Principal", Level::Must, false),
    (GrammarRule::ResourcePresent, "Resource.required.dropped", "a statement without Resource", Level::Must, true),
    (GrammarRule::NotAction, "NotAction.accepted", "NotAction", Level::Should, true),
    (GrammarRule::NotResource, "NotResource.accepted", "NotResource", Level::Should, true),
    (GrammarRule::NotPrincipal, "NotPrincipal.accepted", "NotPrincipal", Level::Should, true),
    (GrammarRule::SoleAction, "Action.any-accepted", "any action", Level::Should, true),
    (GrammarRule::EveryAction, "Action.first-only", "any action after the good one", Level::Should, true),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for operation in [Operation::PutProjectPolicy, Operation::PutResourcePolicy] {
        let service = operation.service();
        for &(rule, name, through, level, rekognition_only) in RULES {
            // An action of X-Ray may be any text, so only the first can be seen to count.
            if rekognition_only && service == Service::XRay {
                continue;
            }
            // Of X-Ray's documents only that they are JSON is settled.
            let json = name.starts_with("json.");
            let level = match service {
                Service::XRay if json => level,
                Service::XRay => level.max(Level::Should),
                Service::Rekognition => level,
            };
            faults.push(fault(
                service,
                Some(operation),
                format!("{service}.{operation}.PolicyDocument.{name}"),
                format!("A document is a policy in IAM's grammar: here {through} is let through."),
                level,
                Deviation::Grammar { service, rule },
            ));
        }
    }
}
