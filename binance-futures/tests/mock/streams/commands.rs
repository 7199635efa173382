//! Commands and their replies.

use serde_json::{Value, json};

use super::{Socket, advance, moving};
use crate::client::Session;

#[tokio::test]
async fn subscriptions_change_while_the_connection_is_open() {
    let session = moving().await;
    let mut socket = Socket::open(&session, "/market/ws").await;
    let names = json!(["btcusdt@aggTrade", "nope"]);
    let reply = socket.command("SUBSCRIBE", names.clone()).await;
    assert_eq!(reply, json!({"result": null, "id": 1}));
    let listed = socket.command("LIST_SUBSCRIPTIONS", Value::Null).await;
    assert_eq!(listed["result"], names);
    advance(&session, 10);
    assert_eq!(socket.json().await["e"], "aggTrade");

    let reply = socket
        .command("UNSUBSCRIBE", json!(["btcusdt@aggTrade"]))
        .await;
    assert_eq!(reply["result"], Value::Null);
    socket.all().await;
    advance(&session, 10);
    assert!(socket.is_silent().await);
    let connections = session.exchange.stream_connections();
    assert_eq!(connections[0].subscriptions, ["nope"]);
    assert_eq!(connections[0].path, "/market/ws");
    assert!(connections[0].frames_sent >= 4);
}

#[tokio::test]
async fn property_combined_adds_the_names_of_streams() {
    let session = moving().await;
    for (layout, before) in [("ws", false), ("stream", true)] {
        let target = format!("/market/{layout}?streams=btcusdt@markPrice@1s");
        let mut socket = Socket::open(&session, &target).await;
        let value = socket.command("GET_PROPERTY", json!(["combined"])).await;
        assert_eq!(value["result"], before);
        let reply = socket
            .command("SET_PROPERTY", json!(["combined", !before]))
            .await;
        assert_eq!(reply, json!({"result": null, "id": 1}));
        advance(&session, 1);
        let frame = socket.json().await;
        assert_eq!(frame.get("stream").is_some(), !before, "{frame}");
    }
}

#[tokio::test]
async fn invalid_commands_are_rejected_with_their_codes() {
    let session = Session::start().await;
    for (command, code, id) in [
        ("{", 3, None),
        (
            r#"{"method":"SUBSCRIBE","params":["a@trade"],"id":"x"}"#,
            2,
            None,
        ),
        (
            r#"{"method":"SUBSCRIBE","params":["a@trade"],"id":-1}"#,
            2,
            None,
        ),
        (r#"{"method":"BUY","id":4}"#, 2, Some(4)),
        (
            r#"{"method":"GET_PROPERTY","params":[1],"id":5}"#,
            2,
            Some(5),
        ),
        (
            r#"{"method":"SET_PROPERTY","params":["combined",1],"id":6}"#,
            1,
            Some(6),
        ),
        (
            r#"{"method":"SET_PROPERTY","params":["x",true],"id":7}"#,
            0,
            Some(7),
        ),
    ] {
        let mut socket = Socket::open(&session, "/market/ws").await;
        socket.send(command).await;
        let reply = socket.json().await;
        assert_eq!(reply["code"], code, "{command}: {reply}");
        assert_eq!(reply["id"].as_u64(), id, "{command}: {reply}");
        let listed = socket.command("LIST_SUBSCRIPTIONS", Value::Null).await;
        assert_eq!(listed["result"], json!([]));
    }
}

#[tokio::test]
async fn symbols_with_letters_of_other_scripts_are_subscribed_to() {
    let session = moving().await;
    let name = "币安人生usdt@aggTrade";
    let encoded = "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9Fusdt@aggTrade";
    let target = format!("/market/stream?streams={encoded}");
    let mut by_url = Socket::open(&session, &target).await;
    let mut by_command = Socket::open(&session, "/market/stream").await;
    by_command.command("SUBSCRIBE", json!([name])).await;
    advance(&session, 10);
    for socket in [&mut by_url, &mut by_command] {
        let frame = socket.json().await;
        assert_eq!(frame["stream"], name);
        assert_eq!(frame["data"]["s"], "币安人生USDT");
    }
}
