//! Reads recordings.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use zstd::stream::read::Decoder;

use super::error::RecordingError;
use super::line::{self, Line};
use super::name::ENDING;
use crate::decode::DecodeFailure;
use crate::json::{self, Reason};

/// The bound of the length of a line, unless another one is set.
const MAX_LINE: usize = 64 << 20;

/// The size of the buffer of uncompressed text.
const BUFFER: usize = 128 << 10;

/// The first bytes of a file that zstd compressed.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The lines of one or more files, in order. Only one line is in memory at a time.
///
/// A file that was not finished, because the program that wrote it crashed or is still running, is read up to its last flush or further.
/// Its end is returned as [`Line::Incomplete`]. Files that were uncompressed are read too.
///
/// A line that cannot be read is returned as an error, and the lines after it follow.
pub struct Recording {
    files: VecDeque<PathBuf>,
    source: Option<Source>,
    path: PathBuf,
    /// The number of lines of the file that were read.
    lines: u64,
    /// Whether the file ended early, which is returned next.
    is_incomplete: bool,
    max_line: usize,
    line: Vec<u8>,
}

type Source = BufReader<Box<dyn Read + Send>>;

/// What was read.
enum Found {
    Line,
    TooLong,
    End,
    Incomplete,
}

impl Recording {
    /// Opens a file, or all recordings of a folder: its `.jsonl.zst` files, in the order of their names.
    ///
    /// # Errors
    ///
    /// [`RecordingError::Open`] if the file or the folder cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RecordingError> {
        let path = path.as_ref();
        if !path.is_dir() {
            return Self::open_files([path]);
        }
        let failed = |source| RecordingError::Open {
            path: path.to_owned(),
            source,
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            if file.to_string_lossy().ends_with(ENDING) {
                files.push(file);
            }
        }
        files.sort();
        Self::open_files(files)
    }

    /// Opens several files. They are read one after another, in this order. The first one is opened at once.
    ///
    /// # Errors
    ///
    /// [`RecordingError::Open`] if the first file cannot be opened.
    pub fn open_files<P: Into<PathBuf>>(
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Self, RecordingError> {
        let mut recording = Self {
            files: paths.into_iter().map(Into::into).collect(),
            source: None,
            path: PathBuf::new(),
            lines: 0,
            is_incomplete: false,
            max_line: MAX_LINE,
            line: Vec::new(),
        };
        if let Some(first) = recording.files.pop_front() {
            recording.begin(first)?;
        }
        Ok(recording)
    }

    /// Sets the bound of the length of a line, in bytes. Default: 64 MiB. Longer lines are errors, and are left out.
    #[must_use]
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Returns the file that the last line is from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of the last line in its file, starting at 1.
    pub fn line_number(&self) -> u64 {
        self.lines
    }

    fn begin(&mut self, path: PathBuf) -> Result<(), RecordingError> {
        self.lines = 0;
        self.path = path;
        match open(&self.path) {
            Ok(Some(source)) => self.source = Some(source),
            Ok(None) => self.is_incomplete = true,
            Err(source) => {
                return Err(RecordingError::Open {
                    path: self.path.clone(),
                    source,
                });
            }
        }
        Ok(())
    }

    /// Reads a line without parsing it.
    fn read_line(&mut self) -> io::Result<Found> {
        let Some(source) = &mut self.source else {
            return Ok(Found::End);
        };
        self.line.clear();
        let limit = u64::try_from(self.max_line).unwrap_or(u64::MAX);
        // The line break does not count.
        let mut bounded = source.by_ref().take(limit.saturating_add(1));
        let read = bounded.read_until(b'\n', &mut self.line);
        let is_complete = self.line.last() == Some(&b'\n');
        match read {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Found::Incomplete),
            Err(error) => return Err(error),
            Ok(0) => return Ok(Found::End),
            Ok(_) if is_complete => {
                self.line.pop();
                self.lines += 1;
                return Ok(Found::Line);
            }
            Ok(_) => {}
        }
        if self.line.len() <= self.max_line {
            return Ok(Found::Incomplete);
        }
        self.lines += 1;
        // If the end is missing, the next line is not found either.
        source.skip_until(b'\n')?;
        Ok(Found::TooLong)
    }

    fn parse(&self) -> Result<Line, RecordingError> {
        let failed = |error: json::Error, text: &str| RecordingError::Line {
            path: self.path.clone(),
            line: self.lines,
            failure: DecodeFailure::new(error, text),
        };
        let text = match str::from_utf8(&self.line) {
            Ok(text) => text,
            Err(error) => {
                let reason = Reason::Other(format!("not UTF-8: {error}"));
                return Err(failed(json::Error::new(reason, 0), ""));
            }
        };
        line::parse(text).map_err(|error| failed(error, text))
    }

    /// Stops to read a file before its end.
    fn abandon(&mut self) {
        self.source = None;
        self.is_incomplete = true;
    }
}

impl Iterator for Recording {
    type Item = Result<Line, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if std::mem::take(&mut self.is_incomplete) {
                return Some(Ok(Line::Incomplete {
                    path: self.path.clone(),
                    lines: self.lines,
                }));
            }
            if self.source.is_none() {
                let next = self.files.pop_front()?;
                if let Err(error) = self.begin(next) {
                    return Some(Err(error));
                }
                continue;
            }
            match self.read_line() {
                Ok(Found::Line) => {}
                Ok(Found::End) => {
                    self.source = None;
                    continue;
                }
                Ok(Found::Incomplete) => {
                    self.abandon();
                    continue;
                }
                Ok(Found::TooLong) => {
                    return Some(Err(RecordingError::TooLong {
                        path: self.path.clone(),
                        line: self.lines,
                        max: self.max_line,
                    }));
                }
                Err(source) => {
                    self.abandon();
                    return Some(Err(RecordingError::Read {
                        path: self.path.clone(),
                        line: self.lines + 1,
                        source,
                    }));
                }
            }
            let parsed = self.parse();
            if let Ok(Line::Header(header)) = &parsed
                && header.version > line::VERSION
            {
                self.abandon();
                return Some(Err(RecordingError::Version {
                    path: self.path.clone(),
                    version: header.version,
                }));
            }
            return Some(parsed);
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("path", &self.path)
            .field("lines", &self.lines)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// Opens a file. Returns `None` if it ends within its first bytes.
fn open(path: &Path) -> io::Result<Option<Source>> {
    let mut file = File::open(path)?;
    let mut begin = Vec::with_capacity(MAGIC.len());
    file.by_ref().take(4).read_to_end(&mut begin)?;
    if begin.len() < MAGIC.len() && MAGIC.starts_with(&begin) {
        return Ok(None);
    }
    let is_compressed = begin == MAGIC;
    let whole = Cursor::new(begin).chain(file);
    let source: Box<dyn Read + Send> = if is_compressed {
        Box::new(Decoder::new(whole)?)
    } else {
        Box::new(whole)
    };
    Ok(Some(BufReader::with_capacity(BUFFER, source)))
}
