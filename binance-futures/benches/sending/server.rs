//! A server that responds to every request with the same order.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

/// Starts the server and returns its URL.
pub(crate) fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            thread::spawn(move || serve(connection.unwrap()));
        }
    });
    format!("http://{address}")
}

fn serve(mut connection: TcpStream) {
    let body: String = ORDER.split_whitespace().collect();
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-MBX-USED-WEIGHT-1M: 41\r\n\
         X-MBX-ORDER-COUNT-10S: 3\r\nX-MBX-ORDER-COUNT-1M: 9\r\n\r\n{body}",
        body.len()
    );
    connection.set_nodelay(true).unwrap();
    let mut request = Vec::new();
    let mut chunk = [0; 4_096];
    loop {
        match connection.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&chunk[..length]),
        }
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            connection.write_all(response.as_bytes()).unwrap();
        }
    }
}
