//! Keys that this process does not hold.

use std::error::Error as _;
use std::future::ready;
use std::sync::{Arc, Mutex};

use binance_futures::sign::{Credentials, FutureSignature, Signature, Signer};

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
