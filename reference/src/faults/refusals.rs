//! Faults of the refusals: each error that an operation answers, times the ways of answering
//! it wrongly, and of not meaning it.

use super::deviation::{Answered, Deviation};
use super::fault::{Fault, Level, fault};
use crate::code;
use crate::service::Operation;

/// An error of an operation, with what is answered instead: another documented code that no
/// accept-set has beside it, another status.
struct Row {
    operation: Operation,
    code: &'static str,
    instead: &'static str,
    status: u16,
    /// What is done all the same, where that can be seen.
    done: Option<&'static str>,
}

type Harm = (&'static str, &'static str, Answered);

impl Row {
    /// What the refusal may do to a policy that exists under the name.
    fn harms(&self) -> &'static [Harm] {
        const REPLACES: Harm =
            ("but-replaces", "a policy that exists gets the document", Answered::ButReplaces);
        const REVISES: Harm =
            ("but-revises", "a policy that exists gets another revision", Answered::ButRevises);
        const TOUCHES: Harm =
            ("but-moves-time", "a policy that exists gets another time of update", Answered::ButTouches);
        const DELETES: Harm = ("but-deletes", "a policy that exists is deleted", Answered::ButDeletes);
        let is_put = matches!(self.operation, Operation::PutProjectPolicy | Operation::PutResourcePolicy);
        match self.code {
            // These concern names and projects that are not there.
            code::NOT_FOUND | code::LIMIT_EXCEEDED | code::POLICY_COUNT => &[],
            code::INVALID_REVISION | code::MALFORMED if is_put => &[REPLACES, REVISES, TOUCHES, DELETES],
            _ if is_put => &[REPLACES, REVISES, DELETES],
            // To delete what was refused to be deleted is another fault.
            code::INVALID_REVISION => &[REVISES, TOUCHES],
            _ => &[],
        }
    }
}

const fn row(
    operation: Operation,
    code: &'static str,
    instead: &'static str,
    status: u16,
    done: Option<&'static str>,
) -> Row {
    Row { operation, code, instead, status, done }
}

const STORED: Option<&str> = Some("the put is stored");
const DELETED: Option<&str> = Some("the policy is deleted");

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(Operation::CreateProject, code::VALIDATION, code::LIMIT_EXCEEDED, 422, Some("the project is created")),
    row(Operation::CreateProject, code::IN_USE, code::NOT_FOUND, 409, Some("the project is created")),
    row(Operation::DescribeProjects, code::VALIDATION, code::ACCESS_DENIED, 422, None),
    row(Operation::DescribeProjects, code::INVALID_PAGINATION_TOKEN, code::NOT_FOUND, 404, None),
    row(Operation::DeleteProject, code::VALIDATION, code::ACCESS_DENIED, 404, None),
    row(Operation::DeleteProject, code::NOT_FOUND, code::IN_USE, 404, Some("the project of that name is deleted")),
    row(Operation::PutProjectPolicy, code::VALIDATION, code::ALREADY_EXISTS, 422, STORED),
    row(Operation::PutProjectPolicy, code::NOT_FOUND, code::LIMIT_EXCEEDED, 404, None),
    row(Operation::PutProjectPolicy, code::MALFORMED, code::INVALID_REVISION, 422, STORED),
    row(Operation::PutProjectPolicy, code::INVALID_REVISION, code::LIMIT_EXCEEDED, 412, STORED),
    row(Operation::PutProjectPolicy, code::ALREADY_EXISTS, code::IN_USE, 409, STORED),
    row(Operation::PutProjectPolicy, code::LIMIT_EXCEEDED, code::INVALID_REVISION, 402, STORED),
    row(Operation::ListProjectPolicies, code::VALIDATION, code::ACCESS_DENIED, 422, None),
    row(Operation::ListProjectPolicies, code::NOT_FOUND, code::INVALID_PAGINATION_TOKEN, 404, None),
    row(Operation::ListProjectPolicies, code::INVALID_PAGINATION_TOKEN, code::NOT_FOUND, 404, None),
    row(Operation::DeleteProjectPolicy, code::VALIDATION, code::LIMIT_EXCEEDED, 422, None),
    row(Operation::DeleteProjectPolicy, code::NOT_FOUND, code::INVALID_REVISION, 404, None),
    row(Operation::DeleteProjectPolicy, code::INVALID_REVISION, code::IN_USE, 409, DELETED),
    row(Operation::CopyProjectVersion, code::NOT_FOUND, code::IN_USE, 404, None),
    row(Operation::CopyProjectVersion, code::VALIDATION, code::IN_USE, 422, None),
    row(Operation::PutResourcePolicy, code::INVALID_REQUEST, code::INVALID_REVISION, 422, STORED),
    row(Operation::PutResourcePolicy, code::POLICY_SIZE, code::POLICY_COUNT, 413, STORED),
    row(Operation::PutResourcePolicy, code::MALFORMED, code::INVALID_REVISION, 422, STORED),
    row(Operation::PutResourcePolicy, code::LOCKOUT, code::POLICY_COUNT, 403, STORED),
    row(Operation::PutResourcePolicy, code::INVALID_REVISION, code::POLICY_COUNT, 409, STORED),
    row(Operation::PutResourcePolicy, code::POLICY_COUNT, code::POLICY_SIZE, 429, STORED),
    row(Operation::ListResourcePolicies, code::INVALID_REQUEST, code::NOT_FOUND, 422, None),
    row(Operation::DeleteResourcePolicy, code::INVALID_REQUEST, code::NOT_FOUND, 422, None),
    row(Operation::DeleteResourcePolicy, code::INVALID_REVISION, code::NOT_FOUND, 409, DELETED),
];

pub(super) fn register(faults: &mut Vec<Fault>) {
    for row in ROWS {
        let (code, instead, status) = (row.code, row.instead, row.status);
        let unsettled = matches!(
            code,
            code::LOCKOUT | code::IN_USE | code::ALREADY_EXISTS | code::LIMIT_EXCEEDED | code::POLICY_SIZE
        );
        let level = if unsettled { Level::Should } else { Level::Must };
        let mut add = |name: &str, breaks: String, level: Level, how: Answered| {
            faults.push(fault(
                row.operation.service(),
                Some(row.operation),
                format!("{}.{}.{code}.{name}", row.operation.service(), row.operation),
                breaks,
                level,
                Deviation::Refusal { operation: row.operation, code, how },
            ));
        };
        add(
            "wrong-code",
            format!("What is {code} is answered so: here with {instead}."),
            level,
            Answered::Code(instead),
        );
        add(
            "wrong-status",
            format!("{code} has the status 400: here {status}."),
            Level::Must,
            Answered::Status(status),
        );
        add(
            "status-200",
            format!("{code} has the status 400: here 200, like a success."),
            Level::Must,
            Answered::Status(200),
        );
        add(
            "no-code",
            format!("{code} is answered with its code: here without any."),
            Level::Must,
            Answered::NoCode,
        );
        if let Some(done) = row.done {
            add(
                "but-done",
                format!("A call that is refused changes nothing: here {done} though {code} is answered."),
                Level::Must,
                Answered::ButDone,
            );
        }
        for &(name, what, how) in row.harms() {
            add(
                name,
                format!("A call that is refused changes nothing: here {what} though {code} is answered."),
                Level::Must,
                how,
            );
        }
    }
}
