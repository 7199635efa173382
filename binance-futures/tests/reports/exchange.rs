//! A mock exchange whose responses the tests choose.

use binance_futures::auth::Credentials;
use binance_futures::client::{Backoff, Retry};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::request::Product;
use binance_futures::rest::Client;

/// Starts a mock exchange that gives these responses to the next requests: status and body.
pub(crate) async fn responding(responses: &[(u16, &str)]) -> Exchange {
    let exchange = Exchange::start().await.unwrap();
    for (status, body) in responses {
        exchange.inject_fault(Fault::status(*status, *body));
    }
    exchange
}

/// Returns a client that sends a request again without waiting.
pub(crate) fn client<P: Product>(exchange: &Exchange) -> Client<P> {
    client_with(
        exchange,
        Backoff::default()
            .first_wait(std::time::Duration::ZERO)
            .into(),
    )
}

pub(crate) fn client_with<P: Product>(exchange: &Exchange, retry: Retry) -> Client<P> {
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    Client::builder()
        .credentials(credentials.for_environment(exchange.environment()))
        .retry(retry)
        .build()
        .unwrap()
}
