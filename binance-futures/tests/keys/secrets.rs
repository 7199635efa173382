//! Nothing of a key is printed.

use binance_futures::auth::{Credentials, PrivateKey};

use crate::PASSPHRASE;

/// Whether a text has eight characters in a row of what is secret.
fn tells(text: &str, secret: &str) -> bool {
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
async fn neither_keys_nor_credentials_print_what_is_in_them() {
    for pem in [
        file!("ed25519.pem"),
        file!("ed25519-aes256.pem"),
        file!("rsa-2048.pem"),
        file!("rsa-2048-scrypt.pem"),
    ] {
        let key = PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap();
        let credentials = Credentials::private_key("hushhush", key.clone()).unwrap();
        let signature = credentials.sign("timestamp=1").await.unwrap();
        let printed = format!("{key:?} {key:#?} {credentials:?} {credentials:#?} {signature:?}");
        for secret in [&body(pem), PASSPHRASE, "hushhush", signature.as_str()] {
            assert!(!tells(&printed, secret), "{printed}");
        }
    }
}

#[test]
fn no_error_prints_what_was_read() {
    let broken = |pem: &str, from: &str, to: &str| pem.replacen(from, to, 1);
    for pem in [
        file!("ed25519-wrong-public.pem").to_owned(),
        file!("rsa-wrong-crt.pem").to_owned(),
        file!("rsa-1024.pem").to_owned(),
        file!("rsa-dek-info.pem").to_owned(),
        file!("rsa-2048-aes256.pem").to_owned(),
        file!("rsa-2048-camellia.pem").to_owned(),
        file!("ec.pem").to_owned(),
        file!("openssh.pem").to_owned(),
        broken(file!("rsa-2048.pem"), "END", "OUT"),
        broken(file!("rsa-2048.pem"), "MII", "M!I"),
        broken(file!("rsa-2048.pem"), "MII", "AII"),
        broken(file!("ed25519.pem"), "-----BEGIN PRIVATE KEY-----", ""),
        broken(file!("ed25519.pem"), "PRIVATE KEY", "hushhush hushhush"),
    ] {
        let passphrase = "hushhush";
        let error = PrivateKey::from_encrypted_pem(&pem, passphrase).unwrap_err();
        let printed = format!("{error} {error:?} {error:#?}");
        for secret in [&body(&pem), passphrase] {
            assert!(!tells(&printed, secret), "{printed}");
        }
    }
}
