//! Websocket connections: the handshake, and the task that reads and writes frames.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use hyper::body::Incoming as Body;
use hyper::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role};

use super::handler::RequestHandler;
use super::messages::{HttpRequest, HttpResponse};
use super::stream_requests::Incoming;
use crate::mock::streams::{ConnectionId, Outgoing, Signals};

/// How long the exchange waits for the client's close frame.
const CLOSE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);

/// Close code that means that a close frame has no code.
const NO_CODE: u16 = 1005;

/// A handshake that was accepted on a connection.
pub(super) struct Accepted {
    upgrade: OnUpgrade,
    id: ConnectionId,
    signals: Arc<Signals>,
}

/// Where a connection leaves the handshake that it accepted.
pub(super) type Slot = Arc<Mutex<Option<Opened>>>;

/// An open websocket connection. It is removed when this is dropped.
pub(super) struct Opened {
    accepted: Accepted,
    handler: Arc<RequestHandler>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.handler.close_stream(self.accepted.id);
    }
}

/// Whether a request asks for a websocket connection.
pub(super) fn is_handshake<B>(request: &Request<B>) -> bool {
    let is_websocket = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
    request.headers().get(UPGRADE).is_some_and(is_websocket)
}

/// Accepts or refuses a handshake.
pub(super) fn accept(
    mut request: Request<Body>,
    handler: &Arc<RequestHandler>,
    slot: &Slot,
) -> Result<HeaderMap, HttpResponse> {
    let uri = request.uri();
    let summary = HttpRequest {
        method: request.method().as_str().to_owned(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().as_bytes().to_vec(),
        form: Vec::new(),
        api_key: None,
    };
    let key = request.headers().get("sec-websocket-key");
    let accept = key.map(|key| derive_accept_key(key.as_bytes()));
    let accept = accept.and_then(|accept| HeaderValue::from_str(&accept).ok());
    let Some(accept) = accept else {
        return Err(handler.reject_unreadable(&summary, 400));
    };
    let (id, signals) = handler.open_stream(&summary)?;
    let opened = Opened {
        accepted: Accepted {
            upgrade: hyper::upgrade::on(&mut request),
            id,
            signals,
        },
        handler: Arc::clone(handler),
    };
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(HeaderName::from_static("sec-websocket-accept"), accept);
    Ok(headers)
}

/// Returns the response to an accepted handshake.
pub(super) fn switching_protocols<B>(headers: HeaderMap, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = headers;
    response
}

/// Serves the connection whose handshake was accepted, if there is one.
pub(super) async fn serve(slot: &Slot) {
    let opened = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut opened) = opened else {
        return;
    };
    let Ok(upgraded) = (&mut opened.accepted.upgrade).await else {
        return;
    };
    let signals = Arc::clone(&opened.accepted.signals);
    let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    let mut task = Task {
        socket,
        id: opened.accepted.id,
        handler: Arc::clone(&opened.handler),
        reads_from: Instant::now(),
    };
    let aborted = pin!(signals.aborted.notified());
    // The client sees how the connection ends; there is nobody else to tell.
    let _ = select(pin!(task.run(&signals)), aborted).await;
}

/// The task of a connection.
struct Task {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    id: ConnectionId,
    handler: Arc<RequestHandler>,
    /// When the next frame is read.
    reads_from: Instant,
}

impl Task {
    /// Reads and writes until the connection ends.
    async fn run(&mut self, signals: &Signals) -> io::Result<()> {
        loop {
            while let Some(frames) = self.handler.next_frames(self.id) {
                if frames.is_empty() {
                    break;
                }
                for frame in frames {
                    if !self.send(frame).await? {
                        return Ok(());
                    }
                }
                self.socket.flush().await.map_err(io::Error::other)?;
            }
            let idle = self.handler.advance_streams();
            let changed = pin!(signals.changed.notified());
            let received = pin!(async {
                if self.reads_from > Instant::now() {
                    // Nothing sleeps for long, so reading goes on soon after the pause.
                    return pending().await;
                }
                self.socket.next().await
            });
            match timeout(idle, select(changed, received)).await {
                Ok(Either::Right((Some(Ok(message)), _))) => self.receive(message),
                Ok(Either::Right(_)) => return Ok(()),
                Ok(Either::Left(_)) | Err(_) => {}
            }
        }
    }

    fn receive(&self, message: Message) {
        let incoming = match message {
            Message::Text(text) => Incoming::Command(text.as_str().to_owned()),
            Message::Binary(bytes) => {
                Incoming::Command(String::from_utf8_lossy(&bytes).into_owned())
            }
            Message::Ping(_) => Incoming::Ping,
            Message::Pong(_) => Incoming::Pong,
            // The library completes the close; the next read ends.
            Message::Close(_) | Message::Frame(_) => return,
        };
        self.handler.receive(self.id, &incoming);
    }

    /// Sends what is next. Returns whether the connection goes on.
    async fn send(&mut self, item: Outgoing) -> io::Result<bool> {
        let message = match item {
            Outgoing::Text(text) => Message::text(text),
            Outgoing::Binary(text) => Message::binary(text.into_bytes()),
            Outgoing::Ping(payload) => Message::Ping(payload.into_bytes().into()),
            Outgoing::PauseReading(time) => {
                self.reads_from = Instant::now() + time;
                return Ok(true);
            }
            Outgoing::Stall => return pending().await,
            Outgoing::Close { code, reason } => {
                self.close(code, reason).await;
                return Ok(false);
            }
        };
        self.socket.feed(message).await.map_err(io::Error::other)?;
        Ok(true)
    }

    /// Sends a close frame, and waits for that of the client.
    async fn close(&mut self, code: u16, reason: String) {
        let frame = (code != NO_CODE).then(|| CloseFrame {
            code: code.into(),
            reason: reason.into(),
        });
        let closed = async {
            self.socket.send(Message::Close(frame)).await?;
            while let Some(message) = self.socket.next().await {
                message?;
            }
            Ok::<(), tokio_tungstenite::tungstenite::Error>(())
        };
        // The connection ends in any case.
        let _ = timeout(CLOSE_TIMEOUT, closed).await;
    }
}
