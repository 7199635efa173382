//! The client against servers that behave, misbehave and break off.

#![cfg(all(feature = "rest", feature = "usdm"))]

mod answers;
mod broken;
mod clock;
mod encoding;
mod invalid;
mod once;
mod queries;
mod secrets;
mod server;
mod verifier;
