//! The state and the figures of a session.

use std::fmt;
use std::time::Duration;

use crate::ws::event::ConnectionId;
use crate::ws::merge::LinkStats;
use crate::ws::socket::ConnectionStats;

/// The state of a [`Session`](super::Session).
///
/// | state | connections | events arrive |
/// |---|---|---|
/// | `Connecting` | none, or the topics are not subscribed to yet | no |
/// | `Waiting` | none, until the next attempt | no |
/// | `Live` | all that are wanted | yes |
/// | `Replacing` | an old one and a new one, or fewer than are wanted | yes |
/// | `Closed` | none | no |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionState {
    /// A connection is being opened, or its topics are being subscribed to. No connection delivers events.
    Connecting,
    /// The next attempt to connect is made after a wait.
    Waiting,
    /// All topics are subscribed to on all connections.
    Live,
    /// All topics are subscribed to on a connection, and another one is being opened: before the exchange closes the old one, because a topic
    /// was silent, or because one of several connections was lost.
    Replacing,
    /// The session was closed.
    Closed,
}

impl fmt::Display for SessionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "connecting",
            Self::Waiting => "waiting",
            Self::Live => "live",
            Self::Replacing => "replacing",
            Self::Closed => "closed",
        })
    }
}

/// Figures of a [`Session`](super::Session).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStats {
    /// The open connections, the oldest first.
    pub connections: Vec<(ConnectionId, ConnectionStats)>,
    /// Connections that were opened.
    pub opened: u64,
    /// Attempts to open a connection that failed.
    pub failed: u64,
    /// Connections that ended, by the reason.
    pub ended: EndedConnections,
    /// Connections that were replaced because of their age, before the exchange closed them.
    pub rotated: u64,
    /// Gaps that were reported.
    pub gaps: u64,
    /// Events, or elements of events, that another connection had delivered before.
    pub duplicates: u64,
    /// Topics that were reported as stale.
    pub stale: u64,
    /// How often each open connection was the first with an event that another one delivered too, the oldest connection first.
    pub leads: Vec<(ConnectionId, Lead)>,
}

/// How often a connection was the first with an event that another one delivered too.
///
/// Each copy of an event counts. Elements of events, such as the symbols of an all-market topic, count one by one. Topics without a position,
/// for which the oldest connection alone is followed, do not count. Nor does the copy of an event that is not among the last 1,024 of its
/// sequence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lead {
    /// The number of events.
    pub count: u64,
    /// The sum of the times until the other connection delivered it.
    pub total: Duration,
    /// The longest of these times.
    pub longest: Duration,
}

impl Lead {
    /// Adds another lead of the same connection.
    pub(super) fn add(&mut self, other: &LinkStats) {
        self.count += other.leads;
        self.total = self.total.saturating_add(other.lead_total);
        self.longest = self.longest.max(other.lead_longest);
    }
}

/// The number of connections that ended, by the reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndedConnections {
    /// The exchange closed them.
    pub closed: u64,
    /// They broke.
    pub broken: u64,
    /// A ping was not answered.
    pub no_pong: u64,
    /// They were opened to replace another connection, and did not deliver a topic. The replaced connections themselves are not counted
    /// here: they are closed when others carry their topics.
    pub stale: u64,
    /// The topics could not be subscribed to.
    pub not_subscribed: u64,
}

impl EndedConnections {
    /// Returns the number of all of them.
    pub const fn total(&self) -> u64 {
        self.closed + self.broken + self.no_pong + self.stale + self.not_subscribed
    }
}
