//! Sending a call, to the built-in exchange or to the real one.

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use binance_futures::{
    coinm,
    error::Error,
    mock::Exchange,
    parameters::JsonWriter,
    request::{Hosts, Product, Repeat, Security},
    rest::{Client, Raw, RawText, SentBy},
    sign::Credentials,
    usdm,
};

use super::{Chosen, Environment, choose::title};
use crate::json::Json;

/// The host of a product in an environment; none for the built-in exchange, which picks its port when it starts.
pub(super) fn host(product: &str, environment: Environment) -> Result<Option<&'static str>> {
    let hosts: Hosts = if product == usdm::Usdm::ID {
        usdm::Usdm::REST
    } else {
        coinm::CoinM::REST
    };
    let (found, name) = match environment {
        Environment::Mock => return Ok(None),
        Environment::Production => (Some(hosts.production), "production"),
        Environment::Testnet => (hosts.testnet, "testnet"),
        Environment::Demo => (hosts.demo, "demo"),
    };
    found
        .map(Some)
        .with_context(|| format!("the exchange has no {name} for {product}"))
}

/// Sends a call and prints its typed answer as JSON.
pub(super) fn send(chosen: &Chosen, environment: Environment, yes: bool) -> Result<ExitCode> {
    let operation = chosen.operation;
    if environment == Environment::Production
        && changes_something(chosen)
        && !yes
        && !agreed(chosen)?
    {
        bail!("not sent");
    }
    let host = host(operation.product, environment)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let answer = runtime.block_on(async {
        let exchange = match host {
            Some(_) => None,
            None => Some(
                Exchange::start()
                    .await
                    .context("the built-in exchange does not start")?,
            ),
        };
        let (url, credentials) = match (&exchange, host) {
            (Some(exchange), _) => {
                let (key, secret) = exchange.credentials();
                (exchange.url(), Some(Credentials::hmac(key, secret)?))
            }
            (None, host) => (
                host.unwrap_or_default().to_owned(),
                keys(chosen.request.details().security)?,
            ),
        };
        let raw = raw(chosen)?;
        if operation.product == usdm::Usdm::ID {
            of_product::<usdm::Usdm>(url, credentials, raw).await
        } else {
            of_product::<coinm::CoinM>(url, credentials, raw).await
        }
    });
    match answer {
        Ok(text) => {
            let typed = (operation.reencode)(&text).with_context(|| {
                format!(
                    "the answer of {} does not fit its type:\n{text}",
                    title(operation)
                )
            })?;
            let value: serde_json::Value = serde_json::from_str(&typed)?;
            println!("{value:#}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("{error:#}");
            if let Some(error) = error.downcast_ref::<Error>() {
                eprintln!("outcome: {:?}", error.outcome());
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn of_product<P: Product>(
    url: String,
    credentials: Option<Credentials>,
    raw: RawText,
) -> Result<String>
where
    RawText: SentBy<P>,
{
    let mut builder = Client::<P>::builder().base_url(url);
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    Ok(builder.build()?.send(raw).await?)
}

/// The same call by method, path and parameters, answered as text.
fn raw(chosen: &Chosen) -> Result<RawText> {
    let (method, path) = chosen
        .request
        .rest()
        .context("it goes over the websocket API only")?;
    let mut writer = JsonWriter::all_text(String::new());
    chosen.request.write_json(&mut writer);
    let mut raw = Raw::new(method, path);
    if let Json::Object(members) = Json::parse(&writer.finish()?)? {
        for (name, value) in members {
            let value = value
                .as_text()
                .map_or_else(|| value.to_string(), str::to_owned);
            raw = raw.param(name, value);
        }
    }
    let raw = match chosen.request.details().security {
        Security::None => raw.public(),
        Security::MarketData | Security::UserStream => raw.keyed(),
        Security::Trade | Security::UserData => raw.signed(),
    };
    Ok(raw.as_text())
}

fn keys(security: Security) -> Result<Option<Credentials>> {
    if !security.needs_key() {
        return Ok(None);
    }
    let read =
        |name: &str| std::env::var(name).with_context(|| format!("set {name} in the environment"));
    Ok(Some(Credentials::hmac(
        read("BINANCE_API_KEY")?,
        read("BINANCE_SECRET_KEY")?,
    )?))
}

/// Whether a call does more than ask.
fn changes_something(chosen: &Chosen) -> bool {
    let asks = chosen
        .request
        .rest()
        .is_some_and(|(method, _)| method.as_str() == "GET");
    !(asks && chosen.request.details().repeat == Repeat::Safe)
}

fn agreed(chosen: &Chosen) -> Result<bool> {
    print!(
        "{} in production, with {:?}\nSend it? [y/N] ",
        title(chosen.operation),
        chosen.request
    );
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
