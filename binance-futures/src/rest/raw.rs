//! Requests to endpoints that the crate does not know.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::{RestRequest, Target, sealed::Sealed};
use crate::client::{ParameterNames, RequestContext, WithOptions, write_parameters};
use crate::decode::{self, DecodeFailure};
use crate::governor::Priority;
use crate::parameters::QueryWriter;
use crate::request::{Cost, Idempotency, Metadata, Method, OrderCount, Product, Security};
use crate::values::ClientOrderId;
use crate::wire;

/// A request to an endpoint that this version of the crate does not know, built from a path and parameters by name.
///
/// By default it is signed. [`keyed`](Self::keyed) sends only the API key, and [`public`](Self::public) sends neither API key nor
/// signature. The response is a [`serde_json::Value`], or a `String` with [`as_text`](Self::as_text).
///
/// The path consists of one or more segments, such as `/fapi/v1/thing`: each is a `/` followed by ASCII letters, digits and `-._~`, but
/// not by `.` or `..` alone. It has no query. Any other path is [`InvalidRequest::Path`](crate::error::InvalidRequest::Path) when the
/// request is sent.
///
/// ```
/// use binance_futures::rest::Raw;
///
/// let request = Raw::get("/fapi/v1/thing").param("symbol", "BTCUSDT").param("limit", 5).weight(2);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Raw {
    method: Method,
    path: Cow<'static, str>,
    security: Security,
    cost: Cost,
    parameters: Vec<(Cow<'static, str>, String)>,
}

/// A [`Raw`] request that returns the response as text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawText(Raw);

impl Raw {
    /// Creates a signed request. A `GET` is treated as read-only and is retried, so do not use it for a `GET` that has an effect, such
    /// as starting a download. Any other method is treated as not idempotent.
    pub fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            security: Security::Trade,
            cost: Cost {
                weight: 1,
                ..Cost::FREE
            },
            parameters: Vec::new(),
        }
    }

    /// Creates a signed `GET` request.
    pub fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Get, path)
    }

    /// Creates a signed `POST` request.
    pub fn post(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Post, path)
    }

    /// Creates a signed `PUT` request.
    pub fn put(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Put, path)
    }

    /// Creates a signed `DELETE` request.
    pub fn delete(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Delete, path)
    }

    /// Adds a parameter. The value is sent as its `Display` output, percent-encoded. Pass an array or object as its JSON, without spaces.
    ///
    /// An empty value is [`InvalidRequest::EmptyParameter`](crate::error::InvalidRequest::EmptyParameter) when the request is sent. A name
    /// that is added twice is sent twice.
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.parameters.push((name.into(), value.to_string()));
        self
    }

    /// Sends the API key, a timestamp and a signature, and the receive window if one is set. This is the default.
    pub fn signed(self) -> Self {
        self.security(Security::Trade)
    }

    /// Sends the API key, but no signature.
    pub fn keyed(self) -> Self {
        self.security(Security::MarketData)
    }

    /// Sends neither API key nor signature.
    pub fn public(self) -> Self {
        self.security(Security::None)
    }

    /// Sets the request weight. Default: 1. [`Prepared::cost`](super::Prepared::cost) reports it; it has no effect on sending.
    pub fn weight(mut self, weight: u32) -> Self {
        self.cost.weight = weight;
        self
    }

    /// Sets the rate-limit bucket that the request counts against besides its weight, such as `statistics`. Default: none.
    ///
    /// [`Product::RATE_LIMITS`] lists the buckets. [`Prepared::cost`](super::Prepared::cost) reports it; it has no effect on sending.
    pub fn bucket(mut self, bucket: &'static str) -> Self {
        self.cost.bucket = Some(bucket);
        self
    }

    /// Sets the number of orders that the request counts as. Default: [`OrderCount::NONE`]. [`Prepared::cost`](super::Prepared::cost)
    /// reports it; it has no effect on sending.
    pub fn orders(mut self, orders: OrderCount) -> Self {
        self.cost.orders = orders;
        self
    }

    /// Returns a request whose response is the text of the body, which need not be JSON.
    pub fn as_text(self) -> RawText {
        RawText(self)
    }

    fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    fn context(&self) -> RequestContext {
        let is_read_only = self.method == Method::Get;
        RequestContext {
            name: Cow::Owned(format!("{} {}", self.method, self.path)),
            security: self.security,
            idempotency: if is_read_only {
                Idempotency::Idempotent
            } else {
                Idempotency::NotIdempotent
            },
            is_read_only,
            cost: self.cost,
            lookup: None,
            remedies: &[],
            priority: Priority::of(
                Some(self.method),
                &Metadata {
                    security: self.security,
                    ..Metadata::DEFAULT
                },
                self.cost,
            ),
            is_typed: false,
        }
    }
}

/// Does not print the values of parameters, which may be secret.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("security", &self.security)
            .field("parameters", &ParameterNames(&self.parameters))
            .finish_non_exhaustive()
    }
}

impl Sealed for Raw {}

impl Sealed for RawText {}

impl WithOptions for Raw {}

impl WithOptions for RawText {}

macro_rules! raw_request {
    ($name:ty, |$this:ident| $raw:expr, $response:ty, |$text:ident| $decode:expr) => {
        impl<P: Product> RestRequest<P> for $name {
            type Response = $response;

            fn context(&self) -> RequestContext {
                let $this = self;
                Raw::context($raw)
            }

            fn target(&self) -> Target<'_> {
                let $this = self;
                Target {
                    method: $raw.method,
                    path: &$raw.path,
                }
            }

            fn write_query(&self, query: &mut QueryWriter) {
                let $this = self;
                write_parameters(&$raw.parameters, query);
            }

            fn assign_ids(&mut self, _: &mut dyn FnMut() -> ClientOrderId) {}

            fn client_order_ids(&self) -> Vec<ClientOrderId> {
                Vec::new()
            }

            fn decode($text: &str) -> Result<$response, DecodeFailure> {
                $decode
            }

            fn into_any(self) -> Box<dyn Any + Send + Sync> {
                Box::new(self)
            }
        }
    };
}

raw_request!(Raw, |this| this, Value, |text| decode::from_str::<
    Value,
    wire::Serde,
>(text));
raw_request!(RawText, |this| &this.0, String, |text| Ok(text.to_owned()));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priority_depends_on_method_and_security() {
        let cancellation = Raw::delete("/fapi/v1/order");
        assert_eq!(cancellation.context().priority, Priority::Cancel);
        assert_eq!(cancellation.keyed().context().priority, Priority::Query);
        let query = Raw::get("/fapi/v1/order");
        assert_eq!(query.context().priority, Priority::Query);
    }
}
