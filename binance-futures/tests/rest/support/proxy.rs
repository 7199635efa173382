//! Proxies that behave as a test says, and record the requests.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A request as it arrived at a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProxyRequest {
    /// `CONNECT exchange.invalid:443`, `POST http://exchange.invalid/…`, `name exchange.invalid:80` or `address 127.0.0.1:80`.
    pub(crate) target: String,
    /// The `Proxy-Authorization` header, or `user:password` of SOCKS.
    pub(crate) credentials: Option<String>,
}

/// The protocol of a proxy, and what it does.
#[derive(Clone)]
pub(crate) enum Behavior {
    /// Forwards HTTP requests, and opens tunnels.
    Http,
    /// Forwards SOCKS 5 connections, with or without user and password.
    Socks { with_password: bool },
    /// Writes each of these replies after it has read something, then closes the connection.
    Replies(Vec<Vec<u8>>),
    /// Reads and never replies.
    Hang,
}

/// A proxy that connects every name to one server. It ends with the runtime of the test.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<ProxyRequest>>>,
}

impl Proxy {
    pub(crate) async fn new(behavior: Behavior, upstream: SocketAddr) -> Self {
        Self::start(behavior, upstream, None).await
    }

    /// As [`new`](Self::new), with TLS between client and proxy.
    pub(crate) async fn with_tls(
        behavior: Behavior,
        upstream: SocketAddr,
        tls: Arc<ServerConfig>,
    ) -> Self {
        Self::start(behavior, upstream, Some(tls)).await
    }

    async fn start(
        behavior: Behavior,
        upstream: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (behavior, tls, recorded) =
                    (behavior.clone(), tls.clone(), Arc::clone(&recorded));
                // Errors show at the client.
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &behavior, upstream, &recorded).await,
                        Some(tls) => {
                            let stream = TlsAcceptor::from(tls).accept(stream).await?;
                            serve(stream, &behavior, upstream, &recorded).await
                        }
                    }
                });
            }
        });
        Self { address, requests }
    }

    /// Returns all requests so far.
    pub(crate) fn requests(&self) -> Vec<ProxyRequest> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    behavior: &Behavior,
    upstream: SocketAddr,
    recorded: &Mutex<Vec<ProxyRequest>>,
) -> io::Result<()> {
    let mut record = |request| recorded.lock().unwrap().push(request);
    match behavior {
        Behavior::Http => http(stream, upstream, &mut record).await,
        Behavior::Socks { with_password } => {
            socks(stream, *with_password, upstream, &mut record).await
        }
        Behavior::Replies(replies) => {
            for reply in replies {
                let _some = stream.read(&mut [0; 4096]).await?;
                stream.write_all(reply).await?;
            }
            stream.shutdown().await
        }
        Behavior::Hang => {
            while stream.read(&mut [0; 4096]).await? > 0 {}
            Ok(())
        }
    }
}

async fn http(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    upstream: SocketAddr,
    record: &mut impl FnMut(ProxyRequest),
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap();
    let (proxy_headers, other_headers): (Vec<_>, Vec<_>) = headers
        .trim_end()
        .split("\r\n")
        .partition(|header| header.to_ascii_lowercase().starts_with("proxy-"));
    let target = first.trim_end_matches(" HTTP/1.1").to_owned();
    record(ProxyRequest {
        target: target.clone(),
        credentials: proxy_headers
            .iter()
            .find_map(|header| Some(header.split_once(": ")?.1.to_owned())),
    });
    let mut server = TcpStream::connect(upstream).await?;
    if target.starts_with("CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    } else {
        let (method, url) = target.split_once(' ').unwrap();
        let (_, rest) = url.split_once("://").unwrap();
        let path = &rest[rest.find('/').unwrap()..];
        let forwarded = format!(
            "{method} {path} HTTP/1.1\r\n{}\r\n\r\n",
            other_headers.join("\r\n")
        );
        server.write_all(forwarded.as_bytes()).await?;
    }
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

async fn socks(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    with_password: bool,
    upstream: SocketAddr,
    record: &mut impl FnMut(ProxyRequest),
) -> io::Result<()> {
    assert_eq!(stream.read_u8().await?, 5);
    let methods = read_text(&mut stream).await?;
    let method = if with_password { 2 } else { 0 };
    assert!(methods.contains(char::from(method)), "{methods:?}");
    stream.write_all(&[5, method]).await?;
    let mut credentials = None;
    if with_password {
        assert_eq!(stream.read_u8().await?, 1);
        let user = read_text(&mut stream).await?;
        let password = read_text(&mut stream).await?;
        credentials = Some(format!("{user}:{password}"));
        stream.write_all(&[1, 0]).await?;
    }
    let mut command = [0; 4];
    stream.read_exact(&mut command).await?;
    assert_eq!(command[..3], [5, 1, 0]);
    let host = match command[3] {
        1 => format!(
            "address {}",
            std::net::Ipv4Addr::from(stream.read_u32().await?)
        ),
        3 => format!("name {}", read_text(&mut stream).await?),
        4 => format!(
            "address {}",
            std::net::Ipv6Addr::from(stream.read_u128().await?)
        ),
        other => panic!("{other}"),
    };
    let port = stream.read_u16().await?;
    record(ProxyRequest {
        target: format!("{host}:{port}"),
        credentials,
    });
    let mut server = TcpStream::connect(upstream).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

/// Reads a text that is preceded by its length.
async fn read_text(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut text = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8(text).unwrap())
}
