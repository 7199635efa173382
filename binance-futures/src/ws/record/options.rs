//! Options of a recorder.

use std::path::PathBuf;
use std::time::Duration;

use super::{RecordError, Recorder};
use crate::environment::Environment;
use crate::request::Product;

/// Options of a [`Recorder`].
#[derive(Debug, Clone)]
#[must_use = "options do nothing until `open` is called"]
pub struct RecorderOptions {
    pub(super) folder: PathBuf,
    pub(super) prefix: String,
    pub(super) max_size: u64,
    pub(super) max_time: Duration,
    pub(super) level: i32,
    pub(super) flush_interval: Duration,
    pub(super) sync: bool,
}

impl RecorderOptions {
    /// Returns the default options for recordings in a folder. [`open`](Self::open) creates the folder if it does not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            prefix: String::from("recording"),
            max_size: 1 << 30,
            max_time: Duration::from_secs(3_600),
            level: 3,
            flush_interval: Duration::from_secs(1),
            sync: true,
        }
    }

    /// Sets the beginning of the file names: 1 to 100 letters, digits, `-`, `_` and `.`. Default: `recording`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the size, in bytes, at which a file is finished and the next one begins. Default: 1 GiB. A file can be larger by what is
    /// buffered, which is less than 1 MiB.
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Sets the time that a file covers, by the receive times of its events. Default: one hour. [`Duration::MAX`] does not limit it.
    pub fn max_file_time(mut self, time: Duration) -> Self {
        self.max_time = time;
        self
    }

    /// Sets the compression level of zstd. Default: 3. Higher levels, up to 22, are smaller and slower.
    pub fn compression_level(mut self, level: i32) -> Self {
        self.level = level;
        self
    }

    /// Sets after what time a line is in the file at the latest. Default: one second. A crash of the program loses what was written after the
    /// last flush. Each flush costs some compression.
    ///
    /// A recorder that is used directly flushes only while lines are written; a [background recorder](super::BackgroundRecorder) flushes in
    /// any case.
    pub fn flush_interval(mut self, interval: Duration) -> Self {
        self.flush_interval = interval;
        self
    }

    /// Sets whether a finished file is synchronized to the disk (`fsync`), so that it survives a crash of the system. Default: yes.
    pub fn sync(mut self, sync: bool) -> Self {
        self.sync = sync;
        self
    }

    /// Opens a recorder of streams of the product `P`, and creates its first file.
    ///
    /// # Errors
    ///
    /// [`RecordError::Prefix`] if the prefix cannot be in a file name, [`RecordError::Create`] if the folder or the file cannot be created,
    /// [`RecordError::Write`] if the file cannot be written.
    pub fn open<P: Product>(self, environment: &Environment) -> Result<Recorder, RecordError> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !(1..=100).contains(&self.prefix.len()) || !self.prefix.chars().all(is_allowed) {
            return Err(RecordError::Prefix {
                prefix: self.prefix,
            });
        }
        Recorder::new(self, P::ID, environment.name())
    }
}
