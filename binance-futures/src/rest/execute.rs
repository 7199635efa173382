//! Attempts of one call, until there is a response or a failure that is not retried.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::response::{self, Success};
use super::sender::Sender;
use super::{Prepared, clock_sync, trace};
use crate::client::{Attempts, Next, Retry, Timeout, may_have_executed};
use crate::error::{Error, SigningError};
use crate::request::{Idempotency, Product};

/// Sends until there is a response, or a failure that is not retried.
pub(super) async fn execute<P: Product>(
    sender: &Sender,
    prepared: &mut Prepared,
    retry: &Retry,
) -> Result<Success, Error> {
    let span = trace::call(prepared);
    attempts::<P>(sender, prepared, retry)
        .instrument(span)
        .await
}

async fn attempts<P: Product>(
    sender: &Sender,
    prepared: &mut Prepared,
    retry: &Retry,
) -> Result<Success, Error> {
    let started = Instant::now();
    let time_needed = if prepared.context.is_read_only {
        Duration::ZERO
    } else {
        // The connection must be established or fail before the call times out: after that, the outcome is unknown.
        sender.connect_timeout.unwrap_or_default()
    };
    let mut attempts = Attempts::new(
        prepared.timeout,
        retry,
        prepared.retry_window(),
        time_needed,
    );
    let mut generation = sender.context.clock.generation();
    let mut permit = sender.admit(prepared, started).await?;
    sign_in_time(sender, prepared, &attempts, started.elapsed()).await?;
    let is_idempotent = prepared.context.idempotency == Idempotency::Idempotent;
    // Whether an earlier attempt may have been executed, and executing it again would not have the same effect.
    let mut is_resent = false;
    loop {
        let result = sender
            .attempt(prepared, attempts.number, permit.take())
            .await;
        let result = if is_resent {
            response::after_resend(result, prepared)
        } else {
            result
        };
        let failed = match result {
            Ok(success) => return Ok(success),
            Err(failed) => failed,
        };
        match attempts.after(&failed, started.elapsed()) {
            Next::GiveUp => return Err(failed),
            Next::SyncClock => {
                trace::syncing_clock(&failed);
                let left = attempts.left(started.elapsed());
                if !sync_in_time::<P>(sender, generation, left).await
                    || !attempts.can_begin(started.elapsed())
                {
                    return Err(failed);
                }
            }
            Next::RetryAfter(wait) => {
                trace::retrying(&failed, attempts.number, wait);
                tokio::time::sleep(wait).await;
            }
        }
        attempts.number += 1;
        is_resent |= !is_idempotent && may_have_executed(&failed);
        generation = sender.context.clock.generation();
        prepared.timeout = attempts.left(started.elapsed());
        // The failed attempt explains more than a failed signature, or a rate limit.
        permit = match sender.admit(prepared, Instant::now()).await {
            Ok(permit) => permit,
            Err(_) => return Err(failed),
        };
        let signed = sign_in_time(sender, prepared, &attempts, started.elapsed()).await;
        if signed.is_err() || !attempts.can_begin(started.elapsed()) {
            return Err(failed);
        }
    }
}

/// Synchronizes the clock in the time that is left, and returns whether that succeeded. If the call has no time limit, the default timeout
/// applies: after it, the call returns the rejection of its timestamp.
async fn sync_in_time<P: Product>(
    sender: &Sender,
    generation: u64,
    left: Option<Duration>,
) -> bool {
    let sync = clock_sync::sync_since::<P>(sender, generation);
    match tokio::time::timeout(left.unwrap_or(Timeout::DEFAULT), sync).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            trace::clock_sync_failed(&error);
            false
        }
        Err(_) => false,
    }
}

/// Signs a request in the time that is left, and limits the attempt to the rest of it.
async fn sign_in_time(
    sender: &Sender,
    prepared: &mut Prepared,
    attempts: &Attempts<'_>,
    elapsed: Duration,
) -> Result<(), Error> {
    if let Some(signed) = sender.sign_at_once(prepared) {
        prepared.timeout = attempts.left(elapsed);
        return signed;
    }
    let started = Instant::now();
    match attempts.left(elapsed) {
        Some(left) => tokio::time::timeout(left, sender.sign(prepared))
            .await
            .map_err(|_| SigningError::new("the signer did not respond before the timeout"))??,
        None => sender.sign(prepared).await?,
    }
    prepared.timeout = attempts.left(elapsed.saturating_add(started.elapsed()));
    Ok(())
}
