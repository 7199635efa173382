//! What an account's signatures are held against.

use base64ct::{Base64, Encoding};

use super::PublicKey;
use super::hmac;
use crate::mock::form;

/// What an exchange keeps of an account's key.
pub(in crate::mock) enum Verifier {
    /// The secret, which signs and verifies alike.
    Secret(String),
    /// The public half of a key pair.
    PublicKey(PublicKey),
}

impl Verifier {
    /// Holds a signature, as it stands in a query, against the parts that are signed one after the other. Else says why it is wrong.
    pub(in crate::mock) fn verify(&self, parts: &[&[u8]], given: &[u8]) -> Result<(), String> {
        let signed = || String::from_utf8_lossy(&parts.concat()).into_owned();
        match self {
            Self::Secret(secret) => {
                let expected = hmac::of(secret, parts);
                if hmac::same(&expected, &String::from_utf8_lossy(given)) {
                    return Ok(());
                }
                Err(format!("the signature of `{}` is {expected}", signed()))
            }
            Self::PublicKey(key) => {
                let text = form::decode(given).unwrap_or_default();
                let Ok(signature) = Base64::decode_vec(&text) else {
                    return Err(
                        "the signature is not base64 with `+`, `/` and `=` percent-encoded"
                            .to_owned(),
                    );
                };
                if key.verifies(parts, &signature) {
                    return Ok(());
                }
                let (kind, signed) = (key.kind(), signed());
                Err(format!(
                    "it is not a signature of `{signed}` by the {kind} key of the account"
                ))
            }
        }
    }
}
