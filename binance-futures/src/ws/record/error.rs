//! Errors of recording and of reading recordings.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::decode::DecodeFailure;

/// Why a recorder could not write.
///
/// What was flushed before is in the file and can be read. The recorder stops; [`Recorder::resume`](super::Recorder::resume) lets it go on
/// in a new file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The prefix of the file names cannot be in a file name.
    #[error(
        "{prefix:?} cannot be the prefix of a file name: use 1 to 100 letters, digits, `-`, `_` and `.`"
    )]
    Prefix {
        /// The prefix.
        prefix: String,
    },
    /// The folder or a file in it cannot be created.
    #[error("cannot create {path}: {source}{}", advice(source))]
    Create {
        /// The folder or the file.
        path: PathBuf,
        /// What the system reports.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write to {path}: {source}{}", advice(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system reports.
        source: io::Error,
    },
    /// The file was deleted or moved while it was written.
    #[error(
        "{path} was deleted or moved while it was written: move only files that the recorder has finished, then call `resume`"
    )]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// The recorder stopped after an earlier error. Nothing was written.
    #[error("the recorder stopped after an earlier error: remove its cause, then call `resume`")]
    Stopped,
}

/// Says what to do about an error of the system.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "; free some space, then call `resume`"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; check the permissions of the folder and of the files in it"
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => "; check the path of the folder",
        _ => "",
    }
}

/// Why a recording, or a line of it, cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// A file or a folder cannot be opened.
    #[error("cannot open {path}: {source}")]
    Open {
        /// The file or the folder.
        path: PathBuf,
        /// What the system reports.
        source: io::Error,
    },
    /// The rest of a file cannot be read: it is damaged, or the system reports an error.
    #[error("{path}:{line}: the rest of the file cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The number of the first line that cannot be read, starting at 1.
        line: u64,
        /// What the system or the decompression reports.
        source: io::Error,
    },
    /// A line is longer than the bound. It is left out.
    #[error("{path}:{line}: the line is longer than {max} bytes")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The number of the line, starting at 1.
        line: u64,
        /// The bound.
        max: usize,
    },
    /// A line is not one of a recording. It is left out.
    #[error("{path}:{line}: {failure}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The number of the line, starting at 1.
        line: u64,
        /// What is wrong.
        failure: DecodeFailure,
    },
    /// A newer version of this crate wrote the file. The rest of it is left out.
    #[error("{path}: the format has version {version}, and this version of the crate reads up to {max}", max = super::line::VERSION)]
    Version {
        /// The file.
        path: PathBuf,
        /// The version of the format.
        version: u64,
    },
    /// The file contains streams of another product than the topics that are replayed.
    #[error("{path} contains streams of {found}, and the topics are of {expected}")]
    Product {
        /// The file.
        path: PathBuf,
        /// The product of the file.
        found: String,
        /// The product of the topics.
        expected: &'static str,
    },
}
