//! Funding.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Run, Start, from, newest, start};
use crate::dec;
use crate::mock::market::interval::HOUR;
use crate::mock::market::{Change, Seed};
use crate::types::Timestamp;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn funding_is_paid_every_eight_hours_at_the_listed_rates(start in start(), hours in 0_i64..30) {
        let mut run = Run::new(&start);
        run.advance(hours * HOUR);
        let paid = run.events.iter().filter_map(|event| match event.change {
            Change::Funding { rate, mark_price } if event.contract.symbol == run.contract.symbol => {
                Some((event.time, rate, mark_price))
            }
            _ => None,
        });
        let paid: Vec<(Timestamp, Decimal, Decimal)> = paid.collect();
        let listed = run.market.funding_payments(&run.contract, &from(start.time + 1));
        let listed: Vec<_> = listed.into_iter().map(|payment| (payment.time, payment.rate, payment.mark_price)).collect();
        prop_assert_eq!(&paid, &listed);
        for (time, rate, _) in &paid {
            prop_assert_eq!(time.as_millis() % (8 * HOUR), 0);
            prop_assert!(rate.abs() <= dec!(0.02));
            prop_assert!(start.moving || *rate == dec!(0.0001));
        }
        let last = run.market.funding_payments(&run.contract, &newest(1));
        prop_assert_eq!(run.market.funding_rate(&run.contract), Some(last[0].rate));
        let next = run.market.next_funding_time(&run.contract).unwrap();
        prop_assert_eq!(next.as_millis(), last[0].time.as_millis() + 8 * HOUR);
        prop_assert!(next > run.market.now());
    }
}

#[test]
fn rates_vary_on_a_moving_market() {
    let run = Run::new(&Start {
        seed: 1,
        time: 1_790_208_000_000,
        moving: true,
        symbol: super::SYMBOLS[0],
    });
    let payments = run.market.funding_payments(&run.contract, &newest(100));
    assert_eq!(payments.len(), 100);
    let first = payments[0].rate;
    assert!(payments.iter().any(|payment| payment.rate != first));
}

#[test]
#[cfg(feature = "usdm")]
fn dated_contracts_have_no_funding_and_others_may_have_their_own_interval() {
    let seed = |symbol: &str| Seed {
        product: "usdm".to_owned(),
        symbol: symbol.to_owned(),
        price: dec!(2.500),
    };
    let start = Start {
        seed: 1,
        time: 1_790_208_000_000,
        moving: true,
        symbol: "ETHUSDT_261225",
    };
    let run = Run::with_seeds(&start, &[seed("ETHUSDT_261225"), seed("WIFUSDT")]);
    assert_eq!(run.market.funding_rate(&run.contract), None);
    assert_eq!(run.market.next_funding_time(&run.contract), None);
    assert!(
        run.market
            .funding_payments(&run.contract, &newest(9))
            .is_empty()
    );
    // 2026-12-25, 08:00 UTC.
    let delivery = Timestamp::from_millis(1_798_185_600_000);
    assert_eq!(run.contract.delivery_date, Some(delivery));

    let contract = run.market.contract("usdm", "WIFUSDT").unwrap();
    let payments = run.market.funding_payments(contract, &newest(2));
    let distance = payments[1].time.as_millis() - payments[0].time.as_millis();
    assert_eq!(distance, 4 * HOUR);
}
