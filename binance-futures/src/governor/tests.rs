//! Governors against an exchange that counts, in virtual time.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::coinm::CoinM;
use crate::error::{ExceededLimit, Throttled, ThrottledReason};
use crate::rate_limits::Usage;
use crate::request::{Cost, CountedBy, LimitKind, OrderCount, RateLimit};
use crate::usdm::Usdm;

const SECOND: Duration = Duration::from_secs(1);

fn weight(weight: u32) -> Cost {
    Cost {
        weight,
        ..Cost::FREE
    }
}

fn one_order() -> Cost {
    Cost {
        orders: OrderCount {
            per_10s: 1,
            per_1m: 1,
        },
        ..Cost::FREE
    }
}

fn bucket(bucket: &'static str) -> Cost {
    Cost {
        bucket: Some(bucket),
        ..Cost::FREE
    }
}

fn ask(cost: Cost) -> Ask {
    Ask {
        cost,
        priority: Priority::Query,
        when_limited: WhenLimited::Wait,
        deadline: None,
    }
}

fn fail(cost: Cost) -> Ask {
    Ask {
        when_limited: WhenLimited::Fail,
        ..ask(cost)
    }
}

/// What the exchange says that was exceeded.
fn exceeded(kind: LimitKind) -> ExceededLimit {
    ExceededLimit {
        kind,
        bucket: None,
        scope: CountedBy::Ip,
        interval: 60 * SECOND,
        limit: None,
    }
}

/// Sends a call that has its response at once.
async fn send(budget: &Budget, ask: Ask) -> Result<(), Throttled> {
    drop(budget.acquire(ask).await?.sent());
    Ok(())
}

fn limit(kind: LimitKind, interval: Duration) -> u64 {
    let limits = Usdm::RATE_LIMITS.iter();
    let found = limits
        .clone()
        .find(|limit| limit.kind == kind && limit.interval == interval);
    found.unwrap().limit.into()
}

/// An exchange that counts in windows of its own phase, and records how often a limit was exceeded.
struct Counting {
    started: Instant,
    phase: Duration,
    counts: Mutex<Vec<Count>>,
    exceeded: AtomicUsize,
}

struct Count {
    limit: &'static RateLimit,
    product: Option<&'static str>,
    window: u128,
    count: u64,
    total: u64,
}

impl Counting {
    fn new(phase: Duration) -> Arc<Self> {
        let mut counts: Vec<Count> = Vec::new();
        let products = [
            (Usdm::ID, Usdm::RATE_LIMITS),
            (CoinM::ID, CoinM::RATE_LIMITS),
        ];
        for (product, limits) in products {
            for limit in limits {
                let product = (!limit.shared).then_some(product);
                let known = counts
                    .iter()
                    .any(|count| limit.shared && count.limit.name == limit.name);
                if !known {
                    counts.push(Count {
                        limit,
                        product,
                        window: 0,
                        count: 0,
                        total: 0,
                    });
                }
            }
        }
        Arc::new(Self {
            started: Instant::now(),
            phase,
            counts: Mutex::new(counts),
            exceeded: AtomicUsize::new(0),
        })
    }

    fn arrive(&self, product: &'static str, cost: Cost) {
        self.arrive_with(product, cost, 100);
    }

    /// A request arrives. Only this part of each limit is permitted, in percent.
    fn arrive_with(&self, product: &'static str, cost: Cost, percent: u64) {
        let now = self.started.elapsed() + self.phase;
        for count in self.counts.lock().unwrap().iter_mut() {
            let limit = count.limit;
            if count.product.is_some_and(|own| own != product) {
                continue;
            }
            let added = match limit.kind {
                LimitKind::RequestWeight => cost.weight,
                LimitKind::Orders if limit.interval <= 10 * SECOND => cost.orders.per_10s,
                LimitKind::Orders => cost.orders.per_1m,
                LimitKind::Bucket => u32::from(limit.bucket == cost.bucket),
                LimitKind::ConnectionAttempts => 0,
            };
            let window = now.as_nanos() / limit.interval.as_nanos();
            if window != count.window {
                (count.window, count.count) = (window, 0);
            }
            count.count += u64::from(added);
            count.total += u64::from(added);
            let permitted = (u64::from(limit.limit) * percent / 100).max(1);
            if count.count > permitted {
                self.exceeded.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Prints the figures that the note of the README names: `cargo test -p binance-futures --all-features storm -- --nocapture`.
#[tokio::test(start_paused = true)]
async fn storm_of_10_000_calls_exceeds_no_limit_and_uses_most_of_it() {
    const CALLS: usize = 10_000;
    const TASKS: usize = 64;

    for phase in [Duration::ZERO, Duration::from_millis(7_312)] {
        let governor = Governor::new();
        let exchange = Counting::new(phase);
        let started = Instant::now();
        let next = Arc::new(AtomicUsize::new(0));
        let tasks = (0..TASKS).map(|task| {
            let (governor, exchange, next) =
                (governor.clone(), Arc::clone(&exchange), Arc::clone(&next));
            tokio::spawn(async move {
                let budgets = [
                    (Usdm::ID, governor.budget::<Usdm>(Some("key"))),
                    (CoinM::ID, governor.budget::<CoinM>(Some("key"))),
                ];
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= CALLS {
                        break;
                    }
                    let cost = match number % 7 {
                        0 | 1 => one_order(),
                        2 => weight(20),
                        3 => weight(2),
                        4 => weight(5),
                        5 => weight(10),
                        _ => Cost {
                            weight: 1,
                            ..bucket("funding")
                        },
                    };
                    let (product, budget) = &budgets[number % 2];
                    let permit = budget.acquire(ask(cost)).await.unwrap().sent();
                    // The request takes some time to the exchange, and the response takes some time back.
                    let millis = 5 + (number * 7_919 + task) as u64 % 90;
                    sleep(Duration::from_millis(millis)).await;
                    exchange.arrive(product, cost);
                    sleep(Duration::from_millis(millis / 2)).await;
                    drop(permit);
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let elapsed = started.elapsed();
        assert_eq!(exchange.exceeded.load(Ordering::Relaxed), 0);
        // The rate of the limit that is used most. The first window is sent at once.
        let counts = exchange.counts.lock().unwrap();
        let rate = counts
            .iter()
            .map(|count| {
                let windows = 1.0 + elapsed.as_secs_f64() / count.limit.interval.as_secs_f64();
                count.total as f64 / (f64::from(count.limit.limit) * windows)
            })
            .fold(0.0, f64::max);
        println!(
            "{CALLS} calls of {TASKS} tasks in {elapsed:.1?}: 0 limits exceeded, {:.1} % of the attainable rate",
            100.0 * rate
        );
        assert!(rate >= 0.95, "{rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn products_share_weight_and_orders_but_not_buckets() {
    let governor = Governor::new();
    let usdm = governor.budget::<Usdm>(Some("key"));
    let coinm = governor.budget::<CoinM>(Some("key"));
    let minute = 60 * SECOND;
    let all = limit(LimitKind::RequestWeight, minute);
    send(&usdm, ask(weight(u32::try_from(all).unwrap())))
        .await
        .unwrap();
    assert!(send(&coinm, fail(weight(1))).await.is_err());
    for _ in 0..limit(LimitKind::Orders, 10 * SECOND) {
        send(&coinm, ask(one_order())).await.unwrap();
    }
    assert!(send(&usdm, fail(one_order())).await.is_err());
    let funding = Usdm::RATE_LIMITS
        .iter()
        .find(|limit| limit.name == "funding")
        .unwrap();
    for _ in 0..funding.limit {
        send(&usdm, fail(bucket("funding"))).await.unwrap();
    }
    let throttled = send(&usdm, fail(bucket("funding"))).await.unwrap_err();
    assert_eq!(
        throttled.reason,
        ThrottledReason::Limit { limit: "funding" }
    );
    send(&usdm, fail(bucket("statistics"))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn orders_are_counted_per_account() {
    let governor = Governor::new();
    let first = governor.budget::<Usdm>(Some("first"));
    for _ in 0..limit(LimitKind::Orders, 10 * SECOND) {
        send(&first, fail(one_order())).await.unwrap();
    }
    assert!(send(&first, fail(one_order())).await.is_err());
    assert!(
        send(&governor.budget::<Usdm>(Some("first")), fail(one_order()))
            .await
            .is_err()
    );
    send(&governor.budget::<Usdm>(Some("second")), fail(one_order()))
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn call_waits_until_it_fits_or_fails_at_once_if_it_would_be_late() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    send(&budget, ask(weight(2_400))).await.unwrap();
    let started = Instant::now();
    let early = Ask {
        deadline: Some(started + 10 * SECOND),
        ..ask(weight(1))
    };
    let throttled = send(&budget, early).await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(throttled.retry_after.unwrap() >= 60 * SECOND);
    send(&budget, ask(weight(1))).await.unwrap();
    let waited = started.elapsed();
    assert!(waited >= 60 * SECOND && waited < 62 * SECOND, "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn deadline_ends_a_wait_for_responses() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let _pending = budget.acquire(ask(weight(2_400))).await.unwrap().sent();
    let started = Instant::now();
    let late = Ask {
        deadline: Some(started + 3 * SECOND),
        ..ask(weight(1))
    };
    let throttled = send(&budget, late).await.unwrap_err();
    assert_eq!(
        throttled.reason,
        ThrottledReason::Limit {
            limit: "request_weight"
        }
    );
    assert!(started.elapsed() >= 3 * SECOND && started.elapsed() < 4 * SECOND);
    assert_eq!(governor.usage()[0].waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn canceled_calls_give_back_what_they_counted() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let permit = budget.acquire(ask(weight(2_400))).await.unwrap();
    // A call that waits, and is dropped.
    assert!(
        timeout(SECOND, budget.acquire(ask(weight(1))))
            .await
            .is_err()
    );
    // A call that was admitted, and is dropped before it knows.
    let other = budget.clone();
    let waiting = tokio::spawn(async move { other.acquire(ask(weight(2_400))).await });
    sleep(SECOND).await;
    drop(permit);
    waiting.abort();
    let _ = waiting.await;
    send(&budget, fail(weight(2_400))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn waiting_calls_pass_in_the_order_of_their_priority() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    let permit = budget.acquire(ask(weight(2_400))).await.unwrap();
    let passed = Arc::new(Mutex::new(Vec::new()));
    let priorities = [
        Priority::History,
        Priority::Query,
        Priority::Order,
        Priority::Query,
        Priority::Cancel,
    ];
    let tasks: Vec<_> = priorities
        .into_iter()
        .map(|priority| {
            let (budget, passed) = (budget.clone(), Arc::clone(&passed));
            tokio::spawn(async move {
                let ask = Ask {
                    priority,
                    ..ask(weight(2_000))
                };
                budget.acquire(ask).await.unwrap();
                passed.lock().unwrap().push(priority);
            })
        })
        .collect();
    sleep(SECOND).await;
    drop(permit);
    for task in tasks {
        task.await.unwrap();
    }
    let mut expected = priorities;
    expected.sort();
    assert_eq!(*passed.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn large_call_is_not_overtaken_forever_and_other_limits_are_free() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    send(&budget, ask(weight(2_000))).await.unwrap();
    let other = budget.clone();
    let large = tokio::spawn(async move { send(&other, ask(weight(1_000))).await });
    sleep(SECOND).await;
    assert!(send(&budget, fail(weight(1))).await.is_err());
    let cancel = Ask {
        priority: Priority::Cancel,
        ..fail(weight(1))
    };
    send(&budget, cancel).await.unwrap();
    send(&budget, fail(one_order())).await.unwrap();
    large.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn order_rejected_for_its_limit_holds_orders_of_its_account_only() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    budget.rejected(exceeded(LimitKind::Orders), 7 * SECOND, false);
    assert!(send(&budget, fail(one_order())).await.is_err());
    send(&budget, fail(weight(1))).await.unwrap();
    send(&governor.budget::<Usdm>(Some("other")), fail(one_order()))
        .await
        .unwrap();
    let started = Instant::now();
    send(&budget, ask(one_order())).await.unwrap();
    assert!(started.elapsed() >= 7 * SECOND && started.elapsed() < 8 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn after_a_ban_calls_fail_with_the_time_to_come_back_and_connections_wait() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let waiting = {
        let budget = budget.clone();
        let permit = budget.acquire(ask(weight(2_400))).await.unwrap();
        tokio::spawn(async move {
            let result = send(&budget, ask(weight(1))).await;
            drop(permit);
            result
        })
    };
    sleep(SECOND).await;
    budget.rejected(exceeded(LimitKind::RequestWeight), 120 * SECOND, true);
    budget.rejected(exceeded(LimitKind::RequestWeight), SECOND, false);
    let throttled = waiting.await.unwrap().unwrap_err();
    assert_eq!(throttled.reason, ThrottledReason::Banned);
    let throttled = send(&budget, ask(Cost::FREE)).await.unwrap_err();
    assert_eq!(throttled.reason, ThrottledReason::Banned);
    assert_eq!(throttled.retry_after, Some(120 * SECOND));
    let started = Instant::now();
    drop(budget.acquire_connection(None).await.unwrap().sent());
    assert!(started.elapsed() >= 120 * SECOND && started.elapsed() < 121 * SECOND);
    send(&budget, ask(weight(1))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn connections_have_a_limit_and_a_gap() {
    let governor = Governor::builder().connection_gap(SECOND).build();
    let budget = governor.budget::<Usdm>(None);
    let started = Instant::now();
    for _ in 0..5 {
        drop(budget.acquire_connection(None).await.unwrap().sent());
    }
    assert!(started.elapsed() >= 4 * SECOND && started.elapsed() < 5 * SECOND);
    let governor = Governor::builder().connection_gap(Duration::ZERO).build();
    let budget = governor.budget::<Usdm>(None);
    let started = Instant::now();
    for _ in 0..limit(LimitKind::ConnectionAttempts, 300 * SECOND) {
        drop(budget.acquire_connection(None).await.unwrap().sent());
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
    drop(budget.acquire_connection(None).await.unwrap().sent());
    assert!(started.elapsed() >= 300 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn reported_limits_and_counts_correct_the_own_ones() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let report = |count, limit| {
        let unknown = Usage {
            interval: 3_600 * SECOND,
            count: 1,
            limit: Some(1),
        };
        let known = Usage {
            interval: 60 * SECOND,
            count,
            limit,
        };
        [unknown, known]
            .into_iter()
            .map(|usage| (LimitKind::RequestWeight, usage))
    };
    budget.observe(report(2_399, None));
    send(&budget, fail(weight(1))).await.unwrap();
    assert!(send(&budget, fail(weight(1))).await.is_err());
    budget.observe(report(0, Some(6_000)));
    send(&budget, fail(weight(3_600))).await.unwrap();
    // A call that waits fails if the limit shrinks below what it counts.
    let other = budget.clone();
    let waiting = tokio::spawn(async move { send(&other, ask(weight(1_000))).await });
    sleep(SECOND).await;
    let reported = r#"[
        {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":500},
        {"rateLimitType":"REQUEST_WEIGHT","interval":"FORTNIGHT","intervalNum":1,"limit":1},
        {"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":1},
        {"rateLimitType":"ORDERS","interval":"DAY","intervalNum":18446744073709551615,"limit":1}
    ]"#;
    budget
        .set_rate_limits(&serde_json::from_str::<Vec<crate::types::RateLimit>>(reported).unwrap());
    let throttled = waiting.await.unwrap().unwrap_err();
    let reason = ThrottledReason::LargerThanLimit {
        limit: "request_weight",
        count: 1_000,
        allowed: 500,
    };
    assert_eq!(throttled.reason, reason);
    assert_eq!(throttled.retry_after, None);
}

#[tokio::test(start_paused = true)]
async fn share_limits_what_one_program_uses() {
    let governor = Governor::builder().share(25).build();
    let budget = governor.budget::<Usdm>(None);
    send(&budget, fail(weight(600))).await.unwrap();
    assert!(send(&budget, fail(weight(1))).await.is_err());
    assert_eq!(
        governor.usage()[0].to_string(),
        "request_weight: 600 of 600 in 60s"
    );
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_waiting_calls_end() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            let budget = budget.clone();
            tokio::spawn(async move { send(&budget, ask(weight(1))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(governor.usage()[0].waiting, 0);
}

/// A call of the reference model: when it was sent, when it may have arrived at the latest, and what it counts.
#[derive(Debug, Clone, Copy)]
struct Sent {
    from: Duration,
    to: Duration,
    count: u64,
    is_own: bool,
}

proptest! {
    /// The window never admits what could exceed the limit in an interval of any phase, and admits everything that the simplest correct
    /// model admits one part of the interval later.
    #[test]
    fn window_agrees_with_a_list_of_all_calls(
        limit in 1_u64..50,
        interval in 1_u64..100_000,
        steps in prop::collection::vec((0_u64..20_000, 1_u64..20, 0_u64..30_000, 0_u64..5), 1..200),
    ) {
        let interval = Duration::from_millis(interval);
        let mut window = window::Window::new(interval, limit);
        let mut calls: Vec<Sent> = Vec::new();
        let mut open: Vec<(Duration, u64, Duration)> = Vec::new();
        let mut now = Duration::ZERO;
        for (wait, count, takes, kind) in steps {
            now += Duration::from_millis(wait);
            open.sort();
            while let Some((ends, count, from)) = open.first().copied().filter(|(ends, ..)| *ends <= now) {
                open.remove(0);
                window.settle(count, ends);
                calls.push(Sent { from, to: ends, count, is_own: true });
            }
            window.advance(now);
            let part = interval / 64;
            let held = |margin: Duration| -> u64 {
                let settled = calls.iter().filter(|call| call.to + interval + margin > now);
                settled.map(|call| call.count).sum::<u64>() + open.iter().map(|(_, count, _)| count).sum::<u64>()
            };
            if kind == 1 {
                // A report of the exchange: what it counts beyond the own calls is that of others.
                let reported = count * 3;
                let others = reported.saturating_sub(window.used());
                window.observe(reported, now);
                prop_assert!(window.used() >= reported);
                calls.push(Sent { from: now, to: now, count: others, is_own: false });
                continue;
            }
            if window.fits(count) {
                prop_assert!(held(Duration::ZERO) + count <= limit, "admits too early");
                window.take(count);
                if kind == 0 {
                    window.give_back(count);
                } else {
                    open.push((now + Duration::from_millis(takes), count, now));
                }
            } else {
                prop_assert!(held(part) + count > limit, "admits too late");
                if let Some(at) = window.fits_at(count) {
                    prop_assert!(at > now, "a time that has passed is no time to look again");
                }
            }
        }
        // Wherever the calls arrived between sending and response, the own ones among them make no interval exceed its limit.
        calls.retain(|call| call.is_own);
        calls.extend(open.iter().map(|(ends, count, from)| Sent { from: *from, to: *ends, count: *count, is_own: true }));
        for call in &calls {
            for begin in [call.from, call.to] {
                let arrivals = |place: fn(&Sent) -> Duration| -> u64 {
                    let inside = calls.iter().filter(|other| place(other) >= begin && place(other) < begin + interval);
                    inside.map(|other| other.count).sum()
                };
                prop_assert!(arrivals(|call| call.from) <= limit);
                prop_assert!(arrivals(|call| call.to) <= limit);
            }
        }
    }
}

/// A call that waits without a known time is woken when a response makes the time known.
#[tokio::test(start_paused = true)]
async fn waiting_calls_wait_for_responses_of_each_other() {
    let governor = Governor::builder().share(1).build();
    let budget = governor.budget::<Usdm>(None);
    let started = Instant::now();
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            let budget = budget.clone();
            tokio::spawn(async move {
                let permit = budget.acquire(ask(weight(20))).await.unwrap().sent();
                sleep(SECOND).await;
                drop(permit);
            })
        })
        .collect();
    for task in tasks {
        timeout(600 * SECOND, task).await.unwrap().unwrap();
    }
    assert!(started.elapsed() >= 4 * 61 * SECOND && started.elapsed() < 4 * 64 * SECOND);
}

proptest! {
    /// Whatever calls do, all of them end, no limit is exceeded, and nothing stays counted that was not sent.
    #[test]
    fn random_calls_end_within_the_limits(
        calls in prop::collection::vec((0_u32..6, 0_u64..40_000, 0_u64..90_000, 0_u8..8), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let exceeded = runtime.block_on(async {
            let governor = Governor::builder().share(1).build();
            let exchange = Counting::new(Duration::from_millis(7_312));
            let tasks: Vec<_> = calls
                .into_iter()
                .map(|(kind, start, takes, fate)| {
                    let budget = governor.budget::<Usdm>(Some("key"));
                    let exchange = Arc::clone(&exchange);
                    tokio::spawn(async move {
                        sleep(Duration::from_millis(start)).await;
                        let cost = match kind {
                            0 | 1 => one_order(),
                            2 => weight(24),
                            3 => weight(5),
                            4 => bucket("funding"),
                            _ => weight(1),
                        };
                        let deadline = (fate == 1).then(|| Instant::now() + 30 * SECOND);
                        let ask = Ask { deadline, ..ask(cost) };
                        let acquiring = budget.acquire(ask);
                        let acquired = match fate {
                            2 => timeout(Duration::from_millis(takes), acquiring).await.ok(),
                            _ => Some(acquiring.await),
                        };
                        // The call was dropped, failed, or is not sent after all.
                        let Some(Ok(permit)) = acquired else { return };
                        if fate == 3 {
                            return;
                        }
                        let permit = permit.sent();
                        sleep(Duration::from_millis(takes)).await;
                        if fate != 4 {
                            exchange.arrive_with(Usdm::ID, cost, 1);
                        }
                        drop(permit);
                    })
                })
                .collect();
            for task in tasks {
                timeout(24 * 3_600 * SECOND, task).await.unwrap().unwrap();
            }
            sleep(24 * 3_600 * SECOND + 60 * 60 * SECOND).await;
            assert!(governor.usage().iter().all(|limit| limit.used == 0 && limit.waiting == 0));
            exchange.exceeded.load(Ordering::Relaxed)
        });
        prop_assert_eq!(exceeded, 0);
    }
}
