//! Connections below the websocket protocol: TCP and TLS, directly or through a proxy.

use std::error::Error as StdError;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;
use url::Url;

use crate::client::network::proxy::{self, SelectedProxy};
use crate::client::network::{
    self, DnsError, Route, Tls, host_and_port, reason, setup_error, tls_error,
};
use crate::error::{Error, TransportError, TransportErrorKind};

/// A byte stream.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A byte stream of any kind.
pub(crate) type BoxedIo = Box<dyn Io>;

/// A connection that is being established.
pub(crate) type DialFuture =
    Pin<Box<dyn Future<Output = Result<BoxedIo, TransportError>> + Send + 'static>>;

/// Establishes byte streams to the exchange: over the network, or to a simulated exchange in tests.
pub(crate) trait Dial: Send + Sync {
    /// Establishes a byte stream. `address` chooses the address that is tried first, if the host has several.
    fn dial(&self, address: usize) -> DialFuture;
}

/// Establishes connections over the network.
pub(super) struct Network {
    /// The exchange as a URI with a port. Its scheme is `https` or `http`, which connectors understand.
    exchange: Uri,
    proxy: Option<SelectedProxy>,
    tls: Arc<ClientConfig>,
    local_address: Option<std::net::IpAddr>,
    connect_timeout: Duration,
    route: Route,
}

impl Network {
    pub(super) fn new(
        network: &network::Network,
        base_url: &Url,
        connect_timeout: Duration,
    ) -> Result<Self, Error> {
        let is_secure = base_url.scheme() == "wss";
        let scheme = if is_secure { "https" } else { "http" };
        let host = base_url.host_str().unwrap_or_default();
        let port = base_url.port_or_known_default().unwrap_or(443);
        let as_http = format!("{scheme}://{host}:{port}");
        let exchange: Uri = as_http.parse().map_err(setup_error)?;
        let http_url = Url::parse(&as_http).map_err(setup_error)?;
        let proxy = proxy::select(&network.options.proxy, &http_url)?;
        let uses_tls = is_secure || proxy.as_ref().is_some_and(|proxy| proxy.uses_tls);
        let mut tls = if uses_tls {
            network.tls.config()?
        } else {
            Tls::unused()?
        };
        // Websockets are upgraded from HTTP/1.1.
        tls.alpn_protocols.clear();
        Ok(Self {
            exchange,
            tls: Arc::new(tls),
            local_address: network.options.local_address,
            connect_timeout,
            route: Route {
                exchange: host_and_port(base_url),
                proxy: proxy.as_ref().map(|proxy| proxy.host.clone()),
            },
            proxy,
        })
    }

    fn tcp(&self, address: usize) -> HttpConnector<Resolver> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver { address });
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_local_address(self.local_address);
        tcp.set_connect_timeout(Some(self.connect_timeout));
        tcp
    }
}

impl Dial for Network {
    fn dial(&self, address: usize) -> DialFuture {
        let (exchange, tls, tcp) = (
            self.exchange.clone(),
            Arc::clone(&self.tls),
            self.tcp(address),
        );
        let route = self.route.clone();
        let Some(proxy) = self.proxy.clone() else {
            return connect(HttpsConnector::from((tcp, tls)), exchange, route);
        };
        match proxy.uri.scheme_str() {
            Some("socks5" | "socks5h") => {
                let local_dns = proxy.uri.scheme_str() == Some("socks5");
                let mut socks = SocksV5::new(proxy.uri, tcp).local_dns(local_dns);
                if let Some((user, password)) = proxy.raw_auth {
                    socks = socks.with_auth(user, password);
                }
                connect(HttpsConnector::from((socks, tls)), exchange, route)
            }
            _ => {
                let mut tunnel =
                    Tunnel::new(proxy.uri, HttpsConnector::from((tcp, Arc::clone(&tls))));
                if let Some(auth) = proxy.basic_auth {
                    tunnel = tunnel.with_auth(auth);
                }
                connect(HttpsConnector::from((tunnel, tls)), exchange, route)
            }
        }
    }
}

fn connect<C, T>(mut connector: C, exchange: Uri, route: Route) -> DialFuture
where
    C: Service<Uri, Response = T> + Send + 'static,
    C::Error: Into<Box<dyn StdError + Send + Sync>>,
    C::Future: Send,
    TokioIo<T>: Io + 'static,
{
    Box::pin(async move {
        std::future::poll_fn(|context| connector.poll_ready(context))
            .await
            .map_err(|error| connect_error(error.into(), &route))?;
        match connector.call(exchange).await {
            Ok(io) => Ok(Box::new(TokioIo::new(io)) as BoxedIo),
            Err(error) => Err(connect_error(error.into(), &route)),
        }
    })
}

fn connect_error(error: Box<dyn StdError + Send + Sync>, route: &Route) -> TransportError {
    let kind = if tls_error(&*error).is_some() {
        TransportErrorKind::Tls
    } else if route.proxy.is_some() {
        TransportErrorKind::Proxy
    } else if network::sources(&*error).any(<dyn StdError>::is::<DnsError>) {
        TransportErrorKind::Dns
    } else {
        TransportErrorKind::Connect
    };
    let message = format!("{kind} ({route}): {}", reason(&*error));
    TransportError::new(kind, message, Some(error))
}

/// Resolves host names, and puts another address first for each connection.
#[derive(Clone)]
struct Resolver {
    address: usize,
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = DnsError;
    type Future = Pin<Box<dyn Future<Output = Result<vec::IntoIter<SocketAddr>, DnsError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DnsError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, host: Name) -> Self::Future {
        let first = self.address;
        Box::pin(async move {
            let mut addresses: Vec<_> = network::resolve(host.as_str()).await?.collect();
            let count = addresses.len();
            addresses.rotate_left(first.checked_rem(count).unwrap_or(0));
            Ok(addresses.into_iter())
        })
    }
}
