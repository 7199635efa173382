//! What the table of operations is made of: every request, topic and event of the crate, with the facts the description states of it.
//!
//! For tools that go through all of them and servers that stand in for the exchange; a program that sends requests needs none of it.

use std::fmt;

use crate::decode::{self, DecodeFailure};
use crate::dynamic::{FromParams, ParamMap};
use crate::error::InvalidParameter;
use crate::generated::registry::OPERATIONS;
use crate::parameters::{JsonWriter, QueryWriter};
use crate::request::{
    Idempotency, Metadata, Method, OrderCost, Request, RestRequest, Rule, Security, WsApiRequest,
};
use crate::topic::Topic;
use crate::types::ClientOrderId;
use crate::wire::Wire;

/// Every operation of the products that are compiled in.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().flatten()
}

/// A request, a topic or an event.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Operation {
    /// The product: `usdm`.
    pub product: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The group the exchange puts it in: `market_data`.
    pub group: &'static str,
    /// Its name in the description: `new_order`.
    pub id: &'static str,
    /// Its name in Rust: `NewOrder`.
    pub name: &'static str,
    /// What others call it.
    pub aliases: &'static [&'static str],
    /// The file that describes it.
    pub spec: &'static str,
    /// The verb, of a REST request.
    pub method: Option<Method>,
    /// The path, of a REST request.
    pub path: Option<&'static str>,
    /// What the websocket API calls it, where it goes over that.
    pub ws_method: Option<&'static str>,
    /// The template of its name, of a topic: `<symbol>@aggTrade`.
    pub stream: Option<&'static str>,
    /// The kind of event, of user data: `ORDER_TRADE_UPDATE`.
    pub event: Option<&'static str>,
    /// What the exchange wants to see, of a request.
    pub security: Option<Security>,
    /// How its weight follows from its parameters.
    pub weight: WeightRule,
    /// What it counts against the limits on orders.
    pub cost: OrderCost,
    /// The limit its weight counts against; empty for the common one.
    pub bucket: &'static str,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// Its parameters, in the exchange's order.
    pub parameters: &'static [ParameterInfo],
    /// Every member of its answer or event.
    pub members: &'static [Member],
    /// An answer or event as the exchange sends it.
    pub sample: &'static str,
    /// Why it should not be used any more.
    pub deprecated: Option<&'static str>,
    /// Reads an answer or event and writes it again.
    pub reencode: fn(&str) -> Result<String, DecodeFailure>,
    /// Makes the request of parameters by name.
    pub build: Option<Build>,
}

/// Makes a request of parameters by name; what is wrong with them it leaves with them.
pub type Build = fn(&mut ParamMap) -> Option<Box<dyn AnyRequest>>;

/// What an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A REST request, over the websocket API too where that offers it.
    Rest,
    /// A request of the websocket API alone.
    WsApi,
    /// A topic of a market stream.
    Stream,
    /// An event of an account.
    UserEvent,
}

/// How a request's weight follows from its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightRule {
    /// It has none.
    None,
    /// Always the same.
    Fixed(u32),
    /// The exchange does not say.
    Unknown,
    /// By the value of a number.
    Steps {
        /// The parameter.
        by: &'static str,
        /// The number that counts when the parameter is not given.
        default: Option<u64>,
        /// The weight when the parameter is not given, where no number counts.
        absent: Option<u32>,
        /// The most of the number and the weight up to it, rising; the last holds beyond itself too.
        steps: &'static [(u64, u32)],
    },
    /// By whether a parameter is given.
    ByPresence {
        /// The parameter.
        by: &'static str,
        /// The weight with it.
        given: u32,
        /// The weight without it.
        absent: u32,
    },
}

/// A parameter, as the description states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type, in the description's words.
    pub ty: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What the exchange documents of its value.
    pub rules: &'static [Rule],
}

/// A member of an answer or event, as the description states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Where it stands: `symbols[].filters[].tickSize`, `[][0]` in rows, `indicators.*[].value` in maps.
    pub path: &'static str,
    /// Its type, in the description's words: `Decimal or ""`.
    pub ty: &'static str,
    /// Whether it may be absent.
    pub optional: bool,
}

/// A line of the table.
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
    }
}

/// A line of the table.
pub(crate) const fn member(path: &'static str, ty: &'static str, optional: bool) -> Member {
    Member { path, ty, optional }
}

/// A request of any type, made of parameters by name.
pub trait AnyRequest: fmt::Debug + Send + Sync {
    /// What holds whatever its parameters are.
    fn metadata(&self) -> Metadata;

    /// Verb and path, where it goes over REST.
    fn rest(&self) -> Option<(Method, &'static str)>;

    /// What the websocket API calls it, where it goes over that.
    fn ws_method(&self) -> Option<&'static str>;

    /// What it counts against the limit of its pool.
    fn weight(&self) -> u32;

    /// Gives it the ids that were left open.
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId);

    /// Holds its parameters against what the exchange documents of them.
    ///
    /// # Errors
    ///
    /// The first parameter that breaks one of its rules.
    fn check(&self) -> Result<(), InvalidParameter>;

    /// Writes its parameters as a query.
    fn write_query(&self, to: &mut QueryWriter);

    /// Writes its parameters as JSON.
    fn write_json(&self, to: &mut JsonWriter);
}

struct Built<R> {
    request: R,
    rest: Option<(Method, &'static str)>,
    ws_method: Option<&'static str>,
}

impl<R: Request + Send + Sync> AnyRequest for Built<R> {
    fn metadata(&self) -> Metadata {
        R::METADATA
    }

    fn rest(&self) -> Option<(Method, &'static str)> {
        self.rest
    }

    fn ws_method(&self) -> Option<&'static str> {
        self.ws_method
    }

    fn weight(&self) -> u32 {
        self.request.weight()
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.request.assign_ids(make);
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
}

impl<R: fmt::Debug> fmt::Debug for Built<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}

/// Makes a request that goes over REST only.
pub fn build_rest<R>(given: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: RestRequest + FromParams + Send + Sync + 'static,
{
    let request = R::from_params(given)?;
    Some(Box::new(Built {
        request,
        rest: Some((R::METHOD, R::PATH)),
        ws_method: None,
    }))
}

/// Makes a request that goes over the websocket API only.
pub fn build_websocket<R>(given: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: WsApiRequest + FromParams + Send + Sync + 'static,
{
    let request = R::from_params(given)?;
    Some(Box::new(Built {
        request,
        rest: None,
        ws_method: Some(R::WS_METHOD),
    }))
}

/// Makes a request that goes over both.
pub fn build_both<R>(given: &mut ParamMap) -> Option<Box<dyn AnyRequest>>
where
    R: RestRequest + WsApiRequest + FromParams + Send + Sync + 'static,
{
    let request = R::from_params(given)?;
    Some(Box::new(Built {
        request,
        rest: Some((R::METHOD, R::PATH)),
        ws_method: Some(R::WS_METHOD),
    }))
}

/// Reads a value and writes it again.
///
/// # Errors
///
/// When the text does not hold the value.
pub fn reencode<T, W: Wire<T>>(text: &str) -> Result<String, DecodeFailure> {
    let value = decode::from_str::<T, W>(text)?;
    Ok(decode::to_string::<T, W>(&value)?)
}

/// Reads a request's answer and writes it again.
///
/// # Errors
///
/// When the text does not hold the answer.
pub fn reencode_answer<R: Request>(text: &str) -> Result<String, DecodeFailure> {
    reencode::<R::Response, R::Wire>(text)
}

/// Reads a topic's event and writes it again.
///
/// # Errors
///
/// When the text does not hold the event.
pub fn reencode_event<T: Topic>(text: &str) -> Result<String, DecodeFailure> {
    reencode::<T::Event, T::Wire>(text)
}
