//! Products.

use super::{CountedBy, LimitKind, Operation, OrderOrigin, Text, Topic, TypeFile, UserEvent};

/// A product.
#[derive(Debug)]
pub struct Product {
    /// Folder: `usdm`.
    pub id: String,
    /// `spec/usdm/product.yaml`
    pub path: String,
    /// Rust name: `Usdm`.
    pub name: Text,
    /// A sentence that says what is traded.
    pub about: String,
    /// Base URLs of REST, streams and websocket API.
    pub hosts: [BaseUrls; 3],
    /// URL groups of the streams.
    pub groups: Vec<Text>,
    /// The value of fields that tell products apart, in elements of this product.
    pub symbol_type: Option<Text>,
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
    /// The limits of one connection to the streams. `None` only in a spec with problems.
    pub stream_connections: Option<StreamConnections>,
    /// The URL of user data, with the placeholders `<listenKey>` and `<events>`. `None` only in a spec with problems.
    pub user_data: Option<Text>,
    /// The operation that returns the time, and the field of its response. `None` only in a spec with problems.
    pub server_time: Option<(Text, Text)>,
    /// Another product whose error codes apply as well.
    pub errors_of: Option<Text>,
    /// Prefixes of the client order ids of orders that the exchange placed.
    pub order_origins: Vec<(Text, OrderOrigin)>,
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
    /// Production.
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
    /// What is counted.
    pub kind: LimitKind,
    /// The largest count in one interval.
    pub limit: u64,
    /// The interval in seconds.
    pub seconds: u64,
    /// Whether requests are counted per IP address or per account.
    pub counted_by: CountedBy,
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

/// The limits of one connection to the streams, with times in seconds.
#[derive(Debug, Clone, Copy)]
pub struct StreamConnections {
    /// The most topics.
    pub topics: u32,
    /// The most frames that the exchange accepts in a second.
    pub frames_per_second: u32,
    /// After how long the exchange closes the connection.
    pub lifetime: u32,
    /// How often the exchange sends a ping.
    pub ping_interval: u32,
    /// After how long without a pong the exchange closes the connection.
    pub pong_timeout: u32,
}

impl Product {
    /// The operation with that id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        let mut operations = self.operations.iter();
        operations.find(|operation| operation.head.id.value == id)
    }
}
