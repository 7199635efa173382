//! When "not found" proves that a lost order was not executed: with any receive window, latency and earlier setting of the clock.

use super::resolve::{NOT_FOUND, losing, send_lost};
use super::*;
use crate::client::{Resolution, WithOptions};
use crate::clock::ClockOffset;
use crate::error::UnknownOutcome;
use crate::usdm::NewOrders;

/// "Not found" is certain this long after the receive window: the exchange accepts timestamps that are a second ahead, and an order that
/// arrives at the last moment is found within another second.
const TOLERANCE: u64 = 2_000;

/// Receive windows in milliseconds: short and long ones, and some that are not whole seconds.
const WINDOWS: [u64; 9] = [100, 999, 1_000, 3_500, 5_000, 5_001, 7_499, 30_000, 60_000];

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// An exchange at which no order is ever found.
fn finding_nothing() -> Arc<Sim> {
    losing(|_, _| response(400, NOT_FOUND))
}

/// Waits until this long after the start of the simulation.
async fn wait_until(sim: &Sim, at: Duration) {
    tokio::time::sleep_until(sim.started + at).await;
}

/// Looks up an order once, without waiting.
async fn look_up_once(client: &Client<Usdm>, unknown: &UnknownOutcome) -> Resolution<()> {
    let resolution = client.resolve::<NewOrder>(unknown, Duration::ZERO).await;
    match resolution.unwrap() {
        Resolution::Found(_) => Resolution::Found(()),
        Resolution::NotExecuted => Resolution::NotExecuted,
        Resolution::Unresolved { last } => Resolution::Unresolved { last },
    }
}

/// Checks that "not found" proves nothing before this time, and proves that the order was not executed from then on.
async fn assert_certain_at(
    sim: &Sim,
    client: &Client<Usdm>,
    unknown: &UnknownOutcome,
    certain_at: Duration,
) {
    wait_until(sim, certain_at - millis(1)).await;
    let before = look_up_once(client, unknown).await;
    assert!(
        matches!(before, Resolution::Unresolved { .. }),
        "{before:?} before {certain_at:?}"
    );
    let sent = sim.sent();
    let lookup = sent.iter().rfind(|sent| sent.path == "/fapi/v1/order");
    assert_eq!(lookup.unwrap().at, certain_at - millis(1));
    wait_until(sim, certain_at).await;
    let after = look_up_once(client, unknown).await;
    assert!(
        matches!(after, Resolution::NotExecuted),
        "{after:?} after {certain_at:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn not_found_is_certain_after_the_receive_window_of_the_call() {
    for window in WINDOWS {
        let sim = finding_nothing();
        let client = sim.client();
        let unknown = send_lost(&client, order().with().recv_window(window)).await;
        let expires_at = START_TIME + i64::try_from(window).unwrap();
        assert_eq!(unknown.expires_at, Some(Timestamp::from_millis(expires_at)));
        assert_certain_at(&sim, &client, &unknown, millis(window + TOLERANCE)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn not_found_is_certain_after_the_receive_window_of_the_client() {
    for window in WINDOWS {
        let sim = finding_nothing();
        let mut sender = sim.sender(Retry::default(), Skew::default());
        sender.recv_window = Some(window.into());
        let client = Client::from_sender(sender);
        let unknown = send_lost(&client, order()).await;
        assert_certain_at(&sim, &client, &unknown, millis(window + TOLERANCE)).await;
        // A call with a window of its own, after 100 s.
        let sent_at = sim.started.elapsed();
        let unknown = send_lost(&client, order().with().recv_window(2_500)).await;
        let certain_at = sent_at + millis(2_500 + TOLERANCE);
        assert_certain_at(&sim, &client, &unknown, certain_at).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_call_of_resolve_waits_for_the_end_of_the_receive_window() {
    for window in WINDOWS {
        let sim = finding_nothing();
        let client = sim.client();
        let unknown = send_lost(&client, order().with().recv_window(window)).await;
        // Waits between lookups are at most two seconds.
        let within = millis(window + TOLERANCE + 2_100);
        let resolution = client.resolve::<NewOrder>(&unknown, within).await;
        assert!(
            matches!(resolution, Ok(Resolution::NotExecuted)),
            "{window}: {resolution:?}"
        );
        let last = sim.sent().last().unwrap().at;
        assert!(last >= millis(window + TOLERANCE), "{window}: {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn order_that_arrives_at_the_end_of_its_receive_window_is_found() {
    for window in WINDOWS {
        // It is found one second after it arrived.
        let found_from = millis(window + 1_000);
        let sim = losing(move |sim, _| {
            if sim.started.elapsed() < found_from {
                response(400, NOT_FOUND)
            } else {
                response(200, FOUND)
            }
        });
        let client = sim.client();
        let unknown = send_lost(&client, order().with().recv_window(window)).await;
        let resolution = client.resolve::<NewOrder>(&unknown, seconds(100)).await;
        assert!(
            matches!(resolution, Ok(Resolution::Found(_))),
            "{window}: {resolution:?}"
        );
    }
}

/// The response of a lookup describes the time at which the exchange received it, not the time at which the response arrives.
#[tokio::test(start_paused = true)]
async fn slow_response_does_not_make_not_found_certain_too_early() {
    for response_latency in [500, 2_000, 4_000] {
        let sim = Sim::with_latencies(millis(5), millis(response_latency), |sim, sent| match sent
            .method
        {
            "POST" => Reply::Error(TransportErrorKind::Broken),
            _ => sim.server_time(sent).unwrap_or_else(|| {
                if sim.started.elapsed() < millis(10_900) {
                    response(400, NOT_FOUND)
                } else {
                    response(200, FOUND)
                }
            }),
        });
        let client = sim.client();
        let call = order().with().recv_window(10_000);
        let unknown = send_lost(&client, call).await;
        // The response to this lookup arrives when "not found" would be certain.
        wait_until(&sim, millis(10_800)).await;
        let resolution = client.resolve::<NewOrder>(&unknown, seconds(30)).await;
        assert!(
            matches!(resolution, Ok(Resolution::Found(_))),
            "{response_latency}: {resolution:?}"
        );
    }
}

/// The timestamp of an order is wrong by what the clock is wrong, and so is its expiry. The lookup must use the right time.
#[tokio::test(start_paused = true)]
async fn clock_that_was_set_wrongly_is_corrected_before_not_found_is_certain() {
    for window in [1_000, 5_000, 60_000] {
        for (ahead, set_before, set_after) in [
            (0, Some(4_500), None),
            (0, Some(-900), None),
            (0, None, Some(30_000)),
            (0, None, Some(-30_000)),
            (0, Some(4_500), Some(90_000)),
            (3_000, Some(-3_000), None),
            (3_000, Some(-3_000), Some(80_000)),
            (3_000, Some(1_500), None),
            (-3_000, Some(7_500), Some(0)),
            (20_000, None, Some(0)),
        ] {
            let sim = finding_nothing();
            let client = sim.client_with_skew(Skew::ahead(ahead));
            if let Some(offset) = set_before {
                client.set_clock_offset(ClockOffset::from_millis(offset));
            }
            let unknown = send_lost(&client, order().with().recv_window(window)).await;
            if let Some(offset) = set_after {
                client.set_clock_offset(ClockOffset::from_millis(offset));
            }
            // The exchange accepts the order until its timestamp plus its receive window.
            let sent_ahead = ahead + set_before.unwrap_or(0);
            let expires = i64::try_from(window).unwrap() + sent_ahead;
            assert_eq!(
                unknown.expires_at,
                Some(Timestamp::from_millis(START_TIME + expires))
            );
            let certain_at = millis(u64::try_from(expires).unwrap() + TOLERANCE);
            // The first lookup synchronizes the clock.
            assert_certain_at(&sim, &client, &unknown, certain_at).await;
            assert_eq!(client.clock_offset().as_millis(), -ahead);
        }
    }
}

/// Returns the number of lookups of each order of a batch.
fn lookups(sim: &Sim, ids: &[&str]) -> Vec<usize> {
    let sent = sim.sent();
    let of = |id: &&str| {
        sent.iter()
            .filter(|sent| sent.parameter("origClientOrderId") == Some(id))
            .count()
    };
    ids.iter().map(of).collect()
}

const BATCH: [&str; 5] = ["a", "b", "c", "d", "e"];

fn batch() -> NewOrders {
    NewOrders::new(BATCH.map(|id| order().client_order_id(id)))
}

#[tokio::test(start_paused = true)]
async fn time_of_a_batch_is_the_time_of_all_its_orders() {
    let sim = finding_nothing();
    let client = sim.client();
    let unknown = send_lost(&client, batch().with().recv_window(60_000)).await;
    let started = Instant::now();
    let resolutions = client
        .resolve_each::<NewOrders>(&unknown, seconds(8))
        .await
        .unwrap();
    assert_eq!(resolutions.len(), 5);
    assert!(
        resolutions
            .iter()
            .all(|resolution| matches!(resolution, Resolution::Unresolved { .. })),
        "{resolutions:?}"
    );
    // The first order takes all the time. After that, each order is looked up once, with a clock synchronization.
    let elapsed = started.elapsed();
    assert!(
        (seconds(6)..=seconds(8) + 16 * millis(10)).contains(&elapsed),
        "{elapsed:?}"
    );
    let lookups = lookups(&sim, &BATCH);
    assert!(lookups[0] > 3, "{lookups:?}");
    assert!(lookups[2..].iter().all(|count| *count == 1), "{lookups:?}");
}

#[tokio::test(start_paused = true)]
async fn hanging_lookups_of_a_batch_take_a_second_each_after_its_time() {
    let sim = losing(|_, _| Reply::Hang);
    let client = sim.client();
    let unknown = send_lost(&client, batch()).await;
    let started = Instant::now();
    let resolutions = client
        .resolve_each::<NewOrders>(&unknown, seconds(4))
        .await
        .unwrap();
    assert_eq!(resolutions.len(), 5);
    let elapsed = started.elapsed();
    assert!(elapsed <= seconds(4 + 4) + millis(10), "{elapsed:?}");
    assert_eq!(lookups(&sim, &BATCH), [1; 5]);
}

#[tokio::test(start_paused = true)]
async fn orders_of_a_batch_are_certain_after_its_receive_window() {
    for window in [3_500, 30_000] {
        let sim = losing(|_, sent| match sent.parameter("origClientOrderId") {
            Some("b" | "d") => response(200, FOUND),
            _ => response(400, NOT_FOUND),
        });
        let client = sim.client();
        let unknown = send_lost(&client, batch().with().recv_window(window)).await;
        let resolutions = client
            .resolve_each::<NewOrders>(&unknown, seconds(60))
            .await
            .unwrap();
        for (id, resolution) in BATCH.iter().zip(resolutions) {
            let is_right = match *id {
                "b" | "d" => matches!(resolution, Resolution::Found(_)),
                _ => matches!(resolution, Resolution::NotExecuted),
            };
            assert!(is_right, "{id}: {resolution:?}");
        }
        let sent = sim.sent();
        let last = sent
            .iter()
            .rfind(|sent| sent.parameter("origClientOrderId") == Some("a"));
        let last = last.unwrap().at;
        assert!(last >= millis(window + TOLERANCE), "{last:?}");
    }
}
