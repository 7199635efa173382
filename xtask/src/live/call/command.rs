//! The command.

use std::process::ExitCode;

use anyhow::{Result, bail};
use binance_futures::registry::Operation;
use xtask::output::print;

use super::{
    dry_run,
    find::{find, find_in_all},
    help::help,
    options::{Options, USAGE},
    request::NamedRequest,
    send,
};
use crate::names::{products, title};

/// Does what the arguments ask for.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments)?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    if options.help {
        print(&help_for(&words)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(file) = &options.jsonl {
        if !words.is_empty() || options.target.is_some() || options.yes {
            bail!(
                "--jsonl cannot be combined with other arguments: each line of the file is a call"
            );
        }
        return dry_run::lines(file);
    }
    let [product, operation, parameters @ ..] = words.as_slice() else {
        print(USAGE)?;
        return Ok(ExitCode::FAILURE);
    };
    let named = NamedRequest::by_name(product, operation, &pairs(parameters)?)?;
    let target = options.target.unwrap_or_default();
    let removed = fail_or_warn(named.operation);
    if options.dry_run {
        if let Err(removed) = removed {
            eprintln!("{removed}");
        }
        return dry_run::one(&named, &target);
    }
    removed?;
    send::send(named, &target, options.yes)
}

/// The help of an operation, of all products if none is given, or of the command.
fn help_for(words: &[&str]) -> Result<String> {
    match words {
        [] => Ok(USAGE.to_owned()),
        [product] if products().contains(product) => Ok(USAGE.to_owned()),
        [operation] => {
            let found = find_in_all(operation);
            if found.is_empty() {
                bail!("no product has an operation `{operation}`\n\n{USAGE}");
            }
            Ok(help(&found))
        }
        [product, operation, ..] => Ok(help(&find(product, operation)?)),
    }
}

fn pairs(words: &[&str]) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            bail!("`{word}` is not a parameter: write name=value");
        };
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// Fails for an operation that was removed, and warns about one that is deprecated.
fn fail_or_warn(operation: &Operation) -> Result<()> {
    if let Some(reason) = operation.removed {
        bail!(
            "{} was removed from the API, so it is not sent. {reason}",
            title(operation)
        );
    }
    if let Some(reason) = operation.deprecated {
        eprintln!("{} is deprecated. {reason}", title(operation));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{help_for, run};

    fn error(line: &str) -> String {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        run(&arguments).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_removed_operation_is_not_sent() {
        let error = error("usdm blvt_klines symbol=BTCUP interval=1m");
        assert!(
            error.starts_with("usdm::BlvtKlines (GET /fapi/v1/lvtKlines) was removed"),
            "{error}"
        );
        assert!(error.contains("2025-06-03"), "{error}");
    }

    #[test]
    fn help_is_found_with_and_without_a_product() {
        for (words, expected) in [
            (&[][..], "Usage:"),
            (&["usdm"], "Usage:"),
            (
                &["usdm", "new_order"],
                "usdm::NewOrder (POST /fapi/v1/order)",
            ),
            (&["new_order"], "coinm::NewOrder (POST /dapi/v1/order)"),
        ] {
            let text = help_for(words).unwrap_or_default();
            assert!(text.contains(expected), "{words:?}: {text}");
        }
        assert!(help_for(&["usdm", "place_order"]).is_err());
    }

    #[test]
    fn a_word_without_a_value_is_not_a_parameter() {
        assert_eq!(
            error("usdm depth BTCUSDT"),
            "`BTCUSDT` is not a parameter: write name=value"
        );
        assert!(error("--jsonl calls.jsonl --yes").starts_with("--jsonl cannot be combined"));
    }
}
