//! A connection that breaks at every byte of an exchange, from the first of the request to the last of the answer.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use binance_futures::error::{Error, Outcome};
use binance_futures::rest::{Client, Fate};
use binance_futures::types::{Decimal, OrderStatus, Side, TimeInForce};
use binance_futures::usdm::{NewOrder, QueryOrder, Usdm};

use crate::server::{eager_client, json};

const ACKNOWLEDGED: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");
const FOUND: &str = include_str!("../../src/generated/usdm/rest/trade/query_order.json");

/// Breaks the first connection after so many bytes, both ways counted together; later ones work.
struct Faulty {
    client: Client<Usdm>,
    /// Where the next connection breaks.
    next: Arc<Mutex<Option<usize>>>,
    connections: Arc<AtomicUsize>,
    /// Whole requests to place an order that arrived.
    orders: Arc<AtomicUsize>,
    /// Bytes of the last exchange that was whole.
    length: Arc<AtomicUsize>,
}

impl Faulty {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let faulty = Self {
            client: eager_client(&format!("http://{}", listener.local_addr().unwrap())),
            next: Arc::default(),
            connections: Arc::default(),
            orders: Arc::default(),
            length: Arc::default(),
        };
        let (next, connections, orders, length) = (
            Arc::clone(&faulty.next),
            Arc::clone(&faulty.connections),
            Arc::clone(&faulty.orders),
            Arc::clone(&faulty.length),
        );
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let limit = next.lock().unwrap().take();
                let limit = limit.unwrap_or(usize::MAX);
                // What breaks a connection is the test's to see.
                let _ = serve(stream.unwrap(), limit, &orders, &length);
            }
        });
        faulty
    }

    fn break_at(&self, offset: usize) {
        *self.next.lock().unwrap() = Some(offset);
        self.connections.store(0, Ordering::SeqCst);
        self.orders.store(0, Ordering::SeqCst);
    }

    fn counted(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        (count(&self.connections), count(&self.orders))
    }
}

/// Serves one request, up to so many bytes.
fn serve(
    mut stream: TcpStream,
    limit: usize,
    orders: &AtomicUsize,
    length: &AtomicUsize,
) -> io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        // What is not read when the connection closes makes the system break it off at the client's end as well.
        if request.len() == limit || stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        request.push(byte[0]);
    }
    let places = request.starts_with(b"POST /fapi/v1/order?");
    let answer = if places {
        orders.fetch_add(1, Ordering::SeqCst);
        json("200 OK", ACKNOWLEDGED.trim())
    } else {
        json("200 OK", FOUND.trim())
    };
    let left = limit - request.len();
    if left >= answer.len() {
        length.store(request.len() + answer.len(), Ordering::SeqCst);
    }
    stream.write_all(answer.get(..left).unwrap_or(&answer))?;
    stream.shutdown(Shutdown::Write)?;
    // Until the client has read all there is.
    stream.read(&mut byte).map(drop)
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
    let faulty = Faulty::new();
    faulty.client.send(order()).await.unwrap();
    let whole = faulty.length.load(Ordering::SeqCst);
    assert!(whole > 1_000);
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
    let answer = json("200 OK", ACKNOWLEDGED.trim()).len();
    assert_eq!(arrived, answer, "it arrives whole when the answer breaks");
    faulty.break_at(whole);
    faulty.client.send(order()).await.unwrap();
    assert_eq!(faulty.counted(), (1, 1));
}

#[tokio::test]
async fn a_question_is_answered_wherever_its_connection_breaks_once() {
    let faulty = Faulty::new();
    let question = || QueryOrder::new("BTCUSDT", 1);
    faulty.client.send(question()).await.unwrap();
    let whole = faulty.length.load(Ordering::SeqCst);
    assert!(whole > 1_000);
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
    let faulty = Faulty::new();
    faulty.client.send(order()).await.unwrap();
    let whole = faulty.length.load(Ordering::SeqCst);
    let request = whole - json("200 OK", ACKNOWLEDGED.trim()).len();
    for offset in [request, request + 1, request + 100, whole - 1] {
        faulty.break_at(offset);
        let Err(Error::UnknownOutcome(unknown)) = faulty.client.send(order()).await else {
            panic!("{offset}");
        };
        let within = Duration::from_secs(10);
        let fate = faulty.client.resolve::<NewOrder>(&unknown, within).await;
        let Ok(Fate::Arrived(order)) = fate else {
            panic!("{offset}: {fate:?}");
        };
        assert_eq!(order.status, OrderStatus::PartiallyFilled);
        assert_eq!(faulty.counted().1, 1);
    }
}
