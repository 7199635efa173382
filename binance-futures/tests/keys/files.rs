//! Keys read from files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use binance_futures::auth::PrivateKey;
use binance_futures::error::InvalidCredentials;

use crate::PASSPHRASE;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/keys/pem")
        .join(name)
}

fn temporary(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_file_is_read_as_its_text_is() {
    PrivateKey::from_file(path("rsa-2048.pem")).unwrap();
    PrivateKey::from_encrypted_file(path("ed25519-aes256.pem"), PASSPHRASE).unwrap();
    PrivateKey::from_encrypted_file(path("ed25519.pem"), PASSPHRASE).unwrap();
    assert_eq!(
        PrivateKey::from_file(path("ed25519-aes256.pem")).unwrap_err(),
        InvalidCredentials::Passphrase
    );
    assert_eq!(
        PrivateKey::from_encrypted_file(path("ed25519-aes256.pem"), "closed").unwrap_err(),
        InvalidCredentials::WrongPassphrase
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = PrivateKey::from_file("no/such.pem").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the private key cannot be read from `no/such.pem`: entity not found"
    );
    let directory = env!("CARGO_TARGET_TMPDIR");
    let error = PrivateKey::from_encrypted_file(directory, "x").unwrap_err();
    assert!(
        matches!(&error, InvalidCredentials::File { path, .. } if path == Path::new(directory)),
        "{error:?}"
    );
}

#[test]
fn an_empty_file_and_one_that_never_ends_are_told() {
    let empty = temporary("empty.pem", b"");
    assert_eq!(
        PrivateKey::from_file(empty).unwrap_err(),
        InvalidCredentials::EmptyPem
    );
    let large = vec![b' '; 64 * 1024];
    let most = temporary("large.pem", &large);
    assert_eq!(
        PrivateKey::from_file(most).unwrap_err(),
        InvalidCredentials::EmptyPem
    );
    let larger = temporary("larger.pem", &[&large[..], b" "].concat());
    assert_eq!(
        PrivateKey::from_file(&larger).unwrap_err(),
        InvalidCredentials::File {
            path: larger,
            kind: ErrorKind::FileTooLarge
        }
    );
}
