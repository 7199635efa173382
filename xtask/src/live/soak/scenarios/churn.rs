//! Subscriptions that come and go while connections break: at the end the server has exactly the topics that are wanted.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use binance_futures::{
    usdm::{Usdm, streams::BookTickers},
    ws::{Streams, Subscription, Update},
};
use tokio::time::{sleep, timeout};

use crate::soak::{
    client,
    numbered::{book_ticker, quotes, symbol},
    options::Length,
    random::Random,
    report::{Report, millis, thousands},
    server::{Connections, Control, Server, ServerFigures, Settings},
};

/// The tasks that subscribe and unsubscribe.
const TASKS: u64 = 64;

/// The topics among which they choose.
const TOPICS: usize = 60;

/// The most topics of a connection.
const TOPICS_PER_CONNECTION: usize = 20;

/// The longest wait of a task after a change.
const LONGEST_WAIT: u64 = 500;

/// What is done.
#[derive(Debug, Clone, Copy)]
struct Plan {
    changes: u64,
    /// The time between two connections that break.
    break_every: Duration,
    /// The time in which the server must have the wanted topics after the last change.
    patience: Duration,
    settings: Settings,
}

impl Plan {
    fn of(length: Length) -> Self {
        let (changes, break_every) = match length {
            Length::Short => (1_000, 500),
            Length::Long => (10_000, 3_000),
        };
        Self {
            changes,
            break_every: Duration::from_millis(break_every),
            patience: Duration::from_secs(60),
            settings: Settings::default(),
        }
    }
}

/// What was measured.
#[derive(Debug, Clone, Default)]
struct Figures {
    subscribed: u64,
    unsubscribed: u64,
    broken: u64,
    /// The topics that are wanted at the end, and those of the server with the number of connections.
    wanted: BTreeSet<String>,
    found: BTreeMap<String, usize>,
    /// The time from the last change until the server had the wanted topics.
    settled_after: Duration,
    /// The topics of the server after all subscriptions were dropped.
    left: u64,
    /// The subscriptions at the end, and those of them that received an event.
    subscriptions: u64,
    receiving: u64,
    server: ServerFigures,
}

/// Runs the scenario.
pub(in crate::soak) async fn run(length: Length, seed: u64) -> Result<Report> {
    let figures = measure(Plan::of(length), seed).await?;
    Ok(figures.report())
}

async fn measure(plan: Plan, seed: u64) -> Result<Figures> {
    let server = Server::start(plan.settings)?;
    let builder = client::streams(&server)?.topics_per_connection(TOPICS_PER_CONNECTION);
    let streams = builder.build();
    let connections = server.connections();
    let broken = Arc::new(AtomicU64::new(0));
    let breaking = server.spawn(break_connections(
        Arc::clone(connections),
        plan.break_every,
        Random::new(seed, "breaks"),
        Arc::clone(&broken),
    ));
    let mut figures = Figures::default();
    let mut kept = change_all(&streams, plan.changes, seed, &mut figures).await?;
    breaking.abort();
    figures.broken = broken.load(Ordering::Relaxed);

    let changed = Instant::now();
    let topics = kept.iter().flat_map(Subscription::topics);
    figures.wanted = topics.map(ToString::to_string).collect();
    let wanted = &figures.wanted;
    let is_wanted = |found: &BTreeMap<String, usize>| {
        found.keys().eq(wanted) && found.values().all(|connections| *connections == 1)
    };
    figures.found = until(connections, plan.patience, is_wanted).await;
    figures.settled_after = changed.elapsed();
    figures.server = connections.figures();

    for subscription in &kept {
        // The number of those that receive an event is measured.
        let _ = timeout(plan.patience, subscription.ready()).await;
    }
    for number in 0..TOPICS {
        let symbol = symbol(number);
        let (name, _) = quotes(&symbol);
        connections.publish(&name, &book_ticker(&name, &symbol, 1));
    }
    figures.subscriptions = kept.len() as u64;
    for subscription in &mut kept {
        figures.receiving += u64::from(receives(subscription, plan.patience).await);
    }
    drop(kept);
    let left = until(connections, plan.patience, BTreeMap::is_empty).await;
    figures.left = left.len() as u64;
    Ok(figures)
}

/// Subscribes and unsubscribes from many tasks. Returns the subscriptions that are left.
async fn change_all(
    streams: &Streams<Usdm>,
    changes: u64,
    seed: u64,
    figures: &mut Figures,
) -> Result<Vec<Subscription<BookTickers>>> {
    let made = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let random = Random::new(seed.wrapping_add(task), "changes");
            let task = change(streams.clone(), changes, random, Arc::clone(&made));
            tokio::spawn(task)
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        let (kept, subscribed, unsubscribed) = task.await??;
        all.extend(kept);
        figures.subscribed += subscribed;
        figures.unsubscribed += unsubscribed;
    }
    Ok(all)
}

/// Subscribes and unsubscribes until all tasks together have made so many changes. Returns the subscriptions that are left, and how often this
/// task subscribed and unsubscribed.
async fn change(
    streams: Streams<Usdm>,
    changes: u64,
    mut random: Random,
    made: Arc<AtomicU64>,
) -> Result<(Vec<Subscription<BookTickers>>, u64, u64)> {
    let (mut kept, mut subscribed, mut unsubscribed) = (Vec::new(), 0, 0);
    while made.fetch_add(1, Ordering::Relaxed) < changes {
        if kept.is_empty() || random.below(2) == 0 {
            let number = usize::try_from(random.below(TOPICS as u64))?;
            let (_, topic) = quotes(&symbol(number));
            kept.push(streams.subscribe(topic).open()?);
            subscribed += 1;
        } else {
            let index = usize::try_from(random.below(kept.len() as u64))?;
            kept.swap_remove(index);
            unsubscribed += 1;
        }
        sleep(Duration::from_millis(random.below(LONGEST_WAIT))).await;
    }
    Ok((kept, subscribed, unsubscribed))
}

/// Ends a connection at an interval, for ever.
async fn break_connections(
    connections: Arc<Connections>,
    every: Duration,
    mut random: Random,
    broken: Arc<AtomicU64>,
) {
    loop {
        sleep(every).await;
        if let Some((id, _)) = random.choose(&connections.open()) {
            let control = if random.below(2) == 0 {
                Control::Reset
            } else {
                Control::Cut
            };
            connections.control(*id, control);
            broken.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Waits until the topics of the server fulfill a condition, for at most some time. Returns the topics.
async fn until(
    connections: &Connections,
    patience: Duration,
    condition: impl Fn(&BTreeMap<String, usize>) -> bool,
) -> BTreeMap<String, usize> {
    let until = Instant::now() + patience;
    loop {
        let subscribed = connections.subscribed();
        if condition(&subscribed) || Instant::now() > until {
            return subscribed;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Returns whether a subscription receives an event.
async fn receives(subscription: &mut Subscription<BookTickers>, patience: Duration) -> bool {
    let event = async {
        while let Some(update) = subscription.next().await {
            if matches!(update, Update::Event(_)) {
                return true;
            }
        }
        false
    };
    timeout(patience, event).await.unwrap_or(false)
}

impl Figures {
    fn report(&self) -> Report {
        let mut report = Report::default();
        report.figure(
            "changes",
            format!(
                "{} subscribed, {} unsubscribed, by {TASKS} tasks",
                thousands(self.subscribed),
                thousands(self.unsubscribed)
            ),
        );
        report.figure(
            "connections",
            format!("{} opened, {} broken", self.server.opened, self.broken),
        );
        let commands = self.server.commands.iter();
        let commands = commands.map(|(method, count)| format!("{} {method}", thousands(*count)));
        report.figure("commands", commands.collect::<Vec<_>>().join(", "));
        report.figure(
            "most commands of a connection within a second",
            self.server.commands_in_a_second.to_string(),
        );
        report.figure(
            "time until the wanted topics were subscribed to",
            millis(self.settled_after),
        );
        let missing = self.wanted.iter();
        let missing = missing.filter(|topic| !self.found.contains_key(*topic));
        let unwanted = self.found.keys();
        let unwanted = unwanted.filter(|topic| !self.wanted.contains(*topic));
        let repeated = self.found.values().filter(|connections| **connections > 1);
        report.figure("wanted topics", thousands(self.wanted.len() as u64));
        report.none("wanted topic missing", missing.count() as u64);
        report.none("unwanted topic subscribed to", unwanted.count() as u64);
        report.none("topic on several connections", repeated.count() as u64);
        report.demand(
            "all subscriptions that are left receive an event",
            format!("{} of {}", self.receiving, self.subscriptions),
            self.receiving == self.subscriptions && self.subscriptions > 0,
        );
        report.none(
            "topic subscribed to after all subscriptions were dropped",
            self.left,
        );
        report.demand(
            "connections broke meanwhile",
            thousands(self.broken),
            self.broken > 0,
        );
        report
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    fn small() -> Plan {
        Plan {
            changes: 300,
            ..Plan::of(Length::Short)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_demand_can_fail() {
        let right = measure(small(), 7).await.unwrap();
        assert!(right.report().holds(), "{:?}", right.report());
        let unwanted = String::from("unwanted@bookTicker");
        let mut changes: Vec<(Figures, &str)> = vec![(right.clone(), ""); 6];
        changes[0].0.found.pop_first();
        changes[0].1 = "no wanted topic missing";
        changes[1].0.found.insert(unwanted, 1);
        changes[1].1 = "no unwanted topic subscribed to";
        *changes[2].0.found.values_mut().next().unwrap() = 2;
        changes[2].1 = "no topic on several connections";
        changes[3].0.receiving -= 1;
        changes[3].1 = "all subscriptions that are left receive an event";
        changes[4].0.left = 1;
        changes[4].1 = "no topic subscribed to after all subscriptions were dropped";
        changes[5].0.broken = 0;
        changes[5].1 = "connections broke meanwhile";
        for (figures, text) in changes {
            assert_eq!(figures.report().failed(), [text]);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_does_not_unsubscribe_fails_the_demand() {
        let plan = Plan {
            patience: Duration::from_secs(2),
            break_every: Duration::from_millis(1_000),
            settings: Settings {
                not_carried_out: Some("UNSUBSCRIBE"),
                ..Settings::default()
            },
            ..small()
        };
        let report = measure(plan, 7).await.unwrap().report();
        let expected = "no topic subscribed to after all subscriptions were dropped";
        assert!(report.failed().contains(&expected), "{report:?}");
    }
}
