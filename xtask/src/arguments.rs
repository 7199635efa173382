//! Arguments of a command.

use std::str::FromStr;

use anyhow::{Context, Result};

/// Splits `--name=value` into `--name` and `value`. Other arguments stay as they are.
pub fn split(arguments: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut split = Vec::new();
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => {
                split.extend([name.to_owned(), value.to_owned()]);
            }
            _ => split.push(argument),
        }
    }
    split
}

/// Parses the number that is the value of an option.
///
/// # Errors
/// The value is not a number, or not in the range of its type.
pub fn number<T: FromStr>(option: &str, value: &str) -> Result<T> {
    let number = value.parse().ok();
    number.with_context(|| format!("`{option} {value}`: not a number in the permitted range"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_option_and_its_value_can_be_one_argument() {
        let arguments = [
            "--env=mock",
            "symbol=BTCUSDT",
            "--url=http://x/?a=b",
            "--yes",
        ];
        assert_eq!(
            split(arguments.map(str::to_owned)),
            [
                "--env",
                "mock",
                "symbol=BTCUSDT",
                "--url",
                "http://x/?a=b",
                "--yes"
            ]
        );
    }
}
