//! Operations that an unknown name may mean.

use binance_futures::registry::Operation;
use strsim::osa_distance;
use xtask::suggest::suggest;

use super::verb::{Verb, split, words};

type Operations = Vec<&'static Operation>;

/// Returns the operations of `requests` that `name` may mean, best first.
///
/// Knows methods of the websocket API, paths and parts of them, and version suffixes. A name with a verb never means an
/// operation that does something else.
pub(crate) fn suggestions(name: &str, requests: &[&'static Operation]) -> Operations {
    let exact = [by_ws_method, by_path, by_versioned_name, by_last_words];
    exact
        .iter()
        .map(|rule| rule(name, requests))
        .find(|found| !found.is_empty())
        .unwrap_or_else(|| by_words(name, requests))
}

fn by_ws_method(name: &str, requests: &[&'static Operation]) -> Operations {
    let has_name = |operation: &Operation| {
        operation
            .ws_method
            .is_some_and(|method| method.eq_ignore_ascii_case(name))
    };
    select(requests, has_name)
}

/// By a path with or without its prefix: `/fapi/v1/order`, `v1/order`, `order`.
pub(crate) fn by_path(name: &str, requests: &[&'static Operation]) -> Operations {
    let path = words(path_tail(name));
    select(requests, |operation| {
        let own = operation.path.map(|path| words(path_tail(path)));
        own.is_some_and(|own| own == path)
    })
}

/// By a name followed by the version of its path: `account_v3`.
fn by_versioned_name(name: &str, requests: &[&'static Operation]) -> Operations {
    let mut name = words(name);
    let last = name.pop().unwrap_or_default();
    if name.is_empty() || !is_version(&last) {
        return Vec::new();
    }
    let found = select(requests, |operation| {
        let mut names = names(operation).into_iter();
        names.any(|own| words(own) == name)
    });
    let same_version = select(&found, |operation| {
        let mut parts = operation.path.into_iter().flat_map(|path| path.split('/'));
        parts.any(|part| part == last)
    });
    if same_version.is_empty() {
        found
    } else {
        same_version
    }
}

/// By a name with another word in front: `order_book_ticker`.
fn by_last_words(name: &str, requests: &[&'static Operation]) -> Operations {
    let typed = words(name);
    let whole = typed.join("_");
    let is_typing_error = |operation: &&Operation| {
        let mut names = names(operation).into_iter();
        names.any(|own| osa_distance(&words(own).join("_"), &whole) <= 2)
    };
    if split(&typed).is_some() || requests.iter().any(is_typing_error) {
        return Vec::new();
    }
    let Some((_, rest)) = typed.split_first() else {
        return Vec::new();
    };
    let found = select(requests, |operation| {
        let mut names = names(operation).into_iter();
        names.any(|own| words(own) == rest)
    });
    if found.is_empty() {
        by_path(&rest.join("_"), requests)
    } else {
        found
    }
}

/// By similar words. If one of them is a verb, the operation has the same one, and the other words are similar.
fn by_words(name: &str, requests: &[&'static Operation]) -> Operations {
    let typed = words(path_tail(name));
    let Some((verb, rest)) = split(&typed) else {
        return similar(&typed, requests, words);
    };
    let same_verb = select(requests, |operation| verb.can_mean(Verb::of(operation)));
    if rest.is_empty() {
        return similar(&typed, &same_verb, words);
    }
    similar(&rest, &same_verb, |name| {
        let words = words(name);
        split(&words).map_or(words, |(_, rest)| rest)
    })
}

fn similar(
    typed: &[String],
    requests: &[&'static Operation],
    words_of: impl Fn(&str) -> Vec<String>,
) -> Operations {
    let candidates = requests.iter().flat_map(|operation| {
        let mut names = names(operation);
        names.extend(operation.path.map(path_tail));
        names
            .into_iter()
            .map(|name| (words_of(name).join("_"), operation.spec))
            .collect::<Vec<_>>()
    });
    let found = suggest(&typed.join("_"), candidates);
    let of_spec = |spec| {
        requests
            .iter()
            .copied()
            .find(|operation| operation.spec == spec)
    };
    found.into_iter().filter_map(of_spec).collect()
}

fn select(requests: &[&'static Operation], keep: impl Fn(&Operation) -> bool) -> Operations {
    let requests = requests.iter().copied();
    requests.filter(|operation| keep(operation)).collect()
}

/// Everything an operation is called.
fn names(operation: &Operation) -> Vec<&'static str> {
    let mut names = vec![operation.id, operation.name];
    names.extend(operation.aliases);
    names.extend(operation.ws_method);
    names
}

/// A path without what all paths begin with: `order` of `/fapi/v1/order` and `v1/order`.
fn path_tail(path: &str) -> &str {
    let mut tail = path.trim_matches('/');
    while let Some((first, rest)) = tail.split_once('/') {
        if !["fapi", "dapi", "futures", "data"].contains(&first) && !is_version(first) {
            break;
        }
        tail = rest;
    }
    tail
}

fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
}
