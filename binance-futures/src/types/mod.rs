//! Values that requests, answers and events are made of.

mod client_order_id;
mod empty;
mod lowercase;
mod number_enum;
mod row;
mod tagged;
mod text;
mod text_enum;
mod timestamp;
mod unlisted;
mod unlisted_record;

pub use crate::generated::types::*;
pub use client_order_id::ClientOrderId;
pub use empty::Empty;
pub use rust_decimal::Decimal;
pub use text::{Asset, ListenKey, Pair, Symbol};
pub use timestamp::{OutOfRange, Timestamp};
pub use unlisted::Unlisted;
pub use unlisted_record::UnlistedRecord;

pub(crate) use lowercase::Lowercase;
pub(crate) use number_enum::number_enum;
pub(crate) use row::{column, end_of_row, row};
pub(crate) use tagged::{Tagged, read_tagged, tagged};
pub(crate) use text_enum::text_enum;
