//! The order of the modules of `binance-futures`.

/// A module and the reason for its place.
pub(super) type Layer = (&'static str, &'static str);

/// From top to bottom: a module may import from the modules above it, and from nothing below it.
///
/// A name is a top-level module, or a path to a nested module (`generated::registry`) that has its own place in the order.
pub(super) const LAYERS: &[Layer] = &[
    (
        "values",
        "symbols, ids, timestamps and decimals depend on nothing",
    ),
    ("json", "a reader of JSON text"),
    ("wire", "the JSON forms of values"),
    (
        "decode",
        "reads responses and events through the forms of `wire`",
    ),
    ("parameters", "writes values into a query string or JSON"),
    ("request", "a request writes itself through `parameters`"),
    (
        "check",
        "checks the parameters of a request against its rules",
    ),
    ("topic", "a topic describes a stream and its decoded event"),
    ("rate_limits", "the usage that the exchange reports"),
    ("error", "errors report on requests, responses and rules"),
    ("dynamic", "builds requests from parameters by name"),
    ("support", "what generated code uses"),
    (
        "generated",
        "requests, responses, topics and events, written in terms of the modules above",
    ),
    (
        "types",
        "re-exports hand-written values and generated shared types",
    ),
    ("environment", "looks up the URLs of a product"),
    ("clock", "the time source of clients"),
    ("auth", "credentials belong to an environment"),
    ("governor", "counts calls against the rate limits"),
    (
        "client",
        "what all transports share: environment, credentials, clock, governor, retries",
    ),
    ("rest", "the HTTP transport of `client`"),
    ("ws", "the messages of websocket connections"),
    (
        "usdm",
        "re-exports what is generated for USDⓈ-M, and its client",
    ),
    (
        "coinm",
        "re-exports what is generated for COIN-M, and its client",
    ),
    ("prelude", "re-exports for users"),
    ("registry", "the table of all operations"),
    ("mock", "the mock exchange serves the registry to clients"),
];
