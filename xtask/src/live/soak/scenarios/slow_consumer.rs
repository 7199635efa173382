//! A subscriber that reads nothing costs no more than its queue, and delays nobody.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use binance_futures::{
    usdm::streams::{AggTrades, DiffDepth},
    ws::{Notice, Queue, Subscription, SubscriptionStats, Update},
};

use crate::soak::{
    client::{self, Goal, Notices},
    numbered::{Numbered, symbol},
    observed::Faults,
    options::Length,
    report::{Report, approximate, mebibytes, millis, rate, thousands},
    resident::{Peak, resident},
    server::{Connections, Server, ServerFigures, Settings},
};

/// The rate of the messages, if the build can serve it.
const MESSAGES_PER_SECOND: u64 = 50_000;

/// The longest time until a pong.
const LONGEST_PONG: Duration = Duration::from_secs(1);

/// The most messages that the client has not certainly read. Few, so that the time until a pong is that of the client, and not that of
/// messages before it, on a machine that serves a thousand messages a second.
const WINDOW: u64 = 250;

/// How many times longer than planned messages are sent, until there are enough to fill the queue.
const LONGER: u32 = 4;

/// What the process may occupy beyond the queue: buffers of connections, the queue of the other subscriber, and what the allocator keeps.
const OVERHEAD: u64 = 16 * 1024 * 1024;

/// What an event may occupy for each byte that the queue counts, as the docs of `Queue::bytes` say.
const TRADE_FACTOR: u64 = 2;
const LIST_FACTOR: u64 = 3;

/// The changes on each side of an order book.
const LEVELS: usize = 20;

/// The most updates in the queue of the second subscriber that sleeps.
const ITEMS: usize = 1_000;

/// What is done.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// How long the subscribers sleep.
    time: Duration,
    /// The most bytes in the queue of the first subscriber that sleeps.
    bytes: usize,
    /// The bound that is demanded. Equal to `bytes`, but in tests.
    demanded: usize,
    /// The memory that may be occupied for each byte of the bound.
    factor: u64,
}

impl Plan {
    fn of(length: Length, factor: u64) -> Self {
        let (seconds, mebibytes) = match length {
            Length::Short => (5, 4),
            Length::Long => (60, 64),
        };
        let bytes = mebibytes * 1024 * 1024;
        Self {
            time: Duration::from_secs(seconds),
            bytes,
            demanded: bytes,
            factor,
        }
    }
}

/// What was measured.
#[derive(Debug, Clone)]
struct Figures {
    plan: Plan,
    sent: u64,
    took: Duration,
    /// The subscribers that slept: with a bound of bytes, and of items.
    asleep: [Asleep; 2],
    awake: Awake,
    server: ServerFigures,
    memory: Option<Memory>,
    /// How long the machine let a thread wait.
    late: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Asleep {
    /// The figures of the queue when the last message was read by the other subscriber.
    stats: SubscriptionStats,
    /// What was read after waking up.
    delivered: u64,
    lagged: u64,
}

#[derive(Debug, Clone)]
struct Awake {
    delivered: u64,
    is_complete: bool,
    faults: Faults,
    notices: Notices,
}

/// Resident memory, in bytes.
#[derive(Debug, Clone, Copy)]
struct Memory {
    before: u64,
    after: u64,
    peak: u64,
}

/// Runs the scenario.
pub(in crate::soak) async fn run(length: Length) -> Result<Report> {
    let mut report = Report::default();
    let trades = measure::<AggTrades>(Plan::of(length, TRADE_FACTOR)).await?;
    report.append(AggTrades::NAME, trades.report());
    let books = measure::<DiffDepth>(Plan::of(length, LIST_FACTOR)).await?;
    report.append(DiffDepth::NAME, books.report());
    Ok(report)
}

async fn measure<T: Numbered>(plan: Plan) -> Result<Figures> {
    let server = Server::start(Settings {
        ping_every: Some(Duration::from_millis(100)),
        window: WINDOW,
        ..Settings::default()
    })?;
    let streams = client::streams(&server)?.build();
    let subscribe = || streams.subscribe(T::topic(&symbol(0)));
    let by_bytes = Queue::drop_oldest().bytes(plan.bytes).items(usize::MAX);
    let by_bytes = subscribe().queue(by_bytes).await?;
    let by_items = Queue::drop_oldest().items(ITEMS);
    let by_items = subscribe().queue(by_items).await?;
    let mut awake = subscribe().await?;
    awake.ready().await?;

    let goal = Arc::new(Goal::default());
    let before = resident();
    let peak = Peak::start();
    let connections = Arc::clone(server.connections());
    let publishing = server.spawn(publish::<T>(connections, plan, Arc::clone(&goal)));
    let reading = tokio::spawn(async move { client::read(&mut awake, 1, &goal).await }).await?;
    let (sent, took) = publishing.await?;
    let late = peak.late();
    let memory = before.zip(resident()).zip(peak.bytes());
    let memory = memory.map(|((before, after), peak)| Memory {
        before,
        after,
        peak,
    });
    let server = server.connections().figures();
    Ok(Figures {
        plan,
        sent,
        took,
        asleep: [wake::<T>(by_bytes).await?, wake::<T>(by_items).await?],
        awake: Awake {
            delivered: reading.delivered(),
            is_complete: reading.is_complete,
            faults: reading.faults(),
            notices: reading.notices,
        },
        server,
        memory,
        late,
    })
}

/// Sends messages for a time, or longer if they do not fill the queue. Returns their number, and the time that it took.
async fn publish<T: Numbered>(
    connections: Arc<Connections>,
    plan: Plan,
    goal: Arc<Goal>,
) -> (u64, Duration) {
    let symbol = symbol(0);
    let (name, _) = T::named(&symbol);
    let started = Instant::now();
    let mut sent = 0;
    let size = T::message(&name, &symbol, 1, LEVELS).len();
    // The queue counts more than the text.
    let enough = (plan.bytes.checked_div(size).unwrap_or(0) + ITEMS) as u64;
    let limit = plan.time * LONGER;
    while started.elapsed() < plan.time || (sent < enough && started.elapsed() < limit) {
        let due = started.elapsed().as_secs_f64() * approximate(MESSAGES_PER_SECOND);
        let mut batch = 0;
        while approximate(sent) < due && batch < 100 {
            sent += 1;
            batch += 1;
            connections.publish(&name, &T::message(&name, &symbol, sent, LEVELS));
        }
        if batch == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // A client that reads nothing must not stop the scenario.
        let left = limit.saturating_sub(started.elapsed());
        let _ = tokio::time::timeout(left, connections.room()).await;
        tokio::task::yield_now().await;
    }
    let took = started.elapsed();
    goal.set(vec![sent]);
    // So that a reader that had read everything before looks again.
    sent += 1;
    connections.publish(&name, &T::message(&name, &symbol, sent, LEVELS));
    let _ = tokio::time::timeout(Duration::from_secs(10), connections.settled()).await;
    (sent, took)
}

/// Reads what waits for a subscriber that slept.
async fn wake<T: Numbered>(mut subscription: Subscription<T>) -> Result<Asleep> {
    let stats = subscription.stats();
    let mut asleep = Asleep {
        stats,
        delivered: 0,
        lagged: 0,
    };
    while subscription.stats().queued > 0 {
        match subscription.next().await.context("a subscription ended")? {
            Update::Event(_) => asleep.delivered += 1,
            Update::Notice(Notice::Lagged(count)) => asleep.lagged += count,
            Update::Notice(_) => {}
        }
    }
    Ok(asleep)
}

impl Figures {
    fn report(&self) -> Report {
        let mut report = Report::default();
        report.figure("messages", rate(self.sent, self.took));
        let [by_bytes, by_items] = &self.asleep;
        for (name, asleep) in [("by bytes", by_bytes), ("by items", by_items)] {
            let stats = asleep.stats;
            report.figure(
                format!("queue bounded {name}"),
                format!(
                    "{} queued with {}, {} lagged",
                    thousands(stats.queued as u64),
                    mebibytes(stats.queued_bytes as u64),
                    thousands(stats.lagged)
                ),
            );
            let sum = asleep.delivered + asleep.lagged;
            report.demand(
                format!("bounded {name}: delivered and lagged are all that was sent"),
                format!(
                    "{} and {} of {}",
                    thousands(asleep.delivered),
                    thousands(asleep.lagged),
                    thousands(self.sent)
                ),
                sum == self.sent && asleep.lagged == stats.lagged,
            );
            report.demand(
                format!("bounded {name}: the queue was full"),
                thousands(stats.lagged),
                stats.lagged > 0,
            );
        }
        let bound = self.plan.demanded as u64;
        let queued = by_bytes.stats.queued_bytes as u64;
        report.demand(
            format!("queued bytes ≤ {}", mebibytes(bound)),
            mebibytes(queued),
            queued <= bound,
        );
        let queued = by_items.stats.queued;
        report.demand(
            format!("queued items ≤ {}", thousands(ITEMS as u64)),
            thousands(queued as u64),
            queued <= ITEMS,
        );
        self.report_memory(&mut report);
        self.report_others(&mut report);
        report
    }

    fn report_memory(&self, report: &mut Report) {
        let bound = self.plan.demanded as u64;
        let Some(memory) = self.memory else {
            report.figure("memory", "not measured: there is no /proc/self/status");
            return;
        };
        let growth = memory.peak.saturating_sub(memory.before);
        report.figure(
            "memory",
            format!(
                "{} before, {} after, {} at most: {:.2} bytes more for each byte of the bound",
                mebibytes(memory.before),
                mebibytes(memory.after),
                mebibytes(memory.peak),
                approximate(growth) / approximate(bound)
            ),
        );
        let factor = self.plan.factor;
        report.demand(
            format!(
                "memory grows by at most {factor} bytes for each byte of the bound, and {}",
                mebibytes(OVERHEAD)
            ),
            mebibytes(growth),
            growth <= bound * factor + OVERHEAD,
        );
    }

    fn report_others(&self, report: &mut Report) {
        let server = &self.server;
        report.figure(
            "pings of the server",
            format!(
                "{} sent, {} answered, at the latest after {}; the machine let a thread wait for up to {}",
                thousands(server.pings),
                thousands(server.pongs),
                millis(server.longest_pong),
                millis(self.late)
            ),
        );
        let longest = LONGEST_PONG + self.late;
        report.demand(
            format!("each pong arrives within {}", millis(longest)),
            millis(server.longest_pong),
            server.longest_pong <= longest && server.pongs > 0,
        );
        let delivered = self.awake.delivered;
        report.demand(
            "the awake subscriber receives everything",
            format!("{} of {}", thousands(delivered), thousands(self.sent)),
            // The last message only wakes it.
            delivered + 1 >= self.sent,
        );
        let awake = &self.awake;
        client::demand_order(report, awake.is_complete, awake.faults, awake.notices);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    /// A change of the figures, and the demand that fails then.
    type Change = (fn(&mut Figures), &'static str);

    /// A short run.
    const PLAN: Plan = Plan {
        time: Duration::from_millis(1_000),
        bytes: 256 * 1024,
        demanded: 256 * 1024,
        factor: LIST_FACTOR,
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_demand_can_fail() {
        let right = measure::<DiffDepth>(PLAN).await.unwrap();
        // Other tests of this process occupy memory meanwhile.
        let right = Figures {
            memory: Some(Memory {
                before: 0,
                after: 0,
                peak: OVERHEAD,
            }),
            ..right
        };
        assert!(right.report().holds(), "{:?}", right.report());
        let changes: [Change; 10] = [
            (|it| it.plan.demanded = 1_000, "queued bytes"),
            (|it| it.asleep[1].stats.queued = ITEMS + 1, "queued items"),
            (|it| it.asleep[0].delivered -= 1, "by bytes: delivered"),
            (|it| it.asleep[1].lagged += 1, "by items: delivered"),
            (|it| it.asleep[1].stats.lagged += 1, "by items: delivered"),
            (
                |it| it.memory.as_mut().unwrap().peak = OVERHEAD + 4 * 256 * 1024,
                "memory grows",
            ),
            (
                |it| it.server.longest_pong = LONGEST_PONG + 2 * it.late + Duration::from_millis(1),
                "each pong",
            ),
            (|it| it.server.pongs = 0, "each pong"),
            (|it| it.awake.delivered -= 2, "receives everything"),
            (|it| it.awake.is_complete = false, "the last event"),
        ];
        for (change, text) in changes {
            let mut figures = right.clone();
            change(&mut figures);
            let report = figures.report();
            assert!(
                report.failed().iter().any(|failed| failed.contains(text)),
                "{text}: {:?}",
                report.failed()
            );
        }
    }
}
