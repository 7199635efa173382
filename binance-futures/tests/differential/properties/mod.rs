//! What must hold for every text. The fuzz targets check the same properties.

pub mod declared;
pub mod decoders;
pub mod frames;
pub mod places;
pub mod reader;
pub mod targets;
pub mod tree;

/// The deepest nesting that the reader accepts. `serde_json` accepts one level less when it reads values, and any depth when it skips them.
pub const MAX_DEPTH: usize = 128;

/// Returns the start of a text, for messages.
pub fn start_of(text: &str) -> String {
    let start: String = text.chars().take(2_000).collect();
    format!("{start:?}")
}
