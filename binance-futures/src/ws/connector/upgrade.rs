//! The HTTP request that turns a byte stream into a websocket connection.

use std::io;
use std::time::Duration;

use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_PROTOCOL, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::client::{Response, generate_key};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::handshake::machine::TryParse;
use url::Url;

use crate::client::network::host_and_port;

/// The largest head of a response, in bytes.
const MAX_HEAD_SIZE: usize = 64 * 1024;

/// How much of the body of a rejection is read, in bytes.
const MAX_BODY_SIZE: usize = 8 * 1024;

/// How long the body of a rejection may take. What arrived until then is kept.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// The response to the request.
#[derive(Debug)]
pub(super) enum Upgraded {
    /// The byte stream is a websocket connection. These bytes of it have arrived already.
    Open(Vec<u8>),
    /// The server did not open one.
    Rejected {
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
    },
}

/// No valid response arrived.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpgradeError {
    #[error("the connection broke during the websocket handshake: {0}")]
    Broken(#[from] io::Error),
    #[error("the server closed the connection during the websocket handshake")]
    Closed,
    #[error("the response to the websocket handshake is not HTTP")]
    NotHttp,
    #[error("the head of the response to the websocket handshake is too large")]
    TooLarge,
    #[error("the server accepted the websocket handshake with a wrong header `{0}`")]
    Header(HeaderName),
}

/// Sends the request and reads the response.
///
/// The websocket library can do this, too, but it writes all headers to the log, and keeps only that part of a body that arrives together
/// with the head.
pub(super) async fn upgrade(
    io: &mut (impl AsyncRead + AsyncWrite + Unpin),
    url: &Url,
    headers: &HeaderMap,
) -> Result<Upgraded, UpgradeError> {
    let key = generate_key();
    io.write_all(&request(url, headers, &key)).await?;
    io.flush().await?;
    let mut bytes = Vec::with_capacity(4096);
    let (size, response) = loop {
        match Response::try_parse(&bytes).map_err(|_| UpgradeError::NotHttp)? {
            Some(parsed) => break parsed,
            None if bytes.len() >= MAX_HEAD_SIZE => return Err(UpgradeError::TooLarge),
            None => {}
        }
        if io.read_buf(&mut bytes).await? == 0 {
            return Err(UpgradeError::Closed);
        }
    };
    let rest = bytes.split_off(size);
    let (head, _) = response.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        check_headers(&head.headers, &key)?;
        return Ok(Upgraded::Open(rest));
    }
    Ok(Upgraded::Rejected {
        status: head.status,
        body: read_body(io, &head.headers, rest).await,
        headers: head.headers,
    })
}

fn request(url: &Url, headers: &HeaderMap, key: &str) -> Vec<u8> {
    let (question_mark, query) = match url.query() {
        Some(query) => ("?", query),
        None => ("", ""),
    };
    let mut request = format!(
        "GET {}{question_mark}{query} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n",
        url.path(),
        host_and_port(url),
    )
    .into_bytes();
    for (name, value) in headers {
        request.extend_from_slice(name.as_str().as_bytes());
        request.extend_from_slice(b": ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// Checks the headers of a response that accepts the handshake.
fn check_headers(headers: &HeaderMap, key: &str) -> Result<(), UpgradeError> {
    let contains = |name: HeaderName, expected: &str| {
        let values = headers.get_all(name).into_iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|token| token.trim().eq_ignore_ascii_case(expected))
    };
    let accepted = headers.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    let wrong = if !contains(UPGRADE, "websocket") {
        UPGRADE
    } else if !contains(CONNECTION, "upgrade") {
        CONNECTION
    } else if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        SEC_WEBSOCKET_ACCEPT
    // Neither was offered.
    } else if headers.contains_key(SEC_WEBSOCKET_EXTENSIONS) {
        SEC_WEBSOCKET_EXTENSIONS
    } else if headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        SEC_WEBSOCKET_PROTOCOL
    } else {
        return Ok(());
    };
    Err(UpgradeError::Header(wrong))
}

/// Reads a body until it is complete, large enough, or late.
async fn read_body(
    io: &mut (impl AsyncRead + Unpin),
    headers: &HeaderMap,
    mut body: Vec<u8>,
) -> Vec<u8> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.trim().parse::<usize>().ok());
    let is_chunked = text(TRANSFER_ENCODING)
        .is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case("chunked"));
    let wanted = if is_chunked {
        MAX_BODY_SIZE
    } else {
        length.unwrap_or(MAX_BODY_SIZE).min(MAX_BODY_SIZE)
    };
    let read = async {
        while body.len() < wanted && !(is_chunked && body.ends_with(b"0\r\n\r\n")) {
            match io.read_buf(&mut body).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
    };
    // A timeout leaves what arrived.
    let _ = tokio::time::timeout(BODY_TIMEOUT, read).await;
    body.truncate(wanted);
    if is_chunked {
        body = join_chunks(&body);
    }
    body
}

/// Joins the chunks of a body, of which the last ones may be missing.
fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = memchr::memmem::find(rest, b"\r\n") {
        let (line, after) = rest.split_at(end);
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = str::from_utf8(size)
            .ok()
            .and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let after = after.get(2..).unwrap_or_default();
        match size {
            None | Some(0) => break,
            Some(size) => {
                let size = size.min(after.len());
                let (chunk, after) = after.split_at(size);
                body.extend_from_slice(chunk);
                rest = after.get(2..).unwrap_or_default();
            }
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_even_if_the_last_ones_are_missing() {
        for (chunked, expected) in [
            ("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "abcde"),
            ("3\r\nabc\r\nff\r\nde", "abcde"),
            ("3\r\nab", "ab"),
            ("3\r\nabc", "abc"),
            ("3", ""),
            ("", ""),
            ("<html>\r\n", ""),
            ("ffffffffffffffffff\r\nabc", ""),
            ("0\r\n\r\n", ""),
        ] {
            assert_eq!(join_chunks(chunked.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn only_the_headers_of_a_websocket_connection_are_accepted() {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let valid = [
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ];
        let check = |headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, HeaderValue::from_static(value));
            }
            match check_headers(&map, key) {
                Ok(()) => None,
                Err(UpgradeError::Header(name)) => Some(name.to_string()),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(check(&valid), None);
        for missing in 0..valid.len() {
            let mut headers = valid.to_vec();
            let (name, _) = headers.remove(missing);
            assert_eq!(check(&headers).as_deref(), Some(name));
        }
        for (name, value) in [
            ("sec-websocket-extensions", "permessage-deflate"),
            ("sec-websocket-protocol", "x"),
        ] {
            let mut headers = valid.to_vec();
            headers.push((name, value));
            assert_eq!(check(&headers).as_deref(), Some(name));
        }
    }
}
