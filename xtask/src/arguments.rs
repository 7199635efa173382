//! Arguments of a command.

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
