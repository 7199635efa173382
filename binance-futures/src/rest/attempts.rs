//! Sending a call until there is an answer, or a failure after which it may not be sent again.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::answer::{self, Answer};
use super::client::Inner;
use super::{
    Access, Client, Failed, Prepared, RecvWindow, Retry, ServerTimeSource, idempotency, retry,
    timeout, trace,
};
use crate::error::{Error, SigningError};

/// How a call goes about its attempts.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Retry,
}

impl<P: ServerTimeSource, A: Access> Client<P, A> {
    /// Sends until there is an answer, or a failure after which it may not be sent again.
    pub(super) async fn carry_out(
        &self,
        prepared: &mut Prepared,
        plan: Plan,
    ) -> Result<Answer, Error> {
        let span = trace::call(prepared);
        self.attempts(prepared, plan).instrument(span).await
    }

    async fn attempts(&self, prepared: &mut Prepared, plan: Plan) -> Result<Answer, Error> {
        let mut progress = Progress::begin();
        self.seal_in_time(prepared, &plan, &mut progress).await?;
        loop {
            let failed = match self.inner().attempt(prepared, progress.attempt).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let Some(wait) = self.wait(&failed, &plan, &mut progress).await else {
                return Err(failed);
            };
            let later = progress.elapsed().saturating_add(wait);
            let is_late = prepared.retry_window().is_some_and(|stale| later > stale);
            let time_needed = self.inner().time_needed(prepared);
            if is_late || plan.left(later).is_some_and(|left| left <= time_needed) {
                return Err(failed);
            }
            trace::repeats(&failed, progress.attempt, wait);
            tokio::time::sleep(wait).await;
            progress.attempt += 1;
            // What failed is the better answer than that it could not be signed again.
            let sealed = self.seal_in_time(prepared, &plan, &mut progress).await;
            if sealed.is_err() {
                return Err(failed);
            }
        }
    }

    /// How long to wait before what failed is sent again; none where it is not to be.
    async fn wait(&self, failed: &Error, plan: &Plan, progress: &mut Progress) -> Option<Duration> {
        let policy = plan.retry.policy()?;
        if !progress.clock_was_set && idempotency::needs_clock_sync(failed) {
            progress.clock_was_set = true;
            trace::sets_clock(failed);
            let left = plan.left(progress.elapsed()).unwrap_or(timeout::DEFAULT);
            let set = tokio::time::timeout(left, self.set_clock_since(progress.generation));
            return match set.await.ok()? {
                Ok(()) => Some(Duration::ZERO),
                Err(error) => {
                    trace::clock_not_set(&error);
                    None
                }
            };
        }
        if !idempotency::is_retryable(failed) {
            return None;
        }
        let wait = policy.wait(&Failed {
            error: failed,
            attempt: progress.attempt,
            elapsed: progress.elapsed(),
            random: retry::random(),
        })?;
        Some(wait.max(failed.retry_after().unwrap_or_default()))
    }

    /// Gives a request timestamp and signature, and what is left of the call's time.
    async fn seal_in_time(
        &self,
        prepared: &mut Prepared,
        plan: &Plan,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        progress.generation = self.inner().clock.generation();
        if let Some(left) = plan.left(progress.elapsed()) {
            let sealed = tokio::time::timeout(left, self.inner().seal(prepared)).await;
            sealed.map_err(|_| SigningError::new("the time of the call was over"))??;
        } else {
            self.inner().seal(prepared).await?;
        }
        prepared.timeout = self.inner().timeout_override(plan.left(progress.elapsed()));
        Ok(())
    }
}

/// How far a call has come.
#[derive(Debug)]
struct Progress {
    begun: Instant,
    /// The number of the attempt, from 1.
    attempt: u32,
    clock_was_set: bool,
    /// How often the clock had been set when the attempt was given its timestamp.
    generation: u64,
}

impl Progress {
    fn begin() -> Self {
        Self {
            begun: Instant::now(),
            attempt: 1,
            clock_was_set: false,
            generation: 0,
        }
    }

    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Plan {
    /// How much of its time a call has left. What has only begun has all of it: the HTTP client waits that long unasked.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        const BEGINNING: Duration = Duration::from_millis(1);
        let spent = if elapsed < BEGINNING {
            Duration::ZERO
        } else {
            elapsed
        };
        Some(self.timeout?.saturating_sub(spent))
    }
}

impl Prepared {
    /// How long after it was first sent a request that changes something may still be sent.
    fn retry_window(&self) -> Option<Duration> {
        if self.asked.is_read_only() {
            return None;
        }
        let window = self.signed.and_then(|signed| signed.recv_window);
        let window = window.map_or(self.asked.usual_window, RecvWindow::as_millis);
        Some(Duration::from_millis(window))
    }
}

impl Inner {
    /// Sends a request, once.
    pub(super) async fn attempt(&self, prepared: &Prepared, attempt: u32) -> Result<Answer, Error> {
        trace::sends(prepared, attempt);
        let (sent, begun) = (self.clock.now(), Instant::now());
        let reply = self.transport.exchange(prepared).await;
        trace::exchanged(prepared, attempt, begun.elapsed(), &reply);
        if let Ok(reply) = &reply
            && let Some(off) = self.dates.look(&reply.headers, sent, self.clock.now())
        {
            trace::clock_is_off(off);
        }
        answer::judge(reply, prepared, &self.clock)
    }

    /// How long to wait for an answer, where the HTTP client is to be told.
    pub(super) fn timeout_override(&self, timeout: Option<Duration>) -> Option<Duration> {
        (timeout != self.http_timeout).then(|| timeout.unwrap_or(timeout::FOREVER))
    }

    /// How much time an attempt must have left to be of use. Of what changes something, the connection has to come about or fail
    /// before the call's time is over: then nobody knows how far the request got.
    fn time_needed(&self, prepared: &Prepared) -> Duration {
        match self.connect_timeout {
            Some(connect) if !prepared.asked.is_read_only() => connect,
            _ => Duration::ZERO,
        }
    }
}
