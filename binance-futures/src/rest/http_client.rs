//! The way to the exchange and back: moves bytes and knows nothing of what they mean.

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::{Request, Response, Url};

use super::Prepared;
use crate::error::{Route, TransportError};
use crate::request::Method;

/// The header of the API key.
pub(super) const API_KEY: HeaderName = HeaderName::from_static("x-mbx-apikey");

/// What sends, and what it keeps to.
pub(super) struct Http {
    pub(super) client: reqwest::Client,
    /// Bytes of the largest body that is read.
    pub(super) max_response_size: usize,
    pub(super) route: Route,
}

/// What came back.
#[derive(Debug)]
pub(super) struct HttpResponse {
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
    http: &Http,
    prepared: &Prepared,
) -> Result<HttpResponse, TransportError> {
    let request = request(prepared)?;
    // What is encrypted comes from the exchange's side, whatever its status.
    let by_proxy = request.url().scheme() == "http";
    let mut response = http
        .client
        .execute(request)
        .await
        .map_err(|error| http.failed(error))?;
    let status = response.status();
    if by_proxy && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(TransportError::proxy_credentials(&http.route));
    }
    let headers = std::mem::take(response.headers_mut());
    let body = http.read(response).await;
    Ok(HttpResponse {
        status,
        headers,
        body,
    })
}

impl Http {
    /// Reads a body as far as is allowed. One that comes in a single piece is not copied.
    async fn read(&self, mut response: Response) -> Result<Bytes, TransportError> {
        let length = response.content_length().unwrap_or(0);
        let length = self.allowed(usize::try_from(length).unwrap_or(usize::MAX))?;
        let Some(first) = self.piece(&mut response).await? else {
            return Ok(Bytes::new());
        };
        self.allowed(first.len())?;
        let Some(second) = self.piece(&mut response).await? else {
            return Ok(first);
        };
        let mut whole = BytesMut::with_capacity(length.max(first.len() + second.len()));
        whole.extend_from_slice(&first);
        let mut next = Some(second);
        while let Some(piece) = next {
            self.allowed(whole.len() + piece.len())?;
            whole.extend_from_slice(&piece);
            next = self.piece(&mut response).await?;
        }
        Ok(whole.freeze())
    }

    fn allowed(&self, length: usize) -> Result<usize, TransportError> {
        if length > self.max_response_size {
            return Err(TransportError::too_large(
                &self.route,
                self.max_response_size,
            ));
        }
        Ok(length)
    }

    async fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, TransportError> {
        response.chunk().await.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: reqwest::Error) -> TransportError {
        TransportError::new(error, &self.route)
    }
}
