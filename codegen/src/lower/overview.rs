//! The lists of requests and topics in the docs of a product's module.

use crate::{
    ir::{Overview, OverviewEntry, OverviewGroup},
    spec::{Head, Product},
};

/// The requests of each group of the REST API, the methods of the websocket API, and the topics of a product.
pub(super) fn overview(product: &Product) -> Overview {
    let mut groups: Vec<OverviewGroup> = Vec::new();
    for operation in &product.operations {
        let path = if operation.rest.is_some() {
            operation.head.name.value.clone()
        } else {
            format!("ws_api::{}", operation.head.name.value)
        };
        add(&mut groups, &operation.group, path, &operation.head);
    }
    groups.sort_by(|a, b| a.module.cmp(&b.module));
    for topic in &product.topics {
        let path = format!("streams::{}", topic.head.name.value);
        add(&mut groups, "streams", path, &topic.head);
    }
    if !product.topics.is_empty() {
        let user_data = OverviewEntry {
            path: "streams::UserData".to_owned(),
            sentence:
                "Pushes the orders, balances and positions of an account. A listen key opens it."
                    .to_owned(),
            is_deprecated: false,
        };
        push(&mut groups, "streams", user_data);
    }
    Overview { groups }
}

fn add(groups: &mut Vec<OverviewGroup>, module: &str, path: String, head: &Head) {
    let entry = OverviewEntry {
        path,
        sentence: head
            .about
            .as_ref()
            .map(|about| about.value.clone())
            .unwrap_or_default(),
        is_deprecated: head.deprecated.is_some() || head.removed.is_some(),
    };
    push(groups, module, entry);
}

fn push(groups: &mut Vec<OverviewGroup>, module: &str, entry: OverviewEntry) {
    match groups.iter_mut().find(|group| group.module == module) {
        Some(group) => group.entries.push(entry),
        None => groups.push(OverviewGroup {
            module: module.to_owned(),
            title: title(module),
            entries: vec![entry],
        }),
    }
}

/// `market_data` as a heading.
fn title(module: &str) -> String {
    match module {
        "ws_api" => "Websocket API".to_owned(),
        "streams" => "Streams".to_owned(),
        _ => {
            let words = module.replace('_', " ");
            let mut chars = words.chars();
            let first = chars.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(chars).collect()
        }
    }
}
