//! A mock exchange in the same process, for tests of trading programs.
//!
//! A test starts an exchange, connects a client to it, runs the code under test, and checks that no request was rejected:
//!
#![cfg_attr(all(feature = "rest", feature = "usdm"), doc = "```")]
#![cfg_attr(not(all(feature = "rest", feature = "usdm")), doc = "```ignore")]
//! use std::time::Duration;
//!
//! use binance_futures::mock::{Exchange, Fault};
//! use binance_futures::prelude::*;
//! use binance_futures::usdm::{self, NewOrder};
//!
//! /// The code under test: places an order, and looks it up if the response is lost.
//! async fn place(client: &usdm::Client) -> Result<bool, Error> {
//!     let order = NewOrder::limit("BTCUSDT", Side::Buy, dec!(0.002), dec!(59808), TimeInForce::Gtc);
//!     match client.send(order).await {
//!         Ok(_) => Ok(true),
//!         Err(Error::UnknownOutcome(unknown)) => {
//!             let within = Duration::from_secs(10);
//!             let resolution = client.resolve::<NewOrder>(&unknown, within).await?;
//!             Ok(matches!(resolution, Resolution::Found(_)))
//!         }
//!         Err(other) => Err(other),
//!     }
//! }
//!
//! // In a test, this is `#[tokio::test]`.
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let exchange = Exchange::start().await?;
//!     let (api_key, secret) = exchange.credentials();
//!     let credentials = Credentials::hmac(api_key, secret)?.for_environment(exchange.environment());
//!     let client = usdm::Client::builder().credentials(credentials).build()?;
//!
//!     // The next request is executed, but its response is lost.
//!     exchange.inject_fault(Fault::Disconnect);
//!     assert!(place(&client).await?);
//!     assert!(exchange.rejected_requests().is_empty());
//!     Ok(())
//! }
//! ```
//!
//! `cargo xtask mock` runs this mock exchange as a program, for clients in other languages. Exchanges are independent of each other: any
//! number can run at the same time. The exchange listens on the loopback interface only, and its time comes from a [`Clock`].
//!
//! # Contracts
//!
//! | product | symbol: best bid price |
//! |---|---|
//! | USDⓈ-M | BTCUSDT: 61250.10, ETHUSDT: 2310.45, SOLUSDT: 142.370, 币安人生USDT: 0.2175000 |
//! | COIN-M | BTCUSD_PERP: 61250.1, ETHUSD_PERP: 2310.45 |
//!
//! The best ask is one tick higher. The exchange information has the filters of each contract; those of BTCUSDT and BTCUSD_PERP are the ones
//! of the spec's sample. Added contracts, and listed ones whose filters do not permit a price that a
//! test sets, have filters that suit their price: a tick is one unit in its last decimal place.
//! [`Builder::symbol`] adds contracts and sets prices. A symbol with a date, such as `BTCUSD_261225`, is a contract that expires at 08:00 UTC
//! on this date. All other contracts in the sample of the exchange information have a price of 100.00; NOVAUSDT is not open for trading.
//!
//! # The market
//!
//! By default the market is calm: the best bid of each contract stays where it is, until a test sets it. Tests steer the market:
//!
#![cfg_attr(all(feature = "rest", feature = "usdm"), doc = "```")]
#![cfg_attr(not(all(feature = "rest", feature = "usdm")), doc = "```ignore")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use binance_futures::mock::Exchange;
//! use binance_futures::prelude::*;
//! use binance_futures::usdm::{self, Klines, MarkPrice};
//!
//! let exchange = Exchange::start().await?;
//! let client = usdm::Client::builder().environment(exchange.environment()).build()?;
//!
//! exchange.set_price("BTCUSDT", dec!(58000))?; // all prices follow, and a trade is printed
//! exchange.trade("BTCUSDT", dec!(57990.5), dec!(0.2))?; // one more trade
//! exchange.advance(Duration::from_secs(3600)); // an hour passes at once
//!
//! let mark = client.send(MarkPrice::new("BTCUSDT")).await?;
//! assert_eq!(mark.mark_price, dec!(58000));
//! let klines = client.send(Klines::new("BTCUSDT", KlineInterval::Hour1).limit(2)).await?;
//! assert_eq!(klines.first().map(|kline| kline.low), Some(dec!(57990.5)));
//! # Ok(())
//! # }
//! ```
//!
//! With [`Builder::moving`], prices also move on their own, every five seconds. [`Builder::seed`] chooses how. The same seed, start time and
//! actions of tests give the same market.
//!
//! | data | rule |
//! |---|---|
//! | order book | 20 levels on each side, one tick apart. What orders take is available again within five seconds. |
//! | trades | One every five seconds at the best bid (on a moving market, at the best bid or the best ask), and those of orders and tests. |
//! | aggregate trades | Trades of one taker side at one price within 100 ms. |
//! | candlesticks | Exactly the trades of their time. A longer one consists of exactly the shorter ones in it. |
//! | 24-hour statistics | The trades since 24 hours before the start of the current minute. |
//! | index price | The best bid without the premium, which is 0 on a calm market. The index price of a pair is that of its perpetual contract. |
//! | mark price | The index price with the slow part of the premium, so it is near the best bid. |
//! | funding | Every eight hours, or as the funding settings say. The rate is 0.01% on a calm market. |
//! | history | Begins 90 days before the start of the exchange, the onboard date of the contracts. |
//!
//! # Streams
//!
//! The exchange pushes the events of every topic over websocket connections. Both products share one host here: paths with a URL group are
//! those of USDⓈ-M, and the others are those of COIN-M. A websocket client connects to the
//! [`streams_url`](crate::environment::Environment::streams_url) of the exchange's [`environment`](Exchange::environment).
//!
//! | path | serves |
//! |---|---|
//! | `/public/ws/NAME/NAME`, `/public/stream?streams=NAME/NAME` | the topics of USDⓈ-M in the URL group `public`, as raw or as combined events |
//! | `/market/ws`, `/market/stream` | those in the URL group `market` |
//! | `/private/ws?listenKey=KEY&events=EVENT/EVENT`, `/private/stream` | the user data of USDⓈ-M; without `events`, nothing is pushed |
//! | `/ws/NAME`, `/stream?streams=NAME` | the topics of COIN-M, and its user data: a listen key is a name |
//!
//! A topic pushes what the REST API of the same exchange returns, at the intervals that the spec states, and only what happens after the
//! subscription. [`Exchange::advance`] publishes everything that is due, in the order of time.
//!
//! | topic | rule |
//! |---|---|
//! | aggregate trades | 100 ms after their first trade, when no trade can join them |
//! | diff depth | The changes since the event before. Update ids are those of the order book, and each batch ends at a multiple of its interval. |
//! | candlesticks | After trades, and when they close: each closed one exactly once |
//! | topics of all symbols | Both products, with [`SymbolType`](crate::types::SymbolType) in the events |
//! | mark prices, index prices, candlesticks | The symbols of both products, on the connections of either one |
//! | liquidation orders | One of the smallest quantity of each contract, after each minute |
//! | contract information | All contracts, at each full hour |
//! | composite index, asset indexes, trading session | The sample of the spec, with the current time. Other symbols than those of the sample are silent. |
//! | names that the exchange does not know, or of another URL group | Accepted, and silent |
//!
//! Connections have the limits of the spec ([`StreamConnectionLimits`](crate::request::StreamConnectionLimits)): the number of streams, the
//! frames per second from the client, the lifetime, the interval of pings, and the time without a pong after which they close. Attempts to
//! connect count against [`RateLimits`]. All of these follow the exchange's time. The close code at the end of the lifetime is an
//! assumption.
//!
//! [`Exchange::inject_stream_fault`] injects faults, see [`StreamFault`]. [`Builder::stream_variation`] makes connections differ, as those of
//! the exchange may: a program that merges two connections should not expect equal frames. [`Exchange::stream_connections`] returns what the
//! exchange knows of its connections.
//!
//! # What is modeled
//!
//! | area | modeled | not modeled |
//! |---|---|---|
//! | requests | every REST operation, signatures, timestamps, parameters, rate limits | the websocket API |
//! | streams | every topic, commands, limits, user data | compression |
//! | orders | placing, modifying, canceling and querying with the rules of the exchange information | |
//! | conditional orders | stop, take-profit and trailing-stop orders, closing of positions | |
//! | matching | with the book of the market, which trades fill | trades between accounts |
//! | accounts | positions, balances, margin, leverage, fees, funding, income, trades | liquidation, auto-deleveraging, delivery |
//! | market data | books, trades, candlesticks, statistics, mark prices, funding, exchange information | open interest, long-short ratios |
//! | faults | lost requests and responses, cut bodies, delays, any response; closed, stalled and muted streams, lost and repeated events | |
//!
//! In detail:
//!
//! - **Operations**: every REST operation of the spec, under one base URL for `/fapi`, `/dapi` and `/futures/data`.
//! - **Checks**: method and path, required parameters, types, enum values, the documented ranges (those of [`check`](crate::check)), API
//!   keys, signatures (HMAC, RSA, Ed25519), timestamps and receive windows. Errors have the exchange's codes and HTTP statuses.
//! - **Rate limits**: request weight, order counts with their headers, rate-limit buckets, `Retry-After`, and the ban after too many
//!   requests; see [`RateLimits`]. Both products share request weight and orders.
//! - **Orders**: placing, testing, querying, modifying, canceling and listing, one by one and in batches, with time in force, reduce-only,
//!   price match, good-till date, self-trade prevention, modifications and countdowns. The response to placing an order shows its fills
//!   only with the response type `RESULT`, and only for market orders and orders with the time in force `IOC`, `FOK` or `GTX`.
//! - **Rules of orders**, with the exchange's codes: the filters and the status in the exchange information, position mode, reduce-only,
//!   margin, leverage brackets and the number of open orders.
//! - **Conditional orders**, in their own endpoints and in the order endpoint of COIN-M: stop, take-profit and trailing-stop orders, with
//!   a limit price or at market, and those that close the position. They trigger when the last price or the mark price reaches the trigger
//!   price, and then are ordinary orders. A triggered order that can only reduce a position is at most as large as the position.
//! - **Matching**: an order trades with the order book of the market. A resting order is filled at its limit price: completely once the
//!   market trades beyond that price, and up to the traded quantity when it trades at that price. Orders of different accounts do not trade
//!   with each other. At the same price, an order trades with the account's own orders before it trades with the market.
//! - **Accounts**: positions and balances follow fills, in one-way and hedge mode, with cross and isolated margin, linear (USDⓈ-M) and
//!   inverse (COIN-M). Realized profits, fees and funding change the balance and are listed as income. Trades, leverage, margin types,
//!   multi-assets mode, position margin, and conversions of assets. [`Builder::balance`] sets the balances at the start.
//! - **History**: an account keeps its newest 10,000 ended orders, trades, income entries, modifications and margin changes.
//! - **User data**: listen keys are created, extended, closed, and expire. Their streams push orders, fills, balances, positions,
//!   conditional orders, leverage and multi-assets mode.
//! - **Market data**: the exchange information has all listed contracts, and all other data is as described above. The order book that
//!   orders trade against is the one that the market data shows. The server time is that of the exchange's clock.
//! - **Faults** of requests: lost requests and responses, truncated bodies, delays and arbitrary responses; see [`Fault`].
//!
//! Not modeled:
//!
//! - **Liquidation and auto-deleveraging**: a position stays open whatever it loses, its liquidation price is 0, and no forced orders are
//!   listed.
//! - **Details of margin**: leverage brackets and fee rates are the same for all contracts of a product. Fees are always paid in the margin
//!   asset, and assets count with their full value in multi-assets mode. Contracts are not delivered.
//! - **All other operations** respond with the sample of the spec, in which a field with the name and type of a parameter has the value
//!   from the request.
//! - **The websocket API** is not served.
//! - **Some user events** never happen: margin calls, strategies and grids. The field with the reason why an order expired is left out.
//!
//! [`Clock`]: crate::clock::Clock

mod exchange;
mod fault;
#[cfg_attr(
    not(all(feature = "usdm", feature = "coinm")),
    allow(dead_code, reason = "what is used depends on the compiled products")
)]
mod market;
mod object;
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(dead_code, reason = "without products there is nothing to serve")
)]
mod operations;
mod server;
mod state;
mod stream_fault;
#[cfg_attr(
    not(all(feature = "usdm", feature = "coinm")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        unused_variables,
        reason = "what is used depends on the compiled products"
    )
)]
mod streams;
mod trading;

pub use exchange::{Builder, Exchange};
pub use fault::Fault;
pub use market::MarketError;
pub use server::{InvalidPublicKey, RateLimits, RejectedRequest};
pub use stream_fault::{StreamConnection, StreamFault};
