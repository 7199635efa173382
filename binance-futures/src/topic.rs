//! Topics of market streams.

use std::fmt;
use std::time::Duration;

use compact_str::{CompactString, format_compact};

use crate::request::Product;
use crate::wire::Codec;

/// A topic of a market stream: a plain value that owns the parts of its name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "topics are the types of `usdm::streams` and `coinm::streams`, such as `usdm::streams::AggTrades`"
)]
pub trait Topic: Clone + fmt::Debug + Send + Sync + 'static {
    /// The product the topic belongs to.
    type Product: Product;

    /// The event that the exchange pushes.
    type Event;

    /// How the event is encoded on the wire.
    type Wire: Codec<Self::Event>;

    /// The URL group that serves the topic, such as `market`. `None` if the product has no URL groups.
    const GROUP: Option<&'static str>;

    /// How an event follows the one before it.
    const CONTINUITY: Continuity;

    /// Returns the position of each symbol, or of each element of an array, in an event. Elements without a number are left out.
    fn positions(event: &Self::Event) -> impl Iterator<Item = Position>;

    /// Returns how often events arrive.
    fn cadence(&self) -> Cadence;

    /// Writes the name as the exchange spells it, such as `btcusdt@aggTrade`.
    ///
    /// # Errors
    ///
    /// Only if `to` fails.
    fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result;
}

/// How an event of a topic follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Continuity {
    /// The number increases by one from event to event, so a loss is known exactly.
    Contiguous,
    /// Each event names the last number of the event before it, so a loss is known but not its size.
    Chained,
    /// The number increases, with holes. A loss cannot be detected.
    Increasing,
    /// Each event replaces the one before it. The event time orders them.
    State,
    /// Events carry nothing that orders them.
    Unnumbered,
}

/// Where an event stands in the sequence of its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// What the sequence belongs to.
    pub key: PositionKey,
    /// The last number that the event covers.
    pub last: i64,
    /// The first number that the event covers. Equal to `last` if the event covers one number.
    pub first: i64,
    /// The last number of the event before it, where the event names it.
    pub previous: Option<i64>,
}

/// The symbol that a sequence of events belongs to, with whatever else tells sequences apart, such as the interval of a candlestick.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PositionKey(CompactString);

impl PositionKey {
    /// Returns a key made of these parts.
    #[cfg_attr(
        not(any(feature = "usdm", feature = "coinm")),
        expect(dead_code, reason = "without products there are no topics")
    )]
    pub(crate) fn new(parts: &[&dyn fmt::Display]) -> Self {
        let mut key = CompactString::default();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                key.push('|');
            }
            key.push_str(&format_compact!("{part}"));
        }
        Self(key)
    }

    /// Returns the key as text. Parts are separated by `|`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How often events of a topic arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// At this interval. A longer silence means that something is wrong.
    Periodic(Duration),
    /// At most once in this interval, if there is something to report. Silence means nothing.
    AtMostEvery(Duration),
    /// Whenever there is something to report. Silence means nothing.
    OnEvent,
}

/// Prints a text with its ASCII letters in lower case, as stream names require. The exchange leaves other letters unchanged.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    expect(dead_code, reason = "without products there are no topics")
)]
pub(crate) struct Lowercase<'a, T>(pub(crate) &'a T);

impl<T: AsRef<str>> fmt::Display for Lowercase<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_ref()
            .chars()
            .try_for_each(|letter| fmt::Write::write_char(f, letter.to_ascii_lowercase()))
    }
}

/// Implements `Display` for topics, by their names.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_macros, reason = "without products there are no topics")
)]
macro_rules! topic_display {
    ($($name:ident),+ $(,)?) => {$(
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::topic::Topic::write_name(self, f)
            }
        }
    )+};
}
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_imports, reason = "without products there are no topics")
)]
pub(crate) use topic_display;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Symbol;

    #[test]
    fn only_ascii_letters_are_lowercased() {
        for (text, lowercase) in [
            ("1000SHIBUSDT", "1000shibusdt"),
            ("BTCUSD_PERP", "btcusd_perp"),
            ("龙虾USDT", "龙虾usdt"),
            ("ÄΩUSDT", "ÄΩusdt"),
        ] {
            assert_eq!(Lowercase(&Symbol::from(text)).to_string(), lowercase);
        }
    }

    #[test]
    fn position_key_joins_its_parts() {
        let key = PositionKey::new(&[&Symbol::from("BTCUSDT"), &"1m"]);
        assert_eq!(key.as_str(), "BTCUSDT|1m");
    }

    #[cfg(feature = "usdm")]
    #[test]
    fn topic_displays_its_name() {
        use crate::usdm::streams::AggTrades;

        for (symbol, name) in [
            ("BTCUSDT", "btcusdt@aggTrade"),
            ("币安人生USDT", "币安人生usdt@aggTrade"),
            ("1000SHIBUSDT", "1000shibusdt@aggTrade"),
        ] {
            let topic = AggTrades::new(symbol);
            assert_eq!(topic.to_string(), name);
            let cadence = Cadence::AtMostEvery(Duration::from_millis(100));
            assert_eq!(topic.cadence(), cadence);
        }
    }
}
