//! Names of topics.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;

use super::ParseTopicError;

/// The longest name that is parsed, in bytes. All names of the exchange are far shorter.
pub(super) const MAX_LENGTH: usize = 256;

/// The name of a topic, as a subscription contains it, such as `btcusdt@aggTrade`.
///
/// [`Topic::name`](super::Topic::name) returns the name of a topic that this crate knows. Any other name is parsed from text: it has 1 to
/// 256 bytes and neither white space nor control characters, `/`, `?`, `"` or `\`. Whether the exchange has a topic of this name is not
/// checked.
///
/// ```
/// use binance_futures::topic::TopicName;
///
/// let name: TopicName = "btcusdt@newStream@100ms".parse()?;
/// assert_eq!(name.as_str(), "btcusdt@newStream@100ms");
/// assert!("btcusdt@trade/ethusdt@trade".parse::<TopicName>().is_err());
/// # Ok::<(), binance_futures::topic::ParseTopicError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicName(CompactString);

impl TopicName {
    #[cfg_attr(
        not(any(feature = "usdm", feature = "coinm")),
        allow(dead_code, reason = "without products there are no topics")
    )]
    pub(super) fn new(checked: CompactString) -> Self {
        Self(checked)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AsRef<str> for TopicName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for TopicName {
    type Err = ParseTopicError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let invalid = name
            .char_indices()
            .find(|(_, c)| !matches!(c, '@' | '!') && !is_part(*c))
            .map(|(offset, _)| offset);
        match invalid {
            _ if name.len() > MAX_LENGTH => Err(ParseTopicError::new(name, MAX_LENGTH, &[])),
            Some(offset) => Err(ParseTopicError::new(name, offset, &[])),
            None if name.is_empty() => Err(ParseTopicError::new(name, 0, &[])),
            None => Ok(Self(name.into())),
        }
    }
}

/// Whether the value of a parameter may contain a character.
pub(super) fn is_part(c: char) -> bool {
    !matches!(c, '@' | '!' | '/' | '?' | '"' | '\\') && !c.is_whitespace() && !c.is_control()
}
