//! All messages are read as the websocket library alone reads them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Waker;

use futures_util::StreamExt;
use proptest::prelude::*;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};

use super::*;

/// The largest message of the tests, in bytes.
const MAX_SIZE: usize = 300;

/// A byte stream that delivers one chunk for each read, and is not ready in between.
struct Chunks {
    chunks: VecDeque<Vec<u8>>,
    is_ready: bool,
    /// Whether the connection breaks at the end. Otherwise the exchange closes it.
    breaks: bool,
}

impl AsyncRead for Chunks {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.is_ready = !this.is_ready;
        if this.is_ready {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match this.chunks.pop_front() {
            Some(mut chunk) => {
                let rest = chunk.split_off(chunk.len().min(out.remaining()));
                out.put_slice(&chunk);
                if !rest.is_empty() {
                    this.chunks.push_front(rest);
                }
                Poll::Ready(Ok(()))
            }
            None if this.breaks => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Chunks {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What arrives, and how.
#[derive(Debug, Clone)]
struct Arrival {
    bytes: Vec<u8>,
    /// The lengths of the chunks, again and again.
    lengths: Vec<usize>,
    /// How many bytes arrive together with the response to the handshake.
    early: usize,
    breaks: bool,
    buffer_size: usize,
}

impl Arrival {
    fn chunks(&self, from: usize) -> Chunks {
        let mut rest = &self.bytes[from..];
        let mut chunks = VecDeque::new();
        for length in self.lengths.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at(rest.len().min(*length));
            chunks.push_back(chunk.to_vec());
            rest = after;
        }
        Chunks {
            chunks,
            is_ready: false,
            breaks: self.breaks,
        }
    }
}

type Received = Vec<Result<Message, String>>;

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(32)
        .max_message_size(Some(MAX_SIZE))
        .max_frame_size(Some(MAX_SIZE))
}

fn text_of(result: Result<Message, tungstenite::Error>) -> Result<Message, String> {
    result.map_err(|error| error.to_string())
}

/// Reads everything with the library alone.
async fn read_with_library(arrival: &Arrival) -> Received {
    let io = arrival.chunks(0);
    let mut io = WebSocketStream::from_raw_socket(io, Role::Client, Some(config())).await;
    let mut received = Vec::new();
    while let Some(message) = io.next().await {
        received.push(text_of(message));
    }
    received
}

/// Reads everything as a connection does. Returns how many messages were read in place, too.
async fn read_in_place(arrival: &Arrival) -> (Received, usize) {
    let early = arrival.bytes[..arrival.early].to_vec();
    let chunks = Box::new(arrival.chunks(arrival.early));
    let frames = Frames::with_buffer(chunks, early, MAX_SIZE, arrival.buffer_size);
    let mut io = WebSocketStream::from_raw_socket(frames, Role::Client, Some(config())).await;
    let (mut received, mut in_place) = (Vec::new(), 0);
    // The library may wait for bytes: then the next frame may be read in place again.
    let mut next = async || {
        poll_fn(|context| match io.get_mut().poll_text(context) {
            Poll::Ready(Some((text, _))) => {
                in_place += 1;
                Poll::Ready(Some(Ok(Message::text(text))))
            }
            Poll::Ready(None) => io.poll_next_unpin(context).map(|next| next.map(text_of)),
            Poll::Pending => Poll::Pending,
        })
        .await
    };
    while let Some(message) = next().await {
        received.push(message);
    }
    (received, in_place)
}

/// Polls a future until it is ready. Nothing here waits for anything else.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// A frame with this first byte.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match payload.len() {
        length @ 0..126 => frame.push(length as u8),
        length => {
            frame.push(126);
            frame.extend((length as u16).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

fn masked(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind, 0x80 | payload.len() as u8, 1, 2, 3, 4];
    frame.extend(payload);
    frame
}

/// A frame whose length has eight bytes.
fn long(kind: u8, payload: &[u8], length: u64) -> Vec<u8> {
    let mut frame = vec![kind, 127];
    frame.extend(length.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Text of up to 180 bytes, in which characters have one to three bytes.
fn text() -> impl Strategy<Value = Vec<u8>> {
    (0..3_usize, 0..90_usize).prop_map(|(from, length)| {
        let characters = "aé测bcdefghi".chars().cycle().skip(from);
        characters.take(length).collect::<String>().into_bytes()
    })
}

/// One or more frames that are valid.
fn valid() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        10 => text().prop_map(|text| frame(0x81, &text)),
        1 => text().prop_map(|text| frame(0x82, &text)),
        1 => text().prop_map(|text| long(0x81, &text, text.len() as u64)),
        1 => (0..=125_usize).prop_map(|length| frame(0x89, &vec![b'p'; length])),
        1 => (0..=125_usize).prop_map(|length| frame(0x8a, &vec![b'p'; length])),
        // A message in parts, and a ping between them. A character may be divided, too.
        2 => (text(), text(), 0..200_usize).prop_map(|(first, last, at)| {
            let text = [first, last].concat();
            let (first, last) = text.split_at(at.min(text.len()));
            [frame(1, first), frame(0x89, b"between"), frame(0, b""), frame(0x80, last)].concat()
        }),
    ]
}

/// Frames after which a connection ends.
fn ending() -> impl Strategy<Value = Vec<u8>> {
    let after_close = [frame(0x88, &[3, 232]), frame(0x81, b"late")].concat();
    let within_message = [frame(1, b"first"), frame(0x81, b"text")].concat();
    prop_oneof![
        Just(Vec::new()),
        Just(after_close),
        Just(within_message),
        Just(frame(0x88, b"")),
        Just(frame(0x80, b"continues nothing")),
        Just(frame(0x81, &[b'a', 0xff])),
        Just(frame(0xc1, b"reserved bit")),
        Just(frame(0x83, b"reserved opcode")),
        Just(frame(0x8b, b"reserved opcode")),
        Just(frame(0x09, b"ping in parts")),
        Just(frame(0x89, &[b'a'; 126])),
        Just(frame(0x81, &[b'a'; MAX_SIZE + 1])),
        Just(masked(0x81, b"masked")),
        Just(long(0x81, b"too large", u64::MAX)),
        Just(long(0x82, b"too large", 1 << 40)),
    ]
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let frames = proptest::collection::vec(valid(), 0..20);
    let lengths = prop_oneof![
        proptest::collection::vec(1..12_usize, 1..8),
        proptest::collection::vec(1..600_usize, 1..8),
    ];
    let sizes = prop_oneof![Just(16_usize), Just(64), Just(200), Just(4_096)];
    let cut = prop_oneof![3 => Just(0_usize), 1 => 1..40_usize];
    (
        frames,
        ending(),
        lengths,
        sizes,
        cut,
        0..50_usize,
        any::<bool>(),
    )
        .prop_map(
            |(frames, ending, lengths, buffer_size, cut, early, breaks)| {
                let mut bytes = frames.concat();
                bytes.extend(ending);
                bytes.truncate(bytes.len().saturating_sub(cut));
                Arrival {
                    early: early.min(bytes.len()),
                    bytes,
                    lengths,
                    breaks,
                    buffer_size,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn messages_are_those_of_the_library(arrival in arrival()) {
        let expected = block_on(read_with_library(&arrival));
        let (received, _) = block_on(read_in_place(&arrival));
        prop_assert_eq!(received, expected);
    }
}

#[test]
fn only_whole_messages_that_fit_the_buffer_are_read_in_place() {
    let small = frame(0x81, b"small");
    let parts = [frame(1, b"in "), frame(0x80, b"parts")].concat();
    let large = frame(0x81, &[b'a'; 100]);
    let arrival = Arrival {
        bytes: [
            &small[..],
            &large,
            &small,
            &parts,
            &frame(0x89, b""),
            &small,
        ]
        .concat(),
        lengths: vec![7],
        early: 0,
        breaks: false,
        buffer_size: 64,
    };
    let (received, in_place) = block_on(read_in_place(&arrival));
    assert_eq!(in_place, 3);
    // The connection ends without a close frame.
    assert_eq!(received.len(), 7);
    assert!(received[6].is_err(), "{received:?}");
}
