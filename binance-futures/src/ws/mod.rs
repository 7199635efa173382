//! Websocket connections to the streams.
//!
//! A [`Connector`] opens connections. There are two kinds:
//!
//! | | [`Session`] | [`Socket`] |
//! |---|---|---|
//! | is | one logical connection that survives | one connection |
//! | when the connection ends | reconnects and subscribes again | ends |
//! | before the exchange closes it because of its age | moves to another connection, while both carry the topics | nothing |
//! | lost events | reported as gaps | not noticed |
//! | for | programs that run for long | tools, tests, and programs that do the rest themselves |
//!
//! Both are polled by their owner: there is no task and no queue behind them. Events are decoded when they are read, straight into their
//! types, and a slow reader holds the connection back. So read all the time, and hand events that take long to process to another task.
//!
//! # Topics
//!
//! What a connection is subscribed to are the topics of `usdm::streams` and `coinm::streams`. All topics of a connection have one type, and
//! that decides the type of the events:
//!
//! ```no_run
//! # async fn read() -> Result<(), binance_futures::error::Error> {
//! use binance_futures::usdm::{self, streams::{AggTrades, AnyEvent, AnyTopic, MarkPrice}};
//! use binance_futures::ws::Update;
//!
//! let connector = usdm::Connector::builder().build_connector()?;
//! let topics: [AnyTopic; 2] = [AggTrades::new("BTCUSDT").into(), MarkPrice::new("BTCUSDT").into()];
//! let mut session = connector.session(topics).build()?;
//! while let Some(update) = session.next().await {
//!     match update {
//!         Update::Event(event) => match event.data {
//!             AnyEvent::AggTrades(trade) => println!("traded at {}", trade.price),
//!             AnyEvent::MarkPrice(mark) => println!("marked at {}", mark.mark_price),
//!             _ => {}
//!         },
//!         Update::Notice(notice) => println!("{notice}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! USDⓈ-M serves its streams under the URL groups `public`, `market` and `private`. A connection carries topics of one group only; the
//! topics choose it.
//!
//! # User data
//!
//! The orders, balances and positions of an account are the topic [`usdm::streams::UserData`](crate::usdm::streams::UserData), and its
//! counterpart of COIN-M. A listen key in the URL of the connection opens it: so a connection or session carries this topic only. Events
//! that were lost are not repeated: after a gap, query what depends on them.
//!
//! ```no_run
//! # async fn read(client: binance_futures::usdm::Client) -> Result<(), binance_futures::error::Error> {
//! use binance_futures::usdm::{NewListenKey, events::UserEvent, streams::UserData};
//! use binance_futures::ws::Update;
//!
//! let topic = UserData::new(client.send(NewListenKey::new()).await?)?;
//! let mut session = client.connector()?.session([topic]).connections(2).build()?;
//! while let Some(update) = session.next().await {
//!     match update {
//!         Update::Event(event) => match event.data {
//!             UserEvent::OrderTradeUpdate(update) => println!("{:?}", update.order),
//!             UserEvent::ListenKeyExpired(_) => break,
//!             _ => {}
//!         },
//!         Update::Notice(notice) => println!("{notice}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A listen key is valid for an hour; send `RenewListenKey` every 30 minutes or so.
//!
//! # What a session guarantees
//!
//! While a connection is replaced, and with [several connections](OpenSession::connections), two connections carry the same topics. Each
//! event is then delivered once, in order. What is known about events that no connection delivered depends on the
//! [continuity](crate::topic::Continuity) of the topic:
//!
//! | continuity | such as | a lost event |
//! |---|---|---|
//! | `Contiguous` | aggregate trades | is reported, with the lost numbers |
//! | `Chained` | changes of the order book | is reported; how many is not known |
//! | `State` | book tickers, mark prices, candlesticks | cannot be noticed, and the next event replaces it; reported as possible after an interruption |
//! | `Copies` | liquidation orders, user data | cannot be noticed; reported as possible after an interruption |
//!
//! # Notices
//!
//! | notice | meaning | what to do |
//! |---|---|---|
//! | [`Gap`](Notice::Gap) | events are missing, or may be | read what depends on them again, such as an order book |
//! | [`Malformed`](Notice::Malformed) | a message could not be decoded and is left out | report it; the notice has the message |
//! | [`Stale`](Notice::Stale) | a topic is silent for longer than its bound | do not trust its last event; the connection is being replaced |
//! | [`Reconnecting`](Notice::Reconnecting) | there is no connection | stop relying on events until `Resumed` |
//! | [`Resumed`](Notice::Resumed) | all topics are subscribed to again | read states again |
//! | [`Closed`](Notice::Closed) | there are no further updates | |
//!
//! # Messages
//!
//! [`message`] has types for the messages that are sent and received over a connection. Nothing in it opens a connection.

#[cfg(feature = "ws")]
mod connector;
#[cfg(feature = "ws")]
mod event;
#[cfg(feature = "ws")]
mod gap;
#[cfg(feature = "ws")]
mod merge;
pub mod message;
#[cfg(feature = "ws")]
mod session;
#[cfg(feature = "ws")]
mod socket;
#[cfg(feature = "ws")]
mod streams;
#[cfg(all(test, feature = "ws", feature = "usdm"))]
mod tests;
#[cfg(feature = "ws")]
mod time;

#[cfg(feature = "ws")]
pub use connector::{Connector, Layout};
#[cfg(feature = "ws")]
pub use event::{Cause, ConnectionId, Event, Malformed, Notice, Received, Rejected, Stale, Update};
#[cfg(feature = "ws")]
pub use gap::{Gap, GapCause, Lost};
#[cfg(feature = "ws")]
pub use session::{EndedConnections, Lead, OpenSession, Session, SessionState, SessionStats};
#[cfg(feature = "ws")]
pub use socket::{ConnectionStats, Heartbeat, OpenSocket, Socket};
#[cfg(feature = "ws")]
pub use streams::{
    DataLoss, Events, Products, Queue, Streams, StreamsBuilder, Subscribe, Subscription,
    SubscriptionStats, TryEvents,
};
