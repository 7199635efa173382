//! Every name that generated code uses and does not define.

#![allow(
    unused_imports,
    reason = "which of them are used depends on the products chosen"
)]

pub(crate) use std::collections::BTreeMap;
pub(crate) use std::fmt;
pub(crate) use std::time::Duration;

pub(crate) use serde::{Deserialize, Serialize};

pub(crate) use crate::error::{Action, KnownError, Refusal, Verdict, known, known_by_our_name};
#[cfg(feature = "registry")]
pub(crate) use crate::given::{choice_from_given, from_given};
pub(crate) use crate::parameters::{Choice, Parameters};
pub(crate) use crate::request::{
    Asks, Details, Hosts, Lookup, Method, OrderCost, OverRest, OverWebsocket, Pool, Product,
    ReceiveWindow, Repeat, Request, Rule, Security, Traceable,
};
pub(crate) use crate::topic::{Cadence, Sequence, Topic, topic_display};
pub(crate) use crate::types::{
    Asset, ClientOrderId, Decimal, Empty, ListenKey, Lowercase, Pair, Symbol, Timestamp, Unlisted,
    UnlistedRecord, number_enum, row, tagged, text_enum,
};
pub(crate) use crate::wire;
