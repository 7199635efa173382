//! Calls that wait: their order, their ends, and deadlines.

use super::*;

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
async fn call_that_fits_exactly_at_its_deadline_waits() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    send(&budget, ask(weight(2_400))).await.unwrap();
    let throttled = send(&budget, fail(weight(1))).await.unwrap_err();
    let fits_after = throttled.retry_after.unwrap();
    let started = Instant::now();
    let at_deadline = |deadline| Ask {
        deadline: Some(deadline),
        ..ask(weight(1))
    };
    let early = at_deadline(started + fits_after - Duration::from_nanos(1));
    assert!(send(&budget, early).await.is_err());
    assert_eq!(started.elapsed(), Duration::ZERO);
    let _ = send(&budget, at_deadline(started + fits_after)).await;
    assert!(started.elapsed() >= fits_after);
}

#[tokio::test(start_paused = true)]
async fn late_call_names_the_limit_that_it_waited_for() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    let mut pending = Vec::new();
    for _ in 0..limit(LimitKind::Orders, 10 * SECOND) {
        pending.push(budget.acquire(ask(one_order())).await.unwrap().sent());
    }
    let late = Ask {
        deadline: Some(Instant::now() + SECOND),
        ..ask(Cost {
            weight: 1,
            ..one_order()
        })
    };
    let throttled = send(&budget, late).await.unwrap_err();
    let limit = "orders_10s";
    assert_eq!(throttled.reason, ThrottledReason::Limit { limit });
}

#[tokio::test(start_paused = true)]
async fn small_call_does_not_pass_a_large_one_that_waits_before_it() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(None);
    let first = budget.acquire(ask(weight(2_000))).await.unwrap();
    let second = budget.acquire(ask(weight(400))).await.unwrap();
    let spawn = |cost| {
        let budget = budget.clone();
        tokio::spawn(async move { budget.acquire(ask(weight(cost))).await })
    };
    let large = spawn(1_000);
    sleep(SECOND).await;
    let small = spawn(1);
    sleep(SECOND).await;
    assert_eq!(
        governor.usage()[0].to_string(),
        "request_weight: 2400 of 2400 in 60s, 2 waiting"
    );
    // Now the small call would fit, but not the large one.
    drop(second);
    sleep(SECOND).await;
    assert!(!large.is_finished() && !small.is_finished());
    drop(first);
    sleep(SECOND).await;
    assert!(large.is_finished() && small.is_finished());
}

#[test]
fn default_priority_depends_on_method_security_and_cost() {
    let metadata = |security, reads_history| Metadata {
        security,
        reads_history,
        ..Metadata::DEFAULT
    };
    let trade = metadata(Security::Trade, false);
    let listen_key = metadata(Security::UserStream, false);
    let data = metadata(Security::None, false);
    let history = metadata(Security::None, true);
    for (method, metadata, cost, expected) in [
        (Method::Delete, trade, weight(1), Priority::Cancel),
        (Method::Delete, listen_key, weight(1), Priority::Query),
        (Method::Post, trade, one_order(), Priority::Order),
        (Method::Post, trade, weight(1), Priority::Query),
        (Method::Get, data, weight(1), Priority::Query),
        (Method::Get, history, weight(1), Priority::History),
    ] {
        let found = Priority::of(Some(method), &metadata, cost);
        assert_eq!(found, expected, "{method:?} {metadata:?}");
    }
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

#[tokio::test(start_paused = true)]
async fn call_passes_another_one_that_waits_for_a_limit_that_it_does_not_count_against() {
    let governor = Governor::new();
    let budget = governor.budget::<Usdm>(Some("key"));
    for _ in 0..limit(LimitKind::Orders, 10 * SECOND) {
        send(&budget, fail(one_order())).await.unwrap();
    }
    let other = budget.clone();
    let order = Cost {
        weight: 1,
        ..one_order()
    };
    let waiting = tokio::spawn(async move { send(&other, ask(order)).await });
    sleep(SECOND).await;
    // Both count weight, of which enough is left.
    send(&budget, fail(weight(1))).await.unwrap();
    assert!(send(&budget, fail(one_order())).await.is_err());
    waiting.await.unwrap().unwrap();
}
