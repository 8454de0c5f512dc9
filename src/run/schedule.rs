//! What a run tries, and in which order.
//!
//! Every rule's most telling cases come before any rule's others, so that a small budget goes far.
//! Refusals change nothing, so those of several rules are sent between the same two reads.

use super::ground::needs_whole_account;
use super::left_out::left_out;
use super::options::RunOptions;
use crate::execute::projects_of;
use crate::execute::target::Target;
use crate::rules::expectation::Level;
use crate::rules::{Refusals, Rule, Trial};
use crate::service::{PROJECTS, most_created, resource_created_by, resource_removed_by, scope_resource};
use crate::settings::Effort;
use aws_conformance_generators::plan::{Call, Plan, Scope, Step};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a lane tries in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Boundary cases of a rule, one after the other.
    Cases(Vec<Numbered>),
    /// Cases of several rules, each on the way of the one before.
    OnTheWay(Vec<Numbered>),
    /// Cases that go on side by side and share their reads.
    SideBySide(Vec<Numbered>),
    /// Refusals between the same reads.
    Refusals(Vec<Numbered>),
    /// Random cases of a rule, and how many.
    Random(usize, u32),
}

/// A boundary case or a refusal: the number of its rule, and its own there.
pub(super) type Numbered = (usize, usize);

impl Piece {
    /// The rules that it belongs to, in their order.
    pub(super) fn rules(&self) -> BTreeSet<usize> {
        match self {
            Self::Random(rule, _) => BTreeSet::from([*rule]),
            Self::Cases(some) | Self::OnTheWay(some) | Self::SideBySide(some) | Self::Refusals(some) => {
                some.iter().map(|(rule, _)| *rule).collect()
            }
        }
    }

    /// Its boundary cases.
    fn cases(&self) -> &[Numbered] {
        match self {
            Self::Cases(some) | Self::OnTheWay(some) | Self::SideBySide(some) => some,
            Self::Refusals(_) | Self::Random(..) => &[],
        }
    }

    /// Whether it creates what takes long to come and to go.
    pub(super) fn makes<'r>(&self, rule: impl Fn(usize) -> &'r Rule) -> bool {
        let mut calls = self.cases().iter().flat_map(|(of, at)| rule(*of).trial.fixed()[*at].plan.calls());
        calls.any(|call| call.operation == PROJECTS.create)
    }

    /// Whether it needs a project that is leased.
    pub(super) fn leases<'r>(&self, rule: impl Fn(usize) -> &'r Rule) -> bool {
        let leases = |plan: &Plan| !projects_of(plan).is_empty();
        match self {
            Self::Refusals(some) => {
                some.iter().any(|(of, at)| leases(&rule(*of).trial.refusals().single(*at).plan))
            }
            _ => self.cases().iter().any(|(of, at)| leases(&rule(*of).trial.fixed()[*at].plan)),
        }
    }
}

/// How far into its cases every rule is tried before any rule is tried further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// What a rule that a target must keep is judged by at least.
    First,
    /// A few refusals more, which cost one request each, and what other rules are judged by at least.
    Second,
    /// The most telling ones.
    Telling,
    /// All others, and the random ones.
    Rest,
}

impl Depth {
    const ALL: [Self; 4] = [Self::First, Self::Second, Self::Telling, Self::Rest];

    /// The part of a list that is tried at this depth, where it is tried up to these numbers at each.
    fn of(self, length: usize, up_to: [usize; 4]) -> Range<usize> {
        let end = |depth: usize| up_to[depth].min(length);
        let at = self as usize;
        at.checked_sub(1).map_or(0, end)..end(at)
    }
}

/// Up to which of its refusals and of its cases a rule is tried at each depth.
fn up_to(one: &Tried<'_>, is_real: bool, effort: &Effort) -> ([usize; 4], [usize; 4]) {
    let Effort { first_cases, first_refusals, second_refusals, telling_cases, telling_refusals, .. } =
        *effort;
    // What promises nothing can wait until the others have been tried by more than one case.
    let (refusals, cases) = match one.rule.level {
        Level::Must => ([first_refusals, second_refusals], [first_cases, first_cases]),
        Level::Should => ([first_refusals, second_refusals], [0, first_cases]),
        Level::Observe => ([0, 0], [0, 0]),
    };
    // A refusal tells more than what is accepted.
    let (cases, telling_cases) = match (one.calls.is_empty(), is_real) {
        (true, _) => (cases, telling_cases),
        // Beside the first refusal: what is refused though it is valid.
        (false, true) if one.rule.level == Level::Must => ([0, 0], telling_cases),
        (false, true) => ([0, 0], 0),
        (false, false) => ([0, first_cases], telling_cases),
    };
    let all = |[first, second]: [usize; 2], telling: usize| {
        [first.min(telling), second.max(first).min(telling), telling, usize::MAX]
    };
    (all(refusals, telling_refusals), all(cases, telling_cases))
}

/// The pieces of a run of these rules, in the order in which they are tried. Where requests are limited, cases go
/// on side by side as long as all of them together make no more policies than there is room for. Elsewhere each
/// goes on alone, and what it shows has no other explanation.
pub(super) fn schedule(
    rules: &[&Rule],
    target: &Target,
    options: &RunOptions,
    room: Option<usize>,
) -> Vec<(Depth, Piece)> {
    let depths = match (options.corpus_only, options.telling_only) {
        (true, _) => return Vec::new(),
        (false, true) => &Depth::ALL[..Depth::Rest as usize],
        (false, false) => &Depth::ALL[..],
    };
    let effort = &options.settings.effort;
    let mut tried: Vec<Tried<'_>> =
        rules.iter().enumerate().filter_map(|(at, rule)| Tried::of(at, rule, target)).collect();
    // What the budget may not be enough for comes last, and of the others what costs most.
    tried.sort_by_key(|one| (Reverse(one.rule.level), one.cost()));
    let mut pieces = Vec::new();
    for &depth in depths {
        let mut batches: Vec<(&Refusals, Vec<Numbered>)> = Vec::new();
        let (mut early, mut read_back, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut rounds: Vec<(usize, Piece)> = Vec::new();
        for one in &tried {
            let (refusals, cases) = up_to(one, target.is_real, effort);
            let calls = one.calls[depth.of(one.calls.len(), refusals)].iter().map(|call| (one.at, *call));
            match batches.iter_mut().find(|(around, _)| is_around(around, one.refusals)) {
                Some((_, batch)) => batch.extend(calls),
                None => batches.push((one.refusals, calls.collect())),
            }
            let cases = &one.cases[depth.of(one.cases.len(), cases)];
            let are_read_back = || cases.iter().all(|at| is_read_back(&one.rule.trial.fixed()[*at].plan));
            let list = match depth {
                Depth::First if comes_early(one.rule, target) => &mut early,
                Depth::First if are_read_back() => &mut read_back,
                _ => &mut others,
            };
            match depth {
                // Where requests are limited, one of every rule comes before another of any.
                Depth::Rest if room.is_some() => {
                    let one_by_one = cases.iter().map(|case| Piece::Cases(vec![(one.at, *case)]));
                    rounds.extend(one_by_one.enumerate());
                }
                _ if cases.is_empty() => {}
                _ => list.push(Piece::Cases(cases.iter().map(|case| (one.at, *case)).collect())),
            }
            match depth {
                // What has no boundary case begins with a random one.
                Depth::First if one.cases.is_empty() && one.calls.is_empty() => {
                    list.push(Piece::Random(one.at, options.cases.min(1)));
                }
                Depth::Rest if one.has_random => list.push(Piece::Random(one.at, options.cases)),
                _ => {}
            }
        }
        let batches = batches.into_iter().flat_map(|(_, mut batch)| {
            // One of every rule before another of any.
            batch.sort_by_key(|(_, call)| *call);
            let chunks = batch.chunks(effort.refusals_at_once);
            chunks.map(|some| Piece::Refusals(some.to_vec())).collect::<Vec<_>>()
        });
        rounds.sort_by_key(|(round, _)| *round);
        others.splice(0..0, rounds.into_iter().map(|(_, piece)| piece));
        let others = if depth == Depth::First { on_the_way(others, rules) } else { others };
        let [early, read_back, others] =
            [early, read_back, others].map(|pieces| side_by_side(pieces, rules, room.unwrap_or(1)));
        let all = read_back.into_iter().chain(batches).chain(others);
        // Projects are on the way while what needs none is tried. Half of the lanes begin with what makes one
        // itself, which is long in coming and in going, and the others of these come last.
        let rule = |at: usize| rules[at];
        let (mut makes, others): (Vec<Piece>, Vec<Piece>) =
            all.partition(|piece| target.is_real && piece.makes(rule));
        let (later, sooner): (Vec<Piece>, Vec<Piece>) =
            others.into_iter().partition(|piece| target.is_real && piece.leases(rule));
        let last = makes.split_off(makes.len().min(options.jobs / 2));
        let all = early.into_iter().chain(makes).chain(sooner).chain(later).chain(last);
        pieces.extend(all.map(|piece| (depth, piece)));
    }
    match room {
        Some(_) => pieces,
        None => unhindered(pieces, rules, target),
    }
}

/// The same pieces, where hardly anything waits for a pause: what needs the whole account or much of its room
/// would, and all that comes after it. What takes longest begins first, so that no lane is left alone with it.
fn unhindered(pieces: Vec<(Depth, Piece)>, rules: &[&Rule], target: &Target) -> Vec<(Depth, Piece)> {
    let whole: Vec<bool> = rules.iter().map(|rule| needs_whole_account(rule, target)).collect();
    let is_whole = |piece: &Piece| piece.rules().iter().any(|at| whole[*at]);
    let is_paused = |piece: &Piece| piece.rules().iter().any(|at| pauses(rules[*at]));
    // Rules without boundary cases make the longest random ones.
    let is_long = |piece: &Piece| matches!(piece, Piece::Random(rule, _) if rules[*rule].trial.boundary_cases().next().is_none());
    let (paused, mut others): (Vec<_>, Vec<_>) =
        pieces.into_iter().partition(|(_, piece)| is_paused(piece) && !is_whole(piece));
    let hinders = |(_, piece): &(Depth, Piece)| is_whole(piece) || is_long(piece);
    others.sort_by_cached_key(|one| (one.0 == Depth::Rest).then(|| !hinders(one)));
    let after = others.iter().rposition(hinders).map_or(0, |at| at + 1);
    others.splice(after..after, paused);
    others
}

/// Whether a rule has a case that waits until a clock that shows whole seconds has moved on.
fn pauses(rule: &Rule) -> bool {
    let is_long = |step: &Step| matches!(step, Step::Pause(milliseconds) if *milliseconds >= 1_000);
    rule.trial.fixed().iter().any(|case| case.plan.steps.iter().any(is_long))
}

/// The same pieces, where cases that read the same go on side by side, as many as there is room for.
fn side_by_side(pieces: Vec<Piece>, rules: &[&Rule], room: usize) -> Vec<Piece> {
    if room < 2 {
        return pieces;
    }
    /// What cases that may go on side by side read, and how many policies they make.
    type Shared<'r> = (Vec<&'r Scope>, usize);
    let mut all: Vec<(Piece, Option<Shared<'_>>)> = Vec::new();
    for piece in pieces {
        let Piece::Cases(cases) = piece else {
            all.push((piece, None));
            continue;
        };
        for (rule, case) in cases {
            let plan = &rules[rule].trial.fixed()[case].plan;
            let (reads, made) = (shared_reads(plan), most_created(plan));
            let group = all.iter_mut().find_map(|(piece, shared)| match (piece, shared) {
                (Piece::SideBySide(some), Some((others, taken)))
                    if reads.as_ref() == Some(others) && *taken + made <= room =>
                {
                    Some((some, taken))
                }
                _ => None,
            });
            match group {
                Some((some, taken)) => {
                    some.push((rule, case));
                    *taken += made;
                }
                None => all.push((Piece::SideBySide(vec![(rule, case)]), reads.map(|reads| (reads, made)))),
            }
        }
    }
    let pieces = all.into_iter().map(|(piece, _)| match piece {
        Piece::SideBySide(some) if some.len() == 1 => Piece::Cases(some),
        piece => piece,
    });
    pieces.collect()
}

/// The reads of a plan that does nothing else but make and remove what they show; none for others.
fn shared_reads(plan: &Plan) -> Option<Vec<&Scope>> {
    let mut reads = Vec::new();
    for step in &plan.steps {
        match step {
            Step::Read(scope @ (Scope::ResourcePolicies | Scope::ProjectPolicies(_))) => reads.push(scope),
            Step::Call(call) if !call.wire.elsewhere => {}
            Step::Parallel(calls) if calls.iter().all(|call| !call.wire.elsewhere) => {}
            _ => return None,
        }
    }
    let scope = reads.first()?;
    let resource = scope_resource(scope);
    let is_in_scope = |operation: &str| resource.create == operation || resource.delete == operation;
    let one_scope = reads.iter().all(|other| other == scope) && projects_of(plan).len() <= 1;
    (one_scope && plan.calls().all(|call| is_in_scope(&call.operation))).then_some(reads)
}

/// The same pieces, where cases that are sent on the way of another rule's are tried with that one.
fn on_the_way(pieces: Vec<Piece>, rules: &[&Rule]) -> Vec<Piece> {
    let plan = |(rule, case): Numbered| &rules[rule].trial.fixed()[case].plan;
    let single = |piece: &Piece| match piece {
        Piece::Cases(cases) if cases.len() == 1 => Some(cases[0]),
        _ => None,
    };
    let singles: Vec<Numbered> = pieces.iter().filter_map(single).collect();
    // The longest that begins with it, of a level that is judged as surely.
    let longest = |one: Numbered| {
        let begun = singles
            .iter()
            .copied()
            .filter(|other| rules[other.0].level >= rules[one.0].level && plan(one).begins(plan(*other)));
        begun.max_by_key(|other| (plan(*other).steps.len(), Reverse(other.0)))
    };
    let pieces = pieces.iter().filter_map(|piece| {
        let Some(one) = single(piece) else { return Some(piece.clone()) };
        let mut all: Vec<Numbered> =
            singles.iter().copied().filter(|other| longest(*other) == Some(one)).collect();
        all.sort_by_key(|other| (Reverse(plan(*other).steps.len()), *other != one));
        match all.len() {
            0 => None,
            1 => Some(piece.clone()),
            _ => Some(Piece::OnTheWay(all)),
        }
    });
    pieces.collect()
}

/// What of a rule is tried on a target.
struct Tried<'r> {
    at: usize,
    rule: &'r Rule,
    refusals: &'r Refusals,
    /// The numbers of its boundary cases and of its refusals.
    cases: Vec<usize>,
    calls: Vec<usize>,
    has_random: bool,
}

impl<'r> Tried<'r> {
    fn of(at: usize, rule: &'r Rule, target: &Target) -> Option<Self> {
        let Trial::Cases { fixed, refusals, random } = &rule.trial else { return None };
        // Elsewhere nothing is left out, and no case needs to be made to see that.
        let safe = |call: &usize| !target.is_real || left_out(&refusals.single(*call).plan, target).is_none();
        Some(Self {
            at,
            rule,
            refusals,
            cases: (0..fixed.len()).filter(|case| left_out(&fixed[*case].plan, target).is_none()).collect(),
            calls: (0..refusals.calls.len()).filter(safe).collect(),
            has_random: random.is_some(),
        })
    }
}

impl Tried<'_> {
    /// About how many requests its first case takes, waits for projects included.
    fn cost(&self) -> usize {
        const WAIT: usize = 4;
        let cost = |step: &Step| match step {
            Step::Read(_) => 1,
            Step::Await(_) => WAIT,
            Step::Call(_) | Step::Parallel(_) | Step::Pause(_) => step.calls().len(),
        };
        let first = self.cases.first().filter(|_| self.calls.is_empty());
        first.map_or(0, |case| {
            let plan = &self.rule.trial.fixed()[*case].plan;
            plan.steps.iter().map(cost).sum::<usize>() + most_created(plan)
        })
    }
}

/// Whether the refusals of two rules are tried between the same steps.
fn is_around(one: &Refusals, other: &Refusals) -> bool {
    one.before == other.before && one.after == other.after
}

/// Whether the cases of other rules hang on what a rule is about: on room, where nothing is removed and there
/// is one limit for all, and on projects, where they are not created as they should. On a real account a project
/// costs too many requests to come first.
fn comes_early(rule: &Rule, target: &Target) -> bool {
    let removed = rule.operation.and_then(resource_removed_by);
    let created = rule.operation.and_then(resource_created_by);
    removed.is_some_and(|resource| resource.scope.is_none() && resource.versions.is_some())
        || (!target.is_real && created.is_some_and(|resource| resource.settles))
}

/// Whether a plan makes one policy and reads it back. Where that is not listed, nothing can be judged that needs
/// what is listed.
fn is_read_back(plan: &Plan) -> bool {
    let is_put =
        |call: &Call| resource_created_by(&call.operation).is_some_and(|made| made.versions.is_some());
    matches!(plan.steps.as_slice(), [Step::Call(call), Step::Read(_)] | [Step::Read(_), Step::Call(call), Step::Read(_)]
        if is_put(call))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;
    use crate::rules::catalogue;
    use aws_conformance_reference::{Config, Reference};
    use std::collections::BTreeMap;

    /// Whatever the sizes of the parts are, every boundary case is tried once, and every rule at once.
    #[rstest::rstest]
    fn every_case_is_tried_once(
        #[values(1, 2, 7)] first: usize,
        #[values(1, 24)] at_once: usize,
        #[values(None, Some(1), Some(5))] room: Option<usize>,
    ) {
        let reference = Reference::new(Config::default()).expect("the reference conforms");
        let rules: Vec<&Rule> =
            catalogue().iter().filter(|rule| matches!(rule.trial, Trial::Cases { .. })).collect();
        let mut options = RunOptions::default();
        let effort = &mut options.settings.effort;
        (effort.first_cases, effort.first_refusals, effort.refusals_at_once) = (first, first, at_once);
        let (mut cases, mut refusals, mut begun) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for (depth, piece) in schedule(&rules, &embedded::target(reference), &options, room) {
            if depth <= Depth::Second {
                begun.extend(piece.rules());
            }
            match piece {
                Piece::Cases(some) | Piece::OnTheWay(some) | Piece::SideBySide(some) => {
                    some.into_iter().for_each(|one| *cases.entry(one).or_insert(0) += 1);
                }
                Piece::Refusals(batch) => {
                    batch.into_iter().for_each(|one| *refusals.entry(one).or_insert(0) += 1);
                }
                Piece::Random(..) => {}
            }
        }
        let boundary: usize = rules.iter().map(|rule| rule.trial.boundary_cases().count()).sum();
        assert_eq!(cases.len() + refusals.len(), boundary);
        assert!(cases.values().chain(refusals.values()).all(|times| *times == 1));
        let promising = rules.iter().filter(|rule| rule.level > Level::Observe);
        assert!(begun.len() >= promising.count());
    }
}
