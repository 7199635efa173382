//! An API key belongs to one environment.

use binance_futures::environment::{Environment, Urls};
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::usdm;

use crate::support::credentials;
use crate::support::server::{Server, json_response};

fn custom() -> Environment {
    Environment::custom(
        "colocated",
        Urls {
            rest: String::from("https://gateway.example/futures/"),
            streams: String::from("wss://gateway.example"),
            ws_api: String::from("wss://gateway.example/api"),
        },
    )
}

fn all() -> [Environment; 6] {
    [
        Environment::Production,
        Environment::Testnet,
        Environment::Demo,
        Environment::mock("http://127.0.0.1:1"),
        Environment::mock("http://127.0.0.1:2"),
        custom(),
    ]
}

#[test]
fn build_rejects_a_key_of_another_environment() {
    for key_environment in all() {
        for client_environment in all() {
            let built = usdm::Client::builder()
                .credentials(credentials().for_environment(key_environment.clone()))
                .environment(client_environment.clone())
                .build();
            assert_eq!(
                built.is_ok(),
                key_environment == client_environment,
                "{key_environment} {client_environment}"
            );
        }
    }
    let error = usdm::Client::builder()
        .environment(Environment::Testnet)
        .credentials(credentials())
        .build()
        .unwrap_err();
    assert!(matches!(
        error,
        Error::InvalidRequest(InvalidRequest::WrongEnvironment { .. })
    ));
    assert_eq!(
        error.to_string(),
        "the credentials belong to production and the client to testnet: set the environment of an API key with `Credentials::for_environment`"
    );
}

#[test]
fn client_uses_the_environment_of_its_key_by_default() {
    for environment in all() {
        let client = usdm::Client::builder()
            .credentials(credentials().for_environment(environment.clone()))
            .build()
            .unwrap();
        assert_eq!(*client.environment(), environment);
        let url = environment.rest_url::<usdm::Usdm>().unwrap().into_owned();
        let base = format!("{:?}", url.trim_end_matches('/'));
        assert!(format!("{client:?}").contains(&base), "{client:?}");
    }
    let client = usdm::Client::builder().build().unwrap();
    assert_eq!(*client.environment(), Environment::Production);
}

#[tokio::test]
async fn another_host_of_the_same_environment_accepts_the_same_key() {
    let server = Server::responding(json_response("200 OK", "{}"));
    let client = usdm::Client::builder()
        .environment(Environment::Testnet)
        .base_url(format!("{}/a/prefix/", server.url))
        .credentials(credentials().for_environment(Environment::Testnet))
        .build()
        .unwrap();
    client.send(usdm::Ping::new()).await.unwrap();
    assert_eq!(server.received()[0].target, "/a/prefix/fapi/v1/ping");
}

#[tokio::test]
async fn read_only_client_sends_read_only_requests() {
    let server = Server::responding(json_response("200 OK", r#"{"serverTime":7}"#));
    let client: usdm::ReadOnlyClient = server.client().read_only();
    client.send(usdm::ServerTime::new()).await.unwrap();
    client.sync_clock().await.unwrap();
    assert_eq!(server.received().len(), 4);
}
