//! The topics that a connection is subscribed to.

use std::collections::HashMap;

use compact_str::CompactString;
use foldhash::fast::RandomState;
use tokio::time::Instant;

use crate::error::InvalidRequest;
use crate::request::Product;
use crate::topic::{Subscribable, TopicName, TopicUrl};
use crate::ws::connector::Layout;

/// The topics of a connection, by their names.
#[derive(Debug)]
pub(crate) struct Topics<T> {
    by_name: HashMap<CompactString, usize, RandomState>,
    entries: Vec<Entry<T>>,
    /// The topic of the last event, which is often that of the next one, too.
    last: usize,
    /// Names that were unsubscribed from. Events of them can still arrive.
    former: Vec<TopicName>,
}

/// A topic of a connection.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    pub(crate) topic: T,
    pub(crate) name: TopicName,
    /// What the owner of the connection calls the topic.
    pub(crate) token: usize,
    /// When the last event arrived, or the topic was added.
    pub(crate) last: Instant,
    pub(crate) has_delivered: bool,
}

/// The number of former names that are remembered.
const MAX_FORMER: usize = 1_024;

impl<T: Subscribable> Topics<T> {
    pub(crate) fn new() -> Self {
        Self {
            by_name: HashMap::default(),
            entries: Vec::new(),
            last: 0,
            former: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.entries.iter()
    }

    pub(crate) fn get(&self, name: &TopicName) -> Option<&Entry<T>> {
        self.entries.get(*self.by_name.get(name.as_str())?)
    }

    /// Returns the topic of a connection that carries only one.
    pub(crate) fn first_mut(&mut self) -> Option<&mut Entry<T>> {
        self.entries.first_mut()
    }

    /// Returns the topic of an event.
    #[inline]
    pub(crate) fn of_event(&mut self, name: &str) -> Option<&mut Entry<T>> {
        let last = self.entries.get(self.last);
        if last.is_none_or(|entry| entry.name.as_str() != name) {
            self.last = *self.by_name.get(name)?;
        }
        self.entries.get_mut(self.last)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(crate) fn is_former(&self, name: &str) -> bool {
        self.former.iter().any(|former| former.as_str() == name)
    }

    /// Adds a topic. Returns `false` if it is there already.
    pub(crate) fn insert(&mut self, name: TopicName, topic: T, token: usize, now: Instant) -> bool {
        if self.by_name.contains_key(name.as_str()) {
            return false;
        }
        self.former.retain(|former| *former != name);
        let entry = Entry {
            topic,
            name: name.clone(),
            token,
            last: now,
            has_delivered: false,
        };
        self.by_name
            .insert(name.as_str().into(), self.entries.len());
        self.entries.push(entry);
        true
    }

    /// Removes a topic. Returns `false` if it is not there.
    pub(crate) fn remove(&mut self, name: &TopicName) -> bool {
        let Some(index) = self.by_name.remove(name.as_str()) else {
            return false;
        };
        self.entries.swap_remove(index);
        if let Some(moved) = self.entries.get(index) {
            self.by_name.insert(moved.name.as_str().into(), index);
        }
        if self.former.len() == MAX_FORMER {
            self.former.remove(0);
        }
        self.former.push(name.clone());
        true
    }

    /// Checks that the frames of a raw connection would tell a new topic from the others.
    pub(crate) fn check_raw(&self, name: &TopicName, topic: &T) -> Result<(), InvalidRequest> {
        let own = raw_key(name, topic);
        let other = self
            .iter()
            .find(|entry| raw_key(&entry.name, &entry.topic) == own);
        match other {
            Some(other) if other.name != *name => Err(InvalidRequest::Topics {
                problem: format!(
                    "the frames of a raw connection do not tell `{name}` from `{}`: use a combined connection, or two connections",
                    other.name
                ),
            }),
            _ => Ok(()),
        }
    }
}

/// Checks that topics can share a connection. Returns their URL group and their names.
pub(crate) fn check<T: Subscribable>(
    topics: &[T],
) -> Result<(Option<&'static str>, Vec<TopicName>), InvalidRequest> {
    if topics.len() > 1 && topics.iter().any(|topic| topic.opening_url().is_some()) {
        return Err(InvalidRequest::Topics {
            problem: String::from("user data needs a connection of its own"),
        });
    }
    let mut group = None;
    let mut names = Vec::with_capacity(topics.len());
    for topic in topics {
        let name = topic.wire_name()?;
        let own = topic.url_group();
        match group {
            None => group = Some((own, name.clone())),
            Some((other, ref first)) if other != own => {
                return Err(InvalidRequest::Topics {
                    problem: format!(
                        "`{first}` is in the URL group `{}` and `{name}` in `{}`, so they cannot share a connection",
                        other.unwrap_or_default(),
                        own.unwrap_or_default()
                    ),
                });
            }
            Some(_) => {}
        }
        names.push(name);
    }
    Ok((group.and_then(|(group, _)| group), names))
}

/// What a connection is opened for.
pub(crate) struct Opened {
    pub(crate) group: Option<&'static str>,
    pub(crate) names: Vec<TopicName>,
    /// The most topics: those of the caller, or as many as the exchange accepts.
    pub(crate) max_topics: usize,
    /// The URL of a topic that is subscribed to by opening the connection.
    pub(crate) url: Option<TopicUrl>,
}

/// Checks that topics can be added to a connection that was opened to this URL.
pub(crate) fn check_url<T: Subscribable>(
    opened: Option<&TopicUrl>,
    topics: &[T],
) -> Result<(), InvalidRequest> {
    if topics
        .iter()
        .all(|topic| topic.opening_url().as_ref() == opened)
    {
        return Ok(());
    }
    let problem = if opened.is_some() {
        "user data needs a connection of its own: no topic can be added to this one"
    } else {
        "user data is chosen when a connection is opened: it cannot be added to this one"
    };
    Err(InvalidRequest::Topics {
        problem: String::from(problem),
    })
}

/// Checks the topics that a connection is opened for. `group` is used if there are none.
pub(crate) fn check_opening<T: Subscribable>(
    topics: &[T],
    group: Option<&'static str>,
    max_topics: usize,
) -> Result<Opened, InvalidRequest> {
    let (own_group, names) = check(topics)?;
    let group = own_group.or(group);
    if group.is_none() && !T::Product::STREAM_GROUPS.is_empty() {
        return Err(InvalidRequest::Topics {
            problem: String::from(
                "a connection without topics needs a URL group: set `group`, such as `market`",
            ),
        });
    }
    let limit = usize::try_from(T::Product::STREAM_CONNECTIONS.topics).unwrap_or(usize::MAX);
    let max_topics = max_topics.min(limit);
    check_count(names.len(), max_topics)?;
    Ok(Opened {
        group,
        names,
        max_topics,
        url: topics.first().and_then(Subscribable::opening_url),
    })
}

/// What the frames of a raw connection contain of a topic: the type of the event, the symbol, and the interval of candlesticks.
fn raw_key<'a, T: Subscribable>(
    name: &'a TopicName,
    topic: &T,
) -> (Option<&'static str>, &'a str, &'a str) {
    let (symbol, channel) = name.as_str().split_once('@').unwrap_or_default();
    let channel = channel.split('@').next().unwrap_or_default();
    let (_, interval) = channel.split_once('_').unwrap_or_default();
    (topic.event_type(), symbol, interval)
}

/// Checks the number of topics of a connection.
pub(crate) fn check_count(count: usize, max: usize) -> Result<(), InvalidRequest> {
    if count <= max {
        return Ok(());
    }
    Err(InvalidRequest::Topics {
        problem: format!(
            "{count} topics are more than the {max} of a connection: use several connections, or raise `max_topics`"
        ),
    })
}

/// Checks that a connection of this layout is open to these topics.
pub(crate) fn check_layout<T: Subscribable>(
    known: &Topics<T>,
    layout: Layout,
    names: &[TopicName],
    topics: &[T],
) -> Result<(), InvalidRequest> {
    if layout == Layout::Combined {
        return Ok(());
    }
    let mut all = Topics::new();
    let now = Instant::now();
    for entry in known.iter() {
        all.insert(entry.name.clone(), entry.topic.clone(), 0, now);
    }
    for (name, topic) in names.iter().zip(topics) {
        all.check_raw(name, topic)?;
        all.insert(name.clone(), topic.clone(), 0, now);
    }
    Ok(())
}

#[cfg(all(test, feature = "usdm"))]
mod tests {
    use super::*;
    use crate::types::{DepthLevels, DepthSpeed, KlineInterval};
    use crate::usdm::streams::{
        AggTrades, AnyTopic, BookTickers, DiffDepth, Klines, MarkPrice, PartialDepth, RpiDepth,
    };

    fn is_raw(topics: &[AnyTopic]) -> Result<(), String> {
        let (_, names) = check(topics).map_err(|error| error.to_string())?;
        check_layout(&Topics::new(), Layout::Raw, &names, topics).map_err(|error| error.to_string())
    }

    #[test]
    fn topics_that_raw_frames_do_not_tell_apart_are_refused() {
        let depth = || AnyTopic::from(DiffDepth::new("BTCUSDT"));
        for other in [
            DiffDepth::new("BTCUSDT").speed(DepthSpeed::Ms100).into(),
            PartialDepth::new("BTCUSDT", DepthLevels::Five).into(),
            RpiDepth::new("BTCUSDT").into(),
        ] {
            let error = is_raw(&[depth(), other]).unwrap_err();
            assert!(error.contains("do not tell"), "{error}");
        }
        for other in [
            depth(),
            DiffDepth::new("ETHUSDT").into(),
            RpiDepth::new("ETHUSDT").into(),
            BookTickers::new("BTCUSDT").into(),
        ] {
            assert_eq!(is_raw(&[depth(), other]), Ok(()));
        }
        let klines = |interval| AnyTopic::from(Klines::new("BTCUSDT", interval));
        let both = [
            klines(KlineInterval::Minute1),
            klines(KlineInterval::Minute5),
        ];
        assert_eq!(is_raw(&both), Ok(()));
    }

    #[test]
    fn topics_of_two_url_groups_cannot_share_a_connection() {
        let error = check(&[
            AnyTopic::from(AggTrades::new("BTCUSDT")),
            BookTickers::new("BTCUSDT").into(),
        ])
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("`btcusdt@aggTrade` is in the URL group `market`"),
            "{error}"
        );
        let (group, names) =
            check(&[AggTrades::new("BTCUSDT"), AggTrades::new("ETHUSDT")]).unwrap();
        assert_eq!((group, names.len()), (Some("market"), 2));
        assert!(check(&[MarkPrice::new("")]).is_err());
    }
}
