//! External signers (HSM, KMS).

use std::error::Error as _;
use std::future::ready;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::auth::{Credentials, FutureSignature, Signature, Signer};
use binance_futures::client::WithOptions;
use binance_futures::error::{Error, InvalidCredentialsKind, Outcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, NewOrder, QueryOrder};

/// Records the payload that it signs.
#[derive(Clone, Default)]
struct RecordingSigner(Arc<Mutex<Vec<u8>>>);

impl Signer for RecordingSigner {
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.lock().unwrap().extend(payload);
            Ok(Signature::base64(b"signed externally"))
        })
    }
}

/// Signs correctly after a delay, a limited number of times, and then fails.
struct DelayedSigner {
    credentials: Credentials,
    left: AtomicU32,
}

impl DelayedSigner {
    fn new(times: u32) -> Self {
        Self {
            credentials: Credentials::hmac("key", "secret").unwrap(),
            left: AtomicU32::new(times),
        }
    }
}

impl Signer for DelayedSigner {
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
                return Err("the signer has reached its limit".into());
            }
            Ok(self.credentials.sign(payload).await?)
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
async fn order_is_placed_with_an_external_signer() {
    let exchange = exchange().await;
    let client = client(&exchange, DelayedSigner::new(10));
    let placed = client.send(order()).await.unwrap();
    let found = client
        .send(QueryOrder::new("BTCUSDT", placed.order_id))
        .await;
    assert_eq!(found.unwrap().client_order_id, placed.client_order_id);
}

#[tokio::test]
async fn nothing_is_sent_without_a_signature() {
    let exchange = exchange().await;
    let error = client(&exchange, FailingSigner)
        .send(order())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Signing(_)));
    assert_eq!(error.outcome(), Outcome::NoEffect);
    assert_eq!(error.to_string(), "the signer failed, and nothing was sent");
    assert!(exchange.rejected_requests().is_empty());
}

#[tokio::test]
async fn first_error_is_returned_when_a_retry_cannot_be_signed() {
    let exchange = exchange().await;
    exchange.inject_fault(Fault::status(503, r#"{"msg":"Service Unavailable."}"#));
    let client = client(&exchange, DelayedSigner::new(1));
    let error = client.send(order()).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
}

/// Never completes.
struct PendingSigner;

impl Signer for PendingSigner {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn timeout_of_a_call_includes_the_signer() {
    let exchange = exchange().await;
    let call = order().with().timeout(Duration::from_millis(50));
    let error = client(&exchange, PendingSigner)
        .send(call)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Signing(_)));
    assert_eq!(error.outcome(), Outcome::NoEffect);
}

/// Always fails.
struct FailingSigner;

impl Signer for FailingSigner {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(ready(Err("the key is locked".into())))
    }
}

#[tokio::test]
async fn signer_receives_the_exact_payload() {
    let signer = RecordingSigner::default();
    let credentials = Credentials::external("key", signer.clone()).unwrap();
    let payload = "symbol=%E6%B5%8B&timestamp=1";
    let signature = credentials.sign(payload.as_bytes()).await.unwrap();
    assert_eq!(signature.as_str(), "c2lnbmVkIGV4dGVybmFsbHk=");
    assert_eq!(*signer.0.lock().unwrap(), payload.as_bytes());
}

#[tokio::test]
async fn error_of_a_signer_is_the_source() {
    let credentials = Credentials::external("key", FailingSigner).unwrap();
    let error = credentials.sign(b"symbol=hushhush").await.unwrap_err();
    assert_eq!(error.to_string(), "the signer failed, and nothing was sent");
    assert_eq!(error.source().unwrap().to_string(), "the key is locked");
    assert!(!format!("{error:?}").contains("hushhush"));
}

#[test]
fn api_key_of_an_external_signer_is_checked() {
    for (key, message) in [
        (
            "",
            "the API key is empty: check that the variable it is read from is set",
        ),
        (
            "key\n",
            "the API key contains a line break, a space or another character that is not printable ASCII: trim the text it is read from",
        ),
    ] {
        let error = Credentials::external(key, FailingSigner).unwrap_err();
        assert_eq!(error.kind(), InvalidCredentialsKind::ApiKey);
        assert_eq!(error.to_string(), message);
    }
}
