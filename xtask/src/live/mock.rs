//! `cargo xtask mock`: serves the mock exchange to clients in any language.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use binance_futures::mock::{Builder, Exchange, RateLimits, RejectedRequest};

const USAGE: &str = "\
usage: cargo xtask mock [--port N] [--key K --secret S | --key K --public-key FILE]... [options]

  --port N            port of the loopback interface; by default, the system chooses a free one
  --key K             API key of an account, followed by its secret or public key; repeat it for several accounts
  --secret S          HMAC secret of the account
  --public-key FILE   RSA or Ed25519 public key of the account: `openssl pkey -in KEY.pem -pubout -out FILE` writes it
  --first-order-id N  id of the first order; JavaScript cannot represent the default ids exactly
  --moving SEED       prices move on their own, as this number determines
  --weight N          request weight per minute, of all accounts together
  --orders-10s N      orders per ten seconds, of each account
  --orders-1m N       orders per minute, of each account
  --connections N     attempts to open a stream connection per five minutes, of all clients together";

/// Serves until the process ends, and prints each rejected request.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|it| it == "--help" || it == "-h") {
        print(USAGE);
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::parse(arguments)?;
    let builder = options
        .builder()?
        .on_rejection(|rejected| print(&log_line(rejected)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let exchange = builder.start().await.context("cannot open the port")?;
        print(&introduction(&exchange, &options.accounts));
        std::future::pending::<()>().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// The options of the command line.
#[derive(Debug, Default)]
struct Options {
    port: Option<u16>,
    first_order_id: Option<u64>,
    moving: Option<u64>,
    rate_limits: RateLimits,
    accounts: Vec<Account>,
}

/// An account of the command line.
#[derive(Debug)]
struct Account {
    api_key: String,
    key: Key,
}

/// Key by which the signatures of an account are verified.
#[derive(Debug)]
enum Key {
    Secret(String),
    PublicKeyFile(String),
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let (mut api_keys, mut keys) = (Vec::new(), Vec::new());
        let mut arguments = arguments.iter();
        while let Some(option) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("`{option}` has no value\n\n{USAGE}"))?;
            match option.as_str() {
                "--port" => options.port = Some(number(option, value)?),
                "--key" => api_keys.push(value.clone()),
                "--secret" => keys.push(Key::Secret(value.clone())),
                "--public-key" => keys.push(Key::PublicKeyFile(value.clone())),
                "--first-order-id" => options.first_order_id = Some(number(option, value)?),
                "--moving" => options.moving = Some(number(option, value)?),
                "--weight" => options.rate_limits.weight_1m = number(option, value)?,
                "--orders-10s" => options.rate_limits.orders_10s = number(option, value)?,
                "--orders-1m" => options.rate_limits.orders_1m = number(option, value)?,
                "--connections" => {
                    options.rate_limits.connection_attempts_5m = number(option, value)?;
                }
                _ => bail!("unknown option `{option}`\n\n{USAGE}"),
            }
        }
        options.accounts = accounts(api_keys, keys)?;
        Ok(options)
    }

    fn builder(&self) -> Result<Builder> {
        let mut builder = Exchange::builder().rate_limits(self.rate_limits);
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        if let Some(id) = self.first_order_id {
            builder = builder.first_order_id(id);
        }
        if let Some(seed) = self.moving {
            builder = builder.moving(true).seed(seed);
        }
        for Account { api_key, key } in &self.accounts {
            builder = match key {
                Key::Secret(secret) => builder.key(api_key, secret),
                Key::PublicKeyFile(file) => {
                    let pem =
                        fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
                    builder
                        .public_key(api_key, pem)
                        .with_context(|| file.clone())?
                }
            };
        }
        Ok(builder)
    }
}

/// Combines each API key with the secret or public key at the same position.
fn accounts(api_keys: Vec<String>, keys: Vec<Key>) -> Result<Vec<Account>> {
    ensure!(
        api_keys.len() == keys.len(),
        "each `--key` needs one `--secret` or one `--public-key`\n\n{USAGE}"
    );
    let mut known = BTreeSet::new();
    let accounts = api_keys.into_iter().zip(keys).map(|(api_key, key)| {
        let is_empty = matches!(&key, Key::Secret(secret) if secret.trim().is_empty());
        ensure!(
            !is_empty && !api_key.trim().is_empty(),
            "an API key or a secret is empty"
        );
        ensure!(
            known.insert(api_key.clone()),
            "there are two accounts with the API key `{api_key}`"
        );
        Ok(Account { api_key, key })
    });
    accounts.collect()
}

fn number<T: std::str::FromStr>(option: &str, value: &str) -> Result<T> {
    let number = value.parse().ok();
    number.with_context(|| format!("`{option} {value}`: not a number in the permitted range"))
}

fn introduction(exchange: &Exchange, accounts: &[Account]) -> String {
    let url = exchange.url();
    let streams = url.replacen("http", "ws", 1);
    let (api_key, secret) = exchange.credentials();
    let mut credentials = Vec::new();
    let mut key_pair_example = String::new();
    if !has_secret(accounts) {
        credentials.push(format!("  API key {api_key}, secret {secret}"));
    }
    for Account { api_key, key } in accounts {
        match key {
            Key::Secret(secret) => {
                credentials.push(format!("  API key {api_key}, secret {secret}"));
            }
            Key::PublicKeyFile(file) => {
                credentials.push(format!("  API key {api_key}, public key {file}"));
                key_pair_example = format!(
                    "
  A request of {api_key}, signed with its private key:

  printf %s \"timestamp=$(date +%s)000\" > q; s=$(openssl pkeyutl -sign -rawin -inkey KEY.pem -in q | base64 -w0)
  curl -G -H 'X-MBX-APIKEY: {api_key}' --data-urlencode \"signature=$s\" \"{url}/fapi/v1/openOrders?$(cat q)\"
"
                );
            }
        }
    }
    let credentials = credentials.join("\n");
    format!(
        "\
Mock exchange at {url}

{credentials}

Use this URL in place of https://fapi.binance.com and https://dapi.binance.com: it serves both products.

  curl '{url}/fapi/v2/ticker/price?symbol=BTCUSDT'

  q=\"timestamp=$(date +%s)000\"; s=$(printf %s \"$q\" | openssl dgst -sha256 -hmac '{secret}' | sed 's/.* //')
  curl -H 'X-MBX-APIKEY: {api_key}' \"{url}/fapi/v1/openOrders?$q&signature=$s\"
{key_pair_example}
Streams, in place of wss://fstream.binance.com and wss://dstream.binance.com:

  USDⓈ-M  {streams}/public/ws/btcusdt@bookTicker
          {streams}/market/stream?streams=btcusdt@aggTrade/btcusdt@markPrice@1s
          {streams}/private/ws?listenKey=KEY&events=ORDER_TRADE_UPDATE/ACCOUNT_UPDATE
  COIN-M  {streams}/ws/btcusd_perp@bookTicker
          {streams}/stream?streams=btcusd_perp@aggTrade
          {streams}/ws/KEY

Rejected requests are printed below, one per line. Ctrl-C stops the exchange.
"
    )
}

fn has_secret(accounts: &[Account]) -> bool {
    accounts
        .iter()
        .any(|account| matches!(account.key, Key::Secret(_)))
}

/// Returns the UTC time of day and the rejected request in one line.
fn log_line(rejected: &RejectedRequest) -> String {
    let millis = rejected.time.as_millis().rem_euclid(86_400_000);
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!(
        "{hours:02}:{minutes:02}:{seconds:02}.{:03} {rejected}",
        millis % 1000
    )
}

/// Prints a line. The exchange keeps running when nothing reads the output.
fn print(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::{Account, Key, Options};

    fn parse(arguments: &str) -> Result<Options, String> {
        let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
        Options::parse(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn key_may_be_repeated() {
        let options =
            parse("--key a --secret s --key b --public-key b.pem --first-order-id 7").unwrap();
        let accounts: Vec<_> = options
            .accounts
            .iter()
            .map(|Account { api_key, key }| match key {
                Key::Secret(secret) => (api_key.as_str(), secret.as_str()),
                Key::PublicKeyFile(file) => (api_key.as_str(), file.as_str()),
            })
            .collect();
        assert_eq!(accounts, [("a", "s"), ("b", "b.pem")]);
        assert_eq!(options.first_order_id, Some(7));
    }

    #[test]
    fn invalid_options_are_rejected() {
        for (arguments, message) in [
            ("--key a", "each `--key` needs one"),
            ("--secret s", "each `--key` needs one"),
            (
                "--key a --secret s --public-key f",
                "each `--key` needs one",
            ),
            ("--key a --secret s --key a --secret t", "two accounts"),
            ("--key a --secret ", "is empty"),
            ("--weight many", "`--weight many`"),
            ("--connections -1", "`--connections -1`"),
            ("--port 65536", "`--port 65536`"),
            ("--port", "has no value"),
            ("--speed 1", "unknown option"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(message), "{arguments}: {error}");
        }
    }
}
