//! Keys of files.

use super::{
    CONSTRUCTOR, COST, Form, GENERATED, HOSTS, Keyword, LOOKUP, MESSAGE, PARAMETER, POSITION,
    RATE_LIMIT, RECV_WINDOW, SERVER_TIME, STREAM_CONNECTIONS, TYPE, Table, key, must,
};
use crate::spec::words::{Action, Continuity, ErrorClass, LimitKind, Security, Word};

/// Keys that operations, streams and events share.
const ITEM: &[Keyword] = &[
    must(
        "about",
        Form::Text,
        "One sentence that says what it does or contains.",
    ),
    key(
        "notes",
        Form::Text,
        "More sentences, such as conditions that apply.",
    ),
    key(
        "like",
        Form::Text,
        "Path of the file that this file is derived from.",
    ),
    key("docs", Form::Text, "The exchange's page."),
    key("sdk", Form::Text, "Its name in the exchange's own SDK."),
    key(
        "connector",
        Form::Text,
        "Its name in the old Python connector.",
    ),
    key("aliases", Form::TextList, "Other names to search by."),
    key("deprecated", Form::Text, "What replaces it."),
    key(
        "removed",
        Form::Text,
        "Since when the exchange no longer offers it.",
    ),
    key(
        "announced",
        Form::Text,
        "Where it was announced, if no document describes it.",
    ),
    key(
        "undocumented",
        Form::Text,
        "How it is known, if no document describes it and it was not announced.",
    ),
    key(
        "departures",
        Form::TextMap,
        "Where this file differs from the exchange's documents, and why.",
    ),
    key(
        "types",
        Form::MappingOf(&TYPE),
        "Types that only this file uses.",
    ),
];

/// The name of the Rust item. An event does not have it: it is named by the type of its record.
const NAME: &[Keyword] = &[key(
    "name",
    Form::Text,
    "Rust name. Default the file name in UpperCamelCase.",
)];

/// Keys that REST operations and methods of the websocket API share.
const REQUEST: &[Keyword] = &[
    must(
        "security",
        Form::OneOf(Security::WORDS),
        "What the exchange requires of the caller.",
    ),
    must("weight", Form::Weight, "Request weight of one call."),
    key(
        "cost",
        Form::Mapping(&COST),
        "The number of orders that a call counts as.",
    ),
    key(
        "bucket",
        Form::Text,
        "The bucket of product.yaml that the request counts against, besides its weight.",
    ),
    key(
        "idempotent",
        Form::Flag,
        "Whether sending it twice has the same effect as sending it once. Default true for GET, false otherwise.",
    ),
    key(
        "blank_amounts",
        Form::Flag,
        "Whether each decimal of the response can be `\"\"` or null. Required for signed read-only requests that return decimals.",
    ),
    key(
        "lookup",
        Form::Mapping(&LOOKUP),
        "How to look up its outcome.",
    ),
    key(
        "remedies",
        Form::TextMap,
        "Error codes whose remedy is another one for this request, each with one sentence that says what to do.",
    ),
    key(
        "parameters",
        Form::Fields(&PARAMETER),
        "Parameters in the order in which they are sent; `?` marks optional ones.",
    ),
    key(
        "constructors",
        Form::MappingOf(&CONSTRUCTOR),
        "Combinations of parameters that the exchange requires, each with a constructor in addition to `new`.",
    ),
];

/// `rest/<group>/<id>.yaml`.
pub const OPERATION: Table = Table {
    name: "operation",
    about: "A REST operation.",
    groups: &[
        ITEM,
        NAME,
        &[
            key("GET", Form::Text, "Path of a GET request."),
            key("POST", Form::Text, "Path of a POST request."),
            key("PUT", Form::Text, "Path of a PUT request."),
            key("DELETE", Form::Text, "Path of a DELETE request."),
            key(
                "ws_api",
                Form::Text,
                "Method of the websocket API that takes the same parameters.",
            ),
            key(
                "ws_weight",
                Form::Whole,
                "Request weight over the websocket API, if it differs.",
            ),
        ],
        REQUEST,
        &[
            key(
                "example",
                Form::TextMap,
                "The call shown in the docs: parameters and values. Values of lists are separated by commas.",
            ),
            must("response", Form::Type, "The response."),
        ],
    ],
};

/// `ws_api/<id>.yaml`.
pub const WS_METHOD: Table = Table {
    name: "ws_method",
    about: "A method of the websocket API without a REST operation.",
    groups: &[
        ITEM,
        NAME,
        &[must("ws_api", Form::Text, "The method.")],
        REQUEST,
        &[must(
            "response",
            Form::Type,
            "The field `result` of the response.",
        )],
    ],
};

/// `streams/<id>.yaml`.
pub const TOPIC: Table = Table {
    name: "topic",
    about: "A market stream.",
    groups: &[
        ITEM,
        NAME,
        &[
            must(
                "topic",
                Form::Text,
                "Name on the wire, always quoted: \"<symbol>@aggTrade\". An optional part is in brackets.",
            ),
            key("group", Form::Text, "The URL group that serves it."),
            must(
                "cadence",
                Form::Cadence,
                "`every 1s` if silence means a fault; `at most every 100ms` or `on event` otherwise. Or {by: speed, absent: …, 100ms: …}.",
            ),
            key(
                "parameters",
                Form::Fields(&PARAMETER),
                "The variable parts of the name.",
            ),
            must(
                "continuity",
                Form::OneOf(Continuity::WORDS),
                "How an event follows the one before it.",
            ),
            key(
                "position",
                Form::Mapping(&POSITION),
                "The fields that give an event its place in the sequence. Omitted for `unnumbered`.",
            ),
            key(
                "products",
                Form::TextList,
                "The fields that tell which product an element belongs to, if the topic has elements of other products. The first one that is present counts.",
            ),
        ],
        EVENT,
    ],
};

/// `user_events/<id>.yaml`.
pub const USER_EVENT: Table = Table {
    name: "user_event",
    about: "An event of the user data stream.",
    groups: &[
        ITEM,
        &[must("user_event", Form::Text, "Its type on the wire.")],
        EVENT,
    ],
};

const EVENT: &[Keyword] = &[must("event", Form::Type, "The event.")];

/// `product.yaml`.
pub const PRODUCT: Table = Table {
    name: "product",
    about: "A product of the exchange.",
    groups: &[&[
        must("product", Form::Text, "The Rust name."),
        must("name", Form::Text, "The display name."),
        key(
            "paths",
            Form::TextList,
            "The prefixes that paths of REST operations begin with.",
        ),
        must(
            "about",
            Form::Text,
            "One sentence that says what is traded.",
        ),
        must("rest", Form::Mapping(&HOSTS), "Base URLs of the REST API."),
        must(
            "streams",
            Form::Mapping(&HOSTS),
            "Base URLs of the streams.",
        ),
        must(
            "ws_api",
            Form::Mapping(&HOSTS),
            "URLs of the websocket API.",
        ),
        key("groups", Form::TextList, "URL groups of the streams."),
        key(
            "symbol_type",
            Form::Scalar,
            "The value that the fields under `products` of topics have in elements of this product.",
        ),
        key(
            "rate_limits",
            Form::MappingOf(&RATE_LIMIT),
            "The rate limits, by name.",
        ),
        key(
            "limits_of",
            Form::Text,
            "Another product whose shared rate limits apply as well.",
        ),
        must(
            "recv_window",
            Form::Mapping(&RECV_WINDOW),
            "The limits of the receive window.",
        ),
        must(
            "stream_connections",
            Form::Mapping(&STREAM_CONNECTIONS),
            "The limits of one connection to the streams.",
        ),
        must(
            "user_data",
            Form::Text,
            "The URL that opens user data, below the base URL of the streams: `<listenKey>` is the listen key, and `<events>` the names of all user events.",
        ),
        must(
            "server_time",
            Form::Mapping(&SERVER_TIME),
            "The operation that returns the time of the exchange.",
        ),
        key(
            "errors_of",
            Form::Text,
            "Another product whose error codes apply as well, unless this product has the same code.",
        ),
        key(
            "order_origins",
            Form::TextMap,
            "Prefixes of the client order ids of orders that the exchange placed, with the reason: liquidation, auto_deleveraging or settlement.",
        ),
    ]],
};

/// `http.yaml`.
pub const HTTP: Table = Table {
    name: "http",
    about: "Meanings of HTTP responses besides their error codes.",
    groups: &[&[must(
        "messages",
        Form::MappingOf(&MESSAGE),
        "Error messages by how they begin. The first one that matches counts.",
    )]],
};

/// `vocabulary.yaml`.
pub const VOCABULARY: Table = Table {
    name: "vocabulary",
    about: "Sentences for names that recur, and rules by type.",
    groups: &[&[
        key(
            "generated",
            Form::MappingOf(&GENERATED),
            "Rules of parameters that the client generates, by type. A parameter with a rule does not use them.",
        ),
        key(
            "parameters",
            Form::TextMap,
            "Sentences of parameters, by Rust name.",
        ),
        key(
            "fields",
            Form::TextMap,
            "Sentences of fields, by Rust name. Parameters without a sentence use them too.",
        ),
    ]],
};

/// An entry of `errors.yaml`.
pub const ERROR: Table = Table {
    name: "error",
    about: "An error code of the exchange.",
    groups: &[&[
        must(
            "name",
            Form::Text,
            "The name of the code in the exchange's documents.",
        ),
        key(
            "unofficial",
            Form::Flag,
            "Whether the name is not from the exchange's documents. Default false.",
        ),
        must(
            "action",
            Form::OneOf(Action::WORDS),
            "What the caller can do about it.",
        ),
        key(
            "class",
            Form::OneOf(ErrorClass::WORDS),
            "Outcome of the request, unless the exchange rejected it: not executed because of a rate limit, not executed because of a failure, or unknown.",
        ),
        key(
            "limit",
            Form::OneOf(LimitKind::WORDS),
            "What the exceeded rate limit counts. Required for the class rate_limited.",
        ),
        key(
            "duplicate_id",
            Form::Flag,
            "Whether it means that the client id of the request is in use, perhaps by an earlier attempt. Default false.",
        ),
        must("means", Form::Text, "One sentence that says what happened."),
        key("remedy", Form::Text, "One sentence that says what to do."),
        key(
            "products",
            Form::TextList,
            "Products in which it means this. Default all products.",
        ),
        key(
            "evidence",
            Form::Text,
            "How it is known, if the exchange's documents lack it.",
        ),
    ]],
};

/// The kinds of files, with the patterns of their paths below `spec/`.
pub const FILES: &[(&str, &Table)] = &[
    ("*/rest/*/*.yaml", &OPERATION),
    ("*/ws_api/*.yaml", &WS_METHOD),
    ("*/streams/*.yaml", &TOPIC),
    ("*/user_events/*.yaml", &USER_EVENT),
    ("*/product.yaml", &PRODUCT),
    ("vocabulary.yaml", &VOCABULARY),
    ("http.yaml", &HTTP),
];
