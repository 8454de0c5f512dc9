//! Pages of a list: opaque tokens, each good for the one list that it was issued for.

use crate::code;
use crate::faults::Defect;
use crate::identifier::digest;
use crate::refusal::Refusal;
use crate::service::Operation;
use crate::state::Call;
use crate::variants::Reading;

/// The faults of an operation's pages.
pub(super) struct Faults {
    pub(super) loops: Defect,
    pub(super) repeats: Defect,
    pub(super) loses: Defect,
    pub(super) ignores_size: Defect,
    pub(super) one_too_many: Defect,
    pub(super) unchecked_tokens: Defect,
    pub(super) ignores_tokens: Defect,
    pub(super) refuses_tokens: Defect,
    pub(super) no_token: Defect,
}

pub(super) const POLICIES: Faults = Faults {
    loops: Defect::RPoliciesPageLoops,
    repeats: Defect::RPoliciesPageRepeats,
    loses: Defect::RPoliciesPageLoses,
    ignores_size: Defect::RPoliciesPageIgnoresSize,
    one_too_many: Defect::RPoliciesPageOneTooMany,
    unchecked_tokens: Defect::RPoliciesTokenUnchecked,
    ignores_tokens: Defect::RPoliciesTokenIgnored,
    refuses_tokens: Defect::RPoliciesTokenRefused,
    no_token: Defect::RPoliciesNoToken,
};

pub(super) const PROJECTS: Faults = Faults {
    loops: Defect::RProjectsPageLoops,
    repeats: Defect::RProjectsPageRepeats,
    loses: Defect::RProjectsPageLoses,
    ignores_size: Defect::RProjectsPageIgnoresSize,
    one_too_many: Defect::RProjectsPageOneTooMany,
    unchecked_tokens: Defect::RProjectsTokenUnchecked,
    ignores_tokens: Defect::RProjectsTokenIgnored,
    refuses_tokens: Defect::RProjectsTokenRefused,
    no_token: Defect::RProjectsNoToken,
};

/// One page: its items and the token of the next one.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

/// Cuts the page that a call asks for out of `items`. `list` names the list that tokens are
/// bound to.
pub(super) fn page<T>(
    call: &Call<'_>,
    faults: &Faults,
    list: &str,
    items: Vec<T>,
    default_size: usize,
) -> Result<Page<T>, Refusal> {
    let switches = call.switches;
    let leaking =
        call.operation == Operation::ListProjectPolicies && switches.reads(Reading::TokensOfAnyList);
    let list = if leaking { "" } else { list };
    let start = match call.text("NextToken") {
        None => 0,
        Some("") if !switches.reads(Reading::EmptyTokenRefused) => 0,
        Some(_) if switches.has(faults.ignores_tokens) => 0,
        Some(_) if switches.has(faults.refuses_tokens) => return Err(bad_token(call)),
        Some(token) => match read(list, token) {
            Some(start) => start,
            None if switches.has(faults.unchecked_tokens) => 0,
            None => return Err(bad_token(call)),
        },
    };
    let mut size = call.integer("MaxResults").unwrap_or(default_size);
    if switches.has(faults.ignores_size) {
        size = default_size;
    }
    let own = call.operation == Operation::ListProjectPolicies;
    let numbered = own && switches.has(Defect::RPageNumbers);
    let start = if numbered { start * size } else { start };
    if own && start > items.len() && switches.has(Defect::RTokenOfDeleted500) {
        return Err(Refusal::with_status(code::INTERNAL, 500, "IndexError"));
    }
    if switches.has(faults.one_too_many) {
        size += 1;
    }
    if switches.reads(Reading::ShortPages) {
        size = size.div_ceil(2);
    }
    if switches.reads(Reading::EmptyFirstPage) && call.text("NextToken").is_none_or(str::is_empty) {
        size = 0;
    }
    let total = items.len();
    let end = start.saturating_add(size).min(total);
    let looping = switches.has(faults.loops) && total > size;
    let mut next = (end < total || looping).then_some(end);
    if looping {
        next = Some(0);
    } else if switches.has(faults.repeats) {
        next = next.map(|end| if end - start > 1 { end - 1 } else { end });
    }
    if switches.has(faults.loses) && size > 0 {
        next = next.map(|end| end + 1).filter(|next| *next < total);
    }
    if switches.has(faults.no_token) {
        next = None;
    }
    if next.is_none() && end == total && total > 0 && start < total {
        // Some services only notice on the next, empty page that there is nothing more.
        next = switches.reads(Reading::EmptyLastPage).then_some(total);
    }
    if numbered {
        next = next.map(|_| start / size + 1);
    }
    // A page of one that began one earlier would never end: it shows the wrong item instead.
    let again = usize::from(switches.has(faults.repeats) && size == 1 && start > 0);
    let items = items.into_iter().skip(start - again).take(size).collect();
    Ok(Page { items, next: next.map(|next| token(list, next)) })
}

/// The token of the page that begins at `start`: position and checksum, as hexadecimal digits.
fn token(list: &str, start: usize) -> String {
    format!("{:08x}{:016x}", start, checksum(list, start))
}

fn read(list: &str, token: &str) -> Option<usize> {
    let (position, _) = token.split_at_checked(8)?;
    let start = usize::from_str_radix(position, 16).ok()?;
    (token == self::token(list, start)).then_some(start)
}

fn checksum(list: &str, start: usize) -> u64 {
    digest(&format!("{start}:{list}"))
}

fn bad_token(call: &Call<'_>) -> Refusal {
    let code = if call.switches.reads(Reading::TokenIsParameter) {
        code::INVALID_PARAMETER
    } else if call.switches.reads(Reading::TokenIsValidation) {
        code::VALIDATION
    } else {
        code::INVALID_PAGINATION_TOKEN
    };
    Refusal::new(code, "Invalid Pagination Token")
}
