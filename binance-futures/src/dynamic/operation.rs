//! Descriptions of operations.

use std::fmt;

use serde::Serialize;

use super::{FromParams, ParamMap};
use crate::check::{Check, InvalidParameter};
use crate::decode::{self, DecodeFailure};
use crate::json;
use crate::parameters::{JsonWriter, QueryWriter, Rule};
use crate::request::{
    Cost, Idempotency, Metadata, Method, OrderCount, Request, RestEndpoint, Security, WsApiMethod,
};
use crate::values::ClientOrderId;
use crate::wire::Codec;

/// A request, a topic or an event, as the spec describes it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Operation {
    /// The product, such as `usdm`.
    pub product: &'static str,
    /// The kind of operation.
    pub kind: Kind,
    /// The group in the documentation of the exchange, such as `market_data`.
    pub group: &'static str,
    /// The name in the spec, such as `new_order`.
    pub id: &'static str,
    /// The Rust name, such as `NewOrder`.
    pub name: &'static str,
    /// Other names, such as those of other libraries.
    pub aliases: &'static [&'static str],
    /// The spec file.
    pub spec: &'static str,
    /// The HTTP method. `None` if this is not a REST request.
    pub method: Option<Method>,
    /// The path. `None` if this is not a REST request.
    pub path: Option<&'static str>,
    /// The method name of the websocket API. `None` if the websocket API does not offer the request.
    pub ws_method: Option<&'static str>,
    /// The template of the topic name, such as `<symbol>@aggTrade`. `None` if this is not a topic.
    pub stream: Option<&'static str>,
    /// The type of the user event, such as `ORDER_TRADE_UPDATE`. `None` if this is not a user event.
    pub event: Option<&'static str>,
    /// The required authentication. `None` if this is not a request.
    pub security: Option<Security>,
    /// How the request weight depends on the parameters.
    pub weight: WeightRule,
    /// The request weight over the websocket API. `None` if it is that over REST.
    pub ws_weight: Option<u32>,
    /// The number of orders that it counts as.
    pub orders: OrderCount,
    /// The rate-limit bucket that the request counts against, besides its weight.
    pub bucket: Option<&'static str>,
    /// Whether sending it twice has the same effect as sending it once.
    pub idempotency: Idempotency,
    /// The parameters, in the exchange's order.
    pub parameters: &'static [ParameterInfo],
    /// Every field of the response or event.
    pub fields: &'static [FieldInfo],
    /// A sample response or event.
    pub sample: &'static str,
    /// Why it is deprecated. `None` if it is not.
    pub deprecated: Option<&'static str>,
    /// Since when the exchange no longer offers it, and what replaces it. `None` if the exchange offers it.
    pub removed: Option<&'static str>,
    /// Where it was announced. `None` if the exchange documents it, or did not announce it.
    pub announced: Option<&'static str>,
    /// How it is known, if the exchange neither documents nor announced it. `None` otherwise.
    pub undocumented: Option<&'static str>,
    /// Decodes a response or event and encodes it again.
    pub reencode: fn(&str) -> Result<String, DecodeFailure>,
    /// Builds the request from parameters by name. `None` if this is not a request.
    pub build: Option<Build>,
}

/// Builds a request from parameters by name. Problems are collected in the map.
pub type Build = fn(&mut ParamMap) -> Option<Box<dyn AnyRequest>>;

/// The kind of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A REST request. The websocket API may offer it as well.
    Rest,
    /// A request that only the websocket API offers.
    WsApi,
    /// A topic of a market stream.
    Stream,
    /// An event of the user data stream.
    UserEvent,
}

/// How a request weight depends on the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightRule {
    /// Not a request.
    None,
    /// The weight is always this.
    Fixed(u32),
    /// The weight is not documented.
    Unknown,
    /// By the value of a numeric parameter.
    Steps {
        /// The parameter.
        by: &'static str,
        /// The value that applies without the parameter.
        default: Option<u64>,
        /// The weight without the parameter, if no default value applies.
        absent: Option<u32>,
        /// Upper bounds and the weights up to them, ascending. The last weight also applies to larger values.
        steps: &'static [(u64, u32)],
    },
    /// By whether a parameter is present.
    ByPresence {
        /// The parameter.
        by: &'static str,
        /// The weight with the parameter.
        given: u32,
        /// The weight without the parameter.
        absent: u32,
    },
}

/// A parameter, as the spec describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterInfo {
    /// The exchange's name.
    pub name: &'static str,
    /// The type, in the notation of the spec.
    pub ty: &'static str,
    /// Whether it is required.
    pub required: bool,
    /// The documented rules of its value.
    pub rules: &'static [Rule],
    /// The value that the exchange uses if the parameter is absent. `None` if there is no such value.
    pub default: Option<&'static str>,
    /// The value that the exchange uses over the websocket API if the parameter is absent. `None` if it is `default`.
    pub ws_default: Option<&'static str>,
    /// Why it should no longer be sent. `None` if it is not deprecated.
    pub deprecated: Option<&'static str>,
}

#[cfg(any(feature = "usdm", feature = "coinm"))]
impl ParameterInfo {
    /// Returns the parameter with a default value.
    pub(crate) const fn with_default(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    /// Returns the parameter with a default value over the websocket API.
    pub(crate) const fn with_ws_default(self, default: &'static str) -> Self {
        Self {
            ws_default: Some(default),
            ..self
        }
    }

    /// Returns the parameter as a deprecated one.
    pub(crate) const fn deprecated(self, reason: &'static str) -> Self {
        Self {
            deprecated: Some(reason),
            ..self
        }
    }
}

/// A field of a response or event, as the spec describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldInfo {
    /// The path, such as `symbols[].filters[].tickSize`, `[][0]` in rows, `indicators.*[].value` in maps.
    pub path: &'static str,
    /// The type in the notation of the spec, such as `Decimal or ""`.
    pub ty: &'static str,
    /// Whether it may be absent.
    pub optional: bool,
    /// Other names that the field is decoded from. It is encoded under the name at the end of its path.
    pub other_names: &'static [&'static str],
}

/// Creates a parameter description.
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) const fn parameter(
    name: &'static str,
    ty: &'static str,
    required: bool,
    rules: &'static [Rule],
) -> ParameterInfo {
    ParameterInfo {
        name,
        ty,
        required,
        rules,
        default: None,
        ws_default: None,
        deprecated: None,
    }
}

/// Creates a field description.
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) const fn field(path: &'static str, ty: &'static str, optional: bool) -> FieldInfo {
    FieldInfo {
        path,
        ty,
        optional,
        other_names: &[],
    }
}

impl FieldInfo {
    /// Adds the other names of the field.
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    pub(crate) const fn or(mut self, names: &'static [&'static str]) -> Self {
        self.other_names = names;
        self
    }
}

/// A request of any type, built from parameters by name.
pub trait AnyRequest: fmt::Debug + Send + Sync {
    /// Returns the product and name of the request, such as `usdm::NewOrder`.
    fn name(&self) -> &'static str;

    /// Returns the facts that do not depend on the parameters.
    fn metadata(&self) -> Metadata;

    /// Returns the HTTP method and path. `None` if the request cannot be sent over REST.
    fn rest(&self) -> Option<(Method, &'static str)>;

    /// Returns the method name of the websocket API. `None` if the websocket API does not offer the request.
    fn ws_method(&self) -> Option<&'static str>;

    /// Returns what the request counts against the rate limits.
    fn cost(&self) -> Cost;

    /// Fills in missing client order ids.
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId);

    /// Returns the client order ids that the request carries.
    fn client_order_ids(&self) -> Vec<ClientOrderId>;

    /// Checks the parameters against the documented rules.
    ///
    /// # Errors
    ///
    /// The first parameter that breaks a rule.
    fn check(&self) -> Result<(), InvalidParameter>;

    /// Writes the parameters as a query string.
    fn write_query(&self, to: &mut QueryWriter);

    /// Writes the parameters as JSON.
    fn write_json(&self, to: &mut JsonWriter);

    /// Writes the request as its `Serialize` does, as JSON. [`ParamMap::from_json`] reads it.
    ///
    /// # Errors
    ///
    /// None of the requests of this crate returns one.
    fn to_json(&self) -> Result<String, serde_json::Error>;
}

/// A request, with how it can be sent.
struct Built<R> {
    request: R,
    rest: Option<(Method, &'static str)>,
    ws_method: Option<&'static str>,
}

impl<R: Request + Serialize> AnyRequest for Built<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn metadata(&self) -> Metadata {
        R::METADATA
    }

    fn rest(&self) -> Option<(Method, &'static str)> {
        self.rest
    }

    fn ws_method(&self) -> Option<&'static str> {
        self.ws_method
    }

    fn cost(&self) -> Cost {
        self.request.cost()
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.request.assign_ids(make);
    }

    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        self.request.client_order_ids()
    }

    fn check(&self) -> Result<(), InvalidParameter> {
        self.request.check()
    }

    fn write_query(&self, to: &mut QueryWriter) {
        self.request.write(to);
    }

    fn write_json(&self, to: &mut JsonWriter) {
        self.request.write(to);
    }

    fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.request)
    }
}

impl<R: fmt::Debug> fmt::Debug for Built<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}

/// Builds a request that can be sent over REST only.
pub fn build_rest<R>(params: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: RestEndpoint + FromParams + Serialize,
{
    let request = R::from_params(params)?;
    Some(Box::new(Built {
        request,
        rest: Some((R::METHOD, R::PATH)),
        ws_method: None,
    }))
}

/// Builds a request that can be sent over the websocket API only.
pub fn build_ws_api<R>(params: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: WsApiMethod + FromParams + Serialize,
{
    let request = R::from_params(params)?;
    Some(Box::new(Built {
        request,
        rest: None,
        ws_method: Some(R::WS_METHOD),
    }))
}

/// Builds a request that can be sent over REST and over the websocket API.
pub fn build_both<R>(params: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: RestEndpoint + WsApiMethod + FromParams + Serialize,
{
    let request = R::from_params(params)?;
    Some(Box::new(Built {
        request,
        rest: Some((R::METHOD, R::PATH)),
        ws_method: Some(R::WS_METHOD),
    }))
}

/// Decodes a value and encodes it again.
///
/// # Errors
///
/// The text cannot be decoded.
pub fn reencode<T, C: Codec<T>>(text: &str) -> Result<String, DecodeFailure> {
    let value = decode::from_str::<T, C>(text)?;
    decode::to_string::<T, C>(&value)
        .map_err(|error| DecodeFailure::new(json::Error::from_serde(&error, 0), text))
}

/// Decodes a response and encodes it again.
///
/// # Errors
///
/// The text cannot be decoded.
pub fn reencode_response<R: Request>(text: &str) -> Result<String, DecodeFailure> {
    reencode::<R::Response, R::Wire>(text)
}
