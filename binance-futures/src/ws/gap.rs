//! Events that were lost.

use std::fmt;
use std::ops::RangeInclusive;

use crate::topic::{PositionKey, TopicName};

/// Events of a topic that were lost, or that may have been lost. The events that follow it come after the gap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    topic: Option<TopicName>,
    key: Option<PositionKey>,
    lost: Lost,
    numbers: Option<RangeInclusive<i64>>,
    cause: GapCause,
}

impl Gap {
    /// Returns a gap between two events with sequence numbers.
    pub(crate) fn between(
        key: PositionKey,
        lost: Lost,
        numbers: RangeInclusive<i64>,
        cause: GapCause,
    ) -> Self {
        Self {
            topic: None,
            key: Some(key),
            lost,
            numbers: Some(numbers),
            cause,
        }
    }

    /// Returns a gap of unknown size, in one sequence or in all sequences of a topic.
    pub(crate) fn unknown(key: Option<PositionKey>, cause: GapCause) -> Self {
        Self {
            topic: None,
            key,
            lost: Lost::Unknown,
            numbers: None,
            cause,
        }
    }

    /// Returns the gap with another cause.
    #[cfg(feature = "record")]
    pub(crate) fn caused_by(self, cause: GapCause) -> Self {
        Self { cause, ..self }
    }

    /// Returns the gap with the name of its topic.
    pub(crate) fn of_topic(self, topic: TopicName) -> Self {
        Self {
            topic: Some(topic),
            ..self
        }
    }

    /// Returns the topic.
    pub fn topic(&self) -> Option<&TopicName> {
        self.topic.as_ref()
    }

    /// Returns the key of the sequence, such as a symbol. Returns `None` if all sequences of the topic are affected.
    pub fn key(&self) -> Option<&PositionKey> {
        self.key.as_ref()
    }

    /// Returns how many events were lost.
    pub fn lost(&self) -> Lost {
        self.lost
    }

    /// Returns the sequence numbers that no delivered event covers. Returns `None` if they are not known.
    ///
    /// These are the ids of the lost events if [`lost`](Self::lost) is [`Lost::Exactly`].
    pub fn numbers(&self) -> Option<RangeInclusive<i64>> {
        self.numbers.clone()
    }

    /// Returns why events were lost.
    pub fn cause(&self) -> GapCause {
        self.cause
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lost", self.lost)?;
        match (&self.topic, &self.key) {
            (Some(topic), Some(key)) => write!(f, " of {topic} ({})", key.as_str())?,
            (Some(topic), None) => write!(f, " of {topic}")?,
            (None, Some(key)) => write!(f, " of {}", key.as_str())?,
            (None, None) => {}
        }
        if let Some(numbers) = &self.numbers {
            write!(f, ", numbers {} to {}", numbers.start(), numbers.end())?;
        }
        write!(f, ": {}", self.cause)
    }
}

/// How many events were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lost {
    /// Exactly this many.
    Exactly(u64),
    /// An unknown number, possibly none.
    Unknown,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(1) => f.write_str("1 event"),
            Self::Exactly(count) => write!(f, "{count} events"),
            Self::Unknown => f.write_str("an unknown number of events"),
        }
    }
}

/// Why events were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GapCause {
    /// No open connection delivered them.
    Skipped,
    /// No connection was open for a while.
    Disconnected,
    /// The exchange started the sequence numbers anew, lower than before.
    Renumbered,
    /// A recording does not contain them.
    NotRecorded,
}

impl fmt::Display for GapCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Skipped => "no connection delivered them",
            Self::Disconnected => "no connection was open for a while",
            Self::Renumbered => "the sequence numbers started anew",
            Self::NotRecorded => "the recording does not contain them",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_printed_in_plain_words() {
        let key = PositionKey::new(&[&"BTCUSDT"]);
        for (gap, text) in [
            (
                Gap::between(key.clone(), Lost::Exactly(2), 6..=7, GapCause::Skipped),
                "2 events lost of BTCUSDT, numbers 6 to 7: no connection delivered them",
            ),
            (
                Gap::between(key.clone(), Lost::Exactly(1), 6..=6, GapCause::Disconnected),
                "1 event lost of BTCUSDT, numbers 6 to 6: no connection was open for a while",
            ),
            (
                Gap::unknown(Some(key.clone()), GapCause::Renumbered),
                "an unknown number of events lost of BTCUSDT: the sequence numbers started anew",
            ),
            (
                Gap::unknown(None, GapCause::Disconnected),
                "an unknown number of events lost: no connection was open for a while",
            ),
            (
                Gap::between(key.clone(), Lost::Exactly(2), 6..=7, GapCause::Skipped)
                    .of_topic("btcusdt@aggTrade".parse().unwrap()),
                "2 events lost of btcusdt@aggTrade (BTCUSDT), numbers 6 to 7: no connection delivered them",
            ),
        ] {
            assert_eq!(gap.to_string(), text);
        }
    }
}
