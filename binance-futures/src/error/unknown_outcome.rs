//! Requests that may have been executed.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::{ApiError, DecodeError, TransportError};
use crate::request::Idempotency;
use crate::values::{ClientOrderId, Timestamp};

/// A request was sent and no clear response arrived: it may have been executed.
///
/// After an unknown outcome, the client resends only idempotent requests. The error keeps the request, so that its outcome can be looked up:
/// [`resolve`](crate::rest::Client::resolve) does that for `NewOrder` and `NewAlgoOrder` of both products and for `AcceptQuote` of USDⓈ-M,
/// and [`resolve_each`](crate::rest::Client::resolve_each) for a batch of new orders (`NewOrders`). After any other request,
/// query the state: for example, query the order after a lost cancellation.
#[derive(Clone)]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// The name of the request, such as `usdm::NewOrder`, or method and path of a raw request.
    pub name: Cow<'static, str>,
    /// The name of the request that looks up the outcome, such as `usdm::QueryOrder`. `None` if the outcome cannot be looked up,
    /// and for batches, whose outcomes `resolve_each` looks up.
    pub lookup: Option<&'static str>,
    /// Whether sending the request again would have the same effect as sending it once.
    pub idempotency: Idempotency,
    /// The client order ids that the request carried, including those that the client filled in.
    pub client_order_ids: Vec<ClientOrderId>,
    /// The time, by the exchange's clock, until which the exchange may still accept the request: its timestamp plus its receive
    /// window. `None` if it was not signed.
    pub expires_at: Option<Timestamp>,
    /// Why there is no clear response.
    pub cause: UnknownCause,
    request: Option<Arc<dyn Any + Send + Sync>>,
}

/// Why there is no clear response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UnknownCause {
    /// No response arrived in time, the connection broke, or the response is too large.
    Transport(TransportError),
    /// The exchange responded that it does not know the outcome (such as -1007), or with a 5xx status.
    Response(ApiError),
    /// After the client sent the request again, the exchange responded that the client order id is in use, for the request or for an item of
    /// a batch. An earlier attempt may have been executed although the exchange responded that it failed.
    DuplicateId(ApiError),
    /// A successful response is not JSON: an HTML page of a proxy, an empty body, or part of a response.
    Unreadable(DecodeError),
}

impl UnknownOutcome {
    #[cfg(feature = "rest")]
    pub(crate) fn new(
        name: Cow<'static, str>,
        lookup: Option<&'static str>,
        idempotency: Idempotency,
        expires_at: Option<Timestamp>,
        cause: UnknownCause,
    ) -> Self {
        Self {
            name,
            lookup,
            idempotency,
            client_order_ids: Vec::new(),
            expires_at,
            cause,
            request: None,
        }
    }

    /// Adds the request that was sent.
    #[cfg(feature = "rest")]
    pub(crate) fn keep_request(
        &mut self,
        client_order_ids: Vec<ClientOrderId>,
        request: Box<dyn Any + Send + Sync>,
    ) {
        self.client_order_ids = client_order_ids;
        self.request = Some(Arc::from(request));
    }

    /// Returns the request as it was sent, with the client order ids that the client filled in. Returns `None` if it has another
    /// type.
    ///
    /// ```
    /// use binance_futures::error::UnknownOutcome;
    /// use binance_futures::usdm::NewOrder;
    ///
    /// fn describe(unknown: &UnknownOutcome) {
    ///     if let Some(order) = unknown.request::<NewOrder>() {
    ///         println!("{order:?} may have been placed");
    ///     }
    /// }
    /// ```
    pub fn request<R: 'static>(&self) -> Option<&R> {
        self.request.as_deref()?.downcast_ref()
    }

    /// Returns the client order id, if the request carried exactly one.
    pub fn client_order_id(&self) -> Option<&ClientOrderId> {
        match self.client_order_ids.as_slice() {
            [id] => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may have been executed", self.name)?;
        if let Some(lookup) = self.lookup {
            write!(f, "; look it up with {lookup}")?;
            if let Some(id) = self.client_order_id() {
                write!(f, " by client order id {id}")?;
            }
        }
        Ok(())
    }
}

impl Error for UnknownOutcome {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match &self.cause {
            UnknownCause::Transport(error) => error,
            UnknownCause::Response(error) | UnknownCause::DuplicateId(error) => error,
            UnknownCause::Unreadable(error) => error,
        })
    }
}

/// Does not print the request: its parameters may be secret.
impl fmt::Debug for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownOutcome")
            .field("name", &self.name)
            .field("lookup", &self.lookup)
            .field("idempotency", &self.idempotency)
            .field("client_order_ids", &self.client_order_ids)
            .field("expires_at", &self.expires_at)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
