//! Places orders on the built-in exchange.
fn main() {}
