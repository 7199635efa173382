//! The client under test, and readers of its subscriptions.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use binance_futures::{
    environment::Environment,
    topic::PositionKey,
    usdm::{self, Usdm},
    ws::{Notice, StreamsBuilder, Subscription, Update},
};
use tokio::time::timeout;

use super::{
    numbered::{Numbered, number},
    observed::{Faults, Observed},
    report::{Report, thousands},
    server::Server,
};

/// A reader gives up when nothing arrives for this time.
const SILENCE: Duration = Duration::from_secs(60);

/// Returns a builder of streams that connect to a server.
pub(super) fn streams(server: &Server) -> Result<StreamsBuilder<Usdm>> {
    let connector = usdm::Connector::builder()
        .environment(Environment::mock("http://127.0.0.1"))
        .streams_url(server.url())
        .governor(None)
        .no_proxy()
        .build_connector()?;
    Ok(connector.streams_builder())
}

/// Until where subscribers read.
#[derive(Debug, Default)]
pub(super) struct Goal {
    /// The index of an event of each topic. Set when the server has sent it, or is to send it next.
    last: OnceLock<Vec<u64>>,
    readers: AtomicUsize,
    /// Whether the readers leave out gaps.
    ignores_gaps: bool,
}

impl Goal {
    /// Creates a goal. Tests let the readers leave out gaps, to see that a demand fails.
    pub(super) fn new(ignores_gaps: bool) -> Self {
        Self {
            ignores_gaps,
            ..Self::default()
        }
    }

    /// Sets the index of the event of each topic that is read at least.
    pub(super) fn set(&self, last: Vec<u64>) {
        // It is set once.
        let _ = self.last.set(last);
    }

    /// Returns how many readers have read everything.
    pub(super) fn readers(&self) -> usize {
        self.readers.load(Ordering::Relaxed)
    }

    fn is_reached(&self, observed: &[Observed]) -> bool {
        self.last.get().is_some_and(|last| {
            let mut topics = observed.iter().zip(last);
            topics.all(|(observed, last)| observed.last() >= *last)
        })
    }
}

/// What a subscriber has read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// The topics, by the numbers of their symbols.
    pub(super) topics: Vec<Observed>,
    pub(super) notices: Notices,
    /// Whether the goal was reached.
    pub(super) is_complete: bool,
}

/// Notices that a subscriber received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Notices {
    pub(super) gaps: u64,
    /// Updates that were removed from the queue.
    pub(super) lagged: u64,
    pub(super) reconnecting: u64,
    pub(super) resumed: u64,
    pub(super) stale: u64,
    /// All others: messages that cannot be decoded, rejected topics, and the end of the subscription.
    pub(super) others: u64,
}

impl Reading {
    pub(super) fn new<T: Numbered>(topics: usize) -> Self {
        Self {
            topics: vec![Observed::new(T::NUMBERS); topics],
            notices: Notices::default(),
            is_complete: false,
        }
    }

    /// Takes an update.
    pub(super) fn update<T: Numbered>(&mut self, update: &Update<T::Event>) {
        match update {
            Update::Event(event) => {
                let (symbol, last) = T::position(&event.data);
                match number(symbol).and_then(|number| self.topics.get_mut(number)) {
                    Some(observed) => observed.event(last),
                    None => self.notices.others += 1,
                }
            }
            Update::Notice(notice) => self.notice(notice),
        }
    }

    fn notice(&mut self, notice: &Notice) {
        match notice {
            Notice::Gap(gap) => {
                self.notices.gaps += 1;
                let symbol = gap.key().map(PositionKey::as_str);
                let number = symbol.and_then(number);
                match number.and_then(|number| self.topics.get_mut(number)) {
                    Some(observed) => observed.gap(gap),
                    None => self.notices.others += 1,
                }
            }
            Notice::Lagged(count) => self.notices.lagged += count,
            Notice::Reconnecting(_) => self.notices.reconnecting += 1,
            Notice::Resumed => self.notices.resumed += 1,
            Notice::Stale(_) => self.notices.stale += 1,
            _ => self.notices.others += 1,
        }
    }

    /// Returns the faults of all topics.
    pub(super) fn faults(&self) -> Faults {
        let mut all = Faults::default();
        for topic in &self.topics {
            all.add(topic.faults);
        }
        all
    }

    /// Returns what happened when the first fault of a topic was found, for a figure.
    pub(super) fn first_fault(&self) -> Option<String> {
        let mut topics = self.topics.iter().enumerate();
        topics.find_map(|(number, topic)| {
            let fault = topic.first_fault.as_ref()?;
            Some(format!("topic {number}: {fault}"))
        })
    }

    /// Returns the number of events.
    pub(super) fn delivered(&self) -> u64 {
        self.topics.iter().map(|topic| topic.delivered).sum()
    }
}

/// Adds the demands that hold for every subscriber whose queue is never full.
pub(super) fn demand_order(report: &mut Report, complete: bool, faults: Faults, notices: Notices) {
    let text = "the subscriber reads the last event of each topic";
    report.demand(text, if complete { "read" } else { "missing" }, complete);
    report.none("loss without a gap", faults.unreported);
    report.none("event reported as lost and delivered", faults.contradicted);
    report.none("event twice or in the wrong order", faults.repeated);
    report.none(
        "gap with other numbers than the missing events",
        faults.inexact,
    );
    report.none("update removed from the queue", notices.lagged);
    report.none(
        "malformed message, rejected topic or early end",
        notices.others,
    );
}

/// Returns the notices that are no fault, as a figure.
pub(super) fn notices(notices: Notices) -> String {
    format!(
        "{} gaps, {} reconnecting, {} resumed, {} stale",
        thousands(notices.gaps),
        notices.reconnecting,
        notices.resumed,
        notices.stale
    )
}

/// Reads a subscription until the goal is reached.
pub(super) async fn read<T: Numbered>(
    subscription: &mut Subscription<T>,
    topics: usize,
    goal: &Goal,
) -> Reading {
    let mut reading = Reading::new::<T>(topics);
    while !reading.is_complete {
        match timeout(SILENCE, subscription.next()).await {
            Ok(Some(Update::Notice(Notice::Gap(_)))) if goal.ignores_gaps => {}
            Ok(Some(update)) => reading.update::<T>(&update),
            _ => break,
        }
        reading.is_complete = goal.is_reached(&reading.topics);
    }
    goal.readers.fetch_add(1, Ordering::Relaxed);
    reading
}
