//! Requests market data, then places, queries and cancels an order.
//!
//! `cargo run -p examples --bin quickstart` starts a mock exchange and uses it.
//! With `-- --env testnet`, it uses the test network and the keys in `BINANCE_API_KEY` and `BINANCE_SECRET_KEY`.

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
            println!("Mock exchange at {}", exchange.url());
            let (key, secret) = exchange.credentials();
            let credentials = Credentials::hmac(key, secret)?;
            trade(&client(exchange.environment(), credentials)?).await
        }
        ["--env", "testnet"] => trade(&client_from_env(Environment::Testnet)?).await,
        ["--env", "demo"] => trade(&client_from_env(Environment::Demo)?).await,
        _ => bail!("usage: quickstart [--env mock|testnet|demo]"),
    }
}

/// Creates a client with the keys of the process environment.
fn client_from_env(environment: Environment) -> Result<usdm::Client> {
    let read = |name: &str| {
        std::env::var(name).with_context(|| format!("set the environment variable {name}"))
    };
    let credentials = Credentials::hmac(read("BINANCE_API_KEY")?, read("BINANCE_SECRET_KEY")?)?;
    client(environment, credentials)
}

/// Creates a client for the environment that the key belongs to.
fn client(environment: Environment, credentials: Credentials) -> Result<usdm::Client> {
    Ok(usdm::Client::builder()
        .credentials(credentials.for_environment(environment))
        .build()?)
}

async fn trade(client: &usdm::Client) -> Result<()> {
    client.sync_clock().await?;

    let exchange_info = client.send(ExchangeInfo::new()).await?;
    println!("{} symbols are listed", exchange_info.symbols.len());

    let ticker = client.send(TickerPrice::new(SYMBOL)).await?;
    println!("Last price of {}: {}", ticker.symbol, ticker.price);

    let book = client.send_full(Depth::new(SYMBOL).limit(5)).await?;
    let bid = book.data.bids.first().context("there are no bids")?;
    println!("Best bid: {} (quantity {})", bid.price, bid.quantity);
    if let Some(used) = book.limits.weight_per_minute() {
        println!("Request weight used in this minute: {used}");
    }

    // A buy order far below the market price rests in the order book.
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
        "Buy order {} for {} at {price} is {}",
        placed.client_order_id, placed.original_quantity, placed.status
    );

    let found = client
        .send(QueryOrder::new(SYMBOL, placed.order_id))
        .await?;
    println!(
        "The order is {}, filled quantity {}",
        found.status, found.executed_quantity
    );

    let canceled = client
        .send(CancelOrder::new(SYMBOL, placed.client_order_id))
        .await?;
    println!("The order is {}", canceled.status);

    // The exchange rejects a quantity of zero. The error says why and what to do.
    let empty = NewOrder::limit(SYMBOL, Side::Buy, 0, price, TimeInForce::Gtc);
    match client.send(empty).await {
        Ok(_) => bail!("an order with quantity 0 was accepted"),
        Err(Error::Api(rejected)) => {
            println!("Rejected as expected: {rejected}");
            if let (Some(code), Some(known)) = (rejected.code, rejected.known) {
                println!("Error code {code}, {}: {}", known.name, known.action);
            }
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
