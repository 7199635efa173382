//! One topic of a replay.

use std::collections::VecDeque;
use std::time::Duration;

use super::super::line::RecordedEvent;
use super::malformed;
use crate::topic::{Continuity, Subscribable, TopicName};
use crate::ws::GapCause;
use crate::ws::event::{ConnectionId, Event, Malformed, Notice, Received, Update};
use crate::ws::merge::{DEFAULT_HOLD, Merge, Merged};
use crate::ws::message::CombinedFrame;

/// For how long events are remembered, in case that another connection repeats them. Raw sessions repeat those of two seconds.
const REMEMBERED: Duration = Duration::from_secs(5);

/// The most of these events.
const MAX_REMEMBERED: usize = 2_000;

/// One topic of a replay.
///
/// A raw session follows one connection. So the former connection has ended when an event of another one follows, and what the new one
/// repeats is removed by the merge, as it does when a session replaces a connection.
pub(super) struct ReplayTopic<T: Subscribable> {
    topic: T,
    name: TopicName,
    continuity: Continuity,
    merge: Merge<T, Origin>,
    merged: Vec<Merged<T::Event, Origin>>,
    link: Option<Link>,
    /// The number of links so far.
    links: u64,
    /// The last events, if they must be compared with those of another connection.
    recent: VecDeque<(Duration, T::Event, Origin)>,
    /// Why events may have been lost before the current link.
    cause: GapCause,
}

/// Where an event is from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    received: Received,
    connection: ConnectionId,
    may_repeat: bool,
}

/// What the merge considers a connection: the events of a recorded connection between two interruptions.
#[derive(Clone, Copy)]
struct Link {
    id: ConnectionId,
    /// The recorded connection. `None` before its first event.
    connection: Option<ConnectionId>,
}

type Out<E> = VecDeque<Update<E>>;

impl<T: Subscribable> ReplayTopic<T> {
    pub(super) fn new(name: TopicName, topic: T) -> Self {
        Self {
            continuity: topic.continuity(),
            // One link delivers at a time, so no event is held.
            merge: Merge::new(topic.clone(), DEFAULT_HOLD),
            topic,
            name,
            merged: Vec::new(),
            link: None,
            links: 0,
            recent: VecDeque::new(),
            cause: GapCause::Disconnected,
        }
    }

    pub(super) fn name(&self) -> &TopicName {
        &self.name
    }

    /// Returns whether something of the topic was replayed.
    pub(super) fn has_begun(&self) -> bool {
        self.link.is_some()
    }

    /// Takes a recorded event, and delivers what follows from it.
    pub(super) fn event(
        &mut self,
        recorded: RecordedEvent,
        received: Received,
        now: Duration,
        out: &mut Out<T::Event>,
    ) {
        let decoded = crate::json::whole(&recorded.text, |reader| self.topic.decode(reader));
        let Ok(event) = decoded else {
            // The frame as it was received, so that the place of the failure is that in the frame.
            let frame = format!(r#"{{"stream":"{}","data":{}}}"#, self.name, recorded.text);
            let malformed = self.malformed(frame, String::from("not an event of the topic"));
            out.push_back(Update::Notice(Notice::Malformed(malformed)));
            return;
        };
        let link = self.follow(recorded.connection, now);
        let origin = Origin {
            received,
            connection: recorded.connection,
            may_repeat: recorded.may_repeat,
        };
        if matches!(
            self.continuity,
            Continuity::State | Continuity::Copies { .. }
        ) {
            self.remember(&event, origin, now);
        }
        self.merge.offer(link, event, origin, now, &mut self.merged);
        self.deliver(out);
    }

    /// Events may be missing before the next one.
    pub(super) fn interrupt(&mut self, cause: GapCause, now: Duration, out: &mut Out<T::Event>) {
        let last = match self.link {
            Some(link) => link,
            None => self.add_link(None, now),
        };
        self.merge.remove_link(last.id, now, &mut self.merged);
        self.deliver(out);
        self.recent.clear();
        self.cause = cause;
        self.add_link(None, now);
        self.deliver(out);
    }

    /// Returns the notice of a message that cannot be decoded. `text` is used if the message can be decoded now.
    pub(super) fn malformed(&self, message: String, text: String) -> Malformed {
        let name = Some(self.name.clone());
        let decoded = CombinedFrame::peek(&message)
            .map(|frame| frame.decode_then(|reader| self.topic.decode(reader), drop));
        match decoded {
            Some(Err(failure)) => Malformed {
                topic: name,
                failure,
                text: message,
            },
            _ => malformed(name, message, text),
        }
    }

    /// Returns the link of a recorded connection. If it is another one than before, the former connection has ended.
    fn follow(&mut self, connection: ConnectionId, now: Duration) -> ConnectionId {
        let Some(link) = &mut self.link else {
            return self.add_link(Some(connection), now).id;
        };
        let former = link.id;
        if *link.connection.get_or_insert(connection) == connection {
            return former;
        }
        let next = self.add_link(Some(connection), now);
        // The merge remembers events only while there are two connections.
        let mut known = Vec::new();
        for (at, event, origin) in self.recent.drain(..) {
            self.merge.offer(former, event, origin, at, &mut known);
        }
        self.merge.remove_link(former, now, &mut self.merged);
        next.id
    }

    fn add_link(&mut self, connection: Option<ConnectionId>, now: Duration) -> Link {
        self.links += 1;
        let link = Link {
            id: ConnectionId::new(self.links),
            connection,
        };
        self.merge.add_link(link.id, now, &mut self.merged);
        self.link = Some(link);
        link
    }

    fn remember(&mut self, event: &T::Event, origin: Origin, now: Duration) {
        while let Some((at, _, _)) = self.recent.front()
            && (at.saturating_add(REMEMBERED) <= now || self.recent.len() >= MAX_REMEMBERED)
        {
            self.recent.pop_front();
        }
        self.recent.push_back((now, event.clone(), origin));
    }

    fn deliver(&mut self, out: &mut Out<T::Event>) {
        for merged in self.merged.drain(..) {
            out.push_back(match merged {
                Merged::Event {
                    event,
                    received: origin,
                    may_repeat,
                    ..
                } => Update::Event(Event {
                    data: event,
                    received: origin.received,
                    connection: origin.connection,
                    may_repeat: match self.continuity {
                        Continuity::Unnumbered => origin.may_repeat,
                        _ => may_repeat,
                    },
                }),
                Merged::Gap(gap) => {
                    let gap = match gap.cause() {
                        GapCause::Disconnected => gap.caused_by(self.cause),
                        _ => gap,
                    };
                    Update::Notice(Notice::Gap(gap.of_topic(self.name.clone())))
                }
            });
        }
    }
}
