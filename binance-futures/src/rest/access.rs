//! What a client is allowed to do.

use std::fmt;

use super::Sendable;
use crate::request::ReadOnlyRequest;

/// A client that sends everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trading {}

/// A client that only asks: what may change something at the exchange does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadOnly {}

/// What a client may do: [`Trading`] or [`ReadOnly`].
pub trait Access: fmt::Debug + sealed::Sealed + 'static {}

impl Access for Trading {}

impl Access for ReadOnly {}

/// What a client of the access `A` may send.
#[diagnostic::on_unimplemented(
    message = "a client that is `{A}` cannot send `{Self}`",
    label = "may change something at the exchange",
    note = "a read-only client sends requests that only ask, and no raw ones"
)]
pub trait AllowedTo<A>: Sendable {}

impl<R: Sendable> AllowedTo<Trading> for R {}

impl<R: ReadOnlyRequest> AllowedTo<ReadOnly> for R {}

mod sealed {
    /// Keeps [`Access`](super::Access) to the two there are.
    pub trait Sealed {}

    impl Sealed for super::Trading {}

    impl Sealed for super::ReadOnly {}
}
