//! What a topic of a stream is.

use std::fmt;
use std::time::Duration;

use crate::request::Product;
use crate::wire::Wire;

/// Something the exchange pushes, as a value that owns what names it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "topics are the types of `usdm::streams` and `coinm::streams`, such as `usdm::streams::AggTrades`"
)]
pub trait Topic: fmt::Debug {
    /// The product it belongs to.
    type Product: Product;

    /// What is pushed.
    type Event;

    /// The form an event has.
    type Wire: Wire<Self::Event>;

    /// The part of the exchange's stream URL under which it is served; empty where the product has no parts.
    const GROUP: &'static str;

    /// The members, by their names on the wire, that are the same in two events only if those are one. Empty where there are none.
    const IDENTITY: &'static [&'static str] = &[];

    /// How an event follows on the one before, where the exchange numbers them.
    const SEQUENCE: Option<Sequence> = None;

    /// How often an event comes.
    fn cadence(&self) -> Cadence;

    /// Writes its name as the exchange spells it: `btcusdt@aggTrade`.
    fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result;
}

/// The members, by their names on the wire, that number the changes an event holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// The first change.
    pub first: &'static str,
    /// The last change.
    pub last: &'static str,
    /// The last change of the event before, where that is stated.
    pub previous: Option<&'static str>,
}

/// How often a topic's events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// When there is something to say: silence says nothing.
    OnChange,
    /// At this interval: a longer silence means that something is wrong.
    Every(Duration),
}

/// Displays topics by their names.
#[cfg_attr(
    not(feature = "usdm"),
    allow(unused_macros, reason = "COIN-M has no topic yet")
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
    not(feature = "usdm"),
    allow(unused_imports, reason = "COIN-M has no topic yet")
)]
pub(crate) use topic_display;
