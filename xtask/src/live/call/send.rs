//! Sending a call, to the built-in exchange or to the real one.

use std::{
    borrow::Cow,
    io::{self, BufRead, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use binance_futures::{
    auth::{Credentials, PrivateKey},
    coinm,
    environment::Environment,
    error::{Error, Outcome},
    mock::Exchange,
    registry::AnyRequest,
    request::{Idempotency, Product, Security},
    rest::{Call, Client, Sendable, ServerTimeSource},
    usdm,
};

use super::{Chosen, choose::title, dry_run};
use crate::json::Json;

/// Where a product's requests go.
pub(super) fn host<'a>(product: &str, environment: &'a Environment) -> Result<Cow<'a, str>> {
    let host = if product == usdm::Usdm::ID {
        environment.rest_url::<usdm::Usdm>()
    } else {
        environment.rest_url::<coinm::CoinM>()
    };
    host.with_context(|| format!("the exchange has no {environment} for {product}"))
}

/// Sends a call and prints its typed answer as JSON.
pub(super) fn send(
    chosen: Chosen,
    environment: Option<&Environment>,
    yes: bool,
) -> Result<ExitCode> {
    let operation = chosen.operation;
    let changes = changes_something(&chosen);
    let asks_first = environment.is_some_and(may_be_real) && changes && !yes;
    if asks_first && !agreed(&chosen)? {
        bail!("not sent");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let answer = runtime.block_on(async {
        let mut started = None;
        let (environment, credentials) = match environment {
            Some(environment) => {
                let security = chosen.request.metadata().security;
                (environment.clone(), keys(security)?)
            }
            None => {
                let exchange = Exchange::start().await;
                let exchange =
                    started.insert(exchange.context("the built-in exchange does not start")?);
                let (key, secret) = exchange.credentials();
                (
                    exchange.environment(),
                    Some(Credentials::hmac(key, secret)?),
                )
            }
        };
        let mut call = chosen.request.with();
        if let Some(window) = chosen.recv_window {
            call = call.recv_window(window);
        }
        if operation.product == usdm::Usdm::ID {
            of_product::<usdm::Usdm>(environment, credentials, call).await
        } else {
            of_product::<coinm::CoinM>(environment, credentials, call).await
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
                Outcome::Executed
            } else {
                Outcome::Unknown
            };
            eprintln!("outcome: {outcome:?}");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn of_product<P: ServerTimeSource>(
    environment: Environment,
    credentials: Option<Credentials>,
    call: Call<Box<dyn AnyRequest>>,
) -> Result<String> {
    let mut builder = Client::<P>::builder().environment(environment.clone());
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials.for_environment(environment));
    }
    Ok(builder.build()?.send(call).await?)
}

/// What a call is signed with: the key of a PEM file where one is named, else a secret.
fn keys(security: Security) -> Result<Option<Credentials>> {
    if !security.needs_key() {
        return Ok(None);
    }
    let read =
        |name: &str| std::env::var(name).with_context(|| format!("set {name} in the environment"));
    let key = read("BINANCE_API_KEY")?;
    let credentials = match (
        std::env::var("BINANCE_KEY_FILE"),
        read("BINANCE_PASSPHRASE"),
    ) {
        (Ok(file), Ok(passphrase)) => {
            Credentials::private_key(key, PrivateKey::from_encrypted_file(file, passphrase)?)
        }
        (Ok(file), Err(_)) => Credentials::private_key(key, PrivateKey::from_file(file)?),
        (Err(_), _) => Credentials::hmac(key, read("BINANCE_SECRET_KEY")?),
    };
    Ok(Some(credentials?))
}

/// Whether money may be real there.
fn may_be_real(environment: &Environment) -> bool {
    match environment {
        Environment::Testnet | Environment::Demo => false,
        Environment::Production => true,
        own => {
            let url = own.rest_url::<usdm::Usdm>().unwrap_or_default();
            let host = url.split_once("://").map_or(&*url, |(_, host)| host);
            !["127.0.0.1", "localhost", "[::1]"]
                .iter()
                .any(|own| host.starts_with(own))
        }
    }
}

/// Whether a call does more than ask.
fn changes_something(chosen: &Chosen) -> bool {
    let asks = chosen
        .request
        .rest()
        .is_some_and(|(method, _)| method.as_str() == "GET");
    !(asks && chosen.request.metadata().idempotency == Idempotency::Idempotent)
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
