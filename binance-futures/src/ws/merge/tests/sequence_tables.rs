//! Contiguous and chained numbers.

use super::classes::{depth, trades};
use super::script::run;

#[test]
fn a_single_connection_never_waits() {
    run(
        &trades(),
        "
        0   +A
        0   A 5     -> A5
        1   A 6     -> A6
        2   A 9     -> gap(2:7..8) A9
        3   A 8     ->
        4   A 9     ->
        5   A 10    -> A10
        6   A unproved
        ",
    );
    run(
        &depth(),
        "
        0   +A
        0   A 10>20 -> A10>20
        1   A 20>23 -> A20>23
        2   A 30>40 -> gap(?:24..30) A30>40
        3   A 20>23 ->
        4   A 35>50 -> A35>50
        ",
    );
}

#[test]
fn the_first_connection_to_deliver_an_event_wins() {
    run(
        &trades(),
        "
        0   +A
        0   +B
        0   A 5     -> A5
        1   B unproved
        1   B 5     ->
        1   B proved
        2   B 6     -> B6
        3   A 6     ->
        4   A 7     -> A7
        5   B 7     ->
        ",
    );
}

#[test]
fn later_events_wait_for_the_other_connection() {
    run(
        &trades(),
        "
        0   +A
        0   +B
        0   A 5     -> A5
        1   A 7     ->
        2   A 9     ->
        3   B 6     -> B6 A7
        4   B 8     -> B8 A9
        5   B 7     ->
        ",
    );
}

#[test]
fn nothing_waits_when_all_connections_have_passed() {
    run(
        &trades(),
        "
        0   +A
        0   +B
        0   +C
        0   A 5     -> A5
        1   A 7     ->
        2   B 8     ->
        3   C 7     -> gap(1:6..6) A7 B8
        4   A 9     -> A9
        5   A 11    ->
        6   B 11    ->
        7   -C      -> gap(1:10..10) A11
        ",
    );
}

#[test]
fn later_events_are_held_for_one_second() {
    run(
        &trades(),
        "
        0    +A
        0    +B
        0    A 5     -> A5
        100  A 7     ->
        500  A 9     ->
        1099 expire  ->
        1100 expire  -> gap(1:6..6) A7
        1499 expire  ->
        1500 expire  -> gap(1:8..8) A9
        1600 B 6     ->
        1600 B 8     ->
        1600 B 9     ->
        1601 B 10    -> B10
        1601 B proved
        ",
    );
}

#[test]
fn held_events_are_delivered_when_the_connections_are_gone() {
    run(
        &trades(),
        "
        0   +A
        0   +B
        0   A 5     -> A5
        1   A 7     ->
        2   -B      -> gap(1:6..6) A7
        3   +C
        3   A 9     ->
        4   -A      ->
        5   -C      -> gap(1:8..8) A9
        ",
    );
}

#[test]
fn the_direct_successor_is_a_proof() {
    run(
        &trades(),
        "
        0   +A
        0   A 5     -> A5
        1   A 6     -> A6
        2   +B
        3   B unproved
        3   B 7     -> B7
        3   B proved
        4   -A      ->
        5   B 8     -> B8
        ",
    );
    run(
        &trades(),
        "
        0   +A
        0   A 5     -> A5
        2   +B
        3   B 7     ->
        3   B unproved
        4   A 6     -> A6 B7
        4   B proved
        ",
    );
}

#[test]
fn a_gap_is_no_proof_and_neither_are_repetitions_of_one_connection() {
    run(
        &trades(),
        "
        0    +A
        0    A 5     -> A5
        0    +B
        1    B 9     ->
        1001 expire  -> gap(3:6..8) B9
        1001 B 9     ->
        1001 B 8     ->
        1002 B 10    -> B10
        1002 B unproved
        1003 A 9     ->
        1003 A proved
        1003 B unproved
        1004 A 10    ->
        1004 B proved
        ",
    );
}

#[test]
fn an_outage_is_exact_if_there_are_numbers() {
    run(
        &trades(),
        "
        0     +A
        0     A 5     -> A5
        1     -A
        5000  +B      ->
        5001  B 9     -> gap(disconnected,3:6..8) B9
        5002  B 12    -> gap(2:10..11) B12
        5003  -B
        5004  +C
        5005  C 13    -> C13
        5006  -C
        5007  +D
        5008  D 12    ->
        5009  D 14    -> D14
        ",
    );
    run(
        &trades(),
        "
        0   +A
        1   -A
        2   +B
        3   B 5       -> gap(disconnected,?) B5
        ",
    );
    run(
        &depth(),
        "
        0   +A
        0   A 10>20   -> A10>20
        1   -A
        2   +B
        3   B 15>25   -> B15>25
        4   -B
        5   +C
        6   C 30>31   -> gap(disconnected,?:26..30) C30>31
        ",
    );
}

#[test]
fn numbers_that_start_anew_do_not_mute_the_topic() {
    run(
        &trades(),
        "
        // One connection: at once.
        0     +A
        0     A 7000000000 -> A7000000000
        1     A 1          -> gap(renumbered,?) A1
        2     A 2          -> A2
        ",
    );
    run(
        &trades(),
        "
        // All connections, and events that were held.
        0     +A
        0     +B
        0     A 7000000000 -> A7000000000
        1     A 7000000002 ->
        2     A 5          ->
        3     B 4          -> gap(1:7000000001..7000000001) A7000000002 gap(renumbered,?) B4
        4     B 5          -> B5
        5     A 6          -> A6
        6     A 7          -> A7
        ",
    );
    run(
        &trades(),
        "
        // One stale connection changes nothing.
        0     +A
        0     A 7000000000 -> A7000000000
        0     +B
        1     B 1          ->
        2     B 2          ->
        3     A 7000000001 -> A7000000001
        4     B 3          ->
        5     -A
        6     B 4          -> gap(renumbered,?) B4
        ",
    );
    run(
        &trades(),
        "
        // Slightly lower: after ten seconds.
        0     +A
        0     A 1000       -> A1000
        1     A 1          ->
        2     A 2          ->
        10000 A 3          ->
        10001 A 4          -> gap(renumbered,?) A4
        10002 A 5          -> A5
        ",
    );
    run(
        &depth(),
        "
        0     +A
        0     A 8000000000>8000000001 -> A8000000000>8000000001
        1     A 1>5        -> gap(renumbered,?) A1>5
        2     A 5>9        -> A5>9
        ",
    );
}

#[test]
fn with_other_borders_one_connection_is_followed() {
    run(
        &depth(),
        "
        0   +A
        0   +B
        0   A 0>10   -> A0>10
        1   B 5>15   ->
        1   B unproved
        2   A 10>20  -> A10>20
        2   B proved
        3   B 15>25  ->
        4   B 25>35  ->
        5   A 20>30  -> A20>30
        6   A 30>40  -> A30>40
        7   B 35>45  ->
        // The first event of the other connection that ends later.
        8   -A       -> B35>45
        9   B 45>55  -> B45>55
        ",
    );
}

#[test]
fn with_other_borders_another_connection_is_followed_after_a_loss_or_silence() {
    run(
        &depth(),
        "
        0    +A
        0    +B
        0    A 0>10   -> A0>10
        1    B 5>15   ->
        2    B 15>25  ->
        // A lost 10>20.
        3    A 20>30  -> B5>15 B15>25
        4    B 25>35  -> B25>35
        5    A 30>40  ->
        // B delivers nothing more.
        1003 expire   ->
        1005 expire   -> A30>40
        1006 A 40>50  -> A40>50
        ",
    );
}

#[test]
fn with_other_borders_the_smallest_gap_is_taken() {
    run(
        &depth(),
        "
        0    +A
        0    +B
        0    A 0>10   -> A0>10
        1    A 20>30  ->
        2    B 15>25  -> gap(?:11..15) B15>25
        3    B 25>35  -> B25>35
        ",
    );
}

#[test]
fn events_without_an_id_come_from_the_oldest_connection() {
    run(
        &trades(),
        "
        0   +A
        0   +B
        0   A x1     -> Ax1
        1   B x1     ->
        2   B x2     ->
        3   -A       -> Bx1* Bx2*
        4   B x3     -> Bx3*
        2004 B x4    -> Bx4
        2005 B 7     -> B7
        2006 -B
        2007 +C
        2008 C x9    -> gap(disconnected,?) Cx9
        2009 C 9     -> gap(disconnected,1:8..8) C9
        ",
    );
}
