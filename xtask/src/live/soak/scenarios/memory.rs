//! What a topic costs in memory, and how long many subscriptions take.

use std::time::{Duration, Instant};

use anyhow::Result;
use binance_futures::{
    usdm::{Usdm, streams::BookTickers},
    ws::{Streams, Subscription, Update},
};
use tokio::time::timeout;

use crate::soak::{
    client,
    numbered::{book_ticker, quotes, symbol},
    report::{Report, millis, thousands},
    resident::resident,
    server::{Server, Settings},
};

/// The numbers of topics, one subscription each.
const TOPICS: [usize; 2] = [500, 5_000];

/// The most topics of a connection, as by default.
const TOPICS_PER_CONNECTION: usize = 200;

/// What a topic may cost, in bytes, with its share of the connection and of the server, which is in the same process.
const BYTES_PER_TOPIC: u64 = 8 * 1024;

/// The time in which each step must be done.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was measured.
#[derive(Debug, Clone, Copy)]
struct Figures {
    topics: usize,
    subscribed: usize,
    /// The connections with topics, those of earlier subscriptions included, and how many are needed.
    connections: usize,
    expected_connections: usize,
    ready_after: Duration,
    /// The topics of which an event arrived.
    delivered: usize,
    /// How much the resident memory grew, in bytes: until all topics were subscribed to, and until each had delivered an event.
    grown: Option<(u64, u64)>,
}

/// Runs the scenario.
pub(in crate::soak) async fn run() -> Result<Report> {
    let mut report = Report::default();
    let server = Server::start(Settings::default())?;
    let streams = client::streams(&server)?.build();
    // What only the first subscription costs, whatever its topics are.
    let mut subscriptions = vec![measure(&server, &streams, 0, 1).await?.1];
    let mut first = 1;
    for topics in TOPICS {
        let (figures, subscription) = measure(&server, &streams, first, topics).await?;
        report.append(
            &format!("{} topics", thousands(topics as u64)),
            figures.report(),
        );
        first += topics;
        subscriptions.push(subscription);
    }
    Ok(report)
}

/// Subscribes to topics, after the first ones, and lets each deliver an event.
async fn measure(
    server: &Server,
    streams: &Streams<Usdm>,
    first: usize,
    topics: usize,
) -> Result<(Figures, Subscription<BookTickers>)> {
    let connections = server.connections();
    let all: Vec<_> = (first..first + topics)
        .map(|number| {
            let symbol = symbol(number);
            let (name, topic) = quotes(&symbol);
            (symbol, name, topic)
        })
        .collect();
    let before = resident();
    let started = Instant::now();
    let subscribe = streams.subscribe_all(all.iter().map(|(_, _, topic)| topic.clone()));
    // Opened, so that a topic that is missing is measured and does not end the scenario.
    let mut subscription = subscribe.open()?;
    let _ = timeout(PATIENCE, subscription.ready()).await;
    let ready_after = started.elapsed();
    let when_ready = resident();
    let subscribed = connections.subscribed();
    let is_subscribed = |name: &String| subscribed.contains_key(name);
    for (symbol, name, _) in &all {
        connections.publish(name, &book_ticker(name, symbol, 1));
    }
    let mut delivered = 0;
    while delivered < topics {
        match timeout(Duration::from_secs(5), subscription.next()).await {
            Ok(Some(Update::Event(_))) => delivered += 1,
            Ok(Some(Update::Notice(_))) => {}
            _ => break,
        }
    }
    let after = resident();
    let grown = before.zip(when_ready).zip(after);
    let open = connections.open().into_iter();
    let figures = Figures {
        topics,
        subscribed: all
            .iter()
            .filter(|(_, name, _)| is_subscribed(name))
            .count(),
        connections: open.filter(|(_, topics)| *topics > 0).count(),
        expected_connections: (first + topics).div_ceil(TOPICS_PER_CONNECTION),
        ready_after,
        delivered,
        grown: grown.map(|((before, when_ready), after)| {
            (
                when_ready.saturating_sub(before),
                after.saturating_sub(before),
            )
        }),
    };
    Ok((figures, subscription))
}

impl Figures {
    fn report(&self) -> Report {
        let mut report = Report::default();
        let topics = self.topics as u64;
        report.figure("subscribed after", millis(self.ready_after));
        report.demand(
            "all topics are subscribed to",
            thousands(self.subscribed as u64),
            self.subscribed == self.topics,
        );
        report.demand(
            "each topic delivers",
            thousands(self.delivered as u64),
            self.delivered == self.topics,
        );
        report.demand(
            format!("{} connections are open", self.expected_connections),
            thousands(self.connections as u64),
            self.connections == self.expected_connections,
        );
        let Some((when_ready, after)) = self.grown else {
            report.figure("memory", "not measured: there is no /proc/self/status");
            return report;
        };
        let of_topic = |bytes: u64| bytes.checked_div(topics).unwrap_or(0);
        report.figure(
            "memory of a topic",
            format!(
                "{} bytes when it is subscribed to, {} bytes after an event; the server included",
                thousands(of_topic(when_ready)),
                thousands(of_topic(after))
            ),
        );
        report.demand(
            format!("a topic costs at most {} bytes", thousands(BYTES_PER_TOPIC)),
            thousands(of_topic(after)),
            of_topic(after) <= BYTES_PER_TOPIC,
        );
        report
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    /// A change of the figures, and the demand that fails then.
    type Change = (fn(&mut Figures), &'static str);

    async fn small(settings: Settings) -> Figures {
        let server = Server::start(settings).unwrap();
        let streams = client::streams(&server).unwrap().build();
        let figures = measure(&server, &streams, 0, 300).await.unwrap().0;
        // Other tests of this process occupy memory meanwhile.
        Figures {
            grown: Some((0, 300 * BYTES_PER_TOPIC)),
            ..figures
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_demand_can_fail() {
        let right = small(Settings::default()).await;
        assert!(right.report().holds(), "{:?}", right.report());
        let changes: [Change; 4] = [
            (|it| it.subscribed -= 1, "all topics are subscribed to"),
            (|it| it.delivered -= 1, "each topic delivers"),
            (|it| it.connections += 1, "2 connections are open"),
            (
                |it| it.grown = Some((0, 300 * (BYTES_PER_TOPIC + 1))),
                "a topic costs at most 8,192 bytes",
            ),
        ];
        for (change, text) in changes {
            let mut figures = right;
            change(&mut figures);
            assert_eq!(figures.report().failed(), [text]);
        }
    }
}
