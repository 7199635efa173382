//! Keys that this process does not hold.

use std::error::Error as _;
use std::future::ready;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::auth::{Credentials, FutureSignature, Signature, Signer};
use binance_futures::error::{Error, Outcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::rest::Sendable;
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, NewOrder, QueryOrder};

/// Remembers what it was asked to sign.
#[derive(Clone, Default)]
struct Vault(Arc<Mutex<Vec<u8>>>);

impl Signer for Vault {
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.lock().unwrap().extend(payload);
            Ok(Signature::base64(b"signed elsewhere"))
        })
    }
}

/// Signs as the exchange wants it, after a while, as long as it is asked so often at most.
struct Distant {
    credentials: Credentials,
    left: AtomicU32,
}

impl Distant {
    fn new(times: u32) -> Self {
        Self {
            credentials: Credentials::hmac("key", "secret").unwrap(),
            left: AtomicU32::new(times),
        }
    }
}

impl Signer for Distant {
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
                return Err("the vault is tired".into());
            }
            Ok(self.credentials.sign(str::from_utf8(payload)?).await?)
        })
    }
}

async fn exchange() -> Exchange {
    let builder = Exchange::builder().key("key", "secret");
    builder.start().await.unwrap()
}

fn client(exchange: &Exchange, signer: impl Signer + 'static) -> usdm::Client {
    let credentials = Credentials::external("key", signer).unwrap();
    usdm::Client::builder()
        .credentials(credentials.for_environment(exchange.environment()))
        .build()
        .unwrap()
}

fn order() -> NewOrder {
    let (quantity, price) = (Decimal::new(5, 3), 50_000);
    NewOrder::limit("BTCUSDT", Side::Buy, quantity, price, TimeInForce::Gtc)
}

#[tokio::test]
async fn an_order_is_placed_with_a_key_that_is_elsewhere() {
    let exchange = exchange().await;
    let client = client(&exchange, Distant::new(10));
    let placed = client.send(order()).await.unwrap();
    let found = client
        .send(QueryOrder::new("BTCUSDT", placed.order_id))
        .await;
    assert_eq!(found.unwrap().client_order_id, placed.client_order_id);
}

#[tokio::test]
async fn nothing_is_sent_that_nobody_signed() {
    let exchange = exchange().await;
    let error = client(&exchange, Broken).send(order()).await.unwrap_err();
    assert!(matches!(error, Error::Signing(_)));
    assert_eq!(error.outcome(), Outcome::NoEffect);
    assert_eq!(error.to_string(), "the signer failed, and nothing was sent");
    assert!(exchange.rejected_requests().is_empty());
}

#[tokio::test]
async fn what_was_refused_first_is_told_when_it_cannot_be_signed_again() {
    let exchange = exchange().await;
    exchange.inject_fault(Fault::status(503, r#"{"msg":"Service Unavailable."}"#));
    let client = client(&exchange, Distant::new(1));
    let error = client.send(order()).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
}

/// Never answers.
struct Silent;

impl Signer for Silent {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_signer_is_waited_for_no_longer_than_the_call_may_take() {
    let exchange = exchange().await;
    let call = order().with().timeout(Duration::from_millis(50));
    let error = client(&exchange, Silent).send(call).await.unwrap_err();
    assert!(matches!(error, Error::Signing(_)));
    assert_eq!(error.outcome(), Outcome::NoEffect);
}

/// Has lost its key.
struct Broken;

impl Signer for Broken {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(ready(Err("the vault is locked".into())))
    }
}

#[tokio::test]
async fn a_signer_is_given_the_payload_byte_by_byte_and_waited_for() {
    let vault = Vault::default();
    let credentials = Credentials::external("key", vault.clone()).unwrap();
    let payload = "symbol=%E6%B5%8B&timestamp=1";
    let signature = credentials.sign(payload).await.unwrap();
    assert_eq!(signature.as_str(), "c2lnbmVkIGVsc2V3aGVyZQ==");
    assert_eq!(*vault.0.lock().unwrap(), payload.as_bytes());
}

#[tokio::test]
async fn a_signer_that_fails_is_told_with_its_reason() {
    let credentials = Credentials::external("key", Broken).unwrap();
    let error = credentials.sign("symbol=hushhush").await.unwrap_err();
    assert_eq!(error.to_string(), "the signer failed, and nothing was sent");
    assert_eq!(error.source().unwrap().to_string(), "the vault is locked");
    assert!(!format!("{error:?}").contains("hushhush"));
}

#[test]
fn the_api_key_beside_a_signer_is_looked_at_too() {
    use binance_futures::error::InvalidCredentials::{EmptyKey, KeyCharacter};
    assert_eq!(Credentials::external("", Broken).unwrap_err(), EmptyKey);
    assert_eq!(
        Credentials::external("key\n", Broken).unwrap_err(),
        KeyCharacter
    );
}
