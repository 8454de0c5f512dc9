//! The rules of the grammar of policy documents.

/// A rule of the grammar: what a fault can leave unenforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GrammarRule {
    /// The document is JSON.
    Json,
    /// Nothing follows the document.
    JsonEnd,
    /// A document that begins with a brace must still be JSON.
    JsonInside,
    /// No comma before a closing bracket.
    JsonCommas,
    /// Strings are in double quotes.
    JsonQuotes,
    /// No comments.
    JsonComments,
    /// Control characters in strings are escaped.
    JsonControl,
    /// The document is an object.
    Object,
    StatementPresent,
    StatementNotEmpty,
    /// Each statement is an object.
    StatementObject,
    EffectPresent,
    EffectValue,
    ActionPresent,
    ActionNotEmpty,
    PrincipalPresent,
    ResourcePresent,
    NotAction,
    NotResource,
    NotPrincipal,
    /// `rekognition:CopyProjectVersion` is the only action.
    SoleAction,
    /// Every action of a list is looked at, not the first alone.
    EveryAction,
    /// Every statement is looked at, not the first alone.
    EveryStatement,
    /// Every statement is looked at, not the last alone.
    StatementsBeforeLast,
    /// Every statement's action is looked at, not the first's alone.
    ActionOfEveryStatement,
    /// A statement outside of a list is looked at too.
    UnlistedStatement,
}
