//! Topics of market streams.

use super::{Docs, ExampleCall, Parameter, RustType, Value};
use crate::spec::{Cadence, Continuity};

/// A topic of a market stream.
#[derive(Debug)]
pub struct Topic {
    /// Rust name.
    pub name: String,
    /// The marker type of its product.
    pub product: String,
    /// The module of its product.
    pub product_id: String,
    /// Docs.
    pub docs: Docs,
    /// A call for the docs.
    pub example: ExampleCall,
    /// The name of the topic that the call creates.
    pub example_name: String,
    /// URL group.
    pub group: Option<String>,
    /// How often events arrive.
    pub cadence: CadenceRule,
    /// The pattern of the name, as written: `<symbol>@aggTrade`.
    pub template: String,
    /// Parts of the name.
    pub parts: Vec<NamePart>,
    /// Parameters in the order of the spec.
    pub parameters: Vec<Parameter>,
    /// How an event follows the one before it.
    pub continuity: Continuity,
    /// How the position of an event is found.
    pub position: Option<Position>,
    /// How the product of an element is found, if the topic has elements of several.
    pub products: Option<ProductOf>,
    /// The event.
    pub event: Value,
    /// The type of the event on the wire, if all events have the same.
    pub event_type: Option<String>,
}

/// How often events arrive, by the value of a parameter.
#[derive(Debug)]
pub struct CadenceRule {
    /// The cadence if the parameter is absent, or if there is none.
    pub usual: Cadence,
    /// The cadences by the values of a parameter.
    pub by: Option<CadenceBy>,
}

/// Cadences by the values of a parameter.
#[derive(Debug)]
pub struct CadenceBy {
    /// The field of the topic.
    pub field: String,
    /// The type of the parameter.
    pub ty: RustType,
    /// Variants and their cadences.
    pub variants: Vec<(String, Cadence)>,
}

/// A part of a topic's name.
#[derive(Debug)]
pub enum NamePart {
    /// This text.
    Text(String),
    /// The value of a parameter.
    Value(NameValue),
    /// Parts that are present if their value is.
    Optional(OptionalPart),
}

/// The value of a parameter in a topic's name.
#[derive(Debug)]
pub struct NameValue {
    /// The field of the topic.
    pub field: String,
    /// Whether it is in lower case in the name and in upper case in the topic.
    pub is_lowercase: bool,
    /// Whether it contains no `_`.
    pub is_word: bool,
    /// The accepted values of an enum. Empty if it is no enum.
    pub listed: Vec<String>,
}

/// A part of a topic's name that is present if its value is.
#[derive(Debug)]
pub struct OptionalPart {
    /// The text before the value.
    pub before: String,
    /// The value.
    pub value: NameValue,
    /// The text after the value.
    pub after: String,
}

/// The enum over the topics of a product.
#[derive(Debug)]
pub struct AnyTopic {
    /// The marker type of the product.
    pub product: String,
    /// The display name of the product.
    pub title: String,
    /// The topics in the order of the spec.
    pub variants: Vec<TopicVariant>,
    /// The names of the topics in the order in which a name is parsed as each: the most specific pattern first.
    pub parse_order: Vec<String>,
}

/// One topic of a product.
#[derive(Debug)]
pub struct TopicVariant {
    /// The topic and the variant.
    pub name: String,
    /// The module of the topic.
    pub module: String,
    /// The docs of the variant.
    pub docs: Docs,
}

/// How the product of an element is found.
#[derive(Debug)]
pub struct ProductOf {
    /// The fields that tell it. The first one that is present counts.
    pub fields: Vec<PositionField>,
    /// The enum of the fields.
    pub ty: RustType,
    /// The variants that stand for a product, with the folder of the product.
    pub variants: Vec<(String, String)>,
    /// The other variants that the spec lists.
    pub others: Vec<String>,
}

/// How the position of an event is found.
#[derive(Debug)]
pub struct Position {
    /// The fields that tell sequences apart.
    pub key: Vec<PositionField>,
    /// The first number that the event covers.
    pub first: Option<PositionNumber>,
    /// The last number that the event covers.
    pub last: PositionNumber,
    /// The last number of the event before it.
    pub previous: Option<PositionNumber>,
    /// The start of a period, and the field that says whether the event is the last state of it.
    pub period: Option<(PositionNumber, PositionField)>,
    /// The time within which an equal event is a copy, in milliseconds. The key then consists of fields of any type.
    pub within: Option<u64>,
}

/// A field of an event, such as one that is part of its position.
#[derive(Debug)]
pub struct PositionField {
    /// Rust names of the records that contain it, and its own.
    pub path: Vec<String>,
    /// Whether it is an `Option`.
    pub optional: bool,
}

/// A number that is part of a position.
#[derive(Debug)]
pub struct PositionNumber {
    /// The field.
    pub field: PositionField,
    /// What the number is.
    pub kind: NumberKind,
}

/// The type of a number in a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// An integer without a sign.
    Unsigned,
    /// A time.
    Time,
}
