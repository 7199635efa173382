//! Operations: REST operations and methods of the websocket API.

use super::{Field, Head, HttpMethod, Security, Text, Type};
use crate::problem::Place;

/// A REST operation or a method of the websocket API.
#[derive(Debug)]
pub struct Operation {
    /// What every file has.
    pub head: Head,
    /// Folder below `rest/`; `ws_api` for methods without a REST twin.
    pub group: String,
    /// HTTP method and path.
    pub rest: Option<RestCall>,
    /// Method of the websocket API.
    pub ws_api: Option<Text>,
    /// What the exchange requires of the caller.
    pub security: Security,
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
    /// The response.
    pub response: Type,
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
