//! Connections that lose, repeat and reorder messages, fall silent and break: each loss is reported, and nothing else.

mod publisher;

use std::{sync::Arc, time::Duration};

use anyhow::{Result, anyhow};
use binance_futures::{
    usdm::{
        Usdm,
        streams::{AggTrades, DiffDepth},
    },
    ws::Streams,
};
use tokio::task::JoinHandle;

use self::publisher::{Counts, Publisher, Source};
use crate::soak::{
    client::{self, Goal, Notices, Reading},
    numbered::{Numbered, symbol},
    observed::Faults,
    options::Length,
    random::Random,
    report::{Report, rate, thousands},
    server::{Server, Settings},
    truth::Compared,
};

/// What is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// The number of messages of all topics.
    pub(super) messages: u64,
    /// Of how many messages in 1,000 each connection loses, repeats or reorders one.
    pub(super) faults_per_mille: u64,
    /// How often a connection is ended, and how often a topic falls silent on a connection.
    pub(super) cuts: u64,
    pub(super) mutes: u64,
    /// The topics of each kind.
    pub(super) topics: usize,
    /// Whether the readers leave out gaps. Tests use it to see that a demand fails.
    ignores_gaps: bool,
}

impl Plan {
    fn of(length: Length) -> Self {
        let (messages, cuts) = match length {
            Length::Short => (200_000, 6),
            Length::Long => (10_000_000, 24),
        };
        Self {
            messages,
            faults_per_mille: 10,
            cuts,
            mutes: cuts,
            topics: 4,
            ignores_gaps: false,
        }
    }
}

/// What was measured.
#[derive(Debug, Clone)]
struct Figures {
    took: Duration,
    counts: Counts,
    opened: u64,
    trades: Kind,
    books: Kind,
}

/// What was measured of the topics of one kind.
#[derive(Debug, Clone)]
struct Kind {
    first_fault: Option<String>,
    is_complete: bool,
    delivered: u64,
    notices: Notices,
    faults: Faults,
    compared: Compared,
}

/// Runs the scenario.
pub(in crate::soak) async fn run(length: Length, seed: u64) -> Result<Report> {
    let figures = measure(Plan::of(length), seed).await?;
    Ok(figures.report())
}

async fn measure(plan: Plan, seed: u64) -> Result<Figures> {
    let server = Server::start(Settings {
        ping_every: Some(Duration::from_millis(100)),
        // Small, so that few messages are uncertain when a connection ends.
        window: 1_000,
        ..Settings::default()
    })?;
    let builder = client::streams(&server)?.drain(Duration::from_secs(1));
    let streams = builder.build();
    let goals = [(); 2].map(|()| Arc::new(Goal::new(plan.ignores_gaps)));
    let [of_trades, of_books] = goals.clone();
    let trades = reader::<AggTrades>(&streams, plan.topics, of_trades).await?;
    let books = reader::<DiffDepth>(&streams, plan.topics, of_books).await?;
    let mut sources = sources::<AggTrades>(plan.topics);
    sources.extend(self::sources::<DiffDepth>(plan.topics));
    let connections = Arc::clone(server.connections());
    let random = Random::new(seed, "losses");
    let publisher = Publisher::new(connections, sources, random, plan);
    let publishing = server.spawn(publisher.run(goals));
    let (trades, books) = (trades.await?, books.await?);
    let published = publishing
        .await?
        .ok_or_else(|| anyhow!("the server could not send all messages in time"))?;
    let (of_trades, of_books) = published.sources.split_at(plan.topics);
    Ok(Figures {
        took: published.took,
        counts: published.counts,
        opened: server.connections().figures().opened,
        trades: Kind::new(&trades, of_trades),
        books: Kind::new(&books, of_books),
    })
}

/// Subscribes to topics, and reads them until the goal is reached.
async fn reader<T: Numbered>(
    streams: &Streams<Usdm>,
    topics: usize,
    goal: Arc<Goal>,
) -> Result<JoinHandle<Reading>> {
    let all = (0..topics).map(|number| T::topic(&symbol(number)));
    let subscribe = streams.subscribe_all(all).topics_per_connection(2);
    let mut subscription = subscribe.stale_after(Duration::from_secs(1)).await?;
    subscription.ready().await?;
    Ok(tokio::spawn(async move {
        client::read(&mut subscription, topics, &goal).await
    }))
}

fn sources<T: Numbered>(topics: usize) -> Vec<Source> {
    let symbols = (0..topics).map(symbol);
    symbols.map(|symbol| Source::new::<T>(&symbol)).collect()
}

impl Kind {
    fn new(reading: &Reading, sources: &[Source]) -> Self {
        let mut compared = Compared::default();
        for (observed, source) in reading.topics.iter().zip(sources) {
            compared.add(source.truth.compare(observed.last(), &observed.gaps));
        }
        Self {
            first_fault: reading.first_fault(),
            is_complete: reading.is_complete,
            delivered: reading.delivered(),
            notices: reading.notices,
            faults: reading.faults(),
            compared,
        }
    }

    fn report(&self) -> Report {
        let mut report = Report::default();
        report.figure("delivered", thousands(self.delivered));
        report.figure(
            "lost",
            format!(
                "{} certainly, {} perhaps",
                thousands(self.compared.lost),
                thousands(self.compared.uncertain)
            ),
        );
        report.figure("notices", client::notices(self.notices));
        if let Some(fault) = &self.first_fault {
            report.figure("first fault", fault);
        }
        client::demand_order(&mut report, self.is_complete, self.faults, self.notices);
        report.none(
            "event that the server lost and no gap reports",
            self.compared.unreported,
        );
        report.none(
            "event that the server sent and a gap reports",
            self.compared.wrongly_reported,
        );
        let lost = self.compared.lost;
        report.demand("events were lost", thousands(lost), lost > 0);
        report
    }
}

impl Figures {
    fn report(&self) -> Report {
        let mut report = Report::default();
        let counts = &self.counts;
        report.figure("messages", rate(counts.messages, self.took));
        report.figure("faults", counts.to_string());
        report.figure("connections opened", thousands(self.opened));
        report.append(AggTrades::NAME, self.trades.report());
        report.append(DiffDepth::NAME, self.books.report());
        let faults = [
            counts.dropped,
            counts.duplicated,
            counts.reordered,
            counts.cut,
            counts.muted,
        ];
        let rarest = faults.into_iter().min().unwrap_or(0);
        report.demand("each fault happened", thousands(rarest), rarest > 0);
        report
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    /// A change of the figures, and the demand that fails then.
    type Change = (fn(&mut Figures), &'static str);

    fn figures() -> Figures {
        let kind = Kind {
            first_fault: None,
            is_complete: true,
            delivered: 90,
            notices: Notices {
                gaps: 8,
                reconnecting: 1,
                resumed: 1,
                ..Notices::default()
            },
            faults: Faults::default(),
            compared: Compared {
                lost: 10,
                ..Compared::default()
            },
        };
        Figures {
            took: Duration::from_secs(1),
            counts: Counts {
                messages: 200,
                dropped: 10,
                duplicated: 2,
                reordered: 2,
                cut: 1,
                muted: 1,
                muted_messages: 5,
                uncarried: 5,
            },
            opened: 5,
            trades: kind.clone(),
            books: kind,
        }
    }

    #[test]
    fn each_demand_can_fail() {
        assert!(figures().report().holds(), "{:?}", figures().report());
        let changes: [Change; 11] = [
            (|it| it.trades.is_complete = false, "the last event"),
            (|it| it.trades.faults.unreported = 1, "without a gap"),
            (|it| it.books.faults.contradicted = 1, "and delivered"),
            (|it| it.books.faults.repeated = 1, "twice"),
            (|it| it.trades.faults.inexact = 1, "other numbers"),
            (|it| it.trades.notices.lagged = 1, "from the queue"),
            (|it| it.trades.notices.others = 1, "malformed"),
            (|it| it.books.compared.unreported = 1, "no gap reports"),
            (|it| it.books.compared.wrongly_reported = 1, "and a gap"),
            (|it| it.books.compared.lost = 0, "events were lost"),
            (|it| it.counts.reordered = 0, "each fault happened"),
        ];
        for (change, text) in changes {
            let mut figures = figures();
            change(&mut figures);
            let report = figures.report();
            assert_eq!(report.failed().len(), 1, "{text}: {:?}", report.failed());
            assert!(report.failed()[0].contains(text), "{:?}", report.failed());
        }
    }

    const SMALL: Plan = Plan {
        messages: 20_000,
        faults_per_mille: 10,
        cuts: 2,
        mutes: 1,
        topics: 2,
        ignores_gaps: false,
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn all_losses_are_reported() {
        let report = measure(SMALL, 7).await.unwrap().report();
        assert!(report.holds(), "{:?}", report.failed());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn gaps_that_are_left_out_fail_the_demands() {
        let plan = Plan {
            ignores_gaps: true,
            ..SMALL
        };
        let report = measure(plan, 7).await.unwrap().report();
        let expected = ["trades", "order books"].map(|kind| {
            [
                format!("{kind}: no loss without a gap"),
                format!("{kind}: no event that the server lost and no gap reports"),
            ]
        });
        assert_eq!(report.failed(), expected.concat());
    }
}
