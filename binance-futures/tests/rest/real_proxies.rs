//! Requests through proxies in common use. They must be installed: `apt-get install tinyproxy microsocks`.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use binance_futures::error::TransportErrorKind;

use crate::support::certificates::Authority;
use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, assert_not_sent, assert_one_order_arrived, builder, encoded_order};

/// A program that is stopped when this is dropped, with its configuration file.
struct Program {
    child: Child,
    address: SocketAddr,
    file: Option<PathBuf>,
}

impl Program {
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
        let program = Self {
            child,
            address,
            file,
        };
        for _ in 0..500 {
            if TcpStream::connect(address).is_ok() {
                return program;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{command:?} does not listen");
    }
}

impl Drop for Program {
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

/// Sends orders with right and wrong credentials, without TLS and with it.
async fn orders_pass(proxy: &Program, scheme: &str, right: &str, wrong: [&[&str]; 2]) {
    let authority = Authority::new();
    let reply = |_| Reply::Write(json_response("200 OK", PLACED));
    let plain = Server::new(reply);
    let tls = Server::with_tls(authority.server("localhost"), reply);
    for (server, wrong) in [plain, tls].iter().zip(wrong) {
        let client = |credentials: &str| {
            builder()
                .base_url(server.url.replace("127.0.0.1", "localhost"))
                .root_certificate(authority.pem())
                .proxy(format!("{scheme}://{credentials}{}", proxy.address))
                .build()
                .unwrap()
        };
        for credentials in wrong {
            let error = client(credentials).send(encoded_order()).await.unwrap_err();
            let address = proxy.address.to_string();
            assert_not_sent(&error, TransportErrorKind::Proxy, &address);
        }
        assert!(server.received().is_empty());
        client(right).send(encoded_order()).await.unwrap();
        assert_one_order_arrived(server);
    }
}

#[tokio::test]
#[ignore = "needs the program `tinyproxy`"]
async fn orders_pass_tinyproxy_with_its_password() {
    let proxy = Program::tinyproxy("user", "correct");
    let wrong = ["", "user:wrong@", "user@"];
    // Without TLS it rejects wrong credentials with status 401, which may as well be a response of the exchange.
    orders_pass(&proxy, "http", "user:correct@", [&wrong[..1], &wrong]).await;
}

#[tokio::test]
#[ignore = "needs the program `microsocks`"]
async fn orders_pass_microsocks_with_its_password() {
    let proxy = Program::microsocks("a@b", "p:/ä");
    let wrong = ["", "a%40b:wrong@", "x:p%3A%2F%C3%A4@"];
    for scheme in ["socks5", "socks5h"] {
        orders_pass(&proxy, scheme, "a%40b:p%3A%2F%C3%A4@", [&wrong, &wrong]).await;
    }
}
