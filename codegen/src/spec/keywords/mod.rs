//! The keys of the language. The readers reject all others, and the JSON Schema is made from these tables.

mod files;
mod nested;

pub use files::{ERROR, FILES, HTTP, OPERATION, PRODUCT, TOPIC, USER_EVENT, VOCABULARY, WS_METHOD};
pub use nested::{
    CASE, CONSTRUCTOR, COST, DEFAULTS, FIELD, GENERATED, HOSTS, IN_PLACE, LOOKUP, MESSAGE,
    PARAMETER, POSITION, RATE_LIMIT, RECV_WINDOW, SERVER_TIME, STREAM_CONNECTIONS, TYPE,
};

/// The keys of one kind of mapping.
#[derive(Debug)]
pub struct Table {
    /// Name of the definition in the schema.
    pub name: &'static str,
    /// What such a mapping describes.
    pub about: &'static str,
    /// Its keys, in groups. Tables share groups.
    pub groups: &'static [&'static [Keyword]],
}

/// One key.
#[derive(Debug)]
pub struct Keyword {
    /// The key.
    pub name: &'static str,
    /// Meaning of its value.
    pub about: &'static str,
    /// Form of its value.
    pub form: Form,
    /// Whether the key is required.
    pub required: bool,
}

/// Form of a value.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Any text.
    Text,
    /// A whole number of 0 or more.
    Whole,
    /// `true` or `false`.
    Flag,
    /// Any text, number or flag.
    Scalar,
    /// Any text, number or flag, or a mapping with the keys of this table.
    ScalarOr(&'static Table),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of texts or numbers.
    TextList,
    /// A mapping of any keys to texts.
    TextMap,
    /// A mapping with the keys of this table.
    Mapping(&'static Table),
    /// A mapping of any keys to mappings with the keys of this table.
    MappingOf(&'static Table),
    /// A cadence, or one for each value of a parameter.
    Cadence,
    /// A type, or a record in place.
    Type,
    /// A mapping of names to types, records in place, or mappings with the keys of this table.
    Fields(&'static Table),
    /// Columns of a row: a list of `name: type`.
    Columns,
    /// A whole number, `unknown`, or a rule.
    Weight,
    /// Values of an enum: a list, or a mapping of values to sentences.
    Values,
}

/// An optional key.
const fn key(name: &'static str, form: Form, about: &'static str) -> Keyword {
    Keyword {
        name,
        about,
        form,
        required: false,
    }
}

/// A required key.
const fn must(name: &'static str, form: Form, about: &'static str) -> Keyword {
    Keyword {
        name,
        about,
        form,
        required: true,
    }
}

impl Keyword {
    /// The hint for a missing key.
    pub fn hint(&self) -> String {
        let words = match self.form {
            Form::OneOf(words) => format!(". One of {}", words.join(", ")),
            _ => String::new(),
        };
        format!(
            "write `{}: …` ({}{words})",
            self.name,
            self.about.trim_end_matches('.')
        )
    }
}

impl Table {
    /// All keys, in the order of the documentation.
    pub fn keys(&self) -> impl Iterator<Item = &'static Keyword> + use<> {
        self.groups.iter().copied().flatten()
    }

    /// The key of that name.
    pub fn find(&self, name: &str) -> Option<&'static Keyword> {
        self.keys().find(|keyword| keyword.name == name)
    }
}
