//! The way to the exchange and back: moves bytes and knows nothing of what they mean.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::{Request, Url};

use super::Prepared;
use crate::error::TransportError;
use crate::request::Method;

/// The header of the API key.
const API_KEY: HeaderName = HeaderName::from_static("x-mbx-apikey");

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Result<Bytes, TransportError>,
}

/// Makes of a prepared request what the HTTP client sends.
pub(super) fn request(prepared: &Prepared) -> Result<Request, TransportError> {
    let url = Url::parse(&prepared.url).map_err(TransportError::setup)?;
    let mut request = Request::new(verb(prepared.method), url);
    let headers = request.headers_mut();
    if let Some(key) = &prepared.key {
        headers.insert(API_KEY, key.clone());
    }
    // All parameters are in the query; some servers want to be told that there is no body.
    if matches!(prepared.method, Method::Post | Method::Put) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if prepared.timeout.is_some() {
        *request.timeout_mut() = prepared.timeout;
    }
    Ok(request)
}

fn verb(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

/// Sends it, once.
pub(super) async fn exchange(
    http: &reqwest::Client,
    prepared: &Prepared,
) -> Result<Reply, TransportError> {
    let mut response = http
        .execute(request(prepared)?)
        .await
        .map_err(TransportError::new)?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let body = response.bytes().await.map_err(TransportError::new);
    Ok(Reply {
        status,
        headers,
        body,
    })
}
