//! The client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Asked;
use super::client_order_ids::ClientOrderIds;
use super::path::is_path;
use super::query::{Signing, write_query};
use super::{
    Call, ClientBuilder, IntoCall, Prepared, RecvWindow, Response, Sendable, SentBy, answer,
    outgoing, timeout,
};
use crate::clock::{Clock, ClockOffset, SetClock};
use crate::error::{Error, InvalidRequest, TransportError};
use crate::limits::Limits;
use crate::parameters::QueryWriter;
use crate::request::Product;
use crate::sign::Credentials;

/// Room for most queries: an order is 250 bytes with its signature.
const USUAL_QUERY: usize = 384;

/// Sends requests of one product. Cheap to clone, and of use to many tasks at once; clones share connections and clock.
///
/// Made by [`builder`](Self::builder). Needs a Tokio runtime.
pub struct Client<P> {
    inner: Arc<Inner>,
    product: PhantomData<fn() -> P>,
}

/// What a client is made of.
pub(super) struct Settings {
    pub(super) http: reqwest::Client,
    /// Where the exchange is, without a slash at the end.
    pub(super) base: String,
    pub(super) credentials: Option<Credentials>,
    pub(super) timeout: Option<Duration>,
    pub(super) recv_window: Option<RecvWindow>,
    pub(super) clock: Box<dyn Clock>,
}

struct Inner {
    http: reqwest::Client,
    base: String,
    credentials: Option<Credentials>,
    timeout: Option<Duration>,
    recv_window: Option<RecvWindow>,
    clock: SetClock,
    ids: ClientOrderIds,
}

impl<P: Product> Client<P> {
    pub(super) fn of(settings: Settings) -> Self {
        let inner = Inner {
            http: settings.http,
            base: settings.base,
            credentials: settings.credentials,
            timeout: settings.timeout,
            recv_window: settings.recv_window,
            clock: SetClock::new(settings.clock),
            ids: ClientOrderIds::new(),
        };
        Self {
            inner: Arc::new(inner),
            product: PhantomData,
        }
    }

    /// Begins a client of the product's production environment, without credentials.
    pub fn builder() -> ClientBuilder<P> {
        ClientBuilder::new()
    }

    /// Sends a request, once, and gives its answer.
    ///
    /// An order that was given no client order id is given one, so that it can be asked for if its answer is lost.
    /// Dropping the future does not call the request back.
    ///
    /// # Errors
    ///
    /// One variant of [`Error`] for each stage at which it can fail; [`Error::outcome`] says what became of the request.
    pub async fn send<C: IntoCall>(
        &self,
        call: C,
    ) -> Result<<C::Request as Sendable>::Answer, Error>
    where
        C::Request: SentBy<P>,
    {
        let prepared = self.prepare(call)?;
        let answer = answer::judge(self.exchange(&prepared).await, &prepared, &self.inner.clock)?;
        answer::read::<C::Request>(&answer, &prepared)
    }

    /// Sends a request, once, and gives its answer with limits, headers and status.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    pub async fn send_full<C: IntoCall>(
        &self,
        call: C,
    ) -> Result<Response<<C::Request as Sendable>::Answer>, Error>
    where
        C::Request: SentBy<P>,
    {
        let prepared = self.prepare(call)?;
        let answer = answer::judge(self.exchange(&prepared).await, &prepared, &self.inner.clock)?;
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
    /// When it cannot be made: a key is missing, a parameter is empty, or all together is too long.
    pub fn prepare<C: IntoCall>(&self, call: C) -> Result<Prepared, InvalidRequest>
    where
        C::Request: SentBy<P>,
    {
        let mut call = call.into_call();
        call.request.complete(&mut || self.inner.ids.make());
        let mut prepared = self.inner.prepare(&call)?;
        prepared.asked.errors = P::ERRORS;
        Ok(prepared)
    }

    /// How far the exchange's clock is taken to be ahead of the client's.
    pub fn clock_offset(&self) -> ClockOffset {
        self.inner.clock.offset()
    }

    /// Sets how far the exchange's clock is ahead of the client's, for this client and its clones.
    pub fn set_clock_offset(&self, offset: ClockOffset) {
        self.inner.clock.set(offset);
    }

    pub(super) fn clock(&self) -> &SetClock {
        &self.inner.clock
    }

    async fn exchange(&self, prepared: &Prepared) -> Result<outgoing::Reply, TransportError> {
        #[cfg(feature = "tracing")]
        let begin = std::time::Instant::now();
        let reply = outgoing::exchange(&self.inner.http, prepared).await;
        #[cfg(feature = "tracing")]
        super::trace::exchanged(prepared, begin.elapsed(), &reply);
        reply
    }
}

impl Inner {
    /// How long to wait, where that is not what the HTTP client waits for anyway.
    fn timeout<R>(&self, call: &Call<R>) -> Option<Duration> {
        let stretched = || match (self.timeout, call.choices.recv_window) {
            (None, Some(window)) => Some(timeout::beyond(window)),
            _ => None,
        };
        call.choices.timeout.or_else(stretched)
    }

    fn prepare<R: Sendable>(&self, call: &Call<R>) -> Result<Prepared, InvalidRequest> {
        let target = call.request.target();
        if !is_path(target.path) {
            return Err(InvalidRequest::Path {
                path: target.path.to_owned(),
            });
        }
        let credentials = match (&self.credentials, target.security.needs_key()) {
            (_, false) => None,
            (Some(credentials), true) => Some(credentials),
            (None, true) => {
                return Err(InvalidRequest::NoCredentials {
                    request: target.name,
                });
            }
        };
        let signing = credentials
            .filter(|_| target.security.is_signed())
            .map(|credentials| Signing {
                credentials,
                timestamp: self.clock.now(),
                recv_window: self.recv_window,
            });

        let length = self.base.len() + target.path.len() + USUAL_QUERY;
        let mut url = String::with_capacity(length);
        url.push_str(&self.base);
        url.push_str(target.path);
        url.push('?');
        let begin = url.len();
        let mut query = QueryWriter::after(url);
        write_query(call, signing, &mut query);
        if let Some(name) = query.first_empty() {
            return Err(InvalidRequest::EmptyParameter {
                name: name.to_owned(),
                request: target.name,
            });
        }
        let mut url = query.into_string();
        if url.len() == begin {
            url.pop();
        }
        if url.len() > InvalidRequest::LONGEST_URL {
            return Err(InvalidRequest::TooLong {
                length: url.len(),
                request: target.name,
            });
        }
        Ok(Prepared {
            method: target.method,
            url,
            path: self.base.len(),
            query: begin,
            key: credentials.map(|credentials| credentials.key().clone()),
            timeout: self.timeout(call),
            asked: Asked {
                request: target.name,
                repeat: target.repeat,
                lookup: target.lookup,
                errors: &[],
            },
        })
    }
}

impl<P> Clone for Client<P> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            product: PhantomData,
        }
    }
}

/// Prints where it sends to, and nothing of who asks.
impl<P: Product> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("product", &P::ID)
            .field("base_url", &self.inner.base)
            .field("has_credentials", &self.inner.credentials.is_some())
            .finish_non_exhaustive()
    }
}
