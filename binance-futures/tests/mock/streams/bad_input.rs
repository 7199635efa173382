//! Frames that no client should send. The connection, or at least the exchange, goes on.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::{Socket, advance};
use crate::client::{Session, send_bytes};

#[tokio::test]
async fn texts_that_are_no_commands_get_a_reply() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/market/ws").await;
    let deep = "[".repeat(100_000);
    let long = json!({"method": "SUBSCRIBE", "params": ["x".repeat(100_000)], "id": 1}).to_string();
    for (text, code) in [
        ("", Some(3)),
        ("null", Some(2)),
        (deep.as_str(), Some(3)),
        ("\u{0}", Some(3)),
        (r#"{"method":"SUBSCRIBE","params":{},"id":1}"#, Some(2)),
        (
            r#"{"method":"SUBSCRIBE","params":["a@trade"],"id":1e400}"#,
            Some(3),
        ),
        (
            r#"{"method":"SUBSCRIBE","params":["a@trade"],"id":1.0}"#,
            Some(2),
        ),
        (
            r#"{"method":"SUBSCRIBE","params":["\ud800"],"id":1}"#,
            Some(3),
        ),
        (
            r#"{"method":"UNSUBSCRIBE","params":["a\"b","\n",""],"id":1}"#,
            None,
        ),
        (long.as_str(), None),
    ] {
        advance(&session, 1);
        socket.send(text).await;
        let reply = socket.json().await;
        assert_eq!(reply["code"].as_i64(), code, "{reply}");
    }
    advance(&session, 1);
    let binary = Message::binary(r#"{"method":"LIST_SUBSCRIPTIONS","id":9}"#.as_bytes().to_vec());
    socket.send_message(binary).await.unwrap();
    assert_eq!(
        socket.json().await["result"][0].as_str().unwrap().len(),
        100_000
    );
}

#[tokio::test]
async fn text_that_is_not_utf8_ends_the_connection() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/market/ws").await;
    let frame = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    socket.send_message(Message::Frame(frame)).await.unwrap();
    // With a close frame or without one.
    socket.closed().await;
    let mut other = Socket::open(&session, "/market/ws").await;
    let listed = other.command("LIST_SUBSCRIPTIONS", Value::Null).await;
    assert_eq!(listed["result"], json!([]));
}

#[tokio::test]
async fn handshakes_that_are_incomplete_are_rejected() {
    let session = Session::start().await;
    for request in [
        "GET /ws HTTP/1.1\r\nhost: mock\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n\r\n",
        "GET /public/ws/%ff HTTP/1.1\r\nhost: mock\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n",
    ] {
        let response = send_bytes(session.exchange.address(), request.as_bytes()).await;
        let response = String::from_utf8(response).unwrap();
        assert!(response.starts_with("HTTP/1.1 4"), "{response}");
    }
    // Without an upgrade, a stream URL is an unknown path.
    assert_eq!(session.get("/ws").await.outcome(), (404, -5000));
    assert!(session.exchange.stream_connections().is_empty());
}
