//! What topics must have in common to share a session.

use crate::topic::TopicName;

/// What the sessions of a topic have in common: topics share a session only if all of this is equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SessionKey {
    /// The URL group.
    pub(super) group: Option<&'static str>,
    /// The connections of a session.
    pub(super) connections: usize,
    /// The most topics of a session.
    pub(super) topics: usize,
    /// The only topic of a session, if its URL subscribes to it.
    pub(super) only: Option<TopicName>,
}
