//! The mock exchange, and what is read from it.

use std::time::Duration;

use binance_futures::mock::{Builder, Exchange};
use binance_futures::types::Timestamp;
use binance_futures::usdm;
use binance_futures::ws::{Notice, Update};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout};

use super::PATIENCE;

/// How long nothing comes if everything has arrived.
const QUIET: Duration = Duration::from_millis(30);

/// By how much the time of the exchange advances at once.
const STEP: Duration = Duration::from_secs(3);

/// An exchange with a moving market, whose time advances as a test says.
pub(crate) fn exchange() -> Builder {
    let clock = Timestamp::from_millis(1_790_401_512_150);
    Exchange::builder().clock(clock).moving(true).seed(7)
}

pub(crate) fn connector(exchange: &Exchange) -> usdm::Connector {
    let builder = usdm::Connector::builder().environment(exchange.environment());
    builder.build_connector().unwrap()
}

/// Lets the time of the exchange advance, and passes on everything that arrives.
pub(crate) async fn step<E>(
    exchange: &Exchange,
    stream: &mut (impl Stream<Item = Update<E>> + Unpin),
    mut note: impl FnMut(Update<E>),
) {
    exchange.advance(STEP);
    while let Ok(update) = timeout(QUIET, stream.next()).await {
        note(update.unwrap());
    }
}

/// Lets the time of the exchange advance, and passes on what arrives, until that returns true.
pub(crate) async fn read_until<E>(
    exchange: &Exchange,
    stream: &mut (impl Stream<Item = Update<E>> + Unpin),
    mut is_enough: impl FnMut(Update<E>) -> bool,
) {
    let began = Instant::now();
    loop {
        exchange.advance(STEP);
        while let Ok(update) = timeout(QUIET, stream.next()).await {
            if is_enough(update.unwrap()) {
                return;
            }
        }
        assert!(
            began.elapsed() < PATIENCE,
            "nothing that was expected arrived"
        );
    }
}

/// Checks that aggregate trades have consecutive ids, except for those that gaps name.
#[derive(Debug, Default)]
pub(crate) struct TradeIds {
    last: Option<u64>,
    /// Number of trades.
    pub(crate) count: u64,
    /// Number of trades that gaps named.
    pub(crate) lost: u64,
}

impl TradeIds {
    pub(crate) fn check(&mut self, id: Option<u64>) {
        let id = id.unwrap();
        if let Some(last) = self.last {
            assert_eq!(id, last + 1);
        }
        self.last = Some(id);
        self.count += 1;
    }

    /// Checks a gap of the trades.
    pub(crate) fn check_notice(&mut self, notice: &Notice) {
        let Notice::Gap(gap) = notice else {
            return;
        };
        if !gap.topic().unwrap().as_str().ends_with("@aggTrade") {
            return;
        }
        let numbers = gap.numbers().unwrap_or_else(|| panic!("{gap}"));
        let (first, last) = (*numbers.start() as u64, *numbers.end() as u64);
        assert_eq!(Some(first), self.last.map(|last| last + 1), "{gap}");
        assert!(last >= first, "{gap}");
        self.lost += last + 1 - first;
        self.last = Some(last);
    }
}
