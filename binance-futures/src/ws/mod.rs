//! Websocket connections to the streams.
//!
//! There are three levels. Choose [`Streams`] unless there is a reason against it:
//!
//! | | [`Streams`] | [`Session`] | [`Socket`] |
//! |---|---|---|---|
//! | is | subscriptions to any number of topics | one logical connection that survives | one connection |
//! | topics | divided among connections | of one URL group, as many as a connection carries | as for a session |
//! | runs | on tasks of its own | while its owner polls it | while its owner polls it |
//! | a slow reader | has a [`Queue`]; nothing else is delayed | holds the connection back | holds the connection back |
//! | when a connection ends | reconnects and subscribes again | reconnects and subscribes again | ends |
//! | before the exchange closes a connection because of its age | moves to another one, while both carry the topics | as for streams | nothing |
//! | lost events | reported as gaps | reported as gaps | not noticed |
//! | for | almost all programs | programs with one connection that have a task for it, and want no queue | tools and tests |
//!
//! All of them decode an event directly into its type when its message is read.
//!
//! # Subscriptions
//!
//! ```no_run
//! # async fn read() -> Result<(), binance_futures::error::Error> {
//! use binance_futures::usdm::{self, streams::BookTickers};
//! use binance_futures::ws::{Notice, Queue, Update};
//!
//! let streams = usdm::Connector::builder().build_connector()?.streams();
//! let topics = ["BTCUSDT", "ETHUSDT"].map(BookTickers::new);
//! let mut quotes = streams.subscribe_all(topics).queue(Queue::latest()).await?;
//! while let Some(update) = quotes.next().await {
//!     match update {
//!         Update::Event(quote) => println!("{} {}", quote.symbol, quote.bid_price),
//!         Update::Notice(Notice::Gap(gap)) => println!("missing: {gap}"),
//!         Update::Notice(notice) => println!("{notice}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A client of the REST API has the handle, too: `client.streams()?`. It shares options and governor with the client.
//!
//! Awaiting a subscription means that the exchange has acknowledged and listed its topics. It fails if the exchange rejects a topic, or if
//! there is no connection. [`Subscribe::open`] does not wait, and goes on until there is a connection.
//!
//! The exchange acknowledges topics of symbols that it does not have, and pushes nothing: [`Subscribe::first_event_within`] finds them.
//!
//! # Topics
//!
//! What is subscribed to are the topics of `usdm::streams` and `coinm::streams`. All topics of a subscription, session or socket have one
//! type, and that decides the type of the events. Topics of different types are converted into the enum over all topics of the product:
//!
//! ```no_run
//! # async fn read(streams: binance_futures::usdm::Streams) -> Result<(), binance_futures::error::Error> {
//! use binance_futures::usdm::streams::{AggTrades, AnyEvent, AnyTopic, MarkPrice};
//! use binance_futures::ws::Update;
//!
//! let topics: [AnyTopic; 2] = [AggTrades::new("BTCUSDT").into(), MarkPrice::new("BTCUSDT").into()];
//! let mut all = streams.subscribe_all(topics).await?;
//! while let Some(update) = all.next().await {
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
//! Topics of all symbols push those of both products. A subscription delivers the symbols of its own product and counts the others, unless
//! [`Subscribe::products`] says otherwise.
//!
//! USDⓈ-M serves its streams under the URL groups `public`, `market` and `private`. A connection carries topics of one group only; the
//! topics choose it. Streams divide topics by it; a session or socket refuses topics of two groups.
//!
//! # User data
//!
//! The orders, balances and positions of an account are the topic [`usdm::streams::UserData`](crate::usdm::streams::UserData), and its
//! counterpart of COIN-M. A listen key in the URL of the connection opens it: so each has a connection of its own. Events that were lost are
//! not repeated: after a gap, query what depends on them.
//!
//! ```no_run
//! # async fn read(client: binance_futures::usdm::Client) -> Result<(), binance_futures::error::Error> {
//! use binance_futures::usdm::{NewListenKey, events::UserEvent, streams::UserData};
//! use binance_futures::ws::Update;
//!
//! let topic = UserData::new(client.send(NewListenKey::new()).await?)?;
//! let mut events = client.streams()?.subscribe(topic).redundancy(2).await?;
//! while let Some(update) = events.next().await {
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
//! # Guarantees
//!
//! Streams and sessions deliver each event once, in the order of its topic, also while a connection is replaced, and while several
//! connections carry the same topics ([`Subscribe::redundancy`], [`OpenSession::connections`]). What is known about events that no
//! connection delivered depends on the [continuity](crate::topic::Continuity) of the topic:
//!
//! | continuity | such as | a lost event |
//! |---|---|---|
//! | `Contiguous` | aggregate trades | is reported, with the lost numbers |
//! | `Chained` | changes of the order book | is reported; how many is not known |
//! | `State` | book tickers, mark prices, candlesticks | cannot be noticed, and the next event replaces it; reported as possible after an interruption |
//! | `Copies` | liquidation orders, user data | cannot be noticed; reported as possible after an interruption |
//!
//! With one connection, an interruption loses what was pushed meanwhile. With a redundancy of two, it does not, unless both are interrupted at
//! once.
//!
//! A subscription that is read more slowly than events arrive loses events by the rule of its [`Queue`], and reports how many.
//!
//! # Notices
//!
//! Notices arrive among the events, in the place where something happened.
//!
//! | notice | meaning | what to do |
//! |---|---|---|
//! | [`Gap`](Notice::Gap) | events are missing, or may be | read what depends on them again, such as an order book |
//! | [`Lagged`](Notice::Lagged) | the reader was too slow, and updates were removed from its queue | as after a gap; read faster, or use another queue |
//! | [`Malformed`](Notice::Malformed) | a message could not be decoded and is left out | report it; the notice has the message |
//! | [`Stale`](Notice::Stale) | a topic is silent for longer than its bound | do not trust its last event; its connection is being replaced. After [`first_event_within`](Subscribe::first_event_within): check the symbol |
//! | [`Rejected`](Notice::Rejected) | the exchange does not accept a topic; the others go on | check the topic |
//! | [`Reconnecting`](Notice::Reconnecting) | there is no connection for the topics, or for some of them | stop relying on events until `Resumed` |
//! | [`Resumed`](Notice::Resumed) | all topics are subscribed to again | read states again |
//! | [`Closed`](Notice::Closed) | there are no further updates | |
//!
//! [`Subscription::on_notice`] and [`Subscription::try_events`] are simpler forms.
//!
//! # Recordings
//!
//! [`Streams::subscribe_raw`] and a [`RawTopic`] deliver the text of events without decoding them. With the feature `record`, the module
//! `record` writes these events to compressed files, and replays the files through the types that a session delivers.
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
mod raw;
#[cfg(feature = "record")]
pub mod record;
#[cfg(feature = "ws")]
mod session;
#[cfg(feature = "ws")]
mod setters;
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
pub use raw::{RawEvent, RawTopic};
#[cfg(feature = "ws")]
pub use session::{EndedConnections, Lead, OpenSession, Session, SessionState, SessionStats};
#[cfg(feature = "ws")]
pub use socket::{ConnectionStats, Heartbeat, OpenSocket, Socket};
#[cfg(feature = "ws")]
pub use streams::{
    DataLoss, Events, Products, Queue, Streams, StreamsBuilder, Subscribe, Subscription,
    SubscriptionStats, TryEvents,
};
