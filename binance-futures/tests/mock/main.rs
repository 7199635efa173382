//! Tests of the mock exchange over TCP, without a client of this crate.

#[cfg(test)]
mod algo_orders;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod client;
#[cfg(test)]
mod every_operation;
#[cfg(test)]
mod faults;
#[cfg(feature = "coinm")]
#[cfg(test)]
mod history;
#[cfg(test)]
mod market_data;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod positions;
#[cfg(test)]
mod rate_limits;
#[cfg(test)]
mod rejections;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod signatures;
#[cfg(feature = "coinm")]
#[cfg(test)]
mod streams;
#[cfg(test)]
mod trading_rules;
