//! The command that prints the events of topics.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

use anyhow::{Result, anyhow, bail};
use binance_futures::{coinm, usdm, ws::Update};
use tokio::time::{Instant, timeout_at};
use xtask::output::print;

use super::{
    observed::ObservedEvent,
    options::{Command, Options, Output, topic_usage},
    product::{Source, StreamProduct},
    topics::{NamedTopic, parse, split_product},
};
use crate::target::is_usdm;

pub(super) const COMMAND: Command = Command {
    usage: concat!(
        "\
Usage: cargo xtask stream <usdm|coinm> <topic> [name=value …] [<topic> …] [options]

",
        topic_usage!(),
        "
Prints the name of the topic and the typed event, one event per line, until Ctrl-C. Reconnects when the connection is lost.
Reconnects, gaps and messages that could not be decoded are printed on standard error.

  --env mock          the mock exchange with a moving market, started for this command (default)
  --env testnet|demo|production
                      that environment of Binance; needs no keys
  --url URL           another server, such as `cargo xtask mock`
  --raw               print the JSON text of each event, as received
  --json              print each typed event, encoded as JSON
  --count N           end after N events
  --seconds N         end after N seconds; with --count, fail if there were fewer events
"
    ),
    options: &[
        "--env", "--url", "--raw", "--json", "--count", "--seconds", "--help",
    ],
};

/// Does what the arguments ask for.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments, &COMMAND)?;
    if options.help {
        print(COMMAND.usage)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some((product, words)) = split_product(&options.words)? else {
        print(COMMAND.usage)?;
        return Ok(ExitCode::FAILURE);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (mut out, mut notices) = (io::stdout(), io::stderr());
    runtime.block_on(async {
        if is_usdm(product) {
            read::<usdm::Usdm>(words, &options, &mut out, &mut notices).await
        } else {
            read::<coinm::CoinM>(words, &options, &mut out, &mut notices).await
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints events until there are enough, the time is over, or nothing reads the output.
async fn read<P: StreamProduct>(
    words: &[String],
    options: &Options,
    out: &mut dyn Write,
    notices: &mut dyn Write,
) -> Result<()> {
    let topics = parse::<P>(words)?;
    let source = Source::<P>::start(options).await?;
    let observed = topics.iter().map(|named| named.topic.clone());
    let mut session = source.connector.session(observed).build()?;
    let deadline = options.time.map(|time| Instant::now() + time);
    let mut printed = 0;
    while options.count.is_none_or(|count| printed < count) {
        let update = match deadline {
            None => session.next().await,
            Some(deadline) => match timeout_at(deadline, session.next()).await {
                Ok(update) => update,
                Err(_) => break,
            },
        };
        match update {
            None => bail!("the session was closed"),
            Some(Update::Notice(notice)) => writeln!(notices, "{notice}")?,
            Some(Update::Event(event)) => {
                let line = line(&event, &topics, options.output)?;
                match writeln!(out, "{line}") {
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                    result => result?,
                }
                printed += 1;
            }
        }
    }
    session.close().await;
    match options.count {
        Some(count) if printed < count => {
            bail!("the time is over after {printed} of {count} events")
        }
        _ => Ok(()),
    }
}

/// Returns what is printed of an event.
fn line<E: std::fmt::Debug, T>(
    event: &ObservedEvent<E>,
    topics: &[NamedTopic<T>],
    output: Output,
) -> Result<String>
where
    T: binance_futures::topic::Subscribable,
{
    let name = &event.topic;
    match output {
        Output::Typed => Ok(format!("{name} {:?}", event.event)),
        Output::Raw => Ok(event.text.to_string()),
        Output::Json => {
            let mut topics = topics.iter();
            let topic = topics.find(|named| named.topic.name() == name);
            let topic = topic.ok_or_else(|| anyhow!("an event of another topic: {name}"))?;
            Ok((topic.operation.reencode)(&event.text)?)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use binance_futures::{coinm::CoinM, usdm::Usdm};

    use super::*;
    use crate::json::Json;

    /// Runs the command, and returns the lines of events.
    async fn lines<P: StreamProduct>(line: &str) -> Result<Vec<String>> {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let options = Options::parse(&arguments, &COMMAND)?;
        let (mut out, mut notices) = (Vec::new(), Vec::new());
        read::<P>(&options.words, &options, &mut out, &mut notices).await?;
        assert_eq!(String::from_utf8(notices)?, "");
        Ok(String::from_utf8(out)?.lines().map(str::to_owned).collect())
    }

    #[tokio::test]
    async fn typed_events_of_several_topics_are_printed() {
        let both = "mark_price symbol=BTCUSDT,ETHUSDT speed=1s --count 4 --seconds 20";
        let lines = lines::<Usdm>(both).await.unwrap();
        assert_eq!(lines.len(), 4);
        for symbol in ["btcusdt", "ethusdt"] {
            let start = format!("{symbol}@markPrice@1s MarkPrice(");
            let is_of_symbol = |line: &&String| line.starts_with(&start);
            assert!(lines.iter().any(|line| is_of_symbol(&line)), "{lines:?}");
        }
    }

    #[tokio::test]
    async fn raw_events_are_printed_as_received_and_json_is_encoded_again() {
        let raw = "btcusd_perp@markPrice@1s --raw --count 1 --seconds 20";
        let raw = lines::<CoinM>(raw).await.unwrap();
        assert!(raw[0].starts_with("{\"e\":\"markPriceUpdate\""), "{raw:?}");
        let json = "mark_price symbol=BTCUSD_PERP speed=1s --json --count 1 --seconds 20";
        let json = lines::<CoinM>(json).await.unwrap();
        let json = Json::parse(&json[0]).unwrap();
        let event_type = Json::Text(String::from("markPriceUpdate"));
        assert_eq!(json.get("e"), Some(&event_type));
    }

    #[tokio::test]
    async fn too_few_events_are_an_error() {
        let silent = "contract_info --count 1 --seconds 1";
        let error = lines::<Usdm>(silent).await.unwrap_err();
        assert_eq!(error.to_string(), "the time is over after 0 of 1 events");
        let groups = lines::<Usdm>("btcusdt@bookTicker btcusdt@aggTrade --seconds 1").await;
        let error = groups.unwrap_err().to_string();
        assert!(error.contains("cannot share a connection"), "{error}");
    }
}
