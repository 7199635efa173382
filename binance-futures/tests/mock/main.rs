//! Tests of the mock exchange over TCP, without a client of this crate.

#[cfg(test)]
mod algo_orders;
mod bad_input;
#[cfg(test)]
mod client;
#[cfg(test)]
mod every_operation;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod history;
mod orders;
mod positions;
#[cfg(test)]
mod rate_limits;
#[cfg(test)]
mod rejections;
#[cfg(test)]
mod settings;
mod signatures;
mod trading_rules;
