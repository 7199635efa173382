//! Example calls in the docs of requests and topics.

/// A call that creates a request or a topic in its docs.
#[derive(Debug, Clone)]
pub struct ExampleCall {
    /// The request or the topic.
    pub request: PublicType,
    /// How it is created.
    pub constructor: Constructing,
    /// Arguments in order.
    pub arguments: Vec<ExampleValue>,
    /// The setters that follow, in order.
    pub setters: Vec<Setter>,
    /// Whether it is a request that the REST client sends.
    pub is_sent: bool,
}

/// A function that creates a request or a topic.
#[derive(Debug, Clone)]
pub enum Constructing {
    /// `new`
    New,
    /// A constructor of the spec.
    Named(String),
}

/// A call of a setter.
#[derive(Debug, Clone)]
pub struct Setter {
    /// The setter.
    pub name: String,
    /// Its argument.
    pub value: ExampleValue,
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
    /// The module `streams` of the product.
    Streams,
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
