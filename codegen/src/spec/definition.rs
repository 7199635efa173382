//! Named types: their shapes, fields and values.

use super::{Text, Type};

/// A file of named types.
#[derive(Debug)]
pub struct TypeFile {
    /// `spec/types/trading.yaml`
    pub path: String,
    /// `trading`
    pub stem: String,
    /// In the order of the file.
    pub types: Vec<TypeDef>,
}

/// A named type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Rust name.
    pub name: Text,
    /// A sentence that says what it is.
    pub about: Option<Text>,
    /// Its shape. A record without fields if `broken`.
    pub shape: Shape,
    /// Whether it is defined where it is used.
    pub in_place: bool,
    /// Whether its shape cannot be read. Its problems are reported, and uses of its name are not.
    pub broken: bool,
}

/// The shapes a named type can have.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A closed set of values.
    Enum {
        /// Whether the values are numbers on the wire.
        numbers: bool,
        /// The values.
        values: Vec<EnumValue>,
    },
    /// An object.
    Record(Vec<Field>),
    /// An array with a type for each position.
    Row(Vec<Field>),
    /// Objects with a field that selects the case.
    Tagged {
        /// The field.
        tag: Text,
        /// The cases.
        cases: Vec<Case>,
    },
    /// Parameters of which exactly one is sent.
    Choice(Vec<Field>),
}

/// One value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// Value on the wire.
    pub wire: Text,
    /// Rust name.
    pub name: String,
    /// A sentence that says what it means.
    pub about: Option<String>,
}

/// One case of a tagged record.
#[derive(Debug, Clone)]
pub struct Case {
    /// Value of the tag.
    pub wire: Text,
    /// Rust name of the variant, and of the record.
    pub name: String,
    /// A sentence that says what it contains. Empty if there is none.
    pub about: String,
    /// Its fields without the tag.
    pub fields: Vec<Field>,
}

/// A field, a column, or a parameter of a choice.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name on the wire.
    pub wire: Text,
    /// Other names on the wire.
    pub others: Vec<String>,
    /// Rust name.
    pub name: String,
    /// Whether it may be absent.
    pub optional: bool,
    /// Its type.
    pub ty: Type,
    /// A sentence that says what it is. Absent if the vocabulary has one.
    pub about: Option<String>,
    /// When it is absent.
    pub absent: Option<String>,
    /// The date since which all data has the field: 2023, 2023-09 or 2023-09-05. `None` if no data is known to lack it.
    pub since: Option<Text>,
    /// The first date without the field, if it was removed.
    pub until: Option<Text>,
    /// The smallest and the largest value, if the exchange documents both.
    pub range: Option<(Text, Text)>,
    /// What replaces it.
    pub deprecated: Option<String>,
}
