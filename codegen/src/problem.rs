//! Problems of a spec: what is wrong, where, and what to write instead.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::suggest::suggest;

/// The largest number of problems that are printed. Further ones are counted.
const MOST_PRINTED: usize = 100;
/// Longer messages are cut. They quote values of the file.
const LONGEST_TEXT: usize = 400;

/// A file of the spec as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the root of the project, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A range of characters in a line of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into the sources.
    pub source: usize,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// In characters, at least 1.
    pub length: usize,
    /// The source of the derived file that inherits this line.
    pub heir: Option<usize>,
}

impl Place {
    /// The first character of a source.
    pub fn start(source: usize) -> Self {
        Self {
            source,
            line: 1,
            column: 1,
            length: 1,
            heir: None,
        }
    }
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Its place.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

/// All problems of a spec, with its sources.
#[derive(Debug, Default, Clone)]
pub struct Problems {
    /// The files that were read.
    pub sources: Vec<Source>,
    list: Vec<Problem>,
    known: BTreeSet<Problem>,
    likes: BTreeMap<usize, Place>,
}

impl Problems {
    /// Adds a file. Returns its index.
    pub fn source(&mut self, path: impl Into<String>, text: impl Into<String>) -> usize {
        self.sources.push(Source {
            path: path.into(),
            text: text.into(),
        });
        self.sources.len() - 1
    }

    /// Records that a source is derived from another one, and the place of its `like`.
    pub fn derived(&mut self, source: usize, like: Place) {
        self.likes.insert(source, like);
    }

    /// The path of the file of a place.
    pub fn path(&self, place: Place) -> &str {
        self.sources
            .get(place.source)
            .map_or("", |source| &source.path)
    }

    /// Adds a problem, unless it is known already.
    pub fn add(&mut self, place: Place, what: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem {
            place,
            what: cut(what.into()),
            hint: cut(hint.into()),
        };
        if self.known.insert(problem.clone()) {
            self.list.push(problem);
        }
    }

    /// Returns what [`suggest`] returns, unless the problem will not be printed anyway.
    pub fn suggest<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        // A search is slow, and a file can have a problem in every line.
        if self.list.len() < MOST_PRINTED {
            suggest(name, candidates)
        } else {
            None
        }
    }

    /// Whether there are no problems.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems, sorted by file, line and column.
    ///
    /// A problem of an inherited line is listed once, in the original file. A problem that the line has only in the
    /// derived file is listed at the `like` of that file.
    pub fn sorted(&self) -> Vec<Problem> {
        let mut list: Vec<Problem> = self
            .list
            .iter()
            .filter_map(|problem| self.at_home(problem))
            .collect();
        list.sort_by(|a, b| {
            let key = |problem: &Problem| (problem.place.line, problem.place.column);
            self.path(a.place)
                .cmp(self.path(b.place))
                .then_with(|| key(a).cmp(&key(b)))
        });
        list
    }

    fn at_home(&self, problem: &Problem) -> Option<Problem> {
        let Some(heir) = problem.place.heir else {
            return Some(problem.clone());
        };
        let original = Problem {
            place: Place {
                heir: None,
                ..problem.place
            },
            ..problem.clone()
        };
        if self.known.contains(&original) {
            return None;
        }
        let from = format!("{}:{}", self.path(problem.place), problem.place.line);
        let place = self
            .likes
            .get(&heir)
            .copied()
            .unwrap_or_else(|| Place::start(heir));
        Some(Problem {
            place,
            what: format!("{} (inherited from {from})", problem.what),
            hint: problem.hint.clone(),
        })
    }

    fn excerpt(&self, place: Place) -> Option<(String, String)> {
        let text = &self.sources.get(place.source)?.text;
        let line = text.lines().nth(place.line.checked_sub(1)?)?;
        // Long lines are cut.
        let from = place.column.saturating_sub(60);
        let shown: String = line.chars().skip(from).take(120).collect();
        let before: String = line
            .chars()
            .skip(from)
            .take(place.column.saturating_sub(1 + from))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let room = shown
            .chars()
            .count()
            .saturating_sub(before.chars().count())
            .max(1);
        Some((shown, before + &"^".repeat(place.length.clamp(1, room))))
    }
}

/// The beginning of a text that is too long.
fn cut(text: String) -> String {
    match text
        .char_indices()
        .nth(LONGEST_TEXT)
        .and_then(|(end, _)| text.get(..end))
    {
        Some(beginning) => format!("{beginning}…"),
        None => text,
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.sorted();
        for (index, problem) in list.iter().take(MOST_PRINTED).enumerate() {
            let Place { line, column, .. } = problem.place;
            if index > 0 {
                writeln!(f)?;
            }
            writeln!(
                f,
                "{}:{line}:{column}: {}",
                self.path(problem.place),
                problem.what
            )?;
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            if let Some((text, marks)) = self.excerpt(problem.place) {
                writeln!(f, "   {number} | {text}")?;
                writeln!(f, "   {margin} | {marks} {}", problem.hint)?;
            } else if !problem.hint.is_empty() {
                writeln!(f, "   {margin} = {}", problem.hint)?;
            }
        }
        match list.len().saturating_sub(MOST_PRINTED) {
            0 => Ok(()),
            more => writeln!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Problems {}
