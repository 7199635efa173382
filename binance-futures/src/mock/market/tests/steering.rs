//! What orders and tests do to the market.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Action, Run, actions, from, interval, start};
use crate::dec;
use crate::mock::market::{Change, MarketError, Origin, Trade};
use crate::types::{KlineInterval, Side};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn set_price_moves_all_prices_and_prints_a_trade(start in start(), actions in actions(), ticks in -5_000_i64..5_000) {
        let mut run = Run::after(&start, &actions);
        run.advance(5_000);
        let contract = run.contract.clone();
        let before = run.market.book(&contract).bids[0].price;
        let price = before + contract.tick.size() * Decimal::from(ticks);
        run.market.set_price(&contract.symbol, price).unwrap();
        let book = run.market.book(&contract);
        prop_assert_eq!(book.bids[0].price, price);
        prop_assert_eq!(run.market.last_price(&contract), price);
        let trade = run.market.last_trade(&contract).unwrap();
        prop_assert_eq!(trade.origin, Origin::Test);
        prop_assert_eq!(trade.taker, if price > before { Side::Buy } else { Side::Sell });
        let mark = run.market.mark_price(&contract);
        prop_assert!((mark - price).abs() < price / dec!(400));
        let candles = run.market.candles(&contract, interval(KlineInterval::Minute1), &from(run.now() - 59_999));
        let candle = candles.last().unwrap();
        prop_assert!(candle.close == price && candle.low <= price && candle.high >= price);
        run.advance(20_000);
        let later = run.market.book(&contract).bids[0].price;
        let limit = if start.moving { price / dec!(100) } else { Decimal::ZERO };
        prop_assert!((later - price).abs() <= limit);
    }

    #[test]
    fn added_trade_changes_the_last_price_only(start in start(), actions in actions(), ticks in -500_i64..500, steps in 1_u32..1_000) {
        let mut run = Run::after(&start, &actions);
        let (book, mark) = (run.market.book(&run.contract), run.market.mark_price(&run.contract));
        run.perform(&Action::Trade(ticks, steps));
        prop_assert_eq!(&run.market.book(&run.contract), &book);
        prop_assert_eq!(run.market.mark_price(&run.contract), mark);
        let trade = run.market.last_trade(&run.contract).unwrap();
        let bid = run.bid();
        prop_assert_eq!(trade.price, bid + run.contract.tick.size() * Decimal::from(ticks));
        prop_assert_eq!(trade.quantity, run.contract.step.size() * Decimal::from(steps));
    }

    #[test]
    fn taken_quantity_is_missing_until_the_next_step(start in start(), steps in 1_u32..2_000_000, buy in any::<bool>()) {
        let mut run = Run::new(&start);
        let contract = run.contract.clone();
        let side = if buy { Side::Buy } else { Side::Sell };
        let full = run.market.book(&contract);
        let quantity = contract.step.size() * Decimal::from(steps);
        let expected = run.market.fills(&contract, &side, quantity, None);
        let trades = run.market.take(&contract, &side, quantity, None);
        let fills = |trades: &[Trade]| trades.iter().map(|trade| (trade.price, trade.quantity)).collect::<Vec<_>>();
        let levels = expected.iter().map(|level| (level.price, level.quantity)).collect::<Vec<_>>();
        prop_assert_eq!(fills(&trades), levels);
        prop_assert!(trades.iter().all(|trade| trade.taker == side && trade.origin == Origin::Order));
        let sum = |levels: &[super::super::Level]| levels.iter().map(|level| level.quantity).sum::<Decimal>();
        let rest = run.market.book(&contract);
        let taken: Decimal = trades.iter().map(|trade| trade.quantity).sum();
        prop_assert_eq!(sum(rest.opposite_side(&side)), sum(full.opposite_side(&side)) - taken);
        prop_assert_eq!(rest.same_side(&side), full.same_side(&side));
        run.advance(5_000);
        let refilled = run.market.book(&contract);
        prop_assert_eq!(refilled.bids.len() + refilled.asks.len(), 40);
        let changes = run.events.iter().filter(|event| event.contract.symbol == contract.symbol);
        let updates: Vec<u64> = changes.filter_map(|event| match event.change {
            Change::Book { update_id } => Some(update_id),
            _ => None,
        }).collect();
        prop_assert_eq!(updates, [rest.update_id, rest.update_id + 1]);
        if !start.moving {
            prop_assert_eq!((refilled.bids, refilled.asks), (full.bids, full.asks));
        }
    }
}

#[test]
fn unusable_prices_and_quantities_are_errors() {
    let run = || {
        Run::new(&super::Start {
            seed: 1,
            time: 1_790_208_000_000,
            moving: false,
            symbol: super::SYMBOLS[0],
        })
    };
    let mut run = run();
    let symbol = run.contract.symbol.clone();
    for price in [
        dec!(0),
        dec!(-1),
        dec!(61250.15),
        dec!(0.1),
        dec!(1000000000),
        Decimal::MAX,
    ] {
        let tick_size = run.contract.tick.size();
        let expected = MarketError::InvalidPrice {
            symbol: symbol.clone(),
            price,
            tick_size,
        };
        assert_eq!(run.market.set_price(&symbol, price), Err(expected.clone()));
        assert_eq!(run.market.trade(&symbol, price, dec!(1)), Err(expected));
    }
    for quantity in [dec!(0), dec!(-1), dec!(0.0001)] {
        let outcome = run.market.trade(&symbol, dec!(61250.1), quantity);
        assert!(
            matches!(outcome, Err(MarketError::InvalidQuantity { .. })),
            "{outcome:?}"
        );
    }
    let unknown = run.market.set_price("NOTHING", dec!(1));
    assert_eq!(
        unknown,
        Err(MarketError::UnknownSymbol("NOTHING".to_owned()))
    );
    assert_eq!(
        run.market.last_trade(&run.contract).unwrap().origin,
        Origin::Market
    );
    #[cfg(feature = "usdm")]
    assert_eq!(
        run.market.set_price("NOVAUSDT", dec!(1)),
        Err(MarketError::NotTrading("NOVAUSDT".to_owned()))
    );
}

#[test]
fn history_stays_bounded_and_consistent_when_very_much_is_added() {
    let mut run = Run::new(&super::Start {
        seed: 1,
        time: 1_790_208_000_000,
        moving: true,
        symbol: super::SYMBOLS[0],
    });
    for number in 0..102_000_i64 {
        run.market
            .advance_to(crate::types::Timestamp::from_millis(run.now() + 50));
        let action = if number % 2 == 0 {
            Action::SetPrice(number % 7 - 3)
        } else {
            Action::Trade(1, 1)
        };
        run.perform(&action);
        run.events.clear();
    }
    let minutes = run
        .market
        .candles(&run.contract, interval(KlineInterval::Minute1), &from(0));
    // 50,000 added trades are the last 2,500 seconds.
    assert!((40..=42).contains(&minutes.len()), "{}", minutes.len());
    let trades = run.market.trades(&run.contract, Some(0), usize::MAX);
    assert!(trades.windows(2).all(|pair| pair[0].id + 1 == pair[1].id));
    assert_eq!(
        trades.len() as u64,
        minutes.iter().map(|minute| minute.trades).sum::<u64>()
    );
}
