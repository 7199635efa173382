//! The messages that are sent and received over a websocket connection.
//!
//! | connection | sent | received |
//! |---|---|---|
//! | streams | [`Command`] | [`Frame`]: an event, a [`Reply`] or an error |
//! | websocket API | requests, with the method and the parameters of a [`WsApiMethod`](crate::request::WsApiMethod) | [`ApiResponse`] |

mod api;
mod combined;
mod command;
mod frame;

pub use api::{ApiFailure, ApiResponse, RequestId};
pub use combined::CombinedFrame;
pub use command::{Command, CommandError, Property, Reply, ReplyValue};
#[cfg(feature = "ws")]
pub(crate) use frame::PrintedStream;
pub use frame::{Frame, InvalidFrame};
