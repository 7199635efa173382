//! Servers that break the protocol, never finish a response or send too much: every call ends, and reports the right outcome.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use binance_futures::error::{Error, Outcome, TransportErrorKind, UnknownCause};
use binance_futures::usdm::Depth;

use crate::support::server::{Reply, Server, json_response, response};
use crate::support::{PLACED, builder, encoded_order};

/// The maximum size of a response in these tests, in bytes.
const MAX_SIZE: usize = 100_000;

/// Sends an order and a read-only request to two such servers, and returns both errors.
async fn fail(reply: Reply) -> (Error, Error) {
    fail_within(Duration::from_secs(20), reply).await
}

async fn fail_within(timeout: Duration, reply: Reply) -> (Error, Error) {
    let client = |server: &Server| {
        builder()
            .base_url(&server.url)
            .max_response_size(MAX_SIZE)
            .timeout(timeout)
            .build()
            .unwrap()
    };
    let servers = [reply.clone(), reply].map(|reply| Server::new(move |_| reply.clone()));
    let order_error = client(&servers[0]).send(encoded_order()).await.unwrap_err();
    let read_error = client(&servers[1])
        .send(Depth::new("BTCUSDT"))
        .await
        .unwrap_err();
    for server in &servers {
        assert_eq!(server.received().len(), 1);
    }
    (order_error, read_error)
}

/// Panics unless both requests fail with this kind of error, and the outcome of the order is unknown.
async fn assert_fails(reply: Reply, kind: TransportErrorKind) {
    let timeout = match kind {
        TransportErrorKind::Timeout => Duration::from_secs(1),
        _ => Duration::from_secs(20),
    };
    let (order_error, read_error) = fail_within(timeout, reply).await;
    assert_eq!(order_error.outcome(), Outcome::Unknown);
    let Error::UnknownOutcome(unknown) = order_error else {
        panic!("{order_error:?}");
    };
    let UnknownCause::Transport(error) = &unknown.cause else {
        panic!("{unknown:?}");
    };
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(read_error.outcome(), Outcome::NoEffect);
    assert!(
        matches!(&read_error, Error::Transport(error) if error.kind() == kind),
        "{read_error:?}"
    );
    assert!(
        read_error
            .to_string()
            .starts_with(&format!("{kind} (127.0.0.1:"))
    );
}

fn write(text: impl AsRef<[u8]>) -> Reply {
    Reply::Write(text.as_ref().to_vec())
}

const NO_PAUSE: Duration = Duration::ZERO;

#[tokio::test]
async fn endless_body_is_abandoned() {
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n\r\n[", &b"1,"[..]),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"a\r\n[1,1,1,1,1\r\n",
        ),
        ("HTTP/1.1 500 Internal Server Error\r\n\r\n<html>", b"<p>"),
    ] {
        let reply = Reply::Endless(first.into(), again.repeat(500), NO_PAUSE);
        assert_fails(reply, TransportErrorKind::TooLarge).await;
    }
}

#[tokio::test]
async fn endless_headers_are_abandoned() {
    for line in ["X-More: and more\r\n", "X"] {
        let first = b"HTTP/1.1 200 OK\r\n".to_vec();
        let reply = Reply::Endless(first, line.repeat(100).into(), NO_PAUSE);
        assert_fails(reply, TransportErrorKind::Broken).await;
    }
}

#[tokio::test]
async fn slow_body_times_out() {
    let first = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".to_vec();
    let reply = Reply::Endless(first, b" ".to_vec(), Duration::from_millis(20));
    assert_fails(reply, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn slow_headers_time_out() {
    let first = b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec();
    let reply = Reply::Endless(first, b"a".to_vec(), Duration::from_millis(20));
    assert_fails(reply, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn invalid_or_huge_content_length_is_an_error() {
    for (length, kind) in [
        ("100001", TransportErrorKind::TooLarge),
        ("1099511627776", TransportErrorKind::TooLarge),
        ("18446744073709551613", TransportErrorKind::TooLarge),
        ("99999999999999999999999", TransportErrorKind::Broken),
        ("-5", TransportErrorKind::Broken),
        ("0x10", TransportErrorKind::Broken),
    ] {
        let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{{}}");
        assert_fails(write(text), kind).await;
    }
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ";
    assert_fails(write(text), TransportErrorKind::Broken).await;
}

#[tokio::test]
async fn response_of_the_maximum_size_is_read() {
    for (max_size, fits) in [(PLACED.len(), true), (PLACED.len() - 1, false)] {
        let plain = json_response("200 OK", PLACED);
        let without_length = format!("HTTP/1.1 200 OK\r\n\r\n{PLACED}").into_bytes();
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &PLACED[..1],
            PLACED.len() - 1,
            &PLACED[1..]
        );
        for response in [plain, without_length, chunked.into_bytes()] {
            let server = Server::responding(response);
            let client = builder()
                .base_url(&server.url)
                .max_response_size(max_size)
                .build()
                .unwrap();
            assert_eq!(client.send(encoded_order()).await.is_ok(), fits);
            assert_eq!(server.received().len(), 1);
        }
    }
}

#[tokio::test]
async fn bytes_after_the_content_length_are_ignored() {
    let body = PLACED.trim();
    let text = format!("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{body}");
    let (order_error, read_error) = fail(write(text)).await;
    assert_eq!(order_error.outcome(), Outcome::Unknown);
    assert!(matches!(read_error, Error::Decode(_)), "{read_error:?}");
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}HTTP/1.1 200 OK\r\n\r\n",
        body.len()
    );
    let server = Server::new(move |_| write(&text));
    let client = server.client();
    for number in 1..4 {
        client.send(encoded_order()).await.unwrap();
        assert_eq!(server.received().len(), number);
    }
}

#[tokio::test]
async fn compressed_body_is_reported_as_such() {
    // `{}` compressed with gzip, followed by random bytes.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    for body in [&gzip[..], b"\xff\xfe\0noise", b"<html>"] {
        for name in ["gzip", "br", "zstd", "deflate", "GZip"] {
            let bytes = |status: &str| {
                let length = body.len();
                let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Encoding: {name}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
                bytes.extend_from_slice(body);
                Reply::Write(bytes)
            };
            let message = format!(
                "the response is compressed with {}, which was not requested",
                name.to_lowercase()
            );
            let (order_error, read_error) = fail(bytes("200 OK")).await;
            assert_eq!(order_error.outcome(), Outcome::Unknown);
            let cause = std::error::Error::source(&order_error).unwrap();
            assert!(cause.to_string().contains(&message), "{cause}");
            assert!(matches!(read_error, Error::Decode(_)), "{read_error:?}");
            assert!(read_error.to_string().contains(&message), "{read_error}");

            let (order_error, read_error) = fail(bytes("503 Service Unavailable")).await;
            assert_eq!(order_error.outcome(), Outcome::Unknown);
            assert!(matches!(read_error, Error::Server(_)), "{read_error:?}");
            assert!(read_error.to_string().contains(&message), "{read_error}");
        }
    }
    for encoding in ["Content-Encoding: identity", "Content-Encoding: gzip"] {
        // An intermediary decompressed the body and left the header.
        let server = Server::responding(response("200 OK", &[encoding], PLACED));
        server.client().send(encoded_order()).await.unwrap();
    }
}

#[tokio::test]
async fn interim_responses_are_skipped() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let response = String::from_utf8(json_response("200 OK", PLACED)).unwrap();
    let server = Server::responding(format!("{interim}{response}").into_bytes());
    server.client().send(encoded_order()).await.unwrap();
    assert_eq!(server.received().len(), 1);
    assert_fails(write(interim), TransportErrorKind::Broken).await;
    let again = "HTTP/1.1 100 Continue\r\n\r\n";
    let reply = Reply::Endless(Vec::new(), again.into(), Duration::from_millis(20));
    assert_fails(reply, TransportErrorKind::Timeout).await;
}

#[tokio::test]
async fn protocol_switch_is_an_error() {
    let text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    let (order_error, read_error) = fail(write(text)).await;
    assert_eq!(order_error.outcome(), Outcome::Unknown, "{order_error:?}");
    assert!(!matches!(read_error, Error::Api(_)), "{read_error:?}");
}

/// Starts a server that responds after one byte of the request, and reads the rest afterwards. Returns the number of connections it
/// accepted as well.
fn hasty_server(response: Vec<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            stream.read_exact(&mut [0]).unwrap();
            let _ = stream.write_all(&response);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    (address, accepted)
}

#[tokio::test]
async fn response_before_the_whole_request_was_read_counts() {
    let rejection = json_response("400 Bad Request", r#"{"code":-1102,"msg":"No."}"#);
    let (address, accepted) = hasty_server(rejection);
    let client = || {
        let base = format!("http://{address}");
        builder().base_url(base).build().unwrap()
    };
    let long = encoded_order().client_order_id("x".repeat(60_000));
    let error = client().send(long).await.unwrap_err();
    assert_eq!(error.code(), Some(-1102), "{error:?}");
    let error = client().send(Depth::new("BTCUSDT")).await.unwrap_err();
    assert_eq!(error.code(), Some(-1102), "{error:?}");
    assert_eq!(accepted.load(Ordering::SeqCst), 2);
}
