//! The client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::Mutex;

use super::answer::Asked;
use super::attempts::Plan;
use super::call::write_named;
use super::client_order_ids::ClientOrderIds;
use super::date::ClockSkewMonitor;
use super::path::is_path;
use super::prepared::Signed;
use super::query::Signing;
use super::transport::Transport;
use super::{
    Access, AllowedTo, Call, ClientBuilder, IntoCall, Prepared, ReadOnly, RecvWindow, Response,
    Retry, Sendable, SentBy, ServerTimeSource, Trading, answer, timeout, trace,
};
use crate::auth::Credentials;
use crate::clock::SyncedClock;
use crate::environment::Environment;
use crate::error::{Error, InvalidRequest};
use crate::limits::Limits;
use crate::parameters::QueryWriter;
use crate::request::Product;
use crate::types::Timestamp;

/// Room for most queries: an order is 250 bytes with its signature.
const USUAL_QUERY: usize = 384;

/// Sends requests of one product. Cheap to clone, and of use to many tasks at once; clones share connections and clock.
///
/// Made by [`builder`](Self::builder). Needs a Tokio runtime. [`read_only`](Self::read_only) makes one of it that cannot trade.
pub struct Client<P, A = Trading> {
    inner: Arc<Inner>,
    marker: PhantomData<fn() -> (P, A)>,
}

/// What a client is made of.
pub(super) struct Inner {
    pub(super) transport: Transport,
    /// Where the exchange is, without a slash at the end.
    pub(super) base: String,
    pub(super) environment: Environment,
    pub(super) credentials: Option<Credentials>,
    /// The API key of the credentials, as a header.
    pub(super) api_key: Option<HeaderValue>,
    /// How long a call may take, where that was said.
    pub(super) timeout: Option<Option<Duration>>,
    /// How long the HTTP client waits for an answer unless it is told otherwise.
    pub(super) http_timeout: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) recv_window: Option<RecvWindow>,
    pub(super) retry: Retry,
    pub(super) clock: SyncedClock,
    /// Names for orders that were given none, unless that was turned off.
    pub(super) ids: Option<ClientOrderIds>,
    /// Held while the clock is being set.
    pub(super) setting_clock: Mutex<()>,
    pub(super) dates: ClockSkewMonitor,
}

impl<P: ServerTimeSource> Client<P> {
    /// Begins a client of the product's production environment, without credentials.
    pub fn builder() -> ClientBuilder<P> {
        ClientBuilder::new()
    }

    /// The same client for those who only ask: what may change something at the exchange does not compile.
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
            inner: self.inner,
            marker: PhantomData,
        }
    }
}

impl<P: ServerTimeSource, A: Access> Client<P, A> {
    pub(super) fn of(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
            marker: PhantomData,
        }
    }

    /// Sends a request and gives its answer.
    ///
    /// An order that was given no client order id is given one, so that it can be asked for if its answer is lost. What failed is
    /// sent again as [`Retry`] says: only where it cannot have been done, or does no more when done twice.
    /// Dropping the future does not call the request back.
    ///
    /// # Errors
    ///
    /// One variant of [`Error`] for each stage at which it can fail; [`Error::outcome`] says what became of the request.
    pub async fn send<C: IntoCall>(
        &self,
        call: C,
    ) -> Result<<C::Request as Sendable>::Response, Error>
    where
        C::Request: SentBy<P> + AllowedTo<A>,
    {
        let (mut prepared, plan) = self.draft(call.into_call())?;
        let answer = self.carry_out(&mut prepared, plan).await?;
        answer::read::<C::Request>(&answer, &prepared)
    }

    /// Sends a request as [`send`](Self::send) does, and gives its answer with limits, headers and status.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub async fn send_full<C: IntoCall>(
        &self,
        call: C,
    ) -> Result<Response<<C::Request as Sendable>::Response>, Error>
    where
        C::Request: SentBy<P> + AllowedTo<A>,
    {
        let (mut prepared, plan) = self.draft(call.into_call())?;
        let answer = self.carry_out(&mut prepared, plan).await?;
        let data = answer::read::<C::Request>(&answer, &prepared)?;
        Ok(Response {
            data,
            limits: Limits::from_headers(&answer.headers),
            headers: answer.headers,
            status: answer.status,
        })
    }

    /// Makes what [`send`](Self::send) would send now, and sends nothing.
    ///
    /// # Errors
    ///
    /// When it cannot be made: a key is missing, a parameter is empty, or all together is too long; or a signer that lives elsewhere
    /// fails.
    pub async fn prepare<C: IntoCall>(&self, call: C) -> Result<Prepared, Error>
    where
        C::Request: SentBy<P> + AllowedTo<A>,
    {
        self.sealed(call.into_call()).await
    }

    /// Where the client sends to.
    pub fn environment(&self) -> &Environment {
        &self.inner.environment
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Sends a request that only asks, once, whatever the client is allowed to do.
    pub(super) async fn ask_once<R: SentBy<P>>(&self, call: Call<R>) -> Result<R::Response, Error> {
        let prepared = self.sealed(call).await?;
        let answer = self.inner.attempt(&prepared, 1).await?;
        answer::read::<R>(&answer, &prepared)
    }

    /// A request ready to be sent once.
    async fn sealed<R: Sendable>(&self, call: Call<R>) -> Result<Prepared, Error> {
        let (mut prepared, plan) = self.draft(call)?;
        prepared.timeout = self.inner.timeout_override(plan.timeout);
        self.inner.seal(&mut prepared).await?;
        Ok(prepared)
    }

    /// All of a request but what makes it a signed one, which is made anew for each attempt.
    fn draft<R: Sendable>(&self, mut call: Call<R>) -> Result<(Prepared, Plan), InvalidRequest> {
        if let Some(ids) = &self.inner.ids {
            call.request.complete(&mut || ids.make());
        }
        let prepared = self.inner.draft::<P, R>(&call)?;
        if let Some(window) = call.choices.recv_window {
            trace::warn_recv_window(window, P::RECV_WINDOW);
        }
        let plan = Plan {
            timeout: self.inner.timeout(&call),
            retry: call
                .choices
                .retry
                .unwrap_or_else(|| self.inner.retry.clone()),
        };
        Ok((prepared, plan))
    }
}

impl Inner {
    /// How long a call may take.
    pub(super) fn timeout<R>(&self, call: &Call<R>) -> Option<Duration> {
        let window = call.choices.recv_window.or(self.recv_window);
        let usual = || Some(window.map_or(timeout::DEFAULT, timeout::beyond));
        call.choices.timeout.or(self.timeout).unwrap_or_else(usual)
    }

    fn draft<P: Product, R: Sendable>(&self, call: &Call<R>) -> Result<Prepared, InvalidRequest> {
        let target = call.request.target();
        if !is_path(target.path) {
            return Err(InvalidRequest::Path {
                path: target.path.to_owned(),
            });
        }
        let key = match (&self.api_key, target.security.needs_key()) {
            (_, false) => None,
            (Some(key), true) => Some(key.clone()),
            (None, true) => {
                return Err(InvalidRequest::NoCredentials {
                    request: target.name,
                });
            }
        };
        let length = self.base.len() + target.path.len() + USUAL_QUERY;
        let mut url = String::with_capacity(length);
        url.push_str(&self.base);
        url.push_str(target.path);
        url.push('?');
        let begin = url.len();
        let mut query = QueryWriter::after(url);
        call.request.write_to(&mut query);
        let own = if target.is_known {
            query.as_str().len()
        } else {
            0
        };
        write_named(&call.choices.parameters, &mut query);
        if let Some(name) = query.first_empty() {
            return Err(InvalidRequest::EmptyParameter {
                name: name.to_owned(),
                request: target.name,
            });
        }
        let url = query.into_string();
        Ok(Prepared {
            method: target.method,
            path: self.base.len(),
            query: begin,
            own: begin + own,
            seal: url.len(),
            url,
            key,
            signed: target.security.is_signed().then(|| Signed {
                recv_window: call.choices.recv_window.or(self.recv_window),
                timestamp: Timestamp::from_millis(0),
            }),
            timeout: None,
            asked: Asked {
                request: target.name,
                method: target.method,
                idempotency: target.idempotency,
                lookup: target.lookup,
                errors: P::ERRORS,
                secrets: P::SECRET_FIELDS,
                usual_window: u64::from(P::RECV_WINDOW.default_millis),
            },
        })
    }

    /// Gives a request a timestamp and a signature, in place of those it had.
    pub(super) async fn seal(&self, prepared: &mut Prepared) -> Result<(), Error> {
        if let (Some(signed), Some(credentials)) = (&mut prepared.signed, &self.credentials) {
            let mut url = std::mem::take(&mut prepared.url);
            url.truncate(prepared.seal);
            signed.timestamp = self.clock.now();
            let signing = Signing {
                credentials,
                timestamp: signed.timestamp,
                recv_window: signed.recv_window,
            };
            let mut query = QueryWriter::within(url, prepared.query);
            let sealed = if signing.seals_at_once(&mut query) {
                Ok(())
            } else {
                signing.waits_for_signature(&mut query).await
            };
            prepared.url = query.into_string();
            sealed?;
        } else if prepared.url.len() == prepared.query {
            // Nothing stands behind the question mark.
            prepared.url.pop();
        }
        let length = prepared.url.len();
        if length > InvalidRequest::LONGEST_URL {
            return Err(Error::from(InvalidRequest::TooLong {
                length,
                request: prepared.asked.request.clone(),
            }));
        }
        Ok(())
    }
}

impl<P, A> Clone for Client<P, A> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            marker: PhantomData,
        }
    }
}

/// Prints where it sends to, and nothing of who asks.
impl<P: Product, A> fmt::Debug for Client<P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("product", &P::ID)
            .field("environment", &self.inner.environment.name())
            .field("base_url", &self.inner.base)
            .field("has_credentials", &self.inner.credentials.is_some())
            .finish_non_exhaustive()
    }
}
