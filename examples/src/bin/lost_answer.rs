//! Places an order whose response is lost, and looks up whether the order was placed.
//!
//! `cargo run -p examples --bin lost_answer` starts a mock exchange and injects the faults.

use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::{
    auth::Credentials,
    error::Error,
    mock::{Exchange, Fault},
    rest::{Resolution, Sendable},
    types::{Decimal, Side, TimeInForce},
    usdm::{self, NewOrder},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let exchange = Exchange::start().await?;
    let (key, secret) = exchange.credentials();
    let client = usdm::Client::builder()
        .credentials(Credentials::hmac(key, secret)?.for_environment(exchange.environment()))
        .build()?;

    // First, the exchange places the order and the response is lost. Then, the request is lost.
    for fault in [Fault::Disconnect, Fault::DropRequest] {
        exchange.next(fault);
        place(&client).await?;
    }
    Ok(())
}

async fn place(client: &usdm::Client) -> Result<()> {
    let order = NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        Decimal::new(5, 3),
        50_000,
        TimeInForce::Gtc,
    );
    // After the receive window of 500 ms, the exchange rejects the request, so the outcome is final soon after.
    match client.send(order.with().recv_window(500)).await {
        Ok(placed) => println!("{} is {}", placed.client_order_id, placed.status),
        Err(Error::UnknownOutcome(unknown)) => {
            println!("{unknown}");
            let timeout = Duration::from_secs(10);
            match client.resolve::<NewOrder>(&unknown, timeout).await? {
                Resolution::Found(order) => {
                    println!("The order was placed: it is {}", order.status);
                }
                Resolution::NotExecuted => {
                    println!("The order was not placed: it can be placed again");
                }
                _ => bail!("the outcome is still unknown"),
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
