//! JSON values whose strings may hold symbols.

use super::symbol::{Bindings, Symbol, Unbound};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

    /// A string made of these parts.
    pub fn text(parts: impl IntoIterator<Item = Part>) -> Self {
        Self::Text(Text(parts.into_iter().collect()))
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
