//! What a client can send.

use std::borrow::Cow;

use super::Call;
use crate::decode::{self, DecodeFailure};
use crate::parameters::QueryWriter;
use crate::request::{Idempotency, Lookup, Method, Product, Request, RestRequest, Security};
use crate::types::ClientOrderId;

/// What goes over REST: every request of the crate that does, and [`Raw`](super::Raw).
///
/// In scope for [`with`](Self::with) alone; the rest of it is the client's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over REST",
    label = "not a REST request",
    note = "requests are the types of `usdm` and `coinm`, such as `usdm::NewOrder`, and `rest::Raw`"
)]
pub trait Sendable: Sized + sealed::Sealed {
    /// What comes back.
    type Response;

    /// Where it goes and what the exchange wants to see.
    fn target(&self) -> Target<'_>;

    /// Writes its parameters.
    fn write_to(&self, query: &mut QueryWriter);

    /// Gives it the ids that were left open.
    fn complete(&mut self, make: &mut dyn FnMut() -> ClientOrderId);

    /// Reads an answer of success.
    ///
    /// # Errors
    ///
    /// When the text does not hold it.
    fn read(text: &str) -> Result<Self::Response, DecodeFailure>;

    /// Says what belongs to this call alone:
    ///
    /// ```
    /// use binance_futures::rest::Sendable as _;
    ///
    /// # fn call() -> impl Sized {
    /// binance_futures::usdm::QueryOrder::new("BTCUSDT", 123)
    ///     .with()
    ///     .recv_window(2_000)
    ///     .param("newName", "x")
    /// # }
    /// ```
    fn with(self) -> Call<Self> {
        Call::new(self)
    }
}

/// Where a request goes and what the exchange wants to see.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Target<'a> {
    /// The request: `usdm::NewOrder`, or verb and path of a raw one.
    pub name: Cow<'static, str>,
    /// The verb.
    pub method: Method,
    /// Where to, from the root.
    pub path: &'a str,
    /// What the exchange wants to see.
    pub security: Security,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// How to learn what became of it.
    pub lookup: Option<Lookup>,
    /// Whether the crate knows what its parameters are, and which of them are secret.
    pub is_known: bool,
}

impl<R: RestRequest> Sendable for R {
    type Response = <R as Request>::Response;

    fn target(&self) -> Target<'_> {
        Target {
            name: Cow::Borrowed(R::METADATA.name),
            method: R::METHOD,
            path: R::PATH,
            security: R::METADATA.security,
            idempotency: R::METADATA.idempotency,
            lookup: R::METADATA.lookup,
            is_known: true,
        }
    }

    fn write_to(&self, query: &mut QueryWriter) {
        self.write(query);
    }

    fn complete(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.assign_ids(make);
    }

    fn read(text: &str) -> Result<Self::Response, DecodeFailure> {
        decode::from_str::<Self::Response, R::Wire>(text)
    }
}

/// What a client of the product `P` can send: requests of that product, and raw ones.
#[diagnostic::on_unimplemented(
    message = "a client of `{P}` cannot send `{Self}`",
    label = "not a request of this client's product"
)]
pub trait SentBy<P>: Sendable {}

impl<P, R: RestRequest> SentBy<P> for R where R::Product: Of<P> {}

/// Is the product `P` itself.
#[diagnostic::on_unimplemented(
    message = "a request of `{Self}` cannot be sent by a client of `{P}`",
    label = "this request belongs to `{Self}`, the client to `{P}`",
    note = "requests of `usdm` are sent by `usdm::Client`, those of `coinm` by `coinm::Client`"
)]
pub trait Of<P>: Product {}

impl<P: Product> Of<P> for P {}

pub(super) mod sealed {
    use crate::request::RestRequest;

    /// Keeps [`Sendable`](super::Sendable) to this crate's kinds of requests.
    pub trait Sealed {}

    impl<R: RestRequest> Sealed for R {}
}
