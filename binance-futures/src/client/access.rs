//! Which requests a client may send.

use super::{Call, DecodeAs};
use crate::request::ReadOnlyRequest;

/// Access of a client that sends all requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trading {}

/// Access of a client that sends read-only requests only. Sending any other request, or a raw request, does not compile. Created by
/// [`Client::read_only`](crate::rest::Client::read_only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadOnly {}

/// The permission to send requests of type `R`: [`Trading`] or [`ReadOnly`].
#[diagnostic::on_unimplemented(
    message = "a client with `{Self}` access cannot send `{R}`",
    label = "not a read-only request",
    note = "a read-only client sends read-only requests such as `usdm::QueryOrder`, and no raw requests"
)]
pub trait Access<R> {}

impl<R> Access<R> for Trading {}

impl<R: ReadOnlyRequest> Access<R> for ReadOnly {}

impl<R: ReadOnlyRequest> Access<Call<R>> for ReadOnly {}

impl<R: ReadOnlyRequest, T> Access<DecodeAs<R, T>> for ReadOnly {}
