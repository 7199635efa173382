//! A server that replies byte by byte as a test says, and records the requests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use binance_futures::request::Product;
use binance_futures::rest::Client;
use binance_futures::usdm;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{builder_of, retrying_client};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedRequest {
    /// The address of the client.
    pub(crate) peer: SocketAddr,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl ReceivedRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Writes these bytes and closes the connection.
    Write(Vec<u8>),
    /// Writes the first bytes once and the second ones repeatedly, each time after a pause, until the client closes the connection.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Writes nothing, until the client closes the connection.
    Hang,
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Server {
    /// Replies to the request with each number, from 0.
    pub(crate) fn new(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(TcpListener::bind("127.0.0.1:0").unwrap(), None, reply)
    }

    /// As [`new`](Self::new), with TLS.
    pub(crate) fn with_tls(
        tls: Arc<ServerConfig>,
        reply: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::start(listener, Some(tls), reply)
    }

    pub(crate) fn start(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        reply: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let received = Arc::new(Mutex::new(Vec::new()));
        let (recorded, reply) = (Arc::clone(&received), Arc::new(reply));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (recorded, reply) = (Arc::clone(&recorded), Arc::clone(&reply));
                let (tls, peer) = (tls.clone(), stream.peer_addr().unwrap());
                thread::spawn(move || match tls {
                    None => serve(&mut stream, peer, &recorded, &*reply),
                    Some(tls) => {
                        let tls = ServerConnection::new(tls).unwrap();
                        let mut stream = StreamOwned::new(tls, stream);
                        serve(&mut stream, peer, &recorded, &*reply);
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

    /// Replies to every request with these bytes.
    pub(crate) fn responding(response: Vec<u8>) -> Self {
        Self::new(move |_| Reply::Write(response.clone()))
    }

    /// Returns all requests so far.
    pub(crate) fn received(&self) -> Vec<ReceivedRequest> {
        self.received.lock().unwrap().clone()
    }

    /// A client without retries, with the example key and time.
    pub(crate) fn client(&self) -> usdm::Client {
        self.client_of()
    }

    /// As [`client`](Self::client), for any product.
    pub(crate) fn client_of<P: Product>(&self) -> Client<P> {
        builder_of().base_url(&self.url).build().unwrap()
    }

    /// As [`client`](Self::client), with immediate retries.
    pub(crate) fn retrying_client(&self) -> usdm::Client {
        retrying_client(&self.url)
    }
}

fn serve(
    stream: &mut (impl Read + Write),
    peer: SocketAddr,
    recorded: &Mutex<Vec<ReceivedRequest>>,
    reply: &dyn Fn(usize) -> Reply,
) {
    let Some(received) = read_request(stream, peer) else {
        return;
    };
    let number = {
        let mut recorded = recorded.lock().unwrap();
        recorded.push(received);
        recorded.len() - 1
    };
    match reply(number) {
        Reply::Write(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Reply::Endless(first, again, pause) => {
            let mut written = stream.write_all(&first);
            while written.is_ok() {
                thread::sleep(pause);
                written = stream.write_all(&again);
            }
        }
        Reply::Hang => drop(stream.read(&mut [0])),
    }
}

fn read_request(stream: &mut impl Read, peer: SocketAddr) -> Option<ReceivedRequest> {
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
    let mut received = ReceivedRequest {
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

/// A response with its length.
pub(crate) fn response(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
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

/// A JSON response.
pub(crate) fn json_response(status: &str, body: &str) -> Vec<u8> {
    response(status, &["Content-Type: application/json"], body)
}
