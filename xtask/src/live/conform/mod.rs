//! `cargo xtask conform`: decodes recorded or documented payloads with the generated types.
//!
//! Each payload is decoded, encoded again and compared field by field.

mod check;
mod command;
mod compare;
mod operations;
mod payloads;

pub(crate) use command::run;
