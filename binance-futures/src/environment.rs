//! Where the exchange is.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::request::{BaseUrls, Product};

/// One of the exchange's worlds, each with accounts and keys of its own.
///
/// It says where requests, streams and the websocket API are, all of one world. Credentials are
/// bound to one, and a client of another refuses them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Real money.
    #[default]
    Production,
    /// The test network.
    Testnet,
    /// Demo trading, against production's prices.
    Demo,
    /// A world of one's own: see [`custom`](Self::custom) and [`mock`](Self::mock).
    Custom(Custom),
}

/// A world of one's own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Custom(Arc<Place>);

#[derive(PartialEq, Eq, Hash)]
struct Place {
    name: String,
    urls: Where,
}

#[derive(PartialEq, Eq, Hash)]
enum Where {
    /// Everything of both products under one root.
    Root(String),
    Urls(Urls),
}

/// Where each of the exchange's parts is, for one product.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Urls {
    /// Requests: `https://host`. A path in it goes before every request's own.
    pub rest: String,
    /// Market streams and user data: `wss://host`.
    pub streams: String,
    /// The websocket API, with its path: `wss://host/ws-fapi/v1`.
    pub ws_api: String,
}

impl Environment {
    /// A world with a name and URLs of its own. Only an equal one takes its credentials.
    ///
    /// Another host of the same world is no environment: a client takes that by `base_url`.
    pub fn custom(name: impl Into<String>, urls: Urls) -> Self {
        Self::place(name.into(), Where::Urls(urls))
    }

    /// An exchange that serves both products under one root, such as `http://127.0.0.1:8080`.
    pub fn mock(root: impl Into<String>) -> Self {
        Self::place(String::from("mock"), Where::Root(root.into()))
    }

    fn place(name: String, urls: Where) -> Self {
        Self::Custom(Custom(Arc::new(Place { name, urls })))
    }

    /// Its name: `testnet`.
    pub fn name(&self) -> &str {
        match self {
            Self::Production => "production",
            Self::Testnet => "testnet",
            Self::Demo => "demo",
            Self::Custom(custom) => &custom.0.name,
        }
    }

    /// Where a product's requests go; none where the product is not in this world.
    pub fn rest_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.place_or(P::REST) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Where::Root(root)) => Some(Cow::Borrowed(root)),
            Err(Where::Urls(urls)) => Some(Cow::Borrowed(&urls.rest)),
        }
    }

    /// Where a product's streams come from; none where the product is not in this world.
    pub fn streams_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.place_or(P::STREAMS) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Where::Root(root)) => Some(websocket(root)),
            Err(Where::Urls(urls)) => Some(Cow::Borrowed(&urls.streams)),
        }
    }

    /// Where a product's websocket API is; none where the product is not in this world.
    pub fn ws_api_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.place_or(P::WS_API) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Where::Root(root)) => {
                let root = websocket(root.trim_end_matches('/'));
                Some(Cow::Owned(format!("{root}{}", path(P::WS_API.production))))
            }
            Err(Where::Urls(urls)) => Some(Cow::Borrowed(&urls.ws_api)),
        }
    }

    fn place_or(&self, hosts: BaseUrls) -> Result<Option<&'static str>, &Where> {
        match self {
            Self::Production => Ok(Some(hosts.production)),
            Self::Testnet => Ok(hosts.testnet),
            // Demo trading is the test network under other names, and not each part has one.
            Self::Demo => Ok(hosts.demo.or(hosts.testnet)),
            Self::Custom(custom) => Err(&custom.0.urls),
        }
    }
}

/// The same place for websockets.
fn websocket(root: &str) -> Cow<'_, str> {
    match root.strip_prefix("http") {
        Some(rest) => Cow::Owned(format!("ws{rest}")),
        None => Cow::Borrowed(root),
    }
}

/// The path of a URL.
fn path(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    rest.find('/')
        .and_then(|begin| rest.get(begin..))
        .unwrap_or_default()
}

/// Prints its name.
impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads `production`, `testnet` or `demo`, as a configuration may have it.
impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        [Self::Production, Self::Testnet, Self::Demo]
            .into_iter()
            .find(|environment| environment.name() == text)
            .ok_or_else(|| UnknownEnvironment(text.to_owned()))
    }
}

/// A text names none of the exchange's environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment(String);

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.0;
        write!(
            f,
            "`{name}` is no environment: they are `production`, `testnet` and `demo`"
        )
    }
}

impl std::error::Error for UnknownEnvironment {}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}

#[cfg(all(test, feature = "usdm", feature = "coinm"))]
#[allow(clippy::unwrap_used, reason = "what panics here has failed")]
mod tests {
    use super::*;
    use crate::coinm::CoinM;
    use crate::usdm::Usdm;

    fn urls<P: Product>(environment: &Environment) -> [String; 3] {
        [
            environment.rest_url::<P>(),
            environment.streams_url::<P>(),
            environment.ws_api_url::<P>(),
        ]
        .map(|url| url.unwrap().into_owned())
    }

    #[test]
    fn one_value_says_where_everything_is() {
        for environment in [
            Environment::Production,
            Environment::Testnet,
            Environment::Demo,
        ] {
            for urls in [urls::<Usdm>(&environment), urls::<CoinM>(&environment)] {
                let [rest, streams, ws_api] = urls;
                assert!(rest.starts_with("https://"), "{rest}");
                assert!(streams.starts_with("wss://"), "{streams}");
                assert!(ws_api.starts_with("wss://"), "{ws_api}");
            }
        }
    }

    #[test]
    fn an_environment_is_read_by_its_name() {
        for environment in [
            Environment::Production,
            Environment::Testnet,
            Environment::Demo,
        ] {
            assert_eq!(environment.to_string().parse(), Ok(environment));
        }
        for other in ["", "Production", "prod", "mock", " testnet"] {
            let error = other.parse::<Environment>().unwrap_err();
            let message =
                format!("`{other}` is no environment: they are `production`, `testnet` and `demo`");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn demo_takes_the_test_networks_places_where_it_has_none() {
        assert_eq!(Usdm::WS_API.demo, None);
        assert_eq!(
            Environment::Demo.ws_api_url::<Usdm>().as_deref(),
            Usdm::WS_API.testnet
        );
        assert_eq!(
            Environment::Demo.rest_url::<Usdm>().as_deref(),
            Usdm::REST.demo
        );
    }

    #[test]
    fn a_mock_exchange_has_everything_under_one_root() {
        let environment = Environment::mock("http://127.0.0.1:8080/x/");
        assert_eq!(
            urls::<Usdm>(&environment),
            [
                "http://127.0.0.1:8080/x/",
                "ws://127.0.0.1:8080/x/",
                "ws://127.0.0.1:8080/x/ws-fapi/v1"
            ]
        );
        assert_eq!(
            environment.ws_api_url::<CoinM>().unwrap(),
            "ws://127.0.0.1:8080/x/ws-dapi/v1"
        );
        assert_eq!(
            Environment::mock("https://host").streams_url::<Usdm>(),
            Some(Cow::Borrowed("wss://host"))
        );
    }

    #[test]
    fn worlds_are_the_same_by_name_and_place() {
        let one = |name: &str, host: &str| {
            let urls = Urls {
                rest: format!("https://{host}"),
                streams: format!("wss://{host}"),
                ws_api: format!("wss://{host}/ws-fapi/v1"),
            };
            Environment::custom(name, urls)
        };
        assert_eq!(one("a", "x"), one("a", "x"));
        assert_ne!(one("a", "x"), one("b", "x"));
        assert_ne!(one("a", "x"), one("a", "y"));
        assert_ne!(Environment::mock("http://a"), Environment::mock("http://b"));
        assert_eq!(urls::<Usdm>(&one("a", "x"))[1], "wss://x");
        assert_eq!(
            format!("{} {:?}", one("a", "x"), one("a", "x")),
            "a Custom(a)"
        );
    }
}
