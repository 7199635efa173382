//! Requests with options for one call.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use super::Retry;
use crate::governor::{Priority, WhenLimited};
use crate::parameters::{Parameters, QueryWriter};
use crate::request::Request;

/// A request with options for one call. Created by [`with`](WithOptions::with).
///
/// A call is a plain value like the request: it can be stored, compared and sent later. Options that are not set are those of the client.
/// The receive window begins when the call is sent.
#[derive(Clone, PartialEq)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R> {
    pub(crate) request: R,
    pub(crate) options: CallOptions,
}

/// The options of one call. An option that is set takes precedence over that of the client.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallOptions {
    pub(crate) recv_window: Option<RecvWindow>,
    pub(crate) timeout: Timeout,
    pub(crate) retry: Option<Retry>,
    pub(crate) priority: Option<Priority>,
    pub(crate) when_limited: Option<WhenLimited>,
    pub(crate) parameters: Vec<(Cow<'static, str>, String)>,
}

/// Adds options for one call to a request.
pub trait WithOptions: Sized {
    /// Creates a call of this request, on which options are set:
    ///
    /// ```
    /// use binance_futures::prelude::*;
    /// use binance_futures::usdm::QueryOrder;
    ///
    /// let call = QueryOrder::new("BTCUSDT", 123).with().recv_window(2_000).param("newName", "x");
    /// ```
    fn with(self) -> Call<Self> {
        Call {
            request: self,
            options: CallOptions::default(),
        }
    }
}

impl<R: Request> WithOptions for R {}

impl<R> Call<R> {
    /// Sets the receive window, in milliseconds or as a `Duration`. Default: that of the client. Ignored for requests without a signature.
    /// The exchange may reject more than 60,000 ms.
    pub fn recv_window(mut self, window: impl Into<RecvWindow>) -> Self {
        self.options.recv_window = Some(window.into());
        self
    }

    /// Sets how long the call may take, including connecting and all attempts. `None` means no limit.
    ///
    /// A request that is not read-only may still execute after the timeout. The error is then
    /// [`Error::UnknownOutcome`](crate::error::Error::UnknownOutcome).
    pub fn timeout(mut self, timeout: impl Into<Timeout>) -> Self {
        self.options.timeout = timeout.into();
        self
    }

    /// Sets whether and when the request is retried after a failure.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.options.retry = Some(retry.into());
        self
    }

    /// Sets the order in which calls that wait for a rate limit are sent. Default: that of the request, see [`Priority`].
    pub fn priority(mut self, priority: Priority) -> Self {
        self.options.priority = Some(priority);
        self
    }

    /// Sets what happens if the call would exceed a rate limit. Default: that of the client.
    pub fn when_limited(mut self, when_limited: WhenLimited) -> Self {
        self.options.when_limited = Some(when_limited);
        self
    }

    /// Adds a parameter by the exchange's name, for parameters that this version of the crate does not know.
    ///
    /// The value is sent as its `Display` output, percent-encoded. Pass an array or object as its JSON, without spaces. An empty value is
    /// [`InvalidRequest::EmptyParameter`](crate::error::InvalidRequest::EmptyParameter). A name that the request already has is sent
    /// twice.
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let parameter = (name.into(), value.to_string());
        self.options.parameters.push(parameter);
        self
    }
}

impl<R> Call<R> {
    /// Decodes the response into a type of the caller, with its implementation of [`serde::Deserialize`]. Set other options first.
    ///
    /// Use it to read only some fields of a large response, or fields that this version of the crate does not know.
    ///
    /// ```
    /// use binance_futures::prelude::*;
    /// use binance_futures::usdm::QueryOrder;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Filled {
    ///     #[serde(rename = "executedQty")]
    ///     quantity: String,
    /// }
    ///
    /// let call = QueryOrder::new("BTCUSDT", 123).with().recv_window(2_000).decode_as::<Filled>();
    /// ```
    pub fn decode_as<T>(self) -> DecodeAs<R, T> {
        DecodeAs {
            call: self,
            response: PhantomData,
        }
    }
}

/// A call whose response is decoded into a type of the caller. Created by [`Call::decode_as`].
#[must_use = "a call does nothing until it is sent"]
pub struct DecodeAs<R, T> {
    pub(crate) call: Call<R>,
    response: PhantomData<fn() -> T>,
}

impl<R: Clone, T> Clone for DecodeAs<R, T> {
    fn clone(&self) -> Self {
        self.call.clone().decode_as()
    }
}

impl<R: PartialEq, T> PartialEq for DecodeAs<R, T> {
    fn eq(&self, other: &Self) -> bool {
        self.call == other.call
    }
}

/// Does not print the values of added parameters, which may be secret.
impl<R: fmt::Debug, T> fmt::Debug for DecodeAs<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}

/// Does not print the values of added parameters, which may be secret.
impl<R: fmt::Debug> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.request)
            .field("recv_window", &self.options.recv_window)
            .field("timeout", &self.options.timeout)
            .field("parameters", &ParameterNames(&self.options.parameters))
            .finish()
    }
}

/// Prints the names of parameters, without the values.
pub(crate) struct ParameterNames<'a>(pub(crate) &'a [(Cow<'static, str>, String)]);

impl fmt::Debug for ParameterNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Writes parameters that were added by name.
pub(crate) fn write_parameters(
    parameters: &[(Cow<'static, str>, String)],
    query: &mut QueryWriter,
) {
    for (name, value) in parameters {
        query.text(name, value);
    }
}

/// How long a call may take, including connecting and all attempts; or how long connecting may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// In a call: the timeout of the client. In a client: ten seconds, or the receive window plus five seconds if that is longer. For
    /// connecting: five seconds, but at most half of the client's timeout.
    #[default]
    Default,
    /// This long.
    After(Duration),
    /// No limit.
    Never,
}

impl From<Duration> for Timeout {
    fn from(timeout: Duration) -> Self {
        Self::After(timeout)
    }
}

/// `None` means no limit.
impl From<Option<Duration>> for Timeout {
    fn from(timeout: Option<Duration>) -> Self {
        timeout.map_or(Self::Never, Self::After)
    }
}

impl Timeout {
    pub(crate) const DEFAULT: Duration = Duration::from_secs(10);

    /// Returns this timeout, or that of the client if this one is the default.
    pub(crate) fn or(self, client: Self) -> Self {
        if self == Self::Default { client } else { self }
    }

    /// Returns the duration for a receive window. Returns `None` for no limit.
    pub(crate) fn duration(self, recv_window: Option<RecvWindow>) -> Option<Duration> {
        const MARGIN: Duration = Duration::from_secs(5);
        match self {
            Self::Default => Some(recv_window.map_or(Self::DEFAULT, |window| {
                Self::DEFAULT.max(window.duration().saturating_add(MARGIN))
            })),
            Self::After(timeout) => Some(timeout),
            Self::Never => None,
        }
    }
}

/// How long after its timestamp the exchange accepts a signed request, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecvWindow(u64);

impl RecvWindow {
    /// Returns the milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    pub(crate) const fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

impl From<u64> for RecvWindow {
    fn from(millis: u64) -> Self {
        Self(millis)
    }
}

/// Rounds down to whole milliseconds.
impl From<Duration> for RecvWindow {
    fn from(window: Duration) -> Self {
        Self(u64::try_from(window.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(all(test, feature = "usdm", feature = "coinm"))]
mod tests {
    use super::*;
    use crate::request::Product;

    #[test]
    fn default_timeout_covers_the_receive_window() {
        for default in [
            crate::usdm::Usdm::RECV_WINDOW.default_millis,
            crate::coinm::CoinM::RECV_WINDOW.default_millis,
        ] {
            assert!(Timeout::DEFAULT > Duration::from_millis(u64::from(default)));
        }
        let timeout = |millis| {
            Timeout::Default
                .duration(Some(RecvWindow::from(millis)))
                .unwrap()
        };
        for millis in [0, 1, 4_999, 5_000, 5_001, 60_000, u64::MAX] {
            let timeout = timeout(millis);
            assert!(timeout >= Timeout::DEFAULT && timeout >= Duration::from_millis(millis));
        }
        assert_eq!(timeout(30_000), Duration::from_secs(35));
        assert_eq!(Timeout::Default.duration(None), Some(Timeout::DEFAULT));
    }

    #[test]
    fn timeout_of_a_call_takes_precedence() {
        let second = Timeout::After(Duration::from_secs(1));
        assert_eq!(second.or(Timeout::Never), second);
        assert_eq!(Timeout::Never.or(second), Timeout::Never);
        assert_eq!(Timeout::Default.or(second), second);
        assert_eq!(Timeout::from(None), Timeout::Never);
    }

    #[test]
    fn calls_are_compared_by_value() {
        use crate::usdm::QueryOrder;
        let call = || QueryOrder::new("BTCUSDT", 1).with().recv_window(5);
        assert_eq!(call(), call());
        assert_ne!(call(), call().param("a", 1));
        let decoded = || call().decode_as::<String>();
        assert_eq!(decoded(), decoded());
        assert_ne!(decoded(), call().param("a", 1).decode_as());
        assert_ne!(call(), call().retry(Retry::never()));
    }
}
