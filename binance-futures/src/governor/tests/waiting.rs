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
