//! One of each thing the generator writes, by hand: what the runtime promises to generated code is tested on these.

pub mod requests;
pub mod streams;
pub mod types;

mod answers_test;
mod requests_test;
mod streams_test;
