//! A request as the client would send it.

use anyhow::{Context, Result, bail};
use binance_futures::{
    clock::{Clock, SystemClock},
    error::InvalidRequest,
    parameters::QueryWriter,
    request::Method,
};

use super::request::NamedRequest;

/// Replaces the signature and the API key.
pub(super) const MASK: &str = "***";

/// Returns method, path and query of a request, with the signature masked.
pub(super) fn encode(named: &NamedRequest) -> Result<(Method, &'static str, String)> {
    let (method, path) = named
        .request
        .rest()
        .context("this request is sent over the websocket API only")?;
    let mut writer = QueryWriter::new();
    named.request.write_query(&mut writer);
    // The client rejects such requests, so a dry run does as well.
    if let Some(name) = writer.first_empty() {
        bail!(
            "parameter `{name}` is empty or contains an empty string: remove it or give it a value"
        );
    }
    let mut query = writer.into_string();
    if query.len() > InvalidRequest::MAX_URL_LENGTH {
        bail!(
            "the parameters take {} bytes, which is too long for a URL",
            query.len()
        );
    }
    if named.request.metadata().security.is_signed() {
        let now = SystemClock.now().as_millis();
        let separator = if query.is_empty() { "" } else { "&" };
        let window = named
            .recv_window
            .map(|window| format!("recvWindow={window}&"))
            .unwrap_or_default();
        query = format!("{query}{separator}{window}timestamp={now}&signature={MASK}");
    }
    Ok((method, path, query))
}
