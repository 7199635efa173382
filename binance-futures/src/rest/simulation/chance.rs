//! Whatever goes wrong, in whatever order: an order is executed once at most, and what is told of it is so.

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;
use crate::error::{Error, Outcome};
use crate::rest::{Backoff, Failed, Resolution, RetryPolicy, Sendable};

/// What becomes of a request on its way, there and back.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Done,
    NoConnection,
    RequestLost,
    /// It arrives so many milliseconds after everybody thinks that it was lost.
    RequestLate(i64),
    AnswerLost,
    AnswerLate,
    Unavailable,
    Throttled,
    TooMany,
    Refused,
    /// The exchange does not know; it may have executed it.
    Unknown {
        executed: bool,
    },
    /// Somebody in between answers.
    Page {
        executed: bool,
    },
}

fn luck() -> impl Strategy<Value = Luck> {
    prop_oneof![
        Just(Luck::Done),
        Just(Luck::NoConnection),
        Just(Luck::RequestLost),
        (0..5_000_i64).prop_map(Luck::RequestLate),
        Just(Luck::AnswerLost),
        Just(Luck::AnswerLate),
        Just(Luck::Unavailable),
        Just(Luck::Throttled),
        Just(Luck::TooMany),
        Just(Luck::Refused),
        any::<bool>().prop_map(|executed| Luck::Unknown { executed }),
        any::<bool>().prop_map(|executed| Luck::Page { executed }),
    ]
}

/// How long the orders of these tests may be on their way.
const WINDOW: i64 = 1_000;

/// An exchange that takes orders within their receive windows, and counts what it executes.
struct Exchange {
    lucks: Mutex<Vec<Luck>>,
    executed: AtomicU32,
    /// When orders arrive that are late, and their timestamps.
    late: Mutex<Vec<(i64, i64)>>,
}

impl Exchange {
    fn executed(&self) -> u32 {
        self.executed.load(Ordering::Relaxed)
    }

    /// Executes what has arrived by now.
    fn go_on(&self, now: i64) {
        self.late.lock().unwrap().retain(|(arrives, timestamp)| {
            if *arrives <= now && takes(*arrives, *timestamp) {
                self.executed.fetch_add(1, Ordering::Relaxed);
            }
            *arrives > now
        });
    }

    fn react(&self, world: &Sim, sent: &Sent) -> Reply {
        let now = world.now();
        self.go_on(now);
        if let Some(time) = world.tells_time(sent) {
            return time;
        }
        let luck = self.lucks.lock().unwrap().pop().unwrap_or(Luck::Done);
        let carry_out = || match sent.method {
            "POST" if !takes(now, sent.timestamp()) => answers(400, STALE),
            "POST" => {
                self.executed.fetch_add(1, Ordering::Relaxed);
                answers(200, ACKNOWLEDGED)
            }
            _ if self.executed() > 0 => answers(200, FOUND),
            _ => answers(400, r#"{"code":-2013,"msg":"Order does not exist."}"#),
        };
        let may_carry_out = |executed: bool| {
            if executed {
                carry_out();
            }
        };
        match luck {
            Luck::Done => carry_out(),
            Luck::NoConnection => Reply::Error(TransportErrorKind::Connect),
            Luck::RequestLost => Reply::Error(TransportErrorKind::Broken),
            Luck::RequestLate(millis) => {
                if sent.method == "POST" {
                    let order = (now + millis, sent.timestamp());
                    self.late.lock().unwrap().push(order);
                }
                Reply::Error(TransportErrorKind::Broken)
            }
            Luck::AnswerLost => {
                carry_out();
                Reply::Error(TransportErrorKind::Broken)
            }
            Luck::AnswerLate => {
                carry_out();
                Reply::Error(TransportErrorKind::Timeout)
            }
            Luck::Unavailable => answers(503, r#"{"msg":"Service Unavailable."}"#),
            Luck::Throttled => answers(503, r#"{"code":-1008,"msg":"Request throttled."}"#),
            Luck::TooMany => Reply::Response(
                429,
                &[("retry-after", "1")],
                r#"{"code":-1003,"msg":"Too many requests."}"#.into(),
            ),
            Luck::Refused => answers(400, r#"{"code":-2010,"msg":"Insufficient balance."}"#),
            Luck::Unknown { executed } => {
                may_carry_out(executed);
                answers(
                    503,
                    r#"{"msg":"Unknown error, please check your request."}"#,
                )
            }
            Luck::Page { executed } => {
                may_carry_out(executed);
                answers(502, "<html>")
            }
        }
    }
}

/// Whether an order is taken at a time.
fn takes(now: i64, timestamp: i64) -> bool {
    (-999..=WINDOW).contains(&(now - timestamp))
}

/// Has no patience, and never enough.
#[derive(Debug)]
struct Always;

impl RetryPolicy for Always {
    fn wait(&self, failed: &Failed<'_>) -> Option<Duration> {
        (failed.attempt < 50).then_some(Duration::from_millis(1))
    }
}

fn retries() -> [Retry; 3] {
    [Retry::never(), Backoff::default().into(), Always.into()]
}

async fn place_and_find_out(lucks: Vec<Luck>, retry: Retry, ahead: i64) {
    let exchange = Arc::new(Exchange {
        lucks: Mutex::new(lucks),
        executed: AtomicU32::new(0),
        late: Mutex::default(),
    });
    let asked = Arc::clone(&exchange);
    let world = Sim::new(move |world, sent| asked.react(world, sent));
    let skew = Skewed {
        ahead,
        parts_per_million: 0,
    };
    let client = world.client_with(retry, skew);
    let window = WINDOW.unsigned_abs();
    let sent = client.send(order().with().recv_window(window)).await;
    let certain = match &sent {
        Ok(_) => Some(1),
        Err(Error::UnknownOutcome(unknown)) => {
            let within = Duration::from_secs(30);
            match client.resolve::<NewOrder>(unknown, within).await {
                Ok(Resolution::Found(_)) => Some(1),
                Ok(Resolution::NotExecuted) => Some(0),
                // As when the question was refused.
                Ok(Resolution::Unresolved { .. }) | Err(_) => None,
            }
        }
        Err(error) => {
            let outcome = error.outcome();
            assert!(matches!(outcome, Outcome::NoEffect | Outcome::Rejected));
            Some(0)
        }
    };
    // Whatever is on its way yet arrives.
    exchange.go_on(i64::MAX);
    let executed = exchange.executed();
    assert!(executed <= 1, "{sent:?}");
    assert!(
        certain.is_none_or(|certain| certain == executed),
        "{sent:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_order_is_executed_once_at_most_and_told_as_it_was(
        lucks in proptest::collection::vec(luck(), 0..12),
        retry in 0..3_usize,
        ahead in -20_000..20_000_i64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let retry = retries()[retry].clone();
        runtime.block_on(place_and_find_out(lucks, retry, ahead));
    }
}
