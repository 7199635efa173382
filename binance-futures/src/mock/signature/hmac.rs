//! HMAC-SHA256, put together from its definition in RFC 2104.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes that SHA-256 takes in at once.
const BLOCK: usize = 64;

/// The signature of the parts, read one after the other, in lowercase hexadecimal digits.
pub(super) fn of(secret: &str, parts: &[&[u8]]) -> String {
    let mut digits = String::with_capacity(2 * BLOCK);
    for byte in hmac(secret.as_bytes(), parts) {
        // Writing to a `String` does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Whether two signatures are the same; the exchange reads digits of either case.
pub(super) fn same(expected: &str, given: &str) -> bool {
    expected.eq_ignore_ascii_case(given)
}

fn hmac(secret: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = block(secret);
    let inner = parts
        .iter()
        .fold(Sha256::new_with_prefix(masked(key, 0x36)), |hash, part| {
            hash.chain_update(part)
        });
    Sha256::new_with_prefix(masked(key, 0x5c))
        .chain_update(inner.finalize())
        .finalize()
        .into()
}

/// The secret filled up with zeros; a longer one is hashed first.
fn block(secret: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let digest: [u8; 32];
    let secret = if secret.len() > BLOCK {
        digest = Sha256::digest(secret).into();
        &digest
    } else {
        secret
    };
    for (to, from) in block.iter_mut().zip(secret) {
        *to = *from;
    }
    block
}

fn masked(block: [u8; BLOCK], mask: u8) -> [u8; BLOCK] {
    block.map(|byte| byte ^ mask)
}

#[cfg(test)]
mod tests {
    use super::{of, same};

    const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

    #[test]
    fn published_vectors_hold() {
        for (parts, signature) in [
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
            let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(of(SECRET, &parts), signature);
        }
    }

    #[test]
    fn a_separator_between_query_and_body_makes_another_signature() {
        let joined = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943";
        assert_eq!(
            of(SECRET, &[joined.as_bytes()]),
            "b2543b4a310c16a6b27fad1a06ecfe7a1dd6d26e7ddfe7f3fe65150b895def24"
        );
    }

    #[test]
    fn a_secret_longer_than_a_block_is_hashed_first() {
        let long = "a".repeat(131);
        let signature = "f13cad014b0c8fcf7bff320b87cfd041d15aa63e0564ed58876c0acdd3660f08";
        assert_eq!(of(&long, &[b"te", b"xt"]), signature);
    }

    #[test]
    fn digits_of_either_case_are_the_same() {
        let signature = of(SECRET, &[b""]);
        assert!(same(&signature, &signature.to_uppercase()));
        assert!(!same(&signature, &format!("{signature}0")));
    }
}
