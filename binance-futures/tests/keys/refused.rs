//! What is no key that can be signed with is refused, in words that say what to do.

use binance_futures::auth::PrivateKey;
use binance_futures::error::InvalidCredentials::{self, *};

use crate::PASSPHRASE;

#[track_caller]
fn refused(pem: impl AsRef<[u8]>, expected: InvalidCredentials, message: &str) {
    let plain = PrivateKey::from_pem(pem.as_ref()).unwrap_err();
    assert_eq!(plain, expected);
    assert_eq!(plain.to_string(), message);
    let encrypted = PrivateKey::from_encrypted_pem(pem, PASSPHRASE).unwrap_err();
    assert_eq!(encrypted, expected);
}

#[track_caller]
fn unopened(pem: &str, passphrase: &str, expected: InvalidCredentials, message: &str) {
    let error = PrivateKey::from_encrypted_pem(pem, passphrase).unwrap_err();
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), message);
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn an_empty_text() {
    for text in ["", " \r\n\t", "\u{feff}", "\u{feff}\n"] {
        refused(
            text,
            EmptyPem,
            "the private key is empty: was it read from a variable that is not set?",
        );
    }
}

#[test]
fn a_text_that_is_no_pem() {
    for text in [
        &b"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"[..],
        file!("ssh-public.txt").as_bytes(),
        b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22",
        b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAOcrn9g",
        b"-----END PRIVATE KEY-----",
    ] {
        refused(
            text,
            NotPem,
            "the private key is not in PEM, which begins with a line `-----BEGIN PRIVATE KEY-----`: `openssl pkey -inform DER -in KEY.der -out KEY.pem` converts a binary one, and a secret of letters and digits is given to `Credentials::hmac`",
        );
    }
}

#[test]
fn a_text_in_utf_16() {
    for text in [
        utf16(file!("ed25519.pem"), u16::to_le_bytes),
        utf16(file!("ed25519.pem"), u16::to_be_bytes),
    ] {
        refused(
            text,
            Utf16,
            "the private key is in UTF-16, as some editors and shells write it: save it as UTF-8 or ASCII",
        );
    }
}

#[test]
fn a_text_that_breaks_off() {
    let pem = file!("rsa-2048.pem");
    for text in [
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        &pem[..1000],
        pem.trim_end().trim_end_matches('-'),
        &pem.replace("END PRIVATE", "END RSA PRIVATE"),
    ] {
        refused(
            text,
            CutOff,
            "the private key begins, and no END line of the same name follows: the text was cut off or changed; take it from the file that was made first",
        );
    }
}

#[test]
fn several_blocks() {
    let message = "the text has 2 blocks of PEM: leave the one that is the private key";
    let both = [file!("ed25519.pem"), file!("ed25519-public.pem")].concat();
    refused(both, SeveralBlocks { count: 2 }, message);
    // With its parameters before it, as older commands write it.
    refused(file!("ec-sec1.pem"), SeveralBlocks { count: 2 }, message);
    let three = file!("rsa-2048.pem").repeat(3);
    refused(
        three,
        SeveralBlocks { count: 3 },
        "the text has 3 blocks of PEM: leave the one that is the private key",
    );
}

#[test]
fn lines_that_are_not_base64() {
    let pem = file!("ed25519.pem");
    for text in [
        pem.trim_end().replace('\n', "\\n"),
        pem.replace("MC4C", "MC4"),
        pem.replace("MC4C", "MC-C"),
        pem.replace("MC4C", "Comment: mine\n\nMC4C"),
    ] {
        refused(
            text,
            NotBase64,
            "the lines of the private key are not base64: the text was cut off or changed, or its line breaks are written as `\\n`; take it from the file that was made first",
        );
    }
}

#[test]
fn a_damaged_key() {
    let message = "the private key is damaged: `openssl pkey -in KEY.pem -check -noout` tells more; take it from the file that was made first";
    let without_line = |pem: &str| {
        let lines = pem.lines().enumerate();
        let kept = lines.filter(|(number, _)| *number != 2);
        kept.map(|(_, line)| format!("{line}\n"))
            .collect::<String>()
    };
    for text in [
        without_line(file!("rsa-2048.pem")),
        without_line(file!("rsa-2048-pkcs1.pem")),
        without_line(file!("rsa-2048-aes256.pem")).replace("ENCRYPTED ", ""),
        file!("ed25519.pem").replace("BCIEIJ", "BCIEH5"),
        file!("ed25519.pem").replace("PRIVATE", "RSA PRIVATE"),
        file!("rsa-2048-pkcs1.pem").replace("RSA ", ""),
        "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----".to_owned(),
        "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----".to_owned(),
    ] {
        refused(text, Damaged, message);
    }
    unopened(
        &without_line(file!("rsa-2048-aes256.pem")),
        PASSPHRASE,
        Damaged,
        message,
    );
}

#[test]
fn public_keys_and_certificates() {
    for pem in [
        file!("ed25519-public.pem"),
        file!("rsa-2048-public.pem"),
        file!("rsa-2048-public-pkcs1.pem"),
    ] {
        refused(
            pem,
            PublicKey,
            "this is a public key, which is what the exchange is given: sign with the private key that it was made of",
        );
    }
    refused(
        file!("certificate.pem"),
        Certificate,
        "this is a certificate, which holds no private key: sign with the one it was made of",
    );
}

#[test]
fn keys_of_other_kinds() {
    refused(
        file!("openssh.pem"),
        OpenSsh,
        "the private key is in the format of OpenSSH: `ssh-keygen -p -m PKCS8 -f COPY` converts an RSA key, in place; make an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`",
    );
    let (_, sec1) = file!("ec-sec1.pem")
        .split_once("-----END EC PARAMETERS-----")
        .unwrap();
    for pem in [file!("ec.pem"), sec1] {
        refused(
            pem,
            EllipticCurve,
            "the private key is one for ECDSA, which the exchange does not take: make an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`",
        );
    }
    refused(
        file!("rsa-pss.pem"),
        RsaPss,
        "the private key is for RSA-PSS alone, which the exchange does not take: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
    refused(
        file!("x25519.pem"),
        Algorithm {
            algorithm: "1.3.101.110".to_owned(),
        },
        "the private key is neither RSA nor Ed25519, which are what the exchange takes: its algorithm is 1.3.101.110",
    );
    refused(
        file!("ed25519.pem").replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        OtherPem,
        "the text is PEM of something that is no private key: the line to look for is `-----BEGIN PRIVATE KEY-----`",
    );
}

#[test]
fn rsa_keys_that_cannot_be_signed_with() {
    for (pem, bits, message) in [
        (
            file!("rsa-1024.pem"),
            1024,
            "the RSA key has 1024 bits, and 2048, 3072 or 4096 are what can be signed with: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
        ),
        (
            file!("rsa-8192.pem"),
            8192,
            "the RSA key has 8192 bits, and 2048, 3072 or 4096 are what can be signed with: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
        ),
    ] {
        refused(pem, RsaSize { bits }, message);
    }
    refused(
        file!("rsa-exponent-3.pem"),
        RsaExponent,
        "the RSA key has a public exponent below 65537 or above 2^33: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
    refused(
        file!("rsa-three-primes.pem"),
        RsaPrimes,
        "the RSA key has more than two primes: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`",
    );
}

#[test]
fn numbers_that_contradict_each_other() {
    for pem in [
        file!("rsa-wrong-modulus.pem"),
        file!("rsa-wrong-exponent.pem"),
        file!("rsa-wrong-crt.pem"),
        file!("ed25519-wrong-public.pem"),
    ] {
        refused(
            pem,
            Inconsistent,
            "the numbers of the private key do not belong together, so it was damaged or changed: take it from the file that was made first",
        );
    }
}

#[test]
fn an_encrypted_key_without_its_passphrase() {
    for pem in [
        file!("rsa-2048-aes256.pem"),
        file!("ed25519-scrypt.pem"),
        file!("rsa-2048-camellia.pem"),
    ] {
        let error = PrivateKey::from_pem(pem).unwrap_err();
        assert_eq!(error, Passphrase);
        assert_eq!(
            error.to_string(),
            "the private key is encrypted: read it with its passphrase, by `from_encrypted_pem` or `from_encrypted_file`"
        );
    }
}

#[test]
fn a_passphrase_that_does_not_open_the_key() {
    for pem in [
        file!("rsa-2048-aes256.pem"),
        file!("rsa-2048-des3-sha1.pem"),
        file!("ed25519-aes256.pem"),
        file!("ed25519-scrypt.pem"),
        file!("ed25519-nothing.pem"),
    ] {
        for passphrase in ["", "open sesam", "open sesame\n"] {
            unopened(
                pem,
                passphrase,
                WrongPassphrase,
                "the passphrase does not open the private key: was it read with a line break at its end?",
            );
        }
    }
}

#[test]
fn a_wrong_passphrase_that_seems_to_fit_is_told_too() {
    // One in 256 leaves noise with the padding of a key.
    for number in 0..1000 {
        let passphrase = number.to_string();
        let error = PrivateKey::from_encrypted_pem(file!("ed25519-quick.pem"), passphrase);
        assert_eq!(error.unwrap_err(), WrongPassphrase);
    }
}

#[test]
fn encryption_that_cannot_be_opened() {
    refused(
        file!("rsa-dek-info.pem"),
        OldEncryption,
        "the private key is encrypted in OpenSSL's old way (`Proc-Type` and `DEK-Info`): `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` converts it",
    );
    for pem in [
        file!("rsa-2048-pbe-3des.pem"),
        file!("rsa-2048-camellia.pem"),
        file!("ed25519-scrypt-zero.pem"),
    ] {
        unopened(
            pem,
            PASSPHRASE,
            UnknownEncryption,
            "the private key is encrypted in a way that is not known here: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` converts it",
        );
    }
    for pem in [
        file!("rsa-2048-slow.pem"),
        file!("rsa-2048-scrypt-huge.pem"),
    ] {
        unopened(
            pem,
            PASSPHRASE,
            EncryptionCost,
            "opening the private key would take more than ten million rounds of PBKDF2 or a gibibyte of scrypt: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` makes that less",
        );
    }
}
