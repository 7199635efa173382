//! Rate limits that a benchmark never reaches.

use binance_futures::types::RateLimit;

const LIMITS: &str = r#"[
    {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":1000000000000},
    {"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1000000000000},
    {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":1000000000000}
]"#;

/// Returns the limits, as the exchange information reports them.
pub(crate) fn unreachable() -> Vec<RateLimit> {
    serde_json::from_str(LIMITS).unwrap()
}
