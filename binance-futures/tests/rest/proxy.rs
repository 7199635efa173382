//! Proxies that do what they are told, and keep what they were asked for.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a proxy was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `CONNECT exchange.invalid:443`, `POST http://exchange.invalid/…`, `name exchange.invalid:80` or `address 127.0.0.1:80`.
    pub(crate) target: String,
    /// The header of HTTP, or `user:password` of SOCKS.
    pub(crate) credentials: Option<String>,
}

/// How a proxy is spoken to, and what it does.
#[derive(Clone)]
pub(crate) enum Manner {
    /// Passes HTTP on, and opens tunnels.
    Http,
    /// Passes on what comes by SOCKS 5, with or without user and password.
    Socks { with_password: bool },
    /// Reads something before it writes each of these, then closes.
    Script(Vec<Vec<u8>>),
    /// Reads and never answers.
    Silence,
}

/// A proxy on which every name leads to one server. Ends with the test's runtime.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Proxy {
    pub(crate) async fn new(manner: Manner, leads_to: SocketAddr) -> Self {
        Self::start(manner, leads_to, None).await
    }

    /// Likewise, itself reached by TLS.
    pub(crate) async fn private(
        manner: Manner,
        leads_to: SocketAddr,
        tls: Arc<ServerConfig>,
    ) -> Self {
        Self::start(manner, leads_to, Some(tls)).await
    }

    async fn start(manner: Manner, leads_to: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (manner, tls, kept) = (manner.clone(), tls.clone(), Arc::clone(&kept));
                // What breaks off is the client's to see.
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &manner, leads_to, &kept).await,
                        Some(tls) => {
                            let stream = TlsAcceptor::from(tls).accept(stream).await?;
                            serve(stream, &manner, leads_to, &kept).await
                        }
                    }
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    manner: &Manner,
    leads_to: SocketAddr,
    kept: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    let mut keep = |asked| kept.lock().unwrap().push(asked);
    match manner {
        Manner::Http => http(stream, leads_to, &mut keep).await,
        Manner::Socks { with_password } => socks(stream, *with_password, leads_to, &mut keep).await,
        Manner::Script(answers) => {
            for answer in answers {
                let _some = stream.read(&mut [0; 4096]).await?;
                stream.write_all(answer).await?;
            }
            stream.shutdown().await
        }
        Manner::Silence => {
            while stream.read(&mut [0; 4096]).await? > 0 {}
            Ok(())
        }
    }
}

async fn http(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    leads_to: SocketAddr,
    keep: &mut impl FnMut(Asked),
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap();
    let (of_proxy, of_exchange): (Vec<_>, Vec<_>) = headers
        .trim_end()
        .split("\r\n")
        .partition(|header| header.to_ascii_lowercase().starts_with("proxy-"));
    let target = first.trim_end_matches(" HTTP/1.1").to_owned();
    keep(Asked {
        target: target.clone(),
        credentials: of_proxy
            .iter()
            .find_map(|header| Some(header.split_once(": ")?.1.to_owned())),
    });
    let mut server = TcpStream::connect(leads_to).await?;
    if target.starts_with("CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    } else {
        let (method, url) = target.split_once(' ').unwrap();
        let (_, rest) = url.split_once("://").unwrap();
        let path = &rest[rest.find('/').unwrap()..];
        let passed = format!(
            "{method} {path} HTTP/1.1\r\n{}\r\n\r\n",
            of_exchange.join("\r\n")
        );
        server.write_all(passed.as_bytes()).await?;
    }
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

async fn socks(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    with_password: bool,
    leads_to: SocketAddr,
    keep: &mut impl FnMut(Asked),
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
    keep(Asked {
        target: format!("{host}:{port}"),
        credentials,
    });
    let mut server = TcpStream::connect(leads_to).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

/// Reads a text with its length before it.
async fn read_text(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut text = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8(text).unwrap())
}
