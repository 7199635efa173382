//! `product.yaml`.

use heck::ToUpperCamelCase;

use super::{duration::seconds, keys::Keys};
use crate::{
    load::{
        SpecFile,
        yaml::{Entry, Node},
    },
    problem::{Place, Problems},
    spec::{
        BaseUrls, LimitKind, OrderOrigin, Product, RateLimit, RecvWindow, StreamConnections, Text,
        Word, keywords,
    },
    suggest::did_you_mean,
};

pub(super) fn product(id: &str, file: Option<&SpecFile>, problems: &mut Problems) -> Product {
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
        symbol_type: None,
        title: String::new(),
        paths: Vec::new(),
        rate_limits: Vec::new(),
        limits_of: None,
        recv_window: None,
        stream_connections: None,
        user_data: None,
        server_time: None,
        errors_of: None,
        order_origins: Vec::new(),
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
    product.paths = keys.text_list("paths", problems);
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
    product.groups = keys.text_list("groups", problems);
    product.symbol_type = keys.text("symbol_type", problems);
    product.recv_window = keys
        .get("recv_window")
        .and_then(|node| recv_window(node, problems));
    product.stream_connections = keys
        .get("stream_connections")
        .and_then(|node| stream_connections(node, problems));
    product.user_data = keys.text("user_data", problems);
    product.errors_of = keys.text("errors_of", problems);
    product.limits_of = keys.text("limits_of", problems);
    product.order_origins = order_origins(&keys, problems);
    product.rate_limits = keys
        .entries("rate_limits", problems)
        .iter()
        .filter_map(|entry| rate_limit(entry, problems))
        .collect();
    product
}

fn order_origins(keys: &Keys<'_>, problems: &mut Problems) -> Vec<(Text, OrderOrigin)> {
    let mut found: Vec<(Text, OrderOrigin)> = Vec::new();
    for (prefix, word) in keys.text_map("order_origins", problems) {
        let Some(origin) = OrderOrigin::of_word(&word.value) else {
            let words = OrderOrigin::WORDS.iter().copied();
            let hint = did_you_mean(&word.value, words, || {
                format!("one of {}", OrderOrigin::WORDS.join(", "))
            });
            let what = format!("`{}` is not an origin of orders", word.value);
            problems.add(word.place, what, hint);
            continue;
        };
        let overlaps = |(other, _): &&(Text, OrderOrigin)| {
            prefix.value.starts_with(&other.value) || other.value.starts_with(&prefix.value)
        };
        if let Some((other, _)) = found.iter().find(overlaps) {
            let what = format!(
                "an id may begin with both `{}` and `{}`",
                other.value, prefix.value
            );
            problems.add(prefix.place, what, "remove one of the two prefixes");
        }
        found.push((prefix, origin));
    }
    found
}

fn rate_limit(entry: &Entry, problems: &mut Problems) -> Option<RateLimit> {
    let keys = Keys::open(&entry.value, &keywords::RATE_LIMIT, problems)?;
    let kind: Option<LimitKind> = keys.word("counts", problems);
    let bucket = keys.text("bucket", problems);
    if let (Some(bucket), Some(kind)) = (&bucket, kind)
        && kind != LimitKind::Bucket
    {
        let what = format!("a limit that counts `{}` has no bucket", kind.word());
        problems.add(
            bucket.place,
            what,
            "write `counts: bucket`, or remove the key",
        );
    }
    let bucket = bucket.map_or_else(|| entry.key.clone(), |bucket| bucket.value);
    // All keys are read before a missing one ends the function, so that all problems are reported.
    let limit = keys.whole("limit", problems);
    let seconds = keys
        .text("per", problems)
        .and_then(|per| seconds(&per, problems));
    let counted_by = keys.word("scope", problems);
    let shared = keys.flag("shared", problems).unwrap_or(false);
    Some(RateLimit {
        name: Text {
            value: entry.key.clone(),
            place: entry.place,
        },
        bucket: (kind == Some(LimitKind::Bucket)).then_some(bucket),
        kind: kind?,
        limit: limit?,
        seconds: seconds?,
        counted_by: counted_by?,
        shared,
    })
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
        let what = format!("the default {default} is larger than the maximum {max}");
        problems.add(node.place, what, "lower the default");
    }
    Some(RecvWindow {
        default,
        max,
        max_ahead,
    })
}

fn stream_connections(node: &Node, problems: &mut Problems) -> Option<StreamConnections> {
    let keys = Keys::open(node, &keywords::STREAM_CONNECTIONS, problems)?;
    let [
        topics,
        frames_per_second,
        lifetime,
        ping_interval,
        pong_timeout,
    ] = [
        "topics",
        "frames_per_second",
        "lifetime",
        "ping_interval",
        "pong_timeout",
    ]
    .map(|key| keys.whole(key, problems));
    Some(StreamConnections {
        topics: topics?,
        frames_per_second: frames_per_second?,
        lifetime: lifetime?,
        ping_interval: ping_interval?,
        pong_timeout: pong_timeout?,
    })
}
