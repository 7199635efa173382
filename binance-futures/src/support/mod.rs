//! Names and macros that generated code imports.

#![allow(
    unused_imports,
    reason = "which of them are used depends on the compiled products"
)]

mod number_enum;
mod row;
mod tagged;
mod text_enum;

pub(crate) use std::collections::BTreeMap;
pub(crate) use std::fmt;
pub(crate) use std::str::FromStr;
pub(crate) use std::time::Duration;

pub(crate) use serde::{Deserialize, Serialize};

pub(crate) use crate::dynamic::choice_from_params;
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use crate::dynamic::from_params;
pub(crate) use crate::parameters::{Choice, ParameterSet, Parameters, Rule, choice_from_integers};
pub(crate) use crate::request::{
    Action, BaseUrls, Batch, Cost, CountedBy, ErrorClass, Idempotency, KnownError, LimitKind,
    Metadata, Method, OrderCount, OrderOrigin, Product, RateLimit, ReadOnlyRequest,
    RecvWindowLimits, Request, Resolvable, RestEndpoint, Security, StreamConnectionLimits,
    UserDataUrl, WsApiMethod,
};
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use crate::request::{known, known_by_our_name};
pub(crate) use crate::topic::{
    self, Cadence, Continuity, Lowercase, ParseTopicError, Topic, TopicName, any_topic, topic_name,
};
pub(crate) use crate::values::{
    Asset, ClientOrderId, Decimal, Empty, ListenKey, Pair, Rejection, Symbol, Timestamp, Unlisted,
    UnlistedRecord,
};
pub(crate) use crate::wire::{self, record};

pub(crate) use number_enum::number_enum;
pub(crate) use row::{column, end_of_row, row};
pub(crate) use tagged::{keep_fields, kind, read_case, read_fields, tagged};
pub(crate) use text_enum::text_enum;
