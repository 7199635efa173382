//! A server that does what it is told, byte by byte, and keeps what it received.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::rest::{Backoff, Client, ClientBuilder, Retry, ServerTimeSource};
use binance_futures::types::Timestamp;
use binance_futures::usdm;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub(crate) const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
pub(crate) const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
pub(crate) const NOW: i64 = 1_591_702_613_943;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Who sent it.
    pub(crate) peer: SocketAddr,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(of, _)| of.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reaction {
    /// Writes these bytes and closes the connection.
    Write(Vec<u8>),
    /// Writes the first, then the second over and over with a pause before each, until the client hangs up.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Writes nothing and waits.
    Silence,
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// Reacts to the request of each number, from 0.
    pub(crate) fn new(react: impl Fn(usize) -> Reaction + Send + Sync + 'static) -> Self {
        Self::listening(TcpListener::bind("127.0.0.1:0").unwrap(), None, react)
    }

    /// Likewise, by TLS.
    pub(crate) fn private(
        tls: Arc<ServerConfig>,
        react: impl Fn(usize) -> Reaction + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::listening(listener, Some(tls), react)
    }

    pub(crate) fn listening(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        react: impl Fn(usize) -> Reaction + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let received = Arc::new(Mutex::new(Vec::new()));
        let (kept, react) = (Arc::clone(&received), Arc::new(react));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, kept, react) =
                    (stream.unwrap(), Arc::clone(&kept), Arc::clone(&react));
                let (tls, peer) = (tls.clone(), stream.peer_addr().unwrap());
                thread::spawn(move || match tls {
                    None => serve(&mut stream, peer, &kept, &*react),
                    Some(tls) => {
                        let tls = ServerConnection::new(tls).unwrap();
                        let mut stream = StreamOwned::new(tls, stream);
                        serve(&mut stream, peer, &kept, &*react);
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                });
            }
        });
        Self {
            url: format!("{scheme}://{address}"),
            address,
            received,
        }
    }

    /// Always answers with this.
    pub(crate) fn answering(answer: Vec<u8>) -> Self {
        Self::new(move |_| Reaction::Write(answer.clone()))
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// A client with the published key, and a clock that stands at the published time.
    pub(crate) fn client(&self) -> usdm::Client {
        self.client_of()
    }

    /// Likewise of any product. It sends nothing twice.
    pub(crate) fn client_of<P: ServerTimeSource>(&self) -> Client<P> {
        builder(&self.url).retry(Retry::never()).build().unwrap()
    }

    /// One that sends again whatever may be sent again.
    pub(crate) fn eager_client(&self) -> usdm::Client {
        eager_client(&self.url)
    }
}

/// A client that sends again whatever may be sent again, twice and at once.
pub(crate) fn eager_client(url: &str) -> usdm::Client {
    let at_once = Backoff::default().first_wait(Duration::ZERO);
    builder(url).retry(at_once).build().unwrap()
}

fn builder<P: ServerTimeSource>(url: &str) -> ClientBuilder<P> {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .clock(Timestamp::from_millis(NOW))
        .timeout(Duration::from_secs(20))
}

fn serve(
    stream: &mut (impl Read + Write),
    peer: SocketAddr,
    kept: &Mutex<Vec<Received>>,
    react: &dyn Fn(usize) -> Reaction,
) {
    let Some(received) = read_request(stream, peer) else {
        return;
    };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(received);
        kept.len() - 1
    };
    match react(number) {
        Reaction::Write(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Reaction::Endless(first, again, pause) => {
            let mut going = stream.write_all(&first);
            while going.is_ok() {
                thread::sleep(pause);
                going = stream.write_all(&again);
            }
        }
        // Ends when the client hangs up.
        Reaction::Silence => drop(stream.read(&mut [0])),
    }
}

fn read_request(stream: &mut impl Read, peer: SocketAddr) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").unwrap_or((line, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut received = Received {
        peer,
        method: first.next().unwrap().to_owned(),
        target: first.next().unwrap().to_owned(),
        headers,
        body: bytes[head + 4..].to_vec(),
    };
    let length: usize = received
        .header("content-length")
        .unwrap_or("0")
        .parse()
        .unwrap();
    while received.body.len() < length {
        let count = stream.read(&mut buffer).unwrap();
        received.body.extend_from_slice(&buffer[..count]);
    }
    Some(received)
}

/// What a future gives that has nothing to wait for.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// An answer with its length.
pub(crate) fn answer(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(crate) fn json(status: &str, body: &str) -> Vec<u8> {
    answer(status, &["Content-Type: application/json"], body)
}
