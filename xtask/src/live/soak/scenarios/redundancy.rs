//! Topics on two connections, of which one at a time loses messages, is late, stalls or is cut: the subscriber notices nothing.

mod publisher;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Result, anyhow};
use binance_futures::{
    usdm::streams::{AggTrades, DiffDepth},
    ws::{Heartbeat, Lead, Queue, Subscription},
};

use self::publisher::{Counts, Publisher};
use crate::soak::{
    client::{self, Goal, Reading},
    numbered::{Numbered, symbol},
    options::Length,
    random::Random,
    report::{Report, approximate, millis, rate, thousands},
    server::{Server, Settings},
};

/// How often the figures of the connections are read. Those of a connection that ends are as old as this.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What is done.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// How often a connection gets into trouble.
    troubles: u64,
    /// The messages of each topic in two milliseconds.
    messages: u64,
    topics: usize,
    /// Whether both connections lose the same messages. Tests use it to see that a demand fails.
    loses_on_both: bool,
}

impl Plan {
    fn of(length: Length) -> Self {
        let (troubles, messages) = match length {
            Length::Short => (8, 10),
            Length::Long => (60, 40),
        };
        Self {
            troubles,
            messages,
            topics: 2,
            loses_on_both: false,
        }
    }
}

/// What was measured.
#[derive(Debug, Clone)]
struct Figures {
    took: Duration,
    counts: Counts,
    opened: u64,
    reading: Reading,
    duplicates: u64,
    /// How often each connection was first, by its id.
    leads: BTreeMap<u64, Lead>,
}

/// Runs the scenario.
pub(in crate::soak) async fn run(length: Length, seed: u64) -> Result<Report> {
    let plan = Plan::of(length);
    let mut report = Report::default();
    let trades = measure::<AggTrades>(plan, seed).await?;
    report.append(AggTrades::NAME, trades.report());
    let books = measure::<DiffDepth>(plan, seed).await?;
    report.append(DiffDepth::NAME, books.report());
    Ok(report)
}

async fn measure<T: Numbered>(plan: Plan, seed: u64) -> Result<Figures> {
    let server = Server::start(Settings::default())?;
    let heartbeat = Heartbeat::new(Duration::from_millis(500), Duration::from_millis(500));
    let streams = client::streams(&server)?.heartbeat(heartbeat).build();
    let topics = || (0..plan.topics).map(|number| T::topic(&symbol(number)));
    let mut subscription = streams.subscribe_all(topics()).redundancy(2).await?;
    // It shares the connections, and its figures can be read while the other one is.
    let observer = streams.subscribe_all(topics()).redundancy(2);
    let observer = observer.queue(Queue::drop_oldest().items(1)).await?;
    subscription.ready().await?;

    let goal = Arc::new(Goal::default());
    let connections = Arc::clone(server.connections());
    let random = Random::new(seed, T::NAME);
    let publisher = Publisher::<T>::new(connections, random, plan);
    let publishing = server.spawn(publisher.run(Arc::clone(&goal)));
    let reading =
        tokio::spawn(async move { client::read(&mut subscription, plan.topics, &goal).await });
    let mut leads = BTreeMap::new();
    let mut duplicates = 0;
    while !reading.is_finished() {
        tokio::time::sleep(LOOK_EVERY).await;
        duplicates = look(&observer, &mut leads).await;
    }
    let reading = reading.await?;
    let (counts, took) = publishing
        .await?
        .ok_or_else(|| anyhow!("there were not two connections again in time"))?;
    Ok(Figures {
        took,
        counts,
        opened: server.connections().figures().opened,
        reading,
        duplicates,
        leads,
    })
}

/// Reads the figures of the connections. Returns the number of duplicates.
async fn look<T: Numbered>(observer: &Subscription<T>, leads: &mut BTreeMap<u64, Lead>) -> u64 {
    let sessions = observer.session_stats().await;
    for (id, lead) in sessions.iter().flat_map(|session| &session.leads) {
        leads.insert(id.as_u64(), *lead);
    }
    sessions.iter().map(|session| session.duplicates).sum()
}

impl Figures {
    fn report(&self) -> Report {
        let mut report = Report::default();
        let counts = &self.counts;
        report.figure("messages", rate(counts.messages, self.took));
        report.figure("troubles", counts.to_string());
        report.figure("connections opened", thousands(self.opened));
        report.figure("delivered", thousands(self.reading.delivered()));
        report.figure("duplicates that were left out", thousands(self.duplicates));
        for (id, lead) in &self.leads {
            let average = lead.total.div_f64(approximate(lead.count).max(1.0));
            report.figure(
                format!("connection {id} was first"),
                format!(
                    "{} times, by {} on average and {} at most",
                    thousands(lead.count),
                    millis(average),
                    millis(lead.longest)
                ),
            );
        }
        let reading = &self.reading;
        if let Some(fault) = reading.first_fault() {
            report.figure("first fault", fault);
        }
        report.none("gap", reading.notices.gaps);
        let interruptions = reading.notices.reconnecting + reading.notices.resumed;
        report.none("interruption that the subscriber notices", interruptions);
        client::demand_order(
            &mut report,
            reading.is_complete,
            reading.faults(),
            reading.notices,
        );
        let rarest = [counts.drops, counts.pauses, counts.stalls, counts.cuts];
        let rarest = rarest.into_iter().min().unwrap_or(0);
        report.demand("each trouble happened", thousands(rarest), rarest > 0);
        report.demand(
            "two connections delivered",
            thousands(self.duplicates),
            self.duplicates > 0,
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

    const SMALL: Plan = Plan {
        troubles: 4,
        messages: 1,
        topics: 2,
        loses_on_both: false,
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_demand_can_fail() {
        let right = measure::<AggTrades>(SMALL, 7).await.unwrap();
        assert!(right.report().holds(), "{:?}", right.report());
        let changes: [Change; 7] = [
            (|it| it.reading.notices.gaps = 1, "no gap"),
            (|it| it.reading.notices.reconnecting = 1, "no interruption"),
            (|it| it.reading.topics[0].faults.repeated = 1, "twice"),
            (|it| it.reading.topics[1].faults.unreported = 1, "no loss"),
            (|it| it.reading.is_complete = false, "the last event"),
            (|it| it.counts.stalls = 0, "each trouble"),
            (|it| it.duplicates = 0, "two connections"),
        ];
        for (change, text) in changes {
            let mut figures = right.clone();
            change(&mut figures);
            let report = figures.report();
            assert_eq!(report.failed().len(), 1, "{text}: {:?}", report.failed());
            assert!(report.failed()[0].starts_with(text) || report.failed()[0].contains(text));
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn losses_on_both_connections_fail_the_demand() {
        let plan = Plan {
            loses_on_both: true,
            ..SMALL
        };
        let report = measure::<DiffDepth>(plan, 7).await.unwrap().report();
        assert_eq!(report.failed(), ["no gap"], "{report:?}");
    }
}
