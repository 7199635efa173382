//! Opens websocket connections: the only place that knows TCP, TLS and proxies.

mod dial;
mod frames;
mod handshake;
mod target;
mod upgrade;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio_tungstenite::WebSocketStream;
use url::Url;

use crate::client::network::{Network, USER_AGENT, headers};
use crate::client::{ClientBuilder, Context, Timeout};
use crate::clock::SyncedClock;
use crate::environment::Environment;
use crate::error::{Error, InvalidRequest};
use crate::governor::Budget;
use crate::request::Product;
use crate::ws::event::ConnectionId;

#[cfg(test)]
pub(crate) use dial::DialFuture;
pub(crate) use dial::{BoxedIo, Dial};
pub(crate) use frames::Frames;
pub use target::Layout;
pub(crate) use target::Target;

/// The time in which a connection must be established, if no other time is set.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest message that is read, in bytes. Many times the largest event of the exchange.
const MAX_MESSAGE_SIZE: usize = 16 * 1024 * 1024;

/// Opens websocket connections to the streams of a product.
///
/// Cloning is cheap. Clones share TLS sessions and the governor. Created by [`ClientBuilder::build_connector`], or from a client by
/// [`rest::Client::connector`](crate::rest::Client::connector), which shares its options and its governor.
///
/// ```no_run
/// # async fn read() -> Result<(), binance_futures::error::Error> {
/// use binance_futures::usdm::{self, streams::AggTrades};
///
/// let connector = usdm::Connector::builder().build_connector()?;
/// let mut trades = connector.session([AggTrades::new("BTCUSDT")]).build()?;
/// while let Some(update) = trades.next().await {
///     println!("{update:?}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Connector<P> {
    shared: Arc<Shared>,
    product: PhantomData<fn() -> P>,
}

/// What the connections of a connector share.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) clock: Arc<SyncedClock>,
    budget: Option<Budget>,
    dial: Arc<dyn Dial>,
    base_url: Url,
    ws_api_url: Url,
    headers: HeaderMap,
    connect_timeout: Duration,
    max_message_size: usize,
    next_id: AtomicU64,
}

/// An open connection.
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) io: WebSocketStream<Frames>,
}

impl<P: Product> Connector<P> {
    /// Returns a builder. Without further settings, the connector is for production.
    pub fn builder() -> ClientBuilder<P> {
        ClientBuilder::new()
    }

    pub(crate) fn new(context: &Context) -> Result<Self, Error> {
        let network = &context.network;
        let base_url = streams_url::<P>(&context.environment, network)?;
        let ws_api_url = ws_api_url::<P>(&context.environment, network)?;
        let options = &network.options;
        let connect_timeout = match options.connect_timeout {
            Timeout::Default => CONNECT_TIMEOUT,
            Timeout::After(timeout) => timeout,
            Timeout::Never => Duration::MAX,
        };
        let dial = dial::Network::new(network, &base_url, connect_timeout)?;
        let mut headers = headers::parse(&options.headers)?;
        let user_agent = options.user_agent.as_deref().unwrap_or(USER_AGENT);
        let user_agent =
            HeaderValue::from_str(user_agent).map_err(|_| InvalidRequest::UserAgent)?;
        headers.insert(http::header::USER_AGENT, user_agent);
        Ok(Self::from_shared(Shared {
            environment: context.environment.clone(),
            clock: Arc::clone(&context.clock),
            budget: context.budget.clone(),
            dial: Arc::new(dial),
            base_url,
            ws_api_url,
            headers,
            connect_timeout,
            max_message_size: network.max_message_size.unwrap_or(MAX_MESSAGE_SIZE),
            next_id: AtomicU64::new(1),
        }))
    }

    /// Returns the environment.
    pub fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    /// Returns the base URL of the streams.
    pub fn streams_url(&self) -> &str {
        self.shared.base_url.as_str()
    }

    /// Returns the URL of the websocket API.
    pub fn ws_api_url(&self) -> &str {
        self.shared.ws_api_url.as_str()
    }

    fn from_shared(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
            product: PhantomData,
        }
    }

    /// Creates a connector over simulated connections.
    #[cfg(test)]
    pub(crate) fn simulated(
        dial: Arc<dyn Dial>,
        budget: Option<Budget>,
        headers: HeaderMap,
        max_message_size: Option<usize>,
    ) -> Self {
        Self::from_shared(Shared {
            environment: Environment::mock("http://simulated"),
            clock: Arc::new(SyncedClock::new(Box::new(crate::clock::SystemClock))),
            budget,
            dial,
            base_url: Url::parse("ws://simulated").unwrap(),
            ws_api_url: Url::parse("ws://simulated/ws-fapi/v1").unwrap(),
            headers,
            connect_timeout: CONNECT_TIMEOUT,
            max_message_size: max_message_size.unwrap_or(MAX_MESSAGE_SIZE),
            next_id: AtomicU64::new(1),
        })
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Shared {
    /// Opens a connection, when the governor permits it. `address` chooses among the addresses of the host.
    pub(crate) async fn open(
        self: Arc<Self>,
        target: Target,
        address: usize,
    ) -> Result<Connection, Error> {
        let permit = match &self.budget {
            Some(budget) => Some(budget.acquire_connection(None).await?.sent()),
            None => None,
        };
        let id = ConnectionId::new(self.next_id.fetch_add(1, Ordering::Relaxed));
        let url = target.url(&self.base_url);
        tracing::debug!(%id, %target, "opening a connection");
        let opened = handshake::open(&self, &url, target.topic.as_ref(), address).await;
        if let Err(Error::RateLimited(limited)) = &opened
            && let Some(budget) = &self.budget
        {
            budget.rejected(limited.limit, limited.retry_after, limited.is_banned);
        }
        drop(permit);
        Ok(Connection { id, io: opened? })
    }
}

/// Returns the base URL of the streams.
fn streams_url<P: Product>(
    environment: &Environment,
    network: &Network,
) -> Result<Url, InvalidRequest> {
    let url = match &network.streams_url {
        Some(url) => Some(url.as_str().into()),
        None => environment.streams_url::<P>(),
    };
    parse::<P>("streams", url, environment)
}

/// Returns the URL of the websocket API.
fn ws_api_url<P: Product>(
    environment: &Environment,
    network: &Network,
) -> Result<Url, InvalidRequest> {
    let url = match &network.ws_api_url {
        Some(url) => Some(url.as_str().into()),
        None => environment.ws_api_url::<P>(),
    };
    parse::<P>("websocket API", url, environment)
}

fn parse<P: Product>(
    api: &'static str,
    url: Option<Cow<'_, str>>,
    environment: &Environment,
) -> Result<Url, InvalidRequest> {
    let url = url.ok_or_else(|| InvalidRequest::Environment {
        product: P::ID,
        environment: environment.name().to_owned(),
    })?;
    target::parse_base(&url).map_err(|problem| InvalidRequest::WebsocketUrl { api, problem })
}

impl<P: Product> ClientBuilder<P> {
    /// Creates a connector for websocket connections. Does not connect.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the product is not available in the environment, the credentials belong to another environment, or
    /// a URL, proxy, root certificate, header or user agent are not valid; [`Error::Transport`] if TLS cannot be set up.
    pub fn build_connector(self) -> Result<Connector<P>, Error> {
        let environment = self.select_environment()?;
        let (context, _) = self.into_context(environment)?;
        Connector::new(&context)
    }
}

#[cfg(feature = "rest")]
impl<P: Product, A> crate::rest::Client<P, A> {
    /// Returns a connector for websocket connections. It shares environment, network options and governor with this client.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build_connector`].
    pub fn connector(&self) -> Result<Connector<P>, Error> {
        Connector::new(self.context())
    }
}

impl<P> Clone for Connector<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            product: PhantomData,
        }
    }
}

/// Prints no headers, which may be secret.
impl<P: Product> fmt::Debug for Connector<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("product", &P::ID)
            .field("environment", &self.shared.environment)
            .field("host", &self.shared.base_url.host_str())
            .finish_non_exhaustive()
    }
}
