//! Requests through proxies that other people wrote. They must be installed: `apt-get install tinyproxy microsocks`.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use binance_futures::error::TransportErrorKind;

use crate::certificates::Authority;
use crate::proxies::{builder, is_refused, one_order_arrived, order};
use crate::server::{Reaction, Server, json};

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

/// A program that runs as long as this, with the file it was started with.
struct Running {
    child: Child,
    address: SocketAddr,
    file: Option<PathBuf>,
}

impl Running {
    fn tinyproxy(user: &str, password: &str) -> Self {
        let address = free_address();
        let file = std::env::temp_dir().join(format!("tinyproxy-{}.conf", address.port()));
        let mut text = std::fs::File::create(&file).unwrap();
        writeln!(
            text,
            "Port {}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 30\nMaxClients 20\nLogLevel Error\nBasicAuth {user} {password}",
            address.port()
        )
        .unwrap();
        let mut command = Command::new("tinyproxy");
        command.arg("-d").arg("-c").arg(&file);
        Self::start(&mut command, address, Some(file))
    }

    fn microsocks(user: &str, password: &str) -> Self {
        let address = free_address();
        let port = address.port().to_string();
        let mut command = Command::new("microsocks");
        command.args(["-i", "127.0.0.1", "-p", &port, "-u", user, "-P", password]);
        Self::start(&mut command, address, None)
    }

    fn start(command: &mut Command, address: SocketAddr, file: Option<PathBuf>) -> Self {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}; is it installed?"));
        let running = Self {
            child,
            address,
            file,
        };
        for _ in 0..500 {
            if TcpStream::connect(address).is_ok() {
                return running;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{command:?} does not listen");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Sends orders with right and wrong credentials, without TLS and by it.
async fn orders_pass(proxy: &Running, scheme: &str, right: &str, wrong: [&[&str]; 2]) {
    let authority = Authority::new();
    let react = |_| Reaction::Write(json("200 OK", ORDER));
    let plain = Server::new(react);
    let private = Server::private(authority.server("localhost"), react);
    for (server, wrong) in [plain, private].iter().zip(wrong) {
        let client = |credentials: &str| {
            builder()
                .base_url(server.url.replace("127.0.0.1", "localhost"))
                .root_certificate(authority.pem())
                .proxy(format!("{scheme}://{credentials}{}", proxy.address))
                .build()
                .unwrap()
        };
        for credentials in wrong {
            let error = client(credentials).send(order()).await.unwrap_err();
            let place = proxy.address.to_string();
            is_refused(&error, TransportErrorKind::Proxy, &place);
        }
        assert!(server.received().is_empty());
        client(right).send(order()).await.unwrap();
        one_order_arrived(server);
    }
}

#[tokio::test]
#[ignore = "needs the program `tinyproxy`"]
async fn orders_pass_tinyproxy_with_its_password() {
    let proxy = Running::tinyproxy("squeaky", "hush");
    let wrong = ["", "squeaky:loud@", "squeaky@"];
    // Without TLS it tells wrong credentials, other than none, by 401: that may as well be the exchange's.
    orders_pass(&proxy, "http", "squeaky:hush@", [&wrong[..1], &wrong]).await;
}

#[tokio::test]
#[ignore = "needs the program `microsocks`"]
async fn orders_pass_microsocks_with_its_password() {
    let proxy = Running::microsocks("a@b", "p:/ä");
    let wrong = ["", "a%40b:loud@", "x:p%3A%2F%C3%A4@"];
    for scheme in ["socks5", "socks5h"] {
        orders_pass(&proxy, scheme, "a%40b:p%3A%2F%C3%A4@", [&wrong, &wrong]).await;
    }
}
