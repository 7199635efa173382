//! Nothing that is secret is printed, logged or told in an error.

use std::error::Error as _;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use binance_futures::error::Error;
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{NewOrder, QueryOrder};
use log::{LevelFilter, Log, Metadata, Record};

use crate::server::{KEY, Reaction, SECRET, Server, answer, json, ready};

static LOG: Lines = Lines(Mutex::new(String::new()));

/// Keeps every line that anything in the process logs.
struct Lines(Mutex<String>);

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let _ = writeln!(
            self.0.lock().unwrap(),
            "{} {}",
            record.target(),
            record.args()
        );
    }

    fn flush(&self) {}
}

fn printed(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, " {error} {error:?}");
        source = error.source();
    }
    text
}

#[tokio::test]
async fn neither_key_nor_secret_nor_signature_is_told() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(LevelFilter::Trace);
    // What was sent may come back in a page or in a header.
    let echo = format!("<html>{KEY}&signature=0</html>");
    let server = Server::new(move |number| match number {
        0 => Reaction::Write(json("200 OK", "{}")),
        1 => Reaction::Write(answer("404 Not Found", &[&format!("X-Echo: {KEY}")], &echo)),
        2 => Reaction::Write(answer("200 OK", &[], &echo)),
        3 => Reaction::Write(answer(
            "302 Found",
            &[&format!("Location: /x?signature={KEY}")],
            "",
        )),
        4 => Reaction::Silence,
        _ => Reaction::Write(b"HTTP/1.1 2".to_vec()),
    });
    let client = server.client();
    let order = || NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
    let mut text = format!("{client:?} {:?}", ready(client.prepare(order())).unwrap());
    for _ in 0..7 {
        let call = order()
            .with()
            .param("hidden", "hushhush")
            .timeout(Duration::from_millis(200));
        text += &format!("{call:?}");
        text += &printed(&client.send(call).await.unwrap_err());
        let question = QueryOrder::new("BTCUSDT", 1)
            .with()
            .timeout(Duration::from_millis(200));
        if let Err(error) = client.send(question).await {
            text += &printed(&error);
        }
    }
    let raw = Raw::post("/fapi/v1/thing").param("listenKey", "hushhush");
    text += &format!("{raw:?}");
    text += &printed(&client.send(raw).await.unwrap_err());
    text += &LOG.0.lock().unwrap();

    let signatures: Vec<_> = server
        .received()
        .iter()
        .filter_map(|received| Some(received.target.split_once("signature=")?.1.to_owned()))
        .collect();
    assert!(signatures.len() > 10);
    assert!(text.contains("/fapi/v1/order"));
    for secret in [KEY, SECRET, "hushhush", "signature="]
        .into_iter()
        .chain(signatures.iter().map(String::as_str))
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
