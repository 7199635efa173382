//! The cost of encoding and signing an order as a client does it before sending, against the same bytes written by hand, and of each
//! kind of key, against the library that computes the signature.
//!
//! Run with `cargo bench -p binance-futures --bench signing`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

#[cfg(feature = "pem")]
mod keys;
#[path = "../measure/mod.rs"]
mod measure;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use binance_futures::prelude::*;
use binance_futures::usdm::{self, NewOrder};
use hmac::{Hmac, KeyInit, Mac};
use measure::{Candidate, compare};
use sha2::Sha256;

const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
const NOW: i64 = 1_767_225_600_123;

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Sell,
        dec!(0.002),
        dec!(59808.50),
        TimeInForce::Gtc,
    )
    .position_side(PositionSide::Both)
    .client_order_id("entry-7-0123456789abcdef")
}

const BASE: &str = "https://fapi.binance.com/fapi/v1/order?";

/// The lower bound: the same URL from texts that need no conversion, apart from the timestamp.
fn by_hand(key: &Hmac<Sha256>, timestamp: i64) -> String {
    let mut url = String::with_capacity(BASE.len() + 384);
    let to = &mut url;
    to.push_str(black_box(BASE));
    to.push_str("symbol=");
    to.push_str(black_box("BTCUSDT"));
    to.push_str("&side=");
    to.push_str(black_box("SELL"));
    to.push_str("&type=");
    to.push_str(black_box("LIMIT"));
    to.push_str("&quantity=");
    to.push_str(black_box("0.002"));
    to.push_str("&price=");
    to.push_str(black_box("59808.50"));
    to.push_str("&timeInForce=");
    to.push_str(black_box("GTC"));
    to.push_str("&positionSide=");
    to.push_str(black_box("BOTH"));
    to.push_str("&newClientOrderId=");
    to.push_str(black_box("entry-7-0123456789abcdef"));
    to.push_str("&timestamp=");
    to.push_str(itoa::Buffer::new().format(timestamp));
    sign_by_hand(key, BASE.len(), to);
    url
}

fn sign_by_hand(key: &Hmac<Sha256>, query: usize, to: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut state = key.clone();
    state.update(&to.as_bytes()[query..]);
    let mut hexadecimal = [0; 64];
    for (pair, byte) in hexadecimal
        .chunks_exact_mut(2)
        .zip(state.finalize().into_bytes())
    {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    to.push_str("&signature=");
    to.push_str(str::from_utf8(&hexadecimal).unwrap());
}

/// Returns the output of a future that is ready immediately.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is not ready"),
    }
}

fn main() {
    let credentials = Credentials::hmac(KEY, SECRET).unwrap();
    let key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let client = usdm::Client::builder()
        .credentials(credentials.clone())
        .clock(Timestamp::from_millis(NOW))
        .build()
        .unwrap();
    let order = order();
    let url = by_hand(&key, NOW);
    assert_eq!(ready(client.prepare(order.clone())).unwrap().url(), url);

    compare(
        &format!("a signed limit order, {} bytes", url.len()),
        &mut [
            Candidate::new("by hand, into a new string", || {
                black_box(by_hand(black_box(&key), black_box(NOW)));
            }),
            Candidate::new("Client::prepare, as send does", || {
                black_box(ready(client.prepare(black_box(order.clone()))).unwrap());
            }),
            Candidate::new("and the HTTP request of it", || {
                black_box(
                    ready(client.prepare(black_box(order.clone())))
                        .unwrap()
                        .into_http()
                        .unwrap(),
                );
            }),
        ],
    );

    let payload = url[BASE.len()..]
        .split_once("&signature")
        .unwrap()
        .0
        .to_owned();
    let mut signed = String::with_capacity(1_024);
    compare(
        "the signature of a limit order",
        &mut [
            Candidate::new("by hand, into a reused string", || {
                signed.clear();
                signed.push_str(black_box(&payload));
                sign_by_hand(black_box(&key), 0, &mut signed);
            }),
            Candidate::new("Credentials::sign", || {
                let payload = black_box(payload.as_bytes());
                black_box(ready(credentials.sign(payload)).unwrap());
            }),
        ],
    );

    #[cfg(feature = "pem")]
    keys::compare_signing(&payload);
}
