//! Writes events and notices to files.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::error::RecordError;
use super::file::RecordFile;
use super::line::{self, Header};
use super::name;
use super::options::RecorderOptions;
use crate::topic::TopicName;
use crate::ws::event::{Event, Notice, Received, Update};
use crate::ws::raw::RawEvent;
use crate::ws::time::later;

/// Writes raw events and notices to compressed files. Created by [`RecorderOptions::open`].
///
/// Writing blocks the thread while the system writes. In asynchronous code, use [`spawn`](Self::spawn).
///
/// An error stops the recorder: what was flushed before it can be read, and each further call fails with [`RecordError::Stopped`] until
/// [`resume`](Self::resume) is called. Dropping the recorder finishes the file, like [`close`](Self::close), and logs an error.
pub struct Recorder {
    options: RecorderOptions,
    header: Header,
    file: Option<RecordFile>,
    /// The time of the first line of the file.
    begin: Option<i64>,
    /// When the last file was created, in milliseconds since 1970-01-01.
    created: i64,
    flushed: Instant,
    line: String,
    /// The bytes of the files before this one.
    finished_bytes: u64,
    stats: RecorderStats,
}

/// Figures of a recorder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecorderStats {
    /// The number of written events.
    pub events: u64,
    /// The number of written notices.
    pub notices: u64,
    /// The number of files.
    pub files: u64,
    /// The size of all lines, in bytes, before compression.
    pub line_bytes: u64,
    /// The size of all files, in bytes, without what is buffered.
    pub file_bytes: u64,
}

impl Recorder {
    pub(super) fn new(
        options: RecorderOptions,
        product: &str,
        environment: &str,
    ) -> Result<Self, RecordError> {
        let folder = &options.folder;
        std::fs::create_dir_all(folder).map_err(|source| RecordError::Create {
            path: folder.clone(),
            source,
        })?;
        let mut recorder = Self {
            options,
            header: Header {
                version: line::VERSION,
                product: product.to_owned(),
                environment: environment.to_owned(),
                run: Received::now().unix_nanos,
                file: 0,
            },
            file: None,
            begin: None,
            created: 0,
            flushed: Instant::now(),
            line: String::new(),
            finished_bytes: 0,
            stats: RecorderStats::default(),
        };
        recorder.begin_file()?;
        Ok(recorder)
    }

    /// Writes an event or a notice.
    ///
    /// # Errors
    ///
    /// As [`write_event`](Self::write_event).
    pub fn write(&mut self, update: &Update<RawEvent>) -> Result<(), RecordError> {
        match update {
            Update::Event(event) => self.write_event(event),
            Update::Notice(notice) => self.write_notice(notice),
        }
    }

    /// Writes an event.
    ///
    /// # Errors
    ///
    /// [`RecordError::Write`] if the file cannot be written, [`RecordError::Create`] if the next file cannot be created,
    /// [`RecordError::Gone`] if the file was deleted or moved, [`RecordError::Stopped`] after an earlier error. The event, and what was
    /// written since the last flush, may be lost.
    pub fn write_event(&mut self, event: &Event<RawEvent>) -> Result<(), RecordError> {
        self.line.clear();
        line::push_event(&mut self.line, event);
        self.write_line(event.received.unix_nanos)?;
        self.stats.events += 1;
        Ok(())
    }

    /// Writes a notice.
    ///
    /// # Errors
    ///
    /// As [`write_event`](Self::write_event).
    pub fn write_notice(&mut self, notice: &Notice) -> Result<(), RecordError> {
        let now = Received::now().unix_nanos;
        self.line.clear();
        line::push_notice(&mut self.line, now, notice);
        self.write_line(now)?;
        self.stats.notices += 1;
        Ok(())
    }

    /// Writes that events of a topic, or of any topic, were dropped before they reached the recorder, such as by a full queue. A replay
    /// reports that as a gap.
    ///
    /// # Errors
    ///
    /// As [`write_event`](Self::write_event).
    pub fn write_lagged(
        &mut self,
        topic: Option<&TopicName>,
        text: &str,
    ) -> Result<(), RecordError> {
        let now = Received::now().unix_nanos;
        self.line.clear();
        line::push_lagged(&mut self.line, now, topic, text);
        self.write_line(now)?;
        self.stats.notices += 1;
        Ok(())
    }

    /// Writes everything to the file, so that it can be read and survives a crash of the program.
    ///
    /// # Errors
    ///
    /// As [`write_event`](Self::write_event).
    pub fn flush(&mut self) -> Result<(), RecordError> {
        let Some(file) = &mut self.file else {
            return Err(RecordError::Stopped);
        };
        let flushed = file.flush();
        self.flushed = Instant::now();
        self.stop_after(flushed)
    }

    /// Goes on in a new file after an error. Does nothing if there was none.
    ///
    /// # Errors
    ///
    /// As [`RecorderOptions::open`].
    pub fn resume(&mut self) -> Result<(), RecordError> {
        if self.file.is_none() {
            self.begin_file()?;
        }
        Ok(())
    }

    /// Returns the file that is being written. Returns `None` after an error.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(RecordFile::path)
    }

    /// Returns the figures.
    pub fn stats(&self) -> RecorderStats {
        let open = self.file.as_ref().map_or(0, RecordFile::size);
        RecorderStats {
            file_bytes: self.finished_bytes + open,
            ..self.stats
        }
    }

    /// Finishes the file.
    ///
    /// # Errors
    ///
    /// As [`write_event`](Self::write_event).
    pub fn close(mut self) -> Result<RecorderStats, RecordError> {
        self.finish_file()?;
        Ok(self.stats())
    }

    /// Returns when the next flush is due. Returns `None` if there is nothing to flush.
    pub(super) fn flush_due(&self) -> Option<Instant> {
        let is_dirty = self.file.as_ref().is_some_and(RecordFile::is_dirty);
        is_dirty.then(|| later(self.flushed, self.options.flush_interval))
    }

    /// Flushes if it is due.
    pub(super) fn flush_if_due(&mut self) -> Result<(), RecordError> {
        match self.flush_due() {
            Some(due) if due <= Instant::now() => self.flush(),
            _ => Ok(()),
        }
    }

    #[cfg(test)]
    pub(super) fn fill_disk_at(&mut self, size: u64) {
        if let Some(file) = &mut self.file {
            file.fill_disk_at(size);
        }
    }

    fn write_line(&mut self, received: i64) -> Result<(), RecordError> {
        if self.is_full(received) {
            self.finish_file()?;
            self.begin_file()?;
        }
        let Some(file) = &mut self.file else {
            return Err(RecordError::Stopped);
        };
        if !file.is_dirty() {
            self.flushed = Instant::now();
        }
        let written = file.write(&self.line);
        self.stop_after(written)?;
        self.begin.get_or_insert(received);
        self.stats.line_bytes += u64::try_from(self.line.len()).unwrap_or(0);
        self.flush_if_due()
    }

    /// Returns whether the file is finished before a line of this time.
    fn is_full(&self, received: i64) -> bool {
        let (Some(file), Some(begin)) = (&self.file, self.begin) else {
            return false;
        };
        let covered = u64::try_from(received.saturating_sub(begin)).unwrap_or(0);
        file.size() >= self.options.max_size
            || Duration::from_nanos(covered) >= self.options.max_time
    }

    fn begin_file(&mut self) -> Result<(), RecordError> {
        self.header.file += 1;
        let millis = Received::now().unix_nanos / 1_000_000;
        // Later files have later names, even if the clock was set back.
        let mut created = millis.max(self.created.saturating_add(1));
        let mut file = loop {
            let name = name::file_name(&self.options.prefix, &self.header.product, created);
            let path = self.options.folder.join(name);
            match RecordFile::create(&path, self.options.level)? {
                Some(file) => break file,
                None => created += 1,
            }
        };
        self.created = created;
        self.begin = None;
        self.stats.files += 1;
        let mut first = String::new();
        line::push_header(&mut first, &self.header);
        file.write(&first)?;
        file.flush()?;
        self.flushed = Instant::now();
        self.file = Some(file);
        Ok(())
    }

    fn finish_file(&mut self) -> Result<(), RecordError> {
        let Some(file) = self.file.take() else {
            return Err(RecordError::Stopped);
        };
        self.finished_bytes += file.finish(self.options.sync)?;
        Ok(())
    }

    /// Abandons the file after an error.
    fn stop_after(&mut self, result: Result<(), RecordError>) -> Result<(), RecordError> {
        if let Err(error) = &result {
            tracing::warn!(%error, "the recorder stops");
            if let Some(file) = self.file.take() {
                self.finished_bytes += file.size();
            }
        }
        result
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if self.file.is_some()
            && let Err(error) = self.finish_file()
        {
            tracing::warn!(%error, "a recording could not be finished");
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("path", &self.path())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
