//! Sequences of puts and deletions of a few policies, with revisions that earlier puts answered.
//!
//! A reference model of one scope of policies decides which operations make sense next, so that a
//! sequence names only revisions of puts that a conforming service accepts.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use std::collections::BTreeMap;

/// The names that policies go by in a sequence.
const NAMES: [&str; 3] = ["a", "b", "ab"];

/// What a put under a name that exists needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// Nothing: without a revision it updates.
    NeedNothing,
    /// The current revision.
    NeedRevision,
}

/// Operations in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The operations.
    pub operations: Vec<Operation>,
    updates: Updates,
}

impl Sequence {
    /// Whether a conforming service refuses the operation at this place.
    pub fn is_refused(&self, at: usize) -> bool {
        let before = self.operations[..at].iter().fold(Scope::new(self.updates), Scope::after);
        !before.accepts(&self.operations[at])
    }
}

/// A put or a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Puts a document.
    Put {
        /// The policy's name: a tag.
        name: &'static str,
        /// The document's number, see [`crate::document::numbered`].
        document: usize,
        /// The revision that is supplied.
        revision: Revision,
    },
    /// Deletes a policy.
    Delete {
        /// The policy's name: a tag.
        name: &'static str,
        /// The revision that is supplied.
        revision: Revision,
    },
}

/// The revision that an operation supplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revision {
    /// None.
    None,
    /// `0`.
    Zero,
    /// The one that the put at this place of the sequence answered.
    Of(usize),
    /// The one after it.
    After(usize),
}

impl Operation {
    fn name(&self) -> &'static str {
        match self {
            Self::Put { name, .. } | Self::Delete { name, .. } => name,
        }
    }

    fn revision(&self) -> Revision {
        match self {
            Self::Put { revision, .. } | Self::Delete { revision, .. } => *revision,
        }
    }
}

/// The policies of a scope: for each name the place of the put that made its current revision.
#[derive(Clone, Debug)]
struct Scope {
    updates: Updates,
    current: BTreeMap<&'static str, usize>,
    /// The places of every accepted put.
    accepted: Vec<usize>,
    /// How many operations there were.
    length: usize,
}

impl Scope {
    fn new(updates: Updates) -> Self {
        Self { updates, current: BTreeMap::new(), accepted: Vec::new(), length: 0 }
    }

    fn accepts(&self, operation: &Operation) -> bool {
        match (self.current.get(operation.name()), operation.revision()) {
            (Some(_), Revision::None) => {
                self.updates == Updates::NeedNothing || matches!(operation, Operation::Delete { .. })
            }
            (Some(current), Revision::Of(place)) => *current == place,
            (Some(_), Revision::Zero | Revision::After(_)) => false,
            (None, Revision::None) => matches!(operation, Operation::Put { .. }),
            (None, Revision::Zero) => {
                self.updates == Updates::NeedNothing && matches!(operation, Operation::Put { .. })
            }
            (None, Revision::Of(_) | Revision::After(_)) => false,
        }
    }
}

impl Scope {
    /// The scope once the operation was answered.
    fn after(mut self, operation: &Operation) -> Self {
        if self.accepts(operation) {
            match operation {
                Operation::Put { name, .. } => {
                    self.current.insert(name, self.length);
                    self.accepted.push(self.length);
                }
                Operation::Delete { name, .. } => {
                    self.current.remove(name);
                }
            }
        }
        self.length += 1;
        self
    }
}

/// The reference model; its parameter says whether updates need a revision.
struct Model<const NEED_REVISION: bool>;

impl<const NEED_REVISION: bool> ReferenceStateMachine for Model<NEED_REVISION> {
    type State = Scope;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Scope> {
        let updates = if NEED_REVISION { Updates::NeedRevision } else { Updates::NeedNothing };
        Just(Scope::new(updates)).boxed()
    }

    fn transitions(scope: &Scope) -> BoxedStrategy<Operation> {
        let name = proptest::sample::select(NAMES.to_vec());
        let mut revisions = vec![(6, Just(Revision::None).boxed()), (1, Just(Revision::Zero).boxed())];
        if !scope.accepted.is_empty() {
            let places = scope.accepted.clone();
            revisions.push((2, proptest::sample::select(places.clone()).prop_map(Revision::Of).boxed()));
            revisions.push((1, proptest::sample::select(places).prop_map(Revision::After).boxed()));
        }
        let current: Vec<_> = scope.current.iter().map(|(name, place)| (*name, *place)).collect();
        let revision = || proptest::strategy::Union::new_weighted(revisions.clone());
        let put = (name.clone(), 0..6usize, revision())
            .prop_map(|(name, document, revision)| Operation::Put { name, document, revision });
        let delete = (name, revision()).prop_map(|(name, revision)| Operation::Delete { name, revision });
        if current.is_empty() {
            return prop_oneof![5 => put, 1 => delete].boxed();
        }
        let with_current = |documents| {
            (proptest::sample::select(current.clone()), documents, any::<bool>()).prop_map(
                |((name, place), document, deletes): ((&'static str, usize), usize, bool)| {
                    let revision = Revision::Of(place);
                    if deletes {
                        Operation::Delete { name, revision }
                    } else {
                        Operation::Put { name, document, revision }
                    }
                },
            )
        };
        prop_oneof![5 => put, 2 => delete, 3 => with_current(0..6usize)].boxed()
    }

    fn apply(scope: Scope, operation: &Operation) -> Scope {
        scope.after(operation)
    }

    /// Shrinking drops operations, and then a place may no longer be an accepted put's.
    fn preconditions(scope: &Scope, operation: &Operation) -> bool {
        match operation.revision() {
            Revision::None | Revision::Zero => true,
            Revision::Of(place) | Revision::After(place) => scope.accepted.contains(&place),
        }
    }
}

/// Sequences of up to so many operations.
pub fn sequences(most: usize, updates: Updates) -> BoxedStrategy<Sequence> {
    let range = 1..most + 1;
    let strategy = match updates {
        Updates::NeedNothing => Model::<false>::sequential_strategy(range).boxed(),
        Updates::NeedRevision => Model::<true>::sequential_strategy(range).boxed(),
    };
    strategy.prop_map(move |(_, operations, _)| Sequence { operations, updates }).boxed()
}

/// Calls that are made at the same time, after puts of some policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// The policies that were put before, by their tags.
    pub before: Vec<&'static str>,
    /// The calls.
    pub calls: Vec<Raced>,
}

/// One of the calls of a race.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raced {
    /// The policy's name: a tag.
    pub name: &'static str,
    /// The number of the document that is put, see [`crate::document::numbered`]; none: a deletion.
    pub document: Option<usize>,
    /// The revision.
    pub supplied: Supplied,
}

/// The revision that a call of a race supplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplied {
    /// None.
    Nothing,
    /// The one from before the race; none where there was no policy.
    Current,
    /// What asks for a new policy.
    CreateOnly,
}

/// Races of two to five calls on two policies.
pub fn races() -> BoxedStrategy<Race> {
    let names = NAMES[..2].to_vec();
    let supplied = prop_oneof![
        3 => Just(Supplied::Nothing),
        3 => Just(Supplied::Current),
        1 => Just(Supplied::CreateOnly),
    ];
    let document = prop_oneof![1 => Just(None), 3 => (6..12usize).prop_map(Some)];
    let raced = (proptest::sample::select(names.clone()), document, supplied)
        .prop_map(|(name, document, supplied)| Raced { name, document, supplied });
    let before = proptest::sample::subsequence(names, 0..=2);
    (before, proptest::collection::vec(raced, 2..=5))
        .prop_map(|(before, calls)| Race { before, calls })
        .boxed()
}
