//! Requests of which nobody knows whether they were executed.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::{ApiError, DecodeError, TransportError};
use crate::request::{Idempotency, Lookup};
use crate::types::Timestamp;

/// A request left and no clear answer came back: it may have been executed.
///
/// The client never sends it again. What it was is kept, so that the exchange can be asked what became of it: by
/// [`resolve`](crate::rest::Client::resolve) of a client, or [`resolve_each`](crate::rest::Client::resolve_each) of a batch, or where [`lookup`](Self::lookup) names a request, by asking that for
/// [`id`](Self::id) and [`symbol`](Self::symbol).
#[non_exhaustive]
pub struct UnknownOutcome {
    /// The request: `usdm::NewOrder`, or verb and path of a raw one.
    pub request: Cow<'static, str>,
    /// The request that tells what became of it, where there is one.
    pub lookup: Option<Lookup>,
    /// Whether sending it twice does no more than sending it once.
    pub idempotency: Idempotency,
    /// Why there is no clear answer.
    pub cause: UnknownCause,
    /// Until when, by the exchange's clock, the request may still be taken: its timestamp and its receive window. None where it
    /// was not signed.
    pub taken_until: Option<Timestamp>,
    parameters: Vec<(String, String)>,
}

/// Why there is no clear answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum UnknownCause {
    /// No answer came in time, the connection broke, or the answer is too large to be read.
    Transport(TransportError),
    /// The exchange says that it does not know.
    Response(ApiError),
    /// An answer of success came that is no JSON: a page of something in between, nothing, or a part of an answer.
    Unreadable(DecodeError),
}

impl UnknownOutcome {
    pub(crate) fn new(
        request: Cow<'static, str>,
        lookup: Option<Lookup>,
        idempotency: Idempotency,
        taken_until: Option<Timestamp>,
        parameters: Vec<(String, String)>,
        cause: UnknownCause,
    ) -> Self {
        Self {
            request,
            lookup,
            idempotency,
            cause,
            taken_until,
            parameters,
        }
    }

    /// The value that [`lookup`](Self::lookup) asks by, such as the client order id.
    pub fn id(&self) -> Option<&str> {
        self.parameter(self.lookup?.by)
    }

    /// The symbol the request was about.
    pub fn symbol(&self) -> Option<&str> {
        self.parameter("symbol")
    }

    /// A parameter of the request by the exchange's name, as it was sent. A batch's `batchOrders` is JSON.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(of, _)| of == name)?;
        Some(value)
    }

    /// What was sent, where it was a batch: the members of each item.
    pub(crate) fn items(&self) -> Vec<Map<String, Value>> {
        let lists = self
            .parameters
            .iter()
            .filter_map(|(_, value)| serde_json::from_str(value).ok());
        lists.flat_map(|list: Vec<_>| list).collect()
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may have been executed", self.request)?;
        match (self.lookup, self.id()) {
            (Some(lookup), Some(id)) => write!(f, "; ask {} for {id}", lookup.request),
            (Some(lookup), None) => write!(f, "; ask {}", lookup.request),
            (None, _) => Ok(()),
        }
    }
}

impl Error for UnknownOutcome {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match &self.cause {
            UnknownCause::Transport(error) => error,
            UnknownCause::Response(error) => error,
            UnknownCause::Unreadable(error) => error,
        })
    }
}

/// Prints of the parameters only symbol and id: others may be secret.
impl fmt::Debug for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownOutcome")
            .field("request", &self.request)
            .field("lookup", &self.lookup)
            .field("repeat", &self.idempotency)
            .field("symbol", &self.symbol())
            .field("id", &self.id())
            .field("taken_until", &self.taken_until)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
