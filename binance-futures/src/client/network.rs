//! Options of network connections.

use std::net::IpAddr;
use std::time::Duration;

use super::Timeout;

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
