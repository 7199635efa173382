//! What the Rust will contain: all decisions are made, and nothing is left of YAML or yet in the form of Rust text.

mod example;
mod product;
mod registry;
mod request;
mod topic;
mod types;

pub use example::{Constructing, ExampleCall, ExampleValue, PublicPath, PublicType, Setter};
pub use product::{
    BaseUrls, ErrorCodes, Overview, OverviewEntry, OverviewGroup, Product, ProductMarker,
    ServerTime, UserDataUrl, UserEvent,
};
pub use registry::{Entry, EntryField, EntryKind, EntryParameter, EntryWeight};
pub use request::{
    ChoiceIds, ChoiceVariant, Constructor, Lookup, LookupArgument, Parameter, ParameterKind,
    Preset, PresetField, Request, RequestWeight, RestEndpoint, WeightStep,
};
pub use topic::{
    AnyTopic, CadenceBy, CadenceRule, NamePart, NameValue, NumberKind, OptionalPart, Position,
    PositionField, PositionNumber, ProductOf, Topic, TopicVariant,
};
pub use types::{
    Alternative, Case, Choice, Codec, Constant, Declared, Docs, EnumValue, Enumeration, Field,
    Record, RustType, Scalar, Sent, Tagged, Value,
};

/// Everything that is emitted.
#[derive(Debug, Default)]
pub struct Api {
    /// Files with items. They mirror those of the spec.
    pub modules: Vec<Module>,
    /// The products.
    pub products: Vec<Product>,
    /// The error codes that all products share.
    pub codes: ErrorCodes,
    /// Error messages that say whether a request was executed, in the order in which they are looked for.
    pub messages: Vec<crate::spec::Message>,
    /// Every operation, stream and event, for the registry and for lists.
    pub entries: Vec<Entry>,
    /// Fields and parameters without a sentence, as `path: name`.
    pub undocumented: Vec<String>,
}

/// One generated file.
#[derive(Debug)]
pub struct Module {
    /// The path below `generated/`, without `.rs`: `usdm/rest/trade/new_order`.
    pub path: String,
    /// The spec file.
    pub spec: String,
    /// The items in order.
    pub items: Vec<Item>,
}

/// One item of a file.
#[derive(Debug)]
pub enum Item {
    /// A request.
    Request(Box<Request>),
    /// A topic of a market stream.
    Topic(Box<Topic>),
    /// An object.
    Record(Record),
    /// An array with a meaning for each position.
    Row(Record),
    /// Objects that a field tells apart.
    Tagged(Tagged),
    /// Parameters of which exactly one is sent.
    Choice(Choice),
    /// A set of values.
    Enumeration(Enumeration),
}
