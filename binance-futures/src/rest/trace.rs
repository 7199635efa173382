//! Log events of calls. They never contain a key, a signature or a listen key.
//!
//! Each call is a span named `call`. In it, each attempt logs the request and its result at `DEBUG`, and the response text at `TRACE`.
//! `WARN` is used for what the user should look into.

use std::time::Duration;

use tracing::{Level, Span, debug, debug_span, enabled, trace, warn};

use super::http::HttpResponse;
use super::response::usage;
use super::{Prepared, redact};
use crate::client::RecvWindow;
use crate::clock::ClockOffset;
use crate::error::{Error, TransportError};
use crate::request::RecvWindowLimits;

/// Creates the span of a call.
pub(super) fn call(prepared: &Prepared) -> Span {
    debug_span!(
        "call",
        request = %prepared.context.name,
        method = prepared.method.as_str(),
        path = prepared.path(),
    )
}

pub(super) fn sending(prepared: &Prepared, attempt: u32) {
    if enabled!(Level::DEBUG) {
        debug!(attempt, query = redact::query(prepared), "sending request");
    }
}

pub(super) fn received(
    prepared: &Prepared,
    attempt: u32,
    elapsed: Duration,
    response: &Result<HttpResponse, TransportError>,
) {
    match response {
        Ok(response) if enabled!(Level::DEBUG) => {
            let usage = usage(&response.headers);
            debug!(
                attempt,
                status = response.status.as_u16(),
                ?elapsed,
                used_weight = usage.weight_per_minute(),
                orders_per_10s = usage.orders_per(Duration::from_secs(10)),
                orders_per_minute = usage.orders_per(Duration::from_secs(60)),
                "received response"
            );
            if enabled!(Level::TRACE) {
                match &response.body {
                    Ok(body) => trace!(
                        attempt,
                        body = redact::body(&response.headers, body, prepared),
                        "response body"
                    ),
                    Err(error) => trace!(attempt, %error, "the response is incomplete"),
                }
            }
        }
        Ok(_) => {}
        Err(error) => debug!(attempt, %error, ?elapsed, "no response"),
    }
}

pub(super) fn retrying(failed: &Error, attempt: u32, wait: Duration) {
    debug!(attempt, error = %failed, ?wait, "retrying");
}

pub(super) fn syncing_clock(failed: &Error) {
    warn!(error = %failed, "synchronizing the clock with the exchange, then retrying");
}

pub(super) fn clock_synced(offset: ClockOffset) {
    debug!(%offset, "synchronized the clock with the exchange");
}

pub(super) fn clock_sync_failed(error: &Error) {
    warn!(%error, "the clock synchronization failed");
}

pub(super) fn clock_skew(skew: ClockOffset) {
    warn!(
        %skew,
        "the clocks of exchange and client differ: `sync_clock` corrects the client's; check the system clock"
    );
}

/// Warns about a receive window that the exchange may reject.
pub(super) fn warn_recv_window(window: RecvWindow, limits: RecvWindowLimits) {
    let (recv_window, max) = (window.as_millis(), u64::from(limits.max_millis));
    if recv_window == 0 || recv_window > max {
        warn!(
            recv_window,
            max, "the exchange may reject a receive window of this length"
        );
    }
}
