//! One file of a recording while it is written.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use zstd::stream::write::Encoder;

use super::error::RecordError;

/// One file of a recording while it is written: one frame of zstd.
pub(super) struct RecordFile {
    path: PathBuf,
    encoder: Encoder<'static, Counted>,
    /// Whether something was written that was not flushed.
    is_dirty: bool,
}

/// A file that counts its bytes.
struct Counted {
    file: File,
    bytes: u64,
    /// The size at which a simulated disk is full.
    #[cfg(test)]
    limit: Option<u64>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        if self.limit.is_some_and(|limit| self.bytes >= limit) {
            return Err(ErrorKind::StorageFull.into());
        }
        let written = self.file.write(bytes)?;
        self.bytes += u64::try_from(written).unwrap_or(0);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl RecordFile {
    /// Creates a file. Returns `None` if there is one with this name already.
    pub(super) fn create(path: &Path, level: i32) -> Result<Option<Self>, RecordError> {
        let failed = |source| RecordError::Create {
            path: path.to_owned(),
            source,
        };
        let file = match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let counted = Counted {
            file,
            bytes: 0,
            #[cfg(test)]
            limit: None,
        };
        let mut encoder = Encoder::new(counted, level).map_err(failed)?;
        // A damaged file is then recognized.
        encoder.include_checksum(true).map_err(failed)?;
        Ok(Some(Self {
            path: path.to_owned(),
            encoder,
            is_dirty: false,
        }))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of bytes in the file.
    pub(super) fn size(&self) -> u64 {
        self.encoder.get_ref().bytes
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    #[cfg(test)]
    pub(super) fn fill_disk_at(&mut self, size: u64) {
        self.encoder.get_mut().limit = Some(size);
    }

    pub(super) fn write(&mut self, line: &str) -> Result<(), RecordError> {
        self.is_dirty = true;
        let written = self.encoder.write_all(line.as_bytes());
        written.map_err(|source| self.failed(source))
    }

    /// Writes what is buffered to the file, so that it can be read. A crash of the system, but not of the program, may still lose it.
    pub(super) fn flush(&mut self) -> Result<(), RecordError> {
        self.encoder.flush().map_err(|source| self.failed(source))?;
        self.is_dirty = false;
        self.check_path()
    }

    /// Finishes the file. With `sync`, waits until the system has it on the disk.
    pub(super) fn finish(self, sync: bool) -> Result<u64, RecordError> {
        self.check_path()?;
        let path = self.path;
        let finished = self.encoder.finish().and_then(|counted| {
            if sync {
                counted.file.sync_all()?;
            }
            Ok(counted.bytes)
        });
        finished.map_err(|source| RecordError::Write { path, source })
    }

    fn check_path(&self) -> Result<(), RecordError> {
        match self.path.try_exists() {
            Ok(false) => Err(RecordError::Gone {
                path: self.path.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn failed(&self, source: io::Error) -> RecordError {
        RecordError::Write {
            path: self.path.clone(),
            source,
        }
    }
}
