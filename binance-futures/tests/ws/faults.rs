//! A session survives what the mock exchange does to its connections.

use std::time::{Duration, Instant};

use binance_futures::mock::{Exchange, StreamFault};
use binance_futures::usdm::streams::{AggTrades, AnyEvent, AnyTopic, MarkPrice};
use binance_futures::ws::{EndedConnections, Heartbeat, Notice, Session, SessionState, Update};

use crate::support::PATIENCE;
use crate::support::exchange::{TradeIds, connector, exchange, read_until, step};

const MARK: &str = "btcusdt@markPrice";
const TRADES: &str = "btcusdt@aggTrade";

/// What a session reported after a fault.
#[derive(Debug, Default)]
struct Seen {
    trades: TradeIds,
    marks: usize,
    malformed: usize,
    stale: usize,
    reconnecting: usize,
    resumed: usize,
}

impl Seen {
    fn note(&mut self, update: Update<AnyEvent>) {
        match update {
            Update::Event(event) => match event.data {
                AnyEvent::AggTrades(trade) => self.trades.check(trade.id),
                AnyEvent::MarkPrice(_) => self.marks += 1,
                other => panic!("{other:?}"),
            },
            Update::Notice(notice) => {
                self.trades.check_notice(&notice);
                match notice {
                    Notice::Gap(_) => {}
                    Notice::Malformed(_) => self.malformed += 1,
                    Notice::Stale(_) => self.stale += 1,
                    Notice::Reconnecting(_) => self.reconnecting += 1,
                    Notice::Resumed => self.resumed += 1,
                    other => panic!("{other}"),
                }
            }
        }
    }
}

/// A session that has delivered some events.
async fn live_session(exchange: &Exchange, seen: &mut Seen) -> Session<AnyTopic> {
    let topics: [AnyTopic; 2] = [
        AggTrades::new("BTCUSDT").into(),
        MarkPrice::new("BTCUSDT").into(),
    ];
    let quarter = Duration::from_millis(250);
    let mut session = connector(exchange)
        .session(topics.clone())
        .heartbeat(Heartbeat::new(quarter, quarter))
        .command_timeout(Duration::from_secs(1))
        .stale_after(topics[1].clone(), Duration::from_secs(1))
        .build()
        .unwrap();
    session.ready().await.unwrap();
    read_until(exchange, &mut session, |update| {
        seen.note(update);
        seen.trades.count >= 2 && seen.marks >= 2
    })
    .await;
    session
}

/// Injects a fault, and reads until the session is as wanted and has delivered events since. Both topics must be subscribed to once.
async fn survive(
    fault: StreamFault,
    is_wanted: impl Fn(&Seen, &Session<AnyTopic>) -> bool,
) -> (Seen, EndedConnections) {
    let exchange = exchange().start().await.unwrap();
    let mut seen = Seen::default();
    let mut session = live_session(&exchange, &mut seen).await;
    exchange.inject_stream_fault(fault.clone());
    let mut since: Option<(u64, usize)> = None;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        step(&exchange, &mut session, |update| seen.note(update)).await;
        if since.is_none() && is_wanted(&seen, &session) && session.state() == SessionState::Live {
            since = Some((seen.trades.count, seen.marks));
        }
        let goes_on = since.is_some_and(|(trades, marks)| {
            seen.trades.count > trades + 2 && seen.marks > marks + 2
        });
        if goes_on {
            break;
        }
    }
    assert!(since.is_some(), "{fault:?}: {seen:?} {session:?}");
    let open = exchange.stream_connections();
    let live: Vec<_> = open
        .iter()
        .filter(|connection| connection.subscriptions.len() == 2)
        .collect();
    // The exchange keeps a half-open connection.
    let expected = if fault == StreamFault::Stall { 2 } else { 1 };
    assert_eq!(live.len(), expected, "{fault:?}: {open:?}");
    let ended = session.stats().ended;
    session.close().await;
    (seen, ended)
}

fn close(code: u16) -> StreamFault {
    StreamFault::Close {
        code,
        reason: "why".to_owned(),
    }
}

#[tokio::test]
async fn session_survives_the_end_of_its_connection() {
    for fault in [
        StreamFault::Disconnect,
        StreamFault::Expire,
        close(1000),
        close(1001),
        close(1005),
        close(1006),
        close(1008),
        close(1011),
        close(1012),
        close(4000),
        close(4999),
    ] {
        let (seen, ended) = survive(fault.clone(), |seen, _| seen.resumed == 1).await;
        assert_eq!(seen.reconnecting, 1, "{fault:?}");
        let is_broken = matches!(
            fault,
            StreamFault::Disconnect | StreamFault::Close { code: 1006, .. }
        );
        let counts = (ended.closed, ended.broken);
        assert_eq!(counts, if is_broken { (0, 1) } else { (1, 0) }, "{fault:?}");
        assert_eq!(ended.total(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn session_replaces_a_half_open_connection() {
    let (seen, ended) = survive(StreamFault::Stall, |seen, _| seen.resumed == 1).await;
    assert_eq!((ended.no_pong, ended.total()), (1, 1), "{seen:?}");
}

#[tokio::test]
async fn session_replaces_a_connection_with_a_silent_topic() {
    let mute = StreamFault::Mute {
        stream: MARK.to_owned(),
    };
    let (seen, ended) = survive(mute, |seen, session| {
        seen.stale >= 1 && session.stats().opened == 2 && session.stats().connections.len() == 1
    })
    .await;
    assert_eq!((ended.no_pong, ended.broken), (0, 0), "{seen:?}");
    assert_eq!((seen.reconnecting, seen.trades.lost), (0, 0), "{seen:?}");
}

#[tokio::test]
async fn session_moves_before_a_server_shuts_down() {
    let (seen, _) = survive(StreamFault::ServerShutdown, |_, session| {
        session.stats().opened == 2 && session.stats().connections.len() == 1
    })
    .await;
    assert_eq!((seen.reconnecting, seen.trades.lost), (0, 0), "{seen:?}");
}

#[tokio::test]
async fn session_goes_on_after_odd_frames() {
    for (fault, malformed) in [
        (StreamFault::Garbage, 1),
        (StreamFault::Binary, 0),
        (StreamFault::SplitArray, 0),
        (StreamFault::SlowReads(Duration::from_millis(100)), 0),
    ] {
        let (seen, ended) = survive(fault.clone(), |seen, _| seen.malformed == malformed).await;
        assert_eq!(
            (seen.malformed, seen.reconnecting),
            (malformed, 0),
            "{fault:?}"
        );
        assert_eq!(
            (ended.total(), seen.trades.lost),
            (0, 0),
            "{fault:?}: {seen:?}"
        );
    }
}

#[tokio::test]
async fn session_replaces_a_connection_after_an_oversize_frame() {
    let bytes = 17 * 1024 * 1024;
    let oversize = StreamFault::Oversize { bytes };
    let (seen, ended) = survive(oversize, |seen, _| seen.resumed == 1).await;
    assert_eq!((ended.broken, ended.total()), (1, 1), "{seen:?}");
}

#[tokio::test]
async fn session_reports_lost_events_and_drops_repeated_ones() {
    let stream = || TRADES.to_owned();
    let lose = StreamFault::DropEvents {
        stream: stream(),
        count: 3,
    };
    let (seen, _) = survive(lose, |seen, _| seen.trades.lost > 0).await;
    assert_eq!((seen.trades.lost, seen.reconnecting), (3, 0));
    // The check of ids panics at a repeated one.
    let duplicate = StreamFault::Duplicate { stream: stream() };
    let (seen, _) = survive(duplicate, |_, _| true).await;
    assert_eq!((seen.trades.lost, seen.reconnecting), (0, 0));
}

#[tokio::test]
async fn session_waits_while_connections_are_refused() {
    for (status, retry_after) in [(502, None), (403, None), (503, Some(1)), (429, Some(1))] {
        let exchange = exchange().start().await.unwrap();
        let mut seen = Seen::default();
        let mut session = live_session(&exchange, &mut seen).await;
        exchange.inject_stream_fault(StreamFault::RefuseConnections {
            status,
            retry_after,
            // In the exchange's time.
            duration: Duration::from_secs(60),
        });
        exchange.inject_stream_fault(StreamFault::Disconnect);
        let before = (seen.trades.count, seen.marks);
        read_until(&exchange, &mut session, |update| {
            seen.note(update);
            seen.resumed == 1 && seen.trades.count > before.0 + 2 && seen.marks > before.1 + 2
        })
        .await;
        let stats = session.stats();
        assert!(stats.failed >= 1, "{status}: {stats:?}");
        assert_eq!((stats.opened, stats.connections.len()), (2, 1), "{status}");
        assert_eq!(session.state(), SessionState::Live);
    }
}

#[tokio::test]
async fn session_survives_lost_and_cut_replies() {
    for fault in [StreamFault::DropReply, StreamFault::CutReply { at: 5 }] {
        let exchange = exchange().start().await.unwrap();
        let mut seen = Seen::default();
        let mut session = live_session(&exchange, &mut seen).await;
        exchange.inject_stream_fault(fault.clone());
        let ether: AnyTopic = MarkPrice::new("ETHUSDT").into();
        // It fails, or is repeated on another connection.
        let result = session.subscribe([ether]).await;
        let expected = if result.is_ok() { 3 } else { 2 };
        let before = (seen.trades.count, seen.marks);
        read_until(&exchange, &mut session, |update| {
            seen.note(update);
            seen.trades.count > before.0 + 2 && seen.marks > before.1 + 2
        })
        .await;
        assert_eq!(session.topics().count(), expected, "{fault:?}");
        let open = exchange.stream_connections();
        let names = open.last().map(|connection| connection.subscriptions.len());
        assert_eq!(names, Some(expected), "{fault:?}: {open:?}");
    }
}
