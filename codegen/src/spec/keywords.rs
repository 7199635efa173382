//! Every keyword of the language, once: the readers refuse what is not here, and the JSON Schema is made from it.

/// The keys one kind of mapping may have.
#[derive(Debug)]
pub struct Table {
    /// Name of the definition in the schema.
    pub name: &'static str,
    /// What such a mapping describes.
    pub about: &'static str,
    /// Its keys in the order people write them.
    pub keys: &'static [Keyword],
}

/// One key.
#[derive(Debug)]
pub struct Keyword {
    /// As written.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What its value looks like.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Any text.
    Text,
    /// A whole number of 0 or more.
    Whole,
    /// `true` or `false`.
    Flag,
    /// Any text, number or flag.
    Scalar,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of texts or numbers.
    Texts,
    /// Free keys with a text each.
    Sentences,
    /// Another mapping.
    Mapping(&'static Table),
    /// Free keys, each with such a mapping.
    MappingOf(&'static Table),
    /// A type, or a record in place.
    Type,
    /// Free keys, each with a type, a record in place, or a mapping of this table.
    Members(&'static Table),
    /// Columns of a row: a list of `name: type`.
    Columns,
    /// A whole number, `unknown`, or a rule.
    Weight,
    /// Values of an enum: a list, or value and sentence.
    Values,
}

const fn key(name: &'static str, form: Form, about: &'static str) -> Keyword {
    Keyword {
        name,
        about,
        form,
        required: false,
    }
}

const fn must(name: &'static str, form: Form, about: &'static str) -> Keyword {
    Keyword {
        name,
        about,
        form,
        required: true,
    }
}

impl Keyword {
    /// What to write, for a hint.
    pub fn hint(&self) -> String {
        let words = match self.form {
            Form::OneOf(words) => format!(": {}", words.join(", ")),
            _ => String::new(),
        };
        format!(
            "write `{}: …` ({}{words})",
            self.name,
            self.about.trim_end_matches('.')
        )
    }
}

impl Table {
    /// The keyword of that name.
    pub fn find(&self, name: &str) -> Option<&'static Keyword> {
        self.keys.iter().find(|keyword| keyword.name == name)
    }
}

/// The kinds of security an operation can have.
pub const SECURITY: &[&str] = &["none", "market_data", "user_stream", "trade", "user_data"];

/// `rest/<group>/<id>.yaml`.
pub const OPERATION: Table = Table {
    name: "operation",
    about: "A REST operation.",
    keys: &[
        must("about", Form::Text, "One sentence: what it does."),
        key(
            "notes",
            Form::Text,
            "More sentences: the conditions that matter.",
        ),
        key(
            "name",
            Form::Text,
            "Rust name, where the file's name in UpperCamel will not do.",
        ),
        key(
            "like",
            Form::Text,
            "Path of the operation this one differs a little from.",
        ),
        key("GET", Form::Text, "Path of a GET."),
        key("POST", Form::Text, "Path of a POST."),
        key("PUT", Form::Text, "Path of a PUT."),
        key("DELETE", Form::Text, "Path of a DELETE."),
        key(
            "ws_api",
            Form::Text,
            "Method of the websocket API that takes the same parameters.",
        ),
        must(
            "security",
            Form::OneOf(SECURITY),
            "What the exchange demands of the caller.",
        ),
        must(
            "weight",
            Form::Weight,
            "What a call costs of the request weight.",
        ),
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
            "lookup",
            Form::Mapping(&LOOKUP),
            "How to look up its outcome.",
        ),
        key("docs", Form::Text, "The exchange's page."),
        key("sdk", Form::Text, "Its name in the exchange's own SDK."),
        key(
            "connector",
            Form::Text,
            "Its name in the old Python connector.",
        ),
        key("aliases", Form::Texts, "Other names it is found by."),
        key("deprecated", Form::Text, "What replaces it."),
        key(
            "removed",
            Form::Text,
            "Since when the exchange no longer answers it.",
        ),
        key(
            "announced",
            Form::Text,
            "Where it was announced, while no document describes it.",
        ),
        key(
            "departures",
            Form::Sentences,
            "Where this file differs from the exchange's documents, and why.",
        ),
        key(
            "types",
            Form::MappingOf(&TYPE),
            "Types that only this file uses.",
        ),
        key(
            "parameters",
            Form::Members(&PARAMETER),
            "In the order they are sent; `?` marks what may be absent.",
        ),
        key(
            "constructors",
            Form::MappingOf(&CONSTRUCTOR),
            "Combinations the exchange demands, beside `new`.",
        ),
        key(
            "example",
            Form::Sentences,
            "A call to show in the docs: parameters and values, those of lists with commas between.",
        ),
        must("response", Form::Type, "What the exchange answers."),
    ],
};

/// `ws_api/<id>.yaml`.
pub const WS_METHOD: Table = Table {
    name: "ws_method",
    about: "A method of the websocket API that has no REST twin.",
    keys: &[
        must("about", Form::Text, "One sentence: what it does."),
        key(
            "notes",
            Form::Text,
            "More sentences: the conditions that matter.",
        ),
        key(
            "name",
            Form::Text,
            "Rust name, where the file's name in UpperCamel will not do.",
        ),
        key(
            "like",
            Form::Text,
            "Path of the file this one differs a little from.",
        ),
        must("ws_api", Form::Text, "The method."),
        must(
            "security",
            Form::OneOf(SECURITY),
            "What the exchange demands of the caller.",
        ),
        must(
            "weight",
            Form::Weight,
            "What a call costs of the request weight.",
        ),
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
            "Whether sending it twice has the same effect as sending it once. Default false.",
        ),
        key(
            "lookup",
            Form::Mapping(&LOOKUP),
            "How to look up its outcome.",
        ),
        key("docs", Form::Text, "The exchange's page."),
        key("sdk", Form::Text, "Its name in the exchange's own SDK."),
        key(
            "connector",
            Form::Text,
            "Its name in the old Python connector.",
        ),
        key("aliases", Form::Texts, "Other names it is found by."),
        key("deprecated", Form::Text, "What replaces it."),
        key(
            "departures",
            Form::Sentences,
            "Where this file differs from the exchange's documents, and why.",
        ),
        key(
            "types",
            Form::MappingOf(&TYPE),
            "Types that only this file uses.",
        ),
        key(
            "parameters",
            Form::Members(&PARAMETER),
            "In the order they are sent; `?` marks what may be absent.",
        ),
        key(
            "constructors",
            Form::MappingOf(&CONSTRUCTOR),
            "Combinations the exchange demands, beside `new`.",
        ),
        must(
            "response",
            Form::Type,
            "What stands under `result` in the answer.",
        ),
    ],
};

/// `streams/<id>.yaml`.
pub const TOPIC: Table = Table {
    name: "topic",
    about: "A market stream.",
    keys: &[
        must("about", Form::Text, "One sentence: what it pushes."),
        key(
            "notes",
            Form::Text,
            "More sentences: the conditions that matter.",
        ),
        key(
            "name",
            Form::Text,
            "Rust name, where the file's name in UpperCamel will not do.",
        ),
        key(
            "like",
            Form::Text,
            "Path of the stream this one differs a little from.",
        ),
        must(
            "topic",
            Form::Text,
            "Name on the wire, always quoted: \"<symbol>@aggTrade\"; an optional part stands in brackets.",
        ),
        key("group", Form::Text, "The URL group it is served from."),
        must(
            "cadence",
            Form::Text,
            "`every 1s` if silence means a fault; `at most every 100ms` or `on event` if it means nothing.",
        ),
        key("docs", Form::Text, "The exchange's page."),
        key("sdk", Form::Text, "Its name in the exchange's own SDK."),
        key(
            "connector",
            Form::Text,
            "Its name in the old Python connector.",
        ),
        key("aliases", Form::Texts, "Other names it is found by."),
        key("deprecated", Form::Text, "What replaces it."),
        key(
            "departures",
            Form::Sentences,
            "Where this file differs from the exchange's documents, and why.",
        ),
        key(
            "types",
            Form::MappingOf(&TYPE),
            "Types that only this file uses.",
        ),
        key(
            "parameters",
            Form::Members(&PARAMETER),
            "The parts of the name.",
        ),
        must(
            "continuity",
            Form::OneOf(CONTINUITY),
            "How an event follows the one before it.",
        ),
        key(
            "position",
            Form::Mapping(&POSITION),
            "The fields that give an event its place in the sequence. Omitted for `unnumbered`.",
        ),
        must("event", Form::Type, "What arrives."),
    ],
};

/// `user_events/<id>.yaml`.
pub const USER_EVENT: Table = Table {
    name: "user_event",
    about: "An event of the user data stream.",
    keys: &[
        must("about", Form::Text, "One sentence: what it tells."),
        key(
            "notes",
            Form::Text,
            "More sentences: the conditions that matter.",
        ),
        key(
            "like",
            Form::Text,
            "Path of the event this one differs a little from.",
        ),
        must("user_event", Form::Text, "Its type on the wire."),
        key("docs", Form::Text, "The exchange's page."),
        key("sdk", Form::Text, "Its name in the exchange's own SDK."),
        key(
            "connector",
            Form::Text,
            "Its name in the old Python connector.",
        ),
        key("aliases", Form::Texts, "Other names it is found by."),
        key("deprecated", Form::Text, "What replaces it."),
        key(
            "departures",
            Form::Sentences,
            "Where this file differs from the exchange's documents, and why.",
        ),
        key(
            "types",
            Form::MappingOf(&TYPE),
            "Types that only this file uses.",
        ),
        must("event", Form::Type, "What arrives."),
    ],
};

/// `product.yaml`.
pub const PRODUCT: Table = Table {
    name: "product",
    about: "A product of the exchange.",
    keys: &[
        must("product", Form::Text, "The Rust name."),
        must("name", Form::Text, "The display name."),
        key(
            "paths",
            Form::Texts,
            "The prefixes that paths of REST operations begin with.",
        ),
        must("about", Form::Text, "One sentence: what is traded there."),
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
        key("groups", Form::Texts, "URL groups of the streams."),
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
            "server_time",
            Form::Mapping(&SERVER_TIME),
            "The operation that returns the time of the exchange.",
        ),
        key(
            "errors_of",
            Form::Text,
            "Another product whose error numbers it may answer with, where they mean nothing else here.",
        ),
    ],
};

/// URLs of one interface by environment.
pub const HOSTS: Table = Table {
    name: "hosts",
    about: "One URL an environment.",
    keys: &[
        must("production", Form::Text, "Real money."),
        key("testnet", Form::Text, "The test network."),
        key("demo", Form::Text, "Demo trading."),
    ],
};

/// What a rate limit counts.
pub const COUNTED: &[&str] = &["request_weight", "bucket", "orders", "connection_attempts"];

/// The scope of a rate limit.
pub const SCOPES: &[&str] = &["ip", "account"];

/// A rate limit.
pub const RATE_LIMIT: Table = Table {
    name: "rate_limit",
    about: "A rate limit.",
    keys: &[
        must(
            "counts",
            Form::OneOf(COUNTED),
            "What is counted: the common request weight, the requests of a bucket, orders, or connection attempts.",
        ),
        must("limit", Form::Whole, "The largest count in one interval."),
        must("per", Form::Text, "The interval, such as 5m."),
        must("scope", Form::OneOf(SCOPES), "Who the count belongs to."),
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
    ],
};

/// The operation that returns the time.
pub const SERVER_TIME: Table = Table {
    name: "server_time",
    about: "The operation that returns the time of the exchange.",
    keys: &[
        must("request", Form::Text, "The operation, by its file name."),
        must(
            "field",
            Form::Text,
            "The field of its response, by its name on the wire.",
        ),
    ],
};

/// How far a timestamp may be from the exchange's clock.
pub const RECV_WINDOW: Table = Table {
    name: "recv_window",
    about: "The limits of the receive window, in milliseconds.",
    keys: &[
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
    ],
};

/// How to learn what became of a request.
pub const LOOKUP: Table = Table {
    name: "lookup",
    about: "How to look up the outcome of a request whose response was lost.",
    keys: &[
        must(
            "request",
            Form::Text,
            "The read-only operation that looks it up, by its file name.",
        ),
        must(
            "with",
            Form::Sentences,
            "Parameters of the lookup, or members of its choices, and the parameters of this request that they are taken from.",
        ),
        key(
            "not_found",
            Form::Texts,
            "Error codes of the lookup that mean `not found`. Omitted if no such code is known.",
        ),
    ],
};

/// Costs against the order limits.
pub const COST: Table = Table {
    name: "cost",
    about: "What a call costs of the order limits.",
    keys: &[
        key("10s", Form::Whole, "Of the limit for ten seconds."),
        key("1m", Form::Whole, "Of the limit for a minute."),
    ],
};

/// How an event follows the one before it.
pub const CONTINUITY: &[&str] = &["contiguous", "chained", "increasing", "state", "unnumbered"];

/// The place of an event in the sequence.
pub const POSITION: Table = Table {
    name: "position",
    about: "The fields of an event that give it its place in the sequence, by their names on the wire.",
    keys: &[
        must(
            "key",
            Form::Texts,
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
    ],
};

/// A parameter that says more than its type.
pub const PARAMETER: Table = Table {
    name: "parameter",
    about: "A parameter that says more than its type.",
    keys: &[
        must("is", Form::Type, "Its type."),
        key(
            "about",
            Form::Text,
            "A sentence of its own; else the vocabulary's.",
        ),
        key(
            "default",
            Form::Scalar,
            "What the exchange takes when it is absent.",
        ),
        key("one_of", Form::Texts, "The only values taken."),
        key("minimum", Form::Scalar, "Smallest value taken."),
        key("maximum", Form::Scalar, "Largest value taken."),
        key("max_length", Form::Whole, "Most characters taken."),
        key(
            "pattern",
            Form::Text,
            "A set of characters and a length: ^[A-Za-z0-9_-]{1,36}$",
        ),
        key("max_items", Form::Whole, "Most items taken."),
        key(
            "generated",
            Form::Flag,
            "The client makes one where the caller gave none.",
        ),
        key("deprecated", Form::Text, "What replaces it."),
    ],
};

/// A constructor beside `new`.
pub const CONSTRUCTOR: Table = Table {
    name: "constructor",
    about: "A combination of parameters the exchange demands.",
    keys: &[
        key("about", Form::Text, "One sentence: what it makes."),
        key("sets", Form::Sentences, "Parameters with a fixed value."),
        must(
            "takes",
            Form::Texts,
            "Parameters that become arguments, in this order.",
        ),
    ],
};

/// A member of a record that says more than its type.
pub const FIELD: Table = Table {
    name: "field",
    about: "A member of a record that says more than its type.",
    keys: &[
        must("is", Form::Type, "Its type."),
        key(
            "about",
            Form::Text,
            "A sentence of its own; else the vocabulary's.",
        ),
        key("absent", Form::Text, "When it is absent."),
        key("deprecated", Form::Text, "What replaces it."),
    ],
};

/// A record or row written in place.
pub const IN_PLACE: Table = Table {
    name: "in_place",
    about: "A record or row that only this place uses.",
    keys: &[
        must("name", Form::Text, "Rust name."),
        key("about", Form::Text, "One sentence: what it holds."),
        key(
            "fields",
            Form::Members(&FIELD),
            "Members by their names on the wire.",
        ),
        key("row", Form::Columns, "Columns of an array, by our names."),
        key("absent", Form::Text, "When the member is absent."),
    ],
};

/// A type with a name.
pub const TYPE: Table = Table {
    name: "type",
    about: "A type with a name: one of values, fields, row, cases and choice.",
    keys: &[
        must("about", Form::Text, "One sentence: what it is."),
        key(
            "values",
            Form::Values,
            "An enum: its values, or each with a sentence.",
        ),
        key(
            "wire",
            Form::OneOf(&["text", "number"]),
            "How the values of an enum are sent.",
        ),
        key(
            "fields",
            Form::Members(&FIELD),
            "A record: members by their names on the wire.",
        ),
        key("row", Form::Columns, "An array: its columns by our names."),
        key("tag", Form::Text, "The member that tells the cases apart."),
        key(
            "cases",
            Form::MappingOf(&CASE),
            "Records by the value of the tag.",
        ),
        key(
            "choice",
            Form::Members(&FIELD),
            "Parameters of which exactly one is sent.",
        ),
    ],
};

/// One case of a tagged record.
pub const CASE: Table = Table {
    name: "case",
    about: "One case of a tagged record.",
    keys: &[
        key("about", Form::Text, "One sentence: what it holds."),
        must(
            "fields",
            Form::Members(&FIELD),
            "Its members beside the tag.",
        ),
    ],
};

/// Rules of generated parameters of one type.
pub const GENERATED: Table = Table {
    name: "generated",
    about: "Rules of parameters that the client generates.",
    keys: &[must(
        "pattern",
        Form::Text,
        "A set of characters and a length: ^[A-Za-z0-9_-]{1,36}$",
    )],
};

/// `vocabulary.yaml`.
pub const VOCABULARY: Table = Table {
    name: "vocabulary",
    about: "What recurs: sentences by our names, and rules by type.",
    keys: &[
        key(
            "generated",
            Form::MappingOf(&GENERATED),
            "Rules of parameters that the client generates, by type. A parameter can have another rule of its own.",
        ),
        key("parameters", Form::Sentences, "Of parameters."),
        key(
            "members",
            Form::Sentences,
            "Of members of answers and events; parameters fall back to them.",
        ),
    ],
};

/// What a caller can do about an error.
pub const ACTIONS: &[&str] = &[
    "fix_request",
    "fix_order",
    "fix_account",
    "fix_key",
    "wait",
    "retry",
    "resync_clock",
    "reconcile",
    "other_endpoint",
    "none",
];

/// What became of a request that an error answers, where it is more than refused.
pub const ERROR_CLASSES: &[&str] = &["rate_limited", "unavailable", "unknown"];

/// One entry of `errors.yaml`.
pub const ERROR: Table = Table {
    name: "error",
    about: "An error the exchange answers with, under its number.",
    keys: &[
        must("name", Form::Text, "The exchange's name of it."),
        key(
            "unofficial",
            Form::Flag,
            "The name is ours: the exchange has none.",
        ),
        must(
            "action",
            Form::OneOf(ACTIONS),
            "What the caller can do about it.",
        ),
        key(
            "class",
            Form::OneOf(ERROR_CLASSES),
            "What became of the request, unless it was just refused: not done for a limit, not done by a failure, or not known.",
        ),
        must("means", Form::Text, "One sentence: what happened."),
        key("remedy", Form::Text, "One sentence: what to do."),
        key(
            "products",
            Form::Texts,
            "Where it means this, if not everywhere.",
        ),
    ],
};

/// One entry of `http.yaml`.
pub const MESSAGE: Table = Table {
    name: "message",
    about: "An error message that says what became of the request, whatever the error code.",
    keys: &[
        key("about", Form::Text, "One sentence: what it says."),
        key(
            "status",
            Form::Whole,
            "The HTTP status of the responses in which it says so, if not of all.",
        ),
        must(
            "class",
            Form::OneOf(ERROR_CLASSES),
            "What became of the request.",
        ),
    ],
};

/// `http.yaml`.
pub const HTTP: Table = Table {
    name: "http",
    about: "What HTTP responses say besides their error codes.",
    keys: &[must(
        "messages",
        Form::MappingOf(&MESSAGE),
        "Error messages by how they begin. The first one that fits counts.",
    )],
};

/// What kinds of files there are, with the pattern of their paths below `spec/`.
pub const FILES: &[(&str, &Table)] = &[
    ("*/rest/*/*.yaml", &OPERATION),
    ("*/ws_api/*.yaml", &WS_METHOD),
    ("*/streams/*.yaml", &TOPIC),
    ("*/user_events/*.yaml", &USER_EVENT),
    ("*/product.yaml", &PRODUCT),
    ("vocabulary.yaml", &VOCABULARY),
    ("http.yaml", &HTTP),
];
