//! The command that compares what two connections receive.

mod command;
mod figures;
mod record;
mod table;

#[cfg(test)]
pub(super) use command::COMMAND;
pub(crate) use command::run;
