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

/// A type with a name.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Rust name.
    pub name: Text,
    /// What it is.
    pub about: Option<Text>,
    /// Its shape; without fields where `broken`.
    pub shape: Shape,
    /// Whether it was written in place, where it is used.
    pub in_place: bool,
    /// Whether its shape could not be read. Its problems are reported; the name is known all the same.
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
    /// An array with a meaning for each place.
    Row(Vec<Field>),
    /// Objects told apart by a member.
    Tagged {
        /// The member.
        tag: Text,
        /// The objects.
        cases: Vec<Case>,
    },
    /// Parameters of which exactly one is sent.
    Choice(Vec<Field>),
}

/// One value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// On the wire.
    pub wire: Text,
    /// Rust name.
    pub name: String,
    /// What it means, where somebody said so.
    pub about: Option<String>,
}

/// One case of a tagged record.
#[derive(Debug, Clone)]
pub struct Case {
    /// Value of the tag.
    pub wire: Text,
    /// Rust name of the variant, and of the record.
    pub name: String,
    /// What it holds.
    pub about: String,
    /// Its members.
    pub fields: Vec<Field>,
}

/// A member, a column, or a parameter of a choice.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name on the wire.
    pub wire: Text,
    /// Other names it is read from.
    pub others: Vec<String>,
    /// Our name.
    pub name: String,
    /// Whether it may be absent.
    pub optional: bool,
    /// Its type.
    pub ty: Type,
    /// A sentence of its own.
    pub about: Option<String>,
    /// When it is absent.
    pub absent: Option<String>,
    /// What replaces it.
    pub deprecated: Option<String>,
}
