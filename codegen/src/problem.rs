//! What is wrong with a spec, where, and what to write instead.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::suggest::suggest;

/// More than so many mistakes are counted, not printed: nobody reads them before mending the first.
const MOST_PRINTED: usize = 100;
/// Longer texts are cut, since they quote what stands in a file.
const LONGEST_TEXT: usize = 400;

/// A file of the spec as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the project's root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A stretch of one line of one source.
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
    /// The source of the twin that took over what stands here.
    pub twin: Option<usize>,
}

impl Place {
    /// The first character of a source.
    pub fn start(source: usize) -> Self {
        Self {
            source,
            line: 1,
            column: 1,
            length: 1,
            twin: None,
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

/// All mistakes of a spec, with the sources they stand in.
#[derive(Debug, Default, Clone)]
pub struct Problems {
    /// The files that were read.
    pub sources: Vec<Source>,
    list: Vec<Problem>,
    known: BTreeSet<Problem>,
    twins: BTreeMap<usize, Place>,
}

impl Problems {
    /// Adds a file and gives its index.
    pub fn source(&mut self, path: impl Into<String>, text: impl Into<String>) -> usize {
        self.sources.push(Source {
            path: path.into(),
            text: text.into(),
        });
        self.sources.len() - 1
    }

    /// Tells that a source takes over another file, and where it says so.
    pub fn twin(&mut self, source: usize, like: Place) {
        self.twins.insert(source, like);
    }

    /// The path of the file a place is in.
    pub fn path(&self, place: Place) -> &str {
        self.sources
            .get(place.source)
            .map_or("", |source| &source.path)
    }

    /// Records a mistake.
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

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The mistakes by file, line and column.
    ///
    /// What is wrong with a line that a twin took over is wrong in the file it was taken from, and stands here once;
    /// what is wrong with it only among the twin's own lines stands at the twin's `like`.
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
        let Some(twin) = problem.place.twin else {
            return Some(problem.clone());
        };
        let original = Problem {
            place: Place {
                twin: None,
                ..problem.place
            },
            ..problem.clone()
        };
        if self.known.contains(&original) {
            return None;
        }
        let from = format!("{}:{}", self.path(problem.place), problem.place.line);
        let place = self
            .twins
            .get(&twin)
            .copied()
            .unwrap_or_else(|| Place::start(twin));
        Some(Problem {
            place,
            what: format!("{} (inherited from {from})", problem.what),
            hint: problem.hint.clone(),
        })
    }

    fn excerpt(&self, place: Place) -> Option<(String, String)> {
        let text = &self.sources.get(place.source)?.text;
        let line = text.lines().nth(place.line.checked_sub(1)?)?;
        // A cut keeps a line of a megabyte from being printed whole.
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

/// The beginning of a text that goes on too long.
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
