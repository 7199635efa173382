//! The handshake of a websocket connection.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, protocol::WebSocketConfig};
use url::Url;

use super::{BoxedIo, Clocked, Shared};
use crate::client::network::{host_and_port, setup_error};
use crate::client::{ErrorBody, classify, retry_after};
use crate::error::{
    ApiError, BodyKind, Error, ExceededLimit, HttpParts, RateLimited, TransportError,
    TransportErrorKind,
};
use crate::rate_limits::RateLimitUsage;
use crate::request::{CountedBy, ErrorClass, LimitKind};

/// How much of the body of a rejection is kept, in bytes.
const MAX_BODY_SIZE: usize = 8 * 1024;

/// How long to wait after a rejection for rate limits that says nothing about it.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// The longest wait after a rejection. A header that says more is not believed.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 86_400);

/// What a handshake is called in errors.
const NAME: &str = "the websocket handshake";

/// Opens a connection.
pub(super) async fn open(
    shared: &Shared,
    url: &Url,
    address: usize,
    deadline: Option<Instant>,
) -> Result<WebSocketStream<Clocked>, Error> {
    let opening = async {
        let io = shared.dial.dial(address).await?;
        upgrade(shared, url, io).await
    };
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, opening)
            .await
            .unwrap_or_else(|elapsed| {
                let kind = TransportErrorKind::Connect;
                let (host, time) = (host_and_port(url), shared.connect_timeout);
                let message = format!("{kind} ({host}): not established within {time:?}");
                Err(TransportError::new(kind, message, Some(Box::new(elapsed))).into())
            }),
        None => opening.await,
    }
}

async fn upgrade(
    shared: &Shared,
    url: &Url,
    io: BoxedIo,
) -> Result<WebSocketStream<Clocked>, Error> {
    let mut request = url.as_str().into_client_request().map_err(setup_error)?;
    request.headers_mut().extend(shared.headers.clone());
    let config = WebSocketConfig::default()
        .max_message_size(Some(shared.max_message_size))
        .max_frame_size(Some(shared.max_message_size));
    match tokio_tungstenite::client_async_with_config(request, Clocked::new(io), Some(config)).await
    {
        Ok((io, _)) => Ok(io),
        Err(tungstenite::Error::Http(response)) => {
            let (head, body) = response.into_parts();
            let now = shared.clock.now();
            let body = body.unwrap_or_default();
            Err(rejection(head.status, head.headers, body, now))
        }
        Err(error) => {
            let kind = TransportErrorKind::Connect;
            let message = format!("{kind} ({}): {error}", host_and_port(url));
            Err(TransportError::new(kind, message, Some(Box::new(error))).into())
        }
    }
}

/// The error of a handshake that the exchange, or something before it, answered with another status than 101.
fn rejection(
    status: StatusCode,
    headers: HeaderMap,
    mut body: Vec<u8>,
    now: crate::values::Timestamp,
) -> Error {
    body.truncate(MAX_BODY_SIZE);
    let error = ErrorBody::from_json(&body)
        .unwrap_or_else(|| ErrorBody::other(BodyKind::of(&headers, &body).to_string()));
    let class = classify(status.as_u16(), &error, None);
    let header = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
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
            let wait = retry_after(header, &response.message, DEFAULT_WAIT, now).min(LONGEST_WAIT);
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
