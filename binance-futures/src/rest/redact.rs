//! What may be logged of requests and answers: their texts, with nothing in them that opens anything.

use std::borrow::Cow;

use http::HeaderMap;

use super::Prepared;
use super::answer::decoded;
use crate::error::Body;

/// Stands where something is left out.
const REDACTED: &str = "[redacted]";

/// Bytes of an answer that are logged.
const LONGEST: usize = 4_096;

/// A query without its signature, the values of secret parameters, and the values of those that were added by name: nobody knows
/// what they are.
pub(super) fn query(prepared: &Prepared) -> String {
    let mut text = String::new();
    for pair in pairs(prepared) {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(pair.name);
        text.push('=');
        text.push_str(match pair.kind {
            Kind::Plain => pair.value,
            Kind::Secret | Kind::Added => REDACTED,
        });
    }
    text
}

/// A text of the exchange without the API key, the signature, and what was secret among the parameters, should it repeat them.
pub(super) fn told<'a>(text: &'a str, prepared: &Prepared) -> Cow<'a, str> {
    /// What was added by name is hidden where it is long enough to be a secret: anything contains a short one.
    const SHORTEST: usize = 8;
    let mut text = Cow::Borrowed(text);
    let mut hide = |secret: &str| {
        if !secret.is_empty() && text.contains(secret) {
            text = Cow::Owned(text.replace(secret, REDACTED));
        }
    };
    if let Some(key) = &prepared.key {
        hide(&String::from_utf8_lossy(key.as_bytes()));
    }
    for pair in pairs(prepared) {
        if pair.kind == Kind::Secret || (pair.kind == Kind::Added && pair.value.len() >= SHORTEST) {
            hide(pair.value);
            hide(&decoded(pair.value));
        }
    }
    text
}

/// A parameter of a query, as it was sent.
struct Pair<'a> {
    name: &'a str,
    value: &'a str,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Plain,
    Secret,
    /// By name, so that nobody knows what it is.
    Added,
}

fn pairs(prepared: &Prepared) -> impl Iterator<Item = Pair<'_>> {
    let mut begin = prepared.query;
    prepared.query().split('&').filter_map(move |pair| {
        let is_added = (prepared.own..prepared.seal).contains(&begin);
        begin += pair.len() + 1;
        let (name, value) = pair.split_once('=')?;
        let kind = if name == "signature" || prepared.asked.secrets.contains(&name) {
            Kind::Secret
        } else if is_added {
            Kind::Added
        } else {
            Kind::Plain
        };
        Some(Pair { name, value, kind })
    })
}

/// The beginning of an answer without what is secret in it. Of one that is no JSON, what it is: it may repeat anything.
pub(super) fn body(headers: &HeaderMap, body: &[u8], prepared: &Prepared) -> String {
    let kind = Body::of(headers, body);
    let text = match str::from_utf8(body) {
        Ok(text) if kind == Body::Json => text,
        _ => return format!("{kind}, {} bytes", body.len()),
    };
    let told = told(text, prepared);
    let mut text = String::new();
    let mut rest: &str = &told;
    while let Some((before, name, after)) = next_secret(rest, prepared.asked.secrets) {
        text.push_str(before);
        text.push_str(name);
        text.push_str(REDACTED);
        rest = after;
    }
    text.push_str(rest);
    if text.len() > LONGEST {
        let mut ends = (0..=LONGEST).rev();
        text.truncate(ends.find(|end| text.is_char_boundary(*end)).unwrap_or(0));
        text.push_str("...");
    }
    text
}

/// Of JSON what stands before a secret member, its name up to the quote its value begins with, and what stands after the value.
fn next_secret<'a>(text: &'a str, secrets: &[&str]) -> Option<(&'a str, &'a str, &'a str)> {
    let (begin, name) = secrets
        .iter()
        .filter_map(|secret| {
            let name = format!("\"{secret}\"");
            Some((text.find(&name)?, name.len()))
        })
        .min()?;
    let (before, from) = text.split_at_checked(begin)?;
    let value = name
        + from
            .get(name..)?
            .find(|c: char| c != ':' && !c.is_whitespace())?;
    let (name, value) = from.split_at_checked(value)?;
    let length = match value.strip_prefix('"') {
        Some(value) => 2 + value.find('"')?,
        None => value.find([',', '}']).unwrap_or(value.len()),
    };
    Some((before, name, value.get(length..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::super::answer::Asked;
    use super::*;
    use crate::request::{Idempotency, Method};

    fn prepared(own: &str, added: &str, seal: &str) -> Prepared {
        let begin = "http://host/p?".len();
        Prepared {
            method: Method::Get,
            url: format!("http://host/p?{own}{added}{seal}"),
            path: "http://host".len(),
            query: begin,
            own: begin + own.len(),
            seal: begin + own.len() + added.len(),
            signed: None,
            key: Some(HeaderValue::from_static("mykey")),
            timeout: None,
            asked: Asked {
                request: "usdm::Thing".into(),
                method: Method::Get,
                idempotency: Idempotency::Idempotent,
                lookup: None,
                errors: &[],
                secrets: &["listenKey"],
                usual_window: 5_000,
            },
        }
    }

    #[test]
    fn a_query_is_told_without_what_opens_anything() {
        let prepared = prepared(
            "symbol=BTCUSDT&listenKey=abc",
            "&newName=x&other=y",
            "&recvWindow=5000&timestamp=7&signature=ff00",
        );
        assert_eq!(
            query(&prepared),
            "symbol=BTCUSDT&listenKey=[redacted]&newName=[redacted]&other=[redacted]&recvWindow=5000&timestamp=7&signature=[redacted]"
        );
        assert_eq!(query(&self::prepared("", "", "")), "");
        assert_eq!(query(&self::prepared("", "a=b", "")), "a=[redacted]");
        assert_eq!(query(&self::prepared("a=b", "", "")), "a=b");
        assert_eq!(
            query(&self::prepared("", "", "timestamp=7&signature=0")),
            "timestamp=7&signature=[redacted]"
        );
    }

    #[test]
    fn an_answer_is_told_without_what_it_repeats_and_opens() {
        let prepared = prepared(
            "listenKey=abc",
            "&x=5&y=long%20%26%20added",
            "&signature=ff00",
        );
        for (answer, told) in [
            (
                r#"{"listenKey":"pqr","a":1}"#,
                r#"{"listenKey":[redacted],"a":1}"#,
            ),
            (
                r#"[{"a":1,"listenKey" : "pqr"},{"listenKey":"stu"}]"#,
                r#"[{"a":1,"listenKey" : [redacted]},{"listenKey":[redacted]}]"#,
            ),
            (
                r#"{"listenKey":null,"b":{"listenKey":7}}"#,
                r#"{"listenKey":[redacted],"b":{"listenKey":[redacted]}}"#,
            ),
            (
                r#"{"msg":"key mykey, ff00, abc, 5, long & added"}"#,
                r#"{"msg":"key [redacted], [redacted], [redacted], 5, [redacted]"}"#,
            ),
            (r#"["listenKey"]"#, r#"["listenKey"[redacted]"#),
            ("", "the answer is empty, 0 bytes"),
            ("<p>pqr</p>", "the answer is a page of HTML, 10 bytes"),
        ] {
            assert_eq!(body(&HeaderMap::new(), answer.as_bytes(), &prepared), told);
        }
    }

    #[test]
    fn a_signature_is_not_told_without_its_percent_signs_either() {
        let prepared = prepared("", "", "signature=a%2Bb%3D%3D");
        assert_eq!(
            told("a%2Bb%3D%3D and a+b==", &prepared),
            "[redacted] and [redacted]"
        );
    }

    #[test]
    fn a_long_answer_is_cut() {
        let long = format!("\"{}\"", "é".repeat(LONGEST));
        let told = body(&HeaderMap::new(), long.as_bytes(), &prepared("", "", ""));
        assert_eq!(told.len(), LONGEST - 1 + "...".len());
        assert!(told.ends_with("é..."));
    }
}
