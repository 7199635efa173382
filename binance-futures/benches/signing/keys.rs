//! Measures signing with private keys against `ring`, which computes the signatures.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use base64ct::{Base64, Encoding};
use binance_futures::auth::{Credentials, PrivateKey, Signature};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

use crate::measure::{Candidate, compare};

const RSA: &str = include_str!("../../tests/keys/pem/rsa-2048-pkcs1.pem");
const ED25519: &str = include_str!("../../tests/keys/pem/ed25519.pem");

pub(crate) fn compare_signing(payload: &str) {
    let der = der(RSA);
    let ring_key = RsaKeyPair::from_der(&der).unwrap();
    let ring = |payload: &str| {
        let mut signature = [0; 256];
        let random = SystemRandom::new();
        ring_key
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                payload.as_bytes(),
                &mut signature,
            )
            .unwrap();
        signature
    };
    let rsa = credentials(RSA);
    assert_eq!(
        sign(&rsa, payload).as_str(),
        Base64::encode_string(&ring(payload))
    );
    compare(
        "an RSA signature, 2048 bits",
        &mut [
            Candidate::new("ring, signature bytes only", || {
                black_box(ring(black_box(payload)));
            }),
            Candidate::new("Credentials::sign", || {
                black_box(sign(black_box(&rsa), black_box(payload)));
            }),
        ],
    );

    let seed: [u8; 32] = *self::der(ED25519).last_chunk().unwrap();
    let ring_key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let ring = |payload: &str| ring_key.sign(payload.as_bytes());
    let ed25519 = credentials(ED25519);
    assert_eq!(
        sign(&ed25519, payload).as_str(),
        Base64::encode_string(ring(payload).as_ref())
    );
    compare(
        "an Ed25519 signature",
        &mut [
            Candidate::new("ring, signature bytes only", || {
                black_box(ring(black_box(payload)));
            }),
            Candidate::new("Credentials::sign", || {
                black_box(sign(black_box(&ed25519), black_box(payload)));
            }),
        ],
    );
}

fn credentials(pem: &str) -> Credentials {
    Credentials::private_key("key", PrivateKey::from_pem(pem).unwrap()).unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    Base64::decode_vec(&lines.collect::<String>()).unwrap()
}

/// Signs with a key of this process, whose future is ready when it is first polled.
fn sign(credentials: &Credentials, payload: &str) -> Signature {
    let signature = pin!(credentials.sign(payload.as_bytes()));
    match signature.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(signature) => signature.unwrap(),
        Poll::Pending => panic!("a key of this process never waits"),
    }
}
