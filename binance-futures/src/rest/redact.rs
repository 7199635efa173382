//! Redacts secrets in logged requests and responses.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::percent_decode_str;

use super::Prepared;
use crate::error::BodyKind;

/// Replaces secrets.
const REDACTED: &str = "[redacted]";

/// The longest logged response, in bytes.
const MAX_LENGTH: usize = 4_096;

/// Returns a query without the signature, the values of secret parameters, and the values of parameters that were added by name, which
/// may be secret.
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

/// Returns a text of the exchange without the API key, the signature and secret parameters. The exchange may repeat them in error messages.
pub(super) fn message<'a>(text: &'a str, prepared: &Prepared) -> Cow<'a, str> {
    /// Parameters that were added by name are redacted if they are long enough to be a secret. A short value may be in the text
    /// by accident.
    const MIN_SECRET_LENGTH: usize = 8;
    let mut text = Cow::Borrowed(text);
    let mut hide = |secret: &str| {
        if !secret.is_empty() && text.contains(secret) {
            text = Cow::Owned(text.replace(secret, REDACTED));
        }
    };
    if let Some(key) = &prepared.api_key {
        hide(&String::from_utf8_lossy(key.as_bytes()));
    }
    for pair in pairs(prepared) {
        if pair.kind == Kind::Secret
            || (pair.kind == Kind::Added && pair.value.len() >= MIN_SECRET_LENGTH)
        {
            hide(pair.value);
            hide(&percent_decode_str(pair.value).decode_utf8_lossy());
        }
    }
    text
}

/// A parameter of a query, as sent.
struct Pair<'a> {
    name: &'a str,
    value: &'a str,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Plain,
    Secret,
    /// Added by name, so it may be secret.
    Added,
}

fn pairs(prepared: &Prepared) -> impl Iterator<Item = Pair<'_>> {
    let mut begin = prepared.query;
    prepared.query().split('&').filter_map(move |pair| {
        let is_added = (prepared.added..prepared.signing).contains(&begin);
        begin += pair.len() + 1;
        let (name, value) = pair.split_once('=')?;
        let kind = if name == "signature" || prepared.product.secret_fields.contains(&name) {
            Kind::Secret
        } else if is_added {
            Kind::Added
        } else {
            Kind::Plain
        };
        Some(Pair { name, value, kind })
    })
}

/// Returns the beginning of a response without secrets. A response that is not JSON may repeat anything, so only its kind is returned.
pub(super) fn body(headers: &HeaderMap, body: &[u8], prepared: &Prepared) -> String {
    let kind = BodyKind::of(headers, body);
    let text = match str::from_utf8(body) {
        Ok(text) if kind == BodyKind::Json => text,
        _ => return format!("{kind}, {} bytes", body.len()),
    };
    let redacted = message(text, prepared);
    let mut text = String::new();
    let mut rest: &str = &redacted;
    while let Some((before, name, after)) = next_secret(rest, prepared.product.secret_fields) {
        text.push_str(before);
        text.push_str(name);
        text.push_str(REDACTED);
        rest = after;
    }
    text.push_str(rest);
    if text.len() > MAX_LENGTH {
        let mut ends = (0..=MAX_LENGTH).rev();
        text.truncate(ends.find(|end| text.is_char_boundary(*end)).unwrap_or(0));
        text.push_str("...");
    }
    text
}

/// Splits JSON at its first secret field: the text before it, the name up to the value, and the text after the value.
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

    use super::super::prepared::ProductFacts;
    use super::*;
    use crate::client::{RecvWindow, RequestContext};
    use crate::request::{Cost, Idempotency, Method, Security};

    fn prepared(own: &str, added: &str, signing: &str) -> Prepared {
        let begin = "http://host/p?".len();
        Prepared {
            method: Method::Get,
            url: format!("http://host/p?{own}{added}{signing}"),
            path: "http://host".len(),
            query: begin,
            added: begin + own.len(),
            signing: begin + own.len() + added.len(),
            signed: None,
            api_key: Some(HeaderValue::from_static("mykey")),
            timeout: None,
            when_limited: crate::governor::WhenLimited::Wait,
            context: RequestContext {
                name: "usdm::Thing".into(),
                security: Security::UserStream,
                idempotency: Idempotency::Idempotent,
                is_read_only: true,
                cost: Cost::FREE,
                lookup: None,
                remedies: &[],
                priority: crate::governor::Priority::Query,
                is_typed: true,
            },
            product: ProductFacts {
                errors: &[],
                rate_limits: &[],
                secret_fields: &["listenKey"],
                default_recv_window: RecvWindow::from(5_000),
            },
        }
    }

    #[test]
    fn query_is_redacted() {
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
    fn response_is_redacted() {
        let prepared = prepared(
            "listenKey=abc",
            "&x=5&y=long%20%26%20added",
            "&signature=ff00",
        );
        for (response, redacted) in [
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
            ("", "the response is empty, 0 bytes"),
            ("<p>pqr</p>", "the response is an HTML page, 10 bytes"),
        ] {
            assert_eq!(
                body(&HeaderMap::new(), response.as_bytes(), &prepared),
                redacted
            );
        }
    }

    #[test]
    fn signature_is_redacted_in_both_encodings() {
        let prepared = prepared("", "", "signature=a%2Bb%3D%3D");
        assert_eq!(
            message("a%2Bb%3D%3D and a+b==", &prepared),
            "[redacted] and [redacted]"
        );
    }

    #[test]
    fn prepared_request_is_printed_without_its_query() {
        let printed = format!("{:?}", prepared("a=b", "", "&signature=ff00"));
        assert_eq!(printed, r#"Prepared { method: Get, path: "/p", .. }"#);
    }

    #[test]
    fn long_response_is_truncated() {
        let long = format!("\"{}\"", "é".repeat(MAX_LENGTH));
        let logged = body(&HeaderMap::new(), long.as_bytes(), &prepared("", "", ""));
        assert_eq!(logged.len(), MAX_LENGTH - 1 + "...".len());
        assert!(logged.ends_with("é..."));
        let longest = format!("\"{}\"", "x".repeat(MAX_LENGTH - 2));
        let logged = body(&HeaderMap::new(), longest.as_bytes(), &prepared("", "", ""));
        assert_eq!(logged, longest);
    }
}
