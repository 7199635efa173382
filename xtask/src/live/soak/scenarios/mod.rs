//! The scenarios.

pub(super) mod churn;
pub(super) mod losses;
pub(super) mod memory;
pub(super) mod redundancy;
pub(super) mod slow_consumer;
