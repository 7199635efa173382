//! Random operations.

use proptest::prelude::*;

/// An operation of a random sequence.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Place(Draft),
    PlaceAlgo(Draft),
    Modify {
        nth: usize,
        ticks: i64,
        quantity: u32,
    },
    Cancel(usize),
    CancelAll(usize),
    CancelAlgo(usize),
    SetPrice {
        contract: usize,
        ticks: i64,
    },
    Trade {
        contract: usize,
        ticks: i64,
        quantity: u32,
    },
    Advance(u32),
    Leverage {
        contract: usize,
        leverage: u32,
    },
    MarginType {
        contract: usize,
        is_isolated: bool,
    },
    HedgeMode(bool),
    MultiAssets(bool),
    PositionMargin {
        contract: usize,
        side: usize,
        amount: i32,
    },
    Countdown {
        contract: usize,
        seconds: u32,
    },
}

/// A random order. Prices are in ticks from the best bid.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) contract: usize,
    pub(super) is_buy: bool,
    pub(super) order_type: usize,
    pub(super) side: usize,
    pub(super) quantity: Option<u32>,
    pub(super) ticks: i64,
    pub(super) trigger_ticks: i64,
    pub(super) time_in_force: usize,
    pub(super) prevention: usize,
    pub(super) reduce_only: Option<bool>,
    pub(super) close_position: bool,
    pub(super) price_match: bool,
    pub(super) client_id: usize,
}

fn draft() -> impl Strategy<Value = Draft> {
    let numbers = (
        0..3_usize,
        0..9_usize,
        0..3_usize,
        -40..40_i64,
        -60..60_i64,
        0..7_usize,
        0..4_usize,
        0..6_usize,
    );
    let flags = (
        any::<bool>(),
        prop::option::weighted(0.2, any::<bool>()),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    );
    (numbers, flags, prop::option::weighted(0.95, 0..40_u32)).prop_map(
        |(numbers, flags, quantity)| Draft {
            contract: numbers.0,
            is_buy: flags.0,
            order_type: numbers.1,
            side: numbers.2,
            quantity,
            ticks: numbers.3,
            trigger_ticks: numbers.4,
            time_in_force: numbers.5,
            prevention: numbers.6,
            reduce_only: flags.1,
            close_position: flags.2,
            price_match: flags.3,
            client_id: numbers.7,
        },
    )
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let contract = 0..3_usize;
    prop_oneof![
        12 => draft().prop_map(Step::Place),
        4 => draft().prop_map(Step::PlaceAlgo),
        3 => (0..6_usize, -40..40_i64, 0..40_u32).prop_map(|(nth, ticks, quantity)| Step::Modify { nth, ticks, quantity }),
        2 => (0..6_usize).prop_map(Step::Cancel),
        1 => contract.clone().prop_map(Step::CancelAll),
        1 => (0..6_usize).prop_map(Step::CancelAlgo),
        5 => (contract.clone(), -80..80_i64).prop_map(|(contract, ticks)| Step::SetPrice { contract, ticks }),
        3 => (contract.clone(), -40..40_i64, 1..50_u32).prop_map(|(contract, ticks, quantity)| Step::Trade { contract, ticks, quantity }),
        2 => (0..900_u32).prop_map(Step::Advance),
        // Funding is due every eight hours.
        1 => prop::bool::weighted(0.2).prop_map(|far| Step::Advance(if far { 28_800 } else { 5 })),
        1 => (contract.clone(), 0..130_u32).prop_map(|(contract, leverage)| Step::Leverage { contract, leverage }),
        1 => (contract.clone(), any::<bool>()).prop_map(|(contract, is_isolated)| Step::MarginType { contract, is_isolated }),
        1 => any::<bool>().prop_map(Step::HedgeMode),
        1 => any::<bool>().prop_map(Step::MultiAssets),
        1 => (contract.clone(), 0..3_usize, -50..50_i32).prop_map(|(contract, side, amount)| Step::PositionMargin { contract, side, amount }),
        1 => (contract, 0..100_u32).prop_map(|(contract, seconds)| Step::Countdown { contract, seconds }),
    ]
}
