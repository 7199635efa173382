//! HMAC-SHA256 keys.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Signature;
use super::api_key::is_printable;
use crate::error::{CredentialsProblem, InvalidCredentials};

/// The secret of an HMAC key, prepared for signing: the two SHA-256 states of HMAC, each after the block of the padded secret.
///
/// The states are wiped when they are dropped, and so are the copies that signing makes of them.
pub(super) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    pub(super) fn new(secret: &str) -> Result<Self, InvalidCredentials> {
        if secret.is_empty() {
            return Err(CredentialsProblem::EmptySecret.into());
        }
        if !is_printable(secret) {
            return Err(CredentialsProblem::SecretCharacter.into());
        }
        // HMAC accepts keys of any length, so only the length 0 could ever be an error.
        let state =
            Hmac::new_from_slice(secret.as_bytes()).map_err(|_| CredentialsProblem::EmptySecret)?;
        Ok(Self(state))
    }

    /// Allocates nothing.
    #[inline]
    pub(super) fn sign(&self, payload: &[u8]) -> Signature {
        let mut mac = self.0.clone();
        mac.update(payload);
        Signature::hexadecimal(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use sha2::Digest;
    use zeroize::ZeroizeOnDrop;

    use super::super::api_key::tests::INVALID_TEXTS;
    use super::*;

    fn signature(secret: &str, payload: &str) -> String {
        let key = HmacKey::new(secret).unwrap();
        key.sign(payload.as_bytes()).as_str().to_owned()
    }

    #[test]
    fn examples_of_binance_have_the_published_signatures() {
        const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
        for (payload, expected) in [
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
                "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943",
                "f9d0ae5e813ef6ccf15c2b5a434047a0181cb5a342b903b367ca6d27a66e36f2",
            ),
            (
                "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943",
                "221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a",
            ),
            (
                "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D&timestamp=1591702613943",
                "2c7667d0dffc1c62f6055b8e9e3732a587ed8b1ca91b6de5de13d8bc1743094b",
            ),
            (
                "symbol=BTCUSDT&orderIdList=%5B1234567%2C2345678%5D&timestamp=1591702613943",
                "25a74dcf4d37a3a5cfa2f40ef7487ddb7ebad30a5ad26e81f7d953ea39970150",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                "ec11dcc17e67e47f0d3c3f513dfe9062307e37619c5c82ebaa8fe0bdf3d59519",
            ),
            (
                "apiKey=dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83&price=9000&quantity=1&recvWindow=5000&side=BUY&symbol=BTCUSDT&timeInForce=GTC&timestamp=1591702613943&type=LIMIT",
                "5b8fe2b962b8e1b2b82fb40e548d56147c2a8f835b5f1393ae4b4b90c38b527f",
            ),
        ] {
            assert_eq!(signature(SECRET, payload), expected);
        }
    }

    #[test]
    fn secrets_and_payloads_of_any_length_are_signed_as_python_signs_them() {
        let text: String = (0..600_u32)
            .map(|number| char::from(b'!' + ((number * 7 + number / 94) % 94) as u8))
            .collect();
        for (length, expected) in [
            (
                1,
                "aba3673169b84ddc27faa33015e89d19f5ae07b16989c1c06835a7919e4b9d44",
            ),
            (
                32,
                "4aa63b458eda4312242d715d0dda4162742f8d3d073d1efed8c866770ccda134",
            ),
            (
                63,
                "540cf726cbfb17ead44c56d748a4f2c86dd4a97a4d11f8e8d1ca38e45cef64dd",
            ),
            (
                64,
                "f1b225e5700535114319cc23f9f8d819d630bc05c14a54bce1e5a469d169115c",
            ),
            (
                65,
                "c404cfc3c7d04b1b2627758192993bf6def77290a606d293dab5fbe77f2daf15",
            ),
            (
                128,
                "cc8d984ac090693aa4c463798423d7c568eb867cdfd26ad8ab028d9e786f9261",
            ),
            (
                600,
                "728df9b52814e5e9fb81e2c3f97daf96459402ecf778518617f0a3b12822ab77",
            ),
        ] {
            let key = HmacKey::new(&text[..length]).unwrap();
            let mut all = Sha256::new();
            for length in 0..text.len() {
                all.update(key.sign(&text.as_bytes()[..length]).as_str());
            }
            let all = Signature::hexadecimal(all.finalize().into());
            assert_eq!(all.as_str(), expected, "secret of {length} bytes");
        }
    }

    #[test]
    fn invalid_secrets_are_rejected() {
        let problem = |secret| HmacKey::new(secret).err();
        assert_eq!(problem(""), Some(CredentialsProblem::EmptySecret.into()));
        for text in INVALID_TEXTS {
            let expected = CredentialsProblem::SecretCharacter.into();
            assert_eq!(problem(text), Some(expected));
        }
    }

    #[test]
    fn hash_state_is_wiped_on_drop() {
        fn is_wiped<T: ZeroizeOnDrop>() {}
        // `Hmac` consists of two of these states and the buffer of one.
        is_wiped::<Sha256>();
    }
}
