//! Trades and aggregate trades.

use proptest::prelude::*;

use super::{Run, actions, newest, start};
use crate::mock::market::trade::AggregateTrade;
use crate::mock::market::{Change, Trade, Window};
use crate::types::Timestamp;

/// Returns the aggregates of trades, computed from their aggregate ids.
fn grouped(trades: &[Trade]) -> Vec<AggregateTrade> {
    let groups = trades.chunk_by(|one, other| one.aggregate_id == other.aggregate_id);
    let aggregate = |trades: &[Trade]| AggregateTrade {
        id: trades[0].aggregate_id,
        price: trades[0].price,
        quantity: trades.iter().map(|trade| trade.quantity).sum(),
        ids: (trades[0].id, trades[trades.len() - 1].id),
        time: trades[0].time,
        taker: trades[0].taker.clone(),
    };
    groups.map(aggregate).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn ids_are_consecutive_and_times_do_not_decrease(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        let trades = run.market.trades(&run.contract, None, 1_000);
        prop_assert_eq!(trades.len(), 1_000);
        for pair in trades.windows(2) {
            prop_assert_eq!(pair[0].id + 1, pair[1].id);
            prop_assert!(pair[0].time <= pair[1].time);
            prop_assert!(pair[1].aggregate_id - pair[0].aggregate_id <= 1);
        }
        prop_assert!(trades.last().unwrap().time <= run.market.now());
        prop_assert_eq!(run.market.last_trade(&run.contract), trades.last().cloned());
    }

    #[test]
    fn prices_and_quantities_are_whole_ticks_and_steps(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        let contract = &run.contract;
        for trade in run.market.trades(contract, None, 500) {
            prop_assert!(contract.accepts_price(trade.price), "{:?}", trade);
            prop_assert!(contract.step.divides(trade.quantity) && !trade.quantity.is_zero());
            let exact = match contract.contract_size {
                None => trade.price * trade.quantity,
                Some(size) => trade.quantity * size / trade.price,
            };
            let error = exact - trade.value;
            prop_assert!((rust_decimal::Decimal::ZERO..crate::dec!(0.00000001)).contains(&error), "{:?}", trade);
        }
    }

    #[test]
    fn aggregates_join_what_is_traded_at_one_price_within_100_milliseconds(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        let trades = run.market.trades(&run.contract, None, 2_000);
        for group in trades.chunk_by(|one, other| one.aggregate_id == other.aggregate_id) {
            for trade in group {
                prop_assert_eq!(trade.price, group[0].price);
                prop_assert_eq!(&trade.taker, &group[0].taker);
                prop_assert!(trade.time.as_millis() - group[0].time.as_millis() < 100);
            }
        }
        let aggregates = run.market.aggregate_trades(&run.contract, None, &newest(50));
        let expected = grouped(&trades);
        prop_assert_eq!(&aggregates[..], &expected[expected.len() - 50..]);
    }

    #[test]
    fn ids_and_times_select_the_same_trades(start in start(), actions in actions(), place in 0_usize..900, limit in 1_usize..100) {
        let run = Run::after(&start, &actions);
        let trades = run.market.trades(&run.contract, None, 1_000);
        let from = &trades[place];
        let by_id = run.market.trades(&run.contract, Some(from.id), limit);
        prop_assert_eq!(&by_id[..], &trades[place..place + limit]);

        let aggregates = grouped(&trades);
        let wanted = |matches: &dyn Fn(&&AggregateTrade) -> bool| {
            aggregates.iter().filter(matches).take(limit).cloned().collect::<Vec<_>>()
        };
        let by_id = run.market.aggregate_trades(&run.contract, Some(from.aggregate_id + 1), &newest(limit));
        prop_assert_eq!(by_id, wanted(&|aggregate| aggregate.id > from.aggregate_id));
        let window = Window { start: Some(from.time), ..newest(limit) };
        let by_start = run.market.aggregate_trades(&run.contract, None, &window);
        prop_assert_eq!(by_start, wanted(&|aggregate| aggregate.time >= from.time));
        let window = Window { end: Some(from.time), ..newest(3) };
        let by_end = run.market.aggregate_trades(&run.contract, None, &window);
        let mut until = aggregates.clone();
        until.retain(|aggregate| aggregate.time <= from.time);
        if until.len() >= 4 {
            prop_assert_eq!(&by_end[..], &until[until.len() - 3..]);
        }
    }

    #[test]
    fn each_trade_is_an_event(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        let is_own = |trade: &Trade| trade.time > Timestamp::from_millis(start.time);
        let published: Vec<Trade> = run
            .events
            .iter()
            .filter(|event| event.contract.symbol == run.contract.symbol)
            .filter_map(|event| match &event.change {
                Change::Trade(trade) => Some(trade.clone()),
                _ => None,
            })
            .filter(is_own)
            .collect();
        let mut listed = run.market.trades(&run.contract, None, published.len() + 50);
        listed.retain(is_own);
        prop_assert_eq!(published, listed);
    }
}

#[test]
fn trades_older_than_a_month_and_aggregates_older_than_two_days_are_not_listed() {
    let run = Run::new(&super::Start {
        seed: 1,
        time: 1_790_208_000_000,
        moving: true,
        symbol: super::SYMBOLS[0],
    });
    let age = |time: Timestamp| (run.now() - time.as_millis()) / 1_000;
    let trades = run.market.trades(&run.contract, Some(0), 10);
    assert!(trades.is_empty() || age(trades[0].time) <= 30 * 86_400);
    let aggregates = run
        .market
        .aggregate_trades(&run.contract, Some(0), &newest(10));
    assert!(aggregates.is_empty() || age(aggregates[0].time) <= 2 * 86_400);
}
