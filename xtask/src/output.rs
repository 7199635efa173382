//! Standard output.

use std::io::{self, ErrorKind, Write};

/// Prints a text. A reader that closes the pipe early, such as `head`, is not an error.
///
/// # Errors
/// Any other error of standard output.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
