//! What the two binaries of this package share.

pub mod arguments;
pub mod output;
pub mod suggest;
pub mod workspace;
