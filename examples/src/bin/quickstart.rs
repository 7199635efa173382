//! Requests market data, then places, queries and cancels an order.
//!
//! `cargo run -p examples --bin quickstart` starts a mock exchange and runs on it. `-- --env testnet` runs on the test network, with the
//! API key in `BINANCE_API_KEY` and `BINANCE_SECRET_KEY`.

use anyhow::{Context, Result, bail};
use binance_futures::mock::Exchange;
use binance_futures::prelude::*;
use binance_futures::usdm::{
    self, CancelOrder, Depth, ExchangeInfo, NewOrder, QueryOrder, TickerPrice,
};

const SYMBOL: &str = "BTCUSDT";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["--env", "mock"] => {
            let exchange = Exchange::start().await?;
            println!("The mock exchange listens on {}", exchange.url());
            let (key, secret) = exchange.credentials();
            let credentials = Credentials::hmac(key, secret)?;
            trade(&client(exchange.environment(), credentials)?).await
        }
        ["--env", name @ ("testnet" | "demo")] => {
            trade(&client(name.parse()?, Credentials::from_env()?)?).await
        }
        _ => bail!("usage: quickstart [--env mock|testnet|demo]"),
    }
}

fn client(environment: Environment, credentials: Credentials) -> Result<usdm::Client> {
    Ok(usdm::Client::builder()
        .credentials(credentials.for_environment(environment))
        .build()?)
}

async fn trade(client: &usdm::Client) -> Result<()> {
    client.sync_clock().await?;

    let information = client.send(ExchangeInfo::new()).await?;
    println!("{} symbols are listed", information.symbols.len());

    let ticker = client.send(TickerPrice::new(SYMBOL)).await?;
    println!("Last price of {}: {}", ticker.symbol, ticker.price);

    let book = client.send_full(Depth::new(SYMBOL).limit(5)).await?;
    let bid = book.data.bids.first().context("the book has no bids")?;
    println!("Best bid {} (quantity {})", bid.price, bid.quantity);
    if let Some(weight) = book.usage.weight_per_minute() {
        println!("Request weight used in this minute: {weight}");
    }

    // A buy order far below the market rests in the book.
    let price = (ticker.price * dec!(0.8)).trunc();
    let order = NewOrder::limit(SYMBOL, Side::Buy, dec!(0.005), price, TimeInForce::Gtc);
    let placed = client.send(order).await?;
    println!(
        "Order {}: buy {} at {price}, {}",
        placed.client_order_id, placed.original_quantity, placed.status
    );

    let found = client
        .send(QueryOrder::new(SYMBOL, placed.order_id))
        .await?;
    println!(
        "Order {}: {}, executed quantity {}",
        found.client_order_id, found.status, found.executed_quantity
    );

    let canceled = client
        .send(CancelOrder::new(SYMBOL, placed.client_order_id))
        .await?;
    println!("Order {}: {}", canceled.client_order_id, canceled.status);

    // The exchange rejects an order without a quantity, and the error explains the code.
    let invalid = NewOrder::limit(SYMBOL, Side::Buy, 0, price, TimeInForce::Gtc);
    match client.send(invalid).await {
        Ok(_) => bail!("the exchange accepted an order without a quantity"),
        Err(Error::Api(rejected)) => {
            println!("Rejected as expected: {rejected}");
            if let (Some(code), Some(known)) = (rejected.code, rejected.known) {
                println!("Error code {code} ({}): {}", known.name, known.action);
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
