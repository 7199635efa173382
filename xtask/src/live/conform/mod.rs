//! `cargo xtask conform`: decodes recorded or documented payloads with the generated types.
//!
//! Each payload is decoded, encoded again and compared field by field.

mod check;
mod command;
mod commands;
mod compare;
mod compressed;
mod decode;
mod findings;
mod operations;
mod options;
mod payload;
mod payloads;
mod progress;
mod recording;
mod report;
mod ws_api;

pub(crate) use command::run;
