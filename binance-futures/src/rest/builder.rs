//! Making a client.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Proxy, Url, retry};

use super::client::Settings;
use super::tls::{self, Trust};
use super::{Client, Environment, RecvWindow, timeout};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, InvalidRequest, TransportError};
use crate::request::Product;
use crate::sign::Credentials;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Makes a [`Client`]. What is not said is: production, no credentials, ten seconds for a call.
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder<P> {
    environment: Environment,
    base_url: Option<String>,
    credentials: Option<Credentials>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    recv_window: Option<RecvWindow>,
    proxy: Option<String>,
    user_agent: Option<String>,
    clock: Box<dyn Clock>,
    product: PhantomData<fn() -> P>,
}

impl<P: Product> ClientBuilder<P> {
    pub(super) fn new() -> Self {
        Self {
            environment: Environment::default(),
            base_url: None,
            credentials: None,
            timeout: None,
            connect_timeout: None,
            recv_window: None,
            proxy: None,
            user_agent: None,
            clock: Box::new(SystemClock),
            product: PhantomData,
        }
    }

    /// Which of the exchange's worlds to talk to. Default production.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Where to send requests instead, such as `http://127.0.0.1:8080`. A path in it goes before every request's own.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Who asks. Public requests need nobody.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// How long to wait for the whole answer, connecting included.
    ///
    /// Default ten seconds, or five more than the receive window where that is longer: what the exchange may still execute is waited for.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long a connection may take to come about. Default half of [`timeout`](Self::timeout).
    ///
    /// Keep it the shorter of both: when the time for the whole call is over, nobody knows how far the request got.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long after its timestamp the exchange still takes a signed request. Milliseconds or a `Duration`.
    ///
    /// Default is the exchange's own, five seconds.
    pub fn recv_window(mut self, window: impl Into<RecvWindow>) -> Self {
        self.recv_window = Some(window.into());
        self
    }

    /// Sends everything through a proxy: `http://`, `https://` or `socks5://`, with `user:password@` before the host where it wants that.
    /// `socks5h://` leaves names to be resolved there.
    ///
    /// Default is what `HTTPS_PROXY` and its kin in the environment say; addresses of the machine itself go without.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// What the client calls itself. Default name and version of this crate.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Where timestamps come from. Default the system's clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Makes the client. Connects nowhere.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] when the product is not in the environment, or base URL, proxy or user agent are none;
    /// [`Error::Transport`] when TLS cannot be set up.
    pub fn build(self) -> Result<Client<P>, Error> {
        let base = self.base()?;
        let http = self.http(&base)?;
        Ok(Client::of(Settings {
            http,
            base: base.as_str().trim_end_matches('/').to_owned(),
            timeout: self.timeout,
            credentials: self.credentials,
            recv_window: self.recv_window,
            clock: self.clock,
        }))
    }

    fn base(&self) -> Result<Url, InvalidRequest> {
        let text = match &self.base_url {
            Some(url) => url,
            None => self
                .environment
                .rest::<P>()
                .ok_or(InvalidRequest::Environment {
                    product: P::ID,
                    environment: self.environment.as_str(),
                })?,
        };
        let invalid = |problem| InvalidRequest::BaseUrl { problem };
        let url = Url::parse(text).map_err(|_| invalid("is not a URL, such as `https://host`"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("is neither `http://` nor `https://`"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("has a `?` or a `#`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(
                "has a user or a password, which no exchange asks for",
            ));
        }
        Ok(url)
    }

    fn http(&self, base: &Url) -> Result<reqwest::Client, Error> {
        let proxy = self.proxy.as_deref().map(read_proxy).transpose()?;
        let agent = self.user_agent.as_deref().unwrap_or(USER_AGENT);
        let agent = HeaderValue::from_str(agent).map_err(|_| InvalidRequest::UserAgent)?;
        let trust = if base.scheme() == "http" && self.proxy.as_deref().is_none_or(is_plain) {
            Trust::Nobody
        } else {
            Trust::System
        };
        let timeout = self
            .timeout
            .unwrap_or_else(|| self.recv_window.map_or(timeout::DEFAULT, timeout::beyond));
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(trust)?)
            // A redirect would take the key elsewhere.
            .redirect(Policy::none())
            // What the exchange received may be done; whether to ask again is the caller's to say.
            .retry(retry::never())
            .referer(false)
            .user_agent(agent)
            .timeout(timeout)
            .connect_timeout(self.connect_timeout.unwrap_or(timeout / 2))
            .tcp_nodelay(true);
        if let Some(proxy) = proxy {
            builder = builder.proxy(proxy);
        } else if is_loopback(base) {
            builder = builder.no_proxy();
        }
        Ok(builder.build().map_err(TransportError::new)?)
    }
}

fn read_proxy(url: &str) -> Result<Proxy, InvalidRequest> {
    let parsed = Url::parse(url).map_err(|_| InvalidRequest::Proxy)?;
    let known = matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h");
    if !known || !parsed.has_host() {
        return Err(InvalidRequest::Proxy);
    }
    Proxy::all(url).map_err(|_| InvalidRequest::Proxy)
}

/// Whether a proxy is reached without TLS.
fn is_plain(proxy: &str) -> bool {
    !proxy.starts_with("https:")
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Prints neither credentials nor the proxy, whose URL may hold a password.
impl<P: Product> fmt::Debug for ClientBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &P::ID)
            .field("environment", &self.environment)
            .field("has_credentials", &self.credentials.is_some())
            .field("timeout", &self.timeout)
            .field("recv_window", &self.recv_window)
            .field("has_proxy", &self.proxy.is_some())
            .finish_non_exhaustive()
    }
}
