//! A simulated exchange: connections in memory, and events that a test publishes.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::error::{TransportError, TransportErrorKind};
use crate::governor::Governor;
use crate::usdm::Usdm;
use crate::ws::Connector;
use crate::ws::connector::{BoxedIo, Dial, DialFuture};

/// A simulated exchange.
#[derive(Clone, Default)]
pub(super) struct Sim(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    connections: Vec<Connection>,
    /// The time that an event takes over each new connection, in turn.
    latencies: Vec<Duration>,
    /// How many attempts to connect fail from now on.
    failing: usize,
    dialed: Vec<Instant>,
    /// Topics that are acknowledged and not listed.
    pub(super) unknown: BTreeSet<String>,
}

struct Connection {
    to: UnboundedSender<Control>,
    shared: Arc<Mutex<ConnectionState>>,
}

/// What the exchange knows about a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct ConnectionState {
    pub(super) topics: BTreeSet<String>,
    pub(super) commands: Vec<Value>,
    /// When frames of the client arrived.
    pub(super) frames: Vec<Instant>,
    pub(super) pongs: Vec<Bytes>,
    pub(super) is_open: bool,
    muted: BTreeSet<String>,
}

/// What a test does to a connection.
#[derive(Debug, Clone)]
pub(super) enum Control {
    Event(String, Arc<str>),
    Send(Message),
    Close(u16, &'static str),
    /// Ends the connection without a close frame.
    Drop,
    /// Nothing is read and written any more.
    Stall,
}

impl Sim {
    pub(super) fn connector(&self) -> Connector<Usdm> {
        Connector::simulated(Arc::new(self.clone()), None)
    }

    pub(super) fn governed(&self, governor: &Governor) -> Connector<Usdm> {
        Connector::simulated(Arc::new(self.clone()), Some(governor.budget::<Usdm>(None)))
    }

    fn state<R>(&self, with: impl FnOnce(&mut State) -> R) -> R {
        with(&mut self.0.lock().unwrap())
    }

    /// Sets the times that events take over the connections, in turn.
    pub(super) fn latencies(&self, millis: &[u64]) {
        let latencies = millis.iter().copied().map(Duration::from_millis);
        self.state(|state| state.latencies = latencies.collect());
    }

    /// Lets the next attempts to connect fail.
    pub(super) fn fail(&self, attempts: usize) {
        self.state(|state| state.failing = attempts);
    }

    /// Acknowledges a topic, but does not list it.
    pub(super) fn unknown(&self, name: &str) {
        self.state(|state| state.unknown.insert(name.to_owned()));
    }

    /// Publishes an event on all connections that are subscribed to it.
    pub(super) fn publish(&self, name: &str, event: &Value) {
        let text: Arc<str> = event.to_string().into();
        self.publish_text(name, &text);
    }

    pub(super) fn publish_text(&self, name: &str, text: &Arc<str>) {
        self.state(|state| {
            for connection in &state.connections {
                let shared = connection.shared.lock().unwrap();
                if shared.topics.contains(name) && !shared.muted.contains(name) {
                    let _ = connection
                        .to
                        .send(Control::Event(name.to_owned(), Arc::clone(text)));
                }
            }
        });
    }

    /// Does something to a connection, by its number.
    pub(super) fn control(&self, connection: usize, control: Control) {
        self.state(|state| {
            let _ = state.connections[connection].to.send(control);
        });
    }

    /// Does something to the newest connection.
    pub(super) fn control_last(&self, control: Control) {
        self.control(self.count() - 1, control);
    }

    /// Publishes no events of a topic on a connection any more.
    pub(super) fn mute(&self, connection: usize, name: &str) {
        self.state(|state| {
            let mut shared = state.connections[connection].shared.lock().unwrap();
            shared.muted.insert(name.to_owned());
        });
    }

    /// Returns the number of connections that were opened.
    pub(super) fn count(&self) -> usize {
        self.state(|state| state.connections.len())
    }

    /// Returns when connections were attempted.
    pub(super) fn dialed(&self) -> Vec<Instant> {
        self.state(|state| state.dialed.clone())
    }

    pub(super) fn connection(&self, connection: usize) -> ConnectionState {
        self.state(|state| state.connections[connection].shared.lock().unwrap().clone())
    }

    /// Returns the connections that are open.
    pub(super) fn open(&self) -> Vec<ConnectionState> {
        self.state(|state| {
            let all = state.connections.iter();
            let all = all.map(|connection| connection.shared.lock().unwrap().clone());
            all.filter(|connection| connection.is_open).collect()
        })
    }
}

impl Dial for Sim {
    fn dial(&self, _: usize) -> DialFuture {
        let sim = self.clone();
        Box::pin(async move {
            let fails = sim.state(|state| {
                state.dialed.push(Instant::now());
                let fails = state.failing > 0;
                state.failing = state.failing.saturating_sub(1);
                fails
            });
            if fails {
                let kind = TransportErrorKind::Connect;
                return Err(TransportError::new(kind, kind.to_string(), None));
            }
            let (client, server) = tokio::io::duplex(1024 * 1024);
            let (to, from) = unbounded_channel();
            let shared = Arc::new(Mutex::new(ConnectionState::default()));
            let latency = sim.state(|state| {
                let turn = state.connections.len().checked_rem(state.latencies.len());
                state.connections.push(Connection {
                    to,
                    shared: Arc::clone(&shared),
                });
                turn.map_or(Duration::ZERO, |turn| state.latencies[turn])
            });
            let unknown = sim.state(|state| state.unknown.clone());
            tokio::spawn(serve(server, from, shared, latency, unknown));
            Ok(Box::new(client) as BoxedIo)
        })
    }
}

async fn serve(
    io: DuplexStream,
    mut controls: UnboundedReceiver<Control>,
    shared: Arc<Mutex<ConnectionState>>,
    latency: Duration,
    unknown: BTreeSet<String>,
) {
    let Ok(mut io) = tokio_tungstenite::accept_async(io).await else {
        return;
    };
    shared.lock().unwrap().is_open = true;
    let mut delayed: VecDeque<(Instant, Message)> = VecDeque::new();
    loop {
        let due = delayed.front().map(|(due, _)| *due);
        tokio::select! {
            biased;
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                if let Some((_, message)) = delayed.pop_front()
                    && io.send(message).await.is_err()
                {
                    break;
                }
            }
            control = controls.recv() => match control {
                Some(Control::Event(name, event)) => {
                    let frame = format!(r#"{{"stream":"{name}","data":{event}}}"#);
                    delayed.push_back((Instant::now() + latency, Message::text(frame)));
                }
                Some(Control::Send(message)) => {
                    delayed.push_back((Instant::now() + latency, message));
                }
                Some(Control::Close(code, reason)) => {
                    let frame = CloseFrame { code: code.into(), reason: reason.into() };
                    let _ = io.close(Some(frame)).await;
                    let _ = tokio::time::timeout(Duration::from_secs(1), io.next()).await;
                    break;
                }
                Some(Control::Stall) => {
                    shared.lock().unwrap().is_open = false;
                    std::future::pending::<()>().await;
                }
                Some(Control::Drop) | None => break,
            },
            message = io.next() => match message {
                Some(Ok(message)) => {
                    shared.lock().unwrap().frames.push(Instant::now());
                    if let Message::Pong(payload) = &message {
                        shared.lock().unwrap().pongs.push(payload.clone());
                    }
                    if let Message::Text(text) = message {
                        let reply = reply(text.as_str(), &shared, &unknown);
                        delayed.push_back((Instant::now() + latency, Message::text(reply)));
                    }
                }
                _ => break,
            },
        }
    }
    shared.lock().unwrap().is_open = false;
    drop::<WebSocketStream<DuplexStream>>(io);
}

fn reply(text: &str, shared: &Mutex<ConnectionState>, unknown: &BTreeSet<String>) -> String {
    let command: Value = serde_json::from_str(text).unwrap();
    let mut shared = shared.lock().unwrap();
    shared.commands.push(command.clone());
    let names = || {
        let names = command["params"].as_array().into_iter().flatten();
        names.map(|name| name.as_str().unwrap().to_owned())
    };
    let result = match command["method"].as_str().unwrap() {
        "SUBSCRIBE" => {
            if names().any(|name| name.starts_with("rejected")) {
                let error = json!({"code": 2, "msg": "Invalid request", "id": command["id"]});
                return error.to_string();
            }
            shared.topics.extend(names());
            Value::Null
        }
        "UNSUBSCRIBE" => {
            for name in names() {
                shared.topics.remove(&name);
            }
            Value::Null
        }
        "LIST_SUBSCRIPTIONS" => {
            let listed = shared.topics.iter().filter(|name| !unknown.contains(*name));
            listed.cloned().collect()
        }
        "GET_PROPERTY" => Value::Bool(true),
        _ => Value::Null,
    };
    json!({"result": result, "id": command["id"]}).to_string()
}
