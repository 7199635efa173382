//! What the two binaries of this package share.

pub mod arguments;
pub mod suggest;
pub mod workspace;
