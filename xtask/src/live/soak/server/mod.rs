//! A small stream server on a thread of its own. It speaks the commands of the exchange over real connections of the loopback interface.
//!
//! It knows which messages it sent on which connection, and which of them a client has certainly read: it sends pings between the messages,
//! and a client reads a ping after all messages before it.

mod commands;
mod connection;
mod state;

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::{Builder, Handle},
    sync::oneshot,
};

pub(super) use state::{Connections, Control, ServerFigures};

/// The send buffer of a connection, in bytes. Small, so that messages wait in the server, which counts them, and not in the system.
const SEND_BUFFER: u32 = 64 * 1024;

/// How a server behaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    /// The time between two pings on each connection with topics.
    pub(super) ping_every: Option<Duration>,
    /// The most messages on a connection that the client has not certainly read. [`Connections::room`] waits if there are more.
    pub(super) window: u64,
    /// A method whose commands are acknowledged and not carried out. Tests use it to see that a demand fails.
    pub(super) not_carried_out: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ping_every: None,
            window: 5_000,
            not_carried_out: None,
        }
    }
}

/// A server. It stops when it is dropped.
pub(super) struct Server {
    url: String,
    connections: Arc<Connections>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server.
    pub(super) fn start(settings: Settings) -> Result<Self> {
        let connections = Arc::new(Connections::new(settings));
        let (started, start) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&connections);
        let thread = thread::spawn(move || run(&shared, &started, stopped));
        let (port, runtime) = start
            .recv()
            .context("the thread of the server ended")?
            .context("cannot start the server")?;
        Ok(Self {
            url: format!("ws://127.0.0.1:{port}"),
            connections,
            runtime,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns the base URL of the streams.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns what the server knows about its connections.
    pub(super) fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// Runs a task on the thread of the server.
    pub(super) fn spawn<F>(&self, task: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.runtime.spawn(task)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended, too.
            let _ = thread.join();
        }
    }
}

/// Serves until the other side of `stopped` is dropped.
fn run(
    connections: &Arc<Connections>,
    started: &mpsc::Sender<io::Result<(u16, Handle)>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            // Nobody listens if the starting thread has ended.
            let _ = started.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        let listener = match listen() {
            Ok((listener, port)) => {
                let _ = started.send(Ok((port, Handle::current())));
                listener
            }
            Err(error) => {
                let _ = started.send(Err(error));
                return;
            }
        };
        tokio::select! {
            () = accept(&listener, connections) => {}
            () = connections.ping() => {}
            _ = stopped => {}
        }
    });
}

fn listen() -> io::Result<(TcpListener, u16)> {
    let socket = TcpSocket::new_v4()?;
    // Accepted connections inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(1_024)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

async fn accept(listener: &TcpListener, connections: &Arc<Connections>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection::serve(stream, Arc::clone(connections)));
            }
            // There are too many open files, for example.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
