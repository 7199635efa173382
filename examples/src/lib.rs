//! What the examples have in common.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use binance_futures::environment::Environment;
use binance_futures::mock::Exchange;
use binance_futures::types::Timestamp;
use binance_futures::ws::Received;

/// The exchange that an example reads from.
pub struct Source {
    environment: Environment,
    /// Runs as long as this exists.
    _mock: Option<Exchange>,
}

impl Source {
    /// Starts a mock exchange with a moving market, or chooses Binance with `--live`.
    pub async fn from_arguments(name: &str) -> Result<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        match arguments.as_slice() {
            [] => Self::of_mock(Exchange::builder().moving(true).start().await?),
            [live] if live == "--live" => Ok(Self::live()),
            _ => bail!("usage: {name} [--live]"),
        }
    }

    /// Returns Binance.
    pub fn live() -> Self {
        Self {
            environment: Environment::Production,
            _mock: None,
        }
    }

    /// Returns a mock exchange.
    pub fn of_mock(exchange: Exchange) -> Result<Self> {
        Ok(Self {
            environment: exchange.environment(),
            _mock: Some(exchange),
        })
    }

    /// Returns the environment for the builder of a client or connector.
    pub fn environment(&self) -> Environment {
        self.environment.clone()
    }
}

/// Counts events, and returns a line once a second: how many there are, how fast they arrive, and their largest lag.
pub struct Progress {
    started: Instant,
    printed: Instant,
    events: u64,
    since_printed: u64,
    longest_lag: Option<i64>,
}

impl Default for Progress {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            printed: now,
            events: 0,
            since_printed: 0,
            longest_lag: None,
        }
    }
}

impl Progress {
    /// Counts an event, with its time at the exchange. Returns a line to print, once a second.
    pub fn count(
        &mut self,
        received: Received,
        event_time: impl Into<Option<Timestamp>>,
    ) -> Option<String> {
        self.events += 1;
        self.since_printed += 1;
        if let Some(time) = event_time.into() {
            let lag = received.unix_nanos / 1_000_000 - time.as_millis();
            self.longest_lag = self.longest_lag.max(Some(lag));
        }
        let elapsed = self.printed.elapsed();
        if elapsed < Duration::from_secs(1) {
            return None;
        }
        let rate = self.since_printed as f64 / elapsed.as_secs_f64();
        let mut line = format!(
            "{:>4} s  {:>8} events  {rate:>7.0}/s",
            self.started.elapsed().as_secs(),
            self.events
        );
        if let Some(lag) = self.longest_lag {
            line.push_str(&format!("  lag up to {lag} ms"));
        }
        self.printed = Instant::now();
        self.since_printed = 0;
        self.longest_lag = None;
        Some(line)
    }

    /// Returns the number of events.
    pub fn events(&self) -> u64 {
        self.events
    }
}
