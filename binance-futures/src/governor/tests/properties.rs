//! Random calls, against a model and against an exchange that counts.

use super::storm::Counting;
use super::*;

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
