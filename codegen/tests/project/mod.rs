//! A project folder written as one text, so that a whole spec can be read on one screen.
//!
//! ```text
//! A sentence that says what the case shows.
//! --- spec/usdm/rest/market_data/ping.yaml
//! about: Returns an empty response.
//! ```
//! A line `--- name` begins a part. Parts whose name begins with `spec/` are files. A plain `spec/usdm/product.yaml`
//! is added unless there is a part `without product`, and so is the operation `server_time` of each product.

#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

const PRODUCT: &str = "\
product: Usdm
name: Test futures
about: Futures of the test.
rest: {production: \"https://example.com\"}
streams: {production: \"wss://example.com\"}
ws_api: {production: \"wss://example.com/ws\"}
recv_window: {default: 5000, max: 60000, max_ahead: 1000}
stream_connections: {topics: 1024, frames_per_second: 10, lifetime: 86400, ping_interval: 180, pong_timeout: 600}
user_data: /ws/<listenKey>
server_time: {request: server_time, field: serverTime}
";

/// The file that the product names under `server_time`, and its sample.
const SERVER_TIME: [(&str, &str); 2] = [
    (
        "yaml",
        "\
about: Returns the current time of the exchange.
GET: /time
security: none
weight: 1
response:
  name: ExchangeTime
  about: Current time of the exchange.
  fields:
    serverTime: {is: Timestamp, about: Current time.}
",
    ),
    ("json", "{\"serverTime\": 1}\n"),
];

/// A text in parts.
pub(crate) struct Parts {
    /// The text before the first part.
    pub(crate) sentence: String,
    list: Vec<(String, String)>,
}

impl Parts {
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = Self {
            sentence: String::new(),
            list: Vec::new(),
        };
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("--- ") {
                parts.list.push((name.trim_end().to_owned(), String::new()));
            } else if let Some((_, body)) = parts.list.last_mut() {
                body.push_str(line);
            } else {
                parts.sentence.push_str(line);
            }
        }
        parts
    }

    /// The text of a part.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, body)| body.as_str())
    }

    /// The names of the parts.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|(name, _)| name.as_str())
    }
}

/// A temporary folder. It is deleted on drop.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
}

impl Project {
    /// An empty one.
    pub(crate) fn empty() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("project-{}-{count}", std::process::id());
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(root.join("spec")).unwrap();
        Self { root }
    }

    /// One with the files of a text.
    pub(crate) fn of(text: &str) -> Self {
        let (parts, project) = (Parts::read(text), Self::empty());
        if parts.get("without product").is_none() {
            project.write("spec/usdm/product.yaml", PRODUCT);
            project.server_times(&parts);
        }
        for (name, body) in parts
            .list
            .iter()
            .filter(|(name, _)| name.starts_with("spec/"))
        {
            project.write(name, body);
        }
        project
    }

    /// Writes the operation that the products name under `server_time`, unless there is one.
    fn server_times(&self, parts: &Parts) {
        let named = parts
            .names()
            .filter_map(|name| name.strip_prefix("spec/")?.strip_suffix("/product.yaml"));
        for product in named.chain(["usdm"]) {
            let folder = format!("spec/{product}/rest/");
            let written =
                |name: &str| name.starts_with(&folder) && name.ends_with("/server_time.yaml");
            if parts.names().any(written) {
                continue;
            }
            for (ending, text) in SERVER_TIME {
                self.write(&format!("{folder}general/server_time.{ending}"), text);
            }
        }
    }

    /// Writes one file.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The folder with the real spec.
pub(crate) fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Compares a file with a text. With `UPDATE_EXPECTED=1`, writes the text to the file.
pub(crate) fn expect(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE_EXPECTED").is_some_and(|value| value == "1") {
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(expected, actual)| expected == actual)
        .count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    panic!(
        "{}:{}\n  expected: {}\n       got: {}\nwhole text:\n{actual}\nrun with UPDATE_EXPECTED=1 if this is right",
        path.display(),
        same + 1,
        line(&expected),
        line(actual),
    );
}
