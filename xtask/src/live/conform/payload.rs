//! One payload.

use anyhow::Result;

use super::operations::Hint;

/// One payload.
#[derive(Debug)]
pub(super) struct Payload {
    /// The name in the report.
    pub(super) name: String,
    /// What is known about its operation.
    pub(super) hint: Hint,
    /// Which part of the API it belongs to.
    pub(super) role: Role,
    /// The JSON text.
    pub(super) text: String,
}

/// Which part of the API a payload belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// A REST response or an event.
    Payload,
    /// A response of the websocket API, with `id` and `status`.
    WsResponse,
    /// A request of the websocket API, with `id` and `method`.
    WsRequest,
    /// A command to a stream connection.
    Command,
    /// The reply to a command.
    Reply,
    /// A line that is not a payload. The text says why.
    Unreadable,
}

/// Takes payloads one after another.
pub(super) type Visit<'a> = &'a mut dyn FnMut(&Payload) -> Result<()>;
