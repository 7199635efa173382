//! Random failures in random order: an order is executed at most once, and the client reports what really happened.

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;
use crate::client::{Backoff, FailedAttempt, Resolution, RetryPolicy, WithOptions};
use crate::clock::ClockOffset;
use crate::error::{Error, Outcome};

/// What happens to a request and its response.
#[derive(Debug, Clone, Copy)]
enum Event {
    Processed,
    NoConnection,
    RequestLost,
    /// The connection breaks, and the request still arrives this many milliseconds later.
    RequestDelayed(i64),
    ResponseLost,
    ResponseTooLate,
    Unavailable,
    Throttled,
    RateLimited,
    Rejected,
    /// The exchange responds that it does not know the outcome.
    Unknown {
        executed: bool,
    },
    /// An intermediary responds with a web page.
    Page {
        executed: bool,
    },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Processed),
        Just(Event::NoConnection),
        Just(Event::RequestLost),
        (0..70_000_i64).prop_map(Event::RequestDelayed),
        Just(Event::ResponseLost),
        Just(Event::ResponseTooLate),
        Just(Event::Unavailable),
        Just(Event::Throttled),
        Just(Event::RateLimited),
        Just(Event::Rejected),
        any::<bool>().prop_map(|executed| Event::Unknown { executed }),
        any::<bool>().prop_map(|executed| Event::Page { executed }),
    ]
}

/// What else differs from history to history.
#[derive(Debug, Clone, Copy)]
struct Conditions {
    /// The receive window of the order, in milliseconds.
    recv_window: i64,
    /// How long requests take, in milliseconds.
    request_latency: u64,
    /// How long responses take, in milliseconds.
    response_latency: u64,
    /// How far the local clock is ahead, in milliseconds.
    ahead: i64,
    /// The clock offset that is set before the order is sent, in milliseconds.
    set_before: Option<i64>,
    /// The clock offset that is set between the order and its lookup, in milliseconds.
    set_after: Option<i64>,
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let offset = || proptest::option::of(-20_000..20_000_i64);
    (
        100..=60_000_i64,
        0..2_000_u64,
        0..2_000_u64,
        -20_000..20_000_i64,
        offset(),
        offset(),
    )
        .prop_map(
            |(recv_window, to, back, ahead, set_before, set_after)| Conditions {
                recv_window,
                request_latency: to,
                response_latency: back,
                ahead,
                set_before,
                set_after,
            },
        )
}

/// An exchange that accepts orders within their receive windows and counts executions.
struct CountingExchange {
    /// What happens to the next requests, last first.
    events: Mutex<Vec<Event>>,
    executed: AtomicU32,
    /// When delayed orders arrive, and their timestamps.
    delayed: Mutex<Vec<(i64, i64)>>,
    /// The receive window of the orders, in milliseconds.
    recv_window: i64,
}

impl CountingExchange {
    fn executed(&self) -> u32 {
        self.executed.load(Ordering::Relaxed)
    }

    /// Returns whether the exchange accepts an order that arrives at `now`.
    fn is_accepted(&self, now: i64, timestamp: i64) -> bool {
        (-999..=self.recv_window).contains(&(now - timestamp))
    }

    /// Executes the delayed orders that have arrived.
    fn receive_delayed(&self, now: i64) {
        self.delayed
            .lock()
            .unwrap()
            .retain(|(arrives_at, timestamp)| {
                if *arrives_at <= now && self.is_accepted(*arrives_at, *timestamp) {
                    self.executed.fetch_add(1, Ordering::Relaxed);
                }
                *arrives_at > now
            });
    }

    fn react(&self, sim: &Sim, sent: &SentRequest) -> Reply {
        let now = sim.now();
        self.receive_delayed(now);
        if let Some(time) = sim.server_time(sent) {
            return time;
        }
        let event = self.events.lock().unwrap().pop();
        let process = || match sent.method {
            "POST" if !self.is_accepted(now, sent.timestamp()) => response(400, WRONG_TIMESTAMP),
            "POST" => {
                self.executed.fetch_add(1, Ordering::Relaxed);
                response(200, PLACED)
            }
            _ if self.executed() > 0 => response(200, FOUND),
            _ => response(400, r#"{"code":-2013,"msg":"Order does not exist."}"#),
        };
        let process_if = |executed: bool| {
            if executed {
                process();
            }
        };
        match event.unwrap_or(Event::Processed) {
            Event::Processed => process(),
            Event::NoConnection => Reply::Error(TransportErrorKind::Connect),
            Event::RequestLost => Reply::Error(TransportErrorKind::Broken),
            Event::RequestDelayed(millis) => {
                if sent.method == "POST" {
                    let order = (now + millis, sent.timestamp());
                    self.delayed.lock().unwrap().push(order);
                }
                Reply::Error(TransportErrorKind::Broken)
            }
            Event::ResponseLost => {
                process();
                Reply::Error(TransportErrorKind::Broken)
            }
            Event::ResponseTooLate => {
                process();
                Reply::Error(TransportErrorKind::Timeout)
            }
            Event::Unavailable => response(503, r#"{"msg":"Service Unavailable."}"#),
            Event::Throttled => response(503, r#"{"code":-1008,"msg":"Request throttled."}"#),
            Event::RateLimited => Reply::Response(
                429,
                &[("retry-after", "1")],
                r#"{"code":-1003,"msg":"Too many requests."}"#.into(),
            ),
            Event::Rejected => response(400, r#"{"code":-2010,"msg":"Insufficient balance."}"#),
            Event::Unknown { executed } => {
                process_if(executed);
                response(
                    503,
                    r#"{"msg":"Unknown error, please check your request."}"#,
                )
            }
            Event::Page { executed } => {
                process_if(executed);
                response(502, "<html>")
            }
        }
    }
}

/// Retries almost immediately, up to 50 attempts.
#[derive(Debug)]
struct Impatient;

impl RetryPolicy for Impatient {
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
        (failed.attempt < 50).then_some(Duration::from_millis(1))
    }
}

fn retries() -> [Retry; 3] {
    [
        Retry::never(),
        Backoff::default().into(),
        Retry::custom(Impatient),
    ]
}

async fn place_and_resolve(events: Vec<Event>, retry: Retry, conditions: Conditions) {
    let exchange = Arc::new(CountingExchange {
        events: Mutex::new(events),
        executed: AtomicU32::new(0),
        delayed: Mutex::default(),
        recv_window: conditions.recv_window,
    });
    let reacting = Arc::clone(&exchange);
    let sim = Sim::with_latencies(
        Duration::from_millis(conditions.request_latency),
        Duration::from_millis(conditions.response_latency),
        move |sim, sent| reacting.react(sim, sent),
    );
    let client = sim.client_with(retry, Skew::ahead(conditions.ahead));
    if let Some(offset) = conditions.set_before {
        client.set_clock_offset(ClockOffset::from_millis(offset));
    }
    let window = conditions.recv_window.unsigned_abs();
    let sent = client.send(order().with().recv_window(window)).await;
    if let Some(offset) = conditions.set_after {
        client.set_clock_offset(ClockOffset::from_millis(offset));
    }
    let reported = match &sent {
        Ok(_) => Some(1),
        Err(Error::UnknownOutcome(unknown)) => {
            match client.resolve::<NewOrder>(unknown, seconds(120)).await {
                Ok(Resolution::Found(_)) => Some(1),
                Ok(Resolution::NotExecuted) => Some(0),
                // The outcome stays unknown, for example because the lookup was rejected.
                Ok(Resolution::Unresolved { .. }) | Err(_) => None,
            }
        }
        Err(error) => {
            let outcome = error.outcome();
            assert!(matches!(outcome, Outcome::NoEffect | Outcome::Rejected));
            Some(0)
        }
    };
    // All delayed orders arrive.
    exchange.receive_delayed(i64::MAX);
    let executed = exchange.executed();
    assert!(executed <= 1, "{sent:?}");
    assert!(
        reported.is_none_or(|reported| reported == executed),
        "{sent:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn order_is_executed_at_most_once_and_reported_correctly(
        events in proptest::collection::vec(event(), 0..12),
        retry in 0..3_usize,
        conditions in conditions(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let retry = retries()[retry].clone();
        runtime.block_on(place_and_resolve(events, retry, conditions));
    }
}
