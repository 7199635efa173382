//! A connection of a session.

use tokio::time::Instant;

use crate::error::Error;
use crate::topic::{Subscribable, TopicName};
use crate::ws::event::ConnectionId;
use crate::ws::message::{Command, ReplyValue};
use crate::ws::socket::StreamConnection;

/// A connection of a session.
pub(super) struct Link<T: Subscribable> {
    pub(super) connection: StreamConnection<T>,
    pub(super) opened: Instant,
    pub(super) rotate_at: Instant,
    /// Since when it is being replaced: it is closed as soon as other connections carry all topics.
    pub(super) retiring_since: Option<Instant>,
    /// Whether the exchange has confirmed the topics that it was opened for.
    is_established: bool,
    /// Subscriptions that are not confirmed yet.
    jobs: Vec<Job>,
    /// When the exchange listed each topic, by its token.
    listed: Vec<Option<Instant>>,
}

/// A subscription that is not confirmed yet: first its commands are acknowledged, and then the exchange must list its topics.
struct Job {
    /// Whether the connection was opened for it.
    is_first: bool,
    /// Commands without a reply.
    commands: Vec<u64>,
    /// The command that lists the topics, once it was added.
    listing: Option<u64>,
    topics: Vec<(usize, TopicName)>,
}

/// What became of a subscription.
pub(in crate::ws) struct Finished {
    /// Whether the connection was opened for it.
    pub(super) is_first: bool,
    /// The tokens of its topics.
    pub(in crate::ws) tokens: Vec<usize>,
    pub(in crate::ws) result: Result<(), Error>,
}

impl<T: Subscribable> Link<T> {
    pub(super) fn new(connection: StreamConnection<T>, now: Instant, rotate_at: Instant) -> Self {
        Self {
            connection,
            opened: now,
            rotate_at,
            retiring_since: None,
            is_established: false,
            jobs: Vec::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn id(&self) -> ConnectionId {
        self.connection.id()
    }

    /// Subscribes to topics. `is_first` if the connection was opened for them.
    pub(super) fn subscribe(
        &mut self,
        topics: Vec<(usize, TopicName, T)>,
        is_first: bool,
    ) -> Result<(), Error> {
        let tokens = topics
            .iter()
            .map(|(token, _, topic)| (topic.clone(), *token));
        let added = self.connection.queue_subscribe(tokens)?;
        if added.commands.is_empty() {
            // Without topics, or the URL subscribes to the topic.
            self.is_established |= is_first;
            for (token, ..) in &topics {
                self.list(*token, Instant::now());
            }
        } else {
            self.jobs.push(Job {
                is_first,
                commands: added.commands,
                listing: None,
                topics: topics
                    .into_iter()
                    .map(|(token, name, _)| (token, name))
                    .collect(),
            });
        }
        Ok(())
    }

    /// Unsubscribes from topics.
    pub(super) fn unsubscribe(&mut self, topics: &[(usize, TopicName)]) {
        let names: Vec<_> = topics.iter().map(|(_, name)| name.clone()).collect();
        self.connection.queue_unsubscribe(&names);
        for (token, _) in topics {
            if let Some(listed) = self.listed.get_mut(*token) {
                *listed = None;
            }
            for job in &mut self.jobs {
                job.topics.retain(|(other, _)| other != token);
            }
        }
    }

    /// Takes the reply to a command. Returns the subscription that it finishes.
    pub(super) fn reply(
        &mut self,
        id: u64,
        result: Result<ReplyValue, Error>,
        now: Instant,
    ) -> Option<Finished> {
        let index = self
            .jobs
            .iter()
            .position(|job| job.commands.contains(&id) || job.listing == Some(id))?;
        let job = self.jobs.get_mut(index)?;
        let value = match result {
            Ok(value) => value,
            Err(error) => return self.finish(index, Err(error), now),
        };
        if job.listing == Some(id) {
            let names: Vec<_> = job.topics.iter().map(|(_, name)| name.clone()).collect();
            let listed = match value {
                ReplyValue::Streams(listed) => listed,
                _ => Vec::new(),
            };
            let result = self
                .connection
                .unlisted(&listed, &names)
                .map_or(Ok(()), Err);
            return self.finish(index, result, now);
        }
        job.commands.retain(|command| *command != id);
        if job.commands.is_empty() {
            // An acknowledgement proves nothing.
            job.listing = Some(self.connection.queue_command(&Command::ListSubscriptions));
        }
        None
    }

    fn finish(
        &mut self,
        index: usize,
        result: Result<(), Error>,
        now: Instant,
    ) -> Option<Finished> {
        let job = self.jobs.remove(index);
        let tokens: Vec<_> = job.topics.into_iter().map(|(token, _)| token).collect();
        if result.is_ok() {
            self.is_established |= job.is_first;
            for token in &tokens {
                self.list(*token, now);
            }
        }
        Some(Finished {
            is_first: job.is_first,
            tokens,
            result,
        })
    }

    /// The exchange listed a topic.
    fn list(&mut self, token: usize, now: Instant) {
        if self.listed.len() <= token {
            self.listed.resize(token + 1, None);
        }
        if let Some(listed) = self.listed.get_mut(token) {
            *listed = Some(now);
        }
    }

    /// Returns when the exchange listed a topic.
    pub(super) fn listed_at(&self, token: usize) -> Option<Instant> {
        self.listed.get(token).copied().flatten()
    }

    /// Returns whether the exchange has confirmed the topics that the connection was opened for.
    pub(super) fn is_established(&self) -> bool {
        self.is_established
    }

    /// Returns whether the exchange has confirmed all subscriptions.
    pub(super) fn is_complete(&self) -> bool {
        self.is_established && self.jobs.is_empty()
    }

    pub(super) fn is_retiring(&self) -> bool {
        self.retiring_since.is_some()
    }
}
