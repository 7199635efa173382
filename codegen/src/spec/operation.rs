//! Operations: REST operations and methods of the websocket API.

use super::{Field, Head, HttpMethod, Security, Text, Type};
use crate::problem::Place;

/// A REST operation or a method of the websocket API.
#[derive(Debug)]
pub struct Operation {
    /// Keys that all items have.
    pub head: Head,
    /// Folder below `rest/`. `ws_api` for methods without a REST operation.
    pub group: String,
    /// HTTP method and path. Absent for methods without a REST operation.
    pub rest: Option<RestCall>,
    /// Method of the websocket API.
    pub ws_api: Option<Text>,
    /// What the exchange requires of the caller.
    pub security: Security,
    /// Request weight.
    pub weight: Weight,
    /// Request weight over the websocket API, if it differs.
    pub ws_weight: Option<(u32, Place)>,
    /// Number of orders that it counts as, for the limits per 10 seconds and per minute.
    pub orders: OrderCount,
    /// A bucket that it counts against besides its weight.
    pub bucket: Option<Text>,
    /// Whether sending it twice has the same effect as sending it once.
    pub repeatable: bool,
    /// How to look up its outcome.
    pub lookup: Option<Lookup>,
    /// Error codes whose remedy is another one for this request, with the remedies.
    pub remedies: Vec<(Text, Text)>,
    /// Parameters in the order in which they are sent.
    pub parameters: Vec<Parameter>,
    /// Constructors in addition to `new`.
    pub constructors: Vec<Constructor>,
    /// The call shown in the docs: parameters and values.
    pub example: Vec<(Text, Text)>,
    /// The response.
    pub response: Type,
    /// Whether each decimal of the response can be blank. `None` if the file does not say.
    pub blank_amounts: Option<bool>,
}

impl Operation {
    /// Whether it never changes anything at the exchange.
    pub fn is_read_only(&self) -> bool {
        let is_get = |call: &RestCall| call.method == HttpMethod::Get;
        self.repeatable && self.rest.as_ref().is_some_and(is_get)
    }
}

/// An HTTP method and a path.
#[derive(Debug, Clone)]
pub struct RestCall {
    /// The method.
    pub method: HttpMethod,
    /// The path.
    pub path: Text,
}

/// How to look up the outcome of a request.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The read-only operation that looks it up.
    pub request: Text,
    /// Parameters of the lookup, or parameters of its choices, with the parameters of the request that they are taken from.
    pub with: Vec<(Text, Text)>,
    /// Error codes that mean "not found".
    pub not_found: Vec<(i64, Place)>,
}

/// Request weight.
#[derive(Debug, Clone)]
pub enum Weight {
    /// Always the same.
    Fixed(u32),
    /// Not documented.
    Unknown,
    /// Depends on the value of a numeric parameter.
    Steps {
        /// The parameter.
        by: Text,
        /// Inclusive upper bounds in ascending order, with weights.
        steps: Vec<(u64, u32)>,
        /// Weight if the parameter is absent. `None` if it is required or has a default.
        absent: Option<u32>,
    },
    /// Depends on whether a parameter is sent.
    ByPresence {
        /// The parameter.
        by: Text,
        /// Weight with the parameter.
        given: u32,
        /// Weight without the parameter.
        absent: u32,
    },
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name, type and sentence.
    pub field: Field,
    /// The value that the exchange uses when it is absent.
    pub default: Option<Text>,
    /// The value that the exchange uses over the websocket API, if it differs.
    pub ws_default: Option<Text>,
    /// Rules for its value.
    pub rules: Vec<Rule>,
    /// Whether the client fills in a value when it is absent.
    pub generated: bool,
}

/// A rule for the value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Accepted numbers, or accepted values of an enum.
    OneOf(Vec<Text>),
    /// Smallest and largest value.
    Range(Option<String>, Option<String>),
    /// Largest number of characters.
    MaxLength(u64),
    /// A set of characters and a number of them.
    Characters {
        /// All accepted characters.
        allowed: String,
        /// Smallest number of characters.
        minimum: u64,
        /// Largest number of characters.
        maximum: u64,
        /// The pattern in the spec.
        pattern: String,
    },
    /// Largest number of items.
    MaxItems(u64),
}

/// A constructor in addition to `new`.
#[derive(Debug, Clone)]
pub struct Constructor {
    /// Its name.
    pub name: Text,
    /// A sentence that says what it creates.
    pub about: Option<String>,
    /// Parameters with a fixed value.
    pub sets: Vec<(Text, Text)>,
    /// Parameters that are arguments.
    pub takes: Vec<Text>,
}

/// The number of orders that a request counts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderCount {
    /// In the limit for ten seconds.
    pub ten_seconds: u32,
    /// In the limit for one minute.
    pub minute: u32,
}

impl OrderCount {
    /// Whether the request counts as no order.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}
