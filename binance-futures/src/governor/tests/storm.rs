//! Many calls at once against an exchange that counts.

use super::*;

/// An exchange that counts in windows of its own phase, and records how often a limit was exceeded.
pub(super) struct Counting {
    started: Instant,
    phase: Duration,
    counts: Mutex<Vec<Count>>,
    pub(super) exceeded: AtomicUsize,
}

struct Count {
    limit: &'static RateLimit,
    product: Option<&'static str>,
    window: u128,
    count: u64,
    total: u64,
}

impl Counting {
    pub(super) fn new(phase: Duration) -> Arc<Self> {
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
    pub(super) fn arrive_with(&self, product: &'static str, cost: Cost, percent: u64) {
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

/// Prints its figures with `cargo test -p binance-futures --all-features --lib storm -- --nocapture`.
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
