//! The values and enums that requests, responses and events are made of, for both products.

pub use crate::generated::types::*;
pub use crate::values::{
    Asset, ClientOrderId, Decimal, Empty, ListenKey, Pair, ParseTimestampError, Rejection, Symbol,
    Timestamp, TimestampRangeError, Unlisted, UnlistedRecord,
};

/// Takes the listen key of the response to `NewListenKey`.
impl From<UserDataKey> for ListenKey {
    fn from(response: UserDataKey) -> Self {
        response.listen_key
    }
}

/// Copies the listen key of the response to `NewListenKey`.
impl From<&UserDataKey> for ListenKey {
    fn from(response: &UserDataKey) -> Self {
        response.listen_key.clone()
    }
}
