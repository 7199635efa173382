//! Servers, proxies and certificates for tests, and what several tests share.

pub(crate) mod certificates;
pub(crate) mod log;
pub(crate) mod programs;
pub(crate) mod proxy;
pub(crate) mod server;
pub(crate) mod signature;

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::client::{Backoff, Retry};
use binance_futures::error::{Error, Outcome, TransportErrorKind};
use binance_futures::request::Product;
use binance_futures::rest::{Client, ClientBuilder};
use binance_futures::types::{Decimal, Side, TimeInForce, Timestamp};
use binance_futures::usdm::{NewOrder, Usdm};

use server::Server;
use signature::verify;

/// The key pair and the time, in milliseconds, of an example that the exchange published.
pub(crate) const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
pub(crate) const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
pub(crate) const NOW: i64 = 1_591_702_613_943;

/// A response to `usdm::NewOrder`.
pub(crate) const PLACED: &str =
    include_str!("../../../src/generated/usdm/rest/trade/new_order.json");
/// A response to `usdm::QueryOrder`.
pub(crate) const FOUND: &str =
    include_str!("../../../src/generated/usdm/rest/trade/query_order.json");

/// A client order id that has to be encoded.
const ID: &str = "a b/ü";

pub(crate) fn credentials() -> Credentials {
    Credentials::hmac(KEY, SECRET).unwrap()
}

/// A builder of a client with the example key and a clock that stands at the example time. Without retries and without a governor, so that
/// every call is sent.
pub(crate) fn builder() -> ClientBuilder<Usdm> {
    builder_of()
}

/// As [`builder`], for any product.
pub(crate) fn builder_of<P: Product>() -> ClientBuilder<P> {
    Client::builder()
        .credentials(credentials())
        .clock(Timestamp::from_millis(NOW))
        .timeout(Duration::from_secs(20))
        .retry(Retry::never())
        .governor(None)
}

/// Makes up to three attempts without waiting.
pub(crate) fn immediate_retries() -> Retry {
    Backoff::default().first_wait(Duration::ZERO).into()
}

/// A client with [`immediate_retries`].
pub(crate) fn retrying_client(url: &str) -> Client<Usdm> {
    let builder = builder().base_url(url).retry(immediate_retries());
    builder.build().unwrap()
}

pub(crate) fn market_order() -> NewOrder {
    NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE)
}

pub(crate) fn limit_order(symbol: &str) -> NewOrder {
    NewOrder::limit(
        symbol,
        Side::Buy,
        Decimal::ONE,
        Decimal::from(9_000),
        TimeInForce::Gtc,
    )
}

/// The order that [`assert_one_order_arrived`] expects.
pub(crate) fn encoded_order() -> NewOrder {
    market_order().client_order_id(ID)
}

/// Panics unless a server received exactly one request: [`encoded_order`], correctly signed.
pub(crate) fn assert_one_order_arrived(server: &Server) {
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].method, "POST");
    assert!(received[0].target.starts_with("/fapi/v1/order?"));
    assert_eq!(received[0].header("x-mbx-apikey"), Some(KEY));
    assert_eq!(received[0].header("proxy-authorization"), None);
    let parameters = verify(&received[0].target, SECRET);
    assert!(parameters.contains(&("newClientOrderId".to_owned(), ID.to_owned())));
}

/// Panics unless an error says that nothing was sent, for this reason, in one line.
pub(crate) fn assert_not_sent(error: &Error, kind: TransportErrorKind, reason: &str) {
    assert_eq!(error.outcome(), Outcome::NoEffect, "{error:?}");
    let Error::Transport(transport) = error else {
        panic!("{error:?}");
    };
    assert_eq!(transport.kind(), kind, "{error:?}");
    let message = error.to_string();
    assert!(
        message.contains(reason) && !message.contains('\n'),
        "{message}"
    );
}

/// Returns the output of a future that does not have to wait.
pub(crate) fn expect_ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}
