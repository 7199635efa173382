//! Captures everything that is logged in the process.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::Write;
use std::io::{self, Write as _};
use std::sync::{Mutex, Once};
use std::thread;

use binance_futures::error::Error;
use log::{LevelFilter, Log, Metadata, Record};
use tracing::Level;

static LOG: Lines = Lines(Mutex::new(BTreeMap::new()));

/// All lines that are logged with `tracing` or `log`, at `TRACE`, by thread.
struct Lines(Mutex<BTreeMap<String, String>>);

impl io::Write for &Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut threads = self.0.lock().unwrap();
        *threads.entry(thread_id()).or_default() += &text;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let _ = writeln!(&mut &*self, "{} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

fn thread_id() -> String {
    format!("{:?}", thread::current().id())
}

/// Starts to capture. Captures the whole process, because subscribers of single threads depend on each other.
pub(crate) fn capture() {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| {
        log::set_logger(&LOG).unwrap();
        log::set_max_level(LevelFilter::Trace);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(|| &LOG)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Returns everything logged so far, without redacted signatures.
pub(crate) fn captured() -> String {
    let threads = LOG.0.lock().unwrap();
    let text: String = threads.values().map(String::as_str).collect();
    text.replace("signature=[redacted]", "")
}

/// Returns what the thread of this test has logged so far.
#[cfg(feature = "pem")]
pub(crate) fn captured_in_this_thread() -> String {
    LOG.0
        .lock()
        .unwrap()
        .get(&thread_id())
        .cloned()
        .unwrap_or_default()
}

/// Returns everything that an error and its sources print.
pub(crate) fn error_text(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, " {error} {error:?}");
        source = error.source();
    }
    text
}
