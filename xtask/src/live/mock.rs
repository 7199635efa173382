//! `cargo xtask mock`: a mock exchange that any client in any language can be pointed at.

use std::{
    fs,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use binance_futures::mock::{Builder, Exchange, Limits, Refused};

const USAGE: &str = "\
usage: cargo xtask mock [--port N] [--key K --secret S | --key K --public-key FILE] [limits]

  --public-key F    of an RSA or Ed25519 key, as `openssl pkey -in KEY.pem -pubout -out F` writes it
  --weight N        request weight a minute, for all accounts together
  --orders-10s N    orders in ten seconds, for each account
  --orders-1m N     orders a minute, for each account";

/// Serves until the process is ended, and prints what is refused.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (builder, key_pair) = set_up(arguments)?;
    let builder = builder.on_refusal(|refused| print(&line(refused)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let exchange = builder.start().await.context("cannot open the port")?;
        print(&introduction(&exchange, key_pair.as_deref()));
        std::future::pending::<()>().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// What the exchange is to be like, and the API key that a public key was given for.
fn set_up(arguments: &[String]) -> Result<(Builder, Option<String>)> {
    let mut builder = Exchange::builder();
    let (mut key, mut secret, mut public_key) = (None, None, None);
    let mut limits = Limits::default();
    let number = |value: &str| {
        let number = value.parse();
        number.with_context(|| format!("`{value}` is no number"))
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if matches!(argument.as_str(), "--help" | "-h") {
            print(USAGE);
            std::process::exit(0);
        }
        let value = arguments
            .next()
            .with_context(|| format!("nothing follows `{argument}`; {USAGE}"))?;
        match argument.as_str() {
            "--port" => {
                let port = value.parse();
                builder = builder.port(port.with_context(|| format!("`{value}` is no port"))?);
            }
            "--key" => key = Some(value),
            "--secret" => secret = Some(value),
            "--public-key" => public_key = Some(value),
            "--weight" => limits.weight_1m = number(value)?,
            "--orders-10s" => limits.orders_10s = number(value)?,
            "--orders-1m" => limits.orders_1m = number(value)?,
            _ => bail!("unknown option `{argument}`; {USAGE}"),
        }
    }
    let builder = builder.limits(limits);
    if [key, secret]
        .into_iter()
        .flatten()
        .any(|it| it.trim().is_empty())
    {
        bail!("an empty key or secret lets nobody in");
    }
    match (key, secret, public_key) {
        (Some(key), Some(secret), None) => Ok((builder.key(key, secret), None)),
        (Some(key), None, Some(file)) => {
            let pem = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
            let builder = builder.public_key(key, pem);
            Ok((builder.with_context(|| file.clone())?, Some(key.clone())))
        }
        (None, None, None) => Ok((builder, None)),
        _ => bail!("a key goes together with either its secret or its public key; {USAGE}"),
    }
}

fn introduction(exchange: &Exchange, key_pair: Option<&str>) -> String {
    let url = exchange.url();
    let (key, secret) = exchange.credentials();
    let with_key_pair = key_pair.map_or(String::new(), |key| {
        format!(
            "
The API key {key} signs with the private key that belongs to its public key:

  printf %s \"timestamp=$(date +%s)000\" > q; s=$(openssl pkeyutl -sign -rawin -inkey KEY.pem -in q | base64 -w0)
  curl -G -H 'X-MBX-APIKEY: {key}' --data-urlencode \"signature=$s\" \"{url}/fapi/v1/openOrders?$(cat q)\"
"
        )
    });
    format!(
        "\
Mock exchange at {url}

  API key  {key}
  secret   {secret}

Point a client there instead of at https://fapi.binance.com and https://dapi.binance.com: both products have the one URL.

  curl '{url}/fapi/v2/ticker/price?symbol=BTCUSDT'

  q=\"timestamp=$(date +%s)000\"; s=$(printf %s \"$q\" | openssl dgst -sha256 -hmac '{secret}' | sed 's/.* //')
  curl -H 'X-MBX-APIKEY: {key}' \"{url}/fapi/v1/openOrders?$q&signature=$s\"
{with_key_pair}
What is refused follows, a line each. Ctrl-C ends it.
"
    )
}

/// The time of day in UTC, and what was refused.
fn line(refused: &Refused) -> String {
    let millis = refused.at.as_millis().rem_euclid(86_400_000);
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!(
        "{hours:02}:{minutes:02}:{seconds:02}.{:03} {refused}",
        millis % 1000
    )
}

/// Whoever reads along may be gone; the exchange stays.
fn print(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}
