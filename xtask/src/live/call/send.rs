//! Sends a request to the mock exchange or to Binance.

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use binance_futures::{
    auth::Credentials,
    client::{Call, WithOptions},
    coinm,
    environment::Environment,
    error::{Error, Outcome},
    mock::Exchange,
    registry::AnyRequest,
    request::{Idempotency, Product},
    rest::Client,
    usdm,
};
use xtask::output;

use super::{credentials::credentials, encode::encode, request::NamedRequest};
use crate::{
    json::Json,
    names::title,
    target::{Target, is_usdm},
};

/// Sends a request and prints its typed response as JSON.
pub(super) fn send(named: NamedRequest, target: &Target, yes: bool) -> Result<ExitCode> {
    let operation = named.operation;
    let is_read_only = is_read_only(&named);
    let needs_consent = target.may_cost_money() && !is_read_only && !yes;
    if needs_consent && !confirmed(&named)? {
        bail!("not sent");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let text = match runtime.block_on(response(named, target)) {
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
            output::print(&format!("{lines}\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            eprintln!(
                "the response of {} does not match its type: {failure}\n{text}",
                title(operation)
            );
            // A JSON response is from the exchange, so the request was executed. Another text may be from a proxy.
            let is_certain = is_read_only || Json::parse(&text).is_ok();
            let outcome = if is_certain {
                Outcome::Executed
            } else {
                Outcome::Unknown
            };
            eprintln!("outcome: {outcome:?}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Sends a request and returns the text of the response.
async fn response(named: NamedRequest, target: &Target) -> Result<String> {
    // The mock exchange stops when it is dropped.
    let mut exchange = None;
    let (environment, credentials) = match target {
        Target::Environment(environment) => {
            let security = named.request.metadata().security;
            (environment.clone(), credentials(security)?)
        }
        Target::Mock => {
            let started = Exchange::start().await;
            let started = exchange.insert(started.context("cannot start the mock exchange")?);
            let (key, secret) = started.credentials();
            (started.environment(), Some(Credentials::hmac(key, secret)?))
        }
    };
    let mut call = named.request.with();
    if let Some(window) = named.recv_window {
        call = call.recv_window(window);
    }
    if is_usdm(named.operation.product) {
        send_to::<usdm::Usdm>(environment, credentials, call).await
    } else {
        send_to::<coinm::CoinM>(environment, credentials, call).await
    }
}

async fn send_to<P: Product>(
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

/// Whether a request changes nothing.
fn is_read_only(named: &NamedRequest) -> bool {
    let is_get = named
        .request
        .rest()
        .is_some_and(|(method, _)| method.as_str() == "GET");
    is_get && named.request.metadata().idempotency == Idempotency::Idempotent
}

/// Shows a request and asks for confirmation.
fn confirmed(named: &NamedRequest) -> Result<bool> {
    let (method, path, query) = encode(named)?;
    print!(
        "{} may cost real money:\n{method} {path}?{query}\nSend it? [y/N] ",
        title(named.operation)
    );
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
