//! The key of an account, and the verification of its signatures.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::PublicKey;
use crate::mock::server::form;

/// The key by which the signatures of an account are verified.
pub(in crate::mock) enum Verifier {
    /// The secret of an HMAC key.
    Secret(String),
    /// The public key of an RSA or Ed25519 key pair.
    PublicKey(PublicKey),
}

impl Verifier {
    /// Verifies a signature of the concatenated payload. The signature is encoded as in the query. Returns an explanation when it is wrong.
    pub(in crate::mock) fn verify(
        &self,
        payload: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), String> {
        let payload_text = || String::from_utf8_lossy(&payload.concat()).into_owned();
        match self {
            Self::Secret(secret) => {
                let Some(expected) = hmac_sha256(secret, payload) else {
                    return Err("HMAC does not accept the secret of the account".to_owned());
                };
                // The exchange accepts hexadecimal digits in either case.
                if signature.eq_ignore_ascii_case(expected.as_bytes()) {
                    return Ok(());
                }
                Err(format!(
                    "the signature of `{}` is {expected}",
                    payload_text()
                ))
            }
            Self::PublicKey(key) => {
                let text = form::decode(signature).unwrap_or_default();
                let Ok(signature) = Base64::decode_vec(&text) else {
                    return Err(
                        "the signature is not base64 with `+`, `/` and `=` percent-encoded"
                            .to_owned(),
                    );
                };
                if key.verifies(payload, &signature) {
                    return Ok(());
                }
                Err(format!(
                    "the signature is not one of `{}` by the {} key of the account",
                    payload_text(),
                    key.algorithm()
                ))
            }
        }
    }
}

/// Returns the HMAC-SHA256 of the concatenated payload, in lowercase hexadecimal digits.
///
/// HMAC accepts secrets of any length, so it never returns `None`.
fn hmac_sha256(secret: &str, payload: &[&[u8]]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    for part in payload {
        mac.update(part);
    }
    let bytes = mac.finalize().into_bytes();
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::{Verifier, hmac_sha256};

    const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

    #[test]
    fn published_signatures_are_reproduced() {
        for (payload, signature) in [
            (
                &[
                    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
                ][..],
                "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
            ),
            (
                &[
                    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
                    "quantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943",
                ],
                "f9d0ae5e813ef6ccf15c2b5a434047a0181cb5a342b903b367ca6d27a66e36f2",
            ),
            (
                &[
                    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
                    "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                ],
                "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4",
            ),
            (
                &[
                    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                ],
                "ec11dcc17e67e47f0d3c3f513dfe9062307e37619c5c82ebaa8fe0bdf3d59519",
            ),
            (
                &[
                    "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943",
                ],
                "221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a",
            ),
            (
                &[
                    "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D&timestamp=1591702613943",
                ],
                "2c7667d0dffc1c62f6055b8e9e3732a587ed8b1ca91b6de5de13d8bc1743094b",
            ),
            (
                &["symbol=BTCUSDT&orderIdList=%5B1234567%2C2345678%5D&timestamp=1591702613943"],
                "25a74dcf4d37a3a5cfa2f40ef7487ddb7ebad30a5ad26e81f7d953ea39970150",
            ),
            (
                &[
                    "apiKey=dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83&price=9000&quantity=1&recvWindow=5000&side=BUY&symbol=BTCUSDT&timeInForce=GTC&timestamp=1591702613943&type=LIMIT",
                ],
                "5b8fe2b962b8e1b2b82fb40e548d56147c2a8f835b5f1393ae4b4b90c38b527f",
            ),
        ] {
            let payload: Vec<&[u8]> = payload.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(hmac_sha256(SECRET, &payload).unwrap(), signature);
        }
    }

    #[test]
    fn separator_between_query_and_body_changes_the_signature() {
        let joined = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943";
        assert_eq!(
            hmac_sha256(SECRET, &[joined.as_bytes()]).unwrap(),
            "b2543b4a310c16a6b27fad1a06ecfe7a1dd6d26e7ddfe7f3fe65150b895def24"
        );
    }

    #[test]
    fn secret_longer_than_a_hash_block_is_accepted() {
        let secret = "a".repeat(131);
        let signature = "f13cad014b0c8fcf7bff320b87cfd041d15aa63e0564ed58876c0acdd3660f08";
        assert_eq!(hmac_sha256(&secret, &[b"te", b"xt"]).unwrap(), signature);
    }

    #[test]
    fn hexadecimal_digits_are_accepted_in_either_case() {
        let signature = hmac_sha256(SECRET, &[b""]).unwrap();
        let verifier = Verifier::Secret(SECRET.to_owned());
        let verify = |signature: &str| verifier.verify(&[b""], signature.as_bytes());
        assert_eq!(verify(&signature), Ok(()));
        assert_eq!(verify(&signature.to_uppercase()), Ok(()));
        assert!(verify(&format!("{signature}0")).is_err());
    }
}
