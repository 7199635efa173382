//! Type expressions: `Decimal or ""`, `[Order]`, `map<Symbol, [u64]>` …

mod parser;
mod scalars;

use std::fmt;

use crate::problem::Place;
pub use scalars::{SCALARS, is_integer, is_scalar, is_secret, is_text, largest};
pub(crate) use scalars::{default_form, is_number};

/// A type expression of the spec.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Its place.
    pub place: Place,
    /// Its structure.
    pub base: Base,
    /// The form of a scalar, and a second form that is accepted as well. Absent for the usual form.
    pub form: Option<(Form, Option<Form>)>,
    /// Spellings of "no value". The first one is written.
    pub empties: Vec<Literal>,
}

/// Structure of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum Base {
    /// A scalar or a declared type.
    Name(String),
    /// `[T]`
    List(Box<Type>),
    /// `[T] or T`
    OneOrMany(Box<Type>),
    /// The item of `[T | error]`.
    OrError(Box<Type>),
    /// `map<K, T>`
    Map(Box<Type>, Box<Type>),
    /// `json<T>`
    Json(Box<Type>),
    /// `request new_order`, inside `json<[…]>`.
    Request(String),
    /// `"=VALUE"`
    Constant(String),
    /// A type that is missing or cannot be read. Its problem is reported.
    Broken,
}

/// Form of a scalar on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In quotes.
    Text,
    /// As a JSON number.
    Number,
}

/// A spelling of "no value".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `""`
    Blank,
    /// `null`
    Null,
    /// A whole number.
    Integer(i64),
    /// A whole number in quotes: `"0"`
    IntegerText(i64),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Number => "number",
        })
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("\"\""),
            Self::Null => f.write_str("null"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::IntegerText(value) => write!(f, "\"{value}\""),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            Base::Name(name) => f.write_str(name)?,
            Base::List(item) => write!(f, "[{item}]")?,
            Base::OneOrMany(item) => write!(f, "[{item}] or {item}")?,
            Base::OrError(item) => write!(f, "{item} | error")?,
            Base::Map(key, value) => write!(f, "map<{key}, {value}>")?,
            Base::Json(inner) => write!(f, "json<{inner}>")?,
            Base::Request(id) => write!(f, "request {id}")?,
            Base::Constant(value) => write!(f, "={value}")?,
            Base::Broken => f.write_str("?")?,
        }
        if let Some((form, other)) = &self.form {
            write!(f, " as {form}")?;
            if let Some(other) = other {
                write!(f, " or {other}")?;
            }
        }
        self.empties
            .iter()
            .try_for_each(|literal| write!(f, " or {literal}"))
    }
}

impl Type {
    /// A plain type of that name.
    pub fn named(name: impl Into<String>, place: Place) -> Self {
        Self::of(Base::Name(name.into()), place)
    }

    /// The item type of `json<[T]>`. `None` for other types.
    pub fn json_items(&self) -> Option<&Self> {
        match &self.base {
            Base::Json(list) => match &list.base {
                Base::List(item) => Some(item),
                _ => None,
            },
            _ => None,
        }
    }

    /// The operation of `json<[request …]>`. `None` for other types.
    pub fn json_requests(&self) -> Option<&str> {
        match &self.json_items()?.base {
            Base::Request(id) => Some(id),
            _ => None,
        }
    }

    /// A type without form and without spellings of "no value".
    pub fn of(base: Base, place: Place) -> Self {
        Self {
            place,
            base,
            form: None,
            empties: Vec::new(),
        }
    }

    /// The types inside it.
    pub fn inner(&self) -> Vec<&Self> {
        match &self.base {
            Base::List(item) | Base::OneOrMany(item) | Base::OrError(item) | Base::Json(item) => {
                vec![item]
            }
            Base::Map(key, value) => vec![key, value],
            Base::Name(_) | Base::Request(_) | Base::Constant(_) | Base::Broken => Vec::new(),
        }
    }

    /// Calls `with` for this type and each type inside it.
    pub fn walk<'a>(&'a self, with: &mut dyn FnMut(&'a Self)) {
        with(self);
        for inner in self.inner() {
            inner.walk(with);
        }
    }
}
