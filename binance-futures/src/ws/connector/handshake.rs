//! The handshake of a websocket connection.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::Instant;
use tokio::time::error::Elapsed;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::upgrade::{self, Upgraded};
use super::{BoxedIo, Frames, Shared};
use crate::client::network::{host_and_port, reason, tls_error};
use crate::client::{ErrorBody, classify, retry_after, retry_after_header};
use crate::error::{
    ApiError, BodyKind, Error, ExceededLimit, HttpParts, RateLimited, TransportError,
    TransportErrorKind,
};
use crate::rate_limits::RateLimitUsage;
use crate::request::{CountedBy, ErrorClass, LimitKind};
use crate::topic::TopicUrl;
use crate::values::Timestamp;

/// How long to wait after a rejection for rate limits that says nothing about it.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// The number of bytes that the websocket library reads at once, at most, of the frames that are left to it.
const READ_SIZE: usize = 16 * 1024;

/// What a handshake is called in errors.
const NAME: &str = "the websocket handshake";

/// Opens a connection. `topic` is the part of the URL that contains a secret.
pub(super) async fn open(
    shared: &Shared,
    url: &Url,
    topic: Option<&TopicUrl>,
    address: usize,
) -> Result<WebSocketStream<Frames>, Error> {
    let deadline = Instant::now().checked_add(shared.connect_timeout);
    let io = match within(deadline, shared.dial.dial(address)).await {
        Ok(dialed) => dialed?,
        Err(elapsed) => {
            let route = shared.dial.route();
            let kind = if route.is_some_and(|route| route.proxy.is_some()) {
                TransportErrorKind::Proxy
            } else {
                TransportErrorKind::Connect
            };
            return Err(timed_out(shared, url, kind, elapsed).into());
        }
    };
    match within(deadline, upgrade(shared, url, topic, io)).await {
        Ok(upgraded) => upgraded,
        Err(elapsed) => Err(timed_out(shared, url, TransportErrorKind::Connect, elapsed).into()),
    }
}

/// Awaits a future until a deadline.
async fn within<T>(
    deadline: Option<Instant>,
    future: impl Future<Output = T>,
) -> Result<T, Elapsed> {
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, future).await,
        None => Ok(future.await),
    }
}

fn timed_out(
    shared: &Shared,
    url: &Url,
    kind: TransportErrorKind,
    elapsed: Elapsed,
) -> TransportError {
    let (hosts, time) = (hosts(shared, url), shared.connect_timeout);
    let message = format!("{kind} ({hosts}): timed out after {time:?}");
    TransportError::new(kind, message, Some(Box::new(elapsed)))
}

/// Describes where a connection leads.
fn hosts(shared: &Shared, url: &Url) -> String {
    let route = shared.dial.route();
    route.map_or_else(|| host_and_port(url), ToString::to_string)
}

async fn upgrade(
    shared: &Shared,
    url: &Url,
    topic: Option<&TopicUrl>,
    mut io: BoxedIo,
) -> Result<WebSocketStream<Frames>, Error> {
    match upgrade::upgrade(&mut io, url, &shared.headers).await {
        Ok(Upgraded::Open(received)) => {
            let frames = Frames::new(io, received, shared.max_message_size);
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_SIZE)
                .max_message_size(Some(shared.max_message_size))
                .max_frame_size(Some(shared.max_message_size));
            Ok(WebSocketStream::from_raw_socket(frames, Role::Client, Some(config)).await)
        }
        Ok(Upgraded::Rejected {
            status,
            mut headers,
            mut body,
        }) => {
            if let Some(topic) = topic {
                redact(topic, &mut headers, &mut body);
            }
            Err(rejection(status, headers, body, shared.clock.now()))
        }
        Err(error) => {
            let kind = match tls_error(&error) {
                Some(_) => TransportErrorKind::Tls,
                None => TransportErrorKind::Connect,
            };
            let message = format!("{kind} ({}): {}", hosts(shared, url), reason(&error));
            Err(TransportError::new(kind, message, Some(Box::new(error))).into())
        }
    }
}

/// Removes a listen key from a response that repeats the URL.
fn redact(topic: &TopicUrl, headers: &mut HeaderMap, body: &mut Vec<u8>) {
    for value in headers.values_mut() {
        if topic.is_in(&String::from_utf8_lossy(value.as_bytes())) {
            *value = HeaderValue::from_static("[redacted]");
        }
    }
    let text = String::from_utf8_lossy(body);
    if topic.is_in(&text) {
        *body = topic.redact(&text).into_bytes();
    }
}

/// The error of a handshake whose response has another status than 101.
fn rejection(status: StatusCode, headers: HeaderMap, body: Vec<u8>, now: Timestamp) -> Error {
    let error = ErrorBody::from_json(&body)
        .unwrap_or_else(|| ErrorBody::other(BodyKind::of(&headers, &body).to_string()));
    let class = classify(status.as_u16(), &error, None);
    let header = retry_after_header(&headers);
    let response = ApiError {
        request: Cow::Borrowed(NAME),
        code: error.code,
        known: None,
        remedy: None,
        hint: None,
        message: error.message,
        usage: RateLimitUsage::default(),
        retry_after: header,
        http: Some(HttpParts::new(status, headers)),
        body: Bytes::from(body),
    };
    match class {
        Some(ErrorClass::RateLimited) => {
            let wait = retry_after(header, &response.message, DEFAULT_WAIT, now);
            let limit = ExceededLimit {
                kind: LimitKind::ConnectionAttempts,
                bucket: None,
                scope: CountedBy::Ip,
                interval: DEFAULT_WAIT,
                limit: None,
            };
            let is_banned = status == StatusCode::IM_A_TEAPOT;
            Error::RateLimited(Box::new(RateLimited::new(response, limit, wait, is_banned)))
        }
        Some(ErrorClass::Rejected) => Error::Api(Box::new(response)),
        _ => Error::Server(Box::new(response)),
    }
}
