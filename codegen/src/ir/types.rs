//! Types: those of values, and those that are declared.

use super::ProductMarker;
use crate::spec::Literal;
use crate::spec::words::{EnumForm, Word, words};

/// The lines of a doc comment, and names by which rustdoc finds the item too.
#[derive(Debug, Default, Clone)]
pub struct Docs {
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// The link to the exchange's page, after all other paragraphs.
    pub page: Option<String>,
    /// The names for `#[doc(alias)]`.
    pub aliases: Vec<String>,
    /// The note for `#[deprecated]`.
    pub deprecated: Option<String>,
}

impl Docs {
    /// Docs that consist of one sentence.
    pub fn sentence(sentence: impl Into<String>) -> Self {
        Self {
            paragraphs: vec![sentence.into()],
            ..Self::default()
        }
    }
}

words! {
    /// A type of the runtime or of the standard library. Its word is its Rust name.
    Scalar {
        /// A decimal number.
        Decimal = "Decimal",
        /// A time.
        Timestamp = "Timestamp",
        /// A boolean.
        Bool = "bool",
        /// An integer.
        U8 = "u8",
        /// An integer.
        U16 = "u16",
        /// An integer.
        U32 = "u32",
        /// An integer.
        U64 = "u64",
        /// An integer.
        I32 = "i32",
        /// An integer.
        I64 = "i64",
        /// Any text.
        String = "String",
        /// The symbol of a contract.
        Symbol = "Symbol",
        /// A pair.
        Pair = "Pair",
        /// An asset.
        Asset = "Asset",
        /// A client order id.
        ClientOrderId = "ClientOrderId",
        /// A listen key.
        ListenKey = "ListenKey",
        /// An object without fields.
        Empty = "Empty",
    }
}

impl Scalar {
    /// Whether its values are text.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Symbol
                | Self::Pair
                | Self::Asset
                | Self::ClientOrderId
                | Self::ListenKey
        )
    }

    /// Whether its values are integers.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::U8 | Self::U16 | Self::U32 | Self::U64 | Self::I32 | Self::I64
        )
    }
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq)]
pub enum RustType {
    /// A type that the spec does not declare.
    Scalar(Scalar),
    /// A type that the spec declares.
    Declared(Declared),
    /// `Vec`
    List(Box<Self>),
    /// `Option`
    Option(Box<Self>),
    /// `BTreeMap`
    Map(Box<Self>, Box<Self>),
    /// `Result<T, Rejection>`
    OrRejection(Box<Self>),
}

impl RustType {
    /// Whether this is that scalar.
    pub fn is(&self, scalar: Scalar) -> bool {
        *self == Self::Scalar(scalar)
    }

    /// Whether this is a scalar whose values are text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar.is_text())
    }
}

/// A declared type.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// The parts of the path of the module that it is imported from, such as `crate::generated::types`. `None` if it is in the same file.
    pub module: Option<Vec<String>>,
}

/// How a value is decoded and encoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Codec {
    /// The form of the type itself.
    Plain,
    /// A scalar as text.
    Text,
    /// A scalar as a number.
    Number,
    /// A value or one of the spellings of "no value".
    Or(Box<Self>, Vec<Literal>),
    /// A field that may be absent.
    Optional(Box<Self>),
    /// A list.
    List(Box<Self>),
    /// A list or a single item.
    OneOrMany(Box<Self>),
    /// An item or a rejection.
    OrRejection(Box<Self>),
    /// An object keyed by value.
    Map(Box<Self>, Box<Self>),
}

impl Codec {
    /// Whether this is the form of the type itself.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }
}

/// A value that is received.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Its type.
    pub rust: RustType,
    /// How it is decoded and encoded.
    pub codec: Codec,
}

/// An object or a row.
#[derive(Debug)]
pub struct Record {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// The field that always has the same value, if there is one.
    pub constant: Option<Constant>,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// The product whose prefixes tell the origin of the order, if this is an order.
    pub origin_in: Option<ProductMarker>,
}

/// A field that always has the same value.
#[derive(Debug)]
pub struct Constant {
    /// Name on the wire.
    pub wire: String,
    /// The value.
    pub value: String,
}

/// A field of an object, or a column of a row.
#[derive(Debug)]
pub struct Field {
    /// Name on the wire.
    pub wire: String,
    /// Other names that it is read from.
    pub others: Vec<String>,
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Type and codec. The type is an `Option` if the field may be absent.
    pub value: Value,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Objects that a field tells apart.
#[derive(Debug)]
pub struct Tagged {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Name on the wire of the field.
    pub tag: String,
    /// The cases in order.
    pub cases: Vec<Case>,
}

/// One of several objects that a field tells apart.
#[derive(Debug)]
pub struct Case {
    /// The value of the field.
    pub tag: String,
    /// The object. Its name is that of the variant too.
    pub record: Record,
}

/// Parameters of which exactly one is sent.
#[derive(Debug)]
pub struct Choice {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// The parameters in order.
    pub alternatives: Vec<Alternative>,
}

/// One of the parameters of a choice.
#[derive(Debug)]
pub struct Alternative {
    /// Name on the wire.
    pub wire: String,
    /// The variant.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Type.
    pub rust: RustType,
    /// How it is sent.
    pub sent: Sent,
}

/// How one of the parameters of a choice is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// In the usual form of its type.
    Plain,
    /// As text, although it is a number.
    Text,
    /// As JSON text of a list.
    Json,
}

/// A set of values.
#[derive(Debug)]
pub struct Enumeration {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// The form of the values on the wire.
    pub form: EnumForm,
    /// The values in order.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    /// The value on the wire.
    pub wire: String,
    /// The variant.
    pub name: String,
    /// Docs.
    pub docs: Docs,
}
