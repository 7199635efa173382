//! Reads trades through an HTTP proxy with credentials.
//!
//! `cargo run -p examples --bin proxy` starts a mock exchange and a small proxy, and reads through it.
//! `-- --live http://user:password@host:port` reads from Binance through your own proxy; `https://` and `socks5h://` work as well. The REST
//! client uses the same option.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use binance_futures::mock::Exchange;
use binance_futures::usdm::{self, ServerTime, streams::AggTrades};
use binance_futures::ws::Update;
use examples::{Progress, Source};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// `user:password` in Base64.
const CREDENTIALS: &str = "dXNlcjpwYXNzd29yZA==";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (source, proxy) = match arguments.as_slice() {
        [] => {
            let exchange = Exchange::builder().moving(true).start().await?;
            let proxy = format!("http://user:password@{}", start_proxy().await?);
            (Source::of_mock(exchange)?, proxy)
        }
        [live, proxy] if live == "--live" => (Source::live(), proxy.clone()),
        _ => bail!("usage: proxy [--live http://user:password@host:port]"),
    };
    let client = usdm::Client::builder()
        .environment(source.environment())
        .proxy(&proxy)
        .build()?;
    let time = client.send(ServerTime::new()).await?;
    println!("The time of the exchange is {}.", time.server_time);

    // The streams share the proxy with the client.
    let streams = client.streams()?;
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await?;
    let mut progress = Progress::default();
    while progress.events() < 3 {
        match trades.next().await.context("the streams were closed")? {
            Update::Event(trade) => {
                println!("{} at {}", trade.quantity, trade.price);
                if let Some(line) = progress.count(trade.received, trade.event_time) {
                    println!("{line}");
                }
            }
            Update::Notice(notice) => println!("{notice}"),
        }
    }
    drop(trades);
    streams.close(Duration::from_secs(5)).await;
    Ok(())
}

/// Starts a proxy that requires a user and a password.
async fn start_proxy() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Err(error) = serve(connection).await {
                    println!("proxy: {error:#}");
                }
            });
        }
    });
    Ok(address)
}

/// Connects the client with the host that it asks for.
async fn serve(connection: TcpStream) -> Result<()> {
    let mut client = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if client.read_line(&mut head).await? == 0 {
            bail!("the client closed the connection");
        }
    }
    let request = head.lines().next().unwrap_or_default();
    println!("proxy: {request}");
    if !head.contains(CREDENTIALS) {
        client
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            .await?;
        bail!("wrong credentials");
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next(), words.next().context("no target")?);
    if method == Some("CONNECT") {
        let mut server = TcpStream::connect(target).await?;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    // A request without TLS: it is passed on.
    let host = target.trim_start_matches("http://");
    let host = host.split('/').next().unwrap_or_default();
    let mut server = TcpStream::connect(host).await?;
    server.write_all(head.as_bytes()).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
