//! Other programs: this test program once more, and proxies in common use, which must be installed:
//! `apt-get install tinyproxy microsocks`.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Runs one test of this program in another process, with these variables and no others for proxies and certificates. Returns what it
/// prints.
pub(crate) async fn run_again(test: &str, variables: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    for name in [
        "ALL_PROXY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "REQUEST_METHOD",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    printed
}

/// A program that is stopped when this is dropped, with its configuration file.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    file: Option<PathBuf>,
}

impl Program {
    pub(crate) fn tinyproxy(user: &str, password: &str) -> Self {
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

    pub(crate) fn microsocks(user: &str, password: &str) -> Self {
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
