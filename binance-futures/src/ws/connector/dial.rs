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

    /// Returns the hosts of the connections. Returns `None` without a network.
    fn route(&self) -> Option<&Route> {
        None
    }
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

    fn tcp<R>(&self, resolver: R) -> HttpConnector<R> {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_local_address(self.local_address);
        tcp.set_connect_timeout(Some(self.connect_timeout));
        tcp
    }
}

impl Dial for Network {
    fn route(&self) -> Option<&Route> {
        Some(&self.route)
    }

    fn dial(&self, address: usize) -> DialFuture {
        let (exchange, tls, tcp) = (
            self.exchange.clone(),
            Arc::clone(&self.tls),
            self.tcp(Resolver { address }),
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
            let addresses = network::resolve(host.as_str()).await?;
            Ok(rotate(addresses.collect(), first).into_iter())
        })
    }
}

/// Puts another address first.
fn rotate(mut addresses: Vec<SocketAddr>, first: usize) -> Vec<SocketAddr> {
    let first = first.checked_rem(addresses.len()).unwrap_or(0);
    addresses.rotate_left(first);
    addresses
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};

    use tokio::net::TcpListener;

    use super::*;

    fn network(url: &str) -> Network {
        let seconds = Duration::from_secs(10);
        let url = Url::parse(url).unwrap();
        Network::new(&network::Network::default(), &url, seconds).unwrap()
    }

    #[tokio::test]
    async fn small_frames_are_sent_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = network(&format!("ws://{}", listener.local_addr().unwrap()));
        let mut tcp = network.tcp(Resolver { address: 0 });
        let io = tcp.call(network.exchange.clone()).await.unwrap();
        assert!(io.inner().nodelay().unwrap());
    }

    /// Resolves every name to these addresses.
    #[derive(Clone)]
    struct Fixed(Vec<SocketAddr>);

    impl Service<Name> for Fixed {
        type Response = vec::IntoIter<SocketAddr>;
        type Error = Infallible;
        type Future = Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Name) -> Self::Future {
            ready(Ok(self.0.clone().into_iter()))
        }
    }

    /// Other loopback addresses than the first one exist on Linux only.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn all_addresses_of_a_host_are_tried() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let network = network(&format!("ws://exchange.invalid:{port}"));
        for refusing in [
            &["127.0.0.2"][..],
            &["::1"],
            &["::1", "127.0.0.2", "127.0.0.3"],
        ] {
            let addresses = refusing.iter().chain(&["127.0.0.1"]);
            let addresses = addresses.map(|ip| SocketAddr::new(ip.parse().unwrap(), 0));
            let mut tcp = network.tcp(Fixed(addresses.collect()));
            let io = tcp.call(network.exchange.clone()).await.unwrap();
            assert_eq!(
                io.inner().peer_addr().unwrap().ip().to_string(),
                "127.0.0.1"
            );
        }
    }

    #[test]
    fn another_address_is_first_for_each_connection() {
        let addresses = |first: usize| {
            let all = ["1.1.1.1", "2.2.2.2", "3.3.3.3"].map(|ip| ip.parse().unwrap());
            let rotated = rotate(all.map(|ip| SocketAddr::new(ip, 0)).to_vec(), first);
            rotated
                .into_iter()
                .map(|address| address.ip().to_string().chars().take(1).collect::<String>())
                .collect::<String>()
        };
        assert_eq!(
            [0, 1, 2, 3, 7].map(addresses),
            ["123", "231", "312", "123", "231"]
        );
        assert!(rotate(Vec::new(), 5).is_empty());
    }
}
