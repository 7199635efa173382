//! Type expressions: `Decimal or ""`, `[Order]`, `map<Symbol, [u64]>` …

use std::fmt;

use crate::problem::{Place, Problems};

/// A type as a spec writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub base: Base,
    /// How a scalar is sent, where it says so.
    pub form: Option<(Form, Option<Form>)>,
    /// Spellings that mean "no value"; the first is the one written.
    pub empties: Vec<Literal>,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq)]
pub enum Base {
    /// A scalar or a declared type.
    Name(String),
    /// `[T]`
    List(Box<Type>),
    /// `[T] or T`
    OneOrMany(Box<Type>),
    /// `[T | error]`: the item of a list.
    OrError(Box<Type>),
    /// `map<K, T>`
    Map(Box<Type>, Box<Type>),
    /// `json<T>`
    Json(Box<Type>),
    /// `request new_order`, inside `json<[…]>`.
    Request(String),
    /// `"=VALUE"`
    Constant(String),
    /// What could not be read; its problem is reported.
    Broken,
}

/// How a scalar is sent.
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

    /// What the list holds of which this is the JSON text, if it is that.
    pub fn json_items(&self) -> Option<&Self> {
        match &self.base {
            Base::Json(list) => match &list.base {
                Base::List(item) => Some(item),
                _ => None,
            },
            _ => None,
        }
    }

    /// The operation of whose requests this is the JSON text, if it is that.
    pub fn json_requests(&self) -> Option<&str> {
        match &self.json_items()?.base {
            Base::Request(id) => Some(id),
            _ => None,
        }
    }

    /// A type without form and empty spellings.
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

    /// Calls `with` for this type and every one inside it.
    pub fn walk<'a>(&'a self, with: &mut dyn FnMut(&'a Self)) {
        with(self);
        for inner in self.inner() {
            inner.walk(with);
        }
    }

    /// Reads a type expression that stands at `place`.
    pub fn parse(text: &str, place: Place, problems: &mut Problems) -> Option<Self> {
        if let Some(value) = text.strip_prefix('=') {
            return Some(Self::of(Base::Constant(value.to_owned()), place));
        }
        let text: Vec<char> = text.chars().collect();
        // Escapes and line breaks make the file spell it longer than it is: no column inside is known then.
        let exact = text.len() == place.length;
        let mut parser = Parser {
            text,
            at: 0,
            place,
            exact,
        };
        let result = parser.expression().and_then(|found| {
            parser.blanks();
            if parser.at < parser.text.len() {
                let rest: String = parser.text.iter().skip(parser.at).collect();
                return Err(parser.wrong(format!("`{rest}` is left over"), HINT));
            }
            Ok(found)
        });
        result
            .map_err(|wrong| problems.add(wrong.place, wrong.what, wrong.hint))
            .ok()
    }
}

const HINT: &str = "types look like Decimal, [T], [T] or T, map<K, T>, [T | error], json<[T]>, T as text, T or \"\", =CONSTANT";
const DEEPEST: usize = 8;

struct Wrong {
    place: Place,
    what: String,
    hint: String,
}

struct Parser {
    text: Vec<char>,
    at: usize,
    place: Place,
    exact: bool,
}

impl Parser {
    fn wrong(&self, what: String, hint: &str) -> Wrong {
        Wrong {
            place: self.here(self.at, 1),
            what,
            hint: hint.to_owned(),
        }
    }

    fn here(&self, at: usize, length: usize) -> Place {
        if !self.exact {
            return Place {
                length: self.place.length.max(1),
                ..self.place
            };
        }
        Place {
            column: self.place.column + at,
            length: length.max(1),
            ..self.place
        }
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    /// Moves over `word` when it comes next (after blanks), as a whole word if it is one.
    fn take(&mut self, word: &str) -> bool {
        let before = self.at;
        self.blanks();
        let chars: Vec<char> = word.chars().collect();
        let ends = self.text.get(self.at + chars.len());
        let whole =
            !word.chars().all(char::is_alphanumeric) || !ends.is_some_and(|c| c.is_alphanumeric());
        if whole
            && self
                .text
                .iter()
                .skip(self.at)
                .take(chars.len())
                .eq(chars.iter())
        {
            self.at += chars.len();
            return true;
        }
        self.at = before;
        false
    }

    fn must(&mut self, word: &str) -> Result<(), Wrong> {
        if self.take(word) {
            return Ok(());
        }
        self.blanks();
        Err(self.wrong(format!("`{word}` is missing here"), HINT))
    }

    fn word(&mut self) -> Result<(String, Place), Wrong> {
        self.blanks();
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_alphanumeric() || *c == '_')
        {
            self.at += 1;
        }
        let word: String = self.text.iter().skip(from).take(self.at - from).collect();
        if word.is_empty() {
            return Err(self.wrong("a type is missing here".to_owned(), HINT));
        }
        Ok((word, self.here(from, self.at - from)))
    }

    fn expression(&mut self) -> Result<Type, Wrong> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Type, Wrong> {
        if depth > DEEPEST {
            return Err(self.wrong(
                "too many brackets".to_owned(),
                "give the inner type a name in types/",
            ));
        }
        let mut found = self.base(depth)?;
        if self.take("as") {
            let form = self.form()?;
            let before = self.at;
            let other = if self.take("or") {
                self.form().ok()
            } else {
                None
            };
            if other.is_none() {
                self.at = before;
            }
            found.form = Some((form, other));
        }
        while self.take("or") {
            let literal = self.literal()?;
            found.empties.push(literal);
        }
        Ok(found)
    }

    fn base(&mut self, depth: usize) -> Result<Type, Wrong> {
        self.blanks();
        let start = self.at;
        if self.take("[") {
            let item = self.nested(depth + 1)?;
            let error = self.take("|") && {
                self.must("error")?;
                true
            };
            self.must("]")?;
            let place = self.here(start, self.at - start);
            let (written, before) = (item.to_string(), self.at);
            if !error && self.take("or") && self.take(&written) {
                return Ok(Type::of(Base::OneOrMany(Box::new(item)), place));
            }
            self.at = before;
            let item = if error {
                Type::of(Base::OrError(Box::new(item)), place)
            } else {
                item
            };
            return Ok(Type::of(Base::List(Box::new(item)), place));
        }
        let (word, place) = self.word()?;
        match word.as_str() {
            "map" if self.take("<") => {
                let key = self.nested(depth + 1)?;
                self.must(",")?;
                let value = self.nested(depth + 1)?;
                self.must(">")?;
                Ok(Type::of(
                    Base::Map(Box::new(key), Box::new(value)),
                    self.here(start, self.at - start),
                ))
            }
            "json" if self.take("<") => {
                let inner = self.nested(depth + 1)?;
                self.must(">")?;
                Ok(Type::of(
                    Base::Json(Box::new(inner)),
                    self.here(start, self.at - start),
                ))
            }
            "request" => {
                let (id, place) = self.word()?;
                Ok(Type::of(Base::Request(id), place))
            }
            _ => Ok(Type::named(word, place)),
        }
    }

    fn form(&mut self) -> Result<Form, Wrong> {
        if self.take("text") {
            Ok(Form::Text)
        } else if self.take("number") {
            Ok(Form::Number)
        } else {
            self.blanks();
            Err(self.wrong(
                "after `as` comes how it is sent".to_owned(),
                "write `as text` or `as number`",
            ))
        }
    }

    fn literal(&mut self) -> Result<Literal, Wrong> {
        if self.take("\"\"") {
            return Ok(Literal::Blank);
        }
        if self.take("null") {
            return Ok(Literal::Null);
        }
        self.blanks();
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_ascii_digit() || (*c == '-' && self.at == from))
        {
            self.at += 1;
        }
        let digits: String = self.text.iter().skip(from).take(self.at - from).collect();
        digits.parse().map(Literal::Integer).map_err(|_| {
            self.wrong(
                "after `or` comes a spelling of \"no value\"".to_owned(),
                "write \"\", null or a whole number; `[T] or T` takes the same T twice",
            )
        })
    }
}

/// Types the runtime has, with what they are for.
pub const SCALARS: &[(&str, &str)] = &[
    ("Decimal", "an exact number, sent as text"),
    ("Timestamp", "milliseconds since 1970"),
    ("bool", "true or false"),
    ("u8", "a whole number"),
    ("u16", "a whole number"),
    ("u32", "a whole number"),
    ("u64", "a whole number"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("String", "any text"),
    ("Symbol", "a symbol: BTCUSDT"),
    ("Pair", "a pair: BTCUSD"),
    ("Asset", "an asset: USDT"),
    ("ClientOrderId", "an order id of the caller's making"),
    ("ListenKey", "a key of the user data stream, a secret"),
    ("Empty", "an object without members"),
];

/// Whether the runtime has a type of that name.
pub fn is_scalar(name: &str) -> bool {
    SCALARS.iter().any(|(scalar, _)| *scalar == name)
}

/// Whether it is a whole number.
pub fn is_integer(name: &str) -> bool {
    matches!(name, "u8" | "u16" | "u32" | "u64" | "i32" | "i64")
}

/// The largest value of a whole number that fits into a `u64`; `None` for other types.
pub fn largest(name: &str) -> Option<u64> {
    match name {
        "u8" => Some(u8::MAX.into()),
        "u16" => Some(u16::MAX.into()),
        "u32" => Some(u32::MAX.into()),
        "i32" => Some(i32::MAX.unsigned_abs().into()),
        "i64" => Some(i64::MAX.unsigned_abs()),
        "u64" => Some(u64::MAX),
        _ => None,
    }
}

/// Whether it is kept as text of its own type, so that arguments may be `impl Into<…>`.
pub fn is_text(name: &str) -> bool {
    matches!(
        name,
        "String" | "Symbol" | "Pair" | "Asset" | "ClientOrderId" | "ListenKey"
    )
}

/// Whether it is a secret: it is not printed, and the names it goes by are kept from logs.
pub fn is_secret(name: &str) -> bool {
    name == "ListenKey"
}
