//! Events without numbers.

use super::classes::unnumbered;
use super::script::run;

#[test]
fn the_standby_repeats_its_last_events_when_it_takes_over() {
    run(
        &unnumbered(),
        "
        0     +A
        0     A 1  -> A1
        0     +B
        0     +C
        1     B 1  ->
        2     C 1  ->
        1500  B 2  ->
        1600  B 3  ->
        1700  C 2  ->
        2200  A 2  -> A2
        // Events of the last two seconds.
        2300  -A   -> B2* B3*
        2301  C 3  ->
        4299  B 4  -> B4*
        4300  B 5  -> B5
        4301  C 4  ->
        4302  C 5  ->
        4303  -C   ->
        4304  B 6  -> B6
        4305  B unproved
        ",
    );
}

#[test]
fn an_outage_is_reported() {
    run(
        &unnumbered(),
        "
        0     +A   ->
        0     A 1  -> A1
        1     -A   ->
        2     +B   -> gap(disconnected,?)
        3     B 2  -> B2
        ",
    );
}
