//! The cost of decoding responses, against serde's derive on hand-written structs for the same texts.
//!
//! Run with `cargo bench -p binance-futures --bench decoding`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

mod by_hand;
#[path = "../measure/mod.rs"]
mod measure;
mod samples;

use std::hint::black_box;

use binance_futures::decode;
use binance_futures::request::Request;
use binance_futures::usdm::{Depth, ExchangeInfo, Klines, NewOrder};
use measure::{Candidate, compare};
use serde::de::DeserializeOwned;

/// Compares decoding the response of `R` with deserializing the hand-written `H`.
fn bench<R: Request, H: DeserializeOwned>(title: &str, json: &str) {
    compare(
        &format!("{title}, {} bytes", json.len()),
        &mut [
            Candidate::new("hand-written structs", || {
                black_box(serde_json::from_str::<H>(black_box(json)).unwrap());
            }),
            Candidate::new("decode::from_str", || {
                black_box(decode::from_str::<R::Response, R::Wire>(black_box(json)).unwrap());
            }),
        ],
    );
}

fn main() {
    bench::<NewOrder, by_hand::Order>("order", &samples::order());
    bench::<Depth, by_hand::Book>("order book, 1000 levels per side", &samples::depth());
    bench::<Klines, Vec<by_hand::Kline>>("1500 candlesticks", &samples::klines());
    bench::<ExchangeInfo, by_hand::ExchangeInfo>("500 symbols", &samples::symbols());
}
