//! Requests that the crate does not know.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::call::{Names, write_named};
use super::sendable::sealed::Sealed;
use super::{Sendable, SentBy, Target};
use crate::decode::{self, DecodeFailure};
use crate::parameters::QueryWriter;
use crate::request::{Idempotency, Method, Product, Security};
use crate::types::ClientOrderId;
use crate::wire;

/// A request made of a path and parameters by name: for what this version of the crate does not know. Signed like any other.
///
/// Its answer is JSON, or [text](Self::as_text).
///
/// ```
/// use binance_futures::rest::Raw;
///
/// let request = Raw::get("/fapi/v1/thing").param("symbol", "BTCUSDT").param("limit", 5);
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Raw {
    method: Method,
    path: Cow<'static, str>,
    security: Security,
    idempotency: Idempotency,
    parameters: Vec<(Cow<'static, str>, String)>,
}

/// A [`Raw`] request whose answer is text, as it came.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawText(Raw);

impl Raw {
    /// A signed request of any verb. What is got may be asked twice; everything else never is.
    pub fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            security: Security::Trade,
            idempotency: if method == Method::Get {
                Idempotency::Idempotent
            } else {
                Idempotency::NotIdempotent
            },
            parameters: Vec::new(),
        }
    }

    /// A signed `GET`.
    pub fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Get, path)
    }

    /// A signed `POST`.
    pub fn post(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Post, path)
    }

    /// A signed `PUT`.
    pub fn put(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Put, path)
    }

    /// A signed `DELETE`.
    pub fn delete(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Method::Delete, path)
    }

    /// Adds a parameter. The value is sent as it is displayed; a list or an object is given as its JSON, without spaces.
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.parameters.push((name.into(), value.to_string()));
        self
    }

    /// Goes with timestamp and signature, as it does unless told otherwise.
    pub fn signed(self) -> Self {
        self.security(Security::Trade)
    }

    /// Goes with the API key and without a signature.
    pub fn keyed(self) -> Self {
        self.security(Security::MarketData)
    }

    /// Goes without key and signature.
    pub fn public(self) -> Self {
        self.security(Security::None)
    }

    /// Has its answer as text, whatever that is.
    pub fn as_text(self) -> RawText {
        RawText(self)
    }

    fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }
}

/// Prints the names of the parameters, not their values: nobody knows what they are.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("security", &self.security)
            .field("parameters", &Names(&self.parameters))
            .finish_non_exhaustive()
    }
}

impl Sealed for Raw {}

impl Sendable for Raw {
    type Response = Value;

    fn target(&self) -> Target<'_> {
        Target {
            name: Cow::Owned(format!("{} {}", self.method, self.path)),
            method: self.method,
            path: &self.path,
            security: self.security,
            idempotency: self.idempotency,
            lookup: None,
            is_known: false,
        }
    }

    fn write_to(&self, query: &mut QueryWriter) {
        write_named(&self.parameters, query);
    }

    fn complete(&mut self, _: &mut dyn FnMut() -> ClientOrderId) {}

    fn read(text: &str) -> Result<Value, DecodeFailure> {
        decode::from_str::<Value, wire::Plain>(text)
    }
}

impl Sealed for RawText {}

impl Sendable for RawText {
    type Response = String;

    fn target(&self) -> Target<'_> {
        self.0.target()
    }

    fn write_to(&self, query: &mut QueryWriter) {
        self.0.write_to(query);
    }

    fn complete(&mut self, _: &mut dyn FnMut() -> ClientOrderId) {}

    fn read(text: &str) -> Result<String, DecodeFailure> {
        Ok(text.to_owned())
    }
}

impl<P: Product> SentBy<P> for Raw {}

impl<P: Product> SentBy<P> for RawText {}
