//! Tables for each rule, and a model exchange that sends a topic over several connections.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod classes;
mod cost;
mod model;
mod properties;
mod rotations;
mod script;
mod sequence_tables;
mod sources;
mod standby;
mod state_and_copies;
mod verdict;

use super::*;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
