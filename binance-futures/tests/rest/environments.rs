//! Keys belong to the world where they were made.

use binance_futures::auth::Credentials;
use binance_futures::environment::{Environment, Urls};
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::usdm;

use crate::server::{KEY, SECRET, Server, json};

fn credentials() -> Credentials {
    Credentials::hmac(KEY, SECRET).unwrap()
}

fn own() -> Environment {
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
        own(),
    ]
}

#[test]
fn a_key_of_another_environment_is_refused_when_the_client_is_built() {
    for of_key in all() {
        for of_client in all() {
            let built = usdm::Client::builder()
                .credentials(credentials().for_environment(of_key.clone()))
                .environment(of_client.clone())
                .build();
            assert_eq!(built.is_ok(), of_key == of_client, "{of_key} {of_client}");
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
        "the credentials are of production and the client of testnet: say where a key was made by `Credentials::for_environment`"
    );
}

#[test]
fn a_client_goes_where_its_key_was_made_unless_told_otherwise() {
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
async fn another_host_of_the_same_environment_takes_the_same_key() {
    let server = Server::answering(json("200 OK", "{}"));
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
async fn a_read_only_client_asks() {
    let server = Server::answering(json("200 OK", r#"{"serverTime":7}"#));
    let client: usdm::ReadOnlyClient = server.client().read_only();
    client.send(usdm::ServerTime::new()).await.unwrap();
    client.sync_clock().await.unwrap();
    assert_eq!(server.received().len(), 4);
}
