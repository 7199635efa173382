//! Sending a call, to the built-in exchange or to the real one.

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use binance_futures::{
    coinm,
    error::{Error, Outcome},
    mock::Exchange,
    registry::AnyRequest,
    request::{Hosts, Product, Repeat, Security},
    rest::{Call, Client, Sendable},
    sign::Credentials,
    usdm,
};

use super::{Chosen, Environment, choose::title, dry_run};
use crate::json::Json;

/// The host of a product in an environment; none for the built-in exchange, which picks its port when it starts.
pub(super) fn host<'a>(product: &str, environment: &'a Environment) -> Result<Option<&'a str>> {
    let hosts: Hosts = if product == usdm::Usdm::ID {
        usdm::Usdm::REST
    } else {
        coinm::CoinM::REST
    };
    let (found, name) = match environment {
        Environment::Mock => return Ok(None),
        Environment::Url(url) => return Ok(Some(url)),
        Environment::Production => (Some(hosts.production), "production"),
        Environment::Testnet => (hosts.testnet, "testnet"),
        Environment::Demo => (hosts.demo, "demo"),
    };
    found
        .map(Some)
        .with_context(|| format!("the exchange has no {name} for {product}"))
}

/// Sends a call and prints its typed answer as JSON.
pub(super) fn send(chosen: Chosen, environment: &Environment, yes: bool) -> Result<ExitCode> {
    let operation = chosen.operation;
    let host = host(operation.product, environment)?;
    let keys = match host {
        Some(_) => keys(chosen.request.details().security)?,
        None => None,
    };
    let changes = changes_something(&chosen);
    if may_be_real(environment) && changes && !yes && !agreed(&chosen)? {
        bail!("not sent");
    }
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
            (None, host) => (host.unwrap_or_default().to_owned(), keys),
        };
        let mut call = chosen.request.with();
        if let Some(window) = chosen.recv_window {
            call = call.recv_window(window);
        }
        if operation.product == usdm::Usdm::ID {
            of_product::<usdm::Usdm>(url, credentials, call).await
        } else {
            of_product::<coinm::CoinM>(url, credentials, call).await
        }
    });
    let text = match answer {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{error:#}");
            if let Some(error) = error.downcast_ref::<Error>() {
                eprintln!("outcome: {:?}", error.outcome());
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    match (operation.reencode)(&text) {
        Ok(typed) => {
            let lines = Json::parse(&typed)?.indented();
            writeln!(io::stdout(), "{lines}")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            eprintln!(
                "the answer of {} does not fit its type: {failure}\n{text}",
                title(operation)
            );
            // In JSON the exchange says that it was done; anything else may come from something in between.
            let known = !changes || Json::parse(&text).is_ok();
            let outcome = if known {
                Outcome::Done
            } else {
                Outcome::Unknown
            };
            eprintln!("outcome: {outcome:?}");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn of_product<P: Product>(
    url: String,
    credentials: Option<Credentials>,
    call: Call<Box<dyn AnyRequest>>,
) -> Result<String> {
    let mut builder = Client::<P>::builder().base_url(url);
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    Ok(builder.build()?.send(call).await?)
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

/// Whether money may be real there.
fn may_be_real(environment: &Environment) -> bool {
    match environment {
        Environment::Production => true,
        Environment::Url(url) => {
            let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
            !["127.0.0.1", "localhost", "[::1]"]
                .iter()
                .any(|own| host.starts_with(own))
        }
        Environment::Mock | Environment::Testnet | Environment::Demo => false,
    }
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
    let (method, path, query) = dry_run::parts(chosen)?;
    print!(
        "{} where money may be real:\n{method} {path}?{query}\nSend it? [y/N] ",
        title(chosen.operation)
    );
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
