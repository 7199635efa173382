//! One governor for all calls from one IP address, so that no rate limit is exceeded.
//!
//! The exchange limits the request weight of an IP address in a minute, the orders of an account in ten seconds and in a minute, the requests
//! of some endpoints, and the attempts to open websocket connections. It bans an IP address that ignores its rejections. A [`Governor`] knows
//! the limits of the spec, counts what is sent, and lets a call wait until it fits:
//!
//! ```no_run
//! # fn build() -> Result<(), Box<dyn std::error::Error>> {
//! use binance_futures::governor::Governor;
//! use binance_futures::{coinm, usdm};
//!
//! // Both products share limits, so their clients share a governor.
//! let governor = Governor::new();
//! let usdm = usdm::Client::builder().governor(governor.clone()).build()?;
//! let coinm = coinm::Client::builder().governor(governor.clone()).build()?;
//!
//! for limit in governor.usage() {
//!     println!("{limit}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Each client has a governor of its own, unless [`governor`](crate::rest::ClientBuilder::governor) sets another one. Programs on the same
//! IP address cannot share a governor; give each a part of the limits with [`Builder::share`].
//!
//! # What it guarantees
//!
//! If all calls from an IP address pass one governor, the requests that arrive at the exchange within any minute have at most the permitted
//! weight, however long they take to arrive, and likewise for the other limits. A call counts from before it is sent until one interval after
//! its response, or after its failure. If the exchange reports a larger count than the governor knows, other programs share the limit.
//! The difference counts as well, as far as it is more than the share that was left to others.
//!
//! # Order of waiting calls
//!
//! Calls that cancel orders pass first, then orders, then other calls, then reads of history; see [`Priority`]. A call never overtakes another
//! one of the same priority that waits for the same limit. Reads of history can wait for as long as other calls use up the limit.
//!
//! # After a rejection
//!
//! After an exceeded request weight (HTTP 429) or a ban (HTTP 418), all calls fail with [`Throttled`](crate::error::Throttled) until the
//! exchange accepts requests again. After an exceeded limit of orders or of a bucket, only the requests that it counts wait.

mod budget;
mod permit;
mod shared;
mod state;
#[cfg(all(test, feature = "usdm", feature = "coinm"))]
mod tests;
mod usage;
mod window;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

pub use budget::{Ask, Budget};
pub use permit::{Begun, Permit, Waiting};
use shared::Shared;
use state::State;
pub use usage::LimitUsage;

use crate::request::{Cost, Metadata, Method, OrderCount, Product, Security};

/// The default time between two attempts to open a websocket connection.
const CONNECTION_GAP: Duration = Duration::from_millis(250);

/// Counts the calls from one IP address against the rate limits. Clones share the counts.
#[derive(Clone)]
pub struct Governor {
    shared: Arc<Shared>,
}

/// A builder of a [`Governor`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    percent: u8,
    connection_gap: Duration,
}

/// The order in which waiting calls are admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Before all others. The default of requests that cancel orders.
    Cancel,
    /// The default of requests that place or modify orders.
    Order,
    /// The default of all other requests.
    Query,
    /// After all others. The default of read-only requests with a time window, such as candlesticks.
    History,
}

/// What happens to a call that would exceed a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum WhenLimited {
    /// It waits until it fits, but not longer than its timeout. If it is known that it will not fit before, it fails at once.
    #[default]
    Wait,
    /// It fails at once with [`Error::Throttled`](crate::error::Error::Throttled).
    Fail,
}

impl Priority {
    /// Returns the default of a request. `method` is that of REST, if the request has one.
    pub(crate) fn of(method: Option<Method>, metadata: &Metadata, cost: Cost) -> Self {
        if method == Some(Method::Delete) && metadata.security == Security::Trade {
            Self::Cancel
        } else if cost.orders != OrderCount::NONE {
            Self::Order
        } else if metadata.reads_history {
            Self::History
        } else {
            Self::Query
        }
    }
}

impl Governor {
    /// Creates a governor that permits all of each limit.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder.
    pub fn builder() -> Builder {
        Builder {
            percent: 100,
            connection_gap: CONNECTION_GAP,
        }
    }

    /// Returns the limits of a product and an account. Clients do that themselves: it is for programs that send requests in another way, so
    /// that these count as well.
    ///
    /// ```
    /// # async fn place(governor: binance_futures::governor::Governor) -> Result<(), binance_futures::error::Throttled> {
    /// use binance_futures::governor::{Ask, Priority, WhenLimited};
    /// use binance_futures::request::Request;
    /// use binance_futures::usdm::{Depth, Usdm};
    ///
    /// let budget = governor.budget::<Usdm>(None);
    /// let ask = Ask {
    ///     cost: Depth::new("BTCUSDT").limit(1_000).cost(),
    ///     priority: Priority::Query,
    ///     when_limited: WhenLimited::Wait,
    ///     deadline: None,
    /// };
    /// let permit = budget.acquire(ask).await?.sent();
    /// // Here the request is sent, and its response arrives.
    /// drop(permit);
    /// # Ok(())
    /// # }
    /// ```
    pub fn budget<P: Product>(&self, api_key: Option<&str>) -> Budget {
        Budget::new::<P>(self, api_key)
    }
}

impl Builder {
    /// Sets the part of each limit that is used, in percent. Default: 100. Values outside of 1 to 100 are the nearest of these.
    pub fn share(mut self, percent: u8) -> Self {
        self.percent = percent.clamp(1, 100);
        self
    }

    /// Sets the least time between two attempts to open a websocket connection. Default: 250 ms.
    pub fn connection_gap(mut self, gap: Duration) -> Self {
        self.connection_gap = gap;
        self
    }

    /// Builds the governor.
    pub fn build(self) -> Governor {
        let state = State {
            connection_gap: self.connection_gap,
            ..State::default()
        };
        Governor {
            shared: Arc::new(Shared {
                origin: Instant::now(),
                percent: self.percent,
                state: Mutex::new(state),
            }),
        }
    }
}

impl Default for Governor {
    fn default() -> Self {
        Self::new()
    }
}

/// Prints the usage. API keys are not printed.
impl fmt::Debug for Governor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Governor")
            .field("usage", &self.usage())
            .finish_non_exhaustive()
    }
}
