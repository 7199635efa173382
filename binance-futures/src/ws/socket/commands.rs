//! Commands that wait to be sent, and commands that wait for their replies.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{ApiError, Error, TransportError, TransportErrorKind};
use crate::topic::TopicName;
use crate::ws::message::{Command, Reply, ReplyValue};
use crate::ws::time::later;

/// The commands of a connection.
#[derive(Debug)]
pub(crate) struct Commands {
    next_id: u64,
    waiting: VecDeque<Waiting>,
    sent: VecDeque<Sent>,
    timeout: Duration,
}

/// A command that is not sent yet.
#[derive(Debug)]
struct Waiting {
    id: u64,
    method: &'static str,
    json: String,
}

/// A command without a reply yet.
#[derive(Debug)]
struct Sent {
    id: u64,
    method: &'static str,
    deadline: Instant,
}

/// The reply to a command, or why there is none.
pub(crate) type CommandResult = (u64, Result<ReplyValue, Error>);

impl Commands {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            next_id: 1,
            waiting: VecDeque::new(),
            sent: VecDeque::new(),
            timeout,
        }
    }

    /// Adds a command to those that are to be sent. Returns its id.
    pub(crate) fn push(&mut self, command: &Command) -> u64 {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        self.waiting.push_back(Waiting {
            id,
            method: command.method(),
            json: command.to_json(id),
        });
        id
    }

    /// Sets the id of the next command.
    pub(crate) fn set_next_id(&mut self, id: u64) {
        self.next_id = id;
    }

    /// Returns whether a command is to be sent.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Returns the next command, which is about to be sent.
    pub(crate) fn take(&mut self, now: Instant) -> Option<String> {
        let command = self.waiting.pop_front()?;
        self.sent.push_back(Sent {
            id: command.id,
            method: command.method,
            deadline: later(now, self.timeout),
        });
        Some(command.json)
    }

    /// Returns the result of the command that a reply belongs to. Returns `None` if it belongs to none.
    ///
    /// Some errors have no id: these belong to the command that was sent first.
    pub(crate) fn reply(&mut self, reply: Reply) -> Option<CommandResult> {
        let index = match (reply.id, &reply.result) {
            (Some(id), _) => self.sent.iter().position(|sent| sent.id == id)?,
            (None, Err(_)) => 0,
            (None, Ok(_)) => return None,
        };
        let sent = self.sent.remove(index)?;
        let result = reply.result.map_err(|error| {
            let error = ApiError::of_command(sent.method, Some(error.code), error.message);
            Error::Api(Box::new(error))
        });
        Some((sent.id, result))
    }

    /// Returns when the next command is out of time.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.sent.front().map(|sent| sent.deadline)
    }

    /// Returns the result of a command that is out of time.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<CommandResult> {
        if self.deadline()? > now {
            return None;
        }
        let sent = self.sent.pop_front()?;
        let kind = TransportErrorKind::Timeout;
        let message = format!(
            "{kind}: no reply to {} within {:?}",
            sent.method, self.timeout
        );
        Some((
            sent.id,
            Err(TransportError::new(kind, message, None).into()),
        ))
    }
}

/// Splits names into lists that fit into commands of at most this size, in bytes. A longer name is a list of its own.
pub(crate) fn split(names: &[TopicName], max_size: usize) -> Vec<Vec<Cow<'static, str>>> {
    /// The size of a command without names, with the longest method and the largest id.
    const FRAME: usize = r#"{"method":"UNSUBSCRIBE","params":[],"id":18446744073709551615}"#.len();
    const QUOTES_AND_COMMA: usize = 3;
    let mut lists: Vec<Vec<Cow<'static, str>>> = Vec::new();
    let mut size = usize::MAX;
    for name in names {
        let name = name.as_str();
        let length = name.len() + QUOTES_AND_COMMA;
        match lists.last_mut() {
            Some(list) if size.saturating_add(length) <= max_size => {
                size += length;
                list.push(Cow::Owned(name.to_owned()));
            }
            _ => {
                size = FRAME + length;
                lists.push(vec![Cow::Owned(name.to_owned())]);
            }
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ws::message::Property;

    fn name(index: usize) -> TopicName {
        format!("symbol{index:04}usdt@aggTrade").parse().unwrap()
    }

    #[test]
    fn names_are_split_by_the_size_of_the_command() {
        let names: Vec<_> = (0..1_000).map(name).collect();
        for max_size in [0, 100, 200, 4_096, 1_000_000] {
            let lists = split(&names, max_size);
            let all: Vec<_> = lists.iter().flatten().map(ToString::to_string).collect();
            let expected: Vec<_> = names.iter().map(ToString::to_string).collect();
            assert_eq!(all, expected);
            let mut sizes = lists.iter().map(|list| {
                let size = Command::Subscribe(list.clone()).to_json(u64::MAX).len();
                (list.len(), size)
            });
            assert!(sizes.all(|(count, size)| count == 1 || size <= max_size));
        }
        assert_eq!(split(&names, 1_000_000).len(), 1);
        assert_eq!(split(&names, 0).len(), 1_000);
        assert!(split(&[], 100).is_empty());
    }

    fn reply(json: &str) -> Reply {
        match crate::ws::message::Frame::parse(json) {
            Ok(crate::ws::message::Frame::Reply(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn replies_find_their_commands() {
        let now = Instant::now();
        let mut commands = Commands::new(Duration::from_secs(10));
        let list = commands.push(&Command::ListSubscriptions);
        commands.set_next_id(70);
        commands.push(&Command::GetProperty(Property::Combined));
        let last = commands.push(&Command::ListSubscriptions);
        assert_eq!((list, last), (1, 71));
        while commands.take(now).is_some() {}
        let (id, result) = commands.reply(reply(r#"{"result":true,"id":70}"#)).unwrap();
        assert_eq!((id, result.unwrap()), (70, ReplyValue::Property(true)));
        assert!(
            commands
                .reply(reply(r#"{"result":true,"id":70}"#))
                .is_none()
        );
        // An error without an id belongs to the oldest command.
        let (id, result) = commands
            .reply(reply(r#"{"code":3,"msg":"Invalid JSON"}"#))
            .unwrap();
        let error = result.unwrap_err();
        assert_eq!((id, error.code()), (1, Some(3)));
        assert!(
            error.to_string().contains("LIST_SUBSCRIPTIONS failed"),
            "{error}"
        );
        assert!(commands.expire(now).is_none());
        let (id, result) = commands.expire(now + Duration::from_secs(10)).unwrap();
        let error = result.unwrap_err().to_string();
        assert_eq!(id, 71);
        assert!(error.contains("no reply to LIST_SUBSCRIPTIONS"), "{error}");
        assert_eq!(commands.deadline(), None);
    }
}
