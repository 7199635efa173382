//! Trees to [`Spec`]: every reader reports what it cannot use and goes on.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::{
    BaseUrls, Cadence, Case, Constructor, EnumValue, Field, Head, Lookup, Operation, Parameter,
    Part, PositionFields, Product, RateLimit, RecvWindow, Rule, Sample, Shape, Spec, Text, Topic,
    Type, TypeDef, TypeFile, UserEvent, Vocabulary, Weight,
    keys::{Keys, text},
    keywords,
    types::{Base, Form},
};
use crate::{
    load::{
        Files, ProductFiles, SpecFile,
        yaml::{Entry, Node, Value},
    },
    problem::{Place, Problems},
};

/// Reads all files.
pub fn read(files: &Files, problems: &mut Problems) -> Spec {
    let mut spec = Spec {
        lost: files.lost.clone(),
        ..Spec::default()
    };
    if let Some(file) = &files.errors {
        spec.errors = super::errors::read(file, problems);
    }
    if let Some(file) = &files.http {
        spec.messages = super::messages::read(file, problems);
    }
    if let Some(file) = &files.vocabulary {
        spec.vocabulary = vocabulary(file, problems);
    }
    spec.types = files
        .types
        .iter()
        .map(|file| type_file(file, problems))
        .collect();
    for (id, product_files) in &files.products {
        let mut product = product(id, product_files.product.as_ref(), problems);
        if product_files.product.is_none() && spec.lost.insert(product.path.clone()) {
            let source = problems.source(&product.path, "");
            let what = format!("the product `{id}` has no such file");
            problems.add(Place::start(source), what, "write its URLs there");
        }
        product.types = product_files
            .types
            .iter()
            .map(|file| type_file(file, problems))
            .collect();
        for file in product_files.rest.iter().chain(&product_files.ws_api) {
            match operation(file, files, problems) {
                Some(found) => product.operations.push(found),
                None => {
                    spec.lost.insert(file.path.clone());
                }
            }
        }
        for file in &product_files.streams {
            product.topics.extend(topic(file, files, problems));
        }
        for file in &product_files.user_events {
            product
                .user_events
                .extend(user_event(file, files, problems));
        }
        add_generated_rules(&mut product, &spec.vocabulary);
        spec.products.push(product);
    }
    for (path, sample) in &files.samples {
        let mut described = files.products.values().flat_map(ProductFiles::described);
        if !files.lost.contains(path) && !described.any(|file| &file.path == path) {
            let name = path.rsplit('/').next().unwrap_or_default();
            let what = format!("no file `{name}` stands beside this sample");
            problems.add(Place::start(sample.source), what, "rename or delete it");
        }
    }
    spec
}

fn vocabulary(file: &SpecFile, problems: &mut Problems) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    if let Some(keys) = Keys::open(&file.root, &keywords::VOCABULARY, problems) {
        let sentences = |key, problems: &mut Problems| {
            keys.sentences(key, problems)
                .into_iter()
                .map(|(name, text)| (name.value, text))
                .collect()
        };
        vocabulary.parameters = sentences("parameters", problems);
        vocabulary.members = sentences("members", problems);
        for entry in keys.entries("generated", problems) {
            let rule = generated_rule(entry, problems);
            let name = Text {
                value: entry.key.clone(),
                place: entry.place,
            };
            vocabulary.generated.extend(rule.map(|rule| (name, rule)));
        }
    }
    vocabulary
}

fn generated_rule(entry: &Entry, problems: &mut Problems) -> Option<Rule> {
    let keys = Keys::open(&entry.value, &keywords::GENERATED, problems)?;
    pattern(&keys, problems)
}

/// Adds the rules of the vocabulary to generated parameters that have no pattern.
fn add_generated_rules(product: &mut Product, vocabulary: &Vocabulary) {
    let operations = product.operations.iter_mut();
    let parameters = operations.flat_map(|operation| &mut operation.parameters);
    for parameter in parameters.filter(|parameter| parameter.generated) {
        let has_pattern = parameter
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Characters { .. }));
        let rule = vocabulary.generated.iter().find(
            |(name, _)| matches!(&parameter.field.ty.base, Base::Name(ty) if *ty == name.value),
        );
        if !has_pattern {
            parameter.rules.extend(rule.map(|(_, rule)| rule.clone()));
        }
    }
}

/// A set of characters with a length, if there is one.
fn pattern(keys: &Keys<'_>, problems: &mut Problems) -> Option<Rule> {
    let pattern = keys.text("pattern", problems)?;
    let rule = characters(&pattern.value);
    if rule.is_none() {
        let what = format!(
            "`{}` is not a set of characters with a length",
            pattern.value
        );
        let hint = "only this form is understood: ^[A-Za-z0-9_-]{1,36}$";
        problems.add(pattern.place, what, hint);
    }
    rule
}

fn type_file(file: &SpecFile, problems: &mut Problems) -> TypeFile {
    let mut reader = Reader {
        problems,
        own: Vec::new(),
    };
    let mut types = Vec::new();
    if !matches!(file.root.value, Value::Map(_)) {
        reader.problems.add(
            file.root.place,
            "a file of types is a mapping",
            "write `TypeName:` and indent below it",
        );
    }
    for entry in file.root.entries() {
        types.push(reader.type_def(entry));
    }
    types.append(&mut reader.own);
    TypeFile {
        path: file.path.clone(),
        stem: file.stem().to_owned(),
        types,
    }
}

fn product(id: &str, file: Option<&SpecFile>, problems: &mut Problems) -> Product {
    let place = file.map_or(Place::start(usize::MAX), |file| file.root.place);
    let mut product = Product {
        id: id.to_owned(),
        path: format!("spec/{id}/product.yaml"),
        name: Text {
            value: id.to_upper_camel_case(),
            place,
        },
        about: String::new(),
        hosts: [
            BaseUrls::default(),
            BaseUrls::default(),
            BaseUrls::default(),
        ],
        groups: Vec::new(),
        title: String::new(),
        paths: Vec::new(),
        rate_limits: Vec::new(),
        limits_of: None,
        recv_window: None,
        server_time: None,
        errors_of: None,
        types: Vec::new(),
        operations: Vec::new(),
        topics: Vec::new(),
        user_events: Vec::new(),
    };
    let Some(file) = file else { return product };
    let Some(keys) = Keys::open(&file.root, &keywords::PRODUCT, problems) else {
        return product;
    };
    if let Some(name) = keys.text("product", problems) {
        product.name = name;
    }
    product.about = keys.string("about", problems).unwrap_or_default();
    product.title = keys.string("name", problems).unwrap_or_default();
    product.paths = keys.texts("paths", problems);
    product.server_time = keys
        .get("server_time")
        .and_then(|node| server_time(node, problems));
    let hosts = |key, problems: &mut Problems| {
        let Some(node) = keys.get(key) else {
            return BaseUrls::default();
        };
        let Some(keys) = Keys::open(node, &keywords::HOSTS, problems) else {
            return BaseUrls::default();
        };
        BaseUrls {
            production: keys.string("production", problems).unwrap_or_default(),
            testnet: keys.string("testnet", problems),
            demo: keys.string("demo", problems),
        }
    };
    product.hosts = [
        hosts("rest", problems),
        hosts("streams", problems),
        hosts("ws_api", problems),
    ];
    product.groups = keys.texts("groups", problems);
    product.recv_window = keys
        .get("recv_window")
        .and_then(|node| recv_window(node, problems));
    product.errors_of = keys.text("errors_of", problems);
    product.limits_of = keys.text("limits_of", problems);
    product.rate_limits = keys
        .entries("rate_limits", problems)
        .iter()
        .filter_map(|entry| rate_limit(entry, problems))
        .collect();
    product
}

fn rate_limit(entry: &Entry, problems: &mut Problems) -> Option<RateLimit> {
    let keys = Keys::open(&entry.value, &keywords::RATE_LIMIT, problems)?;
    let counts = keys
        .one_of("counts", keywords::COUNTED, problems)
        .unwrap_or_default();
    let bucket = keys.text("bucket", problems);
    if let Some(bucket) = &bucket
        && !counts.is_empty()
        && counts != "bucket"
    {
        let what = format!("a limit that counts `{counts}` has no bucket");
        problems.add(
            bucket.place,
            what,
            "write `counts: bucket`, or remove the key",
        );
    }
    let bucket = bucket.map_or_else(|| entry.key.clone(), |bucket| bucket.value);
    Some(RateLimit {
        name: Text {
            value: entry.key.clone(),
            place: entry.place,
        },
        bucket: (counts == "bucket").then_some(bucket),
        counts,
        limit: keys.whole("limit", problems).unwrap_or(0),
        seconds: keys
            .text("per", problems)
            .and_then(|per| seconds(&per, problems))
            .unwrap_or(0),
        scope: keys
            .one_of("scope", keywords::SCOPES, problems)
            .unwrap_or_default(),
        shared: keys
            .one_of("shared", &["true", "false"], problems)
            .is_some_and(|word| word == "true"),
    })
}

/// A duration of whole seconds.
fn seconds(text: &Text, problems: &mut Problems) -> Option<u64> {
    let found = milliseconds(&text.value).filter(|ms| *ms > 0 && ms % 1000 == 0);
    if found.is_none() {
        let what = format!("`{}` is not a duration of whole seconds", text.value);
        problems.add(text.place, what, "write 10s or 5m");
    }
    found.map(|ms| ms / 1000)
}

fn server_time(node: &Node, problems: &mut Problems) -> Option<(Text, Text)> {
    let keys = Keys::open(node, &keywords::SERVER_TIME, problems)?;
    let (request, field) = (keys.text("request", problems), keys.text("field", problems));
    Some((request?, field?))
}

fn recv_window(node: &Node, problems: &mut Problems) -> Option<RecvWindow> {
    let keys = Keys::open(node, &keywords::RECV_WINDOW, problems)?;
    let (default, max) = (keys.whole("default", problems), keys.whole("max", problems));
    let max_ahead = keys.whole("max_ahead", problems)?;
    let (default, max) = (default?, max?);
    if default > max {
        let what = format!("the default of {default} is longer than the maximum of {max}");
        problems.add(node.place, what, "the default is the shorter one");
    }
    Some(RecvWindow {
        default,
        max,
        max_ahead,
    })
}

fn milliseconds(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = match text.get(digits.len()..)? {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

fn operation(file: &SpecFile, files: &Files, problems: &mut Problems) -> Option<Operation> {
    let folders = file.folders();
    let only_ws = folders.get(1) == Some(&"ws_api");
    let table = if only_ws {
        &keywords::WS_METHOD
    } else {
        &keywords::OPERATION
    };
    let keys = Keys::open(&file.root, table, problems)?;
    let mut reader = Reader {
        problems,
        own: Vec::new(),
    };
    let methods: Vec<_> = METHODS
        .into_iter()
        .filter_map(|name| keys.entry(name))
        .collect();
    let rest = match methods.as_slice() {
        [] => {
            if !only_ws && !keys.misspelt.iter().any(|key| METHODS.contains(key)) {
                let hint = "write one of GET, POST, PUT and DELETE: /path";
                reader
                    .problems
                    .add(file.root.place, "no method and path", hint);
            }
            None
        }
        [entry] => text(&entry.value, "the path", reader.problems).map(|path| {
            (
                Text {
                    value: entry.key.clone(),
                    place: entry.place,
                },
                path,
            )
        }),
        [_, second, ..] => {
            let hint = "write one file for each; they may share a path";
            reader.problems.add(second.place, "a second method", hint);
            None
        }
    };
    if let Some((_, path)) = &rest
        && !path.value.starts_with('/')
    {
        reader.problems.add(
            path.place,
            format!("`{}` is not a path", path.value),
            "paths begin with `/`",
        );
    }
    let is_get = rest
        .as_ref()
        .is_some_and(|(method, _)| method.value == "GET");
    let repeatable = keys
        .one_of("idempotent", &["true", "false"], reader.problems)
        .map_or(is_get, |word| word == "true");
    let cost = keys
        .get("cost")
        .and_then(|node| Keys::open(node, &keywords::COST, reader.problems))
        .map(|cost| {
            (
                cost.whole("10s", reader.problems).unwrap_or(0),
                cost.whole("1m", reader.problems).unwrap_or(0),
            )
        });
    let lookup = keys
        .get("lookup")
        .and_then(|node| lookup(node, reader.problems));
    let security = keys
        .one_of("security", keywords::SECURITY, reader.problems)
        .unwrap_or_else(|| "none".to_owned());
    let weight = keys
        .get("weight")
        .and_then(|node| reader.weight(node))
        .unwrap_or(Weight::Unknown);
    let parameters = keys
        .entries("parameters", reader.problems)
        .iter()
        .filter_map(|entry| reader.parameter(entry))
        .collect();
    let constructors = reader.constructors(&keys);
    let example = keys.sentences("example", reader.problems);
    let (ws_api, bucket) = (
        keys.text("ws_api", reader.problems),
        keys.text("bucket", reader.problems),
    );
    let response = keys.get("response").map(|node| reader.any_type(node));
    let group = if only_ws {
        "ws_api"
    } else {
        folders.get(2).copied().unwrap_or_default()
    };
    Some(Operation {
        head: head(file, &keys, reader, files),
        group: group.to_owned(),
        rest,
        ws_api,
        security,
        weight,
        cost: cost.unwrap_or_default(),
        bucket,
        repeatable,
        lookup,
        parameters,
        constructors,
        example,
        response,
    })
}

fn lookup(node: &Node, problems: &mut Problems) -> Option<Lookup> {
    let keys = Keys::open(node, &keywords::LOOKUP, problems)?;
    let request = keys.text("request", problems);
    let with = keys.sentences("with", problems);
    let mut not_found = Vec::new();
    for code in keys.texts("not_found", problems) {
        match code.value.parse() {
            Ok(number) => not_found.push((number, code.place)),
            Err(_) => {
                let what = format!("`{}` is not an error code", code.value);
                problems.add(code.place, what, "write [-2013]");
            }
        }
    }
    Some(Lookup {
        request: request?,
        with,
        not_found,
    })
}

fn topic(file: &SpecFile, files: &Files, problems: &mut Problems) -> Option<Topic> {
    let keys = Keys::open(&file.root, &keywords::TOPIC, problems)?;
    let mut reader = Reader {
        problems,
        own: Vec::new(),
    };
    let template = keys.text("topic", reader.problems)?;
    let parts = stream_parts(&template, reader.problems);
    let cadence = keys
        .text("cadence", reader.problems)
        .map_or(Cadence::OnEvent, |text| cadence(&text, reader.problems));
    let parameters = keys
        .entries("parameters", reader.problems)
        .iter()
        .filter_map(|entry| reader.parameter(entry))
        .collect();
    let position = keys
        .get("position")
        .and_then(|node| position(node, reader.problems));
    let group = keys.text("group", reader.problems);
    let place = keys
        .get("continuity")
        .map_or(file.root.place, |node| node.place);
    let mut continuity = Text {
        value: keys
            .one_of("continuity", keywords::CONTINUITY, reader.problems)
            .unwrap_or_default(),
        place,
    };
    if position.is_none() && keys.get("position").is_some() {
        // A position that cannot be read is reported. Whether it suits the continuity is unknown.
        continuity.value = String::new();
    }
    let event = keys.get("event").map(|node| reader.any_type(node));
    Some(Topic {
        head: head(file, &keys, reader, files),
        template,
        parts,
        group,
        cadence,
        parameters,
        continuity,
        position,
        event,
    })
}

fn cadence(text: &Text, problems: &mut Problems) -> Cadence {
    let value = text.value.as_str();
    let parsed = if value == "on event" {
        Some(Cadence::OnEvent)
    } else if let Some(interval) = value.strip_prefix("at most every ") {
        milliseconds(interval).map(Cadence::AtMostEvery)
    } else {
        let interval = value.strip_prefix("every ").and_then(milliseconds);
        interval.map(Cadence::Periodic)
    };
    parsed.unwrap_or_else(|| {
        problems.add(
            text.place,
            format!("`{value}` is not a cadence"),
            "write `on event`, `at most every 100ms` or `every 1s`",
        );
        Cadence::OnEvent
    })
}

fn position(node: &Node, problems: &mut Problems) -> Option<PositionFields> {
    let keys = Keys::open(node, &keywords::POSITION, problems)?;
    let last = keys.text("last", problems);
    Some(PositionFields {
        key: keys.texts("key", problems),
        first: keys.text("first", problems),
        last: last?,
        previous: keys.text("previous", problems),
    })
}

/// The parts of a name; none where it cannot be read.
fn stream_parts(template: &Text, problems: &mut Problems) -> Vec<Part> {
    let wrong = |what: &str, part: &str, problems: &mut Problems| {
        let place = place_in(template, part);
        problems.add(
            place,
            what,
            "a name looks like \"<symbol>@depth[@<speed>]\"",
        );
        Vec::new()
    };
    let mut parts = Vec::new();
    // The optional part that is open: where it begins, and what it holds so far.
    let mut open: Option<(&str, Vec<Part>)> = None;
    let mut rest = template.value.as_str();
    if rest.is_empty() {
        return wrong("a name without a part", rest, problems);
    }
    while let Some(first) = rest.chars().next() {
        let inside = rest.get(1..).unwrap_or_default();
        let (part, after) = match first {
            '<' => match inside.split_once('>') {
                Some((name, after)) => (Part::Parameter(name.to_owned()), after),
                None => return wrong("a `<` without its `>`", rest, problems),
            },
            '[' if open.is_some() => return wrong("brackets in brackets", rest, problems),
            '[' => {
                open = Some((rest, Vec::new()));
                rest = inside;
                continue;
            }
            ']' => match open.take() {
                Some((_, inner)) => (Part::Optional(inner), inside),
                None => return wrong("a `]` that opens nowhere", rest, problems),
            },
            '>' => return wrong("a `>` that opens nowhere", rest, problems),
            _ => {
                let end = rest.find(['<', '[', '>', ']']).unwrap_or(rest.len());
                let (literal, after) = rest.split_at(end);
                (Part::Literal(literal.to_owned()), after)
            }
        };
        match &mut open {
            Some((_, inner)) => inner.push(part),
            None => parts.push(part),
        }
        rest = after;
    }
    match open {
        Some((bracket, _)) => wrong("a `[` without its `]`", bracket, problems),
        None => parts,
    }
}

/// Where the end of a text begins, as long as the file spells the text as it reads.
fn place_in(text: &Text, end: &str) -> Place {
    let (all, left) = (text.value.chars().count(), end.chars().count());
    let quotes = match text.place.length.checked_sub(all) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return text.place,
    };
    Place {
        column: text.place.column + quotes + all.saturating_sub(left),
        length: 1,
        ..text.place
    }
}

fn user_event(file: &SpecFile, files: &Files, problems: &mut Problems) -> Option<UserEvent> {
    let keys = Keys::open(&file.root, &keywords::USER_EVENT, problems)?;
    let mut reader = Reader {
        problems,
        own: Vec::new(),
    };
    let event_type = keys.text("user_event", reader.problems)?;
    let event = keys.get("event").map(|node| reader.any_type(node));
    Some(UserEvent {
        head: head(file, &keys, reader, files),
        event_type,
        event,
    })
}

fn head(file: &SpecFile, keys: &Keys<'_>, mut reader: Reader<'_>, files: &Files) -> Head {
    let stem = file.stem().to_owned();
    let id = Text {
        value: stem.clone(),
        place: Place::start(file.source),
    };
    let mut types = Vec::new();
    for entry in keys.entries("types", reader.problems) {
        types.push(reader.type_def(entry));
    }
    let problems = &mut *reader.problems;
    let name = keys.text("name", problems).unwrap_or_else(|| Text {
        value: stem.to_upper_camel_case(),
        place: Place::start(file.source),
    });
    let departures = keys
        .sentences("departures", problems)
        .into_iter()
        .map(|(name, why)| (name, why.value))
        .collect();
    let sample = files.samples.get(&file.path).map(|sample| Sample {
        path: sample.path.clone(),
        text: files
            .sample_texts
            .get(&file.path)
            .cloned()
            .unwrap_or_default(),
        root: sample.root.clone(),
    });
    let sdk = keys.text("sdk", problems);
    let connector = keys.text("connector", problems);
    Head {
        path: file.path.clone(),
        id,
        name,
        like: keys.text("like", problems),
        about: keys.text("about", problems),
        notes: keys.string("notes", problems),
        docs: keys.text("docs", problems),
        aliases: sdk
            .iter()
            .chain(&connector)
            .cloned()
            .chain(keys.texts("aliases", problems))
            .collect(),
        sdk,
        connector,
        deprecated: keys.string("deprecated", problems),
        removed: keys.string("removed", problems),
        announced: keys.string("announced", problems),
        departures,
        types: [types, reader.own].concat(),
        sample,
    }
}

/// Reads what may hold types in place, and gathers those.
struct Reader<'a> {
    problems: &'a mut Problems,
    own: Vec<TypeDef>,
}

/// A key as `wire[?][ or other][ as name]`.
struct Key {
    wire: Text,
    others: Vec<String>,
    optional: bool,
    name: Option<String>,
}

impl Reader<'_> {
    fn key(&mut self, entry: &Entry) -> Option<Key> {
        let (left, name) = match entry.key.split_once(" as ") {
            Some((left, name)) => (left, Some(name.trim().to_owned())),
            None => (entry.key.as_str(), None),
        };
        let mut names = left.split(" or ").map(str::trim);
        let first = names.next().unwrap_or_default();
        let others: Vec<&str> = names.collect();
        let (first, mark) = first
            .strip_suffix('?')
            .map_or((first, false), |first| (first, true));
        let optional = mark || others.last().is_some_and(|last| last.ends_with('?'));
        let others: Vec<String> = others
            .iter()
            .map(|other| other.strip_suffix('?').unwrap_or(other).to_owned())
            .collect();
        let word = |text: &str| !text.is_empty() && !text.contains([' ', '?']);
        if !word(first)
            || !others
                .iter()
                .map(String::as_str)
                .chain(name.as_deref())
                .all(word)
        {
            self.problems.add(
                entry.place,
                format!("`{}` is not a key", entry.key),
                "write `wireName`, `wireName?`, `wireName as our_name` or `wireName or otherName as our_name`",
            );
            return None;
        }
        let wire = Text {
            value: first.to_owned(),
            place: entry.place,
        };
        Some(Key {
            wire,
            others,
            optional,
            name,
        })
    }

    /// A name of a member or parameter: ours if given, else snake_case of the one on the wire.
    fn our_name(&mut self, key: &Key) -> String {
        let wire = &key.wire.value;
        let ours = key.name.clone().unwrap_or_else(|| wire.to_snake_case());
        let snake = ours.to_snake_case();
        if !ours.is_ascii() || syn::parse_str::<syn::Ident>(&ours).is_err() {
            let what = format!("`{ours}` cannot be a name in Rust");
            self.problems.add(
                key.wire.place,
                what,
                format!("give it one of ours: `{wire} as our_name`"),
            );
        } else if ours != snake {
            self.problems.add(
                key.wire.place,
                format!("`{ours}` is not snake_case"),
                format!("write `{wire} as {snake}`"),
            );
        }
        ours
    }

    /// Name and optionality of a member or parameter; the rest is filled in by the caller.
    fn named(&mut self, key: Key, place: Place) -> Field {
        let name = self.our_name(&key);
        Field {
            wire: key.wire,
            others: key.others,
            name,
            optional: key.optional,
            ty: Type::of(Base::Broken, place),
            about: None,
            absent: None,
            deprecated: None,
        }
    }

    fn field(&mut self, entry: &Entry) -> Option<Field> {
        let key = self.key(entry)?;
        let mut field = self.named(key, entry.value.place);
        if matches!(entry.value.value, Value::Map(_)) && !is_in_place(&entry.value) {
            let keys = Keys::open(&entry.value, &keywords::FIELD, self.problems)?;
            field.about = keys.string("about", self.problems);
            field.absent = keys.string("absent", self.problems);
            field.deprecated = keys.string("deprecated", self.problems);
            if let Some(node) = keys.get("is") {
                field.ty = self.any_type(node);
            }
        } else {
            if let Some(absent) = entry.value.get("absent") {
                field.absent = text(absent, "`absent`", self.problems).map(|text| text.value);
            }
            field.ty = self.any_type(&entry.value);
        }
        if field.absent.is_some() && !field.optional {
            let what = format!(
                "`{}` says when it is absent, but is always there",
                field.wire.value
            );
            self.problems
                .add(entry.place, what, "put a `?` behind its name");
        }
        Some(field)
    }

    fn parameter(&mut self, entry: &Entry) -> Option<Parameter> {
        let key = self.key(entry)?;
        if !key.others.is_empty() {
            let what = "a parameter has one name on the wire";
            self.problems
                .add(entry.place, what, "take the ` or …` away");
        }
        let field = self.named(key, entry.value.place);
        let mut parameter = Parameter {
            field,
            default: None,
            rules: Vec::new(),
            generated: false,
        };
        if is_in_place(&entry.value) {
            let hint =
                "a parameter is a scalar, an enum, a choice or json<…>; records are for answers";
            self.problems
                .add(entry.value.place, "a record in place as a parameter", hint);
            return Some(parameter);
        }
        if !matches!(entry.value.value, Value::Map(_)) {
            parameter.field.ty = self.any_type(&entry.value);
            return Some(parameter);
        }
        let keys = Keys::open(&entry.value, &keywords::PARAMETER, self.problems)?;
        if let Some(node) = keys.get("is") {
            parameter.field.ty = self.any_type(node);
        }
        parameter.field.about = keys.string("about", self.problems);
        parameter.field.deprecated = keys.string("deprecated", self.problems);
        parameter.default = keys.text("default", self.problems);
        parameter.generated = keys
            .one_of("generated", &["true", "false"], self.problems)
            .is_some_and(|word| word == "true");
        parameter.rules = self.rules(&keys);
        if let Some(default) = &parameter.default
            && !parameter.field.optional
        {
            let hint = format!(
                "write `{}?:`, or take the default away",
                parameter.field.wire.value
            );
            self.problems.add(
                default.place,
                "a default for a parameter that must be sent",
                hint,
            );
        }
        Some(parameter)
    }

    fn rules(&mut self, keys: &Keys<'_>) -> Vec<Rule> {
        let mut rules = Vec::new();
        let one_of = keys.texts("one_of", self.problems);
        if !one_of.is_empty() {
            rules.push(Rule::OneOf(
                one_of.into_iter().map(|text| text.value).collect(),
            ));
        }
        let bound = |key, problems: &mut Problems| {
            let text = keys.text(key, problems)?;
            if !is_number(&text.value) {
                let what = format!("`{}` is not a number", text.value);
                problems.add(text.place, what, "write digits, for example 0.5");
                return None;
            }
            Some(text.value)
        };
        let (minimum, maximum) = (
            bound("minimum", self.problems),
            bound("maximum", self.problems),
        );
        if minimum.is_some() || maximum.is_some() {
            rules.push(Rule::Range(minimum, maximum));
        }
        rules.extend(keys.whole("max_length", self.problems).map(Rule::MaxLength));
        rules.extend(keys.whole("max_items", self.problems).map(Rule::MaxItems));
        rules.extend(pattern(keys, self.problems));
        rules
    }

    fn constructors(&mut self, keys: &Keys<'_>) -> Vec<Constructor> {
        let mut found = Vec::new();
        for entry in keys.entries("constructors", self.problems) {
            let Some(keys) = Keys::open(&entry.value, &keywords::CONSTRUCTOR, self.problems) else {
                continue;
            };
            found.push(Constructor {
                name: Text {
                    value: entry.key.clone(),
                    place: entry.place,
                },
                about: keys.string("about", self.problems),
                sets: keys.sentences("sets", self.problems),
                takes: keys.texts("takes", self.problems),
            });
        }
        found
    }

    fn weight(&mut self, node: &Node) -> Option<Weight> {
        if let Some(text) = node.text() {
            if text == "unknown" {
                return Some(Weight::Unknown);
            }
            return text.parse().map(Weight::Fixed).ok().or_else(|| {
                self.weight_problem(node.place, &format!("`{text}` is not a weight"));
                None
            });
        }
        let Some(by) = node.get("by").and_then(Node::text) else {
            self.weight_problem(node.place, "a rule without the parameter it goes by");
            return None;
        };
        let by = Text {
            value: by.to_owned(),
            place: node.get("by").map_or(node.place, |by| by.place),
        };
        let (mut steps, mut given, mut absent, mut fine) = (Vec::new(), None, None, true);
        for entry in node.entries().iter().filter(|entry| entry.key != "by") {
            let Some(weight) = entry.value.text().and_then(|text| text.parse::<u32>().ok()) else {
                self.weight_problem(entry.value.place, "a weight is a whole number");
                fine = false;
                continue;
            };
            match (
                entry.key.as_str(),
                entry.key.strip_prefix("..").map(str::parse::<u64>),
            ) {
                ("given", _) => given = Some(weight),
                ("absent", _) => absent = Some(weight),
                (_, Some(Ok(bound))) => steps.push((bound, weight)),
                (key, _) => {
                    fine = false;
                    self.weight_problem(
                        entry.place,
                        &format!("`{key}` is no part of a weight rule"),
                    );
                }
            }
        }
        if !fine {
            return None;
        }
        match (given, absent, steps.is_empty()) {
            (Some(given), Some(absent), true) => Some(Weight::ByPresence { by, given, absent }),
            (None, absent, false) if steps.is_sorted_by(|a, b| a.0 < b.0) => {
                Some(Weight::Steps { by, steps, absent })
            }
            (None, _, false) => {
                self.weight_problem(node.place, "bounds that do not ascend");
                None
            }
            _ => {
                self.weight_problem(node.place, "a weight rule that is not complete");
                None
            }
        }
    }

    fn weight_problem(&mut self, place: Place, what: &str) {
        let hint = "write 5, unknown, {by: limit, ..99: 1, ..499: 2} or {by: symbol, given: 1, absent: 40}";
        self.problems.add(place, what, hint);
    }

    /// A type: text, a list of one, or a record in place.
    fn type_node(&mut self, node: &Node) -> Option<Type> {
        match &node.value {
            Value::Scalar { text, .. } if text.is_empty() => {
                self.problems.add(
                    node.place,
                    "a type is missing here",
                    "for example Decimal, or [Order]",
                );
                None
            }
            Value::Scalar { text, quoted } => {
                // A quoted scalar begins one column later than its node.
                let quotes = usize::from(*quoted);
                let place = Place {
                    column: node.place.column + quotes,
                    length: node.place.length.saturating_sub(2 * quotes),
                    ..node.place
                };
                Type::parse(text, place, self.problems)
            }
            Value::List(items) => match items.as_slice() {
                [item] => {
                    if let Some(text) = item.text()
                        && text.ends_with("| error")
                    {
                        // The bracket that YAML took for its own stands one column before the item.
                        let text = format!("[{text}]");
                        let column = item.place.column.saturating_sub(1).max(1);
                        let place = Place {
                            column,
                            length: text.chars().count(),
                            ..item.place
                        };
                        return Type::parse(&text, place, self.problems);
                    }
                    let item = self.type_node(item)?;
                    Some(Type::of(Base::List(Box::new(item)), node.place))
                }
                _ => {
                    self.problems.add(
                        node.place,
                        format!("a list type has one item type, not {}", items.len()),
                        "write [T]; an array with a meaning for each place is a `row:`",
                    );
                    None
                }
            },
            Value::Map(_) => self.in_place(node),
        }
    }

    fn in_place(&mut self, node: &Node) -> Option<Type> {
        let keys = Keys::open(node, &keywords::IN_PLACE, self.problems)?;
        let shape = match (keys.get("fields"), keys.get("row")) {
            (Some(_), None) => Some(Shape::Record(self.fields(&keys, "fields"))),
            (None, Some(row)) => Some(Shape::Row(self.columns(row))),
            _ => {
                if !keys
                    .misspelt
                    .iter()
                    .any(|key| matches!(*key, "fields" | "row"))
                {
                    let what = "a record in place has either `fields` or `row`";
                    self.problems.add(node.place, what, "write one of them");
                }
                None
            }
        };
        let (about, name) = (
            keys.text("about", self.problems),
            keys.text("name", self.problems)?,
        );
        let found = Type::named(name.value.clone(), name.place);
        let broken = shape.is_none();
        let shape = shape.unwrap_or(Shape::Record(Vec::new()));
        self.own.push(TypeDef {
            name,
            about,
            shape,
            in_place: true,
            broken,
        });
        Some(found)
    }

    /// A type; one whose problem is reported already where it cannot be read.
    fn any_type(&mut self, node: &Node) -> Type {
        self.type_node(node)
            .unwrap_or_else(|| Type::of(Base::Broken, node.place))
    }

    fn fields(&mut self, keys: &Keys<'_>, key: &str) -> Vec<Field> {
        let entries = keys.entries(key, self.problems);
        entries
            .iter()
            .filter_map(|entry| self.field(entry))
            .collect()
    }

    fn columns(&mut self, node: &Node) -> Vec<Field> {
        let Value::List(items) = &node.value else {
            self.problems.add(
                node.place,
                "a row is a list of columns",
                "write [price: Decimal, quantity: Decimal]",
            );
            return Vec::new();
        };
        let mut columns = Vec::new();
        for item in items {
            match item.entries() {
                [entry] => columns.extend(self.field(entry)),
                _ => self.problems.add(
                    item.place,
                    "a column has one name and one type",
                    "write `price: Decimal`",
                ),
            }
        }
        columns
    }

    fn type_def(&mut self, entry: &Entry) -> TypeDef {
        let mut def = TypeDef {
            name: Text {
                value: entry.key.clone(),
                place: entry.place,
            },
            about: None,
            shape: Shape::Record(Vec::new()),
            in_place: false,
            broken: false,
        };
        let keys = Keys::open(&entry.value, &keywords::TYPE, self.problems);
        match keys.and_then(|keys| {
            def.about = keys.text("about", self.problems);
            self.shape(entry, &keys)
        }) {
            Some(shape) => def.shape = shape,
            None => def.broken = true,
        }
        def
    }

    fn shape(&mut self, entry: &Entry, keys: &Keys<'_>) -> Option<Shape> {
        let shapes = ["values", "fields", "row", "cases", "choice"];
        let present: Vec<_> = shapes
            .into_iter()
            .filter(|shape| keys.get(shape).is_some())
            .collect();
        Some(match present.as_slice() {
            ["values"] => {
                let form = keys.one_of("wire", &["text", "number"], self.problems);
                let values = self.values(keys.get("values")?);
                Shape::Enum {
                    numbers: form.is_some_and(|word| word == "number"),
                    values,
                }
            }
            ["fields"] => Shape::Record(self.fields(keys, "fields")),
            ["row"] => Shape::Row(self.columns(keys.get("row")?)),
            ["choice"] => Shape::Choice(self.fields(keys, "choice")),
            ["cases"] => {
                let cases = self.cases(keys);
                let Some(tag) = keys.text("tag", self.problems) else {
                    let hint = "name the member that tells them apart";
                    self.problems
                        .add(entry.place, "cases without a `tag`", hint);
                    return None;
                };
                Shape::Tagged { tag, cases }
            }
            _ => {
                if !keys.misspelt.iter().any(|key| shapes.contains(key)) {
                    let what = match present.as_slice() {
                        [] => format!("`{}` has no shape", entry.key),
                        several => {
                            format!("`{}` has the shapes {}", entry.key, several.join(" and "))
                        }
                    };
                    let hint = "write exactly one of values, fields, row, cases and choice";
                    self.problems.add(entry.place, what, hint);
                }
                return None;
            }
        })
    }

    fn values(&mut self, node: &Node) -> Vec<EnumValue> {
        let mut values = Vec::new();
        match &node.value {
            Value::List(items) => {
                for item in items {
                    if let Some(written) = text(item, "a value", self.problems) {
                        values.push(enum_value(&written.value, item.place, None));
                    }
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    let about = match &entry.value.value {
                        // A value may go without its sentence.
                        Value::Scalar { text, .. } if text.is_empty() => None,
                        _ => text(&entry.value, &format!("`{}`", entry.key), self.problems),
                    };
                    values.push(enum_value(
                        &entry.key,
                        entry.place,
                        about.map(|about| about.value),
                    ));
                }
            }
            Value::Scalar { .. } => {
                let what = format!("`values` is {}, not a list or mapping", node.kind());
                self.problems.add(node.place, what, "write [BUY, SELL]");
            }
        }
        values
    }

    fn cases(&mut self, keys: &Keys<'_>) -> Vec<Case> {
        let mut cases = Vec::new();
        for entry in keys.entries("cases", self.problems) {
            let (wire, name) = match entry.key.split_once(" as ") {
                Some((wire, name)) => (wire, name.trim().to_owned()),
                None => (entry.key.as_str(), entry.key.to_upper_camel_case()),
            };
            let Some(keys) = Keys::open(&entry.value, &keywords::CASE, self.problems) else {
                continue;
            };
            cases.push(Case {
                wire: Text {
                    value: wire.to_owned(),
                    place: entry.place,
                },
                name,
                about: keys.string("about", self.problems).unwrap_or_default(),
                fields: self.fields(&keys, "fields"),
            });
        }
        cases
    }
}

/// `VALUE` or `VALUE as Name`; `""` stands for empty text.
fn enum_value(written: &str, place: Place, about: Option<String>) -> EnumValue {
    let (wire, name) = match written.split_once(" as ") {
        Some((wire, name)) => (wire, name.trim().to_owned()),
        None => (written, written.to_upper_camel_case()),
    };
    let wire = if wire == "\"\"" { "" } else { wire };
    EnumValue {
        wire: Text {
            value: wire.to_owned(),
            place,
        },
        name,
        about,
    }
}

/// Whether a mapping describes a record or row where it is used.
fn is_in_place(node: &Node) -> bool {
    ["name", "fields", "row"]
        .into_iter()
        .any(|key| node.get(key).is_some())
}

/// Whether a text is a number in digits, without exponent.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(unsigned),
    }
}

/// `^[A-Z0-9_]{1,36}$` as its characters and length.
fn characters(pattern: &str) -> Option<Rule> {
    let inner = pattern.strip_prefix("^[")?.strip_suffix("}$")?;
    let (set, length) = inner.rsplit_once("]{")?;
    let (minimum, maximum) = length.split_once(',')?;
    let (minimum, maximum): (u64, u64) = (minimum.parse().ok()?, maximum.parse().ok()?);
    // `[^…]` is everything else, which is no set that can be written out.
    if set.is_empty() || set.starts_with('^') || minimum > maximum {
        return None;
    }
    let mut allowed = String::new();
    let mut chars = set.chars();
    while let Some(mut first) = chars.next() {
        if first == '\\' {
            // Before a letter it makes a class, such as `\d`.
            first = chars.next().filter(|c| !c.is_ascii_alphanumeric())?;
        }
        let mut ahead = chars.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last))
                if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() =>
            {
                if first > last {
                    return None;
                }
                allowed.extend(first..=last);
                chars = ahead;
            }
            _ => allowed.push(first),
        }
    }
    Some(Rule::Characters {
        allowed,
        minimum,
        maximum,
        pattern: pattern.to_owned(),
    })
}

/// How a scalar is sent when its type does not say so.
pub(crate) fn default_form(name: &str) -> Form {
    if super::types::is_integer(name) || name == "Timestamp" {
        Form::Number
    } else {
        Form::Text
    }
}
