//! Servers that mean ill, or do not know better: a call ends, and says what became of it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use binance_futures::error::{Error, Outcome, TransportErrorKind, UnknownCause};
use binance_futures::usdm::Depth;

use crate::proxies::{builder, order};
use crate::server::{Reaction, Server, answer, json};

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

/// As much as the clients of these tests read.
const LARGEST: usize = 100_000;

/// Sends an order and a question to two such servers, and gives both errors.
async fn fail(reaction: Reaction) -> (Error, Error) {
    fail_within(Duration::from_secs(20), reaction).await
}

async fn fail_within(time: Duration, reaction: Reaction) -> (Error, Error) {
    let send_to = |server: &Server| {
        builder()
            .base_url(&server.url)
            .max_response_size(LARGEST)
            .timeout(time)
            .build()
            .unwrap()
    };
    let servers =
        [reaction.clone(), reaction].map(|reaction| Server::new(move |_| reaction.clone()));
    let placed = send_to(&servers[0]).send(order()).await.unwrap_err();
    let asked = send_to(&servers[1])
        .send(Depth::new("BTCUSDT"))
        .await
        .unwrap_err();
    for server in &servers {
        assert_eq!(server.received().len(), 1);
    }
    (placed, asked)
}

/// Panics unless the order may have been executed, and the question failed likewise.
async fn breaks(reaction: Reaction, kind: TransportErrorKind) {
    let time = match kind {
        TransportErrorKind::Timeout => Duration::from_secs(1),
        _ => Duration::from_secs(20),
    };
    let (placed, asked) = fail_within(time, reaction).await;
    assert_eq!(placed.outcome(), Outcome::Unknown);
    let Error::UnknownOutcome(unknown) = placed else {
        panic!("{placed:?}");
    };
    let UnknownCause::Transport(error) = &unknown.cause else {
        panic!("{unknown:?}");
    };
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(asked.outcome(), Outcome::NoEffect);
    assert!(
        matches!(&asked, Error::Transport(error) if error.kind() == kind),
        "{asked:?}"
    );
    assert!(
        asked
            .to_string()
            .starts_with(&format!("{kind} (127.0.0.1:"))
    );
}

fn written(text: impl AsRef<[u8]>) -> Reaction {
    Reaction::Write(text.as_ref().to_vec())
}

const NOT_AT_ALL: Duration = Duration::ZERO;

#[tokio::test]
async fn a_body_without_an_end_is_left() {
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n\r\n[", &b"1,"[..]),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"a\r\n[1,1,1,1,1\r\n",
        ),
        ("HTTP/1.1 500 Internal Server Error\r\n\r\n<html>", b"<p>"),
    ] {
        let reaction = Reaction::Endless(first.into(), again.repeat(500), NOT_AT_ALL);
        breaks(reaction, TransportErrorKind::TooLarge).await;
    }
}

#[tokio::test]
async fn headers_without_an_end_are_left() {
    for line in ["X-More: and more\r\n", "X"] {
        let first = b"HTTP/1.1 200 OK\r\n".to_vec();
        let reaction = Reaction::Endless(first, line.repeat(100).into(), NOT_AT_ALL);
        breaks(reaction, TransportErrorKind::Broken).await;
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_waited_for_no_longer_than_any() {
    let first = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".to_vec();
    let reaction = Reaction::Endless(first, b" ".to_vec(), Duration::from_millis(20));
    breaks(reaction, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn headers_that_trickle_are_waited_for_no_longer_than_any() {
    let first = b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec();
    let reaction = Reaction::Endless(first, b"a".to_vec(), Duration::from_millis(20));
    breaks(reaction, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn a_length_beyond_all_bounds_is_not_believed() {
    for (length, kind) in [
        ("100001", TransportErrorKind::TooLarge),
        ("1099511627776", TransportErrorKind::TooLarge),
        ("18446744073709551613", TransportErrorKind::TooLarge),
        ("99999999999999999999999", TransportErrorKind::Broken),
        ("-5", TransportErrorKind::Broken),
        ("0x10", TransportErrorKind::Broken),
    ] {
        let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{{}}");
        breaks(written(text), kind).await;
    }
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ";
    breaks(written(text), TransportErrorKind::Broken).await;
}

#[tokio::test]
async fn an_answer_as_large_as_allowed_is_read() {
    for (largest, fits) in [(ORDER.len(), true), (ORDER.len() - 1, false)] {
        let plain = json("200 OK", ORDER);
        let of_unknown_length = format!("HTTP/1.1 200 OK\r\n\r\n{ORDER}").into_bytes();
        let in_pieces = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &ORDER[..1],
            ORDER.len() - 1,
            &ORDER[1..]
        );
        for answer in [plain, of_unknown_length, in_pieces.into_bytes()] {
            let server = Server::answering(answer);
            let client = builder()
                .base_url(&server.url)
                .max_response_size(largest)
                .build()
                .unwrap();
            assert_eq!(client.send(order()).await.is_ok(), fits);
            assert_eq!(server.received().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_body_longer_than_it_says_is_cut_off_and_told() {
    let body = ORDER.trim();
    let text = format!("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{body}");
    let (placed, asked) = fail(written(text)).await;
    assert_eq!(placed.outcome(), Outcome::Unknown);
    assert!(matches!(asked, Error::Decode(_)), "{asked:?}");
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}HTTP/1.1 200 OK\r\n\r\n",
        body.len()
    );
    let server = Server::new(move |_| written(&text));
    let client = server.client();
    for number in 1..4 {
        client.send(order()).await.unwrap();
        assert_eq!(server.received().len(), number);
    }
}

#[tokio::test]
async fn a_compressed_body_is_told_for_what_it_is() {
    // `{}` by gzip; what follows is noise.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    for body in [&gzip[..], b"\xff\xfe\0noise", b"<html>"] {
        for name in ["gzip", "br", "zstd", "deflate", "GZip"] {
            let bytes = |status: &str| {
                let length = body.len();
                let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Encoding: {name}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
                bytes.extend_from_slice(body);
                Reaction::Write(bytes)
            };
            let told = format!(
                "the answer is compressed by {}, which was not asked for",
                name.to_lowercase()
            );
            let (placed, asked) = fail(bytes("200 OK")).await;
            assert_eq!(placed.outcome(), Outcome::Unknown);
            let cause = std::error::Error::source(&placed).unwrap();
            assert!(cause.to_string().contains(&told), "{cause}");
            assert!(matches!(asked, Error::Decode(_)), "{asked:?}");
            assert!(asked.to_string().contains(&told), "{asked}");

            let (placed, asked) = fail(bytes("503 Service Unavailable")).await;
            assert_eq!(placed.outcome(), Outcome::Unknown);
            assert!(matches!(asked, Error::Server(_)), "{asked:?}");
            assert!(asked.to_string().contains(&told), "{asked}");
        }
    }
    for encoding in ["Content-Encoding: identity", "Content-Encoding: gzip"] {
        // Unpacked on the way, and its header forgotten.
        let server = Server::answering(answer("200 OK", &[encoding], ORDER));
        server.client().send(order()).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_before_the_answer_is_none() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let answer = String::from_utf8(json("200 OK", ORDER)).unwrap();
    let server = Server::answering(format!("{interim}{answer}").into_bytes());
    server.client().send(order()).await.unwrap();
    assert_eq!(server.received().len(), 1);
    breaks(written(interim), TransportErrorKind::Broken).await;
    let again = "HTTP/1.1 100 Continue\r\n\r\n";
    let reaction = Reaction::Endless(Vec::new(), again.into(), Duration::from_millis(20));
    breaks(reaction, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn another_protocol_is_not_changed_to() {
    let text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    let (placed, asked) = fail(written(text)).await;
    assert_eq!(placed.outcome(), Outcome::Unknown, "{placed:?}");
    assert!(!matches!(asked, Error::Api(_)), "{asked:?}");
}

/// A server that answers when it has read one byte, and reads the rest afterwards; and how many connections it took.
fn hasty(answer: Vec<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            stream.read_exact(&mut [0]).unwrap();
            let _ = stream.write_all(&answer);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    (address, taken)
}

#[tokio::test]
async fn an_answer_before_the_request_was_read_counts() {
    let refusal = json("400 Bad Request", r#"{"code":-1102,"msg":"No."}"#);
    let (address, taken) = hasty(refusal);
    let client = || {
        let base = format!("http://{address}");
        builder().base_url(base).build().unwrap()
    };
    let long = order().client_order_id("x".repeat(60_000));
    let error = client().send(long).await.unwrap_err();
    assert_eq!(error.code(), Some(-1102), "{error:?}");
    let error = client().send(Depth::new("BTCUSDT")).await.unwrap_err();
    assert_eq!(error.code(), Some(-1102), "{error:?}");
    assert_eq!(taken.load(Ordering::SeqCst), 2);
}
