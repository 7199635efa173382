//! Listen keys of user data streams.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::mock::server::rejection::Rejection;
use crate::request::Method;
use crate::types::Timestamp;

/// Lifetime of a key after it was created or extended, in milliseconds.
const LIFETIME: i64 = 3_600_000;

/// The listen keys of all accounts: at most one for each API key and product.
#[derive(Debug, Default)]
pub(in crate::mock) struct ListenKeys {
    created: u64,
    keys: BTreeMap<(String, &'static str), ListenKey>,
}

#[derive(Debug)]
struct ListenKey {
    text: String,
    expires: Timestamp,
}

impl ListenKeys {
    /// Returns the time at which the next key expires.
    pub(in crate::mock) fn next_expiry(&self) -> Option<Timestamp> {
        self.keys.values().map(|key| key.expires).min()
    }

    /// Returns the keys of an account, with their products.
    pub(in crate::mock) fn of(&self, api_key: &str) -> Vec<(&'static str, String)> {
        let keys = self.keys.iter().filter(|((owner, _), _)| owner == api_key);
        keys.map(|((_, product), key)| (*product, key.text.clone()))
            .collect()
    }

    /// Removes the keys that have expired. Returns API key, product and text of each.
    pub(in crate::mock) fn expire(
        &mut self,
        now: Timestamp,
    ) -> Vec<(String, &'static str, String)> {
        let is_late = |key: &ListenKey| key.expires <= now;
        let expired = self.keys.iter().filter(|(_, key)| is_late(key));
        let expired =
            expired.map(|((api_key, product), key)| (api_key.clone(), *product, key.text.clone()));
        let expired = expired.collect();
        self.keys.retain(|_, key| !is_late(key));
        expired
    }

    /// Creates (POST), extends (PUT) or closes (DELETE) the key of an account, and returns the key. POST extends a key that exists.
    pub(in crate::mock) fn execute(
        &mut self,
        method: Method,
        api_key: &str,
        product: &'static str,
        now: Timestamp,
    ) -> Result<String, Rejection> {
        let owner = (api_key.to_owned(), product);
        let expires = Timestamp::from_millis(now.as_millis().saturating_add(LIFETIME));
        if method == Method::Post && !self.keys.contains_key(&owner) {
            self.created = self.created.saturating_add(1);
            let text = generate(api_key, product, self.created);
            self.keys.insert(owner.clone(), ListenKey { text, expires });
        }
        let text = if method == Method::Delete {
            self.keys.remove(&owner).map(|key| key.text)
        } else {
            self.keys.get_mut(&owner).map(|key| {
                key.expires = expires;
                key.text.clone()
            })
        };
        text.ok_or_else(|| Rejection::new(-1125, "This listenKey does not exist."))
    }
}

/// Returns 64 letters and digits, like the keys of the exchange.
fn generate(api_key: &str, product: &str, number: u64) -> String {
    let digest = Sha256::digest(format!("{api_key} {product} {number}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
