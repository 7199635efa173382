//! Messages of websocket connections are parsed without copies of their data.

use binance_futures::ws::message::{ApiResponse, Frame};

use super::start_of;
use super::tree::Tree;

/// Parses a text as a message of each connection.
pub fn check(text: &str) {
    if let Ok(Frame::Event { stream, data }) = Frame::parse(text) {
        check_part(text, data);
        // Frames that begin as an event are not checked before they are decoded.
        if stream.is_some() {
            assert!(Tree::parse(text).is_ok(), "{}", start_of(text));
            assert!(Tree::parse(data).is_ok(), "{}", start_of(text));
        }
    }
    if let Ok(response) = ApiResponse::parse(text)
        && let Ok(result) = response.result
    {
        check_part(text, result);
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(result).is_ok());
    }
}

fn check_part(text: &str, part: &str) {
    let range = text.as_bytes().as_ptr_range();
    let part = part.as_bytes().as_ptr_range();
    assert!(range.start <= part.start && part.end <= range.end);
}
