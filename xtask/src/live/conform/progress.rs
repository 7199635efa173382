//! Progress of reading a recording, on standard error.

use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Time between two messages.
const INTERVAL: Duration = Duration::from_secs(3);

pub(super) struct Progress {
    file: String,
    /// Size of the file in bytes. 0 if it is not known.
    size: u64,
    start: Instant,
    last: Instant,
    lines: u64,
    bytes: u64,
}

impl Progress {
    pub(super) fn new(path: &Path, size: u64) -> Self {
        let now = Instant::now();
        Self {
            file: path.display().to_string(),
            size,
            start: now,
            last: now,
            lines: 0,
            bytes: 0,
        }
    }

    /// Counts a line and prints a message if it is time for one.
    pub(super) fn line(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes as u64;
        // Reading the clock for each line would take longer than short lines.
        if self.lines.is_multiple_of(256) && self.last.elapsed() >= INTERVAL {
            self.last = Instant::now();
            let percent = (self.bytes * 100).checked_div(self.size);
            let percent = percent.map_or_else(String::new, |percent| format!(" ({percent}%)"));
            eprintln!("{}{percent}", self.rate());
        }
    }

    /// Prints the number of lines and the rate.
    pub(super) fn finish(&self) {
        eprintln!("{}", self.rate());
    }

    fn rate(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64();
        let megabytes = self.bytes as f64 / 1e6;
        let rate = megabytes / seconds.max(1e-6);
        format!(
            "{}: {} lines, {megabytes:.1} MB in {seconds:.1} s ({rate:.1} MB/s)",
            self.file, self.lines
        )
    }
}
