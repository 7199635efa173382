//! From what came back to an answer or an error.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::Error as _;

use super::http_client::HttpResponse;
use super::verdict::{Told, may_be_error, retry_after, verdict};
use super::{Prepared, RecvWindow, Sendable, redact};
use crate::clock::SyncedClock;
use crate::decode::DecodeFailure;
use crate::error::{
    ApiError, Body, DecodeError, Error, ErrorClass, KnownError, RateLimited, TransportError,
    UnknownCause, UnknownOutcome,
};
use crate::request::{Idempotency, Lookup, Method};
use crate::types::Timestamp;

/// What was asked, as far as an error tells it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) request: Cow<'static, str>,
    pub(super) method: Method,
    pub(super) idempotency: Idempotency,
    pub(super) lookup: Option<Lookup>,
    pub(super) errors: &'static [KnownError],
    /// Names of parameters and members that open something.
    pub(super) secrets: &'static [&'static str],
    /// How long after its timestamp the exchange takes it where it does not say.
    pub(super) usual_window: u64,
}

impl Asked {
    /// Whether it changes nothing, whatever becomes of it.
    pub(super) fn is_read_only(&self) -> bool {
        self.method == Method::Get && self.idempotency == Idempotency::Idempotent
    }
}

/// An answer of success, yet to be read.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Tells success from error.
pub(super) fn judge(
    reply: Result<HttpResponse, TransportError>,
    prepared: &Prepared,
    clock: &SyncedClock,
) -> Result<Answer, Error> {
    let HttpResponse {
        status,
        headers,
        body,
    } = reply.map_err(|error| prepared.lost(error))?;
    let (told, body) = match body {
        Ok(body) if status.is_success() && !may_be_error(&body) => {
            return Ok(Answer {
                status,
                headers,
                body,
            });
        }
        Ok(body) => (Told::read(status, &headers, &body), body),
        // Of a status that says all there is to say, the body is not missed.
        Err(_) if verdict(status, &Told::broken_off(), None) == Some(ErrorClass::RateLimited) => {
            (Told::broken_off(), Bytes::new())
        }
        Err(error) => return Err(prepared.lost(error)),
    };
    // Of an answer without a number the description may know the status.
    let number = told.code.unwrap_or(i64::from(status.as_u16()));
    let known = KnownError::find(prepared.asked.errors, number);
    let Some(verdict) = verdict(status, &told, known) else {
        return Ok(Answer {
            status,
            headers,
            body,
        });
    };
    let answer = ApiError {
        request: prepared.asked.request.clone(),
        status,
        code: told.code,
        known,
        message: redact::told(&told.message, prepared).into_owned(),
        headers,
        body,
    };
    Err(match verdict {
        ErrorClass::Rejected => Error::Api(Box::new(answer)),
        ErrorClass::Unavailable => Error::Server(Box::new(answer)),
        ErrorClass::RateLimited => {
            let wait = retry_after(answer.retry_after(), &answer.message, clock.now());
            Error::RateLimited(Box::new(RateLimited::new(answer, wait)))
        }
        ErrorClass::Unknown if prepared.asked.is_read_only() => Error::Server(Box::new(answer)),
        ErrorClass::Unknown => prepared.unknown(UnknownCause::Response(answer)),
    })
}

/// Reads an answer of success.
pub(super) fn read<R: Sendable>(
    answer: &Answer,
    prepared: &Prepared,
) -> Result<R::Response, Error> {
    let read = match str::from_utf8(&answer.body) {
        Ok(text) => R::read(text),
        Err(error) => Err(DecodeFailure::from(serde_json::Error::custom(error))),
    };
    read.map_err(|failure| prepared.unreadable(answer, failure))
}

impl Prepared {
    fn lost(&self, error: TransportError) -> Error {
        if self.asked.is_read_only() || !error.may_have_arrived() {
            Error::Transport(error)
        } else {
            self.unknown(UnknownCause::Transport(error))
        }
    }

    /// An answer in another shape says that the request was done; a page of something in between, or a part of an answer, does not.
    fn unreadable(&self, answer: &Answer, failure: DecodeFailure) -> Error {
        let error = DecodeError {
            request: self.asked.request.clone(),
            failure,
            status: answer.status,
            headers: answer.headers.clone(),
            body: answer.body.clone(),
        };
        if self.asked.is_read_only() || Body::of(&answer.headers, &answer.body) == Body::Json {
            Error::Decode(Box::new(error))
        } else {
            self.unknown(UnknownCause::Unreadable(error))
        }
    }

    /// When the exchange ceases to take it.
    fn taken_until(&self) -> Option<Timestamp> {
        let signed = self.signed?;
        let window = signed
            .recv_window
            .map_or(self.asked.usual_window, RecvWindow::as_millis);
        let window = i64::try_from(window).unwrap_or(i64::MAX);
        let until = signed.timestamp.as_millis().saturating_add(window);
        Some(Timestamp::from_millis(until))
    }

    fn unknown(&self, cause: UnknownCause) -> Error {
        Error::UnknownOutcome(Box::new(UnknownOutcome::new(
            self.asked.request.clone(),
            self.asked.lookup,
            self.asked.idempotency,
            self.taken_until(),
            parameters(self.query()),
            cause,
        )))
    }
}

/// The request's own parameters, out of the query that was sent.
fn parameters(query: &str) -> Vec<(String, String)> {
    const OF_THE_CALL: [&str; 3] = ["recvWindow", "timestamp", "signature"];
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| !OF_THE_CALL.contains(name))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// A value of a query as it was given.
pub(super) fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes: Vec<u8> = parts.next().unwrap_or_default().into();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or_default();
        bytes.extend(u8::from_str_radix(digits, 16));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
