//! An order whose response is lost, and how to look up its outcome.
//!
//! `cargo run -p examples --bin lost_response` runs on the mock exchange, which breaks the connection on request.

use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::prelude::*;
use binance_futures::usdm::{self, NewOrder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let exchange = Exchange::start().await?;
    let (key, secret) = exchange.credentials();
    let client = usdm::Client::builder()
        .credentials(Credentials::hmac(key, secret)?.for_environment(exchange.environment()))
        .build()?;

    println!("The exchange places the order, and the response is lost:");
    exchange.inject_fault(Fault::Disconnect);
    place(&client).await?;

    println!("The order does not reach the exchange:");
    exchange.inject_fault(Fault::DropRequest);
    place(&client).await
}

async fn place(client: &usdm::Client) -> Result<()> {
    let order = NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        dec!(0.005),
        dec!(50000),
        TimeInForce::Gtc,
    );
    // With a short receive window, the outcome is certain soon.
    match client.send(order.with().recv_window(500)).await {
        Ok(placed) => println!("{} is {}", placed.client_order_id, placed.status),
        Err(Error::UnknownOutcome(unknown)) => {
            println!("  {unknown}");
            let within = Duration::from_secs(10);
            match client.resolve::<NewOrder>(&unknown, within).await? {
                Resolution::Found(order) => println!("  Found: the order is {}", order.status),
                Resolution::NotExecuted => println!("  Not executed: it can be placed again"),
                _ => bail!("the outcome is still unknown"),
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
