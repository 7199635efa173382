//! A byte stream that reads ahead, and from which the usual frames are read in place.

#[cfg(test)]
mod tests;

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::BoxedIo;
use crate::ws::event::Received;

/// The number of bytes that are read at once, at most. Larger frames are not read in place.
const BUFFER_SIZE: usize = 128 * 1024;

/// The opcode of a close frame.
const CLOSE: u8 = 8;

/// The byte stream of a websocket connection after the handshake.
///
/// Almost all frames are whole messages of text. [`poll_text`](Self::poll_text) reads them where they arrived, without a copy. All other
/// frames are left to the websocket library, which reads them from this byte stream: control frames, parts of messages, binary messages,
/// frames larger than the buffer, and those that are not valid. A single read of the library ends at the end of a frame, so that the
/// library never holds bytes of the next one.
pub(crate) struct Frames {
    io: BoxedIo,
    buffer: Box<[u8]>,
    /// What was received and not read yet.
    unread: Range<usize>,
    /// How many bytes of the current frame the library has not read yet.
    rest: u64,
    /// Whether the library has read the first part of a message, and not the last one.
    is_within_message: bool,
    /// Whether the library has read a close frame.
    is_closing: bool,
    has_ended: bool,
    /// Why nothing more can be read, until the library has read it.
    failure: Option<io::Error>,
    /// The largest message, in bytes.
    max_size: u64,
    received: Received,
}

/// The header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    /// The first byte: whether the frame is final, three reserved bits, and the opcode.
    kind: u8,
    is_masked: bool,
    /// The length of the header, in bytes.
    length: u8,
    /// The length of the payload, in bytes.
    payload: u64,
}

impl Header {
    /// The first byte of a frame that is a whole message of text.
    const TEXT: u8 = 0x81;

    /// Reads the header that these bytes begin with. Returns `None` if it has not arrived completely.
    #[inline]
    fn parse(bytes: &[u8]) -> Option<Self> {
        let [kind, second, rest @ ..] = bytes else {
            return None;
        };
        let (length, payload) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes(*rest.first_chunk()?))),
            127 => (10, u64::from_be_bytes(*rest.first_chunk()?)),
            length => (2, u64::from(length)),
        };
        let is_masked = second & 0x80 != 0;
        Some(Self {
            kind: *kind,
            is_masked,
            length: if is_masked { length + 4 } else { length },
            payload,
        })
    }

    /// Returns the length of the frame.
    fn frame(self) -> u64 {
        self.payload.saturating_add(self.length.into())
    }

    fn is_final(self) -> bool {
        self.kind & 0x80 != 0
    }

    fn opcode(self) -> u8 {
        self.kind & 0x0f
    }
}

impl Frames {
    /// Creates the byte stream of a connection from which these bytes have arrived.
    pub(super) fn new(io: BoxedIo, arrived: Vec<u8>, max_size: usize) -> Self {
        Self::with_buffer(io, arrived, max_size, BUFFER_SIZE)
    }

    fn with_buffer(io: BoxedIo, arrived: Vec<u8>, max_size: usize, buffer_size: usize) -> Self {
        let unread = 0..arrived.len();
        let mut buffer = arrived;
        buffer.resize(unread.end.max(buffer_size), 0);
        Self {
            io,
            buffer: buffer.into(),
            unread,
            rest: 0,
            is_within_message: false,
            is_closing: false,
            has_ended: false,
            failure: None,
            max_size: u64::try_from(max_size).unwrap_or(u64::MAX),
            received: Received::now(),
        }
    }

    /// Returns when the last bytes arrived. All messages of one read have the same time.
    #[inline]
    pub(crate) fn received(&self) -> Received {
        self.received
    }

    /// Returns the next message, and when it arrived, if it is text in one frame. Returns `None` if the library must read next.
    #[inline]
    pub(crate) fn poll_text(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(&str, Received)>> {
        let text = loop {
            match self.next_text() {
                Next::Text(text) => break text,
                Next::Other => return Poll::Ready(None),
                Next::Incomplete => ready!(self.poll_fill(context)),
            }
        };
        let bytes = self.buffer.get(text.clone()).unwrap_or_default();
        // The library reports text that is not UTF-8.
        let Ok(message) = str::from_utf8(bytes) else {
            return Poll::Ready(None);
        };
        self.unread.start = text.end;
        Poll::Ready(Some((message, self.received)))
    }

    /// Returns where the text of the next frame is.
    #[inline]
    fn next_text(&self) -> Next {
        if self.rest > 0 || self.is_within_message || self.is_closing {
            return Next::Other;
        }
        let bytes = self.buffer.get(self.unread.clone()).unwrap_or_default();
        let Some(header) = Header::parse(bytes) else {
            return self.incomplete();
        };
        if header.kind != Header::TEXT || header.is_masked || header.payload > self.max_size {
            return Next::Other;
        }
        let Ok(payload) = usize::try_from(header.payload) else {
            return Next::Other;
        };
        let start = self.unread.start + usize::from(header.length);
        match start.checked_add(payload) {
            Some(end) if end <= self.unread.end => Next::Text(start..end),
            _ if header.frame() <= self.buffer.len() as u64 => self.incomplete(),
            _ => Next::Other,
        }
    }

    fn incomplete(&self) -> Next {
        if self.has_ended {
            Next::Other
        } else {
            Next::Incomplete
        }
    }

    /// Receives further bytes, or notes that there are none. The buffer must not be full.
    #[inline(never)]
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.unread.start > 0 {
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        let free = self.buffer.get_mut(self.unread.end..).unwrap_or_default();
        let mut free = ReadBuf::new(free);
        let result = ready!(Pin::new(&mut self.io).poll_read(context, &mut free));
        self.received = Received::now();
        let length = free.filled().len();
        self.unread.end += length;
        self.has_ended = length == 0;
        self.failure = result.err();
        Poll::Ready(())
    }

    /// Notes that the library begins to read a frame. Without a header, it reads what arrived before the end of the connection.
    fn begin(&mut self, header: Option<Header>) {
        let Some(header) = header else {
            self.rest = self.unread.len() as u64;
            return;
        };
        self.rest = header.frame();
        match header.opcode() {
            0..CLOSE => self.is_within_message = !header.is_final(),
            CLOSE => self.is_closing = true,
            _ => {}
        }
    }
}

/// What can be read next.
enum Next {
    /// Text, at this place of the buffer.
    Text(Range<usize>),
    /// A frame that the library reads.
    Other,
    /// A frame that has not arrived completely.
    Incomplete,
}

/// What the library reads.
impl AsyncRead for Frames {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.rest == 0 {
            let bytes = this.buffer.get(this.unread.clone()).unwrap_or_default();
            let header = Header::parse(bytes);
            if header.is_none() && !this.has_ended {
                ready!(this.poll_fill(context));
                continue;
            }
            if bytes.is_empty() {
                break;
            }
            this.begin(header);
        }
        if this.unread.is_empty() && !this.has_ended {
            ready!(this.poll_fill(context));
        }
        let bytes = this.buffer.get(this.unread.clone()).unwrap_or_default();
        let length = usize::try_from(this.rest).unwrap_or(usize::MAX);
        let length = length.min(bytes.len()).min(out.remaining());
        match this.failure.take() {
            Some(failure) if length == 0 => return Poll::Ready(Err(failure)),
            failure => this.failure = failure,
        }
        out.put_slice(bytes.get(..length).unwrap_or_default());
        this.unread.start += length;
        this.rest -= length as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Frames {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }
}
