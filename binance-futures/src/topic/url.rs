//! URLs that subscribe to a topic.

use std::fmt;

use crate::values::ListenKey;

/// The URL that subscribes to a topic when a connection is opened, below the base URL of the streams. Contains a secret: `Debug` and `Display` leave
/// it out.
#[doc(hidden)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TopicUrl {
    before_key: &'static str,
    key: ListenKey,
    after_key: &'static str,
}

impl TopicUrl {
    /// Creates the URL from its parts. The key contains no character that has a meaning in URLs.
    #[cfg(feature = "ws")]
    pub(super) fn new(url: crate::request::UserDataUrl, key: ListenKey) -> Self {
        Self {
            before_key: url.before_key,
            key,
            after_key: url.after_key,
        }
    }

    /// Returns the path and, after a `?`, the query.
    pub fn path_and_query(&self) -> String {
        format!("{}{}{}", self.before_key, self.key.as_str(), self.after_key)
    }

    /// Returns a text with `[redacted]` in place of each listen key.
    pub fn redact(&self, text: &str) -> String {
        text.replace(self.key.as_str(), "[redacted]")
    }

    /// Returns whether a text contains the listen key or its beginning.
    pub fn is_in(&self, text: &str) -> bool {
        /// A shorter part does not help anyone.
        const BEGINNING: usize = 8;
        let key = self.key.as_str();
        text.contains(key.get(..BEGINNING).unwrap_or(key))
    }
}

impl fmt::Display for TopicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names of the events would only make logs long.
        write!(f, "{}…", self.before_key)
    }
}

impl fmt::Debug for TopicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TopicUrl").field(&self.to_string()).finish()
    }
}
