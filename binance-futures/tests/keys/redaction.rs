//! Keys, passphrases and signatures are not printed.

use binance_futures::auth::{Credentials, PrivateKey};

use crate::PASSPHRASE;

/// Whether a text contains eight consecutive characters of a secret.
fn reveals(text: &str, secret: &str) -> bool {
    let secret = secret.as_bytes();
    secret.windows(8).any(|part| {
        let mut windows = text.as_bytes().windows(8);
        windows.any(|window| window == part)
    })
}

fn body(pem: &str) -> String {
    let lines = pem.lines();
    lines.filter(|line| !line.contains(['-', ':'])).collect()
}

#[tokio::test]
async fn keys_credentials_and_signatures_are_redacted() {
    for pem in [
        fixture!("ed25519.pem"),
        fixture!("ed25519-aes256.pem"),
        fixture!("rsa-2048.pem"),
        fixture!("rsa-2048-scrypt.pem"),
    ] {
        let key = PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap();
        let credentials = Credentials::private_key("hushhush", key.clone()).unwrap();
        let signature = credentials.sign(b"timestamp=1").await.unwrap();
        let printed = format!("{key:?} {key:#?} {credentials:?} {credentials:#?} {signature:?}");
        for secret in [&body(pem), PASSPHRASE, "hushhush", signature.as_str()] {
            assert!(!reveals(&printed, secret), "{printed}");
        }
    }
}

#[test]
fn errors_contain_nothing_of_a_key_or_passphrase() {
    let changed = |pem: &str, from: &str, to: &str| pem.replacen(from, to, 1);
    for pem in [
        fixture!("ed25519-wrong-public.pem").to_owned(),
        fixture!("rsa-wrong-crt.pem").to_owned(),
        fixture!("rsa-1024.pem").to_owned(),
        fixture!("rsa-dek-info.pem").to_owned(),
        fixture!("rsa-2048-aes256.pem").to_owned(),
        fixture!("rsa-2048-camellia.pem").to_owned(),
        fixture!("ec.pem").to_owned(),
        fixture!("openssh.pem").to_owned(),
        changed(fixture!("rsa-2048.pem"), "END", "OUT"),
        changed(fixture!("rsa-2048.pem"), "MII", "M!I"),
        changed(fixture!("rsa-2048.pem"), "MII", "AII"),
        changed(fixture!("ed25519.pem"), "-----BEGIN PRIVATE KEY-----", ""),
        changed(fixture!("ed25519.pem"), "PRIVATE KEY", "hushhush hushhush"),
    ] {
        let passphrase = "hushhush";
        let error = PrivateKey::from_encrypted_pem(&pem, passphrase).unwrap_err();
        let printed = format!("{error} {error:?} {error:#?}");
        for secret in [&body(&pem), passphrase] {
            assert!(!reveals(&printed, secret), "{printed}");
        }
    }
}
