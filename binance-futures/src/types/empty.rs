//! The answer that says nothing.

use serde::{Deserialize, Serialize};

/// An answer without members, `{}`: that it came is all it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Empty {}
