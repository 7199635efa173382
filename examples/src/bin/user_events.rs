//! Prints the events of an account as they arrive: orders, fills, balances and positions.
//!
//! `cargo run -p examples --bin user_events` starts a mock exchange, places orders on it, and prints what the exchange reports about them.
//! `-- --live` reads the events of your account on Binance, with the API key in `BINANCE_API_KEY` and `BINANCE_SECRET_KEY`, and places no
//! order. It ends with ctrl-c.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::mock::Exchange;
use binance_futures::prelude::*;
use binance_futures::usdm::events::UserEvent;
use binance_futures::usdm::streams::UserData;
use binance_futures::usdm::{self, CancelOrder, NewListenKey, NewOrder, RenewListenKey};
use binance_futures::ws::{Notice, Session, Update};
use tokio::time::{Instant, interval_at, timeout};

const SYMBOL: &str = "BTCUSDT";

/// A listen key is valid for an hour.
const RENEW_AFTER: Duration = Duration::from_secs(30 * 60);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => on_mock().await,
        ["--live"] => {
            let credentials = Credentials::from_env()?;
            let client = usdm::Client::builder().credentials(credentials).build()?;
            read(&client, &mut open(&client).await?).await
        }
        _ => bail!("usage: user_events [--live]"),
    }
}

/// Opens the user data of the account.
async fn open(client: &usdm::Client) -> Result<Session<UserData>> {
    let listen_key = client.send(NewListenKey::new()).await?;
    let topic = UserData::new(listen_key)?;
    // Two connections carry the events, so that the loss of one leaves no gap.
    let mut session = client
        .connector()?
        .session([topic])
        .connections(2)
        .build()?;
    session.ready().await.map_err(anyhow::Error::msg)?;
    Ok(session)
}

/// Prints all events, and renews the listen key.
async fn read(client: &usdm::Client, session: &mut Session<UserData>) -> Result<()> {
    let mut renewals = interval_at(Instant::now() + RENEW_AFTER, RENEW_AFTER);
    let mut counts = BTreeMap::new();
    loop {
        tokio::select! {
            update = session.next() => match update {
                Some(update) => print(&update, &mut counts)?,
                None => return Ok(()),
            },
            _ = renewals.tick() => {
                client.send(RenewListenKey::new()).await?;
            }
        }
    }
}

/// Places orders on a mock exchange, and prints what it reports about them.
async fn on_mock() -> Result<()> {
    let exchange = Exchange::start().await?;
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret)?.for_environment(exchange.environment());
    let client = usdm::Client::builder().credentials(credentials).build()?;
    let mut session = open(&client).await?;

    let order = NewOrder::market(SYMBOL, Side::Buy, dec!(0.01));
    client.send(order).await?;
    let order = NewOrder::limit(
        SYMBOL,
        Side::Sell,
        dec!(0.01),
        dec!(70000),
        TimeInForce::Gtc,
    );
    let placed = client.send(order).await?;
    let order = CancelOrder::new(SYMBOL, placed.client_order_id);
    client.send(order).await?;

    // When nothing arrives for a while, everything has arrived.
    let mut counts = BTreeMap::new();
    while let Ok(Some(update)) = timeout(Duration::from_millis(500), session.next()).await {
        print(&update, &mut counts)?;
    }
    session.close().await;
    for (kind, count) in counts {
        println!("{count} {kind}");
    }
    Ok(())
}

/// Prints an event or a notice, and counts events by their kind.
fn print(update: &Update<UserEvent>, counts: &mut BTreeMap<&'static str, u32>) -> Result<()> {
    let event = match update {
        Update::Event(event) => &event.data,
        // Events are not repeated: query orders, balances and positions.
        Update::Notice(Notice::Gap(gap)) => {
            println!("Events may be missing: {gap}");
            return Ok(());
        }
        Update::Notice(Notice::Closed(cause)) => bail!("the session was closed: {cause}"),
        Update::Notice(notice) => {
            println!("{notice}");
            return Ok(());
        }
    };
    let kind = match event {
        UserEvent::OrderTradeUpdate(update) => {
            let order = &update.order;
            println!(
                "Order {}: {}, executed quantity {}",
                order.client_order_id, order.status, order.executed_quantity
            );
            "order updates"
        }
        UserEvent::TradeLite(fill) => {
            println!(
                "Fill of order {}: {} at {}",
                fill.client_order_id, fill.last_filled_quantity, fill.last_filled_price
            );
            "fills"
        }
        UserEvent::AccountUpdate(update) => {
            for balance in &update.changes.balances {
                println!("Balance: {} {}", balance.wallet_balance, balance.asset);
            }
            for position in update.changes.positions.iter().flatten() {
                println!("Position: {} {}", position.position_amount, position.symbol);
            }
            "account updates"
        }
        UserEvent::ListenKeyExpired(_) => bail!("the listen key has expired: start again"),
        other => {
            println!("{other:?}");
            "other events"
        }
    };
    *counts.entry(kind).or_default() += 1;
    Ok(())
}
