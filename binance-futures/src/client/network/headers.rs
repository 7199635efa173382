//! Headers that are sent with every request.

use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};

use super::API_KEY;
use crate::error::InvalidRequest;

/// Parses headers. All values are treated as secrets.
pub(crate) fn parse(headers: &[(String, String)]) -> Result<HeaderMap, InvalidRequest> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let invalid = |problem| InvalidRequest::Header {
            name: name.clone(),
            problem,
        };
        let name: HeaderName = name
            .parse()
            .map_err(|_| invalid("has a name that is not valid in HTTP"))?;
        if let Some(problem) = reserved(&name) {
            return Err(invalid(problem));
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| invalid("has a line break or another control character in its value"))?;
        value.set_sensitive(true);
        map.insert(name, value);
    }
    Ok(map)
}

/// Returns why a header cannot be set. Returns `None` if it can.
fn reserved(name: &HeaderName) -> Option<&'static str> {
    /// They determine where a request ends and how the response is sent.
    const SET_BY_CLIENT: [HeaderName; 8] = [
        ACCEPT_ENCODING,
        CONNECTION,
        CONTENT_LENGTH,
        EXPECT,
        HOST,
        TE,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    if *name == API_KEY {
        Some("is for the API key: use `credentials`")
    } else if *name == PROXY_AUTHORIZATION {
        Some("is for the proxy: put user and password into the proxy URL")
    } else if *name == USER_AGENT {
        Some("is set by `user_agent`")
    } else if SET_BY_CLIENT.contains(name) || name.as_str().starts_with("sec-websocket-") {
        Some("is set by the client itself")
    } else {
        None
    }
}
