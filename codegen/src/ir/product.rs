//! Products.

use std::collections::BTreeSet;

use super::AnyTopic;
use crate::spec::{self, ErrorCode, OrderOrigin, RateLimit, RecvWindow, StreamConnections};

/// A product with the names that its modules re-export.
#[derive(Debug)]
pub struct Product {
    /// Folder and module: `usdm`.
    pub id: String,
    /// The spec file: `spec/usdm/product.yaml`.
    pub spec: String,
    /// The marker type.
    pub name: String,
    /// What is traded there.
    pub about: String,
    /// The URLs of its services.
    pub urls: BaseUrls,
    /// The URL groups of its streams.
    pub stream_groups: Vec<String>,
    /// How a connection to user data is opened.
    pub user_data: UserDataUrl,
    /// The display name.
    pub title: String,
    /// The rate limits.
    pub rate_limits: Vec<RateLimit>,
    /// How the time of the exchange is requested.
    pub server_time: ServerTime,
    /// How old, and how far ahead, the timestamp of a signed request may be.
    pub recv_window: RecvWindow,
    /// The limits of one connection to the streams.
    pub stream_connections: StreamConnections,
    /// Prefixes of the client order ids of orders that the exchange placed.
    pub order_origins: Vec<(String, OrderOrigin)>,
    /// Names on the wire of all parameters and fields that contain a secret.
    pub secrets: BTreeSet<String>,
    /// Events of the user data stream.
    pub user_events: Vec<UserEvent>,
    /// The lists in the docs of its module.
    pub overview: Overview,
    /// The enum over its topics, if it has topics.
    pub any_topic: Option<AnyTopic>,
    /// The error codes that not all products share.
    pub codes: ErrorCodes,
}

/// The marker type of a product.
#[derive(Debug)]
pub struct ProductMarker {
    /// The module of the product.
    pub id: String,
    /// The Rust name.
    pub name: String,
}

/// Error codes.
#[derive(Debug, Default)]
pub struct ErrorCodes {
    /// Those that have a constant, ascending.
    pub constants: Vec<ErrorCode>,
    /// Those that are in the table, ascending. Codes that a product takes over from another one are in its table only, because their names
    /// may stand for other codes there.
    pub rows: Vec<ErrorCode>,
}

/// The URLs of a product's services.
#[derive(Debug)]
pub struct BaseUrls {
    /// REST.
    pub rest: spec::BaseUrls,
    /// Streams.
    pub streams: spec::BaseUrls,
    /// The websocket API.
    pub ws_api: spec::BaseUrls,
}

/// The request that returns the time of the exchange.
#[derive(Debug)]
pub struct ServerTime {
    /// Rust name of the request.
    pub request: String,
    /// Rust name of the field of its response.
    pub field: String,
}

/// The URL that opens user data.
#[derive(Debug)]
pub struct UserDataUrl {
    /// The URL group.
    pub group: Option<String>,
    /// The text before the listen key.
    pub before: String,
    /// The text after the listen key, with the names of all events.
    pub after: String,
}

/// An event of the user data stream.
#[derive(Debug)]
pub struct UserEvent {
    /// Its type on the wire: `ORDER_TRADE_UPDATE`.
    pub event_type: String,
    /// Rust name.
    pub name: String,
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
    /// The path below the module of the product: `Depth`, `streams::AggTrades`.
    pub path: String,
    /// The first sentence of its docs.
    pub sentence: String,
    /// Whether it is deprecated.
    pub is_deprecated: bool,
}
