//! Candlesticks and statistics agree with trades and with each other.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Run, actions, from, interval, newest, start};
use crate::mock::market::candle::Candle;
use crate::mock::market::interval::{DAY, HOUR, MINUTE};
use crate::mock::market::{PriceKind, Trade};
use crate::types::{KlineInterval, Side, Timestamp};

/// Intervals that are made of whole minutes.
const INTERVALS: &[KlineInterval] = &[
    KlineInterval::Minute3,
    KlineInterval::Minute5,
    KlineInterval::Minute15,
    KlineInterval::Hour1,
    KlineInterval::Hour4,
    KlineInterval::Hour12,
    KlineInterval::Day1,
];

/// Returns the candlestick of trades, computed without the market.
fn candle_of(trades: &[&Trade], minute: i64, before: Option<&Trade>) -> Candle {
    let price = |trade: Option<&&Trade>| {
        trade
            .map(|trade| trade.price)
            .or(before.map(|trade| trade.price))
            .unwrap()
    };
    let bought = |trade: &&&Trade| trade.taker == Side::Buy;
    let quantity = |trade: &&Trade| trade.quantity;
    let value = |trade: &&Trade| trade.value;
    let prices = || trades.iter().map(|trade| trade.price);
    let last = price(trades.last());
    Candle {
        open_time: Timestamp::from_millis(minute),
        close_time: Timestamp::from_millis(minute + MINUTE - 1),
        open: price(trades.first()),
        high: prices().max().unwrap_or(last),
        low: prices().min().unwrap_or(last),
        close: last,
        volume: trades.iter().map(quantity).sum(),
        value: trades.iter().map(value).sum(),
        taker_buy_volume: trades.iter().filter(bought).map(quantity).sum(),
        taker_buy_value: trades.iter().filter(bought).map(value).sum(),
        trades: trades.len() as u64,
        ids: trades
            .first()
            .map(|first| (first.id, first.id + trades.len() as u64 - 1)),
    }
}

/// Returns the candlestick of consecutive candlesticks.
fn joined(candles: &[&Candle], open_time: Timestamp, close_time: Timestamp) -> Candle {
    let sum = |amount: fn(&Candle) -> Decimal| candles.iter().map(|candle| amount(candle)).sum();
    let traded = || candles.iter().filter(|candle| candle.trades > 0);
    let first = traded().next().or(candles.first()).unwrap();
    let last = candles.last().unwrap();
    let highs = traded().map(|candle| candle.high);
    let lows = traded().map(|candle| candle.low);
    Candle {
        open_time,
        close_time,
        open: first.open,
        high: highs.max().unwrap_or(first.high),
        low: lows.min().unwrap_or(first.low),
        close: last.close,
        volume: sum(|candle| candle.volume),
        value: sum(|candle| candle.value),
        taker_buy_volume: sum(|candle| candle.taker_buy_volume),
        taker_buy_value: sum(|candle| candle.taker_buy_value),
        trades: candles.iter().map(|candle| candle.trades).sum(),
        ids: traded()
            .next()
            .zip(traded().next_back())
            .map(|(first, last)| (first.ids.unwrap().0, last.ids.unwrap().1)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn trades_of_a_minute_make_its_candlestick(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        let candles = run.market.candles(&run.contract, interval(KlineInterval::Minute1), &newest(40));
        let trades = run.market.trades(&run.contract, None, 3_000);
        prop_assert_eq!(candles.len(), 40);
        for candle in &candles {
            let minute = candle.open_time.as_millis();
            let is_in = |trade: &&Trade| trade.time.as_millis().div_euclid(MINUTE) * MINUTE == minute;
            let of_minute: Vec<&Trade> = trades.iter().filter(is_in).collect();
            let before = trades.iter().rfind(|trade| trade.time.as_millis() < minute);
            prop_assert_eq!(candle, &candle_of(&of_minute, minute, before));
        }
    }

    #[test]
    fn longer_candlesticks_are_made_of_minutes(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        let minutes = run.market.candles(&run.contract, interval(KlineInterval::Minute1), &newest(3_000));
        for length in INTERVALS {
            let candles = run.market.candles(&run.contract, interval(length.clone()), &newest(3));
            for candle in candles.iter().filter(|candle| candle.open_time >= minutes[0].open_time) {
                let is_in = |minute: &&Candle| {
                    (candle.open_time..=candle.close_time).contains(&minute.open_time)
                };
                let parts: Vec<&Candle> = minutes.iter().filter(is_in).collect();
                let expected = joined(&parts, candle.open_time, candle.close_time);
                prop_assert_eq!(candle, &expected, "{:?}", length);
            }
        }
    }

    #[test]
    fn statistics_of_the_day_are_those_of_its_minutes(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        let minutes = run.market.candles(&run.contract, interval(KlineInterval::Minute1), &newest(1_441));
        let day = run.market.day(&run.contract);
        let parts: Vec<&Candle> = minutes.iter().collect();
        let candle = &day.candle;
        prop_assert_eq!(candle.close_time.as_millis(), run.now());
        prop_assert_eq!(candle.open_time, minutes[0].open_time);
        prop_assert_eq!(candle, &joined(&parts, candle.open_time, candle.close_time));
        prop_assert_eq!(day.last.unwrap().price, candle.close);
        prop_assert_eq!(run.market.last_price(&run.contract), candle.close);
    }

    #[test]
    fn candlesticks_that_are_over_do_not_change(start in start(), before in actions(), after in actions()) {
        let mut run = Run::after(&start, &before);
        let now = run.now();
        let intervals = [KlineInterval::Minute1, KlineInterval::Hour1];
        let read = |run: &mut Run| {
            let from = now - 3 * HOUR;
            let mut candles: Vec<Candle> = intervals
                .iter()
                .flat_map(|length| run.market.candles(&run.contract, interval(length.clone()), &super::from(from)))
                .collect();
            candles.retain(|candle| candle.close_time.as_millis() < now);
            candles
        };
        let first = read(&mut run);
        for action in &after {
            run.perform(action);
        }
        prop_assert_eq!(first, read(&mut run));
    }

    #[test]
    fn price_candlesticks_nest_and_contain_the_current_price(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        for kind in [PriceKind::Index, PriceKind::Mark, PriceKind::Premium] {
            let length = interval(KlineInterval::Minute1);
            let minutes = run.market.price_candles(&run.contract, kind, length, &newest(200));
            let hours = run.market.price_candles(&run.contract, kind, interval(KlineInterval::Hour1), &newest(3));
            for hour in &hours[1..] {
                let is_in = |time| (hour.open_time..=hour.close_time).contains(&time);
                let parts = || minutes.iter().filter(|minute| is_in(minute.open_time));
                prop_assert_eq!(hour.open, parts().next().unwrap().open);
                prop_assert_eq!(hour.high, parts().map(|minute| minute.high).max().unwrap());
                prop_assert_eq!(hour.low, parts().map(|minute| minute.low).min().unwrap());
                prop_assert_eq!(hour.close, parts().next_back().unwrap().close);
                prop_assert_eq!(hour.points, parts().map(|minute| minute.points).sum::<u64>());
            }
            let last = minutes.last().unwrap().close;
            match kind {
                PriceKind::Mark => prop_assert_eq!(last, run.market.mark_price(&run.contract)),
                PriceKind::Index => prop_assert_eq!(last, run.market.index_price(&run.contract)),
                PriceKind::Premium => {
                    let index = run.market.index_price(&run.contract);
                    let error = (run.bid() - index) / index - last;
                    prop_assert!(error.abs() <= Decimal::new(1, 8), "{}", error);
                }
            }
        }
    }

    #[test]
    fn windows_select_by_time_and_limit(start in start(), from_minute in 0_i64..300, minutes in 0_i64..300, limit in 1_usize..50) {
        let mut run = Run::new(&start);
        run.advance(HOUR);
        let length = interval(KlineInterval::Minute1);
        let all = run.market.candles(&run.contract, length, &from(run.now() - 6 * HOUR));
        let start = run.now() - 6 * HOUR + from_minute * MINUTE;
        let end = start + minutes * MINUTE;
        let is_in = |candle: &&Candle| (start..=end).contains(&candle.open_time.as_millis());
        let wanted: Vec<Candle> = all.iter().filter(is_in).cloned().collect();
        let mut window = newest(limit);
        (window.start, window.end) = (Some(Timestamp::from_millis(start)), Some(Timestamp::from_millis(end)));
        let oldest = run.market.candles(&run.contract, length, &window);
        prop_assert_eq!(&oldest[..], &wanted[..wanted.len().min(limit)]);
        window.keep_newest = true;
        let newest = run.market.candles(&run.contract, length, &window);
        prop_assert_eq!(&newest[..], &wanted[wanted.len().saturating_sub(limit)..]);
    }
}

#[test]
fn weeks_and_months_begin_where_the_calendar_says() {
    let mut run = Run::new(&super::Start {
        seed: 1,
        // 2026-09-24.
        time: 1_790_208_000_000,
        moving: true,
        symbol: super::SYMBOLS[0],
    });
    let open_times = |run: &mut Run, length| {
        let candles = run
            .market
            .candles(&run.contract, interval(length), &newest(2));
        candles
            .iter()
            .map(|candle| candle.open_time.as_millis())
            .collect::<Vec<_>>()
    };
    // Monday, 2026-09-14 and 2026-09-21.
    assert_eq!(
        open_times(&mut run, KlineInterval::Week1),
        [1_789_344_000_000, 1_789_948_800_000]
    );
    // 2026-08-01 and 2026-09-01.
    assert_eq!(
        open_times(&mut run, KlineInterval::Month1),
        [1_785_542_400_000, 1_788_220_800_000]
    );
    let days = run
        .market
        .candles(&run.contract, interval(KlineInterval::Day1), &newest(500));
    assert_eq!(days.len(), 91);
    let onboard = run.contract.entry.text("onboardDate").unwrap();
    assert_eq!(days[0].open_time.to_string(), onboard);
    let day_trades = DAY / 5_000;
    assert!(
        days[..90]
            .iter()
            .all(|day| day.trades == day_trades.unsigned_abs())
    );
}

#[test]
fn trade_in_the_last_millisecond_of_an_hour_is_in_its_candlestick() {
    let mut run = Run::new(&super::Start {
        seed: 1,
        time: 1_790_208_000_000,
        moving: false,
        symbol: super::SYMBOLS[0],
    });
    run.advance(HOUR - 1);
    let hour = |run: &mut Run| {
        let length = interval(KlineInterval::Hour1);
        let candles = run.market.candles(&run.contract, length, &newest(1));
        (candles[0].trades, candles[0].high)
    };
    let mark = |run: &mut Run| {
        let length = interval(KlineInterval::Hour1);
        let candles = run
            .market
            .price_candles(&run.contract, PriceKind::Mark, length, &newest(1));
        candles[0].high
    };
    let (before, bid) = (hour(&mut run), run.bid());
    assert_eq!((before, mark(&mut run)), ((720, bid), bid));
    run.perform(&super::Action::SetPrice(5));
    assert_eq!(
        (hour(&mut run), mark(&mut run)),
        ((721, run.bid()), run.bid())
    );
    assert!(run.bid() > bid);
}
