//! Names of topics from their templates, such as `<symbol>@depth[@<speed>]`.

/// Replaces the parameters of a template by their values. Leaves out the parts in brackets whose parameter has no value.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut name = String::new();
    let mut rest = template;
    while !rest.is_empty() {
        let (required, after) = rest.split_once('[').unwrap_or((rest, ""));
        let (optional, after) = after.split_once(']').unwrap_or((after, ""));
        for part in [required, optional] {
            name.push_str(&fill_part(part, values).unwrap_or_default());
        }
        rest = after;
    }
    name
}

/// Returns a part with its values. Returns `None` if one is missing.
fn fill_part(part: &str, values: &[(&str, String)]) -> Option<String> {
    let mut pieces = part.split('<');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (parameter, text) = piece.split_once('>')?;
        let (_, value) = values.iter().find(|(name, _)| *name == parameter)?;
        filled.push_str(value);
        filled.push_str(text);
    }
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn parameters_are_replaced_and_optional_parts_left_out() {
        let values = |values: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            let values = values.iter();
            values
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect()
        };
        for (template, given, expected) in [
            ("!bookTicker", &[][..], "!bookTicker"),
            (
                "<symbol>@aggTrade",
                &[("symbol", "btcusdt")],
                "btcusdt@aggTrade",
            ),
            (
                "<symbol>@depth<levels>[@<speed>]",
                &[("speed", "100ms"), ("levels", "5"), ("symbol", "btcusdt")],
                "btcusdt@depth5@100ms",
            ),
            ("<symbol>@depth[@<speed>]", &[("symbol", "x")], "x@depth"),
            (
                "!markPrice@arr[@<speed>]",
                &[("speed", "1s")],
                "!markPrice@arr@1s",
            ),
            (
                "<pair>_<contractType>@continuousKline_<interval>",
                &[
                    ("pair", "p"),
                    ("contractType", "perpetual"),
                    ("interval", "1M"),
                ],
                "p_perpetual@continuousKline_1M",
            ),
        ] {
            assert_eq!(fill(template, &values(given)), expected);
        }
    }
}
