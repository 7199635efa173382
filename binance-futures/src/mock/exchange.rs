//! Starting and ending mock exchanges.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use rust_decimal::Decimal;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::fault::Fault;
use super::limits::Limits;
use super::market::{Market, Seed};
use super::refused::Refused;
use super::server;
use super::signature::{InvalidPublicKey, PublicKey, Verifier};
use super::venue::{Clock, Ledger, Listener, Venue};
use crate::clock::{Clock as _, SystemClock};
use crate::environment::Environment;
use crate::types::Timestamp;

/// The API key of an exchange that was given none.
const KEY: &str = "mock-exchange-key";

/// The secret that belongs to it. Everyone knows it: it opens nothing.
const SECRET: &str = "mock-exchange-secret";

/// An exchange in the process. It ends, with every connection to it, when it is dropped.
pub struct Exchange {
    address: SocketAddr,
    credentials: (String, String),
    venue: Arc<Venue>,
    server: JoinHandle<()>,
}

/// What an exchange is to be like.
#[must_use = "an exchange begins with `start`"]
pub struct Builder {
    accounts: Vec<(String, String)>,
    public_keys: Vec<(String, PublicKey)>,
    clock: Clock,
    limits: Limits,
    listener: Option<Listener>,
    seeds: Vec<Seed>,
    port: u16,
}

impl Exchange {
    /// Starts an exchange with one account, the usual limits and the system's clock.
    ///
    /// # Errors
    ///
    /// When no port can be opened.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// An exchange that is set up before it starts.
    pub fn builder() -> Builder {
        Builder {
            accounts: Vec::new(),
            public_keys: Vec::new(),
            clock: Arc::new(|| SystemClock.now()),
            limits: Limits::default(),
            listener: None,
            seeds: Vec::new(),
            port: 0,
        }
    }

    /// The root of its URLs, for both products: `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where clients of either product find it, and what its credentials belong to.
    pub fn environment(&self) -> Environment {
        Environment::mock(self.url())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The API key and the secret of its first account that has a secret.
    pub fn credentials(&self) -> (&str, &str) {
        let (key, secret) = &self.credentials;
        (key, secret)
    }

    /// Lets the answer to the next request go wrong; several wait for their turns.
    pub fn next(&self, fault: Fault) {
        self.venue.ledger().faults.push_back(fault);
    }

    /// What it has refused, the oldest first; of very many the newest.
    pub fn refused(&self) -> Vec<Refused> {
        self.venue.ledger().refused.iter().cloned().collect()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Builder {
    /// Opens an account for an API key with a secret; without any there is one with a key of the exchange's choice.
    pub fn key(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.accounts.push((key.into(), secret.into()));
        self
    }

    /// Opens an account for an API key whose requests are signed with a private key, RSA or Ed25519, and gives the exchange its public half:
    /// the PEM that `openssl pkey -in KEY.pem -pubout` writes.
    ///
    /// # Errors
    ///
    /// When it is no such key.
    pub fn public_key(
        mut self,
        key: impl Into<String>,
        pem: impl AsRef<str>,
    ) -> Result<Self, InvalidPublicKey> {
        let public_key = PublicKey::read(pem.as_ref())?;
        self.public_keys.push((key.into(), public_key));
        Ok(self)
    }

    /// Where its time comes from.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How much may be asked for.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lists one more contract of a product (`usdm` or `coinm`), or lets one trade at another price: its best bid.
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

    /// Who is told of each refusal.
    pub fn on_refusal(mut self, listener: impl Fn(&Refused) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The port of the loopback interface it listens on; without one the system chooses.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts it, in the runtime of tokio that this is awaited in.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened.
    pub async fn start(mut self) -> io::Result<Exchange> {
        if self.accounts.is_empty() {
            self.accounts.push((KEY.to_owned(), SECRET.to_owned()));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let credentials = self.accounts.first().cloned().unwrap_or_default();
        let secrets = self.accounts.into_iter();
        let public_keys = self.public_keys.into_iter();
        let keys = secrets
            .map(|(key, secret)| (key, Verifier::Secret(secret)))
            .chain(public_keys.map(|(key, public)| (key, Verifier::PublicKey(public))));
        let venue = Arc::new(Venue {
            keys: keys.collect::<BTreeMap<_, _>>(),
            clock: self.clock,
            limits: self.limits,
            listener: self.listener,
            market: Market::new(&self.seeds),
            ledger: Mutex::new(Ledger::default()),
        });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&venue)));
        Ok(Exchange {
            address,
            credentials,
            venue,
            server,
        })
    }
}

/// Prints neither keys nor secrets.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("address", &self.address)
            .field("venue", &self.venue)
            .finish_non_exhaustive()
    }
}

/// Prints neither keys nor secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("accounts", &(self.accounts.len() + self.public_keys.len()))
            .field("limits", &self.limits)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
