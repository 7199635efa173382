//! Proxies from environment variables. The test starts this program again with other variables.

use binance_futures::usdm::streams::AggTrades;

use crate::proxies::{
    HEADER_CREDENTIALS, HOST, PLAIN_CREDENTIALS, URL_CREDENTIALS, exchange, only_request,
};
use crate::support::builder;
use crate::support::certificates::Authority;
use crate::support::programs::run_again;
use crate::support::proxy::{Behavior, Proxy};
use crate::support::server::Server;

/// The variables that tell the started program where to connect, and which root certificate to add.
const BASE: &str = "BINANCE_FUTURES_TEST_BASE";
const CERTIFICATE: &str = "BINANCE_FUTURES_TEST_CERTIFICATE";

/// Connects in another process, with these variables and no others for proxies. Returns what it prints.
async fn connect_with(variables: &[(&str, String)]) -> String {
    run_again(
        "proxy_environment::environment_variables_select_the_proxy",
        variables,
    )
    .await
}

/// Connects with the proxies of the environment, and without proxies.
async fn connect_and_print(base: String) {
    for with_proxies in [true, false] {
        let certificate = std::env::var(CERTIFICATE).unwrap();
        let mut builder = builder(&base).root_certificate(certificate);
        if !with_proxies {
            builder = builder.no_proxy();
        }
        let connector = match builder.build_connector() {
            Ok(connector) => connector,
            Err(error) => {
                println!("no connector: {error}");
                continue;
            }
        };
        match connector.socket([AggTrades::new("BTCUSDT")]).await {
            Ok(_) => println!("connected"),
            Err(error) => println!("{error}"),
        }
    }
}

#[tokio::test]
async fn environment_variables_select_the_proxy() {
    if let Ok(base) = std::env::var(BASE) {
        return connect_and_print(base).await;
    }
    let authority = Authority::new();
    for (scheme, variable, proxy_scheme) in [
        ("wss", "HTTPS_PROXY", "http"),
        ("wss", "https_proxy", "http"),
        ("ws", "HTTP_PROXY", "http"),
        ("ws", "ALL_PROXY", "socks5h"),
        ("wss", "ALL_PROXY", "socks5h"),
    ] {
        let server = exchange(scheme, &authority).await;
        let behavior = match proxy_scheme {
            "socks5h" => Behavior::Socks {
                with_password: true,
            },
            _ => Behavior::Http,
        };
        let proxy = Proxy::new(behavior, server.address).await;
        let base = (BASE, format!("{scheme}://{HOST}"));
        let certificate = (CERTIFICATE, authority.pem());
        let url = format!("{proxy_scheme}://{URL_CREDENTIALS}@{}", proxy.address);
        let variable = (variable, url);
        let printed = connect_with(&[base.clone(), certificate.clone(), variable.clone()]).await;
        assert!(printed.contains("connected"), "{printed}");
        let direct = format!("no connection to the exchange ({HOST}): the host name cannot be");
        assert!(printed.contains(&direct), "{printed}");
        assert_eq!(server.received().len(), 1);
        let credentials = only_request(&proxy).credentials;
        let expected = [HEADER_CREDENTIALS, PLAIN_CREDENTIALS].map(|text| Some(text.to_owned()));
        assert!(expected.contains(&credentials), "{credentials:?}");

        let exception = ("NO_PROXY", format!("other.invalid, {HOST}"));
        let printed = connect_with(&[base, certificate.clone(), variable.clone(), exception]).await;
        assert_eq!(printed.matches(&direct).count(), 2, "{printed}");

        // Loopback addresses are reached without a proxy.
        let local = Server::new().await;
        let base = (BASE, local.url.clone());
        let printed = connect_with(&[base, certificate, variable]).await;
        assert_eq!(printed.matches("connected").count(), 2, "{printed}");
        assert_eq!(local.received().len(), 2);
        assert_eq!(proxy.requests().len(), 1);
    }
}

#[tokio::test]
async fn invalid_proxy_in_the_environment_is_an_error() {
    for (base, variable, url) in [
        ("wss", "HTTPS_PROXY", "htp://s3cr3t@proxy:3128"),
        ("ws", "HTTP_PROXY", "ftp://s3cr3t@proxy"),
        ("wss", "all_proxy", "htp://s3cr3t@proxy"),
    ] {
        let printed = connect_with(&[
            (BASE, format!("{base}://{HOST}")),
            (CERTIFICATE, Authority::new().pem()),
            (variable, url.to_owned()),
        ])
        .await;
        let message = "no connector: the proxy URL in the environment variable `HTTPS_PROXY`";
        assert_eq!(printed.matches(message).count(), 1, "{printed}");
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
}
