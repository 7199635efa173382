//! Streams of the mock exchange over TCP, read with a websocket library and no client of this crate.

mod agreement;
mod bad_input;
mod book;
mod commands;
mod connections;
mod faults;
mod time;
mod topics;
mod user_data;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::Session;

/// How long a frame may take that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long nothing comes if nothing comes at all.
const SILENCE: Duration = Duration::from_millis(150);

/// A websocket connection.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a connection. `target` is a path with an optional query.
    pub(crate) async fn open(session: &Session, target: &str) -> Self {
        Self::try_open(session, target).await.unwrap()
    }

    pub(crate) async fn try_open(session: &Session, target: &str) -> Result<Self, Error> {
        let address = session.exchange.address();
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = client_async(format!("ws://{address}{target}"), stream).await?;
        Ok(Self(socket))
    }

    /// Returns the status and the header `Retry-After` of a handshake that is refused.
    pub(crate) async fn refused(session: &Session, target: &str) -> (u16, Option<String>) {
        match Self::try_open(session, target).await {
            Err(Error::Http(response)) => {
                let retry_after = response.headers().get("retry-after");
                let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
                (response.status().as_u16(), retry_after)
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("the connection was opened"),
        }
    }

    /// Returns the next message. `None` if the connection ended without a close frame.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.0.next()).await.unwrap()?.ok()
    }

    /// Returns the text of the next text frame. Pings are answered by the library.
    pub(crate) async fn text(&mut self) -> String {
        loop {
            match self.message().await {
                Some(Message::Text(text)) => return text.as_str().to_owned(),
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("not a text frame: {other:?}"),
            }
        }
    }

    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// Returns the next `count` text frames.
    pub(crate) async fn frames(&mut self, count: usize) -> Vec<Value> {
        let mut frames = Vec::new();
        while frames.len() < count {
            frames.push(self.json().await);
        }
        frames
    }

    /// Returns all text frames that come before the connection is silent.
    pub(crate) async fn all(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Ok(message) = timeout(SILENCE, self.0.next()).await {
            match message {
                Some(Ok(Message::Text(text))) => {
                    frames.push(serde_json::from_str(text.as_str()).unwrap());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("not a text frame: {other:?}"),
            }
        }
        frames
    }

    pub(crate) async fn is_silent(&mut self) -> bool {
        self.all().await.is_empty()
    }

    /// Returns code and reason of the close frame with which the connection ends. `None` if it ends without one, or the frame has no code.
    pub(crate) async fn closed(&mut self) -> Option<(u16, String)> {
        loop {
            if let Message::Close(frame) = self.message().await? {
                let frame = frame?;
                return Some((frame.code.into(), frame.reason.as_str().to_owned()));
            }
        }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text.to_owned())).await.unwrap();
    }

    pub(crate) async fn send_message(&mut self, message: Message) -> Result<(), Error> {
        self.0.send(message).await
    }

    /// Sends a command and returns the reply.
    pub(crate) async fn command(&mut self, method: &str, params: Value) -> Value {
        let command = serde_json::json!({"method": method, "params": params, "id": 1});
        self.send(&command.to_string()).await;
        loop {
            let frame = self.json().await;
            if frame.get("id").is_some() {
                return frame;
            }
        }
    }

    /// Reads what has come, so that pongs are sent.
    pub(crate) async fn poll(&mut self) {
        let _ = timeout(SILENCE, self.0.next()).await;
    }
}

/// A moving market.
pub(crate) async fn moving() -> Session {
    Session::with(|builder| builder.moving(true).seed(7)).await
}

/// Advances the exchange in steps, so that no connection has too many events at once.
pub(crate) fn advance(session: &Session, seconds: u64) {
    session.exchange.advance(Duration::from_secs(seconds));
}
