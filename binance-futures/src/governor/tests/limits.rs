//! What counts against which limit, and how limits change.

use super::*;

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
async fn reported_order_limits_correct_the_own_ones() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    let reported = r#"[
        {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":3},
        {"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":4}
    ]"#;
    budget
        .set_rate_limits(&serde_json::from_str::<Vec<crate::types::RateLimit>>(reported).unwrap());
    for _ in 0..3 {
        send(&budget, fail(one_order())).await.unwrap();
    }
    let throttled = send(&budget, fail(one_order())).await.unwrap_err();
    let limit = "orders_10s";
    assert_eq!(throttled.reason, ThrottledReason::Limit { limit });
    // An order counts against the limit of each interval.
    sleep(11 * SECOND).await;
    send(&budget, fail(one_order())).await.unwrap();
    let throttled = send(&budget, fail(one_order())).await.unwrap_err();
    let limit = "orders_1m";
    assert_eq!(throttled.reason, ThrottledReason::Limit { limit });
}

#[tokio::test(start_paused = true)]
async fn batch_counts_differently_in_ten_seconds_and_in_a_minute() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    let batch = Cost {
        orders: OrderCount {
            per_10s: 5,
            per_1m: 1,
        },
        ..Cost::FREE
    };
    send(&budget, fail(batch)).await.unwrap();
    let usage = governor.usage();
    let used = |name| usage.iter().find(|limit| limit.name == name).unwrap().used;
    assert_eq!((used("orders_10s"), used("orders_1m")), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn call_waits_for_the_limit_that_is_free_last() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    let both = Cost {
        weight: 1,
        ..one_order()
    };
    // Orders of ten seconds are free after the weight, in the order of the limits, and before it.
    for (weight_wait, order_wait) in [(3, 7), (7, 3)] {
        budget.rejected(exceeded(LimitKind::Orders), order_wait * SECOND, false);
        let reported = Usage {
            interval: 60 * SECOND,
            count: 2_400,
            limit: None,
        };
        budget.observe(
            [(LimitKind::RequestWeight, reported)].into_iter(),
            Instant::now(),
        );
        let throttled = send(&budget, fail(both)).await.unwrap_err();
        // The reported weight is free after a minute.
        let limit = "request_weight";
        assert_eq!(throttled.reason, ThrottledReason::Limit { limit });
        assert!(throttled.retry_after.unwrap() >= 60 * SECOND);
        sleep((120 + weight_wait) * SECOND).await;
        budget.rejected(exceeded(LimitKind::Orders), order_wait * SECOND, false);
        let throttled = send(&budget, fail(both)).await.unwrap_err();
        assert_ne!(throttled.reason, ThrottledReason::Limit { limit });
        assert_eq!(throttled.retry_after, Some(order_wait * SECOND));
        sleep(120 * SECOND).await;
    }
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
    budget.observe(report(2_399, None), Instant::now());
    send(&budget, fail(weight(1))).await.unwrap();
    assert!(send(&budget, fail(weight(1))).await.is_err());
    budget.observe(report(0, Some(6_000)), Instant::now());
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
    let report = |count| {
        let usage = Usage {
            interval: 60 * SECOND,
            count,
            limit: None,
        };
        budget.observe(
            [(LimitKind::RequestWeight, usage)].into_iter(),
            Instant::now(),
        );
    };
    send(&budget, fail(weight(300))).await.unwrap();
    // Others use no more than the 1,800 that are left to them.
    report(300 + 1_800);
    send(&budget, fail(weight(300))).await.unwrap();
    assert!(send(&budget, fail(weight(1))).await.is_err());
    sleep(120 * SECOND).await;
    // Others use more than that.
    report(1_800 + 500);
    send(&budget, fail(weight(100))).await.unwrap();
    assert!(send(&budget, fail(weight(1))).await.is_err());
    sleep(120 * SECOND).await;
    send(&budget, fail(weight(600))).await.unwrap();
    assert_eq!(
        governor.usage()[0].to_string(),
        "request_weight: 600 of 600 in 60s"
    );
}

#[test]
fn all_limits_of_a_request_are_counted() {
    for limits in [Usdm::RATE_LIMITS, CoinM::RATE_LIMITS] {
        let buckets = limits.iter().map(|limit| limit.bucket);
        for bucket in buckets.filter(Option::is_some).chain([None]) {
            let counted = limits.iter().filter(|limit| match limit.kind {
                LimitKind::RequestWeight | LimitKind::Orders => true,
                LimitKind::Bucket => limit.bucket == bucket,
                LimitKind::ConnectionAttempts => false,
            });
            assert!(counted.count() <= state::MAX_COUNTS);
        }
    }
}
