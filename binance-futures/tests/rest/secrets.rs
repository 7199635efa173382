//! Nothing that is secret is printed, logged or told in an error.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::Write;
use std::io::{self, Write as _};
use std::sync::{Mutex, Once};
use std::thread;
use std::time::Duration;

use binance_futures::error::Error;
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{NewOrder, QueryOrder};
use log::{LevelFilter, Log, Metadata, Record};
use tracing::Level;

use crate::certificates::Authority;
use crate::proxies::builder;
use crate::proxy::{Manner, Proxy};
use crate::server::{KEY, Reaction, SECRET, Server, answer, json, ready};

static LOG: Lines = Lines(Mutex::new(BTreeMap::new()));

/// Keeps every line that anything in the process tells by `tracing` or `log`, at `TRACE`, for each thread.
struct Lines(Mutex<BTreeMap<String, String>>);

impl io::Write for &Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut threads = self.0.lock().unwrap();
        *threads.entry(thread()).or_default() += &text;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let _ = writeln!(&mut &*self, "{} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

fn thread() -> String {
    format!("{:?}", thread::current().id())
}

/// Keeps every line from here on. For the whole process: what threads listen to by themselves depends on the others.
pub(crate) fn listen() {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| {
        log::set_logger(&LOG).unwrap();
        log::set_max_level(LevelFilter::Trace);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(|| &LOG)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Everything logged so far, without the words that stand where something was left out.
pub(crate) fn logged() -> String {
    let threads = LOG.0.lock().unwrap();
    let text: String = threads.values().map(String::as_str).collect();
    text.replace("signature=[redacted]", "")
}

/// What the thread of this test logged, and nobody else.
pub(crate) fn logged_here() -> String {
    LOG.0
        .lock()
        .unwrap()
        .get(&thread())
        .cloned()
        .unwrap_or_default()
}

pub(crate) fn printed(error: &Error) -> String {
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
    listen();
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
    text += &logged();

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

/// A password as a URL has it, as it is, and with its user as a header has it.
const IN_URL: &str = "hush%2Fhush";
const PLAIN: &str = "hush/hush";
const IN_HEADER: &str = "c3F1ZWFreTpodXNoL2h1c2g=";

#[tokio::test]
async fn neither_the_password_of_a_proxy_nor_a_header_of_ones_own_is_told() {
    listen();
    let authority = Authority::new();
    let react = |_| Reaction::Write(json("200 OK", "{}"));
    let private = Server::private(authority.server("exchange.invalid"), react);
    let plain = Server::new(react);
    let script = |answer: &[u8]| Manner::Script(vec![answer.to_vec()]);
    let http = [
        Manner::Http,
        script(b"HTTP/1.1 403 Forbidden\r\n\r\n"),
        script(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        script(b"nonsense\r\n\r\n"),
        Manner::Silence,
    ];
    let socks = [
        Manner::Socks {
            with_password: true,
        },
        Manner::Script(vec![vec![5, 2], vec![1, 1]]),
        script(&[5, 0xff]),
        script(b"nonsense\r\n\r\n"),
        Manner::Silence,
    ];
    let mut text = String::new();
    let mut failed = 0;
    for server in [&private, &plain] {
        for (scheme, manners) in [("http", &http), ("https", &http), ("socks5h", &socks)] {
            for manner in manners {
                let proxy = match scheme {
                    "https" => {
                        let tls = authority.server("127.0.0.1");
                        Proxy::private(manner.clone(), server.address, tls).await
                    }
                    _ => Proxy::new(manner.clone(), server.address).await,
                };
                let (of_exchange, _) = server.url.split_once(':').unwrap();
                let builder = builder()
                    .base_url(format!("{of_exchange}://exchange.invalid"))
                    .root_certificate(authority.pem())
                    .proxy(format!("{scheme}://squeaky:{IN_URL}@{}", proxy.address))
                    .header("X-Gateway", "hushheader")
                    .timeout(match manner {
                        Manner::Silence => Duration::from_millis(400),
                        _ => Duration::from_secs(20),
                    });
                text += &format!("{builder:?}");
                let client = builder.build().unwrap();
                text += &format!("{client:?}");
                let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
                let error = client.send(order).await.unwrap_err();
                failed += usize::from(error.answer().is_none());
                text += &printed(&error);
            }
        }
    }
    let arrived = [private.received(), plain.received()].concat();
    assert_eq!(arrived.len(), 6);
    assert!(failed >= 24);
    for received in arrived {
        assert_eq!(received.header("x-gateway"), Some("hushheader"));
    }
    for base in ["http://user:hush/hush@host", "ftp://u:hush%2Fhush@host"] {
        text += &printed(&builder().proxy(base).build().unwrap_err());
    }
    text += &logged();
    for secret in [
        IN_URL,
        PLAIN,
        IN_HEADER,
        "hushheader",
        KEY,
        SECRET,
        "signature=",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn nothing_secret_is_told_of_http_2() {
    listen();
    let authority = Authority::new();
    let (url, received) = crate::tls::http2(&authority.server("127.0.0.1"), "{}").await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .header("X-Gateway", "hushheader")
        .build()
        .unwrap();
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
    let mut text = printed(&client.send(order).await.unwrap_err());
    // What the test's own server logs is not the client's doing, but is held to the same.
    text += &logged();
    let received = received.lock().unwrap();
    let target = received[0][0].uri().to_string();
    let (_, signature) = target.split_once("signature=").unwrap();
    for secret in [signature, "hushheader", KEY, SECRET, "signature="] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
