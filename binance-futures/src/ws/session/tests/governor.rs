//! Attempts to connect under a governor, and handshakes that the exchange rejects.

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{millis, seconds, started};
use crate::error::{Error, Outcome};
use crate::governor::Governor;
use crate::request::Product;
use crate::usdm::Usdm;
use crate::usdm::streams::AggTrades;
use crate::ws::event::Cause;
use crate::ws::tests::sim::Sim;

fn topic() -> [AggTrades; 1] {
    [AggTrades::new("BTCUSDT")]
}

#[tokio::test(start_paused = true)]
async fn rejected_handshake_pauses_all_sessions_of_the_governor() {
    for (status, is_banned) in [(429, false), (418, true)] {
        let sim = Sim::default();
        let connector = sim.governed(&Governor::new());
        let body = r#"{"code":-1003,"msg":"Too many connections."}"#;
        sim.refuse(status, &["Retry-After: 77"], body);
        let mut first = connector.session(topic()).build().unwrap();
        let start = Instant::now();
        let cause = first.ready().await.unwrap_err();
        let Cause::NotOpened(error) = cause else {
            panic!("{cause:?}");
        };
        let Error::RateLimited(limited) = &*error else {
            panic!("{error:?}");
        };
        assert_eq!(limited.is_banned, is_banned);
        assert_eq!(error.retry_after(), Some(seconds(77)));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(
            (error.code(), error.outcome()),
            (Some(-1003), Outcome::Rejected)
        );
        let mut second = connector.session(topic()).build().unwrap();
        let (first, second) = tokio::join!(first.ready(), second.ready());
        first.unwrap();
        second.unwrap();
        let dialed: Vec<_> = sim.dialed().iter().map(|at| *at - start).collect();
        assert_eq!(dialed.len(), 3, "{dialed:?}");
        assert!(dialed[1] >= seconds(77), "{dialed:?}");
        assert!(dialed[2] >= dialed[1] + millis(250), "{dialed:?}");
        assert!(dialed[2] <= seconds(79), "{dialed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn wait_of_a_rejection_is_bounded() {
    let sim = Sim::default();
    let connector = sim.governed(&Governor::new());
    sim.refuse(429, &["Retry-After: 18446744073709551615"], "");
    let mut session = connector.session(topic()).build().unwrap();
    session.ready().await.unwrap_err();
    session.ready().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn other_rejections_are_typed_and_their_body_is_bounded() {
    for (status, headers, body) in [
        (503, ["Content-Type: text/html"], "<html>".repeat(5_000)),
        (403, ["Server: proxy"], String::from("no")),
        (
            400,
            ["Server: exchange"],
            String::from(r#"{"code":-1100,"msg":"Illegal characters"}"#),
        ),
        (404, ["Server: exchange"], String::new()),
        (302, ["Location: https://elsewhere"], String::new()),
    ] {
        let sim = Sim::default();
        sim.refuse(status, &headers, &body);
        let error = sim.connector().socket(topic()).await.unwrap_err();
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(status),
            "{error:?}"
        );
        let response = error.response().unwrap();
        assert!(response.body.len() <= 8 * 1024);
        assert!(body.as_bytes().starts_with(&response.body));
        if status == 400 {
            assert!(matches!(error, Error::Api(_)), "{error:?}");
            assert_eq!(error.code(), Some(-1100));
        }
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        // A session goes on.
        sim.refuse(status, &headers, &body);
        let mut session = sim.connector().session(topic()).build().unwrap();
        session.ready().await.unwrap_err();
        session.ready().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_of_many_sessions_keep_the_gap_and_the_limit() {
    const SESSIONS: usize = 320;
    let sim = Sim::default();
    let connector = sim.governed(&Governor::new());
    let sessions = (0..SESSIONS).map(|_| started(connector.session(topic())));
    let sessions = join_all(sessions).await;
    assert_eq!(
        sessions
            .iter()
            .map(|session| session.stats().failed)
            .sum::<u64>(),
        0
    );
    let dialed = sim.dialed();
    assert_eq!((dialed.len(), sim.open().len()), (SESSIONS, SESSIONS));
    for pair in dialed.windows(2) {
        assert!(pair[1] - pair[0] >= millis(250));
    }
    let limits = <Usdm as Product>::RATE_LIMITS.iter();
    let mut limits = limits.filter(|limit| limit.name == "connection_attempts");
    let limit = limits.next().unwrap();
    let most = dialed.iter().map(|first| {
        let window = dialed
            .iter()
            .filter(|at| **at >= *first && **at < *first + limit.interval);
        window.count()
    });
    let most = most.max().unwrap();
    assert!(most <= limit.limit as usize, "{most} of {}", limit.limit);
    println!(
        "{SESSIONS} sessions at once: at most {most} attempts in {:?}",
        limit.interval
    );
}
