//! The operations, grouped as in the spec: each takes a parsed request to its response.

pub(super) mod market_data;
