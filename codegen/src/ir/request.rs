//! Requests.

use super::{Docs, ExampleCall, RustType, Value};
use crate::spec::{HttpMethod, OrderCount, Rule, Security};

/// A request.
#[derive(Debug)]
pub struct Request {
    /// Rust name.
    pub name: String,
    /// The marker type of its product.
    pub product: String,
    /// The module of its product.
    pub product_id: String,
    /// Docs.
    pub docs: Docs,
    /// The REST endpoint. `None` if only the websocket API offers the request.
    pub rest: Option<RestEndpoint>,
    /// The method of the websocket API. `None` if only the REST API offers the request.
    pub ws_method: Option<String>,
    /// What the exchange requires of the caller.
    pub security: Security,
    /// Whether sending it twice has the same effect as sending it once.
    pub is_idempotent: bool,
    /// Whether it never changes anything at the exchange.
    pub is_read_only: bool,
    /// The rate-limit bucket that it counts against, besides its weight.
    pub bucket: Option<String>,
    /// The number of orders that it counts as.
    pub orders: OrderCount,
    /// How to look up its outcome.
    pub lookup: Option<Lookup>,
    /// Error codes whose remedy is another one for this request, in order, with the remedies.
    pub remedies: Vec<(i64, String)>,
    /// Whether it reads a time window.
    pub reads_history: bool,
    /// Request weight.
    pub weight: RequestWeight,
    /// Request weight over the websocket API, if it differs.
    pub ws_weight: Option<u32>,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Constructors in addition to `new`.
    pub constructors: Vec<Constructor>,
    /// A call for the docs.
    pub example: ExampleCall,
    /// The response.
    pub response: Value,
}

/// A REST endpoint.
#[derive(Debug)]
pub struct RestEndpoint {
    /// HTTP method.
    pub method: HttpMethod,
    /// Path.
    pub path: String,
}

/// How to look up the outcome of a request.
#[derive(Debug)]
pub struct Lookup {
    /// Rust name of the lookup request.
    pub name: String,
    /// Type of the lookup request.
    pub request: RustType,
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
    /// The variant of a choice that the argument is, if it is one.
    pub chosen: Option<ChoiceVariant>,
}

/// A variant of a choice.
#[derive(Debug, Clone)]
pub struct ChoiceVariant {
    /// The type of the choice.
    pub choice: RustType,
    /// The variant.
    pub variant: String,
}

/// The request weight.
#[derive(Debug)]
pub enum RequestWeight {
    /// It does not depend on the parameters.
    Fixed(u32),
    /// It depends on the value of a number.
    Steps {
        /// The field.
        field: String,
        /// Whether the field is an `Option`.
        optional: bool,
        /// The value that the exchange uses when it is absent.
        default: Option<u64>,
        /// The weight when it is absent and has no default.
        absent: Option<u32>,
        /// Ascending.
        steps: Vec<WeightStep>,
    },
    /// It depends on whether a parameter is present.
    ByPresence {
        /// The field.
        field: String,
        /// The variant that counts, if the field is a choice.
        chosen: Option<ChoiceVariant>,
        /// The weight with the parameter.
        given: u32,
        /// The weight without the parameter.
        absent: u32,
    },
}

/// The weight of a range of values.
#[derive(Debug)]
pub struct WeightStep {
    /// The largest value of the range.
    pub up_to: u64,
    /// The weight.
    pub weight: u32,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name in the spec. It is the name on the wire as well, unless this is a choice.
    pub wire: String,
    /// Names on the wire: those of its alternatives if it is a choice.
    pub wire_names: Vec<String>,
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
    /// Whether the client fills it in if it is absent.
    pub is_generated: bool,
    /// The variant that is a client order id, if this is a choice with one.
    pub choice_ids: Option<ChoiceIds>,
}

/// A variant of a choice that holds client order ids.
#[derive(Debug, Clone)]
pub enum ChoiceIds {
    /// One id.
    One(ChoiceVariant),
    /// A list of ids.
    Many(ChoiceVariant),
}

/// What a parameter is.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterKind {
    /// A scalar or an enum.
    Value {
        /// Its type.
        rust: RustType,
        /// Whether it is sent as text although it is a number or a boolean.
        as_text: bool,
    },
    /// Exactly one of several parameters.
    Choice(RustType),
    /// A value that is always the same.
    Constant(String),
    /// JSON text of a list.
    Json(RustType),
    /// JSON text of other requests.
    Requests(RustType),
}

/// A constructor in addition to `new`.
#[derive(Debug)]
pub struct Constructor {
    /// Its name.
    pub name: String,
    /// Docs.
    pub docs: Docs,
    /// The fields that it sets to fixed values.
    pub sets: Vec<PresetField>,
    /// The fields that are its arguments.
    pub takes: Vec<String>,
}

/// A field with a fixed value.
#[derive(Debug)]
pub struct PresetField {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: Preset,
}

/// A fixed value.
#[derive(Debug)]
pub enum Preset {
    /// A variant of an enum.
    Variant(RustType, String),
    /// A boolean.
    Flag(bool),
    /// An integer.
    Integer(i64),
    /// A decimal or text, as written.
    Text(RustType, String),
}
