//! The same actions have the same outcome, however time is divided.

use proptest::prelude::*;

use super::{Action, Run, actions, from, interval, newest, start};
use crate::mock::market::interval::HOUR;
use crate::mock::market::{Change, MAX_ADVANCE, MarketEvent, TIME_BOUNDS};
use crate::types::{KlineInterval, Timestamp};

/// The text of events, for comparison.
fn texts(events: &[MarketEvent]) -> Vec<String> {
    let text = |event: &MarketEvent| {
        format!(
            "{} {} {:?}",
            event.time, event.contract.symbol, event.change
        )
    };
    events.iter().map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn advancing_at_once_and_in_parts_is_the_same(start in start(), actions in actions(), parts in prop::collection::vec(1_i64..60_000, 1..40)) {
        let mut at_once = Run::new(&start);
        let mut in_parts = Run::new(&start);
        let mut parts = parts.iter().cycle();
        for action in &actions {
            at_once.perform(action);
            if let Action::Advance(millis) = action {
                let mut rest = *millis;
                while rest > 0 {
                    let part = rest.min(*parts.next().unwrap());
                    in_parts.advance(part);
                    rest -= part;
                }
            } else {
                in_parts.perform(action);
            }
        }
        prop_assert_eq!(texts(&at_once.events), texts(&in_parts.events));
        let read = |run: &mut Run| {
            let length = interval(KlineInterval::Minute5);
            let candles = run.market.candles(&run.contract, length, &from(start.time - 3_600_000));
            (candles, run.market.trades(&run.contract, None, 500), run.market.book(&run.contract))
        };
        prop_assert_eq!(read(&mut at_once), read(&mut in_parts));
    }

    #[test]
    fn events_are_in_order_of_time(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        prop_assert!(run.events.is_sorted_by_key(|event| event.time));
        prop_assert!(run.events.iter().all(|event| event.time.as_millis() >= start.time));
    }

    #[test]
    fn complete_candlesticks_are_events(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        run.advance(120_000);
        let published = run.events.iter().filter_map(|event| match &event.change {
            Change::Candle(candle) if event.contract.symbol == run.contract.symbol => Some(candle.clone()),
            _ => None,
        });
        let published: Vec<_> = published.collect();
        let length = interval(KlineInterval::Minute1);
        let mut candles = run.market.candles(&run.contract, length, &from(published[0].open_time.as_millis()));
        candles.retain(|candle| candle.close_time < run.market.now());
        prop_assert_eq!(published, candles);
    }
}

#[test]
fn market_does_not_go_back() {
    let mut run = Run::new(&super::Start {
        seed: 3,
        time: 1_790_208_000_000,
        moving: true,
        symbol: super::SYMBOLS[0],
    });
    run.advance(60_000);
    let (now, count) = (run.now(), run.events.len());
    run.advance(-30_000);
    assert_eq!((run.now(), run.events.len()), (now, count));
}

#[test]
fn far_jumps_skip_the_excess() {
    for (time, skips) in [(i64::MIN, false), (0, false), (i64::MAX, true)] {
        let mut run = Run::new(&super::Start {
            seed: 3,
            time: 1_790_208_000_000,
            moving: true,
            symbol: super::SYMBOLS[0],
        });
        let event = run.market.next_event(Timestamp::from_millis(time));
        assert_eq!(event.is_some(), skips);
        let time = event.map_or(1_790_208_000_000, |event| event.time.as_millis());
        assert_eq!(run.now(), time);
        if skips {
            let first = TIME_BOUNDS.1 - MAX_ADVANCE;
            assert!((first..first + 5_000).contains(&time));
        }
        let length = interval(KlineInterval::Hour1);
        let candles = run.market.candles(&run.contract, length, &newest(10));
        assert_eq!(candles.len(), 10);
        assert!((0..HOUR).contains(&(time - candles[9].open_time.as_millis())));
    }
}
