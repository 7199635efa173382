//! Connectors: their environment and their governor.

use std::time::{Duration, Instant};

use binance_futures::auth::Credentials;
use binance_futures::client::Retry;
use binance_futures::environment::{Environment, Urls};
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::governor::{Governor, WhenLimited};
use binance_futures::mock::{Exchange, StreamFault};
use binance_futures::usdm::{self, Ping};

use crate::support::certificates::Authority;
use crate::support::server::{Reply, Server, response};
use crate::support::{builder, failure_of, read_trade_of};

fn credentials() -> Credentials {
    Credentials::hmac("key-of-production", "s3cr3t").unwrap()
}

#[test]
fn custom_environment_refuses_production_keys() {
    let urls = Urls {
        rest: "https://host".to_owned(),
        streams: "wss://host".to_owned(),
        ws_api: "wss://host/ws-fapi/v1".to_owned(),
    };
    for environment in [
        Environment::custom("desk", urls),
        Environment::mock("http://127.0.0.1:1"),
        Environment::Testnet,
        Environment::Demo,
    ] {
        let name = environment.name().to_owned();
        let error = usdm::Connector::builder()
            .environment(environment.clone())
            .credentials(credentials())
            .build_connector()
            .unwrap_err();
        match &error {
            Error::InvalidRequest(InvalidRequest::WrongEnvironment {
                credentials,
                client,
            }) => {
                assert_eq!((&**credentials, &*name), ("production", &**client));
            }
            other => panic!("{other:?}"),
        }
        // Keys of that environment are accepted.
        usdm::Connector::builder()
            .credentials(credentials().for_environment(environment))
            .build_connector()
            .unwrap();
    }
}

#[test]
fn streams_url_keeps_the_environment() {
    let connector = builder("wss://desk.example")
        .credentials(credentials())
        .build_connector()
        .unwrap();
    let printed = format!("{connector:?}");
    assert!(printed.contains("Production") && printed.contains("desk.example"));
    assert!(
        !printed.contains("s3cr3t") && !printed.contains("key-of"),
        "{printed}"
    );
}

#[tokio::test]
async fn connector_of_a_client_has_its_network_options() {
    let authority = Authority::new();
    let server = Server::with_tls(authority.server("127.0.0.1")).await;
    let client = usdm::Client::builder()
        .streams_url(&server.url)
        .root_certificate(authority.pem())
        .user_agent("desk/1.0")
        .header("X-Gateway", "7")
        .build()
        .unwrap();
    read_trade_of(&client.connector().unwrap()).await;
    assert_eq!(server.only().header("user-agent"), ["desk/1.0"]);
    assert_eq!(server.only().header("x-gateway"), ["7"]);
}

#[tokio::test]
async fn connector_of_a_client_shares_its_governor() {
    let exchange = Exchange::start().await.unwrap();
    let client = usdm::Client::builder()
        .environment(exchange.environment())
        .retry(Retry::never())
        .when_limited(WhenLimited::Fail)
        .build()
        .unwrap();
    let connector = client.connector().unwrap();
    client.send(Ping::new()).await.unwrap();
    exchange.inject_stream_fault(StreamFault::RefuseConnections {
        status: 418,
        retry_after: Some(3600),
        duration: Duration::from_secs(3600),
    });
    let error = failure_of(&connector).await;
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    // The exchange counts by IP address, so the client's requests would be rejected as well.
    let error = client.send(Ping::new()).await.unwrap_err();
    assert!(matches!(error, Error::Throttled(_)), "{error:?}");

    // A client with another governor does not know of it.
    let other = usdm::Client::builder().environment(exchange.environment());
    other.build().unwrap().send(Ping::new()).await.unwrap();
}

#[tokio::test]
async fn attempts_to_connect_are_spaced_even_if_they_fail() {
    let server = Server::replying(Reply::Write(vec![response("502 Bad Gateway", &[], "")])).await;
    let gap = Duration::from_millis(100);
    let governor = Governor::builder().connection_gap(gap).build();
    let connectors = [(); 2].map(|()| {
        let builder = builder(&server.url).governor(governor.clone());
        builder.build_connector().unwrap()
    });
    let began = Instant::now();
    for _ in 0..3 {
        for connector in &connectors {
            let error = failure_of(connector).await;
            assert!(matches!(error, Error::Server(_)), "{error:?}");
        }
    }
    assert!(began.elapsed() >= 5 * gap, "{:?}", began.elapsed());
}

#[test]
fn invalid_streams_url_of_an_environment_is_reported() {
    let urls = Urls {
        rest: "https://host".to_owned(),
        streams: "host".to_owned(),
        ws_api: "wss://host/ws-fapi/v1".to_owned(),
    };
    let built = usdm::Connector::builder().environment(Environment::custom("desk", urls));
    let error = built.build_connector().unwrap_err();
    assert!(
        matches!(
            error,
            Error::InvalidRequest(InvalidRequest::WebsocketUrl { .. })
        ),
        "{error:?}"
    );
}
