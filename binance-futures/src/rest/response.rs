//! From an HTTP response to a decoded response or an error.

use std::fmt;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::http::HttpResponse;
use super::{Prepared, RestRequest, redact};
use crate::client::{
    ErrorBody, classify, exceeded_limit, may_be_error, retry_after, retry_after_header,
};
use crate::clock::SyncedClock;
use crate::decode::DecodeFailure;
use crate::error::{
    ApiError, BodyKind, DecodeError, Error, HttpParts, RateLimited, TransportError, UnknownCause,
    UnknownOutcome,
};
use crate::json::{self, Reason};
use crate::rate_limits::RateLimitUsage;
use crate::request::{ErrorClass, KnownError};

/// A decoded response with the HTTP parts that came with it. Returned by [`Client::send_full`](super::Client::send_full).
#[derive(Clone)]
#[non_exhaustive]
pub struct ResponseParts<T> {
    /// The decoded response.
    pub data: T,
    /// The reported usage of the rate limits.
    pub usage: RateLimitUsage,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The HTTP status.
    pub status: StatusCode,
    /// The body as it was received: the JSON from which `data` was decoded. Fields that the crate does not know are in it as well. It may
    /// contain secrets, such as a listen key.
    pub body: Bytes,
}

/// Does not print the body, which may contain secrets.
impl<T: fmt::Debug> fmt::Debug for ResponseParts<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseParts")
            .field("data", &self.data)
            .field("usage", &self.usage)
            .field("headers", &self.headers)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl<T> ResponseParts<T> {
    pub(super) fn new(data: T, success: Success) -> Self {
        Self {
            data,
            usage: usage(&success.headers),
            headers: success.headers,
            status: success.status,
            body: success.body,
        }
    }
}

/// A successful response that is not decoded yet.
pub(super) struct Success {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Returns the usage of the rate limits that the headers report.
pub(super) fn usage(headers: &HeaderMap) -> RateLimitUsage {
    RateLimitUsage::from_headers(
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes())),
    )
}

/// Separates success from error.
pub(super) fn classify_response(
    response: Result<HttpResponse, TransportError>,
    prepared: &Prepared,
    clock: &SyncedClock,
) -> Result<Success, Error> {
    let HttpResponse {
        status,
        headers,
        body,
    } = response.map_err(|error| lost(prepared, error))?;
    let (error, body) = match body {
        Ok(body) if status.is_success() && !may_be_error(&body) => {
            return Ok(Success {
                status,
                headers,
                body,
            });
        }
        Ok(body) => {
            let error =
                ErrorBody::from_json(&body).unwrap_or_else(|| not_json(status, &headers, &body));
            (error, body)
        }
        Err(error) => {
            let incomplete = ErrorBody::other("the response is incomplete");
            // For a rate limit, the status says enough.
            if classify(status.as_u16(), &incomplete, None) != Some(ErrorClass::RateLimited) {
                return Err(lost(prepared, error));
            }
            (incomplete, Bytes::new())
        }
    };
    // For a response without a code, the spec may describe the status.
    let code = error.code.unwrap_or(i64::from(status.as_u16()));
    let known = KnownError::find(prepared.product.errors, code);
    let Some(class) = classify(status.as_u16(), &error, known) else {
        return Ok(Success {
            status,
            headers,
            body,
        });
    };
    let response = api_error(
        prepared,
        &error,
        known,
        HttpParts::new(status, headers),
        body,
    );
    Err(match class {
        ErrorClass::Rejected => Error::Api(Box::new(response)),
        ErrorClass::Unavailable => Error::Server(Box::new(response)),
        ErrorClass::RateLimited => {
            let is_banned = status == StatusCode::IM_A_TEAPOT;
            Error::RateLimited(Box::new(rate_limited(response, prepared, clock, is_banned)))
        }
        ErrorClass::Unknown if prepared.context.is_read_only => Error::Server(Box::new(response)),
        ErrorClass::Unknown => unknown(prepared, UnknownCause::Response(response)),
    })
}

/// The error of a response with an error.
fn api_error(
    prepared: &Prepared,
    error: &ErrorBody,
    known: Option<&'static KnownError>,
    http: HttpParts,
    body: Bytes,
) -> ApiError {
    let own_remedy = known.and_then(|known| {
        let remedies = prepared.context.remedies;
        let index = remedies.binary_search_by_key(&known.code, |(code, _)| *code);
        Some(remedies.get(index.ok()?)?.1)
    });
    ApiError {
        request: prepared.context.name.clone(),
        code: error.code,
        known,
        remedy: own_remedy.or(known.and_then(|known| known.remedy)),
        hint: base_url_hint(http.status, prepared),
        message: redact::message(&error.message, prepared).into_owned(),
        usage: usage(&http.headers),
        retry_after: retry_after_header(&http.headers),
        http: Some(http),
        body,
    }
}

fn rate_limited(
    response: ApiError,
    prepared: &Prepared,
    clock: &SyncedClock,
    is_banned: bool,
) -> RateLimited {
    let limit = exceeded_limit(
        response.known,
        &response.message,
        &response.usage,
        prepared.context.cost.bucket,
        prepared.product.rate_limits,
    );
    let wait = retry_after(
        response.retry_after,
        &response.message,
        limit.interval,
        clock.now(),
    );
    RateLimited::new(response, limit, wait, is_banned)
}

/// The error if a client order id is in use, after an attempt that may have been executed. Any other result is returned as it is.
///
/// The id is then most likely that of the earlier attempt. Nothing else proves that this attempt was rejected.
pub(super) fn after_resend(
    result: Result<Success, Error>,
    prepared: &Prepared,
) -> Result<Success, Error> {
    match result {
        Err(Error::Api(response)) if response.known.is_some_and(|known| known.is_duplicate_id) => {
            Err(unknown(prepared, UnknownCause::DuplicateId(*response)))
        }
        Ok(success) => match duplicate_item(&success, prepared) {
            Some(response) => Err(unknown(prepared, UnknownCause::DuplicateId(response))),
            None => Ok(success),
        },
        other => other,
    }
}

/// Returns the first item of a batch whose client order id is in use, as an error.
fn duplicate_item(success: &Success, prepared: &Prepared) -> Option<ApiError> {
    let items: Vec<Value> = serde_json::from_slice(&success.body).ok()?;
    items.iter().find_map(|item| {
        let error = ErrorBody::of_object(item);
        let known = KnownError::find(prepared.product.errors, error.code?)?;
        let http = HttpParts::new(success.status, success.headers.clone());
        let response = || api_error(prepared, &error, Some(known), http, success.body.clone());
        known.is_duplicate_id.then(response)
    })
}

/// Decodes a successful response.
pub(super) fn decode<P, R: RestRequest<P>>(
    success: &Success,
    prepared: &Prepared,
) -> Result<R::Response, Error> {
    let decoded = match str::from_utf8(&success.body) {
        Ok(text) => R::decode(text),
        Err(error) => {
            let reason = Reason::Other(error.to_string());
            Err(DecodeFailure::new(json::Error::new(reason, 0), ""))
        }
    };
    decoded.map_err(|failure| undecodable(success, prepared, failure))
}

/// JSON of another shape means that the request was executed. A page of an intermediary, or part of a response, does not.
fn undecodable(success: &Success, prepared: &Prepared, failure: DecodeFailure) -> Error {
    let kind = BodyKind::of(&success.headers, &success.body);
    let error = DecodeError::new(
        prepared.context.name.clone(),
        failure,
        usage(&success.headers),
        Some(HttpParts::new(success.status, success.headers.clone())),
        success.body.clone(),
        kind.to_string(),
    );
    if prepared.context.is_read_only || kind == BodyKind::Json {
        Error::Decode(Box::new(error))
    } else {
        unknown(prepared, UnknownCause::Unreadable(error))
    }
}

/// The error of a request without a response.
fn lost(prepared: &Prepared, error: TransportError) -> Error {
    if prepared.context.is_read_only || !error.may_have_arrived() {
        Error::Transport(error)
    } else {
        unknown(prepared, UnknownCause::Transport(error))
    }
}

fn unknown(prepared: &Prepared, cause: UnknownCause) -> Error {
    Error::UnknownOutcome(Box::new(UnknownOutcome::new(
        prepared.context.name.clone(),
        prepared.context.lookup,
        prepared.context.idempotency,
        prepared.expires_at(),
        cause,
    )))
}

/// Returns what to change if the path was not found and the URL contains the beginning of it twice, as in `https://host/fapi/fapi/v1/time`.
fn base_url_hint(status: StatusCode, prepared: &Prepared) -> Option<String> {
    if status != StatusCode::NOT_FOUND {
        return None;
    }
    let repeated = prepared.repeated_path()?;
    Some(format!(
        "The base URL ends with `/{repeated}`, and the path of the request begins with it: remove it from the base URL."
    ))
}

fn not_json(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ErrorBody {
    match headers.get(LOCATION) {
        Some(location) if status.is_redirection() => {
            let location = String::from_utf8_lossy(location.as_bytes());
            // The rest may be the query that was sent, with its signature.
            let target = location.split(['?', '#']).next().unwrap_or_default();
            ErrorBody::other(format!(
                "redirected to `{target}`, and redirects are not followed"
            ))
        }
        _ => ErrorBody::other(BodyKind::of(headers, body).to_string()),
    }
}
