//! The state model: what the policies of one scope may be after each call, and what a call may be
//! answered in a state.
//!
//! Read-backs, limits, sequences and concurrent histories all ask [`Model::step`] and
//! [`Model::allowed`]; what a put does is written down nowhere else.

use crate::exchange::{Exchange, Listed, Outcome, State, may_be_carried_out};
use crate::rules::equivalence::is_equivalent;
use crate::rules::expectation::Level;
use crate::service::{Quotas, Resource, Versions, resource_created_by, resource_removed_by};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A call that asks for a change of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// What is changed.
    pub(super) kind: Kind,
    /// The member that tells scopes apart; null where there is none.
    pub(super) scope: Value,
    /// The policy's name.
    pub(super) name: String,
    /// The revision that is supplied.
    pub(super) revision: Option<String>,
}

/// What a call asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// The policy with this document.
    Put(String),
    /// No policy.
    Delete,
}

/// What a call was answered, as far as the state is concerned.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// It was accepted, and a put answered this revision.
    Accepted(Option<String>),
    /// It was refused, by this code.
    Refused(Option<String>),
    /// Nobody knows: no response, or a server error.
    Unknown,
}

impl Change {
    /// The change of a policy that an exchange asks for, with its resource; none for other operations,
    /// and where the request does not say a name and a document as text.
    pub(super) fn of(exchange: &Exchange) -> Option<(&'static Resource, Self)> {
        let operation = exchange.request.operation.as_str();
        let (resource, puts) = match (resource_created_by(operation), resource_removed_by(operation)) {
            (Some(resource), _) => (resource, true),
            (None, Some(resource)) => (resource, false),
            (None, None) => return None,
        };
        let (versions, document) = (resource.versions.as_ref()?, resource.document?);
        let input = exchange.request.input()?;
        let text = |member: &str| input.get(member).and_then(Value::as_str).map(str::to_owned);
        let change = Self {
            kind: if puts { Kind::Put(text(document)?) } else { Kind::Delete },
            scope: resource.scope.and_then(|scope| input.get(scope).cloned()).unwrap_or_default(),
            name: text(resource.names.create)?,
            revision: text(versions.member),
        };
        Some((resource, change))
    }
}

impl Effect {
    /// What an exchange was answered.
    pub(super) fn of(exchange: &Exchange) -> Self {
        match exchange.outcome() {
            Outcome::Success(response) if response.is_unreadable() => Self::Unknown,
            Outcome::Success(response) => {
                let pointer = resource_created_by(&exchange.request.operation)
                    .and_then(|resource| Some(resource.versions.as_ref()?.answered));
                let revision = pointer.and_then(|pointer| response.json()?.pointer(pointer)?.as_str());
                Self::Accepted(revision.map(str::to_owned))
            }
            Outcome::Refused { code, answer } if !may_be_carried_out(answer) => Self::Refused(code),
            Outcome::Refused { .. } | Outcome::NoResponse(_) => Self::Unknown,
        }
    }
}

/// How much of what a call was answered is questioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing: the state is what the answers say.
    AsAnswered,
    /// What the documents settle.
    Must,
    /// What the sources leave room for too.
    Should,
}

/// What a call may be answered in a state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Allowed {
    /// Whether a success is among the alternatives.
    pub(super) success: bool,
    /// The refusals that are.
    pub(super) refusals: Refusals,
    /// How badly another answer counts.
    pub(super) level: Level,
}

/// Refusals that are allowed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusals {
    /// None.
    None,
    /// By one of these codes.
    By(Vec<&'static str>),
    /// Any.
    Any,
}

/// Whether there is room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There is.
    Yes,
    /// There is not.
    No,
    /// The sources disagree, or others are at work.
    Open,
}

/// The policies of one scope.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) resource: &'static Resource,
    versions: &'static Versions,
    policies: BTreeMap<String, Listed>,
    /// Others that take room, at least and at most; none: there may be any number.
    pub(super) occupied: Option<(usize, usize)>,
    /// Every revision that was issued, by name, since the policy was created.
    issued: BTreeSet<(String, String)>,
    /// What the limit may still be.
    pub(super) limits: Vec<usize>,
}

impl Model {
    /// The model of a resource as it was read; none for a resource without versions. `occupied` is how
    /// many of others the whole service lists. What else is listed takes room perhaps: it may be on its way out.
    pub(super) fn new(
        resource: &'static Resource,
        read: &State,
        quotas: &Quotas,
        occupied: Option<usize>,
    ) -> Option<Self> {
        let versions = resource.versions.as_ref()?;
        // In a scope of its own, all that is there is listed.
        let occupied = if resource.scope.is_some() { Some(0) } else { occupied };
        let (policies, issued, limits) =
            (BTreeMap::new(), BTreeSet::new(), resource.limit.candidates(quotas));
        let occupied = occupied.map(|others| (others, others));
        let mut model = Self { resource, versions, policies, occupied, issued, limits };
        model.read(read);
        Some(model)
    }

    /// Replaces what is there by what was read; what is known of revisions and limits stays.
    pub(super) fn read(&mut self, read: &State) {
        self.policies = known(read);
        let issued =
            self.policies.iter().filter_map(|(name, policy)| Some((name.clone(), policy.revision.clone()?)));
        self.issued.extend(issued);
        self.occupied = self.occupied.map(|(least, most)| (least, most.max(read.occupied)));
    }

    /// Whether there is room for one more policy.
    pub(super) fn room(&self) -> Room {
        let Some((least, most)) = self.occupied else { return Room::Open };
        let all = |is: &dyn Fn(usize) -> bool| self.limits.iter().all(|limit| is(*limit));
        let own = self.policies.len();
        match (all(&|limit| own + least >= limit), all(&|limit| own + most < limit)) {
            (true, _) => Room::No,
            (_, true) => Room::Yes,
            _ => Room::Open,
        }
    }

    /// What a call may be answered.
    pub(super) fn allowed(&self, change: &Change) -> Allowed {
        let versions = self.versions;
        let success = || Allowed { success: true, refusals: Refusals::None, level: Level::Must };
        let refused = |codes: &[Option<&'static str>], level| Allowed {
            success: false,
            refusals: Refusals::By(codes.iter().copied().flatten().collect()),
            level,
        };
        let there = self.policies.get(&change.name);
        match (&change.kind, there, change.revision.as_deref()) {
            // Nothing is documented of deleting what is not there.
            (Kind::Delete, None, _) => Allowed { success: true, refusals: Refusals::Any, level: Level::Must },
            (Kind::Delete, Some(_), None) => success(),
            (_, Some(policy), Some(given)) => match policy.revision.as_deref() {
                Some(current) if current != given => refused(&[Some(versions.refused)], Level::Must),
                // Whether putting what is there already is a change is not documented.
                _ if versions.never_again && self.is_there(change) => {
                    Allowed { refusals: Refusals::Any, ..success() }
                }
                _ => success(),
            },
            (Kind::Put(_), Some(_), None) if versions.updates_without => success(),
            (Kind::Put(_), Some(_), None) => {
                refused(&[versions.exists, Some(versions.refused)], Level::Should)
            }
            (Kind::Put(_), None, given) if given == versions.create_only || given.is_none() => {
                let full = Refusals::By(self.resource.limit.codes.to_vec());
                match self.room() {
                    Room::Yes => success(),
                    Room::No => Allowed { success: false, refusals: full, level: Level::Must },
                    Room::Open => Allowed { refusals: full, ..success() },
                }
            }
            (Kind::Put(_), None, _) => refused(&[Some(versions.refused), versions.absent], Level::Should),
        }
    }

    /// What the state may be after a call that was answered so; none where the answer is not allowed.
    pub(super) fn step(&self, change: &Change, effect: &Effect, reading: Reading) -> Vec<Self> {
        let allowed = self.allowed(change);
        let questioned = match reading {
            Reading::AsAnswered => false,
            Reading::Must => allowed.level == Level::Must,
            Reading::Should => true,
        };
        let success = allowed.success || !questioned;
        match effect {
            Effect::Accepted(revision) => {
                let fits =
                    success && (reading == Reading::AsAnswered || self.is_new(change, revision.as_deref()));
                fits.then(|| self.changed(change, revision.clone())).into_iter().collect()
            }
            Effect::Refused(code) => {
                // Overlapping calls may be refused for reasons of their own; that is `should`.
                let fits = allowed.refusals != Refusals::None || reading != Reading::Should;
                fits.then(|| self.refused(change, code.as_deref())).into_iter().collect()
            }
            Effect::Unknown if allowed.success => vec![self.clone(), self.changed(change, None)],
            Effect::Unknown => vec![self.clone()],
        }
    }

    /// Whether a put is one of the document that is there already.
    pub(super) fn is_there(&self, change: &Change) -> bool {
        let old = self.policies.get(&change.name).and_then(|policy| policy.document.as_deref());
        matches!((&change.kind, old), (Kind::Put(document), Some(old)) if is_equivalent(old, document))
    }

    /// Whether the revision that a put answered differs from those that it has to differ from.
    fn is_new(&self, change: &Change, answered: Option<&str>) -> bool {
        let (Some(answered), Some(old)) = (answered, self.policies.get(&change.name)) else { return true };
        self.is_there(change)
            || if self.versions.never_again {
                !self.issued.contains(&(change.name.clone(), answered.to_owned()))
            } else {
                old.revision.as_deref() != Some(answered)
            }
    }

    fn changed(&self, change: &Change, revision: Option<String>) -> Self {
        let mut after = self.clone();
        match &change.kind {
            Kind::Put(document) => {
                if !after.policies.contains_key(&change.name) {
                    let there = after.policies.len() + after.occupied.map_or(0, |(least, _)| least);
                    after.learn(|limit| there < limit);
                }
                after.issued.extend(revision.clone().map(|revision| (change.name.clone(), revision)));
                let document = Some(document.clone());
                let policy = Listed { document, revision, item: Value::Null };
                after.policies.insert(change.name.clone(), policy);
            }
            Kind::Delete => {
                after.policies.remove(&change.name);
                // What is created again may begin again.
                after.issued.retain(|(name, _)| *name != change.name);
            }
        }
        after
    }

    fn refused(&self, change: &Change, code: Option<&str>) -> Self {
        let mut after = self.clone();
        if code.is_some_and(|code| self.resource.limit.codes.contains(&code))
            && !self.policies.contains_key(&change.name)
            && let Some((_, most)) = self.occupied
        {
            let there = self.policies.len() + most;
            after.learn(|limit| limit <= there);
        }
        after
    }

    /// Keeps the limits that an answer leaves possible; all of them where it leaves none.
    fn learn(&mut self, possible: impl Fn(usize) -> bool) {
        let kept: Vec<usize> = self.limits.iter().copied().filter(|limit| possible(*limit)).collect();
        if !kept.is_empty() {
            self.limits = kept;
        }
    }

    /// The state as a listing would show it.
    pub(super) fn state(&self) -> State {
        State { policies: self.policies.clone(), ..State::default() }
    }

    /// Whether a listing shows this state. What an item lacks is not compared.
    pub(super) fn is_listed(&self, listing: &State) -> bool {
        let agree = |known: &Option<String>, listed: &Option<String>, same: fn(&str, &str) -> bool| {
            known.as_ref().zip(listed.as_ref()).is_none_or(|(known, listed)| same(known, listed))
        };
        self.policies.len() == listing.policies.len()
            && self.policies.iter().all(|(name, policy)| {
                listing.policies.get(name).is_some_and(|listed| {
                    agree(&policy.revision, &listed.revision, |a, b| a == b)
                        && agree(&policy.document, &listed.document, is_equivalent)
                })
            })
    }
}

/// The policies that were read, as far as the model knows them: states are copied often, whole items are not.
fn known(read: &State) -> BTreeMap<String, Listed> {
    let known = |Listed { document, revision, .. }: &Listed| Listed {
        document: document.clone(),
        revision: revision.clone(),
        item: Value::Null,
    };
    read.policies.iter().map(|(name, listed)| (name.clone(), known(listed))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{PROJECT_POLICIES, RESOURCE_POLICIES};
    use proptest::prelude::*;
    use rstest::rstest;

    const CODE: &str = "InvalidPolicyRevisionIdException";

    fn model(resource: &'static Resource, policies: usize, stated: Option<usize>) -> Model {
        let listed = |number: usize| Listed {
            document: Some(format!("{{\"a\":{number}}}")),
            revision: Some((number + 1).to_string()),
            item: Value::Null,
        };
        let policies = (0..policies).map(|number| (format!("p{number}"), listed(number))).collect();
        let state = State { policies, ..State::default() };
        let quotas = Quotas { project_policies: stated, resource_policies: stated };
        Model::new(resource, &state, &quotas, Some(0)).expect("it has versions")
    }

    fn put(name: &str, revision: Option<&str>) -> Change {
        let kind = Kind::Put(r#"{"b":1}"#.to_owned());
        Change { kind, scope: Value::Null, name: name.to_owned(), revision: revision.map(str::to_owned) }
    }

    fn delete(name: &str, revision: Option<&str>) -> Change {
        Change { kind: Kind::Delete, ..put(name, revision) }
    }

    #[rstest]
    #[case::xray_creates(&RESOURCE_POLICIES, put("new", None), true, None)]
    #[case::xray_creates_only(&RESOURCE_POLICIES, put("new", Some("0")), true, None)]
    #[case::xray_has_it_already(&RESOURCE_POLICIES, put("p0", Some("0")), false, Some(CODE))]
    #[case::xray_updates(&RESOURCE_POLICIES, put("p0", None), true, None)]
    #[case::xray_updates_the_current(&RESOURCE_POLICIES, put("p0", Some("1")), true, None)]
    #[case::xray_stale(&RESOURCE_POLICIES, put("p1", Some("1")), false, Some(CODE))]
    #[case::xray_free_name(&RESOURCE_POLICIES, put("new", Some("1")), false, Some(CODE))]
    #[case::deletes(&RESOURCE_POLICIES, delete("p0", None), true, None)]
    #[case::deletes_the_current(&RESOURCE_POLICIES, delete("p0", Some("1")), true, None)]
    #[case::stale_delete(&RESOURCE_POLICIES, delete("p0", Some("2")), false, Some(CODE))]
    #[case::rekognition_creates(&PROJECT_POLICIES, put("new", None), true, None)]
    #[case::rekognition_exists(&PROJECT_POLICIES, put("p0", None), false, Some("ResourceAlreadyExistsException"))]
    #[case::rekognition_zero_is_no_revision(&PROJECT_POLICIES, put("new", Some("0")), false, Some(CODE))]
    fn a_call_is_answered_by_the_state(
        #[case] resource: &'static Resource,
        #[case] change: Change,
        #[case] success: bool,
        #[case] code: Option<&'static str>,
    ) {
        let allowed = model(resource, 2, None).allowed(&change);
        assert_eq!(allowed.success, success);
        match (allowed.refusals, code) {
            (Refusals::None, None) => {}
            (Refusals::By(codes), Some(code)) => assert!(codes.contains(&code), "{codes:?}"),
            (refusals, _) => panic!("{refusals:?}"),
        }
    }

    #[rstest]
    #[case::below_all(4, None, Room::Yes)]
    #[case::between(5, None, Room::Open)]
    #[case::at_the_greatest(10, None, Room::No)]
    #[case::stated(7, Some(8), Room::Yes)]
    #[case::at_the_stated(8, Some(8), Room::No)]
    fn room_is_what_the_limits_leave(
        #[case] there: usize,
        #[case] stated: Option<usize>,
        #[case] room: Room,
    ) {
        assert_eq!(model(&RESOURCE_POLICIES, there, stated).room(), room);
    }

    #[test]
    fn the_first_answer_beyond_the_least_limit_settles_which_it_is() {
        let full = model(&RESOURCE_POLICIES, 5, None);
        let accepted = full.step(&put("new", None), &Effect::Accepted(None), Reading::AsAnswered);
        assert_eq!(accepted[0].room(), Room::Yes, "it is ten");
        let limit = Effect::Refused(Some("PolicyCountLimitExceededException".to_owned()));
        let refused = full.step(&put("new", None), &limit, Reading::AsAnswered);
        assert_eq!(refused[0].room(), Room::No, "it is five");
    }

    #[test]
    fn an_unknown_outcome_leaves_both_states() {
        let after =
            model(&RESOURCE_POLICIES, 1, None).step(&delete("p0", None), &Effect::Unknown, Reading::Should);
        let sizes: Vec<usize> = after.iter().map(|state| state.policies.len()).collect();
        assert_eq!(sizes, [1, 0]);
    }

    proptest! {
        /// A refusal never changes what is listed, and a success changes the named policy alone.
        #[test]
        fn only_what_is_named_changes(
            there in 0usize..6,
            name in "p[0-7]",
            revision in proptest::option::of("[0-9]"),
            deletes: bool,
            accepted: bool,
        ) {
            let before = model(&RESOURCE_POLICIES, there, None);
            let change = if deletes { delete(&name, revision.as_deref()) } else { put(&name, revision.as_deref()) };
            let effect = if accepted { Effect::Accepted(Some("9".to_owned())) } else { Effect::Refused(None) };
            for after in before.step(&change, &effect, Reading::AsAnswered) {
                let (mut old, mut new) = (before.state(), after.state());
                if accepted {
                    prop_assert_eq!(new.policies.contains_key(&name), !deletes);
                    old.policies.remove(&name);
                    new.policies.remove(&name);
                }
                prop_assert_eq!(old, new);
            }
        }
    }
}
