//! HTTP: sends bytes and receives bytes.

use std::error::Error as StdError;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Request, Response, Url};
use tokio::time::{Instant, timeout_at};

use super::Prepared;
use crate::client::network::{
    API_KEY, DnsError, Route, reason, resolve, setup_error, sources, tls_error,
};
use crate::error::{TransportError, TransportErrorKind};
use crate::request::Method;

/// The HTTP client and its limits.
pub(super) struct Http {
    pub(super) client: reqwest::Client,
    /// The largest body that is read, in bytes.
    pub(super) max_response_size: usize,
    pub(super) route: Route,
}

/// Resolves host names, with errors that can be told from other failures to connect.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, host: Name) -> Resolving {
        Box::pin(async move {
            let addresses = resolve(host.as_str()).await?;
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// A response whose body may be incomplete.
#[derive(Debug)]
pub(super) struct HttpResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Result<Bytes, TransportError>,
}

impl Prepared {
    /// Builds the request of the HTTP library, for benchmarks.
    #[doc(hidden)]
    pub fn into_http(self) -> Result<impl Sized, TransportError> {
        build_request(&self)
    }
}

/// Builds the request of the HTTP library.
fn build_request(prepared: &Prepared) -> Result<Request, TransportError> {
    let url = Url::parse(&prepared.url).map_err(setup_error)?;
    let mut request = Request::new(http_method(prepared.method), url);
    let headers = request.headers_mut();
    if let Some(key) = &prepared.api_key {
        headers.insert(API_KEY, key.clone());
    }
    // All parameters are in the query. Some servers require the length of an empty body.
    if matches!(prepared.method, Method::Post | Method::Put) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(request)
}

fn http_method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

impl Http {
    /// Sends a request once.
    pub(super) async fn exchange(
        &self,
        prepared: &Prepared,
    ) -> Result<HttpResponse, TransportError> {
        let request = build_request(prepared)?;
        // An encrypted response comes from the exchange, whatever its status.
        let may_be_from_proxy = request.url().scheme() == "http";
        let deadline = prepared
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout));
        let mut response = self
            .in_time(deadline, self.client.execute(request))
            .await?
            .map_err(|error| self.error(error))?;
        let status = response.status();
        if may_be_from_proxy && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(self.proxy_credentials_error());
        }
        let headers = std::mem::take(response.headers_mut());
        let body = match self.in_time(deadline, self.read_body(response)).await {
            Ok(read) => read,
            Err(timeout) => Err(timeout),
        };
        Ok(HttpResponse {
            status,
            headers,
            body,
        })
    }

    /// Waits for a result until a deadline. `None` means no limit. The HTTP library can do that, too, but allocates for it.
    async fn in_time<T>(
        &self,
        deadline: Option<Instant>,
        future: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        let Some(deadline) = deadline else {
            return Ok(future.await);
        };
        timeout_at(deadline, future).await.map_err(|elapsed| {
            let kind = TransportErrorKind::Timeout;
            let message = format!("{kind} ({})", self.route);
            TransportError::new(kind, message, Some(Box::new(elapsed)))
        })
    }

    /// Reads a body up to the maximum size. A body of a single chunk is not copied.
    async fn read_body(&self, mut response: Response) -> Result<Bytes, TransportError> {
        let length = response.content_length().unwrap_or(0);
        let length = self.check_size(usize::try_from(length).unwrap_or(usize::MAX))?;
        let Some(first) = self.next_chunk(&mut response).await? else {
            return Ok(Bytes::new());
        };
        self.check_size(first.len())?;
        let Some(second) = self.next_chunk(&mut response).await? else {
            return Ok(first);
        };
        let mut body = BytesMut::with_capacity(length.max(first.len() + second.len()));
        body.extend_from_slice(&first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            self.check_size(body.len() + chunk.len())?;
            body.extend_from_slice(&chunk);
            next = self.next_chunk(&mut response).await?;
        }
        Ok(body.freeze())
    }

    fn check_size(&self, size: usize) -> Result<usize, TransportError> {
        let max = self.max_response_size;
        if size > max {
            let reason = format!("larger than the maximum of {max} bytes");
            return Err(self.error_without_source(TransportErrorKind::TooLarge, &reason));
        }
        Ok(size)
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<Bytes>, TransportError> {
        response.chunk().await.map_err(|error| self.error(error))
    }

    fn proxy_credentials_error(&self) -> TransportError {
        let reason = "the proxy requires other credentials (HTTP 407)";
        self.error_without_source(TransportErrorKind::Proxy, reason)
    }

    fn error_without_source(&self, kind: TransportErrorKind, reason: &str) -> TransportError {
        TransportError::new(kind, format!("{kind} ({}): {reason}", self.route), None)
    }

    /// Converts an error of the HTTP library, without its URL, which contains signatures.
    fn error(&self, error: reqwest::Error) -> TransportError {
        let kind = kind(&error, &self.route);
        let error = error.without_url();
        let message = match kind {
            TransportErrorKind::Timeout => format!("{kind} ({})", self.route),
            _ => format!("{kind} ({}): {}", self.route, reason(&error)),
        };
        TransportError::new(kind, message, Some(Box::new(error)))
    }
}

/// If a proxy is used, a failure to connect counts as a failure of the proxy, unless TLS failed.
fn kind(error: &reqwest::Error, route: &Route) -> TransportErrorKind {
    if error.is_builder() {
        TransportErrorKind::Setup
    } else if error.is_connect() {
        if tls_error(error).is_some() {
            TransportErrorKind::Tls
        } else if route.proxy.is_some() {
            TransportErrorKind::Proxy
        } else if sources(error).any(<dyn StdError>::is::<DnsError>) {
            TransportErrorKind::Dns
        } else {
            TransportErrorKind::Connect
        }
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Broken
    }
}
