//! Keys of every supported format are read, and their signatures equal those of other implementations.

use binance_futures::auth::{Credentials, PrivateKey};

use crate::PASSPHRASE;

const PAYLOAD: &str = fixture!("payload.txt");
const RSA_SIGNATURE: &str = fixture!("rsa-2048.signature.txt");
const ED25519_SIGNATURE: &str =
    "qpPqj9/M2kbOIp+0Srtb9BAqCDuerbkDibsj/KiNydjCAqNTLC2OdUgCq/StcxWSXc2vDgmJ/hTEuBgJX+bwBw==";

fn plain(pem: impl AsRef<[u8]>) -> PrivateKey {
    PrivateKey::from_pem(pem).unwrap()
}

fn encrypted(pem: &str) -> PrivateKey {
    PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap()
}

async fn signature(key: PrivateKey, payload: &str) -> String {
    let credentials = Credentials::private_key("key", key).unwrap();
    let signature = credentials.sign(payload.as_bytes()).await.unwrap();
    signature.as_str().to_owned()
}

#[tokio::test]
async fn rsa_keys_of_every_format_sign_like_openssl() {
    for (key, expected) in [
        (plain(fixture!("rsa-2048.pem")), RSA_SIGNATURE),
        (plain(fixture!("rsa-2048-pkcs1.pem")), RSA_SIGNATURE),
        (plain(fixture!("rsa-swapped-primes.pem")), RSA_SIGNATURE),
        // The private exponent of this key is wrong. It is not used: RSA signs with the primes.
        (plain(fixture!("rsa-wrong-exponent.pem")), RSA_SIGNATURE),
        (encrypted(fixture!("rsa-2048-aes256.pem")), RSA_SIGNATURE),
        (encrypted(fixture!("rsa-2048-des3-sha1.pem")), RSA_SIGNATURE),
        (encrypted(fixture!("rsa-2048-scrypt.pem")), RSA_SIGNATURE),
        (
            plain(fixture!("rsa-4096.pem")),
            fixture!("rsa-4096.signature.txt"),
        ),
    ] {
        assert_eq!(format!("{key:?}"), "PrivateKey(RSA)");
        assert_eq!(signature(key, PAYLOAD).await, expected);
    }
}

#[tokio::test]
async fn ed25519_keys_of_every_format_sign_like_other_implementations() {
    for key in [
        plain(fixture!("ed25519.pem")),
        encrypted(fixture!("ed25519-aes256.pem")),
        encrypted(fixture!("ed25519-scrypt.pem")),
    ] {
        assert_eq!(format!("{key:?}"), "PrivateKey(Ed25519)");
        assert_eq!(signature(key.clone(), PAYLOAD).await, ED25519_SIGNATURE);
        assert_eq!(
            signature(key, "apiKey=testkey&timestamp=1700000000000").await,
            "AHS2whInvKGH7m/w/va5d1IgOdFPzg7Zs4doEKYxS6rQFACHggfLfsJVHrxWEzkC9czqigKcuZu+TDalsAXfAg=="
        );
    }
}

#[test]
fn public_key_and_attributes_next_to_a_private_key_are_accepted() {
    let key = plain(fixture!("ed25519-v2.pem"));
    assert_eq!(format!("{key:?}"), "PrivateKey(Ed25519)");
}

#[tokio::test]
async fn changes_by_copying_a_text_are_accepted() {
    let pem = fixture!("ed25519.pem");
    let mut latin1 = b"Schl\xfcssel vom 1. Mai\n".to_vec();
    latin1.extend(pem.as_bytes());
    let indented = pem.lines().map(|line| format!("  {line}\t\n"));
    for changed in [
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "\r").into_bytes(),
        pem.replace('\n', " ").into_bytes(),
        pem.trim_end().as_bytes().to_vec(),
        format!("\u{feff}{pem}").into_bytes(),
        format!("Bag Attributes\n    friendlyName: trading\n{pem}\n\n \t\r\n").into_bytes(),
        indented.collect::<String>().into_bytes(),
        latin1,
    ] {
        let key = plain(&changed);
        assert_eq!(signature(key, PAYLOAD).await, ED25519_SIGNATURE);
    }
}

#[tokio::test]
async fn passphrase_of_an_unencrypted_key_is_ignored() {
    for (pem, expected) in [
        (fixture!("ed25519.pem"), ED25519_SIGNATURE),
        (fixture!("rsa-2048-pkcs1.pem"), RSA_SIGNATURE),
    ] {
        let key = PrivateKey::from_encrypted_pem(pem, "whatever").unwrap();
        assert_eq!(signature(key, PAYLOAD).await, expected);
    }
}

#[test]
fn keys_are_shared_between_threads_and_signing_futures_are_send() {
    fn is_shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    fn is_send<T: Send>(_: T) {}
    let key = plain(fixture!("ed25519.pem"));
    is_shared(&key);
    let credentials = Credentials::private_key("key", key).unwrap();
    is_shared(&credentials);
    is_send(credentials.sign(PAYLOAD.as_bytes()));
}
