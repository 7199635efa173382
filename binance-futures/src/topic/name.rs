//! Parsing of topic names.

use super::ParseTopicError;
use crate::wire::Scalar;

/// A part of the pattern of a topic's name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NamePart {
    /// This text.
    Text(&'static str),
    /// The value of a parameter: one or more characters other than `@`.
    Value,
    /// The value of a parameter that contains no `_` either, such as a pair.
    Word,
    /// Parts that are present together or absent together. One of them is a value.
    Optional(&'static [Self]),
}

/// The values of the parameters in a topic's name, in the order of the name.
#[derive(Debug)]
pub(crate) struct NameValues<'a> {
    name: &'a str,
    values: std::vec::IntoIter<Option<&'a str>>,
}

impl<'a> NameValues<'a> {
    /// Matches a name with the pattern of a topic.
    pub(crate) fn read(pattern: &[NamePart], name: &'a str) -> Result<Self, ParseTopicError> {
        let mut values = Vec::new();
        if matches(pattern, name, &mut values) {
            Ok(Self {
                name,
                values: values.into_iter(),
            })
        } else {
            Err(ParseTopicError::new(name))
        }
    }

    /// The next value.
    pub(crate) fn value<T: Scalar>(&mut self) -> Result<T, ParseTopicError> {
        self.optional_value()?
            .ok_or_else(|| ParseTopicError::new(self.name))
    }

    /// The next value, if it is present.
    pub(crate) fn optional_value<T: Scalar>(&mut self) -> Result<Option<T>, ParseTopicError> {
        self.next(T::from_text)
    }

    /// The next value, which the name spells in lower case and the crate in upper case.
    pub(crate) fn uppercase<T: Scalar>(&mut self) -> Result<T, ParseTopicError> {
        self.optional_uppercase()?
            .ok_or_else(|| ParseTopicError::new(self.name))
    }

    /// Likewise, if it is present.
    pub(crate) fn optional_uppercase<T: Scalar>(&mut self) -> Result<Option<T>, ParseTopicError> {
        self.next(|text| T::from_text(&text.to_ascii_uppercase()))
    }

    fn next<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ParseTopicError> {
        match self.values.next().flatten().map(read) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => Err(ParseTopicError::new(self.name)),
        }
    }
}

/// Whether a name matches a pattern. Adds the values of its parameters, each as short as possible.
fn matches<'a>(pattern: &[NamePart], name: &'a str, values: &mut Vec<Option<&'a str>>) -> bool {
    let Some((part, pattern)) = pattern.split_first() else {
        return name.is_empty();
    };
    let before = values.len();
    match part {
        NamePart::Text(text) => name
            .strip_prefix(text)
            .is_some_and(|rest| matches(pattern, rest, values)),
        NamePart::Value | NamePart::Word => {
            let is_part = |c: char| c != '@' && !(c == '_' && matches!(part, NamePart::Word));
            name.char_indices()
                .take_while(|(_, c)| is_part(*c))
                .any(|(start, c)| {
                    let (value, rest) = name.split_at(start + c.len_utf8());
                    values.truncate(before);
                    values.push(Some(value));
                    matches(pattern, rest, values)
                })
        }
        NamePart::Optional(parts) => {
            let present = [parts, pattern].concat();
            if matches(&present, name, values) {
                return true;
            }
            values.truncate(before);
            values.push(None);
            matches(pattern, name, values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NamePart::{Optional, Text, Value, Word};
    use super::*;
    use crate::values::{Pair, Symbol};

    fn values<'a>(pattern: &[NamePart], name: &'a str) -> Option<Vec<Option<&'a str>>> {
        let values = NameValues::read(pattern, name).ok()?;
        Some(values.values.collect())
    }

    #[test]
    fn text_matches_only_itself() {
        let pattern = [Text("!miniTicker@arr")];
        assert_eq!(values(&pattern, "!miniTicker@arr"), Some(vec![]));
        for other in ["", "!miniTicker", "!miniTicker@arr@1s", "!miniticker@arr"] {
            assert_eq!(values(&pattern, other), None, "{other}");
        }
    }

    #[test]
    fn value_ends_where_the_next_part_begins() {
        let pattern = [Value, Text("@kline_"), Value];
        assert_eq!(
            values(&pattern, "btcusd_perp@kline_1m"),
            Some(vec![Some("btcusd_perp"), Some("1m")])
        );
        assert_eq!(
            values(&pattern, "龙虾usdt@kline_1h"),
            Some(vec![Some("龙虾usdt"), Some("1h")])
        );
        for other in ["@kline_1m", "btcusdt@kline_", "a@b@kline_1m", "btcusdt@kline_1m@"] {
            assert_eq!(values(&pattern, other), None, "{other}");
        }
    }

    #[test]
    fn word_contains_no_underscore() {
        let pattern = [Word, Text("_"), Value, Text("@continuousKline_"), Value];
        assert_eq!(
            values(&pattern, "btcusd_current_quarter@continuousKline_1m"),
            Some(vec![Some("btcusd"), Some("current_quarter"), Some("1m")])
        );
        assert_eq!(values(&[Word, Text("@a")], "btcusd_perp@a"), None);
    }

    #[test]
    fn optional_part_may_be_absent() {
        let at_end = [
            Value,
            Text("@depth"),
            Optional(&[Value]),
            Optional(&[Text("@"), Value]),
        ];
        for (name, levels, speed) in [
            ("btcusdt@depth", None, None),
            ("btcusdt@depth@100ms", None, Some("100ms")),
            ("btcusdt@depth5", Some("5"), None),
            ("btcusdt@depth20@500ms", Some("20"), Some("500ms")),
        ] {
            assert_eq!(
                values(&at_end, name),
                Some(vec![Some("btcusdt"), levels, speed]),
                "{name}"
            );
        }
        let inside = [Text("a"), Optional(&[Text("-"), Value]), Text("@b")];
        assert_eq!(values(&inside, "a@b"), Some(vec![None]));
        assert_eq!(values(&inside, "a-x@b"), Some(vec![Some("x")]));
        assert_eq!(values(&inside, "a-@b"), None);
    }

    #[test]
    fn values_are_read_by_type() {
        let pattern = [Value, Text("@"), Value, Optional(&[Text("@"), Value])];
        let mut values = NameValues::read(&pattern, "龙虾äbtc@20").unwrap();
        assert_eq!(values.uppercase(), Ok(Symbol::from("龙虾äBTC")));
        assert_eq!(values.value(), Ok(20_u16));
        assert_eq!(values.optional_uppercase::<Pair>(), Ok(None));

        let mut values = NameValues::read(&pattern, "btcusdt@many").unwrap();
        assert_eq!(values.uppercase(), Ok(Symbol::from("BTCUSDT")));
        assert_eq!(
            values.value::<u16>(),
            Err(ParseTopicError::new("btcusdt@many"))
        );
    }
}
