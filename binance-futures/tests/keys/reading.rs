//! Every form of a key is read, and signs what others sign with it.

use binance_futures::auth::{Credentials, PrivateKey};

use crate::PASSPHRASE;

const PAYLOAD: &str = file!("payload.txt");
const RSA_SIGNATURE: &str = file!("rsa-2048.signature.txt");
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
    let signature = credentials.sign(payload).await.unwrap();
    signature.as_str().to_owned()
}

#[tokio::test]
async fn rsa_keys_of_every_form_sign_as_openssl_does() {
    for (key, expected) in [
        (plain(file!("rsa-2048.pem")), RSA_SIGNATURE),
        (plain(file!("rsa-2048-pkcs1.pem")), RSA_SIGNATURE),
        (plain(file!("rsa-swapped-primes.pem")), RSA_SIGNATURE),
        (encrypted(file!("rsa-2048-aes256.pem")), RSA_SIGNATURE),
        (encrypted(file!("rsa-2048-des3-sha1.pem")), RSA_SIGNATURE),
        (encrypted(file!("rsa-2048-scrypt.pem")), RSA_SIGNATURE),
        (
            plain(file!("rsa-4096.pem")),
            file!("rsa-4096.signature.txt"),
        ),
    ] {
        assert_eq!(format!("{key:?}"), "PrivateKey(RSA)");
        assert_eq!(signature(key, PAYLOAD).await, expected);
    }
}

#[tokio::test]
async fn ed25519_keys_of_every_form_sign_as_others_do() {
    for key in [
        plain(file!("ed25519.pem")),
        encrypted(file!("ed25519-aes256.pem")),
        encrypted(file!("ed25519-scrypt.pem")),
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
fn a_public_key_and_attributes_beside_the_private_one_do_no_harm() {
    let key = plain(file!("ed25519-v2.pem"));
    assert_eq!(format!("{key:?}"), "PrivateKey(Ed25519)");
}

#[tokio::test]
async fn what_copies_do_to_a_text_does_no_harm() {
    let pem = file!("ed25519.pem");
    let mut latin = b"Schl\xfcssel vom 1. Mai\n".to_vec();
    latin.extend(pem.as_bytes());
    let indented = pem.lines().map(|line| format!("  {line}\t\n"));
    for changed in [
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "\r").into_bytes(),
        pem.replace('\n', " ").into_bytes(),
        pem.trim_end().as_bytes().to_vec(),
        format!("\u{feff}{pem}").into_bytes(),
        format!("Bag Attributes\n    friendlyName: trading\n{pem}\n\n \t\r\n").into_bytes(),
        indented.collect::<String>().into_bytes(),
        latin,
    ] {
        let key = plain(&changed);
        assert_eq!(signature(key, PAYLOAD).await, ED25519_SIGNATURE);
    }
}

#[tokio::test]
async fn the_passphrase_of_a_key_that_is_not_encrypted_is_not_looked_at() {
    for (pem, expected) in [
        (file!("ed25519.pem"), ED25519_SIGNATURE),
        (file!("rsa-2048-pkcs1.pem"), RSA_SIGNATURE),
    ] {
        let key = PrivateKey::from_encrypted_pem(pem, "whatever").unwrap();
        assert_eq!(signature(key, PAYLOAD).await, expected);
    }
}

#[test]
fn keys_are_shared_between_threads_and_futures_may_move_between_them() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    fn moves<T: Send>(_: T) {}
    let key = plain(file!("ed25519.pem"));
    shared(&key);
    let credentials = Credentials::private_key("key", key).unwrap();
    shared(&credentials);
    moves(credentials.sign(PAYLOAD));
}
