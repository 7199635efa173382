//! Faults of stream connections that a test injects, and what a test can see of the connections.

use std::time::Duration;

/// A fault of stream connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamFault {
    /// The TCP connection closes without a close frame. What was not sent yet is lost.
    Disconnect,
    /// The exchange closes the connection with this code.
    ///
    /// The codes 1006 and 1015 never are in a frame: with them, the TCP connection closes. With 1005, the close frame has no code.
    Close {
        /// Close code.
        code: u16,
        /// Reason, at most 123 bytes.
        reason: String,
    },
    /// The connection stays open, but the exchange neither reads nor sends anything any more: it is half-open.
    Stall,
    /// A topic, or a listen key, pushes nothing any more. Everything else goes on.
    Mute {
        /// Name of the stream.
        stream: String,
    },
    /// A text frame that is not JSON.
    Garbage,
    /// The next event arrives in a binary frame.
    Binary,
    /// A text frame with an event of this size.
    Oversize {
        /// Number of bytes.
        bytes: usize,
    },
    /// The next event that is an array with several elements arrives in two frames.
    SplitArray,
    /// The exchange reads nothing for this time, measured by the system clock. It still sends.
    SlowReads(Duration),
    /// The 24 hours of the connection are over.
    Expire,
    /// The event `serverShutdown`, which servers may send before they stop.
    ServerShutdown,
    /// The next event of a stream arrives twice.
    Duplicate {
        /// Name of the stream.
        stream: String,
    },
    /// The next two events of a stream arrive in reverse order.
    Reorder {
        /// Name of the stream.
        stream: String,
    },
    /// The next events of a stream are lost.
    DropEvents {
        /// Name of the stream.
        stream: String,
        /// Number of events.
        count: usize,
    },
    /// The next command is executed, but its reply is lost.
    DropReply,
    /// The next command is executed, but its reply ends early.
    CutReply {
        /// Number of bytes that arrive. At least the last byte is missing.
        at: usize,
    },
    /// New connections are refused with this HTTP status. Open connections are not affected.
    RefuseConnections {
        /// HTTP status.
        status: u16,
        /// Value of the header `Retry-After`, in seconds.
        retry_after: Option<u64>,
        /// How long, in the exchange's time.
        duration: Duration,
    },
}

/// A stream connection, as the exchange sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamConnection {
    /// Time since it was opened, in the exchange's time.
    pub age: Duration,
    /// Path of its URL, without the query.
    pub path: String,
    /// Names of its subscriptions, in the order in which they were added.
    pub subscriptions: Vec<String>,
    /// Number of text and binary frames that were sent.
    pub frames_sent: u64,
    /// Number of pongs that were received.
    pub pongs_received: u64,
}
