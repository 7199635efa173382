//! Texts that are not a supported private key are rejected, with a message that says what to do.

use binance_futures::auth::PrivateKey;
use binance_futures::error::InvalidCredentialsKind::{self, *};

use crate::PASSPHRASE;

/// Asserts that a text is rejected, with and without a passphrase.
#[track_caller]
fn rejected(pem: impl AsRef<[u8]>, kind: InvalidCredentialsKind, message: &str) {
    let unencrypted = PrivateKey::from_pem(pem.as_ref()).unwrap_err();
    assert_eq!(unencrypted.to_string(), message);
    assert_eq!(unencrypted.kind(), kind);
    let encrypted = PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap_err();
    assert_eq!(encrypted, unencrypted);
}

/// Asserts that an encrypted key is rejected with this passphrase.
#[track_caller]
fn not_decrypted(pem: &str, passphrase: &str, kind: InvalidCredentialsKind, message: &str) {
    let error = PrivateKey::from_encrypted_pem(pem, passphrase).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), kind);
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn empty_text_is_rejected() {
    for text in ["", " \r\n\t", "\u{feff}", "\u{feff}\n"] {
        rejected(
            text,
            Pem,
            "the private key is empty: check that the variable it is read from is set",
        );
    }
}

#[test]
fn text_without_pem_is_rejected() {
    for text in [
        &b"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"[..],
        fixture!("ssh-public.txt").as_bytes(),
        b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22",
        b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAOcrn9g",
        b"-----END PRIVATE KEY-----",
    ] {
        rejected(
            text,
            Pem,
            "the private key is not in PEM format, which begins with the line `-----BEGIN PRIVATE KEY-----`: convert a binary (DER) key with `openssl pkey -inform DER -in KEY.der -out KEY.pem`; pass an HMAC secret, which consists of letters and digits, to `Credentials::hmac`",
        );
    }
}

#[test]
fn utf_16_text_is_rejected() {
    for text in [
        utf16(fixture!("ed25519.pem"), u16::to_le_bytes),
        utf16(fixture!("ed25519.pem"), u16::to_be_bytes),
    ] {
        rejected(
            text,
            Pem,
            "the private key is encoded in UTF-16, as some editors and shells write it: save it as UTF-8 or ASCII",
        );
    }
}

#[test]
fn truncated_text_is_rejected() {
    let pem = fixture!("rsa-2048.pem");
    for text in [
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        &pem[..1000],
        pem.trim_end().trim_end_matches('-'),
        &pem.replace("END PRIVATE", "END RSA PRIVATE"),
    ] {
        rejected(
            text,
            Pem,
            "the private key has a BEGIN line but no END line of the same name: the text was truncated or changed; copy it again from the original file",
        );
    }
}

#[test]
fn multiple_blocks_are_rejected() {
    let message = "the text contains 2 PEM blocks: keep only the block of the private key";
    let both = [fixture!("ed25519.pem"), fixture!("ed25519-public.pem")].concat();
    rejected(both, Pem, message);
    // Older commands write the parameters of the key before it.
    rejected(fixture!("ec-sec1.pem"), Pem, message);
    let three = fixture!("rsa-2048.pem").repeat(3);
    rejected(
        three,
        Pem,
        "the text contains 3 PEM blocks: keep only the block of the private key",
    );
}

#[test]
fn invalid_base64_is_rejected() {
    let pem = fixture!("ed25519.pem");
    for text in [
        pem.trim_end().replace('\n', "\\n"),
        pem.replace("MC4C", "MC4"),
        pem.replace("MC4C", "MC-C"),
        pem.replace("MC4C", "Comment: mine\n\nMC4C"),
    ] {
        rejected(
            text,
            Pem,
            "the body of the private key is not valid base64: the text was truncated or changed, or its line breaks are written as `\\n`; copy it again from the original file",
        );
    }
}

#[test]
fn damaged_key_is_rejected() {
    let message = "the private key is damaged: copy it again from the original file; `openssl pkey -in KEY.pem -check -noout` reports details";
    let without_line = |pem: &str| {
        let lines = pem.lines().enumerate();
        let kept = lines.filter(|(number, _)| *number != 2);
        kept.map(|(_, line)| format!("{line}\n"))
            .collect::<String>()
    };
    for text in [
        without_line(fixture!("rsa-2048.pem")),
        without_line(fixture!("rsa-2048-pkcs1.pem")),
        without_line(fixture!("rsa-2048-aes256.pem")).replace("ENCRYPTED ", ""),
        fixture!("ed25519.pem").replace("BCIEIJ", "BCIEH5"),
        fixture!("ed25519.pem").replace("PRIVATE", "RSA PRIVATE"),
        fixture!("rsa-2048-pkcs1.pem").replace("RSA ", ""),
        "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----".to_owned(),
        "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----".to_owned(),
    ] {
        rejected(text, Damaged, message);
    }
    not_decrypted(
        &without_line(fixture!("rsa-2048-aes256.pem")),
        PASSPHRASE,
        Damaged,
        message,
    );
}

#[test]
fn public_keys_and_certificates_are_rejected() {
    for pem in [
        fixture!("ed25519-public.pem"),
        fixture!("rsa-2048-public.pem"),
        fixture!("rsa-2048-public-pkcs1.pem"),
    ] {
        rejected(
            pem,
            Pem,
            "this is a public key, the half that is registered at the exchange: use the private key that belongs to it",
        );
    }
    rejected(
        fixture!("certificate.pem"),
        Pem,
        "this is a certificate, which contains no private key: use the private key that belongs to it",
    );
}

#[test]
fn unsupported_formats_and_algorithms_are_rejected() {
    rejected(
        fixture!("openssh.pem"),
        UnsupportedKey,
        "the private key is in OpenSSH format: convert a copy of an RSA key in place with `ssh-keygen -p -m PKCS8 -f COPY`, or create an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`",
    );
    let (_, sec1) = fixture!("ec-sec1.pem")
        .split_once("-----END EC PARAMETERS-----")
        .unwrap();
    for pem in [fixture!("ec.pem"), sec1] {
        rejected(
            pem,
            UnsupportedKey,
            "the private key is an ECDSA key, which the exchange does not support: create an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`",
        );
    }
    rejected(
        fixture!("rsa-pss.pem"),
        UnsupportedKey,
        "the private key is restricted to RSA-PSS signatures, which the exchange does not support: create an RSA key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
    rejected(
        fixture!("x25519.pem"),
        UnsupportedKey,
        "the private key is neither an RSA key nor an Ed25519 key, and the exchange supports no others: its algorithm has the object identifier 1.3.101.110",
    );
    rejected(
        fixture!("ed25519.pem").replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        Pem,
        "the PEM block is not a private key: use the block that begins with the line `-----BEGIN PRIVATE KEY-----`",
    );
}

#[test]
fn unsupported_rsa_keys_are_rejected() {
    for (pem, message) in [
        (
            fixture!("rsa-1024.pem"),
            "the RSA key has 1024 bits, and only 2048, 3072 and 4096 bits are supported: create an RSA key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
        ),
        (
            fixture!("rsa-8192.pem"),
            "the RSA key has 8192 bits, and only 2048, 3072 and 4096 bits are supported: create an RSA key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
        ),
    ] {
        rejected(pem, UnsupportedKey, message);
    }
    rejected(
        fixture!("rsa-exponent-3.pem"),
        UnsupportedKey,
        "the public exponent of the RSA key is below 65537 or above 2^33: create an RSA key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
    rejected(
        fixture!("rsa-three-primes.pem"),
        UnsupportedKey,
        "the RSA key has more than two primes: create an RSA key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
}

#[test]
fn inconsistent_numbers_are_rejected() {
    for pem in [
        fixture!("rsa-wrong-modulus.pem"),
        fixture!("rsa-wrong-crt.pem"),
        fixture!("ed25519-wrong-public.pem"),
    ] {
        rejected(
            pem,
            Damaged,
            "the numbers of the private key contradict each other, so it was damaged or changed: copy it again from the original file",
        );
    }
}

#[test]
fn encrypted_key_needs_a_passphrase() {
    for pem in [
        fixture!("rsa-2048-aes256.pem"),
        fixture!("ed25519-scrypt.pem"),
        fixture!("rsa-2048-camellia.pem"),
    ] {
        let error = PrivateKey::from_pem(pem).unwrap_err();
        assert_eq!(error.kind(), Passphrase);
        assert_eq!(
            error.to_string(),
            "the private key is encrypted: pass its passphrase to `from_encrypted_pem` or `from_encrypted_file`"
        );
    }
}

#[test]
fn wrong_passphrase_is_rejected() {
    for pem in [
        fixture!("rsa-2048-aes256.pem"),
        fixture!("rsa-2048-des3-sha1.pem"),
        fixture!("ed25519-aes256.pem"),
        fixture!("ed25519-scrypt.pem"),
        fixture!("ed25519-empty-ciphertext.pem"),
    ] {
        for passphrase in ["", "open sesam", "open sesame\n"] {
            not_decrypted(
                pem,
                passphrase,
                Passphrase,
                "the passphrase does not decrypt the private key: check that it does not end with a line break",
            );
        }
    }
}

#[test]
fn wrong_passphrase_with_valid_padding_is_rejected() {
    // One passphrase in 256 leaves noise that ends with valid padding.
    for number in 0..1000 {
        let passphrase = number.to_string();
        let error =
            PrivateKey::from_encrypted_pem(fixture!("ed25519-one-iteration.pem"), passphrase);
        let error = error.unwrap_err().to_string();
        assert_eq!(
            error,
            "the passphrase does not decrypt the private key: check that it does not end with a line break"
        );
    }
}

#[test]
fn unsupported_encryption_is_rejected() {
    rejected(
        fixture!("rsa-dek-info.pem"),
        UnsupportedEncryption,
        "the private key is encrypted in the legacy format of OpenSSL (`Proc-Type` and `DEK-Info`): convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem`",
    );
    for pem in [
        fixture!("rsa-2048-pbe-3des.pem"),
        fixture!("rsa-2048-camellia.pem"),
        fixture!("ed25519-scrypt-zero.pem"),
    ] {
        not_decrypted(
            pem,
            PASSPHRASE,
            UnsupportedEncryption,
            "the private key is encrypted with an algorithm that is not supported: convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem`",
        );
    }
    for pem in [
        fixture!("rsa-2048-pbkdf2-huge.pem"),
        fixture!("rsa-2048-scrypt-huge.pem"),
    ] {
        not_decrypted(
            pem,
            PASSPHRASE,
            UnsupportedEncryption,
            "decrypting the private key would take more than ten million PBKDF2 iterations or one gibibyte of memory for scrypt: lower the cost with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem`",
        );
    }
}
