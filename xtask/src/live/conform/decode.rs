//! Checks a REST response, a result of the websocket API, or an event.

use binance_futures::registry::Operation;

use super::{
    commands::parse,
    compare::{Declared, compare},
    findings::Findings,
};

/// Decodes a payload with the type of its operation, encodes it again and compares the two.
pub(super) fn decode(
    operation: &'static Operation,
    declared: &Declared,
    text: &str,
) -> Result<Findings, Findings> {
    let encoded = (operation.reencode)(text)?;
    if encoded == text {
        return Ok(Findings::default());
    }
    Ok(compare(declared, &parse(text)?, &parse(&encoded)?))
}
