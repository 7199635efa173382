//! What the transports of one client share, and what a transport needs to know about a request.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrayvec::ArrayString;

#[cfg(any(feature = "rest", feature = "ws"))]
use super::network::Network;
use super::retry::random_u64;
use crate::auth::Credentials;
use crate::clock::SyncedClock;
use crate::environment::Environment;
use crate::governor::{Budget, Priority};
use crate::request::{Cost, Idempotency, Security};
use crate::values::ClientOrderId;

/// What the transports of one client share.
pub(crate) struct Context {
    pub(crate) environment: Environment,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) clock: Arc<SyncedClock>,
    /// Creates client order ids for orders that have none. `None` if that is turned off.
    pub(crate) ids: Option<ClientOrderIds>,
    /// The rate limits that calls count against. `None` if nothing is counted.
    pub(crate) budget: Option<Budget>,
    /// How connections are opened.
    #[cfg(any(feature = "rest", feature = "ws"))]
    pub(crate) network: Arc<Network>,
}

/// What a transport needs to know about a request, apart from its parameters.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RequestContext {
    /// The request, such as `usdm::NewOrder`, or method and path of a raw request.
    pub name: Cow<'static, str>,
    /// The required authentication.
    pub security: Security,
    /// Whether sending the request twice has the same effect as sending it once.
    pub idempotency: Idempotency,
    /// Whether the request never changes anything at the exchange.
    pub is_read_only: bool,
    /// What the request counts against the rate limits.
    pub cost: Cost,
    /// The name of the request that looks up the outcome. `None` if there is none.
    pub lookup: Option<&'static str>,
    /// Error codes whose remedy is another one for this request, with the remedies.
    pub remedies: &'static [(i64, &'static str)],
    /// The order in which the governor admits it.
    pub priority: Priority,
    /// Whether the crate knows the parameters and which of them are secret.
    pub is_typed: bool,
}

/// Creates unique client order ids: a random prefix and a counter.
#[derive(Debug)]
pub(crate) struct ClientOrderIds {
    prefix: u64,
    next: AtomicU64,
}

impl ClientOrderIds {
    pub(crate) fn new() -> Self {
        Self {
            prefix: random_u64(),
            next: AtomicU64::new(1),
        }
    }

    /// Creates an id of at most 16 digits, a hyphen and 16 digits. The exchange accepts 36 characters.
    pub(crate) fn make(&self) -> ClientOrderId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = ArrayString::<36>::new();
        // Writing cannot fail: the text always fits.
        let _ = write!(id, "{:016x}-{number:x}", self.prefix);
        ClientOrderId::from(id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique() {
        let makers = [ClientOrderIds::new(), ClientOrderIds::new()];
        let ids: HashSet<_> = (0..1_000)
            .flat_map(|_| makers.iter().map(ClientOrderIds::make))
            .collect();
        assert_eq!(ids.len(), 2_000);
    }

    #[test]
    fn ids_have_the_form_that_the_exchange_accepts() {
        let ids = ClientOrderIds::new();
        ids.next.store(u64::MAX, Ordering::Relaxed);
        for _ in 0..2 {
            let id = ids.make();
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".:/_-".contains(&byte);
            assert!(
                id.as_str().len() <= 36 && id.as_str().bytes().all(allowed),
                "{id}"
            );
        }
    }
}
