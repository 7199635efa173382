//! Values of closed sets that this version does not know.

use std::fmt;

use compact_str::CompactString;

/// A value that is none of those its type lists, exactly as it came.
///
/// Only reading makes one, so it never holds a listed name: comparing with a listed variant is always enough.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unlisted(Box<CompactString>);

impl Unlisted {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self(Box::new(CompactString::from(text.as_ref())))
    }

    /// The value as the exchange spelled it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
