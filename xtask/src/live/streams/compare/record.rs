//! Reads the events of two sockets.

use std::{
    collections::BTreeMap,
    io::Write,
    time::{Duration, Instant},
};

use anyhow::Result;
use binance_futures::{
    topic::{Subscribable, TopicName},
    ws::{Connector, Notice, Socket, Update},
};

use super::figures::{Element, Seen};
use crate::{json::Json, streams::observed::Observed};

/// The events of each topic, from each of the two sockets.
pub(super) type Recording = BTreeMap<TopicName, [Vec<Seen>; 2]>;

/// Opens two sockets and records what they receive. Ends early if one of them is closed; returns whether that happened.
pub(super) async fn record<T: Subscribable>(
    connector: &Connector<T::Product>,
    topics: &[Observed<T>],
    time: Duration,
    notices: &mut dyn Write,
) -> Result<(Recording, bool)> {
    let (first, second) = tokio::join!(
        connector.socket(topics.to_vec()),
        connector.socket(topics.to_vec())
    );
    let (mut first, mut second) = (first?, second?);
    let mut recording = Recording::new();
    for topic in topics {
        recording.entry(topic.name().clone()).or_default();
    }
    let end = tokio::time::sleep(time);
    tokio::pin!(end);
    let was_closed = loop {
        let (socket, update) = tokio::select! {
            update = first.next() => (0, update),
            update = second.next() => (1, update),
            () = &mut end => break false,
        };
        match update {
            None => break true,
            Some(Update::Notice(notice)) => {
                writeln!(notices, "socket {}: {notice}", socket + 1)?;
                if matches!(notice, Notice::Closed(_)) {
                    break true;
                }
            }
            Some(Update::Event(event)) => {
                let topic = topics.iter().find(|topic| *topic.name() == event.topic);
                let Some(topic) = topic else { continue };
                let seen = seen(topic, &event.data, event.received.instant)?;
                let of_topic = recording.entry(event.data.topic).or_default();
                if let Some(events) = of_topic.get_mut(socket) {
                    events.push(seen);
                }
            }
        }
    };
    close(first, second).await;
    Ok((recording, was_closed))
}

async fn close<T: Subscribable>(first: Socket<T>, second: Socket<T>) {
    tokio::join!(first.close(), second.close());
}

/// Returns what is compared of an event.
fn seen<T: Subscribable>(
    topic: &Observed<T>,
    event: &<Observed<T> as Subscribable>::Event,
    at: Instant,
) -> Result<Seen> {
    let mut positions = Vec::new();
    topic.visit_positions(event, &mut |position| positions.push(position));
    let json = Json::parse(&event.text)?;
    let items = match &json {
        Json::List(items) if items.len() == positions.len() => items.iter().collect(),
        _ => vec![&json; positions.len()],
    };
    let elements = positions.into_iter().zip(items);
    let elements = elements.map(|(position, item)| Element {
        position,
        text: item.to_string(),
        event_time: item.get("E").map(Json::to_string),
    });
    Ok(Seen {
        at,
        elements: elements.collect(),
        text: event.text.clone(),
    })
}
