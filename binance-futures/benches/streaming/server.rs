//! A server that pushes book tickers over websockets: as fast as they are read, or at a rate.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::{self, Message};

/// How events are pushed.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// As fast as they are read.
    Unlimited,
    /// At this interval. The update id of an event is the time at which it was sent, in nanoseconds since the start of the server.
    Every(Duration),
}

/// Starts a server for any number of connections.
pub(crate) fn start(pace: Pace, start: Instant) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            thread::spawn(move || {
                // The client closes the connection at the end.
                let _ = serve(connection.unwrap(), pace, start);
            });
        }
    });
    address
}

fn serve(connection: TcpStream, pace: Pace, start: Instant) -> Result<(), tungstenite::Error> {
    connection.set_nodelay(true)?;
    let mut socket = tungstenite::accept(connection).unwrap();
    let mut topics: Vec<String> = Vec::new();
    loop {
        let Message::Text(text) = socket.read()? else {
            continue;
        };
        let command: serde_json::Value = serde_json::from_str(text.as_str()).unwrap();
        let is_list = command["method"] == "LIST_SUBSCRIPTIONS";
        let result = if is_list {
            serde_json::to_string(&topics).unwrap()
        } else {
            let added = command["params"].as_array().into_iter().flatten();
            topics.extend(added.map(|name| name.as_str().unwrap().to_owned()));
            String::from("null")
        };
        socket.send(Message::text(format!(
            r#"{{"result":{result},"id":{}}}"#,
            command["id"]
        )))?;
        if is_list {
            break;
        }
    }
    let connection = socket.get_mut();
    match pace {
        Pace::Unlimited => {
            let mut block = Vec::new();
            for id in 0..500 {
                let topic = &topics[id % topics.len()];
                block.extend(frame(topic, 1_027_024_000_000 + id as u64));
            }
            loop {
                connection.write_all(&block)?;
            }
        }
        Pace::Every(interval) => {
            let mut next = Instant::now();
            loop {
                while Instant::now() < next {
                    std::hint::spin_loop();
                }
                next += interval;
                let sent = u64::try_from(start.elapsed().as_nanos()).unwrap();
                connection.write_all(&frame(&topics[0], sent))?;
            }
        }
    }
}

/// An event as a frame of the websocket protocol.
fn frame(topic: &str, update_id: u64) -> Vec<u8> {
    let symbol = topic.trim_end_matches("@bookTicker").to_uppercase();
    let event = format!(
        r#"{{"stream":"{topic}","data":{{"e":"bookTicker","u":{update_id},"E":1790400000417,"T":1790400000410,"s":"{symbol}","ps":"{symbol}","b":"61250.10","B":"3.208","a":"61250.20","A":"11.402","st":1}}}}"#
    );
    let mut frame = vec![0x81, 126];
    frame.extend(u16::try_from(event.len()).unwrap().to_be_bytes());
    frame.extend(event.into_bytes());
    frame
}
