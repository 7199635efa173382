//! What it costs to build and sign an order, beside the same bytes written by hand, and to sign with keys, beside those who compute it.
//!
//! Run with `cargo bench -p binance-futures --bench signing`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]

#[cfg(feature = "pem")]
mod keys;
#[path = "../measure/mod.rs"]
mod measure;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use binance_futures::auth::Credentials;
use binance_futures::parameters::QueryWriter;
use binance_futures::rest::{RecvWindow, Sendable, Signing, write_query};
use binance_futures::types::{Decimal, PositionSide, Side, TimeInForce, Timestamp};
use binance_futures::usdm::{self, NewOrder};
use hmac::{Hmac, KeyInit, Mac};
use measure::{Contestant, compare};
use sha2::Sha256;

const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
const NOW: i64 = 1_767_225_600_123;

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Sell,
        Decimal::new(2, 3),
        Decimal::new(5_980_850, 2),
        TimeInForce::Gtc,
    )
    .position_side(PositionSide::Both)
    .client_order_id("entry-7-0123456789abcdef")
}

/// The same bytes from texts that are ready, and the timestamp.
fn by_hand(key: &Hmac<Sha256>, timestamp: i64, to: &mut String) {
    to.clear();
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
    sign_by_hand(key, to);
}

fn sign_by_hand(key: &Hmac<Sha256>, to: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut state = key.clone();
    state.update(to.as_bytes());
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

/// What a future gives that has nothing to wait for.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn main() {
    let credentials = Credentials::hmac(KEY, SECRET).unwrap();
    let key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let call = order().with();
    let signing = Signing {
        credentials: &credentials,
        timestamp: Timestamp::from_millis(NOW),
        recv_window: None::<RecvWindow>,
    };
    let mut query = QueryWriter::new();
    let mut text = String::new();
    ready(write_query(&call, Some(signing), &mut query)).unwrap();
    by_hand(&key, NOW, &mut text);
    assert_eq!(query.as_str(), text);

    let payload = text.split_once("&signature").unwrap().0.to_owned();
    let mut signed = String::new();
    compare(
        &format!("a signed limit order, {} bytes", text.len()),
        &mut [
            Contestant::new("by hand, from ready texts", || {
                by_hand(black_box(&key), black_box(NOW), &mut text);
            }),
            Contestant::new("write_query, reused buffer", || {
                query.clear();
                let call = black_box(&call);
                ready(write_query(call, Some(black_box(signing)), &mut query)).unwrap();
            }),
            Contestant::new("its signature alone", || {
                signed.clear();
                signed.push_str(black_box(&payload));
                sign_by_hand(black_box(&key), &mut signed);
            }),
        ],
    );

    let client = usdm::Client::builder()
        .credentials(credentials.clone())
        .clock(Timestamp::from_millis(NOW))
        .build()
        .unwrap();
    let order = order();
    compare(
        "a request value to what goes on the wire",
        &mut [
            Contestant::new("by hand, query alone", || {
                by_hand(black_box(&key), black_box(NOW), &mut signed);
            }),
            Contestant::new("Client::prepare", || {
                black_box(ready(client.prepare(black_box(order.clone()))).unwrap());
            }),
            Contestant::new("ready HTTP request", || {
                black_box(
                    ready(client.prepare(black_box(order.clone())))
                        .unwrap()
                        .into_http()
                        .unwrap(),
                );
            }),
        ],
    );

    #[cfg(feature = "pem")]
    keys::compare_signing(&payload);
}
