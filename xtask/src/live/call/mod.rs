//! `cargo xtask call`: sends one request by its name, with parameters by their names.

mod command;
mod credentials;
mod dry_run;
mod encode;
mod find;
mod help;
mod options;
mod request;
mod send;

pub(crate) use command::run;
