//! Orders on the mock exchange, signed with each kind of key.

use binance_futures::auth::{Credentials, PrivateKey};
use binance_futures::error::Error;
use binance_futures::mock::{Exchange, InvalidPublicKey};
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, NewOrder, OpenOrders, OrderAck};

use crate::PASSPHRASE;

const HMAC: &str = "hmac";
const SECRET: &str = "secret";
const RSA: &str = "rsa";
const LARGE_RSA: &str = "large-rsa";
const ED25519: &str = "ed25519";

/// A mock exchange with an account for each kind of key.
pub(crate) async fn exchange() -> Exchange {
    let builder = Exchange::builder()
        .key(HMAC, SECRET)
        .public_key(RSA, fixture!("rsa-2048-public.pem"))
        .unwrap()
        .public_key(LARGE_RSA, fixture!("rsa-4096-public.pem"))
        .unwrap()
        .public_key(ED25519, fixture!("ed25519-public.pem"))
        .unwrap();
    builder.start().await.unwrap()
}

fn with_key(api_key: &str, pem: &str) -> Credentials {
    let key = PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap();
    Credentials::private_key(api_key, key).unwrap()
}

/// Credentials of each kind.
pub(crate) fn every_kind() -> [Credentials; 3] {
    [
        Credentials::hmac(HMAC, SECRET).unwrap(),
        with_key(RSA, fixture!("rsa-2048.pem")),
        with_key(ED25519, fixture!("ed25519.pem")),
    ]
}

async fn place(exchange: &Exchange, credentials: Credentials) -> Result<OrderAck, Error> {
    let client = usdm::Client::builder()
        .base_url(exchange.url())
        .credentials(credentials)
        .build()
        .unwrap();
    // The base64 of several signatures contains each of `+`, `/` and `=`.
    for _ in 0..8 {
        client.send(OpenOrders::new()).await?;
    }
    let order = NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        Decimal::new(5, 3),
        50_000,
        TimeInForce::Gtc,
    );
    client.send(order.client_order_id("entry-7")).await
}

#[tokio::test]
async fn order_is_placed_with_each_kind_of_key() {
    for credentials in [
        Credentials::hmac(HMAC, SECRET).unwrap(),
        with_key(RSA, fixture!("rsa-2048.pem")),
        with_key(RSA, fixture!("rsa-2048-aes256.pem")),
        with_key(LARGE_RSA, fixture!("rsa-4096.pem")),
        with_key(ED25519, fixture!("ed25519-aes256.pem")),
    ] {
        // Each mock exchange starts with new accounts, so the client order id is not used yet.
        let placed = place(&exchange().await, credentials).await.unwrap();
        assert_eq!(placed.client_order_id, "entry-7");
    }
}

#[tokio::test]
async fn key_of_another_account_is_rejected() {
    let exchange = exchange().await;
    for (credentials, why) in [
        (
            with_key(RSA, fixture!("other-rsa.pem")),
            "RSA key of the account",
        ),
        (
            with_key(RSA, fixture!("rsa-4096.pem")),
            "RSA key of the account",
        ),
        (
            with_key(RSA, fixture!("ed25519.pem")),
            "RSA key of the account",
        ),
        (
            with_key(ED25519, fixture!("other-ed25519.pem")),
            "Ed25519 key of the account",
        ),
        (
            with_key(ED25519, fixture!("rsa-2048.pem")),
            "Ed25519 key of the account",
        ),
        (
            with_key(HMAC, fixture!("ed25519.pem")),
            "the signature of `timestamp=",
        ),
        (
            Credentials::hmac(RSA, SECRET).unwrap(),
            "RSA key of the account",
        ),
    ] {
        let error = place(&exchange, credentials).await.unwrap_err();
        assert_eq!(error.code(), Some(-1022), "{error}");
        let refused = exchange.rejected_requests().pop().unwrap();
        assert!(refused.detail.contains(why), "{refused}");
    }
}

#[test]
fn invalid_public_keys_are_rejected_with_advice() {
    let refused = |pem| {
        let refused = Exchange::builder().public_key("key", pem).unwrap_err();
        (refused, refused.to_string())
    };
    assert_eq!(
        refused(fixture!("ed25519.pem")),
        (
            InvalidPublicKey::NotPem,
            "the public key is not PEM that begins with `-----BEGIN PUBLIC KEY-----`: `openssl pkey -in KEY.pem -pubout -out PUBLIC.pem` writes the public key of a private key".to_owned()
        )
    );
    assert_eq!(
        refused(fixture!("ec-public.pem")),
        (
            InvalidPublicKey::Algorithm,
            "the public key is neither RSA nor Ed25519".to_owned()
        )
    );
}

#[tokio::test]
async fn exchange_with_public_keys_also_has_an_hmac_account() {
    let builder = Exchange::builder();
    let builder = builder.public_key(RSA, fixture!("rsa-2048-public.pem"));
    let exchange = builder.unwrap().start().await.unwrap();
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    place(&exchange, credentials).await.unwrap();
    assert!(!format!("{exchange:?}").contains(secret));
}
