//! Topics of streams.
//!
//! A subscription contains the name of a topic. A topic is parsed from its name:
//!
//! ```
//! use binance_futures::topic::Topic;
//! use binance_futures::usdm::streams::{AggTrades, AnyTopic};
//!
//! let topic = AggTrades::new("BTCUSDT");
//! assert_eq!(topic.name()?.as_str(), "btcusdt@aggTrade");
//! assert_eq!("btcusdt@aggTrade".parse(), Ok(AnyTopic::AggTrades(topic)));
//! # Ok::<(), binance_futures::topic::ParseTopicError>(())
//! ```
//!
//! The exchange acknowledges any text as a name, and then pushes nothing. Only well-formed names with documented values become a
//! [`TopicName`]. A topic that the exchange added after this version is named by parsing a `TopicName`.
//!
//! User data is the topic `UserData` of each product. A listen key in the URL of the connection opens it, in place of a subscription.

use std::fmt;
use std::time::Duration;

use compact_str::CompactString;

mod error;
mod name;
#[allow(
    dead_code,
    reason = "what is used depends on the topics of the compiled products"
)]
mod pattern;
mod state;
pub(crate) mod subscribable;
#[cfg(test)]
mod tests;
mod url;
#[cfg(feature = "ws")]
mod user_data;

pub use self::error::ParseTopicError;
pub use self::name::TopicName;
#[allow(
    unused_imports,
    reason = "what is used depends on the topics of the compiled products"
)]
pub(crate) use self::pattern::{NameParser, NamePart, NamePattern, NameValues, PatternName, name};
pub use self::state::StateTopic;
#[doc(hidden)]
pub use self::subscribable::Retained;
pub use self::subscribable::Subscribable;
#[doc(hidden)]
pub use self::url::TopicUrl;
#[cfg(feature = "ws")]
pub use self::user_data::{InvalidListenKey, UserData};
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
    type Event: Clone + fmt::Debug + Send + Sync + 'static;

    /// An element of the event: the event itself, or an item if it is a list.
    type Element;

    /// How the event is encoded on the wire.
    type Wire: Codec<Self::Event>;

    /// The URL group that serves the topic, such as `market`: a segment in the path of the stream URL. `None` if the product has no URL
    /// groups.
    const GROUP: Option<&'static str>;

    /// The type of the event on the wire, in the field `e`. `None` if not all events have the same.
    const EVENT_TYPE: Option<&'static str>;

    /// How consecutive events are connected, and whether a lost event can be detected.
    const CONTINUITY: Continuity;

    /// Returns the elements of an event.
    fn elements(event: &Self::Event) -> &[Self::Element];

    /// Removes the elements for which `keep` returns `false`. Returns whether any is left. The event of a topic without lists is not changed.
    fn retain(event: &mut Self::Event, keep: impl FnMut(&Self::Element) -> bool) -> bool;

    /// Returns the position of an element in its sequence. Returns `None` if it has no sequence number.
    fn position(element: &Self::Element) -> Option<Position>;

    /// Returns the positions of the elements of an event. Elements without a sequence number are left out.
    fn positions(event: &Self::Event) -> impl Iterator<Item = Position> {
        Self::elements(event).iter().filter_map(Self::position)
    }

    /// Returns the [id](Product::ID) of the product that an element belongs to, such as `usdm`. Returns `None` if the topic has only elements
    /// of its own product or of symbols that it names, and if the element does not tell its product, or has a value that is not documented.
    ///
    /// The topics of all symbols push the symbols of both products, on the hosts of both.
    fn product(_element: &Self::Element) -> Option<&'static str> {
        None
    }

    /// Returns how often events arrive.
    fn cadence(&self) -> Cadence;

    /// Returns the name as the exchange spells it, such as `btcusdt@aggTrade`.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is empty or contains a character that no name contains, or if a value of an enum is not among those
    /// that the topic documents. The error has the place in the name.
    fn name(&self) -> Result<TopicName, ParseTopicError>;
}

/// How consecutive events of a topic are connected, and whether a lost event can be detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Continuity {
    /// Sequence numbers have no gaps: an event begins with the number after the last one of the event before. A gap shows how many numbers
    /// were lost.
    Contiguous,
    /// Each event contains the last sequence number of the event before. A lost event is detected, but not how many were lost.
    Chained,
    /// Each event replaces the one before. The sequence number is an id or the event time, in milliseconds.
    State,
    /// Events have no sequence numbers. Events with equal keys are copies of one event if they arrive within this time. A lost event cannot
    /// be detected.
    Copies {
        /// The time in which copies arrive.
        within: Duration,
    },
    /// Events have no sequence number.
    Unnumbered,
}

/// The sequence numbers of an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The sequence that the event belongs to.
    pub key: PositionKey,
    /// The last sequence number that the event covers.
    pub last: i64,
    /// The first sequence number that the event covers. Equal to `last` if the event covers one number.
    pub first: i64,
    /// The last sequence number of the event before. `None` if the event does not contain it.
    pub previous: Option<i64>,
    /// The period of a candlestick. `None` for all other events.
    pub period: Option<Period>,
}

/// The period of a candlestick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// When it begins, in milliseconds.
    pub start: i64,
    /// Whether the candlestick is complete.
    pub is_closed: bool,
}

/// The key of a sequence of events, such as a symbol, or a pair with a contract type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PositionKey(CompactString);

impl PositionKey {
    /// Returns a key made of these parts.
    #[cfg_attr(
        not(any(feature = "usdm", feature = "coinm")),
        allow(
            dead_code,
            reason = "without products and websockets there are no topics"
        )
    )]
    pub(crate) fn new(parts: &[&dyn fmt::Display]) -> Self {
        let mut key = CompactString::default();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                key.push('|');
            }
            // Writing to a text cannot fail.
            let _ = fmt::Write::write_fmt(&mut key, format_args!("{part}"));
        }
        Self(key)
    }

    /// Returns the key as text. Parts are separated by `|`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Prints all fields of a value, to tell values apart.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(
        dead_code,
        reason = "without products and websockets there are no topics"
    )
)]
pub(crate) struct Whole<'a, T>(pub(crate) &'a T);

impl<T: fmt::Debug> fmt::Display for Whole<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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

/// Implements `FromStr` for topics, by their names.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_macros, reason = "without products there are no topics")
)]
macro_rules! topic_name {
    ($name:ident) => {
        impl ::std::str::FromStr for $name {
            type Err = $crate::topic::ParseTopicError;

            fn from_str(name: &str) -> ::std::result::Result<Self, Self::Err> {
                let mut parser = $crate::topic::NameParser::new(name);
                parser.parse().ok_or_else(|| parser.error())
            }
        }
    };
}
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_imports, reason = "without products there are no topics")
)]
pub(crate) use topic_name;

/// Implements the name and the conversions of the enum over the topics of a product, and the enum over their events. A name is parsed as one topic after another, in this order.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_macros, reason = "only products have topics")
)]
macro_rules! any_topic {
    ($product:ty, $name:ident, $event:ident { $($topic:ident,)+ }) => {
        $(impl ::std::convert::From<$topic> for $name {
            fn from(topic: $topic) -> Self {
                Self::$topic(topic)
            }
        })+

        impl $name {
            /// Returns the name as the exchange spells it, see [`Topic::name`](crate::topic::Topic::name).
            ///
            /// # Errors
            ///
            /// Returns an error if a value of the topic cannot be in a name, or is not documented.
            pub fn name(
                &self,
            ) -> ::std::result::Result<$crate::topic::TopicName, $crate::topic::ParseTopicError> {
                match self {
                    $(Self::$topic(topic) => $crate::topic::Topic::name(topic),)+
                }
            }
        }

        /// An event of any topic of the product.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(clippy::large_enum_variant, reason = "most events are small, and a box would cost an allocation for each of the others")]
        #[non_exhaustive]
        pub enum $event {
            $(
                #[doc = concat!("An event of [`", stringify!($topic), "`].")]
                $topic(<$topic as $crate::topic::Topic>::Event),
            )+
        }

        impl $crate::topic::Subscribable for $name {
            type Product = $product;
            type Event = $event;

            fn wire_name(
                &self,
            ) -> ::std::result::Result<$crate::topic::TopicName, $crate::topic::ParseTopicError> {
                self.name()
            }

            fn url_group(&self) -> Option<&'static str> {
                match self {
                    $(Self::$topic(_) => <$topic as $crate::topic::Topic>::GROUP,)+
                }
            }

            fn continuity(&self) -> $crate::topic::Continuity {
                match self {
                    $(Self::$topic(_) => <$topic as $crate::topic::Topic>::CONTINUITY,)+
                }
            }

            fn event_cadence(&self) -> $crate::topic::Cadence {
                match self {
                    $(Self::$topic(topic) => $crate::topic::Topic::cadence(topic),)+
                }
            }

            fn event_type(&self) -> Option<&'static str> {
                match self {
                    $(Self::$topic(_) => <$topic as $crate::topic::Topic>::EVENT_TYPE,)+
                }
            }

            fn is_same_kind(&self, other: &Self) -> bool {
                ::std::mem::discriminant(self) == ::std::mem::discriminant(other)
            }

            fn decode(
                &self,
                reader: &mut $crate::json::Reader<'_>,
            ) -> ::std::result::Result<$event, $crate::json::Error> {
                match self {
                    $(Self::$topic(topic) => {
                        $crate::topic::Subscribable::decode(topic, reader).map($event::$topic)
                    })+
                }
            }

            fn visit_positions(
                &self,
                event: &$event,
                visit: &mut dyn FnMut(Option<$crate::topic::Position>),
            ) {
                match event {
                    $($event::$topic(event) => $crate::topic::subscribable::visit::<$topic>(event, visit),)+
                }
            }

            fn retain_positions(
                &self,
                event: &mut $event,
                keep: &mut dyn FnMut(Option<$crate::topic::Position>) -> bool,
            ) -> bool {
                match event {
                    $($event::$topic(event) => $crate::topic::subscribable::retain::<$topic>(event, keep),)+
                }
            }

            fn retain_own_product(&self, event: &mut $event) -> $crate::topic::Retained {
                match event {
                    $($event::$topic(event) => $crate::topic::subscribable::retain_own_product::<$topic>(event),)+
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::topic::ParseTopicError;

            fn from_str(name: &str) -> ::std::result::Result<Self, Self::Err> {
                let mut parser = $crate::topic::NameParser::new(name);
                $(if let Some(topic) = parser.parse() {
                    return Ok(Self::$topic(topic));
                })+
                Err(parser.error())
            }
        }
    };
}
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(unused_imports, reason = "only products have topics")
)]
pub(crate) use any_topic;
