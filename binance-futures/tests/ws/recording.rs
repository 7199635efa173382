//! Streams of the mock exchange are recorded, and replayed as a session delivers them.

use std::fs;

use binance_futures::usdm::Usdm;
use binance_futures::usdm::streams::{AggTrades, AnyEvent, AnyTopic, BookTickers, MarkPrice};
use binance_futures::ws::record::{Line, RecorderOptions, Recording, Replay};
use binance_futures::ws::{Notice, RawTopic, Update};

use crate::support::exchange::{TradeIds, connector, exchange, read_until};

#[tokio::test]
async fn streams_of_the_mock_exchange_are_recorded_and_replayed() {
    let exchange = exchange().start().await.unwrap();
    let connector = connector(&exchange);
    let topics = [
        RawTopic::of(&AggTrades::new("BTCUSDT")).unwrap(),
        RawTopic::of(&MarkPrice::new("BTCUSDT")).unwrap(),
    ];
    let mut session = connector.session(topics).build().unwrap();
    session.ready().await.unwrap();
    let folder = std::env::temp_dir().join(format!("binance-futures-ws-{}", std::process::id()));
    let recorder = RecorderOptions::new(&folder)
        .prefix("mock")
        .open::<Usdm>(connector.environment())
        .unwrap()
        .spawn(1_000);
    let mut texts = Vec::new();
    let mut updates = Vec::new();
    read_until(&exchange, &mut session, |update| {
        if let Update::Event(event) = &update {
            texts.push(event.text.clone());
        }
        updates.push(update);
        updates.len() >= 20
    })
    .await;
    session.close().await;
    while let Some(update) = session.next().await {
        if let Update::Event(event) = &update {
            texts.push(event.text.clone());
        }
        updates.push(update);
    }
    for update in updates {
        recorder.write(update).await.unwrap();
    }
    let stats = recorder.close().await.unwrap();
    assert_eq!(stats.events, texts.len() as u64);

    let recorded: Vec<_> = Recording::open(&folder)
        .unwrap()
        .filter_map(|line| match line.unwrap() {
            Line::Event(event) => Some(event.text),
            _ => None,
        })
        .collect();
    assert_eq!(recorded, texts);

    let mut trades = TradeIds::default();
    let mut marks = 0;
    let mut closed = 0;
    for update in Replay::<AnyTopic>::of_all(Recording::open(&folder).unwrap()) {
        match update.unwrap() {
            Update::Event(event) => match event.data {
                AnyEvent::AggTrades(trade) => trades.check(trade.id),
                AnyEvent::MarkPrice(_) => marks += 1,
                other => panic!("{other:?}"),
            },
            Update::Notice(Notice::Closed(_)) => closed += 1,
            Update::Notice(notice) => panic!("{notice}"),
        }
    }
    assert_eq!(trades.count + marks, texts.len() as u64);
    assert!(trades.count > 0 && marks > 0 && closed == 1);

    // A topic that was not recorded.
    let recording = Recording::open(&folder).unwrap();
    let replay = Replay::new(recording, [BookTickers::new("BTCUSDT")]).unwrap();
    assert_eq!(
        replay.filter_map(|update| update.unwrap().event()).count(),
        0
    );
    fs::remove_dir_all(&folder).unwrap();
}
