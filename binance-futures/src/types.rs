//! The values and enums that requests, responses and events are made of, for both products.

pub use crate::generated::types::*;
#[doc(hidden)]
pub use crate::values::decimal_literal;
pub use crate::values::{
    Asset, ClientOrderId, Decimal, Empty, ListenKey, Pair, ParseTimestampError, Rejection, Symbol,
    Timestamp, TimestampRangeError, Unlisted, UnlistedRecord,
};
