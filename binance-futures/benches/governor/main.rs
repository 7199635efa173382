//! The cost of a permit that no other call waits for, from asking for it to the response.
//!
//! Run with `cargo bench -p binance-futures --bench governor`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

#[path = "../measure/mod.rs"]
mod measure;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use binance_futures::governor::{Ask, Governor, Priority, WhenLimited};
use binance_futures::prelude::*;
use binance_futures::request::{Cost, Request};
use binance_futures::usdm::{Depth, NewOrder, Usdm};
use measure::{Candidate, compare};

const LIMITS: &str = r#"[
    {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":1000000000000},
    {"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1000000000000},
    {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":1000000000000}
]"#;

fn main() {
    let order = NewOrder::market("BTCUSDT", Side::Buy, dec!(0.002)).cost();
    let depth = Depth::new("BTCUSDT").limit(5).cost();
    for (name, cost) in [("an order", order), ("a request of weight 2", depth)] {
        let governor = Governor::new();
        let budget = governor.budget::<Usdm>(Some("key"));
        // So that no limit is ever used up.
        budget.set_rate_limits(&serde_json::from_str::<Vec<RateLimit>>(LIMITS).unwrap());
        let permit = |cost: Cost| {
            let ask = Ask {
                cost,
                priority: Priority::Order,
                when_limited: WhenLimited::Wait,
                deadline: None,
            };
            let mut acquiring = pin!(budget.acquire(ask));
            let mut context = Context::from_waker(Waker::noop());
            match acquiring.as_mut().poll(&mut context) {
                Poll::Ready(permit) => drop(black_box(permit.unwrap().sent())),
                Poll::Pending => panic!("the call waits"),
            }
        };
        compare(
            name,
            &mut [
                Candidate::new("reading the clock twice", || {
                    black_box((Instant::now(), Instant::now()));
                }),
                Candidate::new("permit", || permit(black_box(cost))),
            ],
        );
    }
}
