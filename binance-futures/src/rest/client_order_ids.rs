//! Names for orders that were given none.

use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use arrayvec::ArrayString;

use crate::types::ClientOrderId;

/// Makes client order ids that nobody else makes: a random beginning, and a number.
#[derive(Debug)]
pub(super) struct ClientOrderIds {
    beginning: u64,
    next: AtomicU64,
}

impl ClientOrderIds {
    pub(super) fn new() -> Self {
        Self {
            // The standard library seeds its hashes from the system's source of randomness.
            beginning: RandomState::new().hash_one(0_u8),
            next: AtomicU64::new(1),
        }
    }

    /// At most 16 digits, a hyphen and 16 digits: the exchange takes 36 characters.
    pub(super) fn make(&self) -> ClientOrderId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = ArrayString::<36>::new();
        // What does not fit cannot be: see above.
        let _ = write!(id, "{:016x}-{number:x}", self.beginning);
        ClientOrderId::from(id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_id_is_made_twice() {
        let makers = [ClientOrderIds::new(), ClientOrderIds::new()];
        let ids: HashSet<_> = (0..1_000)
            .flat_map(|_| makers.iter().map(ClientOrderIds::make))
            .collect();
        assert_eq!(ids.len(), 2_000);
    }

    #[test]
    fn the_exchange_takes_every_id() {
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
