//! An order whose answer is lost, and how to learn what became of it.
//!
//! `cargo run -p examples --bin lost_answer`: the exchange is one of our own, and breaks the connection on request.

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

    // Once the exchange places the order and its answer is lost, once the order never gets there.
    for fault in [Fault::Disconnect, Fault::DropRequest] {
        exchange.inject_fault(fault);
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
    // The exchange refuses it half a second from now, so its fate is certain soon after.
    match client.send(order.with().recv_window(500)).await {
        Ok(placed) => println!("{} is {}", placed.client_order_id, placed.status),
        Err(Error::UnknownOutcome(unknown)) => {
            println!("{unknown}");
            let within = Duration::from_secs(10);
            match client.resolve::<NewOrder>(&unknown, within).await? {
                Resolution::Found(order) => println!("It arrived, and is {}", order.status),
                Resolution::NotExecuted => println!("It was not placed: it can be placed again"),
                _ => bail!("nobody knows, even now"),
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
