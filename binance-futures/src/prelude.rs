//! Names that most programs need: `use binance_futures::prelude::*;`.
//!
//! Includes the traits behind [`with`](WithOptions::with) and [`check`](Check::check).

pub use crate::check::Check;
#[cfg(feature = "client")]
pub use crate::client::{Resolution, Retry, WithOptions};
pub use crate::environment::Environment;
pub use crate::types::*;
#[cfg(feature = "client")]
pub use crate::{
    auth::Credentials,
    error::{Error, Outcome},
};

pub use crate::dec;
