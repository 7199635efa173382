//! What it costs to decode answers, beside serde's own derive on structs written by hand for the same texts.
//!
//! Run with `cargo bench -p binance-futures --bench decoding`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]

mod by_hand;
#[path = "../measure/mod.rs"]
mod measure;
mod samples;

use std::hint::black_box;

use binance_futures::decode;
use binance_futures::request::Request;
use binance_futures::usdm::{Depth, ExchangeInfo, Klines, NewOrder};
use measure::{Contestant, compare};
use serde::de::DeserializeOwned;

fn read<R: Request>(text: &str) -> R::Response {
    decode::from_str::<R::Response, R::Wire>(text).unwrap()
}

fn decode<R: Request, H: DeserializeOwned>(title: &str, text: &str) {
    compare(
        &format!("{title}, {} bytes", text.len()),
        &mut [
            Contestant::new("serde on structs by hand", || {
                black_box(serde_json::from_str::<H>(black_box(text)).unwrap());
            }),
            Contestant::new("decode::from_str", || {
                black_box(read::<R>(black_box(text)));
            }),
        ],
    );
}

fn main() {
    decode::<NewOrder, by_hand::Order>("an order", &samples::order());
    decode::<Depth, by_hand::Book>("depth, 1000 levels a side", &samples::depth());
    decode::<Klines, Vec<by_hand::Kline>>("1500 klines", &samples::klines());
    decode::<ExchangeInfo, by_hand::ExchangeInfo>("500 symbols", &samples::symbols());
}
