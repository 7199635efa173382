//! The cost of a permit that no other call waits for, from asking for it to the response. A client has read the clock anyway.
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
#[path = "../measure/rate_limits.rs"]
mod rate_limits;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use binance_futures::error::Throttled;
use binance_futures::governor::{Ask, Begun, Governor, Permit, Priority, WhenLimited};
use binance_futures::prelude::*;
use binance_futures::request::Request;
use binance_futures::usdm::{Depth, NewOrder, Usdm};
use measure::{Candidate, compare};

/// Returns the permit of a call that does not wait.
fn ready(acquiring: impl Future<Output = Result<Permit, Throttled>>) -> Permit {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(acquiring).poll(&mut context) {
        Poll::Ready(permit) => permit.unwrap(),
        Poll::Pending => panic!("the call waits"),
    }
}

fn main() {
    let order = NewOrder::market("BTCUSDT", Side::Buy, dec!(0.002)).cost();
    let depth = Depth::new("BTCUSDT").limit(5).cost();
    for (name, cost) in [("an order", order), ("a request of weight 2", depth)] {
        let governor = Governor::new();
        let budget = governor.budget::<Usdm>(Some("key"));
        // So that no limit is ever used up.
        budget.set_rate_limits(&rate_limits::unreachable());
        let ask = Ask {
            cost,
            priority: Priority::Order,
            when_limited: WhenLimited::Wait,
            deadline: None,
        };
        let now = tokio::time::Instant::now();
        compare(
            name,
            &mut [
                Candidate::new("reading the clock twice", || {
                    black_box((Instant::now(), Instant::now()));
                }),
                Candidate::new("permit, without reading the clock", || {
                    match budget.begin(black_box(ask), black_box(now)) {
                        Ok(Begun::Admitted(permit)) => permit.sent().end_at(black_box(now)),
                        _ => panic!("the call waits"),
                    }
                }),
                Candidate::new("permit", || {
                    drop(ready(budget.acquire(black_box(ask))).sent());
                }),
            ],
        );
    }
}
