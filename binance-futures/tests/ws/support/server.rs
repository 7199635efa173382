//! A server that replies to handshakes as a test says, and records them.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rustls::{HandshakeKind, ServerConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

const TRADE: &str = include_str!("../../../src/generated/usdm/streams/agg_trades.json");

/// A handshake as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    /// The address of the client.
    pub(crate) peer: SocketAddr,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    /// Whether the TLS session was resumed.
    pub(crate) is_resumed: bool,
}

impl Handshake {
    /// Returns the values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let all = self.headers.iter();
        all.filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// What the server does with a handshake.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Accepts it, replies to commands, and sends one event of each topic that is subscribed to.
    Accept,
    /// As `Accept`, and sends a message of this size first, together with the response.
    AcceptWith(usize),
    /// Writes these bytes, with a pause before each piece but the first, and closes the connection.
    Write(Vec<Vec<u8>>),
    /// Writes these bytes, and then nothing, until the client closes the connection.
    Hang(Vec<u8>),
}

/// It ends with the runtime of the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Handshake>>>,
}

impl Server {
    /// Accepts all handshakes.
    pub(crate) async fn new() -> Self {
        Self::replying(Reply::Accept).await
    }

    pub(crate) async fn replying(reply: Reply) -> Self {
        Self::start(listener().await, None, reply)
    }

    /// As [`new`](Self::new), with TLS.
    pub(crate) async fn with_tls(tls: Arc<ServerConfig>) -> Self {
        Self::start(listener().await, Some(tls), Reply::Accept)
    }

    pub(crate) fn start(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        reply: Reply,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "wss" } else { "ws" };
        let received = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&received);
        tokio::spawn(async move {
            loop {
                let (stream, peer) = listener.accept().await.unwrap();
                let (tls, reply, recorded) = (tls.clone(), reply.clone(), Arc::clone(&recorded));
                // Errors show at the client.
                tokio::spawn(async move { serve(stream, peer, tls, reply, &recorded).await });
            }
        });
        Self {
            address,
            url: format!("{scheme}://{address}"),
            received,
        }
    }

    /// Returns all handshakes so far.
    pub(crate) fn received(&self) -> Vec<Handshake> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the only handshake.
    pub(crate) fn only(&self) -> Handshake {
        match &self.received()[..] {
            [handshake] => handshake.clone(),
            other => panic!("{other:?}"),
        }
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    reply: Reply,
    recorded: &Mutex<Vec<Handshake>>,
) -> io::Result<()> {
    let Some(tls) = tls else {
        return reply_to(stream, peer, false, reply, recorded).await;
    };
    let stream = TlsAcceptor::from(tls).accept(stream).await?;
    let is_resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
    reply_to(stream, peer, is_resumed, reply, recorded).await
}

async fn reply_to(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    is_resumed: bool,
    reply: Reply,
    recorded: &Mutex<Vec<Handshake>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let mut handshake = Handshake {
        peer,
        target: lines.next().unwrap().to_owned(),
        headers: Vec::new(),
        is_resumed,
    };
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        handshake.headers.push((name.to_owned(), value.to_owned()));
    }
    let key = handshake.header("sec-websocket-key").concat();
    recorded.lock().unwrap().push(handshake);
    match reply {
        Reply::Accept => {
            stream.write_all(&accepted(&key)).await?;
            exchange(stream).await;
        }
        Reply::AcceptWith(size) => {
            let mut bytes = accepted(&key);
            // A text frame with a length of eight bytes.
            bytes.extend([0x81, 127]);
            bytes.extend(u64::try_from(size).unwrap().to_be_bytes());
            bytes.extend(vec![b' '; size]);
            stream.write_all(&bytes).await?;
            exchange(stream).await;
        }
        Reply::Write(pieces) => {
            for (index, piece) in pieces.iter().enumerate() {
                if index > 0 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                stream.write_all(piece).await?;
            }
            stream.shutdown().await?;
        }
        Reply::Hang(bytes) => {
            stream.write_all(&bytes).await?;
            while stream.read(&mut [0; 4096]).await? > 0 {}
        }
    }
    Ok(())
}

fn accepted(key: &str) -> Vec<u8> {
    let accept = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )
    .into_bytes()
}

/// Replies to commands.
async fn exchange(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let mut topics: Vec<Value> = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let command: Value = serde_json::from_str(&text).unwrap();
        let mut replies = Vec::new();
        let result = match command["method"].as_str().unwrap() {
            "LIST_SUBSCRIPTIONS" => json!(topics),
            "SUBSCRIBE" => {
                for topic in command["params"].as_array().unwrap() {
                    let trade: Value = serde_json::from_str(TRADE).unwrap();
                    replies.push(json!({"stream": topic, "data": trade}));
                    topics.push(topic.clone());
                }
                Value::Null
            }
            other => panic!("{other}"),
        };
        replies.insert(0, json!({"result": result, "id": command["id"]}));
        for reply in replies {
            let _ = socket.send(Message::text(reply.to_string())).await;
        }
    }
}

/// A response with its length.
pub(crate) fn response(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}
