//! The command.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Result, ensure};
use binance_futures::{coinm, topic::TopicName, usdm};
use xtask::output::print;

use super::{
    figures::{Figures, compare},
    record::{Recording, record},
    table::table,
};
use crate::{
    streams::{
        options::{Command, Options, topic_usage},
        product::{Source, StreamProduct},
        topics::{parse, split_product},
    },
    target::is_usdm,
};

pub(in crate::streams) const COMMAND: Command = Command {
    usage: concat!(
        "\
Usage: cargo xtask compare-sockets <usdm|coinm> <topic> [name=value …] [<topic> …] [options]

",
        topic_usage!(),
        "
Opens two sockets to the same topics, and compares what they receive while both deliver. For each topic it prints:

  events 1, events 2  events of each socket
  in both             elements (of arrays, otherwise events) with the same sequence number, or, without one, the same text
  only 1, only 2      elements of one socket only
  borders             of those in both: the same first, last and previous sequence number
  times               of those in both: the same event time
  frames              events that consist of the same elements, of those with elements in both
  bytes               of these: the same text
  1 first             of those in both: socket 1 was first
  median              median time between the arrivals of the two copies; this process reads both sockets in turn

  --env mock          the mock exchange with a moving market, started for this command (default)
  --env testnet|demo|production
                      that environment of Binance; needs no keys
  --url URL           another server, such as `cargo xtask mock`
  --variation SEED    the connections of the mock exchange receive different event times and batches, as this number determines
  --seconds N         compare for N seconds (default 60)
"
    ),
    options: &["--env", "--url", "--variation", "--seconds", "--help"],
};

/// How long the sockets are compared, if no other time is set.
const TIME: Duration = Duration::from_secs(60);

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
    let mut notices = io::stderr();
    let (recording, was_closed) = runtime.block_on(async {
        if is_usdm(product) {
            read::<usdm::Usdm>(words, &options, &mut notices).await
        } else {
            read::<coinm::CoinM>(words, &options, &mut notices).await
        }
    })?;
    print(&table(&figures(&recording)))?;
    ensure!(!was_closed, "a socket was closed before the time was over");
    Ok(ExitCode::SUCCESS)
}

async fn read<P: StreamProduct>(
    words: &[String],
    options: &Options,
    notices: &mut dyn Write,
) -> Result<(Recording, bool)> {
    let topics = parse::<P>(words)?;
    let source = Source::<P>::start(options).await?;
    let topics: Vec<_> = topics.into_iter().map(|named| named.topic).collect();
    let time = options.time.unwrap_or(TIME);
    record(&source.connector, &topics, time, notices).await
}

fn figures(recording: &Recording) -> Vec<(&TopicName, Figures)> {
    let topics = recording.iter();
    topics
        .map(|(name, [first, second])| (name, compare([first, second])))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use binance_futures::mock::Exchange;

    use super::*;

    /// Topics with each kind of sequence numbers, in one URL group.
    const TOPICS: &str = "agg_trades symbol=BTCUSDT klines symbol=BTCUSDT interval=1m mark_price symbol=ETHUSDT speed=1s !miniTicker@arr";

    /// Compares for two seconds, in which half a second passes on the mock exchange every ten milliseconds.
    async fn compared<P: StreamProduct>(
        topics: &str,
        variation: Option<u64>,
    ) -> (Vec<(String, Figures)>, String) {
        let mut builder = Exchange::builder().moving(true);
        if let Some(seed) = variation {
            builder = builder.stream_variation(seed);
        }
        let exchange = builder.start().await.unwrap();
        let line = format!("{topics} --seconds 2 --url {}", exchange.url());
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let options = Options::parse(&arguments, &COMMAND).unwrap();
        let mut notices = Vec::new();
        let advance = async {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                exchange.advance(Duration::from_millis(500));
            }
        };
        let read = tokio::select! {
            read = read::<P>(&options.words, &options, &mut notices) => read,
            () = advance => return <_>::default(),
        };
        let (recording, was_closed) = read.unwrap();
        assert!(!was_closed);
        assert_eq!(String::from_utf8(notices).unwrap(), "");
        let figures = figures(&recording);
        let table = table(&figures);
        let figures = figures.into_iter();
        let figures = figures.map(|(name, figures)| (name.to_string(), figures));
        (figures.collect(), table)
    }

    #[tokio::test]
    async fn sockets_of_the_mock_exchange_receive_equal_events() {
        let (mut all, table) = compared::<usdm::Usdm>(TOPICS, None).await;
        let depth = "diff_depth symbol=BTCUSD_PERP speed=500ms";
        let (of_coinm, _) = compared::<coinm::CoinM>(depth, None).await;
        all.extend(of_coinm);
        assert_eq!(all.len(), 5);
        for (name, figures) in all {
            assert!(figures.in_both > 5, "{name}: {figures:?}");
            assert!(!figures.has_differences(), "{name}: {figures:?}");
        }
        assert!(
            table.ends_with("\n\nThe sockets received equal events.\n"),
            "{table}"
        );
    }

    #[tokio::test]
    async fn a_variation_of_the_mock_exchange_is_found() {
        let (mut all, table) = compared::<usdm::Usdm>(TOPICS, Some(7)).await;
        let depth = "diff_depth symbol=BTCUSD_PERP speed=500ms";
        let (of_coinm, _) = compared::<coinm::CoinM>(depth, Some(7)).await;
        all.extend(of_coinm);
        assert_eq!(all.len(), 5);
        for (name, figures) in all {
            assert!(figures.has_differences(), "{name}: {figures:?}");
        }
        let expected =
            "The sockets received different events of !miniTicker@arr, btcusdt@aggTrade, ";
        assert!(table.contains(expected), "{table}");
    }
}
