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
            "What a call costs of the order limits.",
        ),
        key(
            "bucket",
            Form::Text,
            "The budget of its own it draws on, by its name in product.yaml.",
        ),
        key(
            "idempotent",
            Form::OneOf(&["true", "false"]),
            "Whether it may be sent again when the outcome is unclear; GET is safe, others never.",
        ),
        key(
            "lookup",
            Form::Mapping(&LOOKUP),
            "How to learn what became of it.",
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
            "What a call costs of the order limits.",
        ),
        key(
            "bucket",
            Form::Text,
            "The budget of its own it draws on, by its name in product.yaml.",
        ),
        key(
            "idempotent",
            Form::OneOf(&["true", "false"]),
            "Whether it may be sent again when the outcome is unclear; never, unless it says safe.",
        ),
        key(
            "lookup",
            Form::Mapping(&LOOKUP),
            "How to learn what became of it.",
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
        must("pushes", Form::Text, "`on change`, or `every 100ms`."),
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
        key(
            "identity",
            Form::Texts,
            "Members that make two events the same.",
        ),
        key(
            "sequence",
            Form::Mapping(&SEQUENCE),
            "Members that number the events.",
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
        must("product", Form::Text, "Its Rust name."),
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
            "buckets",
            Form::MappingOf(&POOL),
            "Budgets beside the request weight.",
        ),
        must(
            "recv_window",
            Form::Mapping(&RECV_WINDOW),
            "How old and how early a signed request may be.",
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

/// A budget of its own.
pub const POOL: Table = Table {
    name: "bucket",
    about: "A budget beside the request weight.",
    keys: &[
        must("limit", Form::Whole, "Requests allowed in the window."),
        must("per", Form::Text, "The window: 5m."),
        key("about", Form::Text, "Who shares it."),
    ],
};

/// How far a timestamp may be from the exchange's clock.
pub const RECV_WINDOW: Table = Table {
    name: "recv_window",
    about: "How old and how early a signed request may be, in milliseconds.",
    keys: &[
        must(
            "default",
            Form::Whole,
            "The age up to which a request is taken that names no window.",
        ),
        must(
            "most",
            Form::Whole,
            "The longest window that is sure to be taken.",
        ),
        must(
            "ahead",
            Form::Whole,
            "How far ahead of the exchange's clock a timestamp must not be.",
        ),
    ],
};

/// How to learn what became of a request.
pub const LOOKUP: Table = Table {
    name: "lookup",
    about: "How to learn what became of a request whose answer was lost.",
    keys: &[
        must("ask", Form::Text, "The operation that asks, by its file."),
        must(
            "by",
            Form::Text,
            "The parameter whose value is asked for, by its name on the wire.",
        ),
        key(
            "absent",
            Form::Texts,
            "Error numbers that say there is no such thing; left out where none is known to.",
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

/// Update ids of a book.
pub const SEQUENCE: Table = Table {
    name: "sequence",
    about: "Members that number the events.",
    keys: &[
        must("first", Form::Text, "First update id in the event."),
        must("last", Form::Text, "Last update id in the event."),
        key(
            "previous",
            Form::Text,
            "Last update id of the event before.",
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

/// `vocabulary.yaml`.
pub const VOCABULARY: Table = Table {
    name: "vocabulary",
    about: "Sentences for what recurs, by our names.",
    keys: &[
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

/// What kinds of files there are, with the pattern of their paths below `spec/`.
pub const FILES: &[(&str, &Table)] = &[
    ("*/rest/*/*.yaml", &OPERATION),
    ("*/ws_api/*.yaml", &WS_METHOD),
    ("*/streams/*.yaml", &TOPIC),
    ("*/user_events/*.yaml", &USER_EVENT),
    ("*/product.yaml", &PRODUCT),
    ("vocabulary.yaml", &VOCABULARY),
];
