//! Many subscriptions that come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{millis, read_for, seconds, subscribed};
use crate::usdm::streams::{AggTrades, BookTickers};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

/// Random numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }
}

/// 64 tasks subscribe and unsubscribe, and connections break meanwhile. At the end the exchange has exactly the topics that are wanted.
#[tokio::test(start_paused = true)]
async fn ten_thousand_changes_end_with_the_wanted_topics() {
    let sim = Sim::default();
    let streams = sim.connector().streams_builder();
    let streams = streams.topics_per_connection(20).build();
    let changes = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let (streams, changes) = (streams.clone(), Arc::clone(&changes));
            tokio::spawn(async move {
                let mut random = Random(task);
                let mut kept = Vec::new();
                while changes.fetch_add(1, Ordering::Relaxed) < 10_000 {
                    if random.below(2) == 0 || kept.is_empty() {
                        let symbol = format!("S{}USDT", random.below(60));
                        let topic = AggTrades::new(symbol);
                        kept.push(streams.subscribe(topic).open().unwrap());
                    } else {
                        let index = random.below(kept.len() as u64) as usize;
                        kept.swap_remove(index);
                    }
                    tokio::time::sleep(millis(random.below(1_000))).await;
                }
                kept
            })
        })
        .collect();
    let breaking = sim.clone();
    let breaks = tokio::spawn(async move {
        let mut random = Random(99);
        loop {
            tokio::time::sleep(seconds(7)).await;
            let open = breaking.open();
            if !open.is_empty() {
                let (victim, _) = open[random.below(open.len() as u64) as usize];
                breaking.control(victim, Control::Drop);
            }
            breaking.forget_ended();
        }
    });
    let mut kept = Vec::new();
    for task in tasks {
        kept.extend(task.await.unwrap());
    }
    breaks.abort();
    tokio::time::sleep(seconds(120)).await;
    let wanted = kept
        .iter()
        .flat_map(|kept| kept.topics().map(ToString::to_string));
    let wanted: std::collections::BTreeSet<_> = wanted.collect();
    assert_eq!(subscribed(&sim), wanted);
    let listed: Vec<_> = streams.topics().iter().map(ToString::to_string).collect();
    assert_eq!(listed, wanted.iter().cloned().collect::<Vec<_>>());
    println!(
        "{} subscriptions to {} topics are left of 10,000 changes, on {} connections",
        kept.len(),
        wanted.len(),
        sim.open().len()
    );
    drop(kept);
    tokio::time::sleep(seconds(30)).await;
    assert_eq!((sim.open().len(), streams.topics().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn many_subscriptions_at_once_need_few_commands() {
    let sim = Sim::default();
    let streams = sim.connector().streams();
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let streams = streams.clone();
            tokio::spawn(async move {
                let topic = BookTickers::new(format!("S{number}USDT"));
                streams.subscribe(topic).await.unwrap()
            })
        })
        .collect();
    let started = tokio::time::Instant::now();
    let mut kept = Vec::new();
    for task in tasks {
        kept.push(task.await.unwrap());
    }
    assert!(started.elapsed() < seconds(3), "{:?}", started.elapsed());
    let commands = sim.connection(0).commands.len();
    assert!(commands < 10, "{commands} commands");
    assert_eq!(subscribed(&sim).len(), 200);
    kept.clear();
    tokio::time::sleep(seconds(3)).await;
    let commands = sim.connection(0).commands.len();
    assert!(commands < 15, "{commands} commands");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_returns_at_once_loses_nothing_of_the_others() {
    let sim = Sim::default();
    let streams = sim.connector().streams();
    let mut first = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let (mut id, mut received) = (0, 0);
    for _ in 0..50 {
        let second = streams.subscribe(AggTrades::new("BTCUSDT")).open().unwrap();
        id += 1;
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
        tokio::time::sleep(millis(5)).await;
        drop(second);
        let (events, notices) = read_for(&mut first, millis(5)).await;
        received += events.len();
        assert!(notices.is_empty());
    }
    assert_eq!(received, 50);
}
