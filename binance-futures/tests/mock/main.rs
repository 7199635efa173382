//! The mock exchange as clients meet it: bytes in, bytes out.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod client;
#[cfg(test)]
mod every_operation;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod signatures;
