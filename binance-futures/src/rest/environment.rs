//! Where the exchange is.

use crate::request::{Hosts, Product};

/// One of the exchange's worlds, each with accounts and keys of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Real money.
    #[default]
    Production,
    /// The test network.
    Testnet,
    /// Demo trading, against production's prices.
    Demo,
}

impl Environment {
    /// Its name: `testnet`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Testnet => "testnet",
            Self::Demo => "demo",
        }
    }

    pub(super) fn rest<P: Product>(self) -> Option<&'static str> {
        self.of(P::REST)
    }

    fn of(self, hosts: Hosts) -> Option<&'static str> {
        match self {
            Self::Production => Some(hosts.production),
            Self::Testnet => hosts.testnet,
            Self::Demo => hosts.demo,
        }
    }
}
