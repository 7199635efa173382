//! Events that replace the ones before, and copies that are equal.

use super::classes::{books, candles, contracts, liquidations, mark_prices};
use super::script::run;

#[test]
fn a_single_connection_delivers_everything() {
    run(
        &books(),
        "
        0   +A
        0   A BTC:5  -> ABTC:5
        1   A BTC:5  -> ABTC:5
        2   A BTC:4  -> ABTC:4
        ",
    );
    run(
        &liquidations(),
        "
        0   +A
        0   A 1,1    -> A1,1
        1   A 1      -> A1
        ",
    );
}

#[test]
fn newer_elements_win() {
    run(
        &books(),
        "
        0   +A
        0   A BTC:5  -> ABTC:5
        0   +B
        1   B BTC:7  -> BBTC:7
        1   B unproved
        2   A BTC:6  ->
        2   B unproved
        3   A BTC:7  ->
        3   B proved
        4   A BTC:9  -> ABTC:9
        5   B ETH:1  -> BETH:1
        6   B BTC:9  ->
        7   A ETH:1  ->
        ",
    );
}

#[test]
fn older_elements_of_one_connection_prove_nothing() {
    run(
        &books(),
        "
        0   +A
        0   +B
        1   B BTC:7  -> BBTC:7
        2   B BTC:6  ->
        2   B unproved
        3   A BTC:6  ->
        3   A proved
        3   B unproved
        ",
    );
}

#[test]
fn the_remaining_elements_of_a_list_are_delivered() {
    run(
        &mark_prices(),
        "
        0   +A
        0   +B
        0   A BTC:3,ETH:3  -> ABTC:3,ETH:3
        1   B BTC:3        ->
        1   B proved
        2   B SOL:3,ETH:3  -> BSOL:3
        3   A SOL:3        ->
        4   B BTC:6,ETH:6  -> BBTC:6,ETH:6
        5   A BTC:6,ETH:9  -> AETH:9
        ",
    );
}

#[test]
fn equal_positions_of_one_connection_are_several_events() {
    run(
        &mark_prices(),
        "
        0   +A
        0   +B
        0   A BTC:3  -> ABTC:3
        1   A BTC:3  -> ABTC:3
        2   B BTC:3  ->
        3   B BTC:3  ->
        ",
    );
}

#[test]
fn a_late_connection_repeats_nothing_when_it_remains_alone() {
    run(
        &books(),
        "
        0     +A
        0     +B
        0     A BTC:5  -> ABTC:5
        1     A BTC:6  -> ABTC:6
        2     -A
        3     B BTC:5  ->
        4     B BTC:6  ->
        5     B BTC:7  -> BBTC:7
        60001 B BTC:7  -> BBTC:7
        60002 B BTC:3  -> BBTC:3
        // Nothing is known of the time before.
        60003 +C
        60004 C BTC:4  -> CBTC:4
        60005 B BTC:4  ->
        ",
    );
}

#[test]
fn a_closed_candlestick_is_delivered_once_and_nothing_older_after_it() {
    run(
        &candles(),
        "
        0   +A
        0   +B
        0   A 0:10    -> A0:10
        1   B 0:10    ->
        2   B 0:20    -> B0:20
        3   A 0:60c   -> A0:60c
        4   B 0:55    ->
        5   B 0:61    ->
        6   B 0:61c   ->
        7   A 0:60c   ->
        8   B 60:60   -> B60:60
        9   A 0:62    ->
        10  A 60:60   ->
        11  A 60:70   -> A60:70
        ",
    );
}

#[test]
fn states_that_start_anew_do_not_mute_the_topic() {
    run(
        &books(),
        "
        0      +A
        0      +B
        0      A BTC:8000000000 -> ABTC:8000000000
        1      A BTC:5          ->
        2      B BTC:5          -> gap(renumbered,?) BBTC:5
        3      B BTC:6          -> BBTC:6
        4      A BTC:3          ->
        5      A BTC:4          ->
        10003  A BTC:5          ->
        10004  A BTC:6          -> gap(renumbered,?) ABTC:6
        ",
    );
}

#[test]
fn the_first_copy_is_delivered() {
    run(
        &liquidations(),
        "
        0     +A
        0     +B
        0     A 1@0    -> A1
        1     B 1@1    ->
        1     B proved
        2     B 2      -> B2
        3     A 2,3    -> A3
        9999  B 3      ->
        10003 B 3      -> B3
        ",
    );
    run(
        &contracts(),
        "
        0     +A
        0     +B
        0     A SOL@0  -> ASOL
        59999 B SOL@9  ->
        60001 B SOL@9  -> BSOL
        ",
    );
}

#[test]
fn equal_elements_of_one_connection_are_several_events() {
    run(
        &liquidations(),
        "
        0     +A
        0     +B
        0     A 1,1    -> A1,1
        1     B 1      ->
        2     B 1      ->
        3     B 1      -> B1
        4     A 1      ->
        5     A 1      -> A1
        ",
    );
}

#[test]
fn equal_elements_are_remembered_from_the_last_one() {
    run(
        &liquidations(),
        "
        0     +A
        0     +B
        0     A 1      -> A1
        5000  A 1      -> A1
        10001 B 1      ->
        14999 B 1      ->
        15000 B 1      -> B1
        ",
    );
}

#[test]
fn copies_of_a_late_connection_are_dropped_when_it_remains_alone() {
    run(
        &liquidations(),
        "
        0     +A
        0     +B
        0     A 1      -> A1
        1     -A
        9999  B 1,2    -> B2
        10001 B 2      -> B2
        ",
    );
}

#[test]
fn outages_are_reported() {
    run(
        &books(),
        "
        0   +A
        1   -A
        2   +B        -> gap(disconnected,?)
        3   +C        ->
        ",
    );
    run(
        &liquidations(),
        "
        0   +A
        1   -A
        2   +B        -> gap(disconnected,?)
        ",
    );
}
