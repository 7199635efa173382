//! Hosts, rate limits and receive windows of the products, written down from the documents of the exchange.

use std::time::Duration;

use binance_futures::coinm::CoinM;
use binance_futures::environment::Environment;
use binance_futures::request::{CountedBy, LimitKind, Product, RateLimit};
use binance_futures::usdm::Usdm;

use crate::lines;

/// The URLs of an environment: REST, streams, websocket API.
type Urls = [&'static str; 3];

fn urls<P: Product>(environment: &Environment) -> [String; 3] {
    [
        environment.rest_url::<P>(),
        environment.streams_url::<P>(),
        environment.ws_api_url::<P>(),
    ]
    .map(|url| url.unwrap().into_owned())
}

#[test]
fn each_environment_has_the_hosts_of_the_documents() {
    let expected: [(Environment, Urls, Urls); 3] = [
        (
            Environment::Production,
            [
                "https://fapi.binance.com",
                "wss://fstream.binance.com",
                "wss://ws-fapi.binance.com/ws-fapi/v1",
            ],
            [
                "https://dapi.binance.com",
                "wss://dstream.binance.com",
                "wss://ws-dapi.binance.com/ws-dapi/v1",
            ],
        ),
        (
            Environment::Testnet,
            [
                "https://testnet.binancefuture.com",
                "wss://fstream.binancefuture.com",
                "wss://testnet.binancefuture.com/ws-fapi/v1",
            ],
            [
                "https://testnet.binancefuture.com",
                "wss://dstream.binancefuture.com",
                "wss://testnet.binancefuture.com/ws-dapi/v1",
            ],
        ),
        // The websocket API has no host name for demo trading. That of the test network is used.
        (
            Environment::Demo,
            [
                "https://demo-fapi.binance.com",
                "wss://demo-fstream.binance.com",
                "wss://testnet.binancefuture.com/ws-fapi/v1",
            ],
            [
                "https://demo-dapi.binance.com",
                "wss://demo-dstream.binance.com",
                "wss://testnet.binancefuture.com/ws-dapi/v1",
            ],
        ),
    ];
    for (environment, usdm, coinm) in expected {
        assert_eq!(urls::<Usdm>(&environment), usdm, "{environment}");
        assert_eq!(urls::<CoinM>(&environment), coinm, "{environment}");
    }
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// The rate limits of USDⓈ-M. COIN-M has those that are shared.
fn rate_limits() -> Vec<RateLimit> {
    use CountedBy::{Account, Ip};
    use LimitKind::{Bucket, ConnectionAttempts, Orders, RequestWeight};
    let limit = |name, kind, bucket, limit, interval, scope, shared| RateLimit {
        name,
        kind,
        bucket,
        limit,
        interval,
        scope,
        shared,
    };
    let (ten_seconds, hour) = (Duration::from_secs(10), minutes(60));
    let quotes = Some("convert_quotes");
    vec![
        limit(
            "request_weight",
            RequestWeight,
            None,
            2_400,
            minutes(1),
            Ip,
            true,
        ),
        limit("orders_10s", Orders, None, 300, ten_seconds, Account, true),
        limit("orders_1m", Orders, None, 1_200, minutes(1), Account, true),
        limit(
            "funding",
            Bucket,
            Some("funding"),
            500,
            minutes(5),
            Ip,
            false,
        ),
        limit(
            "statistics",
            Bucket,
            Some("statistics"),
            1_000,
            minutes(5),
            Ip,
            false,
        ),
        limit(
            "convert_quotes_1h",
            Bucket,
            quotes,
            360,
            hour,
            Account,
            false,
        ),
        limit(
            "convert_quotes_1d",
            Bucket,
            quotes,
            500,
            24 * hour,
            Account,
            false,
        ),
        limit(
            "connection_attempts",
            ConnectionAttempts,
            None,
            300,
            minutes(5),
            Ip,
            true,
        ),
    ]
}

fn by_name(limits: &[RateLimit]) -> Vec<RateLimit> {
    let mut limits = limits.to_vec();
    limits.sort_by_key(|limit| limit.name);
    limits
}

#[test]
fn rate_limits_are_those_of_the_documents() {
    let mut expected = by_name(&rate_limits());
    assert_eq!(by_name(Usdm::RATE_LIMITS), expected);
    expected.retain(|limit| limit.shared);
    assert_eq!(by_name(CoinM::RATE_LIMITS), expected);
}

#[test]
fn receive_windows_are_those_of_the_documents() {
    for window in [Usdm::RECV_WINDOW, CoinM::RECV_WINDOW] {
        assert_eq!(
            (
                window.default_millis,
                window.max_millis,
                window.max_ahead_millis
            ),
            (5_000, 60_000, 1_000)
        );
    }
}

#[test]
fn every_bucket_of_a_request_has_a_rate_limit() {
    for operation in lines::operations() {
        let Some(bucket) = operation.bucket else {
            continue;
        };
        assert!(
            rate_limits()
                .iter()
                .any(|limit| limit.bucket == Some(bucket)),
            "{} {}",
            operation.product,
            operation.name
        );
    }
}
