//! The table of all operations, streams and events.

use super::Value;
use crate::spec::words::{Word, words};
use crate::spec::{HttpMethod, OrderCount, Rule, Security, Weight};

words! {
    /// What an [`Entry`] is.
    EntryKind {
        /// A REST operation.
        Rest = "rest",
        /// A method of the websocket API without a REST endpoint.
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
    /// The product: `usdm`.
    pub product: String,
    /// What it is.
    pub kind: EntryKind,
    /// The name of the spec file, without its ending.
    pub id: String,
    /// Rust name.
    pub name: String,
    /// The group in the documentation of the exchange: `trade`. Of a topic, the URL group; empty without one.
    pub group: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The name in the exchange's SDK.
    pub sdk: Option<String>,
    /// The name in the old Python connector.
    pub connector: Option<String>,
    /// The spec file.
    pub spec: String,
    /// HTTP method.
    pub method: Option<HttpMethod>,
    /// Path.
    pub path: Option<String>,
    /// Method of the websocket API.
    pub ws_method: Option<String>,
    /// The pattern of the topic's name.
    pub stream: Option<String>,
    /// Type of the event on the wire.
    pub event: Option<String>,
    /// What the exchange requires of the caller. `None` if this is not an operation.
    pub security: Option<Security>,
    /// Request weight. `None` if this is not an operation.
    pub weight: Option<EntryWeight>,
    /// Request weight over the websocket API, if it differs.
    pub ws_weight: Option<u32>,
    /// The number of orders that it counts as.
    pub orders: OrderCount,
    /// The rate-limit bucket that it counts against, besides its weight.
    pub bucket: Option<String>,
    /// Whether sending it twice has the same effect as sending it once.
    pub is_idempotent: bool,
    /// Parameters by their names on the wire.
    pub parameters: Vec<EntryParameter>,
    /// The fields of the response or event.
    pub fields: Vec<EntryField>,
    /// The exchange's page.
    pub docs: Option<String>,
    /// What replaces it.
    pub deprecated: Option<String>,
    /// Since when the exchange no longer offers it.
    pub removed: Option<String>,
    /// Where it was announced, if no document describes it yet.
    pub announced: Option<String>,
    /// How it is known, if no document describes it and it was not announced.
    pub undocumented: Option<String>,
    /// The response or event, for the registry's decoder.
    pub value: Value,
    /// The text of the sample.
    pub sample: String,
}

/// A request weight as in the spec.
#[derive(Debug)]
pub struct EntryWeight {
    /// The weight.
    pub weight: Weight,
    /// The default of the parameter that it depends on.
    pub default: Option<u64>,
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
    /// The value that the exchange uses when it is absent.
    pub default: Option<String>,
    /// The value that the exchange uses over the websocket API, if it differs.
    pub ws_default: Option<String>,
    /// Why it should no longer be sent.
    pub deprecated: Option<String>,
}

/// A field of the response or event of an [`Entry`].
#[derive(Debug, Clone)]
pub struct EntryField {
    /// Its path: `symbols[].filters[].tickSize`.
    pub path: String,
    /// Other names that it is decoded from.
    pub others: Vec<String>,
    /// Type as in the spec.
    pub ty: String,
    /// Whether it may be absent.
    pub optional: bool,
}
