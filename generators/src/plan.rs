//! Plans: symbolic sequences of calls.
//!
//! A boundary case, a sequence, a race, a stored counterexample and a reproduction script are all
//! plans. Generators make them before any response exists, so what an earlier step will answer
//! (a revision id, a project's ARN) is named by a [`Symbol`] and filled in by whoever executes the
//! plan, through [`Bindings`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// One of the two services under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Amazon Rekognition, AWS JSON 1.1.
    Rekognition,
    /// AWS X-Ray, REST-JSON.
    Xray,
}

impl Service {
    /// Both services, in the order in which they are judged.
    pub const ALL: [Self; 2] = [Self::Rekognition, Self::Xray];

    /// The lower-case name that rule ids, options and SigV4 scopes use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rekognition => "rekognition",
            Self::Xray => "xray",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A sequence of labelled steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The steps, in the order in which they are executed.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Every call of the plan in order, those of parallel blocks included.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.steps.iter().flat_map(|step| match step {
            Step::Call(call) => std::slice::from_ref(call),
            Step::Parallel(calls) => calls.as_slice(),
            Step::Read(_) | Step::Await(_) => &[],
        })
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Send one call and wait for its answer.
    Call(Call),
    /// Send all calls at once and wait for all answers.
    Parallel(Vec<Call>),
    /// Read the policies of a scope back, all pages.
    Read(Scope),
    /// Poll until a project has reached a state, within the target's bound.
    Await(Await),
}

/// What a read covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The X-Ray resource policies of the account and region.
    ResourcePolicies,
    /// The policies of the project with this tag (see [`Symbol::Project`]).
    ProjectPolicies(String),
    /// The same, in pages of so many.
    ProjectPoliciesBy(String, usize),
    /// The projects of the account and region.
    Projects,
    /// The same, in pages of so many.
    ProjectsBy(usize),
}

/// A project state to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Await {
    /// Label of the step, unique in the plan.
    pub label: String,
    /// The project's name.
    pub project: Text,
    /// The state: `CREATED`, or none for "no longer listed".
    pub status: Option<String>,
    /// Whether it is a violation if the state does not come within the target's bound.
    #[serde(default)]
    pub judged: bool,
}

/// One call: an operation, its input, and how the request deviates from a well-formed one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Label of the step, unique in the plan; symbols name answers by it.
    pub label: String,
    /// The service that is called.
    pub service: Service,
    /// The operation's name in the service model.
    pub operation: String,
    /// The request's body.
    pub body: Body,
    /// Which of the rule's expectations the answer is judged by; [`SETUP`] for none.
    pub expect: String,
    /// Deviations from the well-formed request.
    #[serde(default, skip_serializing_if = "Wire::is_well_formed")]
    pub wire: Wire,
}

/// [`Call::expect`] of a call that only prepares: it has to succeed for the case to apply.
pub const SETUP: &str = "setup";

impl Call {
    /// A well-formed call whose answer prepares the ground for others.
    pub fn new(service: Service, operation: &str, input: Arg) -> Self {
        Self {
            label: String::new(),
            service,
            operation: operation.to_owned(),
            body: Body::Input(input),
            expect: SETUP.to_owned(),
            wire: Wire::default(),
        }
    }

    /// The same call under another label.
    #[must_use]
    pub fn labelled(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }

    /// The same call, judged by the rule's expectation of this name.
    #[must_use]
    pub fn expecting(mut self, expectation: &str) -> Self {
        expectation.clone_into(&mut self.expect);
        self
    }

    /// The same call with one member of its input replaced, added or (with none) left out.
    ///
    /// # Panics
    /// If the body is not an input object: raw bodies have no members.
    #[must_use]
    pub fn with(mut self, member: &str, value: Option<Arg>) -> Self {
        let Body::Input(input) = &mut self.body else {
            panic!("a raw body has no members to replace");
        };
        input.set(member, value);
        self
    }

    /// The same call with another wire form.
    #[must_use]
    pub fn over(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// The same call with these bytes for a body.
    #[must_use]
    pub fn raw(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Raw(bytes.into());
        self
    }
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A JSON document made of literals and symbols.
    Input(Arg),
    /// These bytes, whatever they are.
    Raw(Vec<u8>),
}

/// How a request deviates from the well-formed one of its protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wire {
    /// Another method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Another path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Another `x-amz-target` (`Some(None)`: none at all). AWS JSON only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Header>,
    /// Another `content-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Header>,
    /// How the request is signed.
    #[serde(skip_serializing_if = "Signature::is_valid")]
    pub signature: Signature,
    /// Signed for another region of the same AWS partition than the run's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

impl Wire {
    /// Whether nothing deviates.
    pub fn is_well_formed(&self) -> bool {
        *self == Self::default()
    }
}

/// A header that is replaced or left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Not sent.
    Absent,
    /// Sent with this value.
    Value(String),
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// As SigV4 says.
    #[default]
    Valid,
    /// No `authorization` header.
    Missing,
    /// An `authorization` header that is no SigV4.
    Malformed,
    /// Signed with another secret.
    WrongSecret,
    /// Signed with an access key id that nobody has.
    UnknownKey,
    /// Signed a day ago.
    Expired,
}

impl Signature {
    /// An access key id that AWS's documents use for examples, so that nobody has it.
    pub const UNKNOWN_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    fn is_valid(&self) -> bool {
        *self == Self::Valid
    }
}

/// A JSON value whose strings may hold symbols.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A value as it stands.
    Json(Value),
    /// A string made of parts.
    Text(Text),
    /// A list of values.
    List(Vec<Arg>),
    /// An object; members keep their order and names may repeat.
    Object(Vec<(String, Arg)>),
}

impl Arg {
    /// A literal string.
    pub fn string(text: impl Into<String>) -> Self {
        Self::Json(Value::String(text.into()))
    }

    /// A string that one symbol stands for.
    pub fn symbol(symbol: Symbol) -> Self {
        Self::Text(Text(vec![Part::Symbol(symbol)]))
    }

    /// An object of these members.
    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Arg)>) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The member of this name, if this is an object that has it.
    pub fn get(&self, member: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == member).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Replaces, adds or (with none) removes a member of an object; anything else is left alone.
    pub fn set(&mut self, member: &str, value: Option<Self>) {
        let Self::Object(members) = self else { return };
        let at = members.iter().position(|(name, _)| name == member);
        match (at, value) {
            (Some(at), Some(value)) => members[at].1 = value,
            (Some(at), None) => {
                members.remove(at);
            }
            (None, Some(value)) => members.push((member.to_owned(), value)),
            (None, None) => {}
        }
    }

    /// The JSON value once every symbol is bound.
    ///
    /// # Errors
    /// [`Unbound`] if a symbol has no value, as when the step that it names was refused.
    pub fn resolve(&self, bindings: &dyn Bindings) -> Result<Value, Unbound> {
        Ok(match self {
            Self::Json(value) => value.clone(),
            Self::Text(text) => Value::String(text.resolve(bindings)?),
            Self::List(items) => {
                Value::Array(items.iter().map(|item| item.resolve(bindings)).collect::<Result<_, _>>()?)
            }
            Self::Object(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    object.insert(name.clone(), value.resolve(bindings)?);
                }
                Value::Object(object)
            }
        })
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<Symbol> for Arg {
    fn from(symbol: Symbol) -> Self {
        Self::symbol(symbol)
    }
}

impl From<Value> for Arg {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// A string made of literals, symbols and filling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text(pub Vec<Part>);

impl Text {
    /// A literal text.
    pub fn literal(text: impl Into<String>) -> Self {
        Self(vec![Part::Literal(text.into())])
    }

    /// The string once every symbol is bound and every filling has its length.
    ///
    /// # Errors
    /// [`Unbound`] if a symbol has no value.
    pub fn resolve(&self, bindings: &dyn Bindings) -> Result<String, Unbound> {
        let mut pieces: Vec<String> = Vec::with_capacity(self.0.len());
        for part in &self.0 {
            pieces.push(match part {
                Part::Literal(text) => text.clone(),
                Part::Symbol(symbol) => symbol.resolve(bindings)?,
                Part::Fill { .. } => String::new(),
            });
        }
        for (at, part) in self.0.iter().enumerate() {
            if let Part::Fill { with, until, unit } = part {
                let have: usize = pieces.iter().map(|piece| unit.measure(piece)).sum();
                let each = unit.measure(&with.to_string());
                pieces[at] = with.to_string().repeat(until.saturating_sub(have) / each);
            }
        }
        Ok(pieces.concat())
    }
}

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Text as it stands.
    Literal(String),
    /// What the symbol is bound to.
    Symbol(Symbol),
    /// As many of a character as bring the whole text to a length (none if it is already there).
    Fill {
        /// The character.
        with: char,
        /// The length of the whole text.
        until: usize,
        /// What the length counts.
        unit: Unit,
    },
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Unicode scalar values.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// The length of a text in this unit.
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// Something that has a value only when a plan is executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// The account id that the target uses, 12 digits.
    Account,
    /// The region of the run.
    Region,
    /// The partition of the run's ARNs: `aws`, `aws-cn`, `aws-us-gov`, …
    Partition,
    /// A policy name that belongs to the run; the tag tells names of one plan apart.
    Name(String),
    /// The ARN of a leased project; the tag tells projects of one plan apart.
    Project(String),
    /// The name of a project that belongs to the run and that the plan itself creates.
    ProjectName(String),
    /// A member of an earlier call's answer.
    Answer {
        /// The label of the call.
        step: String,
        /// RFC 6901 pointer into the answer's JSON body.
        pointer: String,
    },
    /// A value derived from another.
    Derived {
        /// How.
        how: Derivation,
        /// From what.
        of: Box<Symbol>,
    },
}

impl Symbol {
    /// The answer of the step with this label at this pointer.
    pub fn answer(step: &str, pointer: &str) -> Self {
        Self::Answer { step: step.to_owned(), pointer: pointer.to_owned() }
    }

    /// This value, changed.
    #[must_use]
    pub fn derived(self, how: Derivation) -> Self {
        Self::Derived { how, of: Box::new(self) }
    }

    fn resolve(&self, bindings: &dyn Bindings) -> Result<String, Unbound> {
        match self {
            Self::Derived { how, of } => Ok(how.apply(&of.resolve(bindings)?)),
            other => bindings.value(other),
        }
    }
}

/// How a value is derived from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// The next number; of what is no number, the text with a `1` behind it.
    Successor,
    /// The text without its last character.
    WithoutLast,
    /// The text without its first character.
    WithoutFirst,
    /// The text with another one behind it.
    Append(String),
    /// The text with another one before it.
    Prepend(String),
    /// The text in upper case.
    Uppercase,
    /// Another value of the same form: each hexadecimal digit exchanged for its complement, so the
    /// length and the alphabet stay.
    Complement,
    /// One colon-separated field replaced (0 is the first; the last one is the rest of the text).
    Field(usize, String),
    /// One slash-separated segment replaced (0 is the first).
    Segment(usize, String),
    /// Another value that differs in its last hexadecimal digit alone.
    OtherLast,
    /// Each decimal digit exchanged for nine minus it: another number of as many digits.
    OtherDigits,
    /// One colon-separated field derived (0 is the first; the last one is the rest of the text).
    InField(usize, Box<Derivation>),
    /// One slash-separated segment derived (0 is the first).
    InSegment(usize, Box<Derivation>),
}

impl Derivation {
    /// The derived text.
    pub fn apply(&self, text: &str) -> String {
        match self {
            Self::Successor => match text.parse::<u64>() {
                Ok(number) => number.saturating_add(1).to_string(),
                Err(_) => format!("{text}1"),
            },
            Self::WithoutLast => {
                let mut chars = text.chars();
                chars.next_back();
                chars.as_str().to_owned()
            }
            Self::WithoutFirst => {
                let mut chars = text.chars();
                chars.next();
                chars.as_str().to_owned()
            }
            Self::Append(tail) => format!("{text}{tail}"),
            Self::Prepend(head) => format!("{head}{text}"),
            Self::Uppercase => text.to_uppercase(),
            Self::Complement => text.chars().map(complement).collect(),
            Self::Field(at, with) => replaced(text, ':', 6, *at, with),
            Self::Segment(at, with) => replaced(text, '/', usize::MAX, *at, with),
            Self::OtherLast => {
                let mut chars: Vec<char> = text.chars().collect();
                if let Some(last) = chars.last_mut() {
                    *last = complement(*last);
                }
                chars.into_iter().collect()
            }
            Self::OtherDigits => text.chars().map(other_digit).collect(),
            Self::InField(at, how) => {
                let field = text.splitn(6, ':').nth(*at).unwrap_or_default();
                replaced(text, ':', 6, *at, &how.apply(field))
            }
            Self::InSegment(at, how) => {
                let segment = text.split('/').nth(*at).unwrap_or_default();
                replaced(text, '/', usize::MAX, *at, &how.apply(segment))
            }
        }
    }
}

fn complement(digit: char) -> char {
    let Some(value) = digit.to_digit(16) else { return digit };
    let other = char::from_digit(15 - value, 16).expect("15 minus a hexadecimal digit is one");
    if digit.is_ascii_uppercase() { other.to_ascii_uppercase() } else { other }
}

fn other_digit(digit: char) -> char {
    match digit.to_digit(10) {
        Some(value) => char::from_digit(9 - value, 10).expect("9 minus a decimal digit is one"),
        None => digit,
    }
}

fn replaced(text: &str, separator: char, fields: usize, at: usize, with: &str) -> String {
    let mut parts: Vec<&str> = text.splitn(fields, separator).collect();
    if let Some(part) = parts.get_mut(at) {
        *part = with;
    }
    parts.join(separator.encode_utf8(&mut [0; 4]))
}

/// The values of symbols while a plan is executed.
pub trait Bindings {
    /// The value of a symbol that is not [`Symbol::Derived`].
    ///
    /// # Errors
    /// [`Unbound`] if it has none.
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound>;
}

/// A symbol that has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is bound to {symbol}: {why}")]
pub struct Unbound {
    /// The symbol, in words.
    pub symbol: String,
    /// Why it has no value.
    pub why: String,
}

/// A plan with the partition that it was made for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What the case varies, as the rule's partitions name it.
    pub partition: String,
    /// What is sent.
    pub plan: Plan,
}
