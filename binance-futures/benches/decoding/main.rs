//! The cost of decoding, against a hand-written scanner that knows one order of the fields, and against serde's derive on hand-written
//! structs.
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
mod fixed_order;
#[path = "../measure/mod.rs"]
mod measure;
mod samples;

use std::hint::black_box;

use binance_futures::decode;
use binance_futures::request::Request;
use binance_futures::topic::Topic;
use binance_futures::usdm::events::UserEvent;
use binance_futures::usdm::{Depth, ExchangeInfo, Klines, NewOrder, Tickers24hr, streams};
use binance_futures::wire::{Codec, Plain};
use binance_futures::ws::message::CombinedFrame;
use fixed_order::{Scan, scan};
use measure::{Candidate, compare};
use serde::de::{DeserializeOwned, IgnoredAny};

fn title(name: &str, json: &str) -> String {
    format!("{name}, {} bytes", json.len())
}

fn scanner<T: Scan>(json: &str) -> Candidate<'_> {
    assert!(scan::<T>(json).is_some(), "the scanner cannot read {json}");
    Candidate::new("scanner, one order of fields", || {
        black_box(scan::<T>(black_box(json)).unwrap());
    })
}

fn derived<T: DeserializeOwned>(json: &str) -> Candidate<'_> {
    Candidate::new("serde's derive", || {
        black_box(serde_json::from_str::<T>(black_box(json)).unwrap());
    })
}

fn decoded<T, C: Codec<T>>(json: &str) -> Candidate<'_> {
    Candidate::new("decode::from_str", || {
        black_box(decode::from_str::<T, C>(black_box(json)).unwrap());
    })
}

/// Compares decoding the response of `R` with the scanner of `S` and the derived `H`.
fn response<R: Request, S: Scan, H: DeserializeOwned>(name: &str, json: &str) {
    compare(
        &title(name, json),
        &mut [
            scanner::<S>(json),
            derived::<H>(json),
            decoded::<R::Response, R::Wire>(json),
        ],
    );
}

/// Compares decoding the event of `T`, alone and in a frame of a combined connection, with the scanner of `S`.
fn event<T: Topic, S: Scan>(name: &str, json: &str) {
    let frame = format!(r#"{{"stream":"btcusdt@name","data":{json}}}"#);
    let in_frame = Candidate::new("CombinedFrame", || {
        let frame = CombinedFrame::peek(black_box(&frame)).unwrap();
        black_box(frame.decode::<T::Event, T::Wire>().unwrap());
    });
    compare(
        &title(name, json),
        &mut [
            scanner::<S>(json),
            decoded::<T::Event, T::Wire>(json),
            in_frame,
        ],
    );
}

fn main() {
    response::<NewOrder, fixed_order::Order, by_hand::Order>("order", &samples::order());
    response::<Depth, fixed_order::Book, by_hand::Book>(
        "order book, 1000 levels per side",
        &samples::depth(),
    );
    response::<Klines, Vec<fixed_order::KlineRow>, Vec<by_hand::Kline>>(
        "1500 candlesticks",
        &samples::klines(),
    );
    let tickers = samples::tickers();
    compare(
        &title("500 tickers", &tickers),
        &mut [
            scanner::<Vec<fixed_order::Ticker>>(&tickers),
            decoded::<<Tickers24hr as Request>::Response, <Tickers24hr as Request>::Wire>(&tickers),
        ],
    );
    let symbols = samples::symbols();
    let skipped = Candidate::new("skipped with IgnoredAny", || {
        black_box(serde_json::from_str::<IgnoredAny>(black_box(&symbols)).unwrap());
    });
    compare(
        &title("exchange information, 500 symbols", &symbols),
        &mut [
            skipped,
            derived::<by_hand::ExchangeInfo>(&symbols),
            decoded::<<ExchangeInfo as Request>::Response, <ExchangeInfo as Request>::Wire>(
                &symbols,
            ),
        ],
    );

    event::<streams::BookTickers, fixed_order::BookTicker>("bookTicker", &samples::book_ticker());
    event::<streams::AggTrades, fixed_order::AggTrade>("aggTrade", &samples::agg_trade());
    event::<streams::Klines, fixed_order::Kline>("kline", &samples::kline());
    event::<streams::DiffDepth, fixed_order::DepthUpdate>(
        "depthUpdate, 100 levels",
        &samples::depth_update(),
    );
    event::<streams::AllMarkPrices, Vec<fixed_order::MarkPrice>>(
        "500 mark prices",
        &samples::mark_prices(),
    );
    let update = samples::order_update();
    compare(
        &title("ORDER_TRADE_UPDATE", &update),
        &mut [
            scanner::<fixed_order::OrderTradeUpdate>(&update),
            decoded::<UserEvent, Plain>(&update),
        ],
    );
}
