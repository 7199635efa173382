//! YAML to a tree of nodes with places.
//!
//! Only the part of YAML that a spec needs is accepted: one document of mappings, lists and scalars.
//! Anchors, tags and duplicate keys are problems, because a reader of the file may overlook their effect.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::syntax::SyntaxError;
use crate::problem::{Place, Problems};

/// Larger files are rejected. One operation needs a few hundred bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// Deeper nesting is rejected, because the readers are recursive.
const DEEPEST: usize = 48;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// Its value.
    pub value: Value,
}

/// The three kinds of YAML values.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text. Quoted text is never a number, a boolean or empty.
    Scalar {
        /// The text without quotes.
        text: String,
        /// Whether it is in quotes.
        quoted: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order of the file.
    Map(Vec<Entry>),
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// The place of the key.
    pub place: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping. Empty for other values.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The kind of value, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar {
                text,
                quoted: false,
            } if text.is_empty() => "nothing",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Reads one document. `None` if the text cannot be read, which is reported.
pub fn parse(source: usize, problems: &mut Problems) -> Option<Node> {
    let text = problems.sources.get(source)?.text.clone();
    Builder {
        source,
        problems,
        open: Vec::new(),
        root: None,
        fine: true,
    }
    .run(&text)
}

enum Frame {
    List(Place, Vec<Node>),
    Map {
        place: Place,
        entries: Vec<Entry>,
        /// The key whose value comes next.
        key: Option<(String, Place)>,
        seen: BTreeSet<String>,
    },
}

struct Builder<'a> {
    source: usize,
    problems: &'a mut Problems,
    open: Vec<Frame>,
    root: Option<Node>,
    fine: bool,
}

impl Builder<'_> {
    fn run(mut self, text: &str) -> Option<Node> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let marker = error.marker();
                    let found =
                        SyntaxError::new(text, marker.line(), marker.col() + 1, error.info());
                    let place = self.place(found.line, found.column, found.length);
                    self.problems.add(place, found.what, found.hint);
                    return None;
                }
            };
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let place = self.at(span);
                    self.problems.add(
                        place,
                        "a second document",
                        "a file has one document: remove the `---`",
                    );
                    return None;
                }
            }
            self.event(event, span)?;
        }
        if self.root.is_none() {
            let place = Place::start(self.source);
            self.problems
                .add(place, "the file is empty", "write its keys, or delete it");
        }
        if self.fine { self.root } else { None }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let place = self.at(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let (mut text, mut quoted) = (text.into_owned(), style != ScalarStyle::Plain);
                if let Some(tag) = self.plain(place, anchor, tag.as_deref()) {
                    // The value is read as text, so that only the missing quotes are reported.
                    (text, quoted) = (format!("{tag} {text}").trim().to_owned(), true);
                }
                self.put(Node {
                    place,
                    value: Value::Scalar { text, quoted },
                });
            }
            Event::SequenceStart(anchor, tag) => {
                self.fine &= self.plain(place, anchor, tag.as_deref()).is_none();
                self.enter(place, Frame::List(place, Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.fine &= self.plain(place, anchor, tag.as_deref()).is_none();
                let (key, seen) = (None, BTreeSet::new());
                self.enter(
                    place,
                    Frame::Map {
                        place,
                        entries: Vec::new(),
                        key,
                        seen,
                    },
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Frame::List(place, items)) => self.put(Node {
                    place,
                    value: Value::List(items),
                }),
                Some(Frame::Map { place, entries, .. }) => self.put(Node {
                    place,
                    value: Value::Map(entries),
                }),
                None => {}
            },
            Event::Alias(_) => {
                self.fine = false;
                let hint = "write the value here; shared types are in types/";
                self.problems.add(place, "an alias is not allowed", hint);
                self.put(Node {
                    place,
                    value: Value::Scalar {
                        text: String::new(),
                        quoted: true,
                    },
                });
            }
            _ => {}
        }
        Some(())
    }

    fn enter(&mut self, place: Place, frame: Frame) -> Option<()> {
        if self.open.len() >= DEEPEST {
            let what = format!("nested more than {DEEPEST} deep");
            self.problems
                .add(place, what, "give inner records a name in types/");
            return None;
        }
        self.open.push(frame);
        Some(())
    }

    /// Rejects anchors and tags. Returns the text of a tag.
    fn plain(&mut self, place: Place, anchor: usize, tag: Option<&Tag>) -> Option<String> {
        if anchor > 0 {
            let hint = "write the value where it is used; shared types are in types/";
            self.problems.add(place, "an anchor is not allowed", hint);
        }
        let tag = tag?;
        let (core, tag) = (
            tag.is_yaml_core_schema(),
            format!("{}{}", tag.handle, tag.suffix),
        );
        if core {
            let hint = "remove it: values in quotes are text";
            self.problems.add(place, "a YAML tag is not allowed", hint);
            return None;
        }
        let what = format!("`{tag}` is a YAML tag, because it begins with `!`");
        self.problems
            .add(place, what, format!("put it in quotes: \"{tag}\""));
        Some(tag)
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List(_, items)) => items.push(node),
            Some(Frame::Map {
                entries, key, seen, ..
            }) => match (key.take(), node.value) {
                (Some((key, place)), value) => {
                    if seen.insert(key.clone()) {
                        entries.push(Entry {
                            key,
                            place,
                            value: Node {
                                place: node.place,
                                value,
                            },
                        });
                    } else {
                        let what = format!("the key `{key}` appears twice");
                        self.problems.add(place, what, "remove one of the two");
                    }
                }
                (None, Value::Scalar { text, .. }) => *key = Some((text, node.place)),
                (None, _) => {
                    self.fine = false;
                    let hint = "quote a key that begins with `[` or `{`";
                    self.problems
                        .add(node.place, "a key that is not text", hint);
                    *key = Some((String::new(), node.place));
                }
            },
        }
    }

    fn at(&self, span: Span) -> Place {
        let length = if span.start.line() == span.end.line() {
            span.end.col().saturating_sub(span.start.col())
        } else {
            1
        };
        self.place(span.start.line(), span.start.col() + 1, length)
    }

    fn place(&self, line: usize, column: usize, length: usize) -> Place {
        let (line, column, length) = (line.max(1), column.max(1), length.max(1));
        Place {
            line,
            column,
            length,
            ..Place::start(self.source)
        }
    }
}
