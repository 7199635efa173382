//! The client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::response::{self, Success};
use super::sender::Sender;
use super::{ClientBuilder, Prepared, ResponseParts, RestRequest, clock_sync, execute, resolve};
use crate::client::{Access, ReadOnly, Resolution, Trading};
use crate::clock::ClockOffset;
use crate::environment::Environment;
use crate::error::{Error, InvalidRequest, UnknownOutcome};
use crate::request::{Batch, Product, Request, Resolvable};
use crate::types::RateLimit;

/// A REST client of one product.
///
/// Cloning is cheap. Clones share connections and clock, and can be used from many tasks at once. Calls must be awaited in a
/// Tokio runtime with time and I/O enabled (`enable_all`). Created by [`builder`](Self::builder). [`read_only`](Self::read_only) turns it
/// into a client that sends read-only requests only.
pub struct Client<P, A = Trading> {
    sender: Arc<Sender>,
    marker: PhantomData<fn() -> (P, A)>,
}

impl<P: Product> Client<P> {
    /// Creates a builder. Without further settings, the client is for production and has no credentials.
    pub fn builder() -> ClientBuilder<P> {
        ClientBuilder::new()
    }

    /// Returns a client that sends only read-only requests. It does not accept [`Raw`](super::Raw) requests, not even `GET`. Earlier clones
    /// of this client keep their access. Sending any other request does not compile:
    ///
    /// ```compile_fail
    /// # async fn ask(client: binance_futures::usdm::Client) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::CancelAllOrders;
    /// client.read_only().send(CancelAllOrders::new("BTCUSDT")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(self) -> Client<P, ReadOnly> {
        Client {
            sender: self.sender,
            marker: PhantomData,
        }
    }
}

impl<P: Product, A> Client<P, A> {
    pub(super) fn from_sender(sender: Sender) -> Self {
        Self {
            sender: Arc::new(sender),
            marker: PhantomData,
        }
    }

    /// Returns what the transports of this client share.
    #[cfg(feature = "ws")]
    pub(crate) fn context(&self) -> &crate::client::Context {
        &self.sender.context
    }

    /// Sends a request and returns its response.
    ///
    /// An order without a client order id gets one, so that it can be looked up if the response is lost: 16 random hexadecimal digits, a
    /// hyphen and a hexadecimal counter. [`ClientBuilder::client_order_ids`] turns that off. Failures are retried as
    /// [`Retry`](crate::client::Retry) describes. Dropping the future does not cancel the request; it may still execute.
    ///
    /// # Errors
    ///
    /// One variant of [`Error`] for each stage at which a call can fail. [`Error::outcome`] returns whether the exchange executed the
    /// request.
    pub async fn send<R>(&self, mut request: R) -> Result<R::Response, Error>
    where
        R: RestRequest<P>,
        A: Access<R>,
    {
        let mut prepared = self.encode(&mut request)?;
        let executed = self.execute(&request, &mut prepared).await;
        executed
            .and_then(|success| response::decode::<P, R>(&success, &prepared))
            .map_err(|error| keep_request::<P, R>(error, request))
    }

    /// Sends a request as [`send`](Self::send) does, and returns its response with rate-limit usage, headers, status and
    /// the body as it was received.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub async fn send_full<R>(&self, mut request: R) -> Result<ResponseParts<R::Response>, Error>
    where
        R: RestRequest<P>,
        A: Access<R>,
    {
        let mut prepared = self.encode(&mut request)?;
        let executed = self.execute(&request, &mut prepared).await;
        executed
            .and_then(|success| {
                let data = response::decode::<P, R>(&success, &prepared)?;
                Ok(ResponseParts::new(data, success))
            })
            .map_err(|error| keep_request::<P, R>(error, request))
    }

    async fn execute<R: RestRequest<P>>(
        &self,
        request: &R,
        prepared: &mut Prepared,
    ) -> Result<Success, Error> {
        let sender = &*self.sender;
        let options = request.options().0;
        let retry = options
            .and_then(|options| options.retry.as_ref())
            .unwrap_or(&sender.retry);
        execute::execute::<P>(sender, prepared, retry).await
    }

    fn encode<R: RestRequest<P>>(&self, request: &mut R) -> Result<Prepared, InvalidRequest> {
        if let Some(ids) = &self.sender.context.ids {
            request.assign_ids(&mut || ids.make());
        }
        self.sender.encode::<P, R>(request)
    }

    /// Looks up the outcome of a request of the type `R`. Repeats the lookup until the outcome is certain or `within` has elapsed.
    ///
    /// The exchange accepts a request until its receive window ends, counted from its timestamp. Until two seconds after that end,
    /// "not found" does not prove that the request was not executed, and the lookup is repeated. The client synchronizes its clock before it
    /// returns [`NotExecuted`](Resolution::NotExecuted). `within` should be at least five seconds longer than the receive window. The
    /// result is never [`NotExecuted`](Resolution::NotExecuted) if the request was not signed, or if the spec lists no error code for "not
    /// found", as for `AcceptQuote`.
    ///
    /// Call it soon: the exchange finds orders that ended without a fill for three days, and all other orders for 90 days. Later, the
    /// result would be `NotExecuted` although the request was executed. Each lookup counts against the rate limits. The last lookup may
    /// take up to one second, even after `within` has elapsed. Synchronizing the clock is not limited by `within`: it takes three requests of
    /// the time, each with the timeout of the client.
    ///
    /// The lookup is a read-only request, so a read-only client can look up what another client sent.
    ///
    /// ```no_run
    /// # async fn trade(client: binance_futures::usdm::Client, order: binance_futures::usdm::NewOrder) -> Result<(), binance_futures::error::Error> {
    /// use std::time::Duration;
    /// use binance_futures::{client::Resolution, error::Error, usdm::NewOrder};
    ///
    /// match client.send(order).await {
    ///     Err(Error::UnknownOutcome(unknown)) => {
    ///         match client.resolve::<NewOrder>(&unknown, Duration::from_secs(10)).await? {
    ///             Resolution::Found(order) => println!("the order is {}", order.status),
    ///             Resolution::NotExecuted => println!("the order can be placed again"),
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
    /// [`Error::InvalidRequest`] if the request has another type than `R`, or no client order id. The error of the lookup if the lookup
    /// itself is rejected, for example because of a wrong key.
    pub async fn resolve<R: Resolvable<Product = P>>(
        &self,
        unknown: &UnknownOutcome,
        within: Duration,
    ) -> Result<Resolution<<R::Lookup as Request>::Response>, Error> {
        let lookup = resolve::lookup(sent_request::<R>(unknown)?, unknown)?;
        resolve::resolve::<P, R>(&self.sender, &lookup, unknown, Instant::now(), within).await
    }

    /// Looks up the outcome of each request of a batch of the type `B`, as [`resolve`](Self::resolve) does for one request. `B` is
    /// `NewOrders` of one of the products. Returns the resolutions in the order of the batch.
    ///
    /// The requests are looked up one after the other, and `within` is the time for all of them. When it has elapsed, each remaining
    /// request is looked up once.
    ///
    /// ```no_run
    /// # async fn trade(client: binance_futures::usdm::Client, unknown: binance_futures::error::UnknownOutcome) -> Result<(), binance_futures::error::Error> {
    /// use std::time::Duration;
    /// use binance_futures::usdm::NewOrders;
    ///
    /// for resolution in client.resolve_each::<NewOrders>(&unknown, Duration::from_secs(10)).await? {
    ///     println!("{resolution:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the request has another type than `B`, or one of the batch has no client order id. The error of
    /// a lookup that is itself rejected.
    pub async fn resolve_each<B>(
        &self,
        unknown: &UnknownOutcome,
        within: Duration,
    ) -> Result<Vec<Resolution<<<B::Item as Resolvable>::Lookup as Request>::Response>>, Error>
    where
        B: Batch<Product = P>,
        B::Item: Resolvable<Product = P>,
    {
        let batch = sent_request::<B>(unknown)?;
        // If one request cannot be looked up, nothing is sent.
        let lookups = batch
            .items()
            .iter()
            .map(|item| resolve::lookup(item, unknown))
            .collect::<Result<Vec<_>, _>>()?;
        let started = Instant::now();
        let mut resolutions = Vec::with_capacity(lookups.len());
        for lookup in &lookups {
            let resolution =
                resolve::resolve::<P, B::Item>(&self.sender, lookup, unknown, started, within);
            resolutions.push(resolution.await?);
        }
        Ok(resolutions)
    }

    /// Prepares what [`send`](Self::send) would send now, without sending it.
    ///
    /// Use it to inspect a request, or to send it with another HTTP library: this client cannot send a [`Prepared`]. If the
    /// credentials have an external signer, it is called.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the request needs credentials and the client has none, a parameter is empty, the path of a raw request
    /// is not valid, or the URL is too long. [`Error::Signing`] if the signer fails.
    pub async fn prepare<R>(&self, mut request: R) -> Result<Prepared, Error>
    where
        R: RestRequest<P>,
        A: Access<R>,
    {
        let mut prepared = self.encode(&mut request)?;
        self.sender.sign(&mut prepared).await?;
        Ok(prepared)
    }

    /// Takes over the rate limits that the exchange information reports, if the client has a governor. Limits change rarely; without this
    /// call, those of the spec apply.
    ///
    /// ```no_run
    /// # async fn update(client: binance_futures::usdm::Client) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::ExchangeInfo;
    ///
    /// let info = client.send(ExchangeInfo::new()).await?;
    /// client.set_rate_limits(&info.rate_limits);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_rate_limits(&self, limits: &[RateLimit]) {
        if let Some(budget) = &self.sender.context.budget {
            budget.set_rate_limits(limits);
        }
    }

    /// Returns the environment of the client.
    pub fn environment(&self) -> &Environment {
        &self.sender.context.environment
    }

    /// Synchronizes the clock of this client and its clones with the exchange's.
    ///
    /// Requests the time three times and uses the fastest response. The exchange rejects signed requests with -1021 if their timestamp
    /// is more than a second ahead or older than the receive window. The client then synchronizes its clock and retries, once
    /// per call, unless [`Retry::never`](crate::client::Retry::never) is set. Synchronizing at the start avoids this rejection of the
    /// first order.
    ///
    /// # Errors
    ///
    /// Those of the time request. The clock is unchanged.
    pub async fn sync_clock(&self) -> Result<ClockOffset, Error> {
        clock_sync::sync::<P>(&self.sender).await?;
        Ok(self.clock_offset())
    }

    /// Returns how far the exchange's clock is ahead of the client's, by the last synchronization or
    /// [`set_clock_offset`](Self::set_clock_offset). Negative if it is behind; 0 before the first of these.
    pub fn clock_offset(&self) -> ClockOffset {
        self.sender.context.clock.offset()
    }

    /// Sets how far the exchange's clock is ahead of the client's, for this client and its clones.
    pub fn set_clock_offset(&self, offset: ClockOffset) {
        self.sender.context.clock.set(offset);
    }
}

/// Keeps the request in the error if its outcome is unknown, so that it can be looked up.
fn keep_request<P: Product, R: RestRequest<P>>(mut error: Error, request: R) -> Error {
    if let Error::UnknownOutcome(unknown) = &mut error {
        unknown.keep_request(request.client_order_ids(), request.into_any());
    }
    error
}

/// Returns the request that an error contains.
fn sent_request<R: Request>(unknown: &UnknownOutcome) -> Result<&R, InvalidRequest> {
    unknown
        .request()
        .ok_or_else(|| InvalidRequest::OtherRequest {
            request: unknown.name.clone(),
            other: R::NAME,
        })
}

impl<P, A> Clone for Client<P, A> {
    fn clone(&self) -> Self {
        Self {
            sender: Arc::clone(&self.sender),
            marker: PhantomData,
        }
    }
}

/// Does not print credentials.
impl<P: Product, A> fmt::Debug for Client<P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("product", &P::ID)
            .field("environment", &self.sender.context.environment.name())
            .field("base_url", &self.sender.base_url)
            .field(
                "has_credentials",
                &self.sender.context.credentials.is_some(),
            )
            .finish_non_exhaustive()
    }
}
