//! Every name that generated code uses and does not define.

#![allow(
    unused_imports,
    reason = "which of them are used depends on the products chosen"
)]

pub(crate) use std::collections::BTreeMap;
pub(crate) use std::fmt;
pub(crate) use std::time::Duration;

pub(crate) use serde::{Deserialize, Serialize};

#[cfg(feature = "registry")]
pub(crate) use crate::dynamic::{choice_from_params, from_params};
pub(crate) use crate::error::{
    Action, ErrorClass, KnownError, Rejection, known, known_by_our_name,
};
pub(crate) use crate::parameters::{Choice, Parameters};
pub(crate) use crate::request::{
    BaseUrls, Idempotency, Lookup, Metadata, Method, OrderCost, Product, RateLimitBucket,
    ReadOnlyRequest, RecvWindowLimits, Request, Resolvable, RestRequest, Rule, Security,
    WsApiRequest,
};
pub(crate) use crate::topic::{Cadence, Sequence, Topic, topic_display};
pub(crate) use crate::types::{
    Asset, ClientOrderId, Decimal, Empty, ListenKey, Lowercase, Pair, Symbol, Timestamp, Unlisted,
    UnlistedRecord, number_enum, row, tagged, text_enum,
};
pub(crate) use crate::wire;
