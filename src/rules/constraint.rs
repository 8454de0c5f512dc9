//! Rules derived from the service model: one for each constraint of each place in an input.

use super::{Rule, RuleBuilder};
use crate::rules::clauses::statement;
use crate::rules::expectation::{After, Expectation, Level};
use aws_conformance_generators::model::{Kind, Operation};
use aws_conformance_generators::partition::{Constraint, Partition, Target, ambiguity, targets, unfit};
use aws_conformance_generators::plan::{Arg, Call, Step};
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::Value;

/// What deriving rules for an operation needs to know and the model cannot say.
pub(crate) struct ConstraintRules {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// A call of the operation that is accepted if the member is, with what has to come before it
    /// and the reads around it.
    pub(crate) accepted: fn(&Target, Call) -> Vec<Step>,
    /// What comes back from a valid value.
    pub(crate) acceptance: fn(&Target) -> Expectation,
    /// What comes back from a value that obeys its constraints and is refused all the same, for a
    /// reason of [`unfit`].
    pub(crate) unfit: fn(&Target, &str) -> Expectation,
    /// What comes back from a value that breaks the constraint.
    pub(crate) refusal: fn(&Target, Constraint) -> Expectation,
    /// A call with a plain valid input, but for this value of the member.
    pub(crate) call: fn(&Target, &Partition) -> Call,
    /// What surrounds calls that have to be refused.
    pub(crate) around: fn() -> (Vec<Step>, Step),
    /// What else the rules of some constraints cite: how their ids begin, without the operation, and
    /// the statement's key.
    pub(crate) also: &'static [(&'static str, &'static str)],
}

const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";
const UNSETTLED: &str = "unsettled";
const MISTYPED: &str = "mistyped";
const CONVERTED: &str = "converted";
const UNFIT: &str = "unfit";
const FOREIGN: &str = "foreign";
const LONG: &str = "long";
const CASED: &str = "cased";
const EITHER: &str = "either";

impl ConstraintRules {
    /// The rules of every constraint of the operation's input.
    pub(crate) fn rules(self) -> Vec<Rule> {
        let targets = targets(self.operation);
        let pairs = targets.into_iter().flat_map(|target| {
            let constraints = target.constraints();
            constraints.into_iter().map(move |constraint| (target.clone(), constraint))
        });
        pairs.filter_map(|(target, constraint)| self.rule(&target, constraint)).collect()
    }

    fn rule(&self, target: &Target, constraint: Constraint) -> Option<Rule> {
        let partitions = target.partitions(constraint);
        if !partitions.iter().any(is_refused) {
            return None;
        }
        let id = format!("{}.{}.{}.{constraint}", self.operation.service, self.operation.name, target.path);
        let place = format!("{}.{constraint}", target.path);
        let mut keys = vec![id.as_str()];
        keys.extend(self.also.iter().filter(|(begins, _)| place.starts_with(begins)).map(|(_, key)| *key));
        keys.extend(match constraint {
            Constraint::Required => ["protocol.null", ".error.validation"],
            Constraint::Type => ["protocol.type", "protocol.null"],
            _ => ["protocol.validation", ".error.validation"],
        });
        let mut draft = RuleBuilder::new(&*id, &keys, varies(&id, target))
            .expect(REFUSED, (self.refusal)(target, constraint))
            .between((self.around)());
        for partition in partitions {
            let (name, expectation) = self.expectation(target, constraint, &partition);
            if !draft.expectations.iter().any(|(known, _)| *known == name) {
                draft = draft.expect(name, expectation);
            }
            let call = (self.call)(target, &partition).labelled("judged").expecting(name);
            draft = match name {
                REFUSED | UNSETTLED | MISTYPED => draft.refused(partition.label, call),
                // What may be refused may be refused to a set-up too.
                EITHER | CONVERTED => draft.case(partition.label, [Step::Call(call)]),
                _ => draft.case(partition.label, (self.accepted)(target, call)),
            };
        }
        let random = self.random(target, constraint);
        Some(match random {
            Some(random) => draft.random_refusals(random).build(),
            None => draft.build(),
        })
    }

    /// What comes back from a value, and what that is called.
    fn expectation(
        &self,
        target: &Target,
        constraint: Constraint,
        partition: &Partition,
    ) -> (&'static str, Expectation) {
        let refusal = |constraint| (self.refusal)(target, constraint);
        let is_mistyped = constraint != Constraint::Type && partition.breaks.contains(&Constraint::Type);
        match partition {
            one if let Some(level) = convertible(target, one) => {
                (CONVERTED, refusal(constraint).or_success(After::Any, []).at(level))
            }
            one if is_refused(one) && is_mistyped => {
                (MISTYPED, refusal(Constraint::Type).or(refusal(constraint)))
            }
            one if is_refused(one) && one.unsettled.is_some() => {
                (UNSETTLED, refusal(constraint).at(Level::Should))
            }
            one if is_refused(one) => (REFUSED, refusal(constraint)),
            one if one.ambiguous.is_some() => (EITHER, Expectation::no_server_error().at(Level::Observe)),
            Partition { unfit: Some(why), .. } => (unfit_name(why), (self.unfit)(target, why)),
            _ => (ACCEPTED, (self.acceptance)(target)),
        }
    }

    /// Random values of strings that break the pattern and nothing else.
    fn random(
        &self,
        target: &Target,
        constraint: Constraint,
    ) -> Option<impl Fn() -> BoxedStrategy<(String, Call)> + Send + Sync + 'static> {
        if constraint != Constraint::Pattern {
            return None;
        }
        let (call, target) = (self.call, target.clone());
        Some(move || {
            let within = target.clone();
            let refused = target.outside(constraint).prop_filter("judged either way", is_refused);
            refused
                .prop_map(move |partition| {
                    let call = call(&within, &partition).expecting(REFUSED);
                    (partition.label, call)
                })
                .boxed()
        })
    }
}

/// What a rule varies: the place, with what its constraint says.
fn varies(id: &str, target: &Target) -> String {
    let says = statement(id).map(|constraint| constraint.says.as_str()).unwrap_or_default();
    format!("{}: {says}", target.path)
}

/// The call with this value of a member.
pub(crate) fn varied(call: Call, target: &Target, partition: &Partition) -> Call {
    call.with(&target.member.name, partition.value.clone())
}

/// How badly it counts where a value of the wrong type is neither refused nor converted; none where
/// it has to be refused.
fn convertible(target: &Target, partition: &Partition) -> Option<Level> {
    match (&target.shape.kind, &partition.value) {
        (Kind::Integer, Some(Arg::Json(Value::Number(number)))) if number.is_f64() => Some(Level::Observe),
        (Kind::Boolean, Some(Arg::Json(Value::Number(_)))) => Some(Level::Should),
        (Kind::Boolean, Some(Arg::Json(Value::String(text)))) if text == "true" || text == "false" => {
            Some(Level::Should)
        }
        _ => None,
    }
}

/// What the expectation for values that are refused for this reason is called.
fn unfit_name(why: &str) -> &'static str {
    match why {
        unfit::FOREIGN => FOREIGN,
        unfit::LONG_ARN => LONG,
        unfit::CASED_ARN => CASED,
        _ => UNFIT,
    }
}

/// Whether a value has to be refused. A token that is documented as unsupported is still under the
/// constraints of its shape; the operation's rules say how much less certain that is.
fn is_refused(partition: &Partition) -> bool {
    !partition.breaks.is_empty() && matches!(partition.ambiguous, None | Some(ambiguity::UNSUPPORTED))
}
