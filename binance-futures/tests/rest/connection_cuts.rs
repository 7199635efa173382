//! A connection that is cut at every byte of a round trip, from the first of the request to the last of the response.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use binance_futures::client::Resolution;
use binance_futures::error::{Error, Outcome};
use binance_futures::types::OrderStatus;
use binance_futures::usdm::{self, NewOrder, QueryOrder};

use crate::support::{FOUND, PLACED, limit_order, retrying_client};

/// A server that cuts one connection after a number of bytes, counted in both directions, and serves all later ones.
struct CuttingServer {
    client: usdm::Client,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether a connection serves several requests.
    keep_alive: bool,
    /// After how many bytes the next round trip is cut.
    cut_at: Mutex<Option<usize>>,
    connections: AtomicUsize,
    /// The number of orders that arrived completely.
    orders: AtomicUsize,
    /// The number of bytes of the last complete round trip.
    length: AtomicUsize,
}

impl CuttingServer {
    fn new(keep_alive: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = retrying_client(&format!("http://{}", listener.local_addr().unwrap()));
        let shared = Arc::new(Shared {
            keep_alive,
            ..Shared::default()
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, shared) = (stream.unwrap(), Arc::clone(&served));
                shared.connections.fetch_add(1, Ordering::SeqCst);
                // Errors show at the client.
                thread::spawn(move || shared.serve(stream));
            }
        });
        Self { client, shared }
    }

    /// Cuts the next round trip after this many bytes, and counts from zero.
    fn cut_at(&self, offset: usize) {
        *self.shared.cut_at.lock().unwrap() = Some(offset);
        self.shared.connections.store(0, Ordering::SeqCst);
        self.shared.orders.store(0, Ordering::SeqCst);
    }

    /// Returns the number of connections, and the number of orders that arrived completely.
    fn counts(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        (count(&self.shared.connections), count(&self.shared.orders))
    }

    fn length(&self) -> usize {
        self.shared.length.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Serves a connection until it is cut.
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        while self.round_trip(&mut stream)? && self.keep_alive {}
        stream.shutdown(Shutdown::Write)?;
        // Wait until the client has read everything.
        stream.read(&mut [0]).map(drop)
    }

    /// Serves one request. Returns whether the connection is intact.
    fn round_trip(&self, stream: &mut TcpStream) -> io::Result<bool> {
        let mut request = Vec::new();
        let mut byte = [0];
        let mut limit = None;
        while !request.ends_with(b"\r\n\r\n") {
            // The round trip begins with the first byte.
            if stream.peek(&mut byte)? == 0 {
                return Ok(false);
            }
            let limit = limit.get_or_insert_with(|| self.cut_at.lock().unwrap().take());
            // If bytes are unread when a connection is closed, the system resets it, and the client notices.
            if *limit == Some(request.len()) {
                return Ok(false);
            }
            stream.read_exact(&mut byte)?;
            request.push(byte[0]);
        }
        let is_order = request.starts_with(b"POST /fapi/v1/order?");
        if is_order {
            self.orders.fetch_add(1, Ordering::SeqCst);
        }
        let response = self.response(is_order);
        let left = limit.flatten().unwrap_or(usize::MAX) - request.len();
        if left >= response.len() {
            self.length
                .store(request.len() + response.len(), Ordering::SeqCst);
        }
        stream.write_all(response.get(..left).unwrap_or(&response))?;
        Ok(left >= response.len())
    }

    fn response(&self, is_order: bool) -> Vec<u8> {
        let body = if is_order { PLACED } else { FOUND }.trim();
        let connection = if self.keep_alive {
            ""
        } else {
            "Connection: close\r\n"
        };
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\n{connection}Content-Length: {length}\r\n\r\n{body}")
            .into_bytes()
    }
}

fn order() -> NewOrder {
    limit_order("BTCUSDT").client_order_id("lost")
}

#[tokio::test]
async fn cut_connection_never_duplicates_an_order() {
    let server = CuttingServer::new(false);
    server.client.send(order()).await.unwrap();
    let length = server.length();
    assert!(length > 900);
    let mut arrived = 0;
    for offset in 0..length {
        server.cut_at(offset);
        let error = server.client.send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{offset}: {error:?}");
        let (connections, orders) = server.counts();
        assert_eq!(connections, 1, "{offset}");
        assert!(orders <= 1, "{offset}");
        arrived += orders;
    }
    let response = server.shared.response(true).len();
    assert_eq!(arrived, response, "it arrives if the response is cut");
    server.cut_at(length);
    server.client.send(order()).await.unwrap();
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn cut_of_a_reused_connection_never_duplicates_an_order() {
    let server = CuttingServer::new(true);
    server.client.send(order()).await.unwrap();
    let length = server.length();
    for offset in 0..length {
        // Opens or keeps a connection. The next round trip on it is cut.
        server
            .client
            .send(QueryOrder::new("BTCUSDT", 1))
            .await
            .unwrap();
        server.cut_at(offset);
        let sent = server.client.send(order()).await;
        let (_, orders) = server.counts();
        assert!(orders <= 1, "{offset}");
        match sent {
            Ok(_) => assert_eq!(orders, 1, "{offset}"),
            Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{offset}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn read_only_request_succeeds_after_a_cut_connection() {
    let server = CuttingServer::new(false);
    let query = || QueryOrder::new("BTCUSDT", 1);
    server.client.send(query()).await.unwrap();
    let length = server.length();
    assert!(length > 900);
    for offset in 0..length {
        server.cut_at(offset);
        let order = server.client.send(query()).await;
        let order = order.unwrap_or_else(|error| panic!("{offset}: {error:?}"));
        assert_eq!(order.status, OrderStatus::PartiallyFilled);
        assert_eq!(server.counts().0, 2, "{offset}");
    }
}

#[tokio::test]
async fn order_with_a_cut_response_is_found() {
    let server = CuttingServer::new(false);
    server.client.send(order()).await.unwrap();
    let length = server.length();
    let request = length - server.shared.response(true).len();
    for offset in [request, request + 1, request + 100, length - 1] {
        server.cut_at(offset);
        let Err(Error::UnknownOutcome(unknown)) = server.client.send(order()).await else {
            panic!("{offset}");
        };
        let within = Duration::from_secs(10);
        let resolution = server.client.resolve::<NewOrder>(&unknown, within).await;
        let Ok(Resolution::Found(order)) = resolution else {
            panic!("{offset}: {resolution:?}");
        };
        assert_eq!(order.status, OrderStatus::PartiallyFilled);
        assert_eq!(server.counts().1, 1);
    }
}
