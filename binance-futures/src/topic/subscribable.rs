//! What a connection can be subscribed to: one type of topic, or any topic of a product.

use std::fmt;

use super::{Cadence, Continuity, ParseTopicError, Position, Topic, TopicName, TopicUrl};
use crate::json::{self, Reader};
use crate::request::Product;
use crate::wire::Codec;

/// What a connection can be subscribed to: a [`Topic`], the enum over all topics of a product, such as
/// [`usdm::streams::AnyTopic`](crate::usdm::streams::AnyTopic), or the user data of an account.
///
/// All topics of a connection have the same type. Topics of different types are converted into the enum; their events then are the enum
/// over all events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "topics are the types of `usdm::streams` and `coinm::streams`, such as `usdm::streams::AggTrades`"
)]
pub trait Subscribable: Clone + fmt::Debug + Send + Sync + 'static {
    /// The product of the topics.
    type Product: Product;

    /// The event that the exchange pushes.
    type Event: Clone + fmt::Debug + Send + Sync + 'static;

    /// Returns the name as the exchange spells it, such as `btcusdt@aggTrade`.
    ///
    /// # Errors
    ///
    /// Returns an error if a value of the topic cannot be in a name, or is not documented.
    fn wire_name(&self) -> Result<TopicName, ParseTopicError>;

    /// Returns the URL group that serves the topic. Returns `None` if the product has no URL groups.
    fn url_group(&self) -> Option<&'static str>;

    /// Returns how consecutive events are connected.
    fn continuity(&self) -> Continuity;

    /// Returns how often events arrive.
    fn event_cadence(&self) -> Cadence;

    /// Returns the type of the event on the wire, in the field `e`. Returns `None` if not all events have the same.
    fn event_type(&self) -> Option<&'static str> {
        None
    }

    /// Returns the URL that subscribes to the topic, if that is not done by a command.
    #[doc(hidden)]
    fn opening_url(&self) -> Option<TopicUrl> {
        None
    }

    /// Returns whether events of another topic are decoded in the same way.
    #[doc(hidden)]
    fn is_same_kind(&self, _other: &Self) -> bool {
        true
    }

    /// Decodes an event.
    #[doc(hidden)]
    fn decode(&self, reader: &mut Reader<'_>) -> Result<Self::Event, json::Error>;

    /// Visits the position of each element of an event.
    #[doc(hidden)]
    fn visit_positions(&self, event: &Self::Event, visit: &mut dyn FnMut(Option<Position>));

    /// Removes the elements for whose positions `keep` returns `false`. Returns whether anything is left.
    #[doc(hidden)]
    fn retain_positions(
        &self,
        event: &mut Self::Event,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool;

    /// Removes the elements that belong to other products. Elements that do not tell their product are kept.
    #[doc(hidden)]
    fn retain_own_product(&self, _event: &mut Self::Event) -> Retained {
        Retained {
            is_any_left: true,
            removed: 0,
        }
    }
}

/// What is left of an event after elements were removed.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retained {
    /// Whether any element is left. An event that was empty before has none either.
    pub is_any_left: bool,
    /// The number of removed elements.
    pub removed: usize,
}

impl<T: Topic> Subscribable for T {
    type Product = T::Product;
    type Event = T::Event;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        self.name()
    }

    fn url_group(&self) -> Option<&'static str> {
        T::GROUP
    }

    fn continuity(&self) -> Continuity {
        T::CONTINUITY
    }

    fn event_cadence(&self) -> Cadence {
        self.cadence()
    }

    fn event_type(&self) -> Option<&'static str> {
        T::EVENT_TYPE
    }

    #[inline]
    fn decode(&self, reader: &mut Reader<'_>) -> Result<T::Event, json::Error> {
        T::Wire::decode(reader)
    }

    fn visit_positions(&self, event: &T::Event, visit: &mut dyn FnMut(Option<Position>)) {
        self::visit::<T>(event, visit);
    }

    fn retain_positions(
        &self,
        event: &mut T::Event,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        retain::<T>(event, keep)
    }

    fn retain_own_product(&self, event: &mut T::Event) -> Retained {
        retain_own_product::<T>(event)
    }
}

/// Visits the position of each element of an event.
pub(crate) fn visit<T: Topic>(event: &T::Event, visit: &mut dyn FnMut(Option<Position>)) {
    for element in T::elements(event) {
        visit(T::position(element));
    }
}

/// Removes the elements for whose positions `keep` returns `false`. Returns whether anything is left.
pub(crate) fn retain<T: Topic>(
    event: &mut T::Event,
    keep: &mut dyn FnMut(Option<Position>) -> bool,
) -> bool {
    T::retain(event, |element| keep(T::position(element)))
}

/// Removes the elements that belong to other products.
pub(crate) fn retain_own_product<T: Topic>(event: &mut T::Event) -> Retained {
    let mut removed = 0;
    let is_any_left = T::retain(event, |element| {
        let is_own = T::product(element).is_none_or(|product| product == T::Product::ID);
        removed += usize::from(!is_own);
        is_own
    });
    Retained {
        is_any_left,
        removed,
    }
}
