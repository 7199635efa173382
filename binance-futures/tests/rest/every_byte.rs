//! A connection that breaks at every byte of an exchange, from the first of the request to the last of the answer.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use binance_futures::error::{Error, Outcome};
use binance_futures::rest::{Client, Resolution};
use binance_futures::types::{Decimal, OrderStatus, Side, TimeInForce};
use binance_futures::usdm::{NewOrder, QueryOrder, Usdm};

use crate::server::eager_client;

const ACKNOWLEDGED: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");
const FOUND: &str = include_str!("../../src/generated/usdm/rest/trade/query_order.json");

/// Breaks a connection after so many bytes of one exchange, both ways counted together; what comes after works.
struct Faulty {
    client: Client<Usdm>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether a connection serves one request after the other.
    keeps: bool,
    /// Where the next exchange breaks.
    next: Mutex<Option<usize>>,
    connections: AtomicUsize,
    /// Whole requests to place an order that arrived.
    orders: AtomicUsize,
    /// Bytes of the last exchange that was whole.
    length: AtomicUsize,
}

impl Faulty {
    fn new(keeps: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = eager_client(&format!("http://{}", listener.local_addr().unwrap()));
        let shared = Arc::new(Shared {
            keeps,
            ..Shared::default()
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, shared) = (stream.unwrap(), Arc::clone(&served));
                shared.connections.fetch_add(1, Ordering::SeqCst);
                // What breaks a connection is the test's to see.
                thread::spawn(move || shared.serve(stream));
            }
        });
        Self { client, shared }
    }

    fn break_at(&self, offset: usize) {
        *self.shared.next.lock().unwrap() = Some(offset);
        self.shared.connections.store(0, Ordering::SeqCst);
        self.shared.orders.store(0, Ordering::SeqCst);
    }

    /// Connections that were made, and orders that arrived.
    fn counted(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        (count(&self.shared.connections), count(&self.shared.orders))
    }

    fn length(&self) -> usize {
        self.shared.length.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Serves a connection until it breaks.
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        while self.exchange(&mut stream)? && self.keeps {}
        stream.shutdown(Shutdown::Write)?;
        // Until the client has read all there is.
        stream.read(&mut [0]).map(drop)
    }

    /// Serves one request, and tells whether nothing broke.
    fn exchange(&self, stream: &mut TcpStream) -> io::Result<bool> {
        let mut request = Vec::new();
        let mut byte = [0];
        let mut limit = None;
        while !request.ends_with(b"\r\n\r\n") {
            // With the first byte it is known that this is the next exchange.
            if stream.peek(&mut byte)? == 0 {
                return Ok(false);
            }
            let limit = limit.get_or_insert_with(|| self.next.lock().unwrap().take());
            // What is not read when the connection closes makes the system break it off at the client's end as well.
            if *limit == Some(request.len()) {
                return Ok(false);
            }
            stream.read_exact(&mut byte)?;
            request.push(byte[0]);
        }
        let places = request.starts_with(b"POST /fapi/v1/order?");
        if places {
            self.orders.fetch_add(1, Ordering::SeqCst);
        }
        let answer = self.answer(places);
        let left = limit.flatten().unwrap_or(usize::MAX) - request.len();
        if left >= answer.len() {
            self.length
                .store(request.len() + answer.len(), Ordering::SeqCst);
        }
        stream.write_all(answer.get(..left).unwrap_or(&answer))?;
        Ok(left >= answer.len())
    }

    fn answer(&self, places: bool) -> Vec<u8> {
        let body = if places { ACKNOWLEDGED } else { FOUND }.trim();
        let closes = if self.keeps {
            ""
        } else {
            "Connection: close\r\n"
        };
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\n{closes}Content-Length: {length}\r\n\r\n{body}").into_bytes()
    }
}

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        Decimal::ONE,
        Decimal::from(9_000),
        TimeInForce::Gtc,
    )
    .client_order_id("lost")
}

#[tokio::test]
async fn an_order_reaches_the_exchange_once_at_most_wherever_its_connection_breaks() {
    let faulty = Faulty::new(false);
    faulty.client.send(order()).await.unwrap();
    let whole = faulty.length();
    assert!(whole > 900);
    let mut arrived = 0;
    for offset in 0..whole {
        faulty.break_at(offset);
        let error = faulty.client.send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{offset}: {error:?}");
        let (connections, orders) = faulty.counted();
        assert_eq!(connections, 1, "{offset}");
        assert!(orders <= 1, "{offset}");
        arrived += orders;
    }
    let answer = faulty.shared.answer(true).len();
    assert_eq!(arrived, answer, "it arrives whole when the answer breaks");
    faulty.break_at(whole);
    faulty.client.send(order()).await.unwrap();
    assert_eq!(faulty.counted(), (1, 1));
}

#[tokio::test]
async fn an_order_reaches_the_exchange_once_at_most_on_a_connection_that_served_others() {
    let faulty = Faulty::new(true);
    faulty.client.send(order()).await.unwrap();
    let whole = faulty.length();
    for offset in 0..whole {
        // The connection is made, or kept, and the next exchange on it breaks.
        faulty
            .client
            .send(QueryOrder::new("BTCUSDT", 1))
            .await
            .unwrap();
        faulty.break_at(offset);
        let sent = faulty.client.send(order()).await;
        let (_, orders) = faulty.counted();
        assert!(orders <= 1, "{offset}");
        match sent {
            Ok(_) => assert_eq!(orders, 1, "{offset}"),
            Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{offset}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn a_question_is_answered_wherever_its_connection_breaks_once() {
    let faulty = Faulty::new(false);
    let question = || QueryOrder::new("BTCUSDT", 1);
    faulty.client.send(question()).await.unwrap();
    let whole = faulty.length();
    assert!(whole > 900);
    for offset in 0..whole {
        faulty.break_at(offset);
        let order = faulty.client.send(question()).await;
        let order = order.unwrap_or_else(|error| panic!("{offset}: {error:?}"));
        assert_eq!(order.status, OrderStatus::PartiallyFilled);
        assert_eq!(faulty.counted().0, 2, "{offset}");
    }
}

#[tokio::test]
async fn an_order_that_arrived_is_found_wherever_its_answer_broke_off() {
    let faulty = Faulty::new(false);
    faulty.client.send(order()).await.unwrap();
    let whole = faulty.length();
    let request = whole - faulty.shared.answer(true).len();
    for offset in [request, request + 1, request + 100, whole - 1] {
        faulty.break_at(offset);
        let Err(Error::UnknownOutcome(unknown)) = faulty.client.send(order()).await else {
            panic!("{offset}");
        };
        let within = Duration::from_secs(10);
        let fate = faulty.client.resolve::<NewOrder>(&unknown, within).await;
        let Ok(Resolution::Found(order)) = fate else {
            panic!("{offset}: {fate:?}");
        };
        assert_eq!(order.status, OrderStatus::PartiallyFilled);
        assert_eq!(faulty.counted().1, 1);
    }
}
