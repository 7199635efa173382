//! Sockets and sessions deliver typed events of the mock exchange.

use std::fmt::Debug;

use binance_futures::coinm;
use binance_futures::mock::Exchange;
use binance_futures::topic::Subscribable;
use binance_futures::usdm::streams;
use binance_futures::ws::{Layout, Update};
use futures_util::Stream;

use crate::support::exchange::{TradeIds, connector, exchange, read_until};

/// Returns the next events, and panics at a notice.
async fn events<E: Debug>(
    exchange: &Exchange,
    stream: &mut (impl Stream<Item = Update<E>> + Unpin),
    count: usize,
) -> Vec<E> {
    let mut events = Vec::new();
    read_until(exchange, stream, |update| {
        match update {
            Update::Event(event) => events.push(event.data),
            Update::Notice(notice) => panic!("{notice}"),
        }
        events.len() == count
    })
    .await;
    events
}

/// Reads some events of topics through a socket of each layout and through a session.
async fn read<T>(
    exchange: &Exchange,
    connector: &binance_futures::ws::Connector<T::Product>,
    topic: T,
) -> Vec<Vec<T::Event>>
where
    T: Subscribable<Event: Debug>,
{
    let mut all = Vec::new();
    for layout in [Layout::Combined, Layout::Raw] {
        let opening = connector.socket([topic.clone()]).layout(layout);
        let mut socket = opening.await.unwrap();
        all.push(events(exchange, &mut socket, 3).await);
        assert!(socket.stats().frames > 0);
        socket.close().await;
    }
    let mut session = connector.session([topic]).build().unwrap();
    session.ready().await.unwrap();
    all.push(events(exchange, &mut session, 3).await);
    session.close().await;
    assert!(exchange.stream_connections().is_empty());
    all
}

#[tokio::test]
async fn usdm_topics_deliver_typed_events() {
    let exchange = exchange().start().await.unwrap();
    let connector = connector(&exchange);
    for trades in read(&exchange, &connector, streams::AggTrades::new("BTCUSDT")).await {
        let mut ids = TradeIds::default();
        for trade in trades {
            assert_eq!(trade.symbol.as_str(), "BTCUSDT");
            ids.check(trade.id);
        }
    }
    for tickers in read(&exchange, &connector, streams::BookTickers::new("ETHUSDT")).await {
        for ticker in &tickers {
            assert_eq!(ticker.symbol.as_str(), "ETHUSDT");
            assert!(ticker.bid_price < ticker.ask_price);
        }
    }
    for updates in read(&exchange, &connector, streams::DiffDepth::new("BTCUSDT")).await {
        for pair in updates.windows(2) {
            assert_eq!(pair[1].previous_update_id, pair[0].last_update_id);
        }
    }
    for klines in read(&exchange, &connector, streams::Klines::new("BTCUSDT", "1m")).await {
        for update in &klines {
            assert_eq!(update.kline.symbol.as_str(), "BTCUSDT");
            assert!(update.kline.low <= update.kline.high);
        }
    }
}

#[tokio::test]
async fn coinm_topics_deliver_typed_events() {
    let exchange = exchange().start().await.unwrap();
    let connector = coinm::Connector::builder()
        .environment(exchange.environment())
        .build_connector()
        .unwrap();
    let symbol = "BTCUSD_PERP";
    for trades in read(
        &exchange,
        &connector,
        coinm::streams::AggTrades::new(symbol),
    )
    .await
    {
        let mut ids = TradeIds::default();
        for trade in trades {
            assert_eq!(trade.symbol.as_str(), symbol);
            ids.check(trade.id);
        }
    }
    for tickers in read(
        &exchange,
        &connector,
        coinm::streams::BookTickers::new(symbol),
    )
    .await
    {
        for ticker in &tickers {
            assert_eq!(ticker.symbol.as_str(), symbol);
        }
    }
    for updates in read(
        &exchange,
        &connector,
        coinm::streams::DiffDepth::new(symbol),
    )
    .await
    {
        for pair in updates.windows(2) {
            assert_eq!(pair[1].previous_update_id, Some(pair[0].last_update_id));
        }
    }
    for klines in read(
        &exchange,
        &connector,
        coinm::streams::Klines::new(symbol, "1m"),
    )
    .await
    {
        for update in &klines {
            assert_eq!(update.kline.symbol.as_str(), symbol);
        }
    }
}

#[tokio::test]
async fn topics_of_several_types_share_a_connection() {
    let exchange = exchange().start().await.unwrap();
    let connector = connector(&exchange);
    let topics = || -> Vec<streams::AnyTopic> {
        vec![
            streams::AggTrades::new("BTCUSDT").into(),
            streams::Klines::new("ETHUSDT", "1m").into(),
            streams::MarkPrice::new("BTCUSDT").into(),
            streams::AllMiniTickers::new().into(),
        ]
    };
    let mut socket = connector.socket(topics()).await.unwrap();
    let from_socket = events(&exchange, &mut socket, 100).await;
    let mut session = connector.session(topics()).build().unwrap();
    session.ready().await.unwrap();
    let from_session = events(&exchange, &mut session, 100).await;
    for events in [from_socket, from_session] {
        let mut counts = [0; 4];
        for event in events {
            let index = match event {
                streams::AnyEvent::AggTrades(trade) => {
                    assert_eq!(trade.symbol.as_str(), "BTCUSDT");
                    0
                }
                streams::AnyEvent::Klines(update) => {
                    assert_eq!(update.symbol.as_str(), "ETHUSDT");
                    1
                }
                streams::AnyEvent::MarkPrice(_) => 2,
                streams::AnyEvent::AllMiniTickers(_) => 3,
                other => panic!("{other:?}"),
            };
            counts[index] += 1;
        }
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }
}

#[tokio::test]
async fn topics_can_be_added_and_removed() {
    let exchange = exchange().start().await.unwrap();
    let connector = connector(&exchange);
    let [bitcoin, ether] = ["BTCUSDT", "ETHUSDT"].map(streams::MarkPrice::new);
    let mut session = connector.session([bitcoin.clone()]).build().unwrap();
    session.ready().await.unwrap();
    session.subscribe([ether.clone()]).await.unwrap();
    let names = |exchange: &Exchange| match &exchange.stream_connections()[..] {
        [connection] => connection.subscriptions.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(names(&exchange).len(), 2);
    session.unsubscribe([bitcoin]).unwrap();
    let mut after = 0;
    read_until(&exchange, &mut session, |update| {
        if names(&exchange).len() == 1 {
            after += usize::from(update.event().is_some());
        }
        after == 10
    })
    .await;
    assert_eq!(names(&exchange), [ether.wire_name().unwrap().as_str()]);
}
