//! Environments of the exchange.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};

use crate::request::{BaseUrls, Product};

/// An environment of the exchange, with its own accounts and API keys.
///
/// It determines the URLs of the REST API, the streams and the websocket API. Credentials belong to one environment, and a client of
/// another environment does not accept them.
///
/// Deserializes from `production`, `testnet` or `demo`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Real funds.
    #[default]
    Production,
    /// The test network.
    Testnet,
    /// Demo trading: the test network under other host names, as observed in September 2026. An API without such a host name uses that of
    /// the test network.
    Demo,
    /// A custom environment: see [`custom`](Self::custom) and [`mock`](Self::mock).
    Custom(Custom),
}

/// A custom environment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Custom(Arc<CustomParts>);

#[derive(PartialEq, Eq, Hash)]
struct CustomParts {
    name: String,
    urls: Endpoints,
}

#[derive(PartialEq, Eq, Hash)]
enum Endpoints {
    /// Both products under one URL.
    Root(String),
    Urls(Urls),
}

/// The URLs of a custom environment, for one product.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Urls {
    /// The base URL of the REST API, such as `https://host`. A path in it is prepended to the paths of requests.
    pub rest: String,
    /// The base URL of market and user data streams, such as `wss://host`.
    pub streams: String,
    /// The URL of the websocket API with its path, such as `wss://host/ws-fapi/v1`.
    pub ws_api: String,
}

impl Environment {
    /// Creates a custom environment. Credentials for it are accepted only by clients of an equal environment.
    ///
    /// For another host of the same environment, use `base_url` of the client builder.
    pub fn custom(name: impl Into<String>, urls: Urls) -> Self {
        Self::with_parts(name.into(), Endpoints::Urls(urls))
    }

    /// Creates the environment of a server that serves both products under one URL, such as `http://127.0.0.1:8080`.
    pub fn mock(root: impl Into<String>) -> Self {
        Self::with_parts(String::from("mock"), Endpoints::Root(root.into()))
    }

    fn with_parts(name: String, urls: Endpoints) -> Self {
        Self::Custom(Custom(Arc::new(CustomParts { name, urls })))
    }

    /// Returns the name, such as `testnet`.
    pub fn name(&self) -> &str {
        match self {
            Self::Production => "production",
            Self::Testnet => "testnet",
            Self::Demo => "demo",
            Self::Custom(custom) => &custom.0.name,
        }
    }

    /// Returns the base URL of a product's REST API. Returns `None` if the environment does not have it.
    pub fn rest_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.url_or_custom(P::REST) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Endpoints::Root(root)) => Some(Cow::Borrowed(root)),
            Err(Endpoints::Urls(urls)) => Some(Cow::Borrowed(&urls.rest)),
        }
    }

    /// Returns the base URL of a product's streams. Returns `None` if the environment does not have them.
    pub fn streams_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.url_or_custom(P::STREAMS) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Endpoints::Root(root)) => Some(websocket(root)),
            Err(Endpoints::Urls(urls)) => Some(Cow::Borrowed(&urls.streams)),
        }
    }

    /// Returns the URL of a product's websocket API. Returns `None` if the environment does not have it.
    pub fn ws_api_url<P: Product>(&self) -> Option<Cow<'_, str>> {
        match self.url_or_custom(P::WS_API) {
            Ok(host) => host.map(Cow::Borrowed),
            Err(Endpoints::Root(root)) => {
                let root = websocket(root.trim_end_matches('/'));
                Some(Cow::Owned(format!("{root}{}", path(P::WS_API.production))))
            }
            Err(Endpoints::Urls(urls)) => Some(Cow::Borrowed(&urls.ws_api)),
        }
    }

    fn url_or_custom(&self, hosts: BaseUrls) -> Result<Option<&'static str>, &Endpoints> {
        match self {
            Self::Production => Ok(Some(hosts.production)),
            Self::Testnet => Ok(hosts.testnet),
            // Demo trading is the test network under other host names, which not every API has.
            Self::Demo => Ok(hosts.demo.or(hosts.testnet)),
            Self::Custom(custom) => Err(&custom.0.urls),
        }
    }
}

/// Returns the URL with the websocket scheme.
fn websocket(root: &str) -> Cow<'_, str> {
    match root.strip_prefix("http") {
        Some(rest) => Cow::Owned(format!("ws{rest}")),
        None => Cow::Borrowed(root),
    }
}

/// Returns the path of a URL.
fn path(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    rest.find('/')
        .and_then(|begin| rest.get(begin..))
        .unwrap_or_default()
}

/// Prints the name.
impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Parses `production`, `testnet` or `demo`.
impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        [Self::Production, Self::Testnet, Self::Demo]
            .into_iter()
            .find(|environment| environment.name() == text)
            .ok_or_else(|| UnknownEnvironment(text.to_owned()))
    }
}

/// The error of parsing a text that is not the name of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment(String);

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.0;
        write!(
            f,
            "`{name}` is not an environment: the environments are `production`, `testnet` and `demo`"
        )
    }
}

impl std::error::Error for UnknownEnvironment {}

/// Deserializes the name of an environment.
impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}

#[cfg(all(test, feature = "usdm", feature = "coinm"))]
#[allow(clippy::unwrap_used, reason = "a panic fails the test")]
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
    fn each_environment_has_all_urls() {
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
    fn environment_parses_its_name() {
        for environment in [
            Environment::Production,
            Environment::Testnet,
            Environment::Demo,
        ] {
            assert_eq!(environment.to_string().parse(), Ok(environment.clone()));
            let json = format!("\"{environment}\"");
            let from_json = serde_json::from_str::<Environment>(&json);
            assert_eq!(from_json.unwrap(), environment);
        }
        for other in ["", "Production", "prod", "mock", " testnet"] {
            let error = other.parse::<Environment>().unwrap_err();
            let message = format!(
                "`{other}` is not an environment: the environments are `production`, `testnet` and `demo`"
            );
            assert_eq!(error.to_string(), message);
            let from_json = serde_json::from_str::<Environment>(&format!("{other:?}"));
            assert!(from_json.unwrap_err().to_string().starts_with(&message));
        }
    }

    #[test]
    fn demo_falls_back_to_testnet_urls() {
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
    fn mock_environment_has_one_root() {
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
    fn custom_environments_are_equal_by_name_and_urls() {
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
