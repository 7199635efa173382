//! Events that are not decoded.

use std::fmt;
use std::marker::PhantomData;

use crate::json::{self, Reader};
use crate::request::Product;
use crate::topic::{Cadence, Continuity, ParseTopicError, Position, Subscribable, TopicName};

/// A topic whose events are not decoded: they are [`RawEvent`]s.
///
/// ```no_run
/// # async fn read() -> Result<(), Box<dyn std::error::Error>> {
/// use binance_futures::usdm::{self, Usdm, streams::{AggTrades, MarkPrice}};
/// use binance_futures::ws::RawTopic;
///
/// let connector = usdm::Connector::builder().build_connector()?;
/// let topics = [
///     RawTopic::of(&AggTrades::new("BTCUSDT"))?,
///     RawTopic::of(&MarkPrice::new("BTCUSDT"))?,
///     // A topic that this version of the crate does not know.
///     RawTopic::named("btcusdt@newStream".parse()?, Some("market")),
/// ];
/// let mut session = connector.session(topics).build()?;
/// while let Some(update) = session.next().await {
///     if let Some(event) = update.event() {
///         println!("{} {}", event.topic, event.text);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Sequence numbers are not read, so a session treats the topic as [`Unnumbered`](Continuity::Unnumbered): with several connections it
/// delivers the events of the oldest one. When that one ends, it goes on with the next one, whose events of the last two seconds are
/// delivered with [`may_repeat`](super::Event::may_repeat). Lost events are not noticed, except that there was no connection.
///
/// Only frames of combined connections contain the name of the topic, as those of every session do. On a [`Socket`](super::Socket) of
/// raw connections, use one topic.
pub struct RawTopic<P> {
    name: TopicName,
    group: Option<&'static str>,
    cadence: Cadence,
    event_type: Option<&'static str>,
    product: PhantomData<fn() -> P>,
}

/// An event that is not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawEvent {
    /// The topic.
    pub topic: TopicName,
    /// The JSON of the event, exactly as received: the value of the field `data` of a combined frame.
    pub text: String,
}

impl<P: Product> RawTopic<P> {
    /// Returns the raw topic of a topic. It keeps the name, the URL group and the cadence.
    ///
    /// # Errors
    ///
    /// The topic has no name, because a value of it cannot be in a name, or is not documented.
    pub fn of<T: Subscribable<Product = P>>(topic: &T) -> Result<Self, ParseTopicError> {
        Ok(Self {
            name: topic.wire_name()?,
            group: topic.url_group(),
            cadence: topic.event_cadence(),
            event_type: topic.event_type(),
            product: PhantomData,
        })
    }

    /// Returns the topic with a name, such as one that this version of the crate does not know. `group` is its URL group, such as `market`,
    /// if the product has URL groups. Its silence means nothing, unless the session sets a bound.
    ///
    /// Neither the name nor the group is checked. The exchange acknowledges names that it does not know, and pushes nothing.
    pub fn named(name: TopicName, group: Option<&'static str>) -> Self {
        Self {
            name,
            group,
            cadence: Cadence::OnEvent,
            event_type: None,
            product: PhantomData,
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &TopicName {
        &self.name
    }
}

impl<P> Clone for RawTopic<P> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            product: PhantomData,
            ..*self
        }
    }
}

impl<P> PartialEq for RawTopic<P> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.group == other.group
    }
}

impl<P> Eq for RawTopic<P> {}

impl<P> fmt::Debug for RawTopic<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawTopic")
            .field(&self.name.as_str())
            .finish()
    }
}

impl<P: Product> Subscribable for RawTopic<P> {
    type Product = P;
    type Event = RawEvent;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        Ok(self.name.clone())
    }

    fn url_group(&self) -> Option<&'static str> {
        self.group
    }

    fn continuity(&self) -> Continuity {
        Continuity::Unnumbered
    }

    fn event_cadence(&self) -> Cadence {
        self.cadence
    }

    fn event_type(&self) -> Option<&'static str> {
        self.event_type
    }

    fn is_same_kind(&self, other: &Self) -> bool {
        self == other
    }

    fn decode(&self, reader: &mut Reader<'_>) -> Result<RawEvent, json::Error> {
        let text = reader.raw()?;
        Ok(RawEvent {
            topic: self.name.clone(),
            text: text.to_owned(),
        })
    }

    fn visit_positions(&self, _: &RawEvent, visit: &mut dyn FnMut(Option<Position>)) {
        visit(None);
    }

    fn retain_positions(
        &self,
        _: &mut RawEvent,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        keep(None)
    }
}
