//! Keys of the mappings inside files.

use super::{Form, Keyword, Table, key, must};
use crate::spec::words::{CountedBy, EnumForm, ErrorClass, LimitKind, Word};

/// URLs of one interface by environment.
pub const HOSTS: Table = Table {
    name: "hosts",
    about: "URLs by environment.",
    groups: &[&[
        must("production", Form::Text, "Production."),
        key("testnet", Form::Text, "The test network."),
        key("demo", Form::Text, "Demo trading."),
    ]],
};

/// A rate limit.
pub const RATE_LIMIT: Table = Table {
    name: "rate_limit",
    about: "A rate limit.",
    groups: &[&[
        must(
            "counts",
            Form::OneOf(LimitKind::WORDS),
            "What is counted: the common request weight, the requests of a bucket, orders, or connection attempts.",
        ),
        must("limit", Form::Whole, "The largest count in one interval."),
        must("per", Form::Text, "The interval, such as 5m."),
        must(
            "scope",
            Form::OneOf(CountedBy::WORDS),
            "Whether requests are counted per IP address or per account.",
        ),
        key(
            "bucket",
            Form::Text,
            "The bucket whose requests are counted. Default the name of the limit.",
        ),
        key(
            "shared",
            Form::Flag,
            "Whether the requests of all products count against it together. Default false.",
        ),
        key("about", Form::Text, "Where the limit is known from."),
    ]],
};

/// The operation that returns the time.
pub const SERVER_TIME: Table = Table {
    name: "server_time",
    about: "The operation that returns the time of the exchange.",
    groups: &[&[
        must("request", Form::Text, "The operation, by its file name."),
        must(
            "field",
            Form::Text,
            "The field of its response, by its name on the wire.",
        ),
    ]],
};

/// How far a timestamp may be from the exchange's clock.
pub const RECV_WINDOW: Table = Table {
    name: "recv_window",
    about: "The limits of the receive window, in milliseconds.",
    groups: &[&[
        must(
            "default",
            Form::Whole,
            "The window that applies if a request names none.",
        ),
        must(
            "max",
            Form::Whole,
            "The longest window that the exchange is known to accept.",
        ),
        must(
            "max_ahead",
            Form::Whole,
            "How far a timestamp may be ahead of the exchange's clock.",
        ),
    ]],
};

/// The limits of one connection to the streams.
pub const STREAM_CONNECTIONS: Table = Table {
    name: "stream_connections",
    about: "The limits of one connection to the streams.",
    groups: &[&[
        must(
            "topics",
            Form::Whole,
            "The most topics that a connection can be subscribed to.",
        ),
        must(
            "frames_per_second",
            Form::Whole,
            "The most frames that the exchange accepts in a second.",
        ),
        must(
            "lifetime",
            Form::Whole,
            "Seconds after which the exchange closes the connection.",
        ),
        must(
            "ping_interval",
            Form::Whole,
            "Seconds between two pings of the exchange.",
        ),
        must(
            "pong_timeout",
            Form::Whole,
            "Seconds without a pong after which the exchange closes the connection.",
        ),
    ]],
};

/// How to look up the outcome of a request.
pub const LOOKUP: Table = Table {
    name: "lookup",
    about: "How to look up the outcome of a request whose response was lost.",
    groups: &[&[
        must(
            "request",
            Form::Text,
            "The read-only operation that looks it up, by its file name.",
        ),
        must(
            "with",
            Form::TextMap,
            "Parameters of the lookup, or parameters of its choices, and the parameters of this request that they are taken from.",
        ),
        key(
            "not_found",
            Form::TextList,
            "Error codes of the lookup that mean `not found`. Omitted if no such code is known.",
        ),
    ]],
};

/// The number of orders that a call counts as.
pub const COST: Table = Table {
    name: "cost",
    about: "The number of orders that a call counts as, by order limit.",
    groups: &[&[
        key(
            "10s",
            Form::Whole,
            "Orders counted against the limit per 10 seconds.",
        ),
        key(
            "1m",
            Form::Whole,
            "Orders counted against the limit per minute.",
        ),
    ]],
};

/// The position of an event in its sequence.
pub const POSITION: Table = Table {
    name: "position",
    about: "The fields of an event that give it its place in the sequence, by their names on the wire.",
    groups: &[&[
        must(
            "key",
            Form::TextList,
            "The fields that tell sequences apart, such as the symbol.",
        ),
        key(
            "first",
            Form::Text,
            "The first number that the event covers. Default `last`.",
        ),
        must("last", Form::Text, "The last number that the event covers."),
        key(
            "previous",
            Form::Text,
            "The last number of the event before it.",
        ),
        key(
            "period",
            Form::Text,
            "The start of the period that the event is a state of, for candlesticks. With `closed`.",
        ),
        key(
            "closed",
            Form::Text,
            "Whether the state of the period is the last one. With `period`.",
        ),
        key(
            "within",
            Form::Text,
            "The time within which an equal event is a copy, for `copies`.",
        ),
    ]],
};

/// Keys that parameters and fields share.
const VALUE: &[Keyword] = &[
    must("is", Form::Type, "Its type."),
    key(
        "about",
        Form::Text,
        "One sentence. Default the sentence of the vocabulary.",
    ),
    key("deprecated", Form::Text, "What replaces it."),
];

const PATTERN: Keyword = key(
    "pattern",
    Form::Text,
    "A set of characters and a length: ^[A-Za-z0-9_-]{1,36}$",
);

/// Defaults that depend on the transport.
pub const DEFAULTS: Table = Table {
    name: "defaults",
    about: "The values that the exchange uses when the parameter is absent, by transport.",
    groups: &[&[
        must("rest", Form::Scalar, "Over REST."),
        must("ws_api", Form::Scalar, "Over the websocket API."),
    ]],
};

/// A parameter with more than a type.
pub const PARAMETER: Table = Table {
    name: "parameter",
    about: "A parameter with more than a type.",
    groups: &[
        VALUE,
        &[
            key(
                "default",
                Form::ScalarOr(&DEFAULTS),
                "The value that the exchange uses when the parameter is absent.",
            ),
            key(
                "one_of",
                Form::TextList,
                "The only accepted numbers, or the only accepted values of the enum.",
            ),
            key("minimum", Form::Scalar, "Smallest accepted value."),
            key("maximum", Form::Scalar, "Largest accepted value."),
            key("max_length", Form::Whole, "Largest number of characters."),
            PATTERN,
            key("max_items", Form::Whole, "Largest number of items."),
            key(
                "generated",
                Form::Flag,
                "Whether the client fills in a value when the parameter is absent. Default false.",
            ),
        ],
    ],
};

/// A constructor in addition to `new`.
pub const CONSTRUCTOR: Table = Table {
    name: "constructor",
    about: "A combination of parameters that the exchange requires.",
    groups: &[&[
        key(
            "about",
            Form::Text,
            "One sentence that says what it creates.",
        ),
        key("sets", Form::TextMap, "Parameters with a fixed value."),
        must(
            "takes",
            Form::TextList,
            "Parameters that are arguments, in this order.",
        ),
    ]],
};

/// A field with more than a type.
pub const FIELD: Table = Table {
    name: "field",
    about: "A field with more than a type.",
    groups: &[
        VALUE,
        &[
            key("absent", Form::Text, "When the field is absent."),
            key(
                "since",
                Form::Scalar,
                "The date since which all data has the field, if some older data lacks it: 2023, 2023-09 or 2023-09-05.",
            ),
            key(
                "until",
                Form::Scalar,
                "The first date without the field, if newer data lacks it.",
            ),
            key(
                "minimum",
                Form::Scalar,
                "Smallest value of an integer, if the exchange documents its whole range.",
            ),
            key("maximum", Form::Scalar, "Largest value of the integer."),
        ],
    ],
};

/// A record or row in place.
pub const IN_PLACE: Table = Table {
    name: "in_place",
    about: "A record or row that is defined where it is used.",
    groups: &[&[
        must("name", Form::Text, "Rust name."),
        key(
            "about",
            Form::Text,
            "One sentence that says what it contains.",
        ),
        key(
            "fields",
            Form::Fields(&FIELD),
            "Fields by their names on the wire.",
        ),
        key(
            "row",
            Form::Columns,
            "Columns of an array, by their Rust names.",
        ),
        key("absent", Form::Text, "When the field is absent."),
    ]],
};

/// A named type.
pub const TYPE: Table = Table {
    name: "type",
    about: "A named type. It has one of values, fields, row, cases and choice.",
    groups: &[&[
        must("about", Form::Text, "One sentence that says what it is."),
        key(
            "values",
            Form::Values,
            "An enum: a list of its values, or a mapping of its values to sentences.",
        ),
        key(
            "wire",
            Form::OneOf(EnumForm::WORDS),
            "How the values of an enum are sent.",
        ),
        key(
            "fields",
            Form::Fields(&FIELD),
            "A record: its fields by their names on the wire.",
        ),
        key(
            "row",
            Form::Columns,
            "An array: its columns by their Rust names.",
        ),
        key("tag", Form::Text, "The field whose value selects the case."),
        key(
            "cases",
            Form::MappingOf(&CASE),
            "Records by the value of the tag.",
        ),
        key(
            "choice",
            Form::Fields(&FIELD),
            "Parameters of which exactly one is sent.",
        ),
    ]],
};

/// One case of a tagged record.
pub const CASE: Table = Table {
    name: "case",
    about: "One case of a tagged record.",
    groups: &[&[
        key(
            "about",
            Form::Text,
            "One sentence that says what it contains.",
        ),
        must(
            "fields",
            Form::Fields(&FIELD),
            "Its fields without the tag.",
        ),
    ]],
};

/// Rules of generated parameters of one type.
pub const GENERATED: Table = Table {
    name: "generated",
    about: "Rules of parameters that the client generates.",
    groups: &[&[Keyword {
        required: true,
        ..PATTERN
    }]],
};

/// One message of `http.yaml`.
pub const MESSAGE: Table = Table {
    name: "message",
    about: "An error message that says whether the request was executed, whatever the error code.",
    groups: &[&[
        key("about", Form::Text, "One sentence: what it means."),
        key(
            "status",
            Form::Whole,
            "The HTTP status of the responses in which it has this meaning. Default all.",
        ),
        must(
            "class",
            Form::OneOf(ErrorClass::WORDS),
            "The outcome of the request.",
        ),
    ]],
};
