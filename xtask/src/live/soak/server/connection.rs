//! The task of a connection.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config,
    tungstenite::{
        self, Message,
        protocol::{CloseFrame, WebSocketConfig},
    },
};

use super::state::{Connections, Control};

/// How much is written at once.
const BATCH: usize = 256;

/// The time in which a client must complete the handshake, or confirm that a connection is closed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves a connection until it ends.
pub(super) async fn serve(stream: TcpStream, connections: Arc<Connections>) {
    let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
    let _ = stream.set_nodelay(true);
    let handshake = accept_async_with_config(stream, Some(config));
    let Ok(Ok(mut io)) = timeout(PATIENCE, handshake).await else {
        return;
    };
    let (id, mut controls) = connections.added();
    let mut batch = Vec::with_capacity(BATCH);
    let mut paused_until = None;
    loop {
        let is_paused = paused_until.is_some();
        let next = async {
            match paused_until {
                Some(until) => sleep_until(until).await,
                None if batch.is_empty() => {
                    controls.recv_many(&mut batch, BATCH).await;
                }
                None => {}
            }
        };
        let written = tokio::select! {
            message = io.next() => match message {
                Some(Ok(message)) => received(&mut io, id, message, &connections).await,
                _ => break,
            },
            () = next => {
                if is_paused {
                    paused_until = None;
                }
                write(&mut io, id, &mut batch, &connections).await
            }
        };
        match written {
            Ok(Some(pause)) => paused_until = Some(Instant::now() + pause),
            Ok(None) => {}
            Err(_) => break,
        }
    }
    connections.removed(id);
}

/// Writes a batch. Returns for how long nothing is to be written then; the rest of the batch is left.
async fn write(
    io: &mut WebSocketStream<TcpStream>,
    id: u64,
    batch: &mut Vec<Control>,
    connections: &Connections,
) -> Result<Option<Duration>, tungstenite::Error> {
    let mut written = 0;
    let mut pause = None;
    for control in batch.iter_mut() {
        written += 1;
        match control {
            Control::Text(text) => io.feed(Message::Text(std::mem::take(text))).await?,
            Control::Ping(number) => {
                let payload = number.to_be_bytes().to_vec();
                connections.pinged(id, *number);
                io.feed(Message::Ping(payload.into())).await?;
            }
            Control::Pause(time) => {
                pause = Some(*time);
                break;
            }
            Control::Stall(time) => {
                io.flush().await?;
                sleep(*time).await;
                return Err(tungstenite::Error::ConnectionClosed);
            }
            Control::Close(code) => {
                let frame = CloseFrame {
                    code: (*code).into(),
                    reason: "soak".into(),
                };
                io.close(Some(frame)).await?;
                // The client confirms it. It may have sent other messages before.
                let _ = timeout(PATIENCE, async { while io.next().await.is_some() {} }).await;
                return Err(tungstenite::Error::ConnectionClosed);
            }
            Control::Cut => {
                io.flush().await?;
                return Err(tungstenite::Error::ConnectionClosed);
            }
            Control::Reset => {
                io.get_ref().set_zero_linger()?;
                return Err(tungstenite::Error::ConnectionClosed);
            }
        }
    }
    batch.drain(..written);
    io.flush().await?;
    Ok(pause)
}

async fn received(
    io: &mut WebSocketStream<TcpStream>,
    id: u64,
    message: Message,
    connections: &Connections,
) -> Result<Option<Duration>, tungstenite::Error> {
    match message {
        Message::Text(text) => {
            if let Some(reply) = connections.command(id, text.as_str()) {
                io.send(Message::text(reply)).await?;
            }
        }
        Message::Pong(payload) => connections.ponged(id, &payload),
        // The library responds to pings and close frames.
        Message::Ping(_) => io.flush().await?,
        _ => {}
    }
    Ok(None)
}
