//! Topics whose events keep the text that was received.

use binance_futures::{
    json::{Error, Reader},
    topic::{Cadence, Continuity, ParseTopicError, Position, Subscribable, TopicName},
};

/// A topic whose events keep their text and the name of the topic.
#[derive(Debug, Clone)]
pub(super) struct Observed<T> {
    topic: T,
    name: TopicName,
}

/// An event, with its topic and the text that was received.
#[derive(Debug, Clone)]
pub(super) struct ObservedEvent<E> {
    pub(super) topic: TopicName,
    /// The JSON text of the event.
    pub(super) text: Box<str>,
    pub(super) event: E,
}

impl<T: Subscribable> Observed<T> {
    pub(super) fn new(topic: T) -> Result<Self, ParseTopicError> {
        let name = topic.wire_name()?;
        Ok(Self { topic, name })
    }

    pub(super) fn name(&self) -> &TopicName {
        &self.name
    }
}

impl<T: Subscribable> Subscribable for Observed<T> {
    type Product = T::Product;
    type Event = ObservedEvent<T::Event>;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        Ok(self.name.clone())
    }

    fn url_group(&self) -> Option<&'static str> {
        self.topic.url_group()
    }

    fn continuity(&self) -> Continuity {
        self.topic.continuity()
    }

    fn event_cadence(&self) -> Cadence {
        self.topic.event_cadence()
    }

    fn event_type(&self) -> Option<&'static str> {
        self.topic.event_type()
    }

    /// Events contain the name, so those of another topic differ.
    fn is_same_kind(&self, other: &Self) -> bool {
        self.name == other.name
    }

    fn decode(&self, reader: &mut Reader<'_>) -> Result<Self::Event, Error> {
        let text = reader.clone().raw()?.into();
        Ok(ObservedEvent {
            topic: self.name.clone(),
            text,
            event: self.topic.decode(reader)?,
        })
    }

    fn visit_positions(&self, event: &Self::Event, visit: &mut dyn FnMut(Option<Position>)) {
        self.topic.visit_positions(&event.event, visit);
    }

    fn retain_positions(
        &self,
        event: &mut Self::Event,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        self.topic.retain_positions(&mut event.event, keep)
    }
}
