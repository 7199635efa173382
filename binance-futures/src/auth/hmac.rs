//! HMAC-SHA256 (RFC 2104), with a key that is taken in once.
//!
//! It stands on the compression function itself: a kept state is then 32 bytes, which are wiped at no cost to signing, and
//! a signature leaves nothing of the key behind. Tests hold it against an implementation of others.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Signature;

/// Bytes that SHA-256 takes in at once.
const BLOCK: usize = 64;

/// What SHA-256 begins with (FIPS 180-4).
const BEGINNING: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A secret, taken in already: both hashes of HMAC, after the block of the key. Wiped when dropped.
#[derive(Clone)]
pub(super) struct HmacKey {
    inner: Zeroizing<[u32; 8]>,
    outer: Zeroizing<[u32; 8]>,
}

impl HmacKey {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; BLOCK]);
        if secret.len() > BLOCK {
            fill(&mut *key, &Sha256::digest(secret));
        } else {
            fill(&mut *key, secret);
        }
        Self {
            inner: after_key(&key, 0x36),
            outer: after_key(&key, 0x5c),
        }
    }

    pub(super) fn sign(&self, payload: &[u8]) -> Signature {
        let inner = finish(&self.inner, payload);
        Signature::hexadecimal(finish(&self.outer, &inner))
    }
}

fn after_key(key: &[u8; BLOCK], pad: u8) -> Zeroizing<[u32; 8]> {
    let mut state = Zeroizing::new(BEGINNING);
    let block = Zeroizing::new(key.map(|byte| byte ^ pad));
    compress256(&mut state, &[*block]);
    state
}

/// The hash of a block and what comes after it.
fn finish(after_block: &[u32; 8], rest: &[u8]) -> [u8; 32] {
    /// Bytes at the end of the last block that hold how many bits there were.
    const LENGTH: usize = 8;
    let mut state = *after_block;
    let (blocks, tail) = rest.as_chunks();
    compress256(&mut state, blocks);

    let mut last = [[0; BLOCK]; 2];
    let marked = fill(last.as_flattened_mut(), tail);
    if let Some(mark) = marked.first_mut() {
        *mark = 0x80;
    }
    let bits = (BLOCK as u64 + rest.len() as u64) * 8;
    let [one, two] = &mut last;
    if tail.len() < BLOCK - LENGTH {
        end_with(one, bits);
        compress256(&mut state, &[*one]);
    } else {
        end_with(two, bits);
        compress256(&mut state, &last);
    }

    let mut hash = [0; 32];
    let (words, _) = hash.as_chunks_mut();
    for (to, word) in words.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    hash
}

/// Copies to the beginning and gives back what is left; all of it where there is no room.
fn fill<'a>(to: &'a mut [u8], from: &[u8]) -> &'a mut [u8] {
    let room = if from.len() <= to.len() {
        from.len()
    } else {
        0
    };
    let (beginning, rest) = to.split_at_mut(room);
    if room > 0 {
        beginning.copy_from_slice(from);
    }
    rest
}

fn end_with(block: &mut [u8; BLOCK], bits: u64) {
    if let Some(end) = block.last_chunk_mut() {
        *end = bits.to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};

    use super::*;

    #[test]
    fn keys_and_payloads_of_any_length_are_signed_as_others_sign_them() {
        let bytes: Vec<u8> = (0..600_u32)
            .map(|number| (number * 7 + number / 256) as u8)
            .collect();
        for key in [0, 1, 32, 63, 64, 65, 128, 600] {
            let key = &bytes[..key];
            let own = HmacKey::new(key);
            for length in 0..bytes.len() {
                let payload = &bytes[..length];
                let mut other = Hmac::<Sha256>::new_from_slice(key).unwrap();
                other.update(payload);
                let hash: [u8; 32] = other.finalize().into_bytes().into();
                assert_eq!(own.sign(payload), Signature::hexadecimal(hash));
            }
        }
    }
}
