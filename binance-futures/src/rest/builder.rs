//! Making a client.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Url, retry};
use tokio::sync::Mutex;

use super::client::Inner;
use super::client_order_ids::ClientOrderIds;
use super::date::ClockSkewMonitor;
use super::headers::{Headers, api_key_header};
use super::http_client::Http;
use super::proxy::Proxies;
use super::tls::{self, Roots};
use super::transport::Transport;
use super::{Client, RecvWindow, Retry, ServerTimeSource, timeout, trace};
use crate::auth::Credentials;
use crate::clock::{Clock, SyncedClock, SystemClock};
use crate::environment::Environment;
use crate::error::{Error, InvalidRequest, Route, TransportError};
use crate::request::Product;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Bytes of the largest answer that is read when nobody says: many times the exchange's largest.
const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;

/// Makes a [`Client`]. What is not said is: production, no credentials, ten seconds for a call, [`Backoff`](super::Backoff).
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder<P> {
    environment: Option<Environment>,
    base_url: Option<String>,
    credentials: Option<Credentials>,
    timeout: Option<Option<Duration>>,
    connect_timeout: Option<Option<Duration>>,
    recv_window: Option<RecvWindow>,
    retry: Retry,
    client_order_ids: bool,
    proxies: Proxies,
    local_address: Option<IpAddr>,
    root_certificates: Vec<Vec<u8>>,
    max_response_size: usize,
    user_agent: Option<String>,
    headers: Headers,
    clock: Box<dyn Clock>,
    product: PhantomData<fn() -> P>,
}

impl<P: ServerTimeSource> ClientBuilder<P> {
    pub(super) fn new() -> Self {
        Self {
            environment: None,
            base_url: None,
            credentials: None,
            timeout: None,
            connect_timeout: None,
            recv_window: None,
            retry: Retry::default(),
            client_order_ids: true,
            proxies: Proxies::default(),
            local_address: None,
            root_certificates: Vec::new(),
            max_response_size: MAX_RESPONSE_SIZE,
            user_agent: None,
            headers: Headers::default(),
            clock: Box::new(SystemClock),
            product: PhantomData,
        }
    }

    /// Which of the exchange's worlds to talk to. Default that of the credentials, and without any production.
    ///
    /// Credentials of another world are refused by [`build`](Self::build).
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Where to send requests instead, such as `http://127.0.0.1:8080`, or another host of the same environment. A path in it goes
    /// before every request's own.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Who asks, and in which environment unless [`environment`](Self::environment) says the same. Public requests need nobody.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// How long a call may take, connecting and all attempts included; `None` is without end.
    ///
    /// Default ten seconds, or five more than the receive window where that is longer: what the exchange may still execute is waited for.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// How long a connection may take to come about; `None` is without end. Default five seconds, or half of
    /// [`timeout`](Self::timeout) where that is shorter.
    ///
    /// Keep it the shorter of both: when the time for the whole call is over, nobody knows how far the request got.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = Some(timeout.into());
        self
    }

    /// Whether and when a call that failed is made again. Default [`Backoff`](super::Backoff); never what may have been done and
    /// must not be done twice.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.retry = retry.into();
        self
    }

    /// Whether an order that was given no client order id is given one. Default true: without one nobody can ask what became of it.
    pub fn client_order_ids(mut self, make: bool) -> Self {
        self.client_order_ids = make;
        self
    }

    /// How long after its timestamp the exchange still takes a signed request. Milliseconds or a `Duration`.
    ///
    /// Default is the exchange's own, five seconds. One it may refuse is told of in the log.
    pub fn recv_window(mut self, window: impl Into<RecvWindow>) -> Self {
        self.recv_window = Some(window.into());
        self
    }

    /// Sends everything through a proxy: `http://`, `https://` or `socks5://`, with `user:password@` before the host where it wants that.
    /// What is neither letter nor digit in user and password is written as in any URL: `%40` for `@`, `%3A` for `:`, `%2F` for `/`.
    /// `socks5h://` leaves names to be resolved there, as the others than `socks5://` do.
    ///
    /// Default is what `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in the environment say; addresses of the machine itself go
    /// without.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies = Proxies::ParamMap(url.into());
        self
    }

    /// Sends nothing through a proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxies = Proxies::None;
        self
    }

    /// Which of this machine's addresses requests leave from, such as one that the exchange knows for a key. Default is the system's choice.
    pub fn local_address(mut self, address: IpAddr) -> Self {
        self.local_address = Some(address);
        self
    }

    /// Trusts who these certificates name too: one or more of them as the text of a PEM file, such as that of a company's proxy that
    /// looks into TLS. Whom the system trusts stays trusted.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Bytes of the largest answer that is read. What is larger ends the call with
    /// [`TooLarge`](crate::error::TransportErrorKind::TooLarge). Default 64 MiB, many times what the exchange sends.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Sends a header with every request, such as one that a gateway of one's own asks for. Of a name given twice, the last value is sent.
    ///
    /// The value is taken for a secret. Headers that the client writes itself are refused by [`build`](Self::build).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.set(name.into(), value.into());
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
    /// [`Error::InvalidRequest`] when the product is not in the environment, the credentials are of another, or base URL, proxy, root
    /// certificate, header or user agent are none; [`Error::Transport`] when TLS cannot be set up.
    pub fn build(self) -> Result<Client<P>, Error> {
        let environment = self.chosen_environment()?;
        let base = self.base(&environment)?;
        let http = self.http(&base)?;
        let (http_timeout, connect_timeout) = (self.time_to_answer(), self.time_to_connect());
        if let Some(window) = self.recv_window {
            trace::warn_recv_window(window, P::RECV_WINDOW);
        }
        Ok(Client::of(Inner {
            transport: Transport::Network(http),
            base: base.as_str().trim_end_matches('/').to_owned(),
            environment,
            timeout: self.timeout,
            http_timeout,
            connect_timeout,
            api_key: self.credentials.as_ref().map(api_key_header).transpose()?,
            credentials: self.credentials,
            recv_window: self.recv_window,
            retry: self.retry,
            clock: SyncedClock::new(self.clock),
            ids: self.client_order_ids.then(ClientOrderIds::new),
            setting_clock: Mutex::new(()),
            dates: ClockSkewMonitor::new(),
        }))
    }

    /// The environment that was said, which must be that of the credentials.
    fn chosen_environment(&self) -> Result<Environment, InvalidRequest> {
        let of_credentials = self.credentials.as_ref().map(Credentials::environment);
        match (&self.environment, of_credentials) {
            (Some(said), Some(bound)) if said != bound => Err(InvalidRequest::WrongEnvironment {
                credentials: bound.name().to_owned(),
                client: said.name().to_owned(),
            }),
            (said, bound) => Ok(said.as_ref().or(bound).cloned().unwrap_or_default()),
        }
    }

    fn base(&self, environment: &Environment) -> Result<Url, InvalidRequest> {
        let of_environment = || environment.rest_url::<P>();
        let text = self.base_url.as_deref().map(Cow::Borrowed);
        let text = text
            .or_else(of_environment)
            .ok_or_else(|| InvalidRequest::Environment {
                product: P::ID,
                environment: environment.name().to_owned(),
            })?;
        let invalid = |problem| InvalidRequest::BaseUrl { problem };
        let url = Url::parse(&text).map_err(|_| invalid("is not a URL, such as `https://host`"))?;
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

    fn time_to_answer(&self) -> Option<Duration> {
        let usual = || Some(self.recv_window.map_or(timeout::DEFAULT, timeout::beyond));
        self.timeout.unwrap_or_else(usual)
    }

    fn time_to_connect(&self) -> Option<Duration> {
        let half = self
            .time_to_answer()
            .map_or(timeout::CONNECT, |timeout| timeout / 2);
        let usual = || Some(timeout::CONNECT.min(half));
        self.connect_timeout.unwrap_or_else(usual)
    }

    fn http(&self, base: &Url) -> Result<Http, Error> {
        let agent = self.user_agent.as_deref().unwrap_or(USER_AGENT);
        let agent = HeaderValue::from_str(agent).map_err(|_| InvalidRequest::UserAgent)?;
        let mut builder = reqwest::Client::builder()
            // A redirect would take the key elsewhere.
            .redirect(Policy::none())
            // What the exchange received may be done; whether to ask again is the caller's to say.
            .retry(retry::never())
            .referer(false)
            .default_headers(self.headers.read()?)
            .user_agent(agent)
            .local_address(self.local_address)
            .tcp_nodelay(true);
        if let Some(timeout) = self.time_to_answer() {
            builder = builder.timeout(timeout);
        }
        if let Some(timeout) = self.time_to_connect() {
            builder = builder.connect_timeout(timeout);
        }
        let (builder, proxy) = self.proxies.apply(base, builder)?;
        let needs_tls = base.scheme() == "https" || proxy.as_ref().is_some_and(|it| it.is_private);
        let client = builder
            .tls_backend_preconfigured(tls::config(self.trust(needs_tls)?)?)
            .build()
            .map_err(|error| TransportError::setup(error.without_url()))?;
        Ok(Http {
            client,
            max_response_size: self.max_response_size,
            route: Route {
                exchange: place(base),
                proxy: proxy.map(|proxy| proxy.place),
            },
        })
    }

    fn trust(&self, needs_tls: bool) -> Result<Roots, InvalidRequest> {
        let mut further = Vec::new();
        for pem in &self.root_certificates {
            further.extend(tls::read_certificates(pem)?);
        }
        Ok(if needs_tls {
            Roots::System(further)
        } else {
            Roots::None
        })
    }
}

/// Host, and port where it is not the usual one.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Prints neither credentials nor headers nor the proxy, whose URL may hold a password.
impl<P: Product> fmt::Debug for ClientBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &P::ID)
            .field("environment", &self.environment)
            .field("has_credentials", &self.credentials.is_some())
            .field("timeout", &self.timeout)
            .field("recv_window", &self.recv_window)
            .field("retry", &self.retry)
            .field("has_proxy", &matches!(self.proxies, Proxies::ParamMap(_)))
            .field("local_address", &self.local_address)
            .field("max_response_size", &self.max_response_size)
            .finish_non_exhaustive()
    }
}
