//! The products, and what their streams are read from.

use std::{fmt::Debug, str::FromStr};

use anyhow::{Context, Result};
use binance_futures::{
    coinm,
    mock::Exchange,
    request::Product,
    topic::{ParseTopicError, Subscribable},
    usdm,
    ws::Connector,
};

use super::options::Options;
use crate::target::Target;

/// A product whose topics are parsed from their names.
pub(super) trait StreamProduct: Product {
    /// Any topic of the product. `Debug` prints the Rust name of the topic first.
    type AnyTopic: Subscribable<Product = Self, Event: Debug> + FromStr<Err = ParseTopicError>;
}

impl StreamProduct for usdm::Usdm {
    type AnyTopic = usdm::streams::AnyTopic;
}

impl StreamProduct for coinm::CoinM {
    type AnyTopic = coinm::streams::AnyTopic;
}

/// Where streams are read from.
pub(super) struct Source<P> {
    pub(super) connector: Connector<P>,
    /// The mock exchange, which stops when it is dropped.
    _exchange: Option<Exchange>,
}

impl<P: Product> Source<P> {
    /// Creates a connector to the target, and starts the mock exchange if that is the target.
    pub(super) async fn start(options: &Options) -> Result<Self> {
        let (environment, exchange) = match &options.target {
            Target::Environment(environment) => (environment.clone(), None),
            Target::Mock => {
                let mut builder = Exchange::builder().moving(true);
                if let Some(seed) = options.variation {
                    builder = builder.stream_variation(seed);
                }
                let exchange = builder.start().await;
                let exchange = exchange.context("cannot start the mock exchange")?;
                (exchange.environment(), Some(exchange))
            }
        };
        let builder = Connector::builder().environment(environment);
        Ok(Self {
            connector: builder.build_connector()?,
            _exchange: exchange,
        })
    }
}
