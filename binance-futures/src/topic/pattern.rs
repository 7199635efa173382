//! The patterns of topic names: writing a name and parsing it.

use std::fmt;
use std::ops::Range;

use compact_str::CompactString;

use super::name::{MAX_LENGTH, is_part};
use super::{ParseTopicError, TopicName};
use crate::wire::Scalar;

/// How many similar names an error suggests at most.
const MAX_SIMILAR: usize = 3;

/// A topic whose name matches a pattern.
pub(crate) trait PatternName: Sized {
    /// The pattern that its names match.
    const PATTERN: NamePattern;

    /// Writes the name, whatever its values are.
    ///
    /// # Errors
    ///
    /// Only if `to` fails.
    fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result;

    /// Takes the values of its parameters, in the order of the name. Returns `None` if a value is not of its type.
    fn from_values(values: &mut NameValues<'_>) -> Option<Self>;
}

/// The pattern that the names of a topic match.
#[derive(Debug)]
pub(crate) struct NamePattern {
    /// The pattern as the docs show it, such as `<symbol>@aggTrade`.
    pub(crate) template: &'static str,
    /// The parts in order.
    pub(crate) parts: &'static [NamePart],
}

/// A part of the pattern of a topic's name.
#[derive(Debug)]
pub(crate) enum NamePart {
    /// This text.
    Text(&'static str),
    /// The value of a parameter: one or more characters, none of which separates parts of a name or several names.
    Value,
    /// The value of a parameter that contains no `_` either, such as a pair.
    Word,
    /// The value of a parameter that is an enum. Other values than these match too; only [`name`] rejects them.
    OneOf(&'static [&'static str]),
    /// Parts that are present together or absent together. One of them is a value.
    Optional(&'static [Self]),
}

impl NamePart {
    /// The values among this part and those in it.
    fn values(&self) -> impl Iterator<Item = &Self> {
        let parts = match self {
            Self::Optional(parts) => parts,
            part => std::slice::from_ref(part),
        };
        parts.iter().filter(|part| !matches!(part, Self::Text(_)))
    }
}

/// Returns the name of a topic, if it matches the pattern and has only values that the pattern lists.
pub(crate) fn name<T: PatternName>(topic: &T) -> Result<TopicName, ParseTopicError> {
    let mut name = CompactString::default();
    // Writing to a string does not fail, and an incomplete name would be rejected.
    let _ = topic.write_name(&mut name);
    let mut parser = NameParser::new(&name);
    if parser.is_listed::<T>() {
        Ok(TopicName::new(name))
    } else {
        Err(parser.error())
    }
}

/// The values of the parameters in a topic's name, in the order of the name.
#[derive(Debug)]
pub(crate) struct NameValues<'a> {
    name: &'a str,
    values: std::slice::Iter<'a, Option<Range<usize>>>,
    /// Where the value begins that was taken last.
    offset: usize,
}

impl NameValues<'_> {
    /// Takes a value.
    pub(crate) fn value<T: Scalar>(&mut self) -> Option<T> {
        self.optional_value()?
    }

    /// Takes a value that may be absent.
    pub(crate) fn optional_value<T: Scalar>(&mut self) -> Option<Option<T>> {
        self.next(T::from_text)
    }

    /// Takes a value that is in lower case in the name and in upper case in the topic.
    pub(crate) fn uppercase<T: Scalar>(&mut self) -> Option<T> {
        self.optional_uppercase()?
    }

    /// Takes such a value, which may be absent.
    pub(crate) fn optional_uppercase<T: Scalar>(&mut self) -> Option<Option<T>> {
        self.next(|text| T::from_text(&text.to_ascii_uppercase()))
    }

    fn next<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
        match self.values.next()? {
            None => Some(None),
            Some(range) => {
                self.offset = range.start;
                self.name.get(range.clone()).and_then(read).map(Some)
            }
        }
    }
}

/// Parses one name as one topic after another, and collects what an error needs to say.
#[derive(Debug)]
pub(crate) struct NameParser<'a> {
    name: &'a str,
    values: Vec<Option<Range<usize>>>,
    /// The offset that the best attempt reached.
    offset: usize,
    best_score: usize,
    /// How many patterns have that score.
    best_count: usize,
    similar: [&'static str; MAX_SIMILAR],
}

impl<'a> NameParser<'a> {
    pub(crate) fn new(name: &'a str) -> Self {
        Self {
            name,
            values: Vec::new(),
            offset: 0,
            best_score: 0,
            best_count: 0,
            similar: [""; MAX_SIMILAR],
        }
    }

    /// Parses the name as a topic.
    pub(crate) fn parse<T: PatternName>(&mut self) -> Option<T> {
        if self.name.len() > MAX_LENGTH {
            self.offset = MAX_LENGTH;
            return None;
        }
        match self.attempt() {
            Ok(topic) => Some(topic),
            Err(offset) => {
                self.record(&T::PATTERN, offset);
                None
            }
        }
    }

    /// Whether the name is one of the topic, with values that its pattern lists.
    fn is_listed<T: PatternName>(&mut self) -> bool {
        if self.parse::<T>().is_none() {
            return false;
        }
        let mut values = self.values.iter();
        let unlisted = T::PATTERN
            .parts
            .iter()
            .flat_map(NamePart::values)
            .find_map(|part| {
                let value = values.next()?.clone()?;
                let text = self.name.get(value.clone())?;
                matches!(part, NamePart::OneOf(listed) if !listed.contains(&text))
                    .then_some(value.start)
            });
        if let Some(offset) = unlisted {
            self.record(&T::PATTERN, offset);
        }
        unlisted.is_none()
    }

    /// Returns the topic, or the offset at which the name differs from the pattern.
    fn attempt<T: PatternName>(&mut self) -> Result<T, usize> {
        self.values.clear();
        let mut matcher = Matcher {
            name: self.name,
            values: &mut self.values,
            furthest: 0,
        };
        let pattern = Rest {
            parts: T::PATTERN.parts,
            next: None,
        };
        if !matcher.matches(&pattern, 0) {
            return Err(matcher.furthest);
        }
        let mut values = NameValues {
            name: self.name,
            values: self.values.iter(),
            offset: 0,
        };
        T::from_values(&mut values).ok_or(values.offset)
    }

    /// Remembers a pattern if it is at least as similar to the name as those before it.
    fn record(&mut self, pattern: &NamePattern, offset: usize) {
        self.offset = self.offset.max(offset);
        let score = offset + common_ending(pattern.parts, self.name);
        if score > self.best_score {
            self.best_score = score;
            self.best_count = 0;
        }
        if score == self.best_score && score > 0 {
            if let Some(slot) = self.similar.get_mut(self.best_count) {
                *slot = pattern.template;
            }
            self.best_count += 1;
        }
    }

    /// The error, after the name was parsed as every topic it could be.
    pub(crate) fn error(&self) -> ParseTopicError {
        // If many patterns are equally similar, none of them helps.
        let similar = self.similar.get(..self.best_count).unwrap_or_default();
        ParseTopicError::new(self.name, self.offset, similar)
    }
}

/// How many bytes the name and the last text of a pattern have in common at their ends. Case does not matter.
fn common_ending(parts: &[NamePart], name: &str) -> usize {
    let text = parts.iter().rev().find_map(|part| match part {
        NamePart::Text(text) => Some(*text),
        _ => None,
    });
    let pairs = text
        .unwrap_or_default()
        .bytes()
        .rev()
        .zip(name.bytes().rev());
    pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// The parts of a pattern that are still to be matched.
struct Rest<'p> {
    parts: &'p [NamePart],
    next: Option<&'p Self>,
}

struct Matcher<'a, 'v> {
    name: &'a str,
    values: &'v mut Vec<Option<Range<usize>>>,
    /// The largest offset up to which the name matched.
    furthest: usize,
}

impl Matcher<'_, '_> {
    /// Whether the name from an offset on matches the rest of a pattern. Adds the values, each as short as possible.
    fn matches(&mut self, rest: &Rest<'_>, at: usize) -> bool {
        self.furthest = self.furthest.max(at);
        let Some((part, parts)) = rest.parts.split_first() else {
            return match rest.next {
                Some(next) => self.matches(next, at),
                None => at == self.name.len(),
            };
        };
        let after = Rest {
            parts,
            next: rest.next,
        };
        let before = self.values.len();
        match part {
            NamePart::Text(text) => self.text(text, at) && self.matches(&after, at + text.len()),
            NamePart::Value | NamePart::OneOf(_) => self.value(is_part, &after, at),
            NamePart::Word => self.value(|c| is_part(c) && c != '_', &after, at),
            NamePart::Optional(parts) => {
                let present = Rest {
                    parts,
                    next: Some(&after),
                };
                if self.matches(&present, at) {
                    return true;
                }
                self.values.truncate(before);
                self.values.push(None);
                self.matches(&after, at)
            }
        }
    }

    fn text(&mut self, text: &str, at: usize) -> bool {
        let rest = self.name.get(at..).unwrap_or_default();
        let same = text.chars().zip(rest.chars()).take_while(|(a, b)| a == b);
        let common: usize = same.map(|(c, _)| c.len_utf8()).sum();
        self.furthest = self.furthest.max(at + common);
        common == text.len()
    }

    fn value(&mut self, is_part: impl Fn(char) -> bool, after: &Rest<'_>, at: usize) -> bool {
        let before = self.values.len();
        let mut end = at;
        let rest = self.name.get(at..).unwrap_or_default();
        for c in rest.chars().take_while(|c| is_part(*c)) {
            end += c.len_utf8();
            self.values.truncate(before);
            self.values.push(Some(at..end));
            if self.matches(after, end) {
                return true;
            }
        }
        false
    }
}
