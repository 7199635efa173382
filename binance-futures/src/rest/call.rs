//! A request with what belongs to one call of it alone.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::{Retry, Sendable};
use crate::parameters::{Parameters, QueryWriter};

/// A request with what belongs to one call of it alone. A value like the request: it can be kept, compared by eye and sent later.
#[derive(Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R> {
    pub(super) request: R,
    pub(super) choices: Choices,
}

/// What a call chooses for itself.
#[derive(Clone, Default)]
pub(super) struct Choices {
    pub(super) recv_window: Option<RecvWindow>,
    /// How long to wait, or without end, where that was said.
    pub(super) timeout: Option<Option<Duration>>,
    pub(super) retry: Option<Retry>,
    pub(super) parameters: Vec<(Cow<'static, str>, String)>,
}

impl<R> Call<R> {
    pub(super) fn new(request: R) -> Self {
        Self {
            request,
            choices: Choices::default(),
        }
    }

    /// How long after its timestamp the exchange still takes it, instead of what the client has set. Signed requests alone have one.
    ///
    /// Milliseconds or a `Duration`.
    pub fn recv_window(mut self, window: impl Into<RecvWindow>) -> Self {
        self.choices.recv_window = Some(window.into());
        self
    }

    /// How long the call may take, connecting and all attempts included, instead of what the client has set; `None` is without end.
    ///
    /// A request that changes something may be executed after that: the error is then [`Error::UnknownOutcome`](crate::error::Error::UnknownOutcome).
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.choices.timeout = Some(timeout.into());
        self
    }

    /// Whether and when it is sent again after a failure, instead of what the client has set.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.choices.retry = Some(retry.into());
        self
    }

    /// Adds a parameter by the exchange's name: one that this version of the crate does not know.
    ///
    /// The value is sent as it is displayed; a list or an object is given as its JSON, without spaces.
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let parameter = (name.into(), value.to_string());
        self.choices.parameters.push(parameter);
        self
    }
}

/// Prints the names of the parameters added, not their values: nobody knows what they are.
impl<R: fmt::Debug> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.request)
            .field("recv_window", &self.choices.recv_window)
            .field("timeout", &self.choices.timeout)
            .field("parameters", &Names(&self.choices.parameters))
            .finish()
    }
}

/// Prints the names of parameters.
pub(super) struct Names<'a>(pub(super) &'a [(Cow<'static, str>, String)]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

pub(super) fn write_named(parameters: &[(Cow<'static, str>, String)], query: &mut QueryWriter) {
    for (name, value) in parameters {
        query.text(name, value);
    }
}

/// A request, or a call of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over REST",
    label = "not a REST request",
    note = "requests are the types of `usdm` and `coinm`, such as `usdm::NewOrder`, and `rest::Raw`"
)]
pub trait IntoCall {
    /// The request.
    type Request: Sendable;

    /// The call; of a request alone, one that chooses nothing.
    fn into_call(self) -> Call<Self::Request>;
}

impl<R: Sendable> IntoCall for R {
    type Request = R;

    fn into_call(self) -> Call<R> {
        self.with()
    }
}

impl<R: Sendable> IntoCall for Call<R> {
    type Request = R;

    fn into_call(self) -> Self {
        self
    }
}

/// How long after its timestamp the exchange still takes a signed request, in whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecvWindow(u64);

impl RecvWindow {
    /// Milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }
}

impl From<u64> for RecvWindow {
    fn from(millis: u64) -> Self {
        Self(millis)
    }
}

/// What is finer than a millisecond is cut off.
impl From<Duration> for RecvWindow {
    fn from(window: Duration) -> Self {
        Self(u64::try_from(window.as_millis()).unwrap_or(u64::MAX))
    }
}
