//! Keys read from files.

use std::fs;
use std::path::{Path, PathBuf};

use binance_futures::auth::PrivateKey;
use binance_futures::error::{InvalidCredentials, InvalidCredentialsKind};

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

#[track_caller]
fn assert_error(
    result: Result<PrivateKey, InvalidCredentials>,
    kind: InvalidCredentialsKind,
    message: &str,
) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind);
    assert_eq!(error.to_string(), message);
}

#[test]
fn file_is_read_like_its_text() {
    PrivateKey::from_file(path("rsa-2048.pem")).unwrap();
    PrivateKey::from_encrypted_file(path("ed25519-aes256.pem"), PASSPHRASE).unwrap();
    PrivateKey::from_encrypted_file(path("ed25519.pem"), PASSPHRASE).unwrap();
    assert_error(
        PrivateKey::from_file(path("ed25519-aes256.pem")),
        InvalidCredentialsKind::Passphrase,
        "the private key is encrypted: pass its passphrase to `from_encrypted_pem` or `from_encrypted_file`",
    );
    assert_error(
        PrivateKey::from_encrypted_file(path("ed25519-aes256.pem"), "closed"),
        InvalidCredentialsKind::Passphrase,
        "the passphrase does not decrypt the private key: check that it does not end with a line break",
    );
}

#[test]
fn unreadable_file_is_named() {
    assert_error(
        PrivateKey::from_file("no/such.pem"),
        InvalidCredentialsKind::File,
        "the private key file `no/such.pem` cannot be read: entity not found",
    );
    let directory = env!("CARGO_TARGET_TMPDIR");
    let error = PrivateKey::from_encrypted_file(directory, "x").unwrap_err();
    assert_eq!(error.kind(), InvalidCredentialsKind::File);
    assert!(error.to_string().contains(directory), "{error}");
}

#[test]
fn empty_file_and_too_large_file_are_rejected() {
    const EMPTY: &str = "the private key is empty: check that the variable it is read from is set";
    let empty = temporary("empty.pem", b"");
    assert_error(
        PrivateKey::from_file(empty),
        InvalidCredentialsKind::Pem,
        EMPTY,
    );
    let spaces = vec![b' '; 64 * 1024];
    let largest = temporary("largest.pem", &spaces);
    assert_error(
        PrivateKey::from_file(largest),
        InvalidCredentialsKind::Pem,
        EMPTY,
    );
    let too_large = temporary("too-large.pem", &[&spaces[..], b" "].concat());
    assert_error(
        PrivateKey::from_file(&too_large),
        InvalidCredentialsKind::File,
        &format!(
            "the private key file `{}` cannot be read: file too large",
            too_large.display()
        ),
    );
}
