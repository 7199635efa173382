//! What the server knows about its connections.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{
    Notify,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{Settings, commands};

/// In the time that a window takes, this many pings are sent between the messages.
const PINGS_PER_WINDOW: u64 = 5;

/// The connections of a server. The other side of each is a client.
pub(in crate::soak) struct Connections {
    settings: Settings,
    state: Mutex<State>,
    /// Notified when messages were confirmed, and when a connection ended.
    changed: Notify,
}

#[derive(Default)]
struct State {
    peers: BTreeMap<u64, Peer>,
    next: u64,
    figures: ServerFigures,
    /// The tags of messages that were sent on connections that ended before a pong confirmed them.
    uncertain: Vec<u64>,
}

/// A connection.
struct Peer {
    to: UnboundedSender<Control>,
    topics: BTreeSet<String>,
    /// The messages that were sent, and how many of them are confirmed.
    sent: u64,
    confirmed: u64,
    /// The messages at the last ping.
    pinged: u64,
    /// Pings without a pong: after how many messages, and when.
    pings: VecDeque<(u64, Instant)>,
    /// Messages that are not confirmed: their numbers and tags.
    unconfirmed: VecDeque<(u64, u64)>,
    /// When the commands of the last second arrived.
    commands: VecDeque<Instant>,
    is_stalled: bool,
    /// Whether the client has requested the list of the topics since it subscribed. Then it knows that it is subscribed to them.
    is_listed: bool,
}

/// How much was sent on each connection at a time.
#[derive(Debug)]
pub(in crate::soak) struct Mark(Vec<(u64, u64)>);

/// What the task of a connection does.
#[derive(Debug)]
pub(in crate::soak) enum Control {
    /// Sends a message.
    Text(Utf8Bytes),
    /// Sends a ping with this number.
    Ping(u64),
    /// Writes nothing for this time.
    Pause(Duration),
    /// Writes and reads nothing for this time, and ends then.
    Stall(Duration),
    /// Sends a close frame with this code.
    Close(u16),
    /// Ends the connection without a close frame. What was written still arrives.
    Cut,
    /// Ends the connection so that the client may lose what was written.
    Reset,
}

/// What a server has counted.
#[derive(Debug, Clone, Default)]
pub(in crate::soak) struct ServerFigures {
    pub(in crate::soak) opened: u64,
    pub(in crate::soak) pings: u64,
    pub(in crate::soak) pongs: u64,
    /// The longest time from a ping to its pong, or until now if there is none yet.
    pub(in crate::soak) longest_pong: Duration,
    /// Commands by their methods.
    pub(in crate::soak) commands: BTreeMap<String, u64>,
    /// The most commands of a connection within a second.
    pub(in crate::soak) commands_in_a_second: usize,
}

impl Connections {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Returns the connections that carry a topic.
    pub(in crate::soak) fn carriers(&self, topic: &str) -> Vec<u64> {
        let state = self.state();
        let peers = state.peers.iter();
        peers
            .filter(|(_, peer)| !peer.is_stalled && peer.topics.contains(topic))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Returns the connections that carry a topic, and on which the client has requested the list of topics after it subscribed.
    pub(in crate::soak) fn listed_carriers(&self, topic: &str) -> Vec<u64> {
        let mut carriers = self.carriers(topic);
        let state = self.state();
        carriers.retain(|id| state.peers.get(id).is_some_and(|peer| peer.is_listed));
        carriers
    }

    /// Returns the connections, with the numbers of their topics.
    pub(in crate::soak) fn open(&self) -> Vec<(u64, usize)> {
        let state = self.state();
        let peers = state.peers.iter();
        peers.map(|(id, peer)| (*id, peer.topics.len())).collect()
    }

    /// Returns the topics that are subscribed to, and on how many connections.
    pub(in crate::soak) fn subscribed(&self) -> BTreeMap<String, usize> {
        let state = self.state();
        let mut subscribed = BTreeMap::new();
        for topic in state.peers.values().flat_map(|peer| &peer.topics) {
            *subscribed.entry(topic.clone()).or_default() += 1;
        }
        subscribed
    }

    /// Sends a message on a connection. Its tag is in [`take_uncertain`](Self::take_uncertain) if the connection ends before it is confirmed.
    /// Returns whether the connection is open.
    pub(in crate::soak) fn send(&self, id: u64, text: Utf8Bytes, tag: Option<u64>) -> bool {
        let mut state = self.state();
        let Some(peer) = state.peers.get_mut(&id) else {
            return false;
        };
        peer.sent += 1;
        if let Some(tag) = tag {
            peer.unconfirmed.push_back((peer.sent, tag));
        }
        // A task that has ended removes the connection.
        let _ = peer.to.send(Control::Text(text));
        if peer.sent - peer.pinged >= self.settings.window / PINGS_PER_WINDOW {
            peer.ping();
        }
        true
    }

    /// Sends a message on all connections that carry a topic. Returns their number.
    pub(in crate::soak) fn publish(&self, topic: &str, text: &Utf8Bytes) -> usize {
        let carriers = self.carriers(topic);
        for id in &carriers {
            self.send(*id, text.clone(), None);
        }
        carriers.len()
    }

    /// Does something to a connection, after the messages before.
    pub(in crate::soak) fn control(&self, id: u64, control: Control) {
        if let Some(peer) = self.state().peers.get_mut(&id) {
            peer.is_stalled |= matches!(control, Control::Stall(_));
            let _ = peer.to.send(control);
        }
    }

    /// Waits until each connection has room for further messages.
    pub(in crate::soak) async fn room(&self) {
        let has_room =
            |peer: &Peer| peer.is_stalled || peer.sent - peer.confirmed < self.settings.window;
        self.until(|state| state.peers.values().all(has_room)).await;
    }

    /// Waits until the client has read what was sent so far on all connections.
    pub(in crate::soak) async fn settled(&self) {
        let mark = self.mark();
        self.until(|state| state.is_settled(&mark)).await;
    }

    /// Marks what was sent so far, and sends pings.
    pub(in crate::soak) fn mark(&self) -> Mark {
        let mut state = self.state();
        let peers = state.peers.iter_mut();
        let peers = peers.filter(|(_, peer)| !peer.is_stalled);
        let marked = peers.map(|(id, peer)| {
            peer.ping();
            (*id, peer.sent)
        });
        Mark(marked.collect())
    }

    /// Returns whether the client has read what was sent until a mark.
    pub(in crate::soak) fn is_settled(&self, mark: &Mark) -> bool {
        self.state().is_settled(mark)
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        loop {
            let changed = self.changed.notified();
            if condition(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    /// Returns the tags of messages of which it is not known whether the client has read them.
    pub(in crate::soak) fn take_uncertain(&self) -> Vec<u64> {
        let mut state = self.state();
        let mut uncertain = std::mem::take(&mut state.uncertain);
        for peer in state.peers.values_mut() {
            uncertain.extend(peer.unconfirmed.drain(..).map(|(_, tag)| tag));
        }
        uncertain
    }

    pub(in crate::soak) fn figures(&self) -> ServerFigures {
        let state = self.state();
        let waiting = state.peers.values().filter(|peer| !peer.is_stalled);
        let waiting = waiting.filter_map(|peer| peer.pings.front());
        let longest = waiting.map(|(_, at)| at.elapsed()).max();
        ServerFigures {
            longest_pong: state
                .figures
                .longest_pong
                .max(longest.unwrap_or(Duration::ZERO)),
            ..state.figures.clone()
        }
    }

    /// Sends pings at an interval, for ever.
    pub(super) async fn ping(&self) {
        let Some(every) = self.settings.ping_every else {
            return std::future::pending().await;
        };
        let mut interval = tokio::time::interval(every);
        loop {
            interval.tick().await;
            for peer in self.state().peers.values_mut() {
                if !peer.topics.is_empty() {
                    peer.ping();
                }
            }
        }
    }

    pub(super) fn added(&self) -> (u64, UnboundedReceiver<Control>) {
        let (to, from) = unbounded_channel();
        let mut state = self.state();
        state.next += 1;
        state.figures.opened += 1;
        let id = state.next;
        state.peers.insert(
            id,
            Peer {
                to,
                topics: BTreeSet::new(),
                sent: 0,
                confirmed: 0,
                pinged: 0,
                pings: VecDeque::new(),
                unconfirmed: VecDeque::new(),
                commands: VecDeque::new(),
                is_stalled: false,
                is_listed: false,
            },
        );
        (id, from)
    }

    pub(super) fn removed(&self, id: u64) {
        let mut state = self.state();
        if let Some(peer) = state.peers.remove(&id) {
            let tags = peer.unconfirmed.into_iter().map(|(_, tag)| tag);
            state.uncertain.extend(tags);
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// A ping was written.
    pub(super) fn pinged(&self, id: u64, number: u64) {
        let mut state = self.state();
        state.figures.pings += 1;
        if let Some(peer) = state.peers.get_mut(&id) {
            peer.pings.push_back((number, Instant::now()));
        }
    }

    /// A pong arrived. It also answers the pings before.
    pub(super) fn ponged(&self, id: u64, payload: &[u8]) {
        let Ok(number) = payload.try_into().map(u64::from_be_bytes) else {
            return;
        };
        let mut state = self.state();
        let state = &mut *state;
        let Some(peer) = state.peers.get_mut(&id) else {
            return;
        };
        while let Some((_, at)) = take_first(&mut peer.pings, |(pinged, _)| *pinged <= number) {
            state.figures.pongs += 1;
            state.figures.longest_pong = state.figures.longest_pong.max(at.elapsed());
        }
        peer.confirmed = peer.confirmed.max(number);
        while take_first(&mut peer.unconfirmed, |(sent, _)| *sent <= number).is_some() {}
        self.changed.notify_waiters();
    }

    /// Carries out a command, and returns the reply.
    pub(super) fn command(&self, id: u64, text: &str) -> Option<String> {
        let mut state = self.state();
        let state = &mut *state;
        let peer = state.peers.get_mut(&id)?;
        let done = commands::execute(text, &mut peer.topics, self.settings.not_carried_out);
        match done.method.as_str() {
            "SUBSCRIBE" => peer.is_listed = false,
            "LIST_SUBSCRIPTIONS" => peer.is_listed = true,
            _ => {}
        }
        let now = Instant::now();
        peer.commands.push_back(now);
        let is_old = |at: &Instant| now.duration_since(*at) > Duration::from_secs(1);
        while take_first(&mut peer.commands, is_old).is_some() {}
        let most = &mut state.figures.commands_in_a_second;
        *most = peer.commands.len().max(*most);
        *state.figures.commands.entry(done.method).or_default() += 1;
        Some(done.reply)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_settled(&self, mark: &Mark) -> bool {
        let mut marked = mark.0.iter();
        marked.all(|(id, sent)| {
            let peer = self.peers.get(id);
            peer.is_none_or(|peer| peer.confirmed >= *sent || peer.is_stalled)
        })
    }
}

impl Peer {
    fn ping(&mut self) {
        self.pinged = self.sent;
        // A task that has ended removes the connection.
        let _ = self.to.send(Control::Ping(self.sent));
    }
}

/// Removes the first element if it fulfills a condition.
fn take_first<T>(queue: &mut VecDeque<T>, condition: impl FnOnce(&T) -> bool) -> Option<T> {
    if condition(queue.front()?) {
        queue.pop_front()
    } else {
        None
    }
}
