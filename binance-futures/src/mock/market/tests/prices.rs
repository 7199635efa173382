//! Best bid, order book, mark price and index price.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Action, Run, actions, start};
use crate::dec;
use crate::mock::market::{Book, Level, Market, Seed};
use crate::types::{Side, Timestamp};

fn is_sorted(book: &Book) -> bool {
    let bids = book.bids.is_sorted_by(|one, other| one.price > other.price);
    let asks = book.asks.is_sorted_by(|one, other| one.price < other.price);
    let best = book.bids.first().zip(book.asks.first());
    bids && asks && best.is_none_or(|(bid, ask)| bid.price < ask.price)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn book_is_sorted_and_on_tick_and_step(start in start(), actions in actions()) {
        let run = Run::after(&start, &actions);
        let (contract, book) = (&run.contract, run.market.book(&run.contract));
        prop_assert!(is_sorted(&book), "{:?}", book);
        for level in book.bids.iter().chain(&book.asks) {
            prop_assert!(contract.accepts_price(level.price), "{:?}", level);
            prop_assert!(level.quantity > Decimal::ZERO && contract.step.divides(level.quantity));
        }
    }

    #[test]
    fn full_book_has_twenty_levels_per_side_and_a_spread_of_one_tick(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        run.advance(5_000);
        let book = run.market.book(&run.contract);
        prop_assert_eq!((book.bids.len(), book.asks.len()), (20, 20));
        prop_assert_eq!(book.asks[0].price - book.bids[0].price, run.contract.tick.size());
    }

    #[test]
    fn mark_price_is_near_the_index_price_and_the_best_bid(start in start(), actions in actions()) {
        let mut run = Run::after(&start, &actions);
        run.advance(5_000);
        let bid = run.market.book(&run.contract).bids[0].price;
        let (mark, index) = (run.market.mark_price(&run.contract), run.market.index_price(&run.contract));
        let limit = bid / dec!(400);
        prop_assert!((mark - bid).abs() < limit && (index - bid).abs() < limit, "{} {} {}", bid, mark, index);
        prop_assert_eq!(mark.scale(), 8);
        if !start.moving {
            prop_assert_eq!((mark, index), (bid, bid));
        }
    }

    #[test]
    fn update_ids_increase_when_the_book_changes(start in start(), actions in actions()) {
        let mut run = Run::new(&start);
        let mut before = run.market.book(&run.contract);
        for action in &actions {
            run.perform(action);
            let book = run.market.book(&run.contract);
            let same_levels = book.bids == before.bids && book.asks == before.asks;
            prop_assert!(book.update_id > before.update_id || (same_levels && book.time == before.time));
            prop_assert!(book.time >= before.time && book.time <= run.market.now());
            before = book;
        }
    }

    #[test]
    fn any_price_of_a_seed_is_accepted(mantissa in any::<i128>(), scale in 0_u32..=28, moving in any::<bool>(), millis in any::<i64>()) {
        let mantissa = mantissa >> 31;
        let price = Decimal::try_from_i128_with_scale(mantissa, scale).unwrap();
        let seeds = ["usdm", "coinm"].map(|product| Seed {
            product: product.to_owned(),
            symbol: "XUSDT".to_owned(),
            price,
        });
        let mut market = Market::new(&seeds, 1, Timestamp::from_millis(millis), moving);
        let contracts = market.contracts().to_vec();
        for contract in contracts.iter().filter(|contract| contract.symbol == "XUSDT") {
            prop_assert!(is_sorted(&market.book(contract)));
            let is_bid = market.book(contract).bids.first().is_some_and(|bid| bid.price == price);
            prop_assert!(moving || is_bid || price <= Decimal::ZERO, "{:?}", market.book(contract));
            market.take(contract, &Side::Buy, Decimal::MAX, None);
            market.day(contract);
            market.record(contract, &Side::Sell, Decimal::MAX, Decimal::MAX);
            market.record(contract, &Side::Sell, Decimal::MIN, Decimal::MIN);
            market.day(contract);
            market.mark_price(contract);
            market.index_price(contract);
            market.open_interest(contract);
        }
        market.advance_to(Timestamp::from_millis(millis.saturating_add(30_000)));
    }
}

#[test]
fn calm_market_keeps_the_prices_of_the_seeds() {
    let mut market = Market::new(&[], 5, Timestamp::from_millis(1_790_208_000_000), false);
    let contracts = market.contracts().to_vec();
    let best = |market: &Market| {
        let books = contracts.iter().map(|contract| market.book(contract));
        let best = books.map(|book| (book.bids.first().copied(), book.asks.first().copied()));
        best.collect::<Vec<_>>()
    };
    let before = best(&market);
    market.advance_to(Timestamp::from_millis(1_790_308_000_000));
    assert_eq!(before, best(&market));
    #[cfg(feature = "usdm")]
    {
        let contract = market.contract("usdm", "BTCUSDT").unwrap();
        let book = market.book(contract);
        let level = |price, quantity| Level { price, quantity };
        assert_eq!(book.bids[0], level(dec!(61250.10), dec!(1.633)));
        assert_eq!(book.asks[0], level(dec!(61250.20), dec!(1.633)));
        assert_eq!(market.last_price(contract), dec!(61250.10));
        assert_eq!(market.last_price(contract).to_string(), "61250.10");
    }
}

#[test]
fn moving_market_moves_and_depends_on_the_seed() {
    let price_after = |seed, millis: i64| {
        let mut run = Run::new(&super::Start {
            seed,
            time: 1_790_208_000_000,
            moving: true,
            symbol: super::SYMBOLS[0],
        });
        run.perform(&Action::Advance(millis));
        run.market.book(&run.contract).bids[0].price
    };
    assert_eq!(price_after(1, 0), price_after(2, 0));
    assert_ne!(price_after(1, 0), price_after(1, 60_000));
    assert_ne!(price_after(1, 3_600_000), price_after(2, 3_600_000));
    assert_eq!(price_after(1, 3_600_000), price_after(1, 3_600_000));
}
