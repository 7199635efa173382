//! What the Rust will contain: decided, and free of YAML and of Rust text.

use std::collections::BTreeSet;

use crate::spec::words::{Word, words};
use crate::spec::{Continuity, HttpMethod, Literal, Rule, Security, Weight};

/// Everything that is emitted.
#[derive(Debug, Default)]
pub struct Api {
    /// Files with items, mirroring the spec's.
    pub modules: Vec<Module>,
    /// The products.
    pub products: Vec<Product>,
    /// Every operation, stream and event, for the registry and for lists.
    pub entries: Vec<Entry>,
    /// Members and parameters without a sentence, as `path: name`.
    pub undocumented: Vec<String>,
}

/// One generated file.
#[derive(Debug)]
pub struct Module {
    /// Below `generated/`, without `.rs`: `usdm/rest/trade/new_order`.
    pub path: String,
    /// The spec file it is made from.
    pub spec: String,
    /// What stands in it.
    pub items: Vec<Item>,
}

/// One item of a file.
#[derive(Debug)]
pub enum Item {
    /// A request value.
    Request(Box<Request>),
    /// A stream's name as a value.
    Topic(Box<Topic>),
    /// An object.
    Record(Record),
    /// An array with a meaning for each place.
    Row(Record),
    /// Objects told apart by a member.
    Tagged(Tagged),
    /// Parameters of which exactly one is sent.
    Choice(Choice),
    /// A closed set of values.
    Enumeration(Enumeration),
}

/// A product with the names its modules re-export.
#[derive(Debug)]
pub struct Product {
    /// Folder and module: `usdm`.
    pub id: String,
    /// `spec/usdm/product.yaml`
    pub spec: String,
    /// Marker type.
    pub name: String,
    /// What is traded there.
    pub about: String,
    /// REST, streams, websocket API.
    pub hosts: [crate::spec::BaseUrls; 3],
    /// The display name.
    pub title: String,
    /// The rate limits.
    pub rate_limits: Vec<crate::spec::RateLimit>,
    /// The request that returns the time, and the field of its response.
    pub server_time: Option<(String, String)>,
    /// How old and how early a signed request may be.
    pub recv_window: Option<crate::spec::RecvWindow>,
    /// Names on the wire of all parameters and members that hold a secret.
    pub secrets: BTreeSet<String>,
    /// Events of the user data stream: type on the wire and name.
    pub user_events: Vec<(String, String)>,
    /// The lists in the docs of its module.
    pub overview: Overview,
    /// The enum over its topics, if it has topics.
    pub any_topic: Option<AnyTopic>,
    /// What its error numbers mean, ascending.
    pub errors: Vec<crate::spec::ErrorCode>,
    /// What those mean that it may answer with although they are another product's, ascending.
    pub borrowed_errors: Vec<crate::spec::ErrorCode>,
}

/// The lists of requests and topics in the docs of a product's module.
#[derive(Debug)]
pub struct Overview {
    /// In the order of the docs.
    pub groups: Vec<OverviewGroup>,
}

/// The requests of a group of the exchange, or the topics.
#[derive(Debug)]
pub struct OverviewGroup {
    /// The module that exports them: `market_data`.
    pub module: String,
    /// The heading: `Market data`.
    pub title: String,
    /// Sorted by file.
    pub entries: Vec<OverviewEntry>,
}

/// A request or a topic.
#[derive(Debug)]
pub struct OverviewEntry {
    /// Below the module of the product: `Depth`, `streams::AggTrades`.
    pub path: String,
    /// The first sentence of its docs.
    pub sentence: String,
    /// Whether it is deprecated.
    pub is_deprecated: bool,
}

/// Lines of a doc comment, and names the item is also found by.
#[derive(Debug, Default, Clone)]
pub struct Docs {
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// The exchange's page, behind all else.
    pub page: Option<String>,
    /// For `#[doc(alias)]`.
    pub aliases: Vec<String>,
    /// For `#[deprecated]`.
    pub deprecated: Option<String>,
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq)]
pub enum Rust {
    /// Of the runtime.
    Scalar(String),
    /// Declared by the spec.
    Declared(Declared),
    /// `Vec`
    List(Box<Self>),
    /// `Option`
    Option(Box<Self>),
    /// `BTreeMap`
    Map(Box<Self>, Box<Self>),
    /// `Result<T, Rejection>`
    OrRefusal(Box<Self>),
}

/// A declared type and the module it is imported from; `None` is the same file.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// `crate::generated::types`, in parts.
    pub module: Option<Vec<String>>,
}

/// How a value is read and written.
#[derive(Debug, Clone, PartialEq)]
pub enum Wire {
    /// By its own serde implementation.
    Plain,
    /// A scalar in quotes.
    Text,
    /// A scalar as a number.
    Number,
    /// Spellings of "no value".
    Or(Box<Self>, Vec<Literal>),
    /// A member that may be absent.
    Maybe(Box<Self>),
    /// A list.
    List(Box<Self>),
    /// A list or a lone item.
    OneOrMany(Box<Self>),
    /// An item or a refusal.
    OrError(Box<Self>),
    /// An object keyed by value.
    Map(Box<Self>, Box<Self>),
}

/// A value that arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Its Rust type.
    pub rust: Rust,
    /// How it is read and written.
    pub wire: Wire,
}

/// An object or a row.
#[derive(Debug)]
pub struct Record {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// A member with a fixed value: name on the wire and value.
    pub constant: Option<(String, String)>,
    /// Members in order.
    pub members: Vec<Member>,
}

/// A member.
#[derive(Debug)]
pub struct Member {
    /// Name on the wire.
    pub wire: String,
    /// Other names it is read from.
    pub others: Vec<String>,
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Type and form; already an `Option` where it may be absent.
    pub value: Value,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Objects told apart by a member.
#[derive(Debug)]
pub struct Tagged {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// The member.
    pub tag: String,
    /// Value of the tag and record, whose name is the variant's too.
    pub cases: Vec<(String, Record)>,
}

/// Parameters of which exactly one is sent.
#[derive(Debug)]
pub struct Choice {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Name on the wire, variant, docs, type, forced to text.
    pub members: Vec<ChoiceMember>,
}

/// One of a choice.
#[derive(Debug)]
pub struct ChoiceMember {
    /// Name on the wire.
    pub wire: String,
    /// Variant.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Type.
    pub rust: Rust,
    /// How it is sent.
    pub sent: Sent,
}

/// How one of a choice is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// In its own form.
    Plain,
    /// In quotes although it is a number.
    Text,
    /// As JSON text of a list.
    Json,
}

/// A closed set of values.
#[derive(Debug)]
pub struct Enumeration {
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Whether the values are numbers on the wire.
    pub numbers: bool,
    /// Wire value, variant, docs.
    pub values: Vec<(String, String, Docs)>,
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// Rust name.
    pub name: String,
    /// Marker type of its product.
    pub product: String,
    /// Module of its product.
    pub product_id: String,
    /// Docs.
    pub docs: Docs,
    /// HTTP method and path.
    pub rest: Option<(HttpMethod, String)>,
    /// Method of the websocket API.
    pub ws_method: Option<String>,
    /// What the exchange requires of the caller.
    pub security: Security,
    /// Whether it may be sent again.
    pub repeatable: bool,
    /// Whether it never changes anything at the exchange.
    pub is_read_only: bool,
    /// Budget of its own.
    pub bucket: String,
    /// Order cost for ten seconds and for a minute.
    pub cost: (u32, u32),
    /// How to look up its outcome.
    pub lookup: Option<Lookup>,
    /// Request weight.
    pub weight: RequestWeight,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Constructors beside `new`.
    pub constructors: Vec<Constructor>,
    /// A call for the docs.
    pub example: ExampleCall,
    /// The answer.
    pub answer: Value,
}

/// How to look up the outcome of a request.
#[derive(Debug)]
pub struct Lookup {
    /// Rust name of the lookup request.
    pub name: String,
    /// Type of the lookup request.
    pub request: Rust,
    /// Error codes that mean "not found".
    pub not_found: Vec<i64>,
    /// Arguments of the lookup's constructor, in order.
    pub arguments: Vec<LookupArgument>,
}

/// One argument of a lookup.
#[derive(Debug)]
pub struct LookupArgument {
    /// The field that it is taken from.
    pub field: String,
    /// Whether the field is an `Option`.
    pub optional: bool,
    /// Whether the type of the field is `Copy`.
    pub is_copy: bool,
    /// The choice that the argument is a variant of, and the variant.
    pub chosen: Option<(Rust, String)>,
}

/// A call of a request in its docs.
#[derive(Debug, Clone)]
pub struct ExampleCall {
    /// The request.
    pub request: PublicType,
    /// How it is created.
    pub constructor: Constructing,
    /// Arguments in order.
    pub arguments: Vec<ExampleValue>,
    /// Setters and their values.
    pub setters: Vec<(String, ExampleValue)>,
    /// Whether the REST client sends it.
    pub is_sent: bool,
}

/// A function that creates a request.
#[derive(Debug, Clone)]
pub enum Constructing {
    /// `new`
    New,
    /// A constructor of the spec.
    Named(String),
}

/// A type as users of the crate import it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicType {
    /// Its name.
    pub name: String,
    /// The module that exports it.
    pub path: PublicPath,
}

/// A public module of the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicPath {
    /// `binance_futures::prelude`
    Prelude,
    /// The module of the product.
    Product,
    /// The module `ws_api` of the product.
    WsApi,
}

/// A value in an example call.
#[derive(Debug, Clone)]
pub enum ExampleValue {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i128),
    /// A decimal, as written.
    Decimal(String),
    /// A boolean.
    Flag(bool),
    /// A variant of an enum.
    Variant(PublicType, String),
    /// A variant of a choice with its value.
    Choice(PublicType, String, Box<Self>),
    /// A value that `into` converts.
    Converted(Box<Self>),
    /// `[…]`
    Array(Vec<Self>),
    /// `vec![…]`
    Vec(Vec<Self>),
    /// Another request.
    Call(Box<ExampleCall>),
}

/// Request weight in terms of Rust.
#[derive(Debug)]
pub enum RequestWeight {
    /// Always the same.
    Fixed(u32),
    /// By a number: field, whether optional, what stands for absence, steps.
    Steps {
        /// The field.
        field: String,
        /// Whether the field is an `Option`.
        optional: bool,
        /// What the exchange takes when it is absent.
        default: Option<u64>,
        /// Weight when it is absent and there is no default.
        absent: Option<u32>,
        /// Inclusive upper bound and weight.
        steps: Vec<(u64, u32)>,
    },
    /// By whether a field is there.
    ByPresence {
        /// The field.
        field: String,
        /// The choice the field is and the variant of it that counts, if it is one.
        chosen: Option<(Rust, String)>,
        /// When it is.
        given: u32,
        /// When it is not.
        absent: u32,
    },
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name in the spec: on the wire too, but for choices.
    pub wire: String,
    /// Names on the wire: those of its members if it is a choice.
    pub sent_as: Vec<String>,
    /// Rust name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it is.
    pub kind: ParameterKind,
    /// Whether functions take anything that `Into` converts into the value, or into an item of the list.
    pub is_converted: bool,
    /// What the exchange accepts.
    pub rules: Vec<Rule>,
    /// The client makes one.
    pub generated: bool,
    /// The variant that is a client order id, if this is a choice with one.
    pub choice_ids: Option<ChoiceIds>,
}

/// A variant of a choice that holds client order ids: the choice and the variant.
#[derive(Debug, Clone)]
pub enum ChoiceIds {
    /// One id.
    One(Rust, String),
    /// A list of ids.
    Many(Rust, String),
}

/// What a parameter is.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterKind {
    /// A scalar or an enum.
    Value {
        /// Its type.
        rust: Rust,
        /// Whether it is sent in quotes although it is a number or flag.
        as_text: bool,
    },
    /// Exactly one of several.
    Choice(Rust),
    /// Always the same.
    Constant(String),
    /// JSON text of a list.
    Json(Rust),
    /// JSON text of other requests.
    Requests(Rust),
}

/// A constructor beside `new`.
#[derive(Debug)]
pub struct Constructor {
    /// Its name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// Rust name of a parameter, and its value.
    pub sets: Vec<(String, Preset)>,
    /// Rust names of parameters.
    pub takes: Vec<String>,
}

/// A fixed value.
#[derive(Debug)]
pub enum Preset {
    /// A variant of an enum.
    Variant(Rust, String),
    /// A flag.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal or text, as written.
    Text(Rust, String),
}

/// A stream's name.
#[derive(Debug)]
pub struct Topic {
    /// Rust name.
    pub name: String,
    /// Marker type of its product.
    pub product: String,
    /// Module of its product.
    pub product_id: String,
    /// Docs.
    pub docs: Docs,
    /// URL group.
    pub group: Option<String>,
    /// How often events arrive.
    pub cadence: crate::spec::Cadence,
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
    /// What arrives.
    pub event: Value,
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
}

/// A part of a topic's name that is present if its value is.
#[derive(Debug)]
pub struct OptionalPart {
    /// The text before the value.
    pub before: String,
    /// The value.
    pub value: NameValue,
    /// The text behind the value.
    pub after: String,
}

/// The enum over the topics of a product.
#[derive(Debug)]
pub struct AnyTopic {
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

/// How the position of an event is found.
#[derive(Debug)]
pub struct Position {
    /// Whether the event is a list, with one position for each element.
    pub is_list: bool,
    /// The fields that tell sequences apart.
    pub key: Vec<PositionField>,
    /// The first number.
    pub first: Option<PositionField>,
    /// The last number.
    pub last: PositionField,
    /// The last number of the event before.
    pub previous: Option<PositionField>,
}

/// A field that is part of a position.
#[derive(Debug)]
pub struct PositionField {
    /// Rust name.
    pub name: String,
    /// Whether it is an `Option`.
    pub optional: bool,
    /// Whether it is a `Timestamp`.
    pub is_time: bool,
}

words! {
    /// What an [`Entry`] is.
    EntryKind {
        /// A REST operation.
        Rest = "rest",
        /// A method of the websocket API without a REST twin.
        WsApi = "ws_api",
        /// A market stream.
        Stream = "stream",
        /// An event of the user data stream.
        UserEvent = "user_event",
    }
}

/// One line of the registry.
#[derive(Debug)]
pub struct Entry {
    /// `usdm`
    pub product: String,
    /// What it is.
    pub kind: EntryKind,
    /// The file's name.
    pub id: String,
    /// Rust name.
    pub name: String,
    /// Group of the exchange: `trade`.
    pub group: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Name in the exchange's own SDK.
    pub sdk: Option<String>,
    /// Name in the old Python connector.
    pub connector: Option<String>,
    /// The spec file.
    pub spec: String,
    /// HTTP method.
    pub method: Option<HttpMethod>,
    /// Path.
    pub path: Option<String>,
    /// Method of the websocket API.
    pub ws_method: Option<String>,
    /// Name template of the stream.
    pub stream: Option<String>,
    /// Type of the event on the wire.
    pub event: Option<String>,
    /// What the exchange requires of the caller, of an operation.
    pub security: Option<Security>,
    /// Request weight as in the spec, with the default of the parameter it goes by.
    pub weight: Option<(Weight, Option<u64>)>,
    /// Order cost for ten seconds and for a minute.
    pub cost: (u32, u32),
    /// Budget of its own.
    pub bucket: String,
    /// Whether it may be sent again.
    pub repeatable: bool,
    /// Parameters by their names on the wire.
    pub parameters: Vec<EntryParameter>,
    /// Members of what arrives.
    pub members: Vec<EntryMember>,
    /// The exchange's page.
    pub docs: Option<String>,
    /// What replaces it, or since when it is gone.
    pub deprecated: Option<String>,
    /// Since when the exchange no longer answers it.
    pub removed: Option<String>,
    /// Where it was announced, while no document describes it.
    pub announced: Option<String>,
    /// What arrives, for the registry's decoder.
    pub value: Value,
    /// The sample's text.
    pub sample: String,
}

/// A parameter of an [`Entry`].
#[derive(Debug, Clone)]
pub struct EntryParameter {
    /// Name on the wire.
    pub name: String,
    /// Type as in the spec.
    pub ty: String,
    /// Whether it must be sent.
    pub required: bool,
    /// What the exchange accepts.
    pub rules: Vec<Rule>,
}

/// A member of an [`Entry`].
#[derive(Debug, Clone)]
pub struct EntryMember {
    /// `symbols[].filters[].tickSize`
    pub path: String,
    /// Type as in the spec.
    pub ty: String,
    /// Whether it may be absent.
    pub optional: bool,
}

impl Wire {
    /// Whether serde's own implementation does.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }
}
