//! Sessions with two connections, whose frames differ as those of two servers of the exchange may.

use std::time::Instant;

use binance_futures::mock::StreamFault;
use binance_futures::usdm::streams::{AggTrades, DiffDepth, Klines};
use binance_futures::ws::{Notice, Update};

use crate::support::PATIENCE;
use crate::support::exchange::{TradeIds, connector, exchange, read_until, step};

#[tokio::test]
async fn trades_of_two_connections_are_delivered_once() {
    for seed in 1..=3 {
        let exchange = exchange().stream_variation(seed).start().await.unwrap();
        let connector = connector(&exchange);
        let building = connector.session([AggTrades::new("BTCUSDT")]);
        let mut session = building.connections(2).build().unwrap();
        session.ready().await.unwrap();
        assert_eq!(exchange.stream_connections().len(), 2);
        // One connection after the other is lost, and always one is left.
        let mut ids = TradeIds::default();
        for round in 1..=2 {
            let target = 20 * round;
            read_until(&exchange, &mut session, |update| {
                match update {
                    Update::Event(trade) => ids.check(trade.id),
                    Update::Notice(notice) => panic!("{notice}"),
                }
                ids.count >= target
            })
            .await;
            assert!(exchange.inject_stream_fault_at(0, StreamFault::Disconnect));
            let replaced = 2 + round;
            let began = Instant::now();
            while began.elapsed() < PATIENCE {
                step(&exchange, &mut session, |update| match update {
                    Update::Event(trade) => ids.check(trade.id),
                    Update::Notice(notice) => panic!("{notice}"),
                })
                .await;
                if session.stats().opened == replaced && session.stats().connections.len() == 2 {
                    break;
                }
            }
            assert_eq!(session.stats().opened, replaced);
        }
        let stats = session.stats();
        assert_eq!((stats.gaps, stats.ended.broken), (0, 2), "{stats:?}");
        // Both connections delivered the same trades.
        assert!(stats.duplicates > 20, "{stats:?}");
    }
}

#[tokio::test]
async fn order_book_changes_of_two_connections_are_in_sequence() {
    for seed in 1..=3 {
        let exchange = exchange().stream_variation(seed).start().await.unwrap();
        let connector = connector(&exchange);
        let building = connector.session([DiffDepth::new("BTCUSDT")]);
        let mut session = building.connections(2).build().unwrap();
        session.ready().await.unwrap();
        let (mut last, mut count) = (None, 0);
        read_until(&exchange, &mut session, |update| {
            match update {
                Update::Event(update) => {
                    if let Some(last) = last {
                        assert_eq!(update.previous_update_id, last);
                    }
                    last = Some(update.last_update_id);
                }
                Update::Notice(notice) => panic!("{notice}"),
            }
            count += 1;
            count == 40
        })
        .await;
        assert_eq!(session.stats().gaps, 0);
        let frames = session.stats().connections;
        assert!(
            frames.iter().all(|(_, stats)| stats.frames > 10),
            "{frames:?}"
        );
    }
}

#[tokio::test]
async fn closed_candlestick_of_two_connections_is_delivered_once() {
    let exchange = exchange().stream_variation(5).start().await.unwrap();
    let connector = connector(&exchange);
    let building = connector.session([Klines::new("BTCUSDT", "1m")]);
    let mut session = building.connections(2).build().unwrap();
    session.ready().await.unwrap();
    let mut closed = Vec::new();
    read_until(&exchange, &mut session, |update| {
        match update {
            Update::Event(update) => {
                let open_time = update.kline.open_time.as_millis();
                // Nothing older follows a closed candlestick.
                assert!(closed.iter().all(|time| *time < open_time), "{closed:?}");
                if update.kline.closed {
                    closed.push(open_time);
                }
            }
            Update::Notice(Notice::Gap(gap)) => panic!("{gap}"),
            Update::Notice(notice) => panic!("{notice}"),
        }
        closed.len() == 5
    })
    .await;
    assert!(
        closed.windows(2).all(|pair| pair[1] - pair[0] == 60_000),
        "{closed:?}"
    );
}
