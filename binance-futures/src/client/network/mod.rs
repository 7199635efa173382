//! Network connections of every transport: options, proxies, TLS and failures.

#[cfg(feature = "ws")]
mod dns;
mod failure;
pub(crate) mod headers;
pub(crate) mod proxy;
mod tls;

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderName;

use super::Timeout;

#[cfg(feature = "ws")]
pub(crate) use dns::{DnsError, resolve};
#[cfg(feature = "ws")]
pub(crate) use failure::sources;
pub(crate) use failure::{Route, host_and_port, reason, setup_error, tls_error};
pub(crate) use tls::Tls;

/// The header of the API key.
pub(crate) const API_KEY: HeaderName = HeaderName::from_static("x-mbx-apikey");

/// The default value of the `User-Agent` header.
pub(crate) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// How a client reaches the exchange.
pub(crate) struct Network {
    pub(crate) options: NetworkOptions,
    pub(crate) tls: Tls,
    /// The base URL of streams, instead of that of the environment.
    #[cfg(feature = "ws")]
    pub(crate) streams_url: Option<String>,
    /// The URL of the websocket API, instead of that of the environment.
    #[cfg(feature = "ws")]
    pub(crate) ws_api_url: Option<String>,
    /// The largest message that a websocket connection reads, in bytes.
    #[cfg(feature = "ws")]
    pub(crate) max_message_size: Option<usize>,
}

#[cfg(all(test, feature = "usdm"))]
#[allow(clippy::unwrap_used, reason = "a panic fails the test")]
impl Default for Network {
    fn default() -> Self {
        Self {
            options: NetworkOptions::default(),
            tls: Tls::new(&[]).unwrap(),
            #[cfg(feature = "ws")]
            streams_url: None,
            #[cfg(feature = "ws")]
            ws_api_url: None,
            #[cfg(feature = "ws")]
            max_message_size: None,
        }
    }
}

/// Options of network connections, the same for every transport of a client.
#[derive(Clone)]
pub(crate) struct NetworkOptions {
    pub(crate) proxy: ProxyOption,
    /// Root certificates in PEM, added to those of the system.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) local_address: Option<IpAddr>,
    pub(crate) connect_timeout: Timeout,
    /// The largest response that is read, in bytes.
    pub(crate) max_response_size: usize,
    pub(crate) user_agent: Option<String>,
    /// Headers that are sent with every request.
    pub(crate) headers: Vec<(String, String)>,
}

/// Which proxy is used.
#[derive(Clone, Default)]
pub(crate) enum ProxyOption {
    /// The proxy of the environment variables.
    #[default]
    Environment,
    /// No proxy.
    None,
    /// The proxy at this URL, which may contain a password.
    Url(String),
}

impl Default for NetworkOptions {
    fn default() -> Self {
        /// Many times the largest response of the exchange.
        const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;
        Self {
            proxy: ProxyOption::default(),
            root_certificates: Vec::new(),
            local_address: None,
            connect_timeout: Timeout::Default,
            max_response_size: MAX_RESPONSE_SIZE,
            user_agent: None,
            headers: Vec::new(),
        }
    }
}

impl NetworkOptions {
    /// Returns how long establishing a connection may take. By default five seconds, or half of the timeout of a call if that is
    /// shorter.
    pub(crate) fn connect_timeout(&self, call_timeout: Option<Duration>) -> Option<Duration> {
        const DEFAULT: Duration = Duration::from_secs(5);
        match self.connect_timeout {
            Timeout::Default => {
                Some(call_timeout.map_or(DEFAULT, |timeout| DEFAULT.min(timeout / 2)))
            }
            Timeout::After(timeout) => Some(timeout),
            Timeout::Never => None,
        }
    }
}
