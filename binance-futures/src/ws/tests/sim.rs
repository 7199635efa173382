//! A simulated exchange: connections in memory, and events that a test publishes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::error::{TransportError, TransportErrorKind};
use crate::governor::Governor;
use crate::usdm::Usdm;
use crate::ws::Connector;
use crate::ws::connector::{BoxedIo, Dial, DialFuture};

/// A simulated exchange.
#[derive(Clone, Default)]
pub(crate) struct Sim(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    connections: VecDeque<Connection>,
    /// The number of connections before these.
    forgotten: usize,
    /// The connections that are not known to have ended.
    active: Vec<usize>,
    /// The time that an event takes over each new connection, in turn.
    latencies: Vec<Duration>,
    /// How many attempts to connect fail from now on.
    failing: usize,
    /// The responses to the next handshakes, instead of a connection.
    refusals: VecDeque<String>,
    /// The time that an attempt to connect takes.
    dial_time: Duration,
    dialed: Vec<Instant>,
    /// Handshakes with their headers, if a test wants them.
    handshakes: Vec<String>,
    /// Topics that are acknowledged and not listed.
    unknown: BTreeSet<String>,
    /// Methods of commands without a reply.
    ignored: BTreeSet<String>,
    /// Topics that are muted on so many new connections.
    muted: BTreeMap<String, usize>,
}

#[derive(Clone)]
struct Connection {
    to: UnboundedSender<Control>,
    shared: Arc<Mutex<ConnectionState>>,
}

/// What the exchange knows about a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionState {
    pub(crate) topics: BTreeSet<String>,
    pub(crate) commands: Vec<Value>,
    /// The sizes of the commands, in bytes.
    pub(crate) sizes: Vec<usize>,
    /// When frames of the client arrived, and their kinds or methods.
    pub(crate) frames: Vec<(Instant, String)>,
    pub(crate) pongs: Vec<Bytes>,
    pub(crate) is_open: bool,
    /// The path of the handshake.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) is_combined: bool,
    has_ended: bool,
    muted: BTreeSet<String>,
}

/// What a test does to a connection.
#[derive(Debug, Clone)]
pub(crate) enum Control {
    Event(String, Arc<str>),
    Send(Message),
    Close(u16, &'static str),
    /// Writes bytes instead of a frame, and goes on.
    Bytes(Vec<u8>),
    /// Writes a close frame with any code, and waits for the confirmation.
    CloseWithAnyCode(u16),
    /// Ends the connection without a close frame.
    Drop,
    /// Nothing is read and written any more.
    Stall,
}

impl Sim {
    pub(crate) fn connector(&self) -> Connector<Usdm> {
        self.connector_with(None, HeaderMap::new(), None)
    }

    /// Returns a connector whose attempts to connect count against a governor.
    pub(crate) fn governed(&self, governor: &Governor) -> Connector<Usdm> {
        self.connector_with(Some(governor), HeaderMap::new(), None)
    }

    pub(crate) fn connector_with(
        &self,
        governor: Option<&Governor>,
        headers: HeaderMap,
        max_message_size: Option<usize>,
    ) -> Connector<Usdm> {
        let budget = governor.map(|governor| governor.budget::<Usdm>(None));
        Connector::simulated(Arc::new(self.clone()), budget, headers, max_message_size)
    }

    fn state<R>(&self, with: impl FnOnce(&mut State) -> R) -> R {
        with(&mut self.0.lock().unwrap())
    }

    /// Sets the times that events take over the connections, in turn.
    pub(crate) fn latencies(&self, millis: &[u64]) {
        let latencies = millis.iter().copied().map(Duration::from_millis);
        self.state(|state| state.latencies = latencies.collect());
    }

    /// Lets the next attempts to connect fail.
    pub(crate) fn fail(&self, attempts: usize) {
        self.state(|state| state.failing = attempts);
    }

    /// Responds to the next handshake with this status, these header lines, and this body.
    pub(crate) fn refuse(&self, status: u16, headers: &[&str], body: &str) {
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let length = body.len();
        let response =
            format!("HTTP/1.1 {status} Refused\r\n{lines}Content-Length: {length}\r\n\r\n{body}");
        self.state(|state| state.refusals.push_back(response));
    }

    /// Sets the time that an attempt to connect takes.
    pub(crate) fn dial_time(&self, time: Duration) {
        self.state(|state| state.dial_time = time);
    }

    /// Acknowledges a topic on new connections, but does not list it.
    pub(crate) fn unknown(&self, name: &str) {
        self.state(|state| state.unknown.insert(name.to_owned()));
    }

    /// Does not reply to a command on new connections.
    pub(crate) fn ignore(&self, method: &str) {
        self.state(|state| state.ignored.insert(method.to_owned()));
    }

    /// Publishes no events of a topic on the next connections, which are subscribed to it nevertheless.
    pub(crate) fn mute_next(&self, connections: usize, name: &str) {
        self.state(|state| state.muted.insert(name.to_owned(), connections));
    }

    /// Publishes an event on all connections that are subscribed to it.
    pub(crate) fn publish(&self, name: &str, event: &Value) {
        let text: Arc<str> = event.to_string().into();
        self.state(|state| {
            for connection in state.active() {
                connection.publish(name, &text);
            }
        });
    }

    /// Publishes an event on one connection only, if it is subscribed to it.
    pub(crate) fn publish_on(&self, connection: usize, name: &str, event: &Value) {
        let text: Arc<str> = event.to_string().into();
        self.state(|state| state.at(connection).publish(name, &text));
    }

    /// Does something to a connection, by its number.
    pub(crate) fn control(&self, connection: usize, control: Control) {
        self.state(|state| {
            let _ = state.at(connection).to.send(control);
        });
    }

    /// Does something to the newest connection.
    pub(crate) fn control_last(&self, control: Control) {
        self.control(self.count() - 1, control);
    }

    /// Publishes no events of a topic on a connection any more.
    pub(crate) fn mute(&self, connection: usize, name: &str) {
        self.state(|state| {
            let mut shared = state.at(connection).shared.lock().unwrap();
            shared.muted.insert(name.to_owned());
        });
    }

    /// Forgets the first connections that have ended. Their numbers stay used.
    pub(crate) fn forget_ended(&self) {
        self.state(|state| {
            state.dialed = Vec::new();
            state.handshakes = Vec::new();
            while let Some(first) = state.connections.front()
                && first.shared.lock().unwrap().has_ended
            {
                state.connections.pop_front();
                state.forgotten += 1;
            }
            state.prune();
        });
    }

    /// Returns the number of connections that were opened.
    pub(crate) fn count(&self) -> usize {
        self.state(|state| state.count())
    }

    /// Returns when connections were attempted.
    pub(crate) fn dialed(&self) -> Vec<Instant> {
        self.state(|state| state.dialed.clone())
    }

    /// Returns the headers of all handshakes.
    pub(crate) fn handshakes(&self) -> Vec<String> {
        self.state(|state| state.handshakes.clone())
    }

    pub(crate) fn connection(&self, connection: usize) -> ConnectionState {
        self.state(|state| state.at(connection).shared.lock().unwrap().clone())
    }

    /// Returns the connections that are open, by their numbers.
    pub(crate) fn open(&self) -> Vec<(usize, ConnectionState)> {
        self.state(|state| {
            state.prune();
            let open = state.active.iter().map(|index| {
                let connection = state.at(*index);
                (*index, connection.shared.lock().unwrap().clone())
            });
            open.filter(|(_, connection)| connection.is_open).collect()
        })
    }
}

impl State {
    fn count(&self) -> usize {
        self.forgotten + self.connections.len()
    }

    /// Returns a connection by its number.
    fn at(&self, number: usize) -> &Connection {
        &self.connections[number - self.forgotten]
    }

    /// Removes the connections that have ended from the active ones.
    fn prune(&mut self) {
        let mut active = std::mem::take(&mut self.active);
        active.retain(|number| {
            *number >= self.forgotten && !self.at(*number).shared.lock().unwrap().has_ended
        });
        self.active = active;
    }

    /// Returns the connections that have not ended.
    fn active(&mut self) -> impl Iterator<Item = &Connection> {
        self.prune();
        self.active.iter().map(|number| self.at(*number))
    }
}

impl Connection {
    fn publish(&self, name: &str, text: &Arc<str>) {
        let shared = self.shared.lock().unwrap();
        if shared.topics.contains(name) && !shared.muted.contains(name) {
            let event = Control::Event(name.to_owned(), Arc::clone(text));
            let _ = self.to.send(event);
        }
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
            let dial_time = sim.state(|state| state.dial_time);
            tokio::time::sleep(dial_time).await;
            let (client, server) = tokio::io::duplex(1024 * 1024);
            if let Some(response) = sim.state(|state| state.refusals.pop_front()) {
                tokio::spawn(refuse(server, response));
                return Ok(Box::new(client) as BoxedIo);
            }
            let (to, from) = unbounded_channel();
            let shared = Arc::new(Mutex::new(ConnectionState::default()));
            let latency = sim.state(|state| {
                let turn = state.count().checked_rem(state.latencies.len());
                let muted = state.muted.iter_mut().filter(|(_, left)| **left > 0);
                for (name, left) in muted {
                    *left -= 1;
                    shared.lock().unwrap().muted.insert(name.clone());
                }
                state.active.push(state.count());
                state.connections.push_back(Connection {
                    to,
                    shared: Arc::clone(&shared),
                });
                turn.map_or(Duration::ZERO, |turn| state.latencies[turn])
            });
            tokio::spawn(serve(server, from, shared, latency, sim));
            Ok(Box::new(client) as BoxedIo)
        })
    }
}

/// Responds to a handshake without opening a connection.
async fn refuse(mut io: DuplexStream, response: String) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match io.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let _ = io.write_all(response.as_bytes()).await;
}

async fn serve(
    io: DuplexStream,
    mut controls: UnboundedReceiver<Control>,
    shared: Arc<Mutex<ConnectionState>>,
    latency: Duration,
    sim: Sim,
) {
    let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
    #[expect(clippy::result_large_err, reason = "the library wants this type")]
    let callback = |request: &Request, response: Response| {
        let mut shared = shared.lock().unwrap();
        shared.path = request.uri().path().to_owned();
        shared.is_combined = shared.path.ends_with("/stream");
        shared.query = request.uri().query().map(str::to_owned);
        let user_data = shared
            .query
            .as_deref()
            .and_then(listen_key)
            .map(str::to_owned);
        shared.topics.extend(user_data);
        sim.state(|state| state.handshakes.push(format!("{:?}", request.headers())));
        Ok::<_, ErrorResponse>(response)
    };
    let handshake = accept_hdr_async_with_config(io, callback, Some(config));
    let Ok(mut io) = handshake.await else {
        shared.lock().unwrap().has_ended = true;
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
                    let frame = if shared.lock().unwrap().is_combined {
                        format!(r#"{{"stream":"{name}","data":{event}}}"#)
                    } else {
                        event.to_string()
                    };
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
                Some(Control::Bytes(bytes)) => {
                    let _ = io.get_mut().write_all(&bytes).await;
                }
                Some(Control::CloseWithAnyCode(code)) => {
                    let mut frame = vec![0x88, 2];
                    frame.extend(code.to_be_bytes());
                    let _ = io.get_mut().write_all(&frame).await;
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
                    let kind = match &message {
                        Message::Pong(_) => "pong",
                        Message::Ping(_) => "ping",
                        Message::Close(_) => "close",
                        _ => "command",
                    };
                    shared.lock().unwrap().frames.push((Instant::now(), kind.to_owned()));
                    if let Message::Pong(payload) = &message {
                        shared.lock().unwrap().pongs.push(payload.clone());
                    }
                    if let Message::Text(text) = message
                        && let Some(reply) = reply(text.as_str(), &shared, &sim)
                    {
                        delayed.push_back((Instant::now() + latency, Message::text(reply)));
                    }
                }
                _ => break,
            },
        }
    }
    {
        let mut shared = shared.lock().unwrap();
        shared.is_open = false;
        shared.has_ended = true;
    }
    drop::<WebSocketStream<DuplexStream>>(io);
}

/// Returns the listen key whose events are pushed: without a list of events, nothing is.
fn listen_key(query: &str) -> Option<&str> {
    let (key, events) = query.strip_prefix("listenKey=")?.split_once("&events=")?;
    (!events.is_empty()).then_some(key)
}

fn reply(text: &str, shared: &Mutex<ConnectionState>, sim: &Sim) -> Option<String> {
    let command: Value = serde_json::from_str(text).unwrap();
    let method = command["method"].as_str().unwrap();
    let (unknown, is_ignored) =
        sim.state(|state| (state.unknown.clone(), state.ignored.contains(method)));
    let mut shared = shared.lock().unwrap();
    shared.commands.push(command.clone());
    shared.sizes.push(text.len());
    if is_ignored {
        return None;
    }
    let names = || {
        let names = command["params"].as_array().into_iter().flatten();
        names.map(|name| name.as_str().unwrap().to_owned())
    };
    let result = match method {
        "SUBSCRIBE" => {
            if names().any(|name| name.starts_with("rejected")) {
                let error = json!({"code": 2, "msg": "Invalid request", "id": command["id"]});
                return Some(error.to_string());
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
        "GET_PROPERTY" => Value::Bool(shared.is_combined),
        "SET_PROPERTY" => {
            shared.is_combined = command["params"][1].as_bool().unwrap();
            Value::Null
        }
        _ => Value::Null,
    };
    Some(json!({"result": result, "id": command["id"]}).to_string())
}
