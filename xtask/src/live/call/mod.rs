//! `cargo xtask call`: sends one request by its name, with parameters by their names.

mod command;
mod dry_run;
mod encode;
mod find;
mod help;
mod options;
mod request;
mod send;
mod suggestions;
mod target;
mod verb;

pub(crate) use command::run;
