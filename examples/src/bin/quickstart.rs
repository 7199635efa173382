//! Asks for market data, then places, queries and cancels an order.
//!
//! Out of the box it talks to an exchange it starts itself: `cargo run -p examples --bin quickstart`.
//! `-- --env testnet` goes to the test network, with the keys in `BINANCE_API_KEY` and `BINANCE_SECRET_KEY`.

use anyhow::{Context, Result, bail};
use binance_futures::{
    auth::Credentials,
    environment::Environment,
    error::Error,
    mock::Exchange,
    types::{Decimal, Side, TimeInForce},
    usdm::{self, CancelOrder, Depth, ExchangeInfo, NewOrder, QueryOrder, TickerPrice},
};

const SYMBOL: &str = "BTCUSDT";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["--env", "mock"] => {
            let exchange = Exchange::start().await?;
            println!("An exchange of our own listens on {}", exchange.url());
            let (key, secret) = exchange.credentials();
            let credentials = Credentials::hmac(key, secret)?;
            trade(&client(exchange.environment(), credentials)?).await
        }
        ["--env", "testnet"] => trade(&real(Environment::Testnet)?).await,
        ["--env", "demo"] => trade(&real(Environment::Demo)?).await,
        _ => bail!("usage: quickstart [--env mock|testnet|demo]"),
    }
}

fn real(environment: Environment) -> Result<usdm::Client> {
    let read =
        |name: &str| std::env::var(name).with_context(|| format!("set {name} in the environment"));
    let credentials = Credentials::hmac(read("BINANCE_API_KEY")?, read("BINANCE_SECRET_KEY")?)?;
    client(environment, credentials)
}

/// A client of the environment where its key was made.
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
    println!("{} last traded at {}", ticker.symbol, ticker.price);

    let book = client.send_full(Depth::new(SYMBOL).limit(5)).await?;
    let best = book.data.bids.first().context("nobody buys")?;
    println!("Somebody buys {} at {}", best.quantity, best.price);
    if let Some(used) = book.limits.weight_per_minute() {
        println!("Weight used in this minute: {used}");
    }

    // A buyer far below the market waits in the book.
    let price = (ticker.price * Decimal::new(8, 1)).trunc();
    let order = NewOrder::limit(
        SYMBOL,
        Side::Buy,
        Decimal::new(5, 3),
        price,
        TimeInForce::Gtc,
    );
    let placed = client.send(order).await?;
    println!(
        "Order {} to buy {} at {price} is {}",
        placed.client_order_id, placed.original_quantity, placed.status
    );

    let found = client
        .send(QueryOrder::new(SYMBOL, placed.order_id))
        .await?;
    println!(
        "Asked again, it is {} with {} executed",
        found.status, found.executed_quantity
    );

    let cancelled = client
        .send(CancelOrder::new(SYMBOL, placed.client_order_id))
        .await?;
    println!("Now it is {}", cancelled.status);

    // An order for nothing is refused, and the error says what that means.
    let nothing = NewOrder::limit(SYMBOL, Side::Buy, 0, price, TimeInForce::Gtc);
    match client.send(nothing).await {
        Ok(_) => bail!("an order for nothing was taken"),
        Err(Error::Api(refused)) => {
            println!("Refused as it should be: {refused}");
            if let (Some(code), Some(known)) = (refused.code, refused.known) {
                println!(
                    "To a program that is {code}, {}: {}",
                    known.name, known.action
                );
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
