//! The public handle of a mock exchange, and its builder.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rust_decimal::Decimal;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::fault::Fault;
use super::market::{Market, MarketError, Seed};
use super::server::{
    self, InvalidPublicKey, PublicKey, RateLimits, RejectedRequest, RejectionCallback,
    RequestHandler, Verifier,
};
use super::state::State;
use super::stream_fault::{StreamConnection, StreamFault};
use super::streams::Streams;
use super::trading::Balances;
use crate::clock::{Clock, SystemClock};
use crate::environment::Environment;

/// API key of the account of an exchange that is built without accounts.
const DEFAULT_API_KEY: &str = "mock-exchange-key";

/// Secret of the default account. It is public and protects nothing.
const DEFAULT_SECRET: &str = "mock-exchange-secret";

/// Exchange order id of the first order. Like the ids of the exchange, it is larger than the integers that a double represents exactly.
const DEFAULT_FIRST_ORDER_ID: u64 = 8_389_765_739_703_625_001;

/// A running mock exchange. Dropping it stops it and closes all its connections.
pub struct Exchange {
    address: SocketAddr,
    credentials: (String, String),
    handler: Arc<RequestHandler>,
    server: JoinHandle<()>,
}

/// Configuration of a mock exchange.
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    accounts: Vec<(String, String)>,
    public_keys: Vec<(String, PublicKey)>,
    clock: Box<dyn Clock>,
    rate_limits: RateLimits,
    on_rejection: Option<RejectionCallback>,
    seeds: Vec<Seed>,
    seed: u64,
    moving: bool,
    balances: Balances,
    first_order_id: u64,
    stream_variation: Option<u64>,
    port: u16,
}

impl Exchange {
    /// Starts an exchange with one account, the default rate limits and the system clock.
    ///
    /// # Errors
    ///
    /// Returns an error when no port can be opened.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with I/O enabled. The runtime must have time enabled as well, or connections are closed without a
    /// response.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder with the default configuration.
    pub fn builder() -> Builder {
        Builder {
            accounts: Vec::new(),
            public_keys: Vec::new(),
            clock: Box::new(SystemClock),
            rate_limits: RateLimits::default(),
            on_rejection: None,
            seeds: Vec::new(),
            seed: 0,
            moving: false,
            balances: Balances::default(),
            first_order_id: DEFAULT_FIRST_ORDER_ID,
            stream_variation: None,
            port: 0,
        }
    }

    /// Returns the base URL of both products, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the environment that clients and credentials of this exchange use.
    ///
    /// Credentials need it: `Credentials::hmac(api_key, secret)?.for_environment(exchange.environment())`.
    pub fn environment(&self) -> Environment {
        Environment::mock(self.url())
    }

    /// Returns the address on which the exchange listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the API key and secret of the first account that was added with [`Builder::key`], or of the default account.
    pub fn credentials(&self) -> (&str, &str) {
        let (api_key, secret) = &self.credentials;
        (api_key, secret)
    }

    /// Injects a fault into the next request, whichever client sends it. Each further fault applies to one further request.
    ///
    /// The faults also apply to the requests that the client itself sends: time requests of a clock synchronization, and lookups. They do not
    /// apply to stream connections.
    pub fn inject_fault(&self, fault: Fault) {
        self.handler.state().faults.push_back(fault);
    }

    /// Injects a fault into all open stream connections, or, with [`StreamFault::RefuseConnections`], into new ones.
    pub fn inject_stream_fault(&self, fault: StreamFault) {
        self.handler.inject_stream_fault(&fault, None);
    }

    /// Injects a fault into one stream connection: the place in [`stream_connections`](Self::stream_connections), 0 for the oldest one.
    /// Returns whether there is such a connection.
    pub fn inject_stream_fault_at(&self, index: usize, fault: StreamFault) -> bool {
        self.handler.inject_stream_fault(&fault, Some(index))
    }

    /// Returns the open stream connections, the oldest first.
    pub fn stream_connections(&self) -> Vec<StreamConnection> {
        self.handler.stream_connections()
    }

    /// Advances the time of the exchange. Trades, candlesticks, funding and whatever else is due until then happen in order.
    ///
    /// A client whose clock was synchronized before is late by this time. It synchronizes its clock again after the first signed request
    /// that the exchange rejects for its timestamp. Streams publish everything that is due, of periodic events at most the last 1,000 of each
    /// topic, and of all events at most the last 10,000 of each connection. Advancing by more than 40 days at once skips the excess: only the last 40 days happen
    /// in detail.
    pub fn advance(&self, duration: Duration) {
        self.handler.advance(duration);
    }

    /// Sets the best bid price of a symbol from now on, and prints a trade at this price. The index price and the mark price follow.
    ///
    /// On a [moving](Builder::moving) market, prices then move around this one.
    ///
    /// # Errors
    ///
    /// No open contract has the symbol, or its price filter does not permit the price.
    pub fn set_price(&self, symbol: &str, price: Decimal) -> Result<(), MarketError> {
        self.handler.steer(|market| market.set_price(symbol, price))
    }

    /// Prints one trade on the market. It becomes the last price; the order book and the mark price do not change.
    ///
    /// # Errors
    ///
    /// No open contract has the symbol, or its filters do not permit the price or the quantity.
    pub fn trade(
        &self,
        symbol: &str,
        price: Decimal,
        quantity: Decimal,
    ) -> Result<(), MarketError> {
        self.handler
            .steer(|market| market.trade(symbol, price, quantity))
    }

    /// Returns the rejected requests, the oldest first. Only the last 1000 are kept. Requests that got the response of a
    /// [`Fault::Respond`] are not among them.
    pub fn rejected_requests(&self) -> Vec<RejectedRequest> {
        self.handler.state().rejected.iter().cloned().collect()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Builder {
    /// Adds an account with an API key and an HMAC secret. An exchange without any such account has a default one, even if
    /// [`public_key`](Self::public_key) adds another.
    pub fn key(mut self, api_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.accounts.push((api_key.into(), secret.into()));
        self
    }

    /// Adds an account with an API key and an RSA or Ed25519 public key.
    ///
    /// The key is PEM, as `openssl pkey -in KEY.pem -pubout` writes it.
    ///
    /// # Errors
    ///
    /// Returns an error when the text is not a public key of these algorithms.
    pub fn public_key(
        mut self,
        api_key: impl Into<String>,
        pem: impl AsRef<str>,
    ) -> Result<Self, InvalidPublicKey> {
        let public_key = PublicKey::read(pem.as_ref())?;
        self.public_keys.push((api_key.into(), public_key));
        Ok(self)
    }

    /// Sets the clock of the exchange. The default is the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets the rate limits. Default: those of the spec; see [`RateLimits`].
    pub fn rate_limits(mut self, rate_limits: RateLimits) -> Self {
        self.rate_limits = rate_limits;
        self
    }

    /// Lists an additional contract of a product (`usdm` or `coinm`), or sets the best bid price of a listed one.
    ///
    /// The price is in the quote asset. With a price of 0, there are no bids. If the filters of a listed contract do not permit the price, they
    /// are replaced. Any other product is ignored.
    pub fn symbol(
        mut self,
        product: impl Into<String>,
        symbol: impl Into<String>,
        price: Decimal,
    ) -> Self {
        self.seeds.push(Seed {
            product: product.into(),
            symbol: symbol.into(),
            price,
        });
        self
    }

    /// Sets the number that determines how prices and quantities vary. Exchanges with the same seed and start time have the same market.
    /// The default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets whether prices move on their own. By default they do not: the best bid stays where it is.
    pub fn moving(mut self, moving: bool) -> Self {
        self.moving = moving;
        self
    }

    /// Sets the balance of an asset, with which every account starts.
    ///
    /// On USDⓈ-M, accounts have wallets for the margin assets and base assets of all contracts, and on COIN-M for the margin assets of all
    /// contracts. An asset that both products have gets the balance in both. By default, accounts have 1,000,000 of each margin asset of
    /// USDⓈ-M, such as USDT, and 100 of each margin asset of COIN-M, such as BTC and ETH. All other balances are 0.
    /// An asset of no contract gets a wallet on USDⓈ-M.
    pub fn balance(mut self, asset: impl Into<String>, amount: Decimal) -> Self {
        self.balances.set(asset.into(), amount);
        self
    }

    /// Sets the exchange order id of the first order. Each further order has the next id.
    ///
    /// The default is a number of 19 digits, as on the exchange. JavaScript cannot represent such numbers exactly.
    pub fn first_order_id(mut self, id: u64) -> Self {
        self.first_order_id = id;
        self
    }

    /// Sets a callback that receives each rejected request. It is called before the response is sent, so it must not block.
    pub fn on_rejection(
        mut self,
        callback: impl Fn(&RejectedRequest) + Send + Sync + 'static,
    ) -> Self {
        self.on_rejection = Some(Arc::new(callback));
        self
    }

    /// Makes the stream connections differ, as this number determines: in event times, in the borders between batches of order book changes,
    /// tickers and candlesticks, and in the number of elements in a frame. By default, connections that are subscribed to the same topic
    /// receive the same frames.
    pub fn stream_variation(mut self, seed: u64) -> Self {
        self.stream_variation = Some(seed);
        self
    }

    /// Sets the port of the loopback interface. By default, the system chooses a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts the exchange on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// Returns an error when the port cannot be opened.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with I/O enabled. The runtime must have time enabled as well, or connections are closed without a
    /// response.
    pub async fn start(mut self) -> io::Result<Exchange> {
        if self.accounts.is_empty() {
            self.accounts
                .push((DEFAULT_API_KEY.to_owned(), DEFAULT_SECRET.to_owned()));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let credentials = self.accounts.first().cloned().unwrap_or_default();
        let secrets = self.accounts.into_iter();
        let public_keys = self.public_keys.into_iter();
        let keys = secrets
            .map(|(api_key, secret)| (api_key, Verifier::Secret(secret)))
            .chain(public_keys.map(|(api_key, key)| (api_key, Verifier::PublicKey(key))));
        let market = Market::new(&self.seeds, self.seed, self.clock.now(), self.moving);
        let keys: BTreeMap<_, _> = keys.collect();
        let streams = Streams::new(self.stream_variation);
        let state = State::new(
            market,
            self.first_order_id,
            keys.keys(),
            &self.balances,
            streams,
        );
        let handler = Arc::new(RequestHandler {
            keys,
            clock: self.clock,
            rate_limits: self.rate_limits,
            on_rejection: self.on_rejection,
            state: Mutex::new(state),
        });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&handler)));
        Ok(Exchange {
            address,
            credentials,
            handler,
            server,
        })
    }
}

/// Prints neither API keys nor secrets.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("address", &self.address)
            .field("handler", &self.handler)
            .finish_non_exhaustive()
    }
}

/// Prints neither API keys nor secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("accounts", &(self.accounts.len() + self.public_keys.len()))
            .field("rate_limits", &self.rate_limits)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
