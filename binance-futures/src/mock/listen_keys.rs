//! Keys under which accounts would listen to their events.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::denial::Denial;
use crate::request::Method;
use crate::types::Timestamp;

/// How long a key lives without being renewed, in milliseconds.
const LIFE: i64 = 3_600_000;

/// The keys of every account, by product.
#[derive(Debug, Default)]
pub(super) struct ListenKeys {
    made: u64,
    keys: BTreeMap<(String, &'static str), Key>,
}

#[derive(Debug)]
struct Key {
    text: String,
    until: Timestamp,
}

impl ListenKeys {
    /// Makes, renews or ends the key of an account; answers which one it is.
    pub(super) fn carry_out(
        &mut self,
        method: Method,
        account: &str,
        product: &'static str,
        now: Timestamp,
    ) -> Result<String, Denial> {
        let whose = (account.to_owned(), product);
        self.keys.retain(|_, key| key.until > now);
        let until = Timestamp::from_millis(now.as_millis().saturating_add(LIFE));
        if method == Method::Post && !self.keys.contains_key(&whose) {
            self.made = self.made.saturating_add(1);
            let text = name(account, product, self.made);
            self.keys.insert(whose.clone(), Key { text, until });
        }
        let key = if method == Method::Delete {
            self.keys.remove(&whose)
        } else {
            self.keys.get_mut(&whose).map(|key| {
                key.until = until;
                Key {
                    text: key.text.clone(),
                    until,
                }
            })
        };
        key.map(|key| key.text)
            .ok_or_else(|| Denial::new(-1125, "This listenKey does not exist."))
    }
}

/// Sixty-four letters and digits, as the exchange makes them.
fn name(account: &str, product: &str, number: u64) -> String {
    let digest = Sha256::digest(format!("{account} {product} {number}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
