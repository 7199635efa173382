//! The values that requests, responses and events are made of: symbols, ids, times and decimals.
//!
//! Users reach them through [`types`](crate::types).

mod client_order_id;
mod decimal;
mod record;
mod text;
mod timestamp;
mod unlisted;

pub use client_order_id::ClientOrderId;
pub use decimal::decimal_literal;
pub use record::{Empty, Rejection};
pub use rust_decimal::Decimal;
pub use text::{Asset, ListenKey, Pair, Symbol};
pub use timestamp::{ParseTimestampError, Timestamp, TimestampRangeError};
pub use unlisted::{Unlisted, UnlistedRecord};

pub(crate) use text::read_text;
pub(crate) use unlisted::JSON_TEXT;
