//! What of a finding's evidence a script sends again, and what the server has to make for it anew.

use super::request::{judged, planned};
use super::shell::{Piece, json_string};
use crate::exchange::{Exchange, Outcome, Trace};
use crate::judge::finding::Finding;
use crate::service::{resource_created_by, resource_removed_by};
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::plan::{Arg, Body, Call, Derivation, Part, SETUP, Step, Symbol};
use serde_json::Value;
use std::collections::BTreeSet;

/// One act of a script.
pub(super) enum Act<'a> {
    /// A call that prepares the ground. It has to succeed where the case depends on that.
    Prepare { exchange: &'a Exchange, needed: bool },
    /// The judged call.
    Judge(&'a Exchange),
    /// Calls that were sent at once.
    AtOnce(&'a [Exchange]),
    /// A wait for a project of this name while it has this status.
    Settle { project: String, status: &'static str },
    /// A pause of so many milliseconds.
    Pause(u64),
    /// A listing, all pages, under this name; the exchange is its first page.
    List(&'static str, &'a Exchange),
}

impl<'a> Act<'a> {
    /// What it sends, but for waits and listings.
    pub(super) fn exchanges(&self) -> &'a [Exchange] {
        match self {
            Self::Prepare { exchange, .. } | Self::Judge(exchange) => std::slice::from_ref(*exchange),
            Self::AtOnce(exchanges) => exchanges,
            Self::Settle { .. } | Self::Pause(_) | Self::List(..) => &[],
        }
    }

    /// The judged call, if it is that.
    pub(super) fn judged(&self) -> Option<&'a Exchange> {
        if let Self::Judge(exchange) = self { Some(exchange) } else { None }
    }

    /// The first page of a listing, if it is one.
    pub(super) fn page(&self) -> Option<&'a Exchange> {
        if let Self::List(_, page) = self { Some(page) } else { None }
    }
}

fn is_accepted(exchange: &Exchange) -> bool {
    matches!(exchange.outcome(), Outcome::Success(_))
}

/// Whether a call found no room that there is where the script is run: no more was made before than there may be.
fn found_no_room(exchange: &Exchange, evidence: &[Trace]) -> bool {
    let Some(made) = resource_created_by(&exchange.request.operation) else { return false };
    let Outcome::Refused { code: Some(code), .. } = exchange.outcome() else { return false };
    let is_one = |one: &&Exchange| one.request.operation == made.create && is_accepted(one);
    let all = evidence.iter().flat_map(Trace::exchanges).filter(is_one).count();
    made.limit.codes.contains(&code.as_str()) && made.limit.documented.iter().all(|limit| all < *limit)
}

/// Whether there is room for what a call makes, where nothing was made but by these exchanges before it.
pub(super) fn leaves_room<'a>(call: &Exchange, before: impl Iterator<Item = &'a Exchange>) -> bool {
    let Some(made) = resource_created_by(&call.request.operation) else { return false };
    let is_updating =
        made.versions.as_ref().is_some_and(|versions| input_text(call, versions.member).is_some());
    let name = |exchange: &Exchange, member| input_text(exchange, member).unwrap_or_default();
    let mut there = BTreeSet::new();
    for exchange in before.filter(|exchange| is_accepted(exchange) && is_in(exchange, call)) {
        match exchange.request.operation.as_str() {
            create if create == made.create => drop(there.insert(name(exchange, made.names.create))),
            delete if delete == made.delete => drop(there.remove(&name(exchange, made.names.removal))),
            _ => {}
        }
    }
    let least = made.limit.documented.iter().min();
    !is_updating
        && !there.contains(&name(call, made.names.create))
        && least.is_some_and(|least| there.len() < *least)
}

/// Whether what a call makes or removes is in the scope that a page lists.
pub(super) fn is_in(call: &Exchange, page: &Exchange) -> bool {
    let operation = call.request.operation.as_str();
    let resource = resource_created_by(operation).or(resource_removed_by(operation));
    let scope = resource.and_then(|resource| resource.scope);
    call.request.region == page.request.region
        && scope.is_none_or(|scope| input_text(call, scope) == input_text(page, scope))
}

/// The acts of a script. What was refused changes nothing, so that only the judged call may be refused, and what
/// fills up the room. `compares` asks for listings around it.
pub(super) fn acts<'a>(finding: &'a Finding, compares: bool) -> Vec<Act<'a>> {
    let judged = judged(finding);
    let last = judged.map_or(finding.evidence.len().saturating_sub(1), |(at, _)| at);
    let (before, after) = finding.evidence.split_at(finding.evidence.len().min(last + 1));
    let is_judged = |exchange: &Exchange| judged.is_some_and(|(_, one)| std::ptr::eq(one, exchange));
    let first_page = |trace: &'a Trace| match trace {
        Trace::Read { pages, .. } if compares => pages.first(),
        _ => None,
    };
    let listing = after.iter().find_map(first_page);
    // The same list may be read in pages of another size before.
    let listed = |page: &Exchange| {
        let scope = page.request.input().and_then(|input| input.get("ProjectArn").cloned());
        (page.request.operation.clone(), scope)
    };
    let same_list = |page| before.iter().rev().filter_map(first_page).find(|one| listed(one) == listed(page));
    let earlier = listing.map(|page| same_list(page).unwrap_or(page));
    let act = |exchange: &'a Exchange| {
        let needed = planned(finding, &exchange.label).is_some_and(|call| call.expect == SETUP);
        match exchange {
            _ if is_judged(exchange) => Some(Act::Judge(exchange)),
            _ if needed || is_accepted(exchange) || found_no_room(exchange, before) => {
                Some(Act::Prepare { exchange, needed })
            }
            _ => None,
        }
    };
    let mut acts = Vec::new();
    for (at, trace) in before.iter().enumerate() {
        // What is shorter has passed before the next program has begun.
        if let Some(Step::Pause(milliseconds @ 100..)) = finding.case.plan.steps.get(at) {
            acts.push(Act::Pause(*milliseconds));
        }
        match trace {
            Trace::Call(exchange) => {
                acts.extend(earlier.filter(|_| is_judged(exchange)).map(|page| Act::List("before", page)));
                acts.extend(act(exchange));
            }
            Trace::Read { pages, .. } => {
                let up_to = pages.iter().position(is_judged).map_or(0, |at| at + 1);
                acts.extend(pages[..up_to].iter().filter_map(act));
            }
            Trace::Parallel(exchanges) => acts.push(Act::AtOnce(exchanges)),
            Trace::Await { polls, .. } => acts.extend(polls.last().and_then(settle)),
            Trace::Skipped(_) | Trace::Unknown(_) => {}
        }
    }
    if let Some(page) = listing {
        let between = after.iter().take_while(|trace| !matches!(trace, Trace::Read { .. }));
        let calls = between.filter(|trace| matches!(trace, Trace::Call(_))).flat_map(Trace::exchanges);
        acts.extend(calls.filter_map(act));
        acts.push(Act::List("after", page));
    }
    acts
}

/// The wait that ended with this poll.
fn settle<'a>(poll: &Exchange) -> Option<Act<'a>> {
    let project = poll.request.input()?.pointer("/ProjectNames/0")?.as_str()?.to_owned();
    let listed = poll.response()?.json()?.pointer("/ProjectDescriptions/0").is_some();
    Some(Act::Settle { project, status: if listed { "CREATING" } else { "DELETING" } })
}

/// A value that the server makes anew, so that a script captures it.
pub(super) struct Captured<'a> {
    /// The variable. It holds the inside of a JSON string.
    pub(super) variable: String,
    /// The value in the evidence.
    pub(super) value: String,
    /// The member that it is sent in, where it is too short to be recognized elsewhere.
    member: Option<String>,
    /// Where the script has it from.
    pub(super) from: Source<'a>,
}

/// Where a script has a value from.
pub(super) enum Source<'a> {
    /// What the names of a run begin with: a script has names of its own.
    Run,
    /// The ARN of a project that it makes before everything else.
    Project,
    /// A filter of jq on the answer to a call.
    Answer(&'a Exchange, String),
    /// A filter of jq on a variable.
    Variable(String, String),
}

/// Shorter values are replaced only where they are a whole member.
const TELLING: usize = 12;

/// What a script captures, in the order in which it is known.
pub(super) fn captured<'a>(
    finding: &'a Finding,
    acts: &[Act<'a>],
    user_project: Option<&str>,
) -> Vec<Captured<'a>> {
    let sent: Vec<&Exchange> = acts.iter().flat_map(Act::exchanges).collect();
    let planned = |exchange: &Exchange| planned(finding, &exchange.label);
    let leased: Vec<(String, String)> =
        sent.iter().filter_map(|exchange| lease(exchange, &planned(exchange)?.body)).collect();
    let listed = acts.iter().filter_map(Act::page);
    // What was accepted in a project shows that there was one, which is gone since. What the judged
    // call names may be no project at all, unless it is the page of a listing.
    let judged = acts.iter().find_map(Act::judged);
    let names_none = |one: &&Exchange| {
        judged.is_some_and(|judged| std::ptr::eq(judged, *one))
            && planned(one).is_some_and(|call| !matches!(call.body, Body::Input(Arg::Json(_))))
    };
    let used = sent.iter().copied().chain(listed).filter(|one| is_accepted(one) && !names_none(one));
    let used = used.filter_map(|exchange| input_text(exchange, "ProjectArn"));
    let mut found = Vec::new();
    if let Some(run) = sent.iter().find_map(|exchange| run_of(&exchange.request.body)) {
        found.push(Captured { variable: "run".to_owned(), value: run, member: None, from: Source::Run });
    }
    for arn in leased.iter().map(|(_, arn)| arn.clone()).chain(used) {
        let is_answered = sent.iter().any(|one| answered(one, "/ProjectArn").as_ref() == Some(&arn));
        if project_name(&arn).is_some() && user_project != Some(&arn) && !is_answered {
            add(&mut found, "project", arn, None, Source::Project);
        }
    }
    for (at, exchange) in sent.iter().enumerate() {
        let Some(call) = planned(exchange) else {
            // A page of a listing; the plan says no more of it than that it is read.
            let token = input_text(exchange, "NextToken");
            let from = sent[..at].iter().find(|one| token.is_some() && answered(one, "/NextToken") == token);
            if let (Some(token), Some(from)) = (token, from) {
                add(&mut found, "token", token, Some("NextToken"), Source::Answer(from, path("/NextToken")));
            }
            continue;
        };
        let Body::Input(input) = &call.body else { continue };
        for (member, symbol) in symbols(input) {
            let (base, hows) = unwrap(symbol);
            let (variable, value) = match base {
                Symbol::Response { step, pointer } => {
                    let Some(from) = sent[..at].iter().find(|one| one.label == *step) else { continue };
                    let Some(value) = answered(from, pointer) else { continue };
                    let source = Source::Answer(from, path(pointer));
                    (add(&mut found, noun(pointer), value.clone(), Some(member), source), value)
                }
                Symbol::Project(tag) => {
                    // Where only what is derived from its ARN was sent, the ARN itself is not known.
                    let arn = leased.iter().find(|(named, _)| named == tag).map(|(_, arn)| arn.clone());
                    let arn = arn.unwrap_or_default();
                    if user_project == Some(&arn) {
                        continue;
                    }
                    (add(&mut found, "project", arn.clone(), None, Source::Project), arn)
                }
                _ => continue,
            };
            if !hows.is_empty() {
                let derived = match value.is_empty() {
                    true => input_text(exchange, member).unwrap_or_default(),
                    false => hows.iter().fold(value, |text, how| how.apply(&text)),
                };
                let filters: Vec<String> = hows.iter().map(|how| derivation(how)).collect();
                let source = Source::Variable(variable, filters.join(" | "));
                add(&mut found, "derived", derived, Some(member), source);
            }
        }
    }
    found
}

/// What the names of a run begin with, if a text has such a name.
fn run_of(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    text.match_indices("awsc-").find_map(|(at, prefix)| {
        let rest = &text[at + prefix.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let is_name = digits >= 6 && rest[digits..].starts_with('-');
        is_name.then(|| text[at..at + prefix.len() + digits].to_owned())
    })
}

/// Notes a value, unless it is known; the variable that has it.
fn add<'a>(
    found: &mut Vec<Captured<'a>>,
    noun: &str,
    value: String,
    member: Option<&str>,
    from: Source<'a>,
) -> String {
    let member = member.filter(|_| value.len() < TELLING).map(str::to_owned);
    let is_known = |one: &&Captured<'_>| {
        let is_same_answer = match (&one.from, &from) {
            (Source::Answer(one, _), Source::Answer(other, _)) => std::ptr::eq(*one, *other),
            _ => true,
        };
        one.value == value && one.member == member && is_same_answer
    };
    if let Some(known) = found.iter().find(is_known) {
        return known.variable.clone();
    }
    let variable = format!("{noun}{}", found.len() + 1);
    found.push(Captured { variable: variable.clone(), value, member, from });
    variable
}

fn noun(pointer: &str) -> &'static str {
    match pointer.rsplit('/').next() {
        Some("PolicyRevisionId") => "revision",
        Some("NextToken") => "token",
        Some("ProjectArn") | Some("") => "project",
        _ => "value",
    }
}

/// The text or number that an exchange's answer has at a pointer.
fn answered(exchange: &Exchange, pointer: &str) -> Option<String> {
    match exchange.response()?.json()?.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The tag and the ARN of the leased project that a member of a request names and nothing else.
fn lease(exchange: &Exchange, body: &Body) -> Option<(String, String)> {
    let Body::Input(Arg::Object(members)) = body else { return None };
    let input = exchange.request.input()?;
    members.iter().find_map(|(name, arg)| match arg {
        Arg::Text(text) => match text.0.as_slice() {
            [Part::Symbol(Symbol::Project(tag))] => {
                Some((tag.clone(), input.get(name)?.as_str()?.to_owned()))
            }
            _ => None,
        },
        _ => None,
    })
}

/// The symbols of an input, each with the member that it is in.
fn symbols(input: &Arg) -> Vec<(&str, &Symbol)> {
    fn of<'a>(member: &'a str, arg: &'a Arg, found: &mut Vec<(&'a str, &'a Symbol)>) {
        match arg {
            Arg::Json(_) => {}
            Arg::Text(text) => found.extend(text.0.iter().filter_map(|part| match part {
                Part::Symbol(symbol) => Some((member, symbol)),
                Part::Literal(_) | Part::Fill { .. } => None,
            })),
            Arg::List(items) => items.iter().for_each(|item| of(member, item, found)),
            Arg::Object(members) => members.iter().for_each(|(name, value)| of(name, value, found)),
        }
    }
    let mut found = Vec::new();
    of("", input, &mut found);
    found
}

/// What a symbol is derived from, and how, the first derivation first.
fn unwrap(symbol: &Symbol) -> (&Symbol, Vec<&Derivation>) {
    let (mut base, mut hows) = (symbol, Vec::new());
    while let Symbol::Derived { how, of } = base {
        hows.insert(0, how);
        base = of;
    }
    (base, hows)
}

/// A pointer as jq says it.
fn path(pointer: &str) -> String {
    let keys = pointer.split('/').skip(1).map(|key| match key.parse::<usize>() {
        Ok(at) => format!("[{at}]"),
        Err(_) => format!("[{}]", json_string(key)),
    });
    format!(".{}", keys.collect::<String>())
}

/// A derivation as a filter of jq.
pub(super) fn derivation(how: &Derivation) -> String {
    let digits = |of: &str, to: &str| {
        format!("gsub(\"(?<d>[{of}])\"; .d as $d | (\"{of}\" | index($d)) as $i | \"{to}\"[$i:$i + 1])")
    };
    let complement = || digits("0123456789abcdefABCDEF", "fedcba9876543210543210");
    let part = |split: &str, join: &str, at: usize, change: String| {
        format!("({split} | if length > {at} then .[{at}] {change} else . end | join(\"{join}\"))")
    };
    let fields = "split(\":\") | if length > 6 then .[:5] + [.[5:] | join(\":\")] else . end";
    let segments = "split(\"/\")";
    match how {
        Derivation::Successor => {
            "(if test(\"\\\\A[0-9]{1,15}\\\\z\") then tonumber + 1 | tostring else . + \"1\" end)".to_owned()
        }
        Derivation::WithoutLast => ".[:-1]".to_owned(),
        Derivation::WithoutFirst => ".[1:]".to_owned(),
        Derivation::Append(tail) => format!(". + {}", json_string(tail)),
        Derivation::Prepend(head) => format!("{} + .", json_string(head)),
        Derivation::Uppercase => "ascii_upcase".to_owned(),
        Derivation::Complement => complement(),
        Derivation::OtherLast => format!(".[:-1] + (.[-1:] | {})", complement()),
        Derivation::OtherDigits => digits("0123456789", "9876543210"),
        Derivation::FullWidthDigits => digits("0123456789", "０１２３４５６７８９"),
        Derivation::Field(at, with) => part(fields, ":", *at, format!("= {}", json_string(with))),
        Derivation::Segment(at, with) => part(segments, "/", *at, format!("= {}", json_string(with))),
        Derivation::InField(at, how) => part(fields, ":", *at, format!("|= ({})", derivation(how))),
        Derivation::InSegment(at, how) => part(segments, "/", *at, format!("|= ({})", derivation(how))),
    }
}

/// What was captured, as far as it may stand in this call: several answers may have the same value, and then it
/// is from the one that the plan names.
pub(super) fn captured_for<'c, 'a>(
    call: Option<&Call>,
    captured: &'c [Captured<'a>],
) -> Vec<&'c Captured<'a>> {
    let named: Vec<&str> = match call.map(|call| &call.body) {
        Some(Body::Input(input)) => symbols(input)
            .into_iter()
            .filter_map(|(_, symbol)| match unwrap(symbol).0 {
                Symbol::Response { step, .. } => Some(step.as_str()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let is_named = |one: &Captured<'_>| match &one.from {
        Source::Answer(from, _) => named.contains(&from.label.as_str()),
        _ => true,
    };
    let is_meant = |one: &&Captured<'_>| {
        let mut alike =
            captured.iter().filter(|other| other.value == one.value && other.member == one.member);
        is_named(one) || !alike.any(is_named)
    };
    captured.iter().filter(is_meant).collect()
}

/// A request's JSON body with what was captured in the place of what stood there.
pub(super) fn pieces(text: &str, captured: &[&Captured<'_>]) -> Vec<Piece> {
    // What is derived from a value may contain it, so the longest comes first.
    let mut longest_first: Vec<&Captured<'_>> =
        captured.iter().copied().filter(|one| !one.value.is_empty()).collect();
    longest_first.sort_by_key(|one| std::cmp::Reverse(one.value.len()));
    longest_first.into_iter().fold(vec![Piece::Text(text.to_owned())], |pieces, one| {
        pieces.into_iter().flat_map(|piece| replaced(piece, one)).collect()
    })
}

fn replaced(piece: Piece, captured: &Captured<'_>) -> Vec<Piece> {
    let Piece::Text(text) = piece else { return vec![piece] };
    let quoted = Value::from(captured.value.as_str()).to_string();
    let (before, after) = match &captured.member {
        Some(member) => (format!("{}:\"", Value::from(member.as_str())), "\""),
        None => (String::new(), ""),
    };
    let needle = format!("{before}{}{after}", &quoted[1..quoted.len() - 1]);
    let parts: Vec<&str> = text.split(&needle).collect();
    let mut pieces = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == parts.len());
        let (head, tail) = (if first { "" } else { after }, if last { "" } else { before.as_str() });
        pieces.push(Piece::Text(format!("{head}{part}{tail}")));
        pieces.extend((!last).then(|| Piece::Variable(captured.variable.clone())));
    }
    pieces
}

/// The text that a request has in a member, where its body is JSON.
pub(super) fn input_text(exchange: &Exchange, member: &str) -> Option<String> {
    Some(exchange.request.input()?.get(member)?.as_str()?.to_owned())
}
