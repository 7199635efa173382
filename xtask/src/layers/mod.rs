//! `cargo xtask layers`: checks the order of the modules of `binance-futures`, and that no files import each other.

mod check;
mod command;
mod order;
mod scan;
mod tree;

#[cfg(test)]
mod fixtures_test;
#[cfg(test)]
mod scan_test;

pub(crate) use command::run;
