//! What is told of a call: never a key, a signature or a listen key.
//!
//! Each call is a span, `call`; in it each attempt says at `DEBUG` what was sent and what came of it, and at `TRACE` the text
//! of the answer. `WARN` is for what the caller should look into.

use std::time::Duration;

use tracing::{Level, Span, debug, debug_span, enabled, trace, warn};

use super::http_client::HttpResponse;
use super::{Prepared, RecvWindow, redact};
use crate::clock::ClockOffset;
use crate::error::{Error, TransportError};
use crate::limits::Limits;
use crate::request::RecvWindowLimits;

pub(super) fn call(prepared: &Prepared) -> Span {
    debug_span!(
        "call",
        request = %prepared.asked.request,
        method = prepared.method.as_str(),
        path = prepared.path(),
    )
}

pub(super) fn sends(prepared: &Prepared, attempt: u32) {
    if enabled!(Level::DEBUG) {
        debug!(attempt, query = redact::query(prepared), "sends");
    }
}

pub(super) fn exchanged(
    prepared: &Prepared,
    attempt: u32,
    took: Duration,
    reply: &Result<HttpResponse, TransportError>,
) {
    match reply {
        Ok(reply) if enabled!(Level::DEBUG) => {
            let status = reply.status.as_u16();
            let limits = Limits::from_headers(&reply.headers);
            debug!(
                attempt,
                status,
                ?took,
                used_weight = limits.weight_per_minute(),
                orders_per_10s = limits.orders_per(Duration::from_secs(10)),
                orders_per_minute = limits.orders_per(Duration::from_secs(60)),
                "answered"
            );
            if enabled!(Level::TRACE) {
                match &reply.body {
                    Ok(body) => trace!(
                        attempt,
                        body = redact::body(&reply.headers, body, prepared),
                        "answer"
                    ),
                    Err(error) => trace!(attempt, %error, "the answer broke off"),
                }
            }
        }
        Ok(_) => {}
        Err(error) => debug!(attempt, %error, ?took, "no answer"),
    }
}

pub(super) fn repeats(failed: &Error, attempt: u32, wait: Duration) {
    debug!(attempt, error = %failed, ?wait, "will be sent again");
}

pub(super) fn sets_clock(failed: &Error) {
    warn!(error = %failed, "the clock is set by the exchange's, and the call made again");
}

pub(super) fn clock_set(offset: ClockOffset) {
    debug!(%offset, "the clock was set by the exchange's");
}

pub(super) fn clock_not_set(error: &Error) {
    warn!(%error, "the clock could not be set by the exchange's");
}

pub(super) fn clock_is_off(off: ClockOffset) {
    warn!(
        %off,
        "the exchange's clock and the client's differ: `sync_clock` sets it, and the system's should be looked at"
    );
}

/// Warns of a receive window that the exchange may refuse.
pub(super) fn warn_recv_window(window: RecvWindow, usual: RecvWindowLimits) {
    let (millis, most) = (window.as_millis(), u64::from(usual.most_millis));
    if millis == 0 || millis > most {
        warn!(
            recv_window = millis,
            most, "a receive window of this length is timeout_override; the exchange may refuse it"
        );
    }
}
