//! `cargo xtask stream` and `cargo xtask compare-sockets`: read market streams by the names of their topics.

mod compare;
mod observed;
mod options;
mod print;
mod product;
mod template;
mod topics;

pub(crate) use compare::run as compare_sockets;
pub(crate) use print::run as stream;
