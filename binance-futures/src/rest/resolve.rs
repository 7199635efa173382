//! Finding out what became of a request whose answer was lost.

use std::time::Duration;

use tokio::time::Instant;

use super::{Access, Client, Sendable, SentBy, ServerTimeSource, idempotency};
use crate::error::{Error, InvalidRequest, UnknownOutcome};
use crate::request::Resolvable;
use crate::types::Timestamp;

/// What became of a request whose answer was lost.
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolution<T> {
    /// It arrived: this is what the exchange says of it now.
    Found(T),
    /// It was not done, and is not taken any more: it never arrived, or was refused. It can be sent again.
    NotExecuted,
    /// The time was over before that was certain. It may still have been executed.
    Unresolved {
        /// Why the last question had no answer.
        last: Error,
    },
}

/// The first wait between two questions.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How long a question may take however little time is left.
const SHORTEST_QUESTION: Duration = Duration::from_secs(1);

/// What arrived at the last moment is found this long after.
const SETTLES: i64 = 1_000;

impl<P: ServerTimeSource, A: Access> Client<P, A> {
    /// Asks the exchange what became of a request of the type `R` whose outcome is unknown, until that is certain or the time given
    /// is over.
    ///
    /// That the exchange knows nothing of it is certain only when it would not take it any more: a receive window after its
    /// timestamp, and the clocks' tolerance, by a clock that is set for that. Give it that time: three seconds more than the receive
    /// window. Ask soon: the exchange forgets what ended long ago, and then knows nothing of it either.
    ///
    /// ```no_run
    /// # async fn trade(client: binance_futures::usdm::Client, order: binance_futures::usdm::NewOrder) -> Result<(), binance_futures::error::Error> {
    /// use std::time::Duration;
    /// use binance_futures::{error::Error, rest::Resolution, usdm::NewOrder};
    ///
    /// match client.send(order).await {
    ///     Err(Error::UnknownOutcome(unknown)) => {
    ///         match client.resolve::<NewOrder>(&unknown, Duration::from_secs(10)).await? {
    ///             Resolution::Found(order) => println!("it is {}", order.status),
    ///             Resolution::NotExecuted => println!("it can be placed again"),
    ///             _ => println!("still unknown: {unknown}"),
    ///         }
    ///     }
    ///     other => println!("{:?}", other?.status),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is another request, or does not hold what to ask by, such as a client order id; or the question itself is refused.
    pub async fn resolve<R>(
        &self,
        unknown: &UnknownOutcome,
        within: Duration,
    ) -> Result<Resolution<<R::Question as Sendable>::Response>, Error>
    where
        R: Resolvable,
        R::Question: SentBy<P> + Clone,
    {
        if unknown.request != R::METADATA.name {
            return Err(Error::from(InvalidRequest::OtherRequest {
                request: unknown.request.clone(),
                other: R::METADATA.name,
            }));
        }
        let question = R::question(|name| unknown.parameter(name));
        self.ask_until_certain::<R>(question, unknown, Instant::now(), within)
            .await
    }

    /// Asks what became of each request of the type `R` in a batch whose outcome is unknown, as [`resolve`](Self::resolve) does of
    /// one; in the batch's order.
    ///
    /// ```no_run
    /// # async fn trade(client: binance_futures::usdm::Client, unknown: binance_futures::error::UnknownOutcome) -> Result<(), binance_futures::error::Error> {
    /// use std::time::Duration;
    /// use binance_futures::usdm::NewOrder;
    ///
    /// for fate in client.resolve_each::<NewOrder>(&unknown, Duration::from_secs(10)).await? {
    ///     println!("{fate:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When what was sent is no batch, or an item does not hold what to ask by; or a question is refused.
    pub async fn resolve_each<R>(
        &self,
        unknown: &UnknownOutcome,
        within: Duration,
    ) -> Result<Vec<Resolution<<R::Question as Sendable>::Response>>, Error>
    where
        R: Resolvable,
        R::Question: SentBy<P> + Clone,
    {
        let items = unknown.items();
        if items.is_empty() {
            return Err(Error::from(InvalidRequest::OtherRequest {
                request: unknown.request.clone(),
                other: "a batch",
            }));
        }
        let begun = Instant::now();
        let mut fates = Vec::with_capacity(items.len());
        for item in &items {
            let question = R::question(|name| item.get(name)?.as_str());
            let fate = self.ask_until_certain::<R>(question, unknown, begun, within);
            fates.push(fate.await?);
        }
        Ok(fates)
    }

    async fn ask_until_certain<R>(
        &self,
        question: Option<R::Question>,
        unknown: &UnknownOutcome,
        begun: Instant,
        within: Duration,
    ) -> Result<Resolution<<R::Question as Sendable>::Response>, Error>
    where
        R: Resolvable,
        R::Question: SentBy<P> + Clone,
    {
        let question = question.ok_or_else(|| InvalidRequest::NoLookup {
            request: unknown.request.clone(),
            by: R::METADATA.lookup.map(|lookup| lookup.by),
        })?;
        let tolerance = i64::from(P::RECV_WINDOW.ahead_millis) + SETTLES;
        let certain_at = unknown
            .taken_until
            .map(|until| Timestamp::from_millis(until.as_millis().saturating_add(tolerance)));
        let mut is_clock_set = false;
        let mut wait = FIRST_WAIT;
        loop {
            let asked = self.inner().clock.own();
            let mut call = question.clone().with();
            let left = within
                .saturating_sub(begun.elapsed())
                .max(SHORTEST_QUESTION);
            if self.inner().timeout(&call).is_none_or(|usual| left < usual) {
                call = call.timeout(left);
            }
            let last = match self.ask_once(call).await {
                Ok(answer) => return Ok(Resolution::Found(answer)),
                Err(error) => error,
            };
            let is_absent = last.code().is_some_and(|code| R::ABSENT.contains(&code));
            if is_absent || idempotency::needs_clock_sync(&last) {
                // By a clock that is ahead it is too late for a request that may arrive yet.
                is_clock_set = is_clock_set || self.sync_clock().await.is_ok();
            } else if !idempotency::is_retryable(&last) {
                return Err(last);
            }
            let asked_at = self.clock_offset().apply(asked);
            if is_absent && is_clock_set && certain_at.is_some_and(|at| asked_at >= at) {
                return Ok(Resolution::NotExecuted);
            }
            let pause = wait.max(last.retry_after().unwrap_or_default());
            if begun.elapsed().saturating_add(pause) > within {
                return Ok(Resolution::Unresolved { last });
            }
            tokio::time::sleep(pause).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
    }
}
