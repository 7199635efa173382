//! The builder of clients.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use super::network::{Network, NetworkOptions, ProxyOption, Tls};
use super::{ClientOrderIds, Context, RecvWindow, Retry, Timeout};
use crate::auth::{ApiKey, Credentials};
use crate::clock::{Clock, SyncedClock, SystemClock};
use crate::environment::Environment;
use crate::error::InvalidRequest;
use crate::governor::{Governor, WhenLimited};
use crate::request::Product;

/// The settings of calls, which a call can change for itself.
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, reason = "only requests have these settings")
)]
pub(crate) struct CallSettings {
    pub(crate) timeout: Timeout,
    pub(crate) recv_window: Option<RecvWindow>,
    pub(crate) retry: Retry,
    pub(crate) when_limited: WhenLimited,
}

/// A builder of a client.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<P> {
    pub(crate) environment: Option<Environment>,
    pub(crate) base_url: Option<String>,
    #[cfg(feature = "ws")]
    streams_url: Option<String>,
    #[cfg(feature = "ws")]
    ws_api_url: Option<String>,
    #[cfg(feature = "ws")]
    max_message_size: Option<usize>,
    credentials: Option<Credentials>,
    timeout: Timeout,
    recv_window: Option<RecvWindow>,
    retry: Retry,
    client_order_ids: bool,
    /// `None` for a governor of its own, `Some(None)` for none.
    governor: Option<Option<Governor>>,
    when_limited: WhenLimited,
    network: NetworkOptions,
    clock: Box<dyn Clock>,
    product: PhantomData<fn() -> P>,
}

impl<P: Product> ClientBuilder<P> {
    pub(crate) fn new() -> Self {
        Self {
            environment: None,
            base_url: None,
            #[cfg(feature = "ws")]
            streams_url: None,
            #[cfg(feature = "ws")]
            ws_api_url: None,
            #[cfg(feature = "ws")]
            max_message_size: None,
            credentials: None,
            timeout: Timeout::Default,
            recv_window: None,
            retry: Retry::default(),
            client_order_ids: true,
            governor: None,
            when_limited: WhenLimited::default(),
            network: NetworkOptions::default(),
            clock: Box::new(SystemClock),
            product: PhantomData,
        }
    }

    /// Sets the environment. Default: that of the credentials, or production without credentials.
    ///
    /// [`build`](Self::build) fails if the credentials belong to another environment.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets another base URL for REST requests, such as `http://127.0.0.1:8080`. If it has a path, that is prepended to the path of each
    /// request. Do not include `/fapi` or `/dapi`, with which the paths of requests begin.
    ///
    /// The environment stays the same: use this for another host of the same environment.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets another base URL for streams, such as `ws://127.0.0.1:8080`. If it has a path, that is prepended to the path of each connection.
    ///
    /// The environment stays the same: use this for another host of the same environment.
    #[cfg(feature = "ws")]
    pub fn streams_url(mut self, url: impl Into<String>) -> Self {
        self.streams_url = Some(url.into());
        self
    }

    /// Sets another URL for the websocket API, with its path, such as `ws://127.0.0.1:8080/ws-fapi/v1`.
    ///
    /// The environment stays the same: use this for another host of the same environment. No client of this crate connects to it yet;
    /// [`Connector::ws_api_url`](crate::ws::Connector::ws_api_url) returns it.
    #[cfg(feature = "ws")]
    pub fn ws_api_url(mut self, url: impl Into<String>) -> Self {
        self.ws_api_url = Some(url.into());
        self
    }

    /// Sets the API credentials. The client is for their environment. Public requests need no credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets how long a call may take, including connecting and all attempts. `None` means no limit.
    ///
    /// Default: ten seconds, or the receive window plus five seconds if that is longer. With a shorter timeout, the exchange may still
    /// accept the request after the call has returned. If the request was sent and no response arrives in time, the error is
    /// [`Error::UnknownOutcome`](crate::error::Error::UnknownOutcome), or
    /// [`Error::Transport`](crate::error::Error::Transport) for a read-only request.
    pub fn timeout(mut self, timeout: impl Into<Timeout>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Sets how long establishing a connection may take. `None` means no limit. Default: five seconds for requests, but at most half of
    /// [`timeout`](Self::timeout), and ten seconds for websockets, with their handshake.
    ///
    /// Keep it shorter than `timeout`. If the call times out first, the client cannot tell whether the request was sent. A request that is
    /// not read-only is not retried if less than the connect timeout is left for the call.
    pub fn connect_timeout(mut self, timeout: impl Into<Timeout>) -> Self {
        self.network.connect_timeout = timeout.into();
        self
    }

    /// Sets whether and when failed requests are retried. Requests that may have executed and are not idempotent are never retried.
    ///
    /// Default: [`Backoff`](crate::client::Backoff) with three attempts, of which the last one begins at most ten seconds after the first.
    /// The first wait is at most 200 ms, and no wait is longer than 2 s, unless the exchange asks for a longer one.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.retry = retry.into();
        self
    }

    /// Sets whether orders without a client order id get one. Default: true. Without one, the outcome of an order cannot be looked up.
    pub fn client_order_ids(mut self, enabled: bool) -> Self {
        self.client_order_ids = enabled;
        self
    }

    /// Sets the governor that counts calls against the rate limits. Default: one of its own. `None` turns counting off: calls are sent at once.
    ///
    /// All clients of one IP address should share a governor.
    pub fn governor(mut self, governor: impl Into<Option<Governor>>) -> Self {
        self.governor = Some(governor.into());
        self
    }

    /// Sets what happens to calls that would exceed a rate limit. Default: they wait, but not longer than their timeout.
    pub fn when_limited(mut self, when_limited: WhenLimited) -> Self {
        self.when_limited = when_limited;
        self
    }

    /// Sets the receive window: how long after its timestamp the exchange accepts a signed request. Milliseconds or a `Duration`.
    ///
    /// Default: that of the exchange, five seconds. A window of 0 or of more than 60,000 ms, which the exchange may reject, is logged as a
    /// warning. A `Duration` is rounded down to milliseconds.
    pub fn recv_window(mut self, window: impl Into<RecvWindow>) -> Self {
        self.recv_window = Some(window.into());
        self
    }

    /// Sets a proxy: `http://`, `https://`, `socks5://` or `socks5h://`, with `user:password@` before the host if it requires
    /// authentication. Percent-encode special characters in user and password, such as `%40` for `@`. With `socks5://` host names are
    /// resolved by the client, with the others by the proxy. The default ports are 80, 443 and, for SOCKS, 1080.
    ///
    /// Default: the proxy of the environment variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (in upper or lower case),
    /// which is not used for loopback addresses.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.network.proxy = ProxyOption::Url(url.into());
        self
    }

    /// Uses no proxy, and ignores the environment variables.
    pub fn no_proxy(mut self) -> Self {
        self.network.proxy = ProxyOption::None;
        self
    }

    /// Sets the local IP address of connections, such as the one that an API key is restricted to. By default, the system chooses it.
    pub fn local_address(mut self, address: IpAddr) -> Self {
        self.network.local_address = Some(address);
        self
    }

    /// Adds root certificates to those of the system: one or more certificates in PEM, such as that of a company proxy that intercepts
    /// TLS. Can be called several times.
    ///
    /// If the system has no root certificates, Mozilla's list is used. An invalid certificate is reported by [`build`](Self::build). On
    /// Android, extra certificates are not supported.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// Sets the size of the largest response that is read, in bytes. A larger response fails the call with
    /// [`TooLarge`](crate::error::TransportErrorKind::TooLarge). Default: 64 MiB, many times the largest response of the exchange.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.network.max_response_size = bytes;
        self
    }

    /// Sets the size of the largest message that a websocket connection reads, in bytes. A larger one closes the connection. Default: 16 MiB,
    /// many times the largest event of the exchange.
    #[cfg(feature = "ws")]
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = Some(bytes);
        self
    }

    /// Adds a header to every request, such as one for a gateway. If a name is added twice, the last value is sent.
    ///
    /// The value is not logged. [`build`](Self::build) fails for headers that the client sets itself: `X-MBX-APIKEY`, `User-Agent`,
    /// `Proxy-Authorization`, `Host`, `Content-Length`, `Connection`, `Accept-Encoding`, `TE`, `Transfer-Encoding`, `Upgrade`, `Expect`, and
    /// those that begin with `Sec-WebSocket-`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.network.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the `User-Agent` header. Default: name and version of this crate.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.network.user_agent = Some(name.into());
        self
    }

    /// Sets the source of timestamps. Default: the clock of the system. The offset of the clock synchronization is added to it.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Returns what all transports share, and the settings of calls.
    pub(crate) fn into_context(
        self,
        environment: Environment,
    ) -> Result<(Context, CallSettings), InvalidRequest> {
        let tls = Tls::new(&self.network.root_certificates)?;
        let governor = self.governor.unwrap_or_else(|| Some(Governor::new()));
        let budget = governor.map(|governor| {
            let api_key = self.credentials.as_ref().map(Credentials::api_key);
            governor.budget::<P>(api_key.map(ApiKey::as_str))
        });
        let context = Context {
            budget,
            environment,
            credentials: self.credentials,
            clock: Arc::new(SyncedClock::new(self.clock)),
            ids: self.client_order_ids.then(ClientOrderIds::new),
            network: Arc::new(Network {
                options: self.network,
                tls,
                #[cfg(feature = "ws")]
                streams_url: self.streams_url,
                #[cfg(feature = "ws")]
                ws_api_url: self.ws_api_url,
                #[cfg(feature = "ws")]
                max_message_size: self.max_message_size,
            }),
        };
        let settings = CallSettings {
            timeout: self.timeout,
            recv_window: self.recv_window,
            retry: self.retry,
            when_limited: self.when_limited,
        };
        Ok((context, settings))
    }

    /// Returns the environment that was set, which must be that of the credentials.
    pub(crate) fn select_environment(&self) -> Result<Environment, InvalidRequest> {
        let of_credentials = self.credentials.as_ref().map(Credentials::environment);
        match (&self.environment, of_credentials) {
            (Some(own), Some(other)) if own != other => Err(InvalidRequest::WrongEnvironment {
                credentials: other.name().to_owned(),
                client: own.name().to_owned(),
            }),
            (own, other) => Ok(own.as_ref().or(other).cloned().unwrap_or_default()),
        }
    }
}

/// Does not print credentials, headers and the proxy URL, which may contain a password.
impl<P: Product> fmt::Debug for ClientBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &P::ID)
            .field("environment", &self.environment)
            .field("has_credentials", &self.credentials.is_some())
            .field("timeout", &self.timeout)
            .field("recv_window", &self.recv_window)
            .field("retry", &self.retry)
            .field(
                "has_proxy",
                &matches!(self.network.proxy, ProxyOption::Url(_)),
            )
            .field("local_address", &self.network.local_address)
            .field("max_response_size", &self.network.max_response_size)
            .finish_non_exhaustive()
    }
}
