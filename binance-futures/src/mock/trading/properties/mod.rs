//! Random sequences of operations, after each of which the account must agree with itself.

mod checks;
mod steps;
mod world;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::types::OrderStatus;
use steps::step;
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn account_agrees_with_itself_after_any_sequence(moving in any::<bool>(), steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new(moving);
        for step in &steps {
            world.apply(step);
            world.check();
        }
    }
}

#[test]
fn random_sequences_reach_fills_triggers_and_rejections() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut fills, mut algo_fills, mut makers, mut expired) = (0, 0, 0, 0);
    for _ in 0..40 {
        let steps = prop::collection::vec(step(), 60)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut world = World::new(false);
        for step in &steps {
            world.apply(step);
        }
        fills += world.account.trades.iter().count();
        makers += world
            .account
            .trades
            .iter()
            .filter(|trade| trade.is_maker)
            .count();
        let algo = world.account.algo_orders.all();
        algo_fills += algo.iter().filter(|order| order.order.is_some()).count();
        let in_match = |status: &OrderStatus| {
            matches!(status, OrderStatus::ExpiredInMatch | OrderStatus::Expired)
        };
        expired += world
            .account
            .orders
            .all()
            .iter()
            .filter(|order| in_match(&order.status))
            .count();
    }
    assert!(
        fills > 100 && makers > 10 && algo_fills > 4 && expired > 4,
        "{fills} {makers} {algo_fills} {expired}"
    );
}
