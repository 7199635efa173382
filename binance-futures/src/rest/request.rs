//! What a client can send.

use std::any::Any;
use std::borrow::Cow;

use serde::de::DeserializeOwned;

use crate::client::{Call, CallOptions, DecodeAs, RequestContext, write_parameters};
use crate::decode::{self, DecodeFailure};
use crate::governor::Priority;
use crate::parameters::{ParameterSet, QueryWriter};
use crate::request::{Method, Request, RestEndpoint};
use crate::values::ClientOrderId;

/// A request that a REST client of the product `P` can send: a request of that product, a [`Raw`](super::Raw) or
/// [`RawText`](super::RawText) request, or a [`Call`] or [`DecodeAs`] of one.
///
/// This trait cannot be implemented outside of this crate. Its methods are for the client.
#[diagnostic::on_unimplemented(
    message = "a client of `{P}` cannot send `{Self}`",
    label = "not a REST request of this client's product",
    note = "`usdm::Client` sends the requests of `usdm`, `coinm::Client` those of `coinm`; both send `rest::Raw`"
)]
pub trait RestRequest<P>: Sized + sealed::Sealed {
    /// The decoded response.
    type Response;

    /// Returns what the client needs to know about the request.
    fn context(&self) -> RequestContext;

    /// Returns the HTTP method and the path.
    fn target(&self) -> Target<'_>;

    /// Writes the parameters, without those that were added by name.
    fn write_query(&self, query: &mut QueryWriter);

    /// Returns the options of the call.
    #[doc(hidden)]
    fn options(&self) -> Options<'_> {
        Options(None)
    }

    /// Fills in missing client order ids.
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId);

    /// Returns the client order ids that the request carries.
    fn client_order_ids(&self) -> Vec<ClientOrderId>;

    /// Decodes the body of a successful response.
    ///
    /// # Errors
    ///
    /// When the text cannot be decoded.
    fn decode(text: &str) -> Result<Self::Response, DecodeFailure>;

    /// Returns the request, to be stored in an error.
    fn into_any(self) -> Box<dyn Any + Send + Sync>;
}

/// The HTTP method and path of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// The HTTP method.
    pub method: Method,
    /// The path of the request, without the path of the base URL.
    pub path: &'a str,
}

/// The options of a call, if it has any.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Options<'a>(pub(super) Option<&'a CallOptions>);

impl<R: RestEndpoint> RestRequest<R::Product> for R {
    type Response = <R as Request>::Response;

    fn context(&self) -> RequestContext {
        let cost = self.cost();
        RequestContext {
            name: Cow::Borrowed(R::NAME),
            security: R::METADATA.security,
            idempotency: R::METADATA.idempotency,
            is_read_only: R::METADATA.is_read_only(R::METHOD),
            cost,
            lookup: R::METADATA.lookup,
            remedies: R::METADATA.remedies,
            priority: Priority::of(Some(R::METHOD), &R::METADATA, cost),
            is_typed: true,
        }
    }

    fn target(&self) -> Target<'_> {
        Target {
            method: R::METHOD,
            path: R::PATH,
        }
    }

    fn write_query(&self, query: &mut QueryWriter) {
        ParameterSet::write(self, query);
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        Request::assign_ids(self, make);
    }

    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        Request::client_order_ids(self)
    }

    fn decode(text: &str) -> Result<Self::Response, DecodeFailure> {
        decode::from_str::<Self::Response, R::Wire>(text)
    }

    fn into_any(self) -> Box<dyn Any + Send + Sync> {
        Box::new(self)
    }
}

impl<P, R: RestRequest<P>> RestRequest<P> for Call<R> {
    type Response = R::Response;

    fn context(&self) -> RequestContext {
        self.request.context()
    }

    fn target(&self) -> Target<'_> {
        self.request.target()
    }

    fn write_query(&self, query: &mut QueryWriter) {
        self.request.write_query(query);
    }

    fn options(&self) -> Options<'_> {
        Options(Some(&self.options))
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.request.assign_ids(make);
    }

    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        self.request.client_order_ids()
    }

    fn decode(text: &str) -> Result<Self::Response, DecodeFailure> {
        R::decode(text)
    }

    fn into_any(self) -> Box<dyn Any + Send + Sync> {
        self.request.into_any()
    }
}

impl<P, R: RestRequest<P>, T: DeserializeOwned> RestRequest<P> for DecodeAs<R, T> {
    type Response = T;

    fn context(&self) -> RequestContext {
        self.call.context()
    }

    fn target(&self) -> Target<'_> {
        self.call.target()
    }

    fn write_query(&self, query: &mut QueryWriter) {
        self.call.write_query(query);
    }

    fn options(&self) -> Options<'_> {
        self.call.options()
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.call.assign_ids(make);
    }

    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        self.call.client_order_ids()
    }

    fn decode(text: &str) -> Result<T, DecodeFailure> {
        decode::deserialize(text)
    }

    fn into_any(self) -> Box<dyn Any + Send + Sync> {
        self.call.into_any()
    }
}

impl Options<'_> {
    /// Writes the parameters that were added by name.
    pub(super) fn write_parameters(&self, query: &mut QueryWriter) {
        if let Some(options) = self.0 {
            write_parameters(&options.parameters, query);
        }
    }
}

pub(crate) mod sealed {
    use crate::client::{Call, DecodeAs};
    use crate::request::RestEndpoint;

    /// Limits [`RestRequest`](super::RestRequest) to the kinds of requests of this crate.
    pub trait Sealed {}

    impl<R: RestEndpoint> Sealed for R {}

    impl<R: Sealed> Sealed for Call<R> {}

    impl<R: Sealed, T> Sealed for DecodeAs<R, T> {}
}
