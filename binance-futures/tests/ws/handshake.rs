//! Servers that do not open a websocket connection.

use std::time::{Duration, Instant};

use binance_futures::error::{Error, Outcome, TransportErrorKind};
use binance_futures::usdm;

use crate::support::server::{Reply, Server, response};
use crate::support::{assert_not_connected, builder, failure, failure_of, read_trade};

const HTML: &str = "<html><body>403 Forbidden</body></html>";

/// How much of a body is kept, in bytes.
const MAX_BODY_SIZE: usize = 8 * 1024;

#[tokio::test]
async fn status_decides_the_kind_of_error() {
    let json = |code: i64| format!(r#"{{"code":{code},"msg":"Illegal parameter."}}"#);
    for (status, headers, body, kind, code) in [
        ("200 OK", "", "hello".to_owned(), "server", None),
        (
            "301 Moved Permanently",
            "Location: wss://other",
            String::new(),
            "api",
            None,
        ),
        ("400 Bad Request", "", json(-1102), "api", Some(-1102)),
        (
            "403 Forbidden",
            "Content-Type: text/html",
            HTML.to_owned(),
            "api",
            None,
        ),
        ("404 Not Found", "", String::new(), "api", None),
        (
            "429 Too Many Requests",
            "Retry-After: 7",
            HTML.to_owned(),
            "limited",
            None,
        ),
        (
            "429 Too Many Requests",
            "Retry-After: 7",
            json(-1003),
            "limited",
            Some(-1003),
        ),
        (
            "418 I'm a teapot",
            "Retry-After: 7",
            String::new(),
            "limited",
            None,
        ),
        (
            "500 Internal Server Error",
            "",
            json(-1000),
            "server",
            Some(-1000),
        ),
        ("502 Bad Gateway", "", HTML.to_owned(), "server", None),
        (
            "503 Service Unavailable",
            "Retry-After: 7",
            String::new(),
            "server",
            None,
        ),
    ] {
        let reply = response(status, &["X-Request: 5", headers], &body);
        let reply = String::from_utf8(reply)
            .unwrap()
            .replace("\r\n\r\nContent", "\r\nContent");
        let end_of_head = reply.find("\r\n\r\n").unwrap() + 4;
        // In one piece, with the body after the head, and divided within both.
        for cuts in [
            vec![],
            vec![end_of_head],
            vec![9, end_of_head, reply.len() - body.len() / 2],
        ] {
            let mut pieces = Vec::new();
            let mut begin = 0;
            for cut in cuts.into_iter().chain([reply.len()]) {
                pieces.push(reply.as_bytes()[begin..cut].to_vec());
                begin = cut;
            }
            let server = Server::replying(Reply::Write(pieces)).await;
            let error = failure(builder(&server.url)).await;
            let found = match &error {
                Error::Api(_) => "api",
                Error::Server(_) => "server",
                Error::RateLimited(limited) => {
                    assert_eq!(limited.retry_after, Duration::from_secs(7));
                    assert_eq!(limited.is_banned, status.starts_with("418"));
                    "limited"
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(found, kind, "{error:?}");
            assert_eq!(error.code(), code, "{error:?}");
            let number = error.status().map(|status| status.as_u16());
            assert_eq!(number, status[..3].parse().ok());
            assert_ne!(error.outcome(), Outcome::Executed);
            let parts = match &error {
                Error::Api(parts) | Error::Server(parts) => parts,
                Error::RateLimited(limited) => &limited.response,
                other => panic!("{other:?}"),
            };
            assert_eq!(parts.body, body.as_bytes(), "{status}");
            let own = parts.headers().unwrap().get("x-request");
            assert_eq!(own.unwrap(), "5");
            let waits = headers
                .starts_with("Retry-After")
                .then_some(Duration::from_secs(7));
            assert_eq!(error.retry_after(), waits);
            let message = error.to_string();
            assert!(
                message.contains("websocket handshake") && !message.contains('\n'),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn body_of_a_rejection_is_bounded() {
    let large = "x".repeat(1024 * 1024);
    let chunk = format!("{:x}\r\n{large}\r\n", large.len());
    let endless = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for (reply, least) in [
        (
            Reply::Write(vec![response("400 Bad Request", &[], &large)]),
            MAX_BODY_SIZE,
        ),
        (
            Reply::Write(vec![endless, large.into_bytes()]),
            MAX_BODY_SIZE,
        ),
        (
            Reply::Write(vec![chunked, chunk.into_bytes()]),
            MAX_BODY_SIZE - 20,
        ),
    ] {
        let server = Server::replying(reply).await;
        match failure(builder(&server.url)).await {
            Error::Api(error) => {
                let size = error.body.len();
                assert!((least..=MAX_BODY_SIZE).contains(&size), "{size}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn body_in_chunks_is_joined() {
    let head = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let pieces = [
        "c\r\n{\"code\":-112\r\n",
        "c\r\n1,\"msg\":\"no\"\r\n",
        "1\r\n}\r\n0\r\n\r\n",
    ];
    let pieces = pieces.map(|piece| piece.as_bytes().to_vec());
    let reply = Reply::Write([head].into_iter().chain(pieces).collect());
    let server = Server::replying(reply).await;
    assert_eq!(failure(builder(&server.url)).await.code(), Some(-1121));
}

#[tokio::test]
async fn late_body_does_not_delay_the_error_for_long() {
    let reply = b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\npart".to_vec();
    let server = Server::replying(Reply::Hang(reply)).await;
    let began = Instant::now();
    match failure(builder(&server.url)).await {
        Error::Api(error) => assert_eq!(error.body, "part"),
        other => panic!("{other:?}"),
    }
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn silent_server_ends_the_handshake_in_time() {
    let partial = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso".to_vec();
    for reply in [Vec::new(), partial] {
        let server = Server::replying(Reply::Hang(reply)).await;
        let began = Instant::now();
        let timeout = Duration::from_millis(300);
        let error = failure(builder(&server.url).connect_timeout(timeout)).await;
        assert_not_connected(&error, TransportErrorKind::Connect, "timed out after 300ms");
        assert!(error.to_string().contains(&server.address.to_string()));
        assert!(began.elapsed() >= timeout);
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test]
async fn response_that_is_not_a_websocket_handshake_is_reported() {
    let accept = "HTTP/1.1 101 Switching Protocols\r\n";
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    for (reply, reason) in [
        (String::new(), "closed the connection"),
        ("HTTP/1.1 101 Switch".to_owned(), "closed the connection"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(), "not HTTP"),
        ("\u{15}\u{3}\u{1}\0\u{2}\u{2}".to_owned(), "not HTTP"),
        ("HTTP/1.0 101 X\r\n\r\n".to_owned(), "not HTTP"),
        ("HTTP/1.1 abc\r\n\r\n".to_owned(), "not HTTP"),
        (
            format!("{accept}X: {}\r\n\r\n", "x".repeat(1024 * 1024)),
            "too large",
        ),
        (format!("{accept}\r\n"), "`upgrade`"),
        (format!("{accept}{upgrade}\r\n"), "`sec-websocket-accept`"),
        (
            format!("{accept}{upgrade}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
            "`sec-websocket-accept`",
        ),
    ] {
        let server = Server::replying(Reply::Write(vec![reply.into_bytes()])).await;
        let error = failure(builder(&server.url)).await;
        assert_not_connected(&error, TransportErrorKind::Connect, reason);
    }
}

#[tokio::test]
async fn message_that_follows_the_handshake_at_once_is_not_lost() {
    // Spaces are not an event: the message is reported and the connection goes on.
    let server = Server::replying(Reply::AcceptWith(10)).await;
    let connector = builder(&server.url).build_connector().unwrap();
    let topic = usdm::streams::AggTrades::new("BTCUSDT");
    let mut socket = connector.socket([topic]).await.unwrap();
    let first = socket.next().await.unwrap();
    assert!(first.event().is_none());
    assert!(socket.next().await.unwrap().event().is_some());
}

#[tokio::test]
async fn rejection_for_rate_limits_pauses_further_connections_and_requests() {
    let refused = response("418 I'm a teapot", &["Retry-After: 3600"], "");
    let server = Server::replying(Reply::Write(vec![refused])).await;
    let connector = usdm::Connector::builder()
        .streams_url(&server.url)
        .build_connector()
        .unwrap();
    let error = failure_of(&connector).await;
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    let topic = usdm::streams::AggTrades::new("BTCUSDT");
    let again = connector.socket([topic]).into_future();
    let again = tokio::time::timeout(Duration::from_millis(500), again).await;
    // It waits for the governor, and the server sees nothing of it.
    assert!(!matches!(again, Ok(Ok(_))), "{again:?}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn waiting_for_the_governor_does_not_count_as_connecting() {
    let refused = response("429 Too Many Requests", &["Retry-After: 2"], "");
    let refusing = Server::replying(Reply::Write(vec![refused])).await;
    let governor = binance_futures::governor::Governor::new();
    let connector = |url: &str| {
        builder(url)
            .governor(governor.clone())
            .connect_timeout(Duration::from_millis(800))
            .build_connector()
            .unwrap()
    };
    let error = failure_of(&connector(&refusing.url)).await;
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    let server = Server::new().await;
    let began = Instant::now();
    crate::support::read_trade_of(&connector(&server.url)).await;
    assert!(
        began.elapsed() >= Duration::from_millis(1_500),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn absurd_wait_is_survived() {
    let header = format!("Retry-After: {}", u64::MAX);
    for status in [
        "429 Too Many Requests",
        "503 Service Unavailable",
        "400 Bad Request",
    ] {
        let server = Server::replying(Reply::Write(vec![response(status, &[&header], "")])).await;
        let connector = builder(&server.url).build_connector().unwrap();
        let topic = usdm::streams::AggTrades::new("BTCUSDT");
        let mut session = connector.session([topic]).build().unwrap();
        session.ready().await.unwrap_err();
        // The session waits, and is closed without a panic.
        let waiting = tokio::time::timeout(Duration::from_millis(100), async {
            while session.next().await.is_some() {}
        });
        waiting.await.unwrap_err();
        session.close().await;
    }
}

#[tokio::test]
async fn accepted_handshake_delivers_events() {
    let server = Server::new().await;
    read_trade(builder(&server.url)).await;
}
