//! The spec as it is written: what the files say, with places, before anything is decided about Rust.

mod errors;
mod keys;
pub mod keywords;
mod messages;
mod read;
pub mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::Place;

pub use messages::Message;
pub use read::read;
pub(crate) use read::{default_form, is_number};
pub use types::{Base, Form, Literal, Type};

/// Text and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub place: Place,
}

impl Text {
    /// What stands between commas.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> {
        self.value.split(',').map(|part| Self {
            value: part.trim().to_owned(),
            place: self.place,
        })
    }
}

/// Everything `spec/` says.
#[derive(Debug, Default)]
pub struct Spec {
    /// Types both products use.
    pub types: Vec<TypeFile>,
    /// The products, by folder.
    pub products: Vec<Product>,
    /// What the exchange's error numbers mean.
    pub errors: Vec<ErrorCode>,
    /// Error messages that say what became of a request, in the order of the file.
    pub messages: Vec<Message>,
    /// Recurring sentences.
    pub vocabulary: Vocabulary,
    /// Paths of files whose problems keep what they describe from being known.
    pub lost: BTreeSet<String>,
}

/// A number the exchange answers with.
#[derive(Debug, Clone)]
pub struct ErrorCode {
    /// The number and where it stands.
    pub code: i64,
    /// The exchange's name of it.
    pub name: Text,
    /// Whether the name is the exchange's.
    pub official: bool,
    /// One of [`keywords::ACTIONS`].
    pub action: String,
    /// One of [`keywords::ERROR_CLASSES`], unless the request was just refused.
    pub class: Option<String>,
    /// What happened.
    pub means: String,
    /// What to do.
    pub remedy: Option<String>,
    /// Where it means this; empty for everywhere.
    pub products: Vec<Text>,
}

impl ErrorCode {
    /// Whether it means this in a product.
    pub fn holds_in(&self, product: &str) -> bool {
        self.products.is_empty() || self.products.iter().any(|name| name.value == product)
    }
}

/// Sentences by our names, and rules by type.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Of parameters.
    pub parameters: BTreeMap<String, Text>,
    /// Of members.
    pub members: BTreeMap<String, Text>,
    /// Rules of parameters that the client generates, by type.
    pub generated: Vec<(Text, Rule)>,
}

impl Vocabulary {
    /// The sentence of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)
            .or_else(|| self.members.get(name))
            .map(|text| text.value.as_str())
    }

    /// The sentence of a member.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(|text| text.value.as_str())
    }
}

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

/// A product.
#[derive(Debug)]
pub struct Product {
    /// Folder: `usdm`.
    pub id: String,
    /// `spec/usdm/product.yaml`
    pub path: String,
    /// Rust name: `Usdm`.
    pub name: Text,
    /// What is traded there.
    pub about: String,
    /// Base URLs of REST, streams and websocket API.
    pub hosts: [BaseUrls; 3],
    /// URL groups of the streams.
    pub groups: Vec<Text>,
    /// The display name: `USDⓈ-M`.
    pub title: String,
    /// The prefixes of paths. Empty if any path is allowed.
    pub paths: Vec<Text>,
    /// The rate limits, by name.
    pub rate_limits: Vec<RateLimit>,
    /// Another product whose shared rate limits apply as well.
    pub limits_of: Option<Text>,
    /// The limits of the receive window. `None` only in a spec with problems.
    pub recv_window: Option<RecvWindow>,
    /// The operation that returns the time, and the field of its response. `None` only in a spec with problems.
    pub server_time: Option<(Text, Text)>,
    /// Another product whose error numbers it may answer with.
    pub errors_of: Option<Text>,
    /// Types of this product.
    pub types: Vec<TypeFile>,
    /// REST operations and methods of the websocket API.
    pub operations: Vec<Operation>,
    /// Market streams.
    pub topics: Vec<Topic>,
    /// User data events.
    pub user_events: Vec<UserEvent>,
}

/// URLs by environment.
#[derive(Debug, Default, Clone)]
pub struct BaseUrls {
    /// Real money.
    pub production: String,
    /// The test network.
    pub testnet: Option<String>,
    /// Demo trading.
    pub demo: Option<String>,
}

/// A rate limit.
#[derive(Debug, Clone)]
pub struct RateLimit {
    /// The name.
    pub name: Text,
    /// One of [`keywords::COUNTED`].
    pub counts: String,
    /// The largest count in one interval.
    pub limit: u64,
    /// The interval in seconds.
    pub seconds: u64,
    /// One of [`keywords::SCOPES`].
    pub scope: String,
    /// The bucket whose requests are counted.
    pub bucket: Option<String>,
    /// Whether all products count against it together.
    pub shared: bool,
}

/// How far a timestamp may be from the exchange's clock, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct RecvWindow {
    /// The window that applies if a request names none.
    pub default: u32,
    /// The longest window that the exchange is known to accept.
    pub max: u32,
    /// How far a timestamp may be ahead of the exchange's clock.
    pub max_ahead: u32,
}

/// What every kind of file has.
#[derive(Debug, Clone)]
pub struct Head {
    /// `spec/usdm/rest/trade/new_order.yaml`
    pub path: String,
    /// File name without ending.
    pub id: Text,
    /// Rust name.
    pub name: Text,
    /// The file this one differs a little from.
    pub like: Option<Text>,
    /// One sentence; none only in a spec with problems.
    pub about: Option<Text>,
    /// More sentences.
    pub notes: Option<String>,
    /// The exchange's page.
    pub docs: Option<Text>,
    /// Name in the exchange's own SDK.
    pub sdk: Option<Text>,
    /// Name in the old Python connector.
    pub connector: Option<Text>,
    /// All other names, these two included.
    pub aliases: Vec<Text>,
    /// What replaces it.
    pub deprecated: Option<String>,
    /// Since when it is gone.
    pub removed: Option<String>,
    /// Where it was announced.
    pub announced: Option<String>,
    /// Where it differs from the exchange's documents.
    pub departures: Vec<(Text, String)>,
    /// Types of this file, named and in place.
    pub types: Vec<TypeDef>,
    /// The sample beside it.
    pub sample: Option<Sample>,
}

/// A sample beside a file.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The file.
    pub path: String,
    /// As written.
    pub text: String,
    /// Read.
    pub root: crate::load::yaml::Node,
}

/// A REST operation or a method of the websocket API.
#[derive(Debug)]
pub struct Operation {
    /// What every file has.
    pub head: Head,
    /// Folder below `rest/`; `ws_api` for methods without a REST twin.
    pub group: String,
    /// HTTP method and path.
    pub rest: Option<(Text, Text)>,
    /// Method of the websocket API.
    pub ws_api: Option<Text>,
    /// One of [`keywords::SECURITY`].
    pub security: String,
    /// Request weight.
    pub weight: Weight,
    /// Order cost for ten seconds and for a minute.
    pub cost: (u32, u32),
    /// Budget of its own.
    pub bucket: Option<Text>,
    /// Whether it may be sent again.
    pub repeatable: bool,
    /// How to learn what became of it.
    pub lookup: Option<Lookup>,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Constructors beside `new`.
    pub constructors: Vec<Constructor>,
    /// A call to show: parameters and values.
    pub example: Vec<(Text, Text)>,
    /// The answer.
    pub response: Option<Type>,
}

impl Product {
    /// The operation of that id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        let mut operations = self.operations.iter();
        operations.find(|operation| operation.head.id.value == id)
    }
}

impl Operation {
    /// Whether it never changes anything at the exchange.
    pub fn is_read_only(&self) -> bool {
        let is_get = |(method, _): &(Text, Text)| method.value == "GET";
        self.repeatable && self.rest.as_ref().is_some_and(is_get)
    }
}

/// How to look up the outcome of a request.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The read-only operation that looks it up.
    pub request: Text,
    /// Parameters of the lookup, or members of its choices, with the own parameters that they are taken from.
    pub with: Vec<(Text, Text)>,
    /// Error codes that mean "not found".
    pub not_found: Vec<(i64, Place)>,
}

/// Request weight.
#[derive(Debug, Clone)]
pub enum Weight {
    /// Always the same.
    Fixed(u32),
    /// Nobody documents it.
    Unknown,
    /// By the value of a numeric parameter: inclusive upper bounds, ascending.
    Steps {
        /// The parameter.
        by: Text,
        /// Bound and weight.
        steps: Vec<(u64, u32)>,
        /// Weight where the parameter is absent and has no default.
        absent: Option<u32>,
    },
    /// By whether a parameter is there.
    ByPresence {
        /// The parameter.
        by: Text,
        /// When it is.
        given: u32,
        /// When it is not.
        absent: u32,
    },
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name, type, sentence.
    pub field: Field,
    /// What the exchange takes when it is absent.
    pub default: Option<Text>,
    /// What it accepts.
    pub rules: Vec<Rule>,
    /// The client makes one.
    pub generated: bool,
}

/// What the exchange accepts.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Only these.
    OneOf(Vec<String>),
    /// From, to.
    Range(Option<String>, Option<String>),
    /// Characters at most.
    MaxLength(u64),
    /// A set of characters, with least and most of them.
    Characters {
        /// Every character allowed.
        allowed: String,
        /// Least.
        minimum: u64,
        /// Most.
        maximum: u64,
        /// As the spec writes it.
        pattern: String,
    },
    /// Items at most.
    MaxItems(u64),
}

/// A constructor beside `new`.
#[derive(Debug, Clone)]
pub struct Constructor {
    /// Its name.
    pub name: Text,
    /// What it makes.
    pub about: Option<String>,
    /// Parameter and value.
    pub sets: Vec<(Text, Text)>,
    /// Arguments.
    pub takes: Vec<Text>,
}

/// A market stream.
#[derive(Debug)]
pub struct Topic {
    /// What every file has.
    pub head: Head,
    /// Name on the wire.
    pub template: Text,
    /// The parts of the name; none where it could not be read.
    pub parts: Vec<Part>,
    /// URL group.
    pub group: Option<Text>,
    /// How often events arrive.
    pub cadence: Cadence,
    /// Parts of the name that vary.
    pub parameters: Vec<Parameter>,
    /// How an event follows the one before it, one of [`keywords::CONTINUITY`]. Empty only in a spec with problems.
    pub continuity: Text,
    /// The fields that give an event its place in the sequence.
    pub position: Option<PositionFields>,
    /// What arrives.
    pub event: Option<Type>,
}

/// How often events of a topic arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// At this interval in milliseconds. Silence means a fault.
    Periodic(u64),
    /// At most once in this interval in milliseconds.
    AtMostEvery(u64),
    /// When there is something to report.
    OnEvent,
}

/// The fields that give an event its place in the sequence, by their names on the wire.
#[derive(Debug, Clone)]
pub struct PositionFields {
    /// What tells sequences apart.
    pub key: Vec<Text>,
    /// The first number that the event covers.
    pub first: Option<Text>,
    /// The last number that the event covers.
    pub last: Text,
    /// The last number of the event before it.
    pub previous: Option<Text>,
}

/// A piece of a stream's name.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// As it stands.
    Literal(String),
    /// A parameter.
    Parameter(String),
    /// Only there when its parameter is given.
    Optional(Vec<Part>),
}

/// An event of the user data stream.
#[derive(Debug)]
pub struct UserEvent {
    /// What every file has.
    pub head: Head,
    /// Its type on the wire.
    pub event_type: Text,
    /// What arrives.
    pub event: Option<Type>,
}

impl Spec {
    /// The product of that folder.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The definition a name stands for in a file of a product: the file's own types, the product's, the shared ones.
    pub fn resolve<'a>(
        &'a self,
        product: Option<&'a Product>,
        own: &'a [TypeDef],
        name: &str,
    ) -> Option<Found<'a>> {
        let in_files = |files: &'a [TypeFile]| {
            files.iter().find_map(|file| {
                file.types
                    .iter()
                    .find(|def| def.name.value == name)
                    .map(|def| (file.stem.as_str(), def))
            })
        };
        if let Some(def) = own.iter().find(|def| def.name.value == name) {
            return Some(Found {
                def,
                home: Home::File,
            });
        }
        if let Some(product) = product
            && let Some((stem, def)) = in_files(&product.types)
        {
            return Some(Found {
                def,
                home: Home::Product(stem),
            });
        }
        in_files(&self.types).map(|(stem, def)| Found {
            def,
            home: Home::Shared(stem),
        })
    }
}

/// A definition and where it is at home.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The definition.
    pub def: &'a TypeDef,
    /// Its home.
    pub home: Home<'a>,
}

/// Where a type is at home; with the file's stem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Home<'a> {
    /// The file that names it.
    File,
    /// `spec/<product>/types/<stem>.yaml`
    Product(&'a str),
    /// `spec/types/<stem>.yaml`
    Shared(&'a str),
}
