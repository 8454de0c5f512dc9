//! The clauses: what the documents say of the operations, each statement under a key that rules cite.
//!
//! Rules begin with what can be tried. The ledger begins with the documents: what they say of the
//! operations and their protocols stands here once, in our words and with its place. What the service
//! models state is derived from them. A statement that no rule cites says why none can.

mod clients;
mod copy_project_version;
mod derived;
mod list_and_delete_policy;
mod policy_documents;
mod projects;
mod protocols;
mod put_project_policy;
mod resource_policies;
mod statement;

pub use statement::Statement;

use aws_conformance_generators::plan::Service;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Every statement: what the documents say, document by document, then what the models state.
pub fn ledger() -> &'static [Statement] {
    static LEDGER: LazyLock<Vec<Statement>> = LazyLock::new(|| {
        let passages = [
            put_project_policy::PASSAGES,
            policy_documents::PASSAGES,
            list_and_delete_policy::PASSAGES,
            copy_project_version::PASSAGES,
            projects::PASSAGES,
            resource_policies::PASSAGES,
            protocols::PASSAGES,
            clients::PASSAGES,
        ];
        passages
            .into_iter()
            .flatten()
            .flat_map(|passage| passage.statements())
            .chain(derived::all())
            .collect()
    });
    &LEDGER
}

/// A key that no statement has.
#[derive(Debug, thiserror::Error)]
#[error("no statement of the documents has the key {key:?}; the nearest is {nearest:?}")]
pub struct UnknownKey {
    key: String,
    nearest: &'static str,
}

/// The statement with this key.
///
/// # Errors
/// If there is none.
pub fn statement(key: &str) -> Result<&'static Statement, UnknownKey> {
    find(key).ok_or_else(|| {
        let keys = ledger().iter().map(|statement| statement.key.as_str());
        let nearest = keys.min_by_key(|known| strsim::levenshtein(known, key)).unwrap_or_default();
        UnknownKey { key: key.to_owned(), nearest }
    })
}

/// The statement that an operation may answer this error, where its list has it.
pub fn error(service: Service, operation: &str, code: &str) -> Option<&'static Statement> {
    find(&derived::error_key(service, operation, code))
}

fn find(key: &str) -> Option<&'static Statement> {
    static BY_KEY: LazyLock<HashMap<&str, &Statement>> =
        LazyLock::new(|| ledger().iter().map(|statement| (statement.key.as_str(), statement)).collect());
    BY_KEY.get(key).copied()
}

/// The keys that begin like this, in the ledger's order.
pub(crate) fn keys_under(prefix: &str) -> impl Iterator<Item = &'static str> {
    ledger().iter().map(|statement| statement.key.as_str()).filter(move |key| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_told_with_the_nearest_one() {
        let error = statement("xray.put.revison-zero").unwrap_err().to_string();
        assert!(error.contains("xray.put.revison-zero"), "{error}");
        assert!(error.contains("\"xray.put.revision-zero\""), "{error}");
    }
}
