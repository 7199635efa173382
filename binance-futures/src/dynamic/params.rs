//! Requests made of parameters by name, as a command line or a test server has them.

use std::fmt;
use std::mem;

use serde::de::value::Error as ValueError;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::wire::{List, Number, RawText, Scalar, Text, Wire, Word};

/// Parameters by name, taken one by one until a request is made of them.
///
/// What does not fit is collected, not returned at once: a caller learns of every problem in one go.
#[derive(Default)]
pub struct ParamMap {
    parameters: Vec<(String, Value)>,
    asked: Vec<&'static str>,
    listed: Vec<(&'static str, &'static [&'static str])>,
    problems: Vec<Problem>,
}

/// A parameter's value as it was given.
enum Value {
    Text(String),
    Json(String),
}

/// A value that parameters by name can make.
pub trait FromParams: Sized {
    /// Takes its parameters; `None` when one of them is a problem.
    fn from_params(given: &mut ParamMap) -> Option<Self>;
}

/// The parameters of which a choice is one.
pub trait ChoiceNames {
    /// Their names.
    const NAMES: &'static [&'static str];
}

/// Reads a request's fields from parameters by name, in the exchange's order. A constant has no field: its line begins with `_`.
macro_rules! from_params {
    ($name:ident {}) => {
        impl $crate::dynamic::FromParams for $name {
            fn from_params(_: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                Some(Self {})
            }
        }
    };
    ($name:ident { $($field:tt => $take:ident($($of:expr),*)),+ $(,)? }) => {
        impl $crate::dynamic::FromParams for $name {
            fn from_params(given: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                let before = given.problems().len();
                // All are taken before the first problem is looked at, so that each of them is found.
                let ($($field,)+) = ($(given.$take($($of),*),)+);
                if given.problems().len() > before {
                    return None;
                }
                $crate::dynamic::from_params!(@made [] $($field)+)
            }
        }
    };
    (@made [$($made:ident)*] _ $($rest:tt)*) => {
        $crate::dynamic::from_params!(@made [$($made)*] $($rest)*)
    };
    (@made [$($made:ident)*] $field:ident $($rest:tt)*) => {
        $crate::dynamic::from_params!(@made [$($made)* $field] $($rest)*)
    };
    (@made [$($made:ident)*]) => {
        Some(Self { $($made: $made?),* })
    };
}
pub(crate) use from_params;

/// Reads the one of several parameters that is given.
macro_rules! choice_from_params {
    ($name:ident { $($parameter:literal => $take:ident $variant:ident),+ $(,)? }) => {
        impl $crate::dynamic::ChoiceNames for $name {
            const NAMES: &'static [&'static str] = &[$($parameter),+];
        }

        impl $crate::dynamic::FromParams for $name {
            fn from_params(given: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                $(if given.has($parameter) {
                    return given.$take($parameter).map(Self::$variant);
                })+
                None
            }
        }
    };
}
pub(crate) use choice_from_params;

impl ParamMap {
    /// Parameters as a query or a command line has them: every value a text.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let parameters = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), Value::Text(value.into())));
        Self {
            parameters: parameters.collect(),
            ..Self::default()
        }
    }

    /// Parameters as the members of a JSON object. A member that is `null` is not given.
    ///
    /// # Errors
    ///
    /// When the text is not one JSON object.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let members: Members = serde_json::from_str(text)?;
        Ok(Self {
            parameters: members.0,
            ..Self::default()
        })
    }

    /// Makes a request, or whatever else parameters by name can make, of all that is given.
    ///
    /// # Errors
    ///
    /// Every parameter that is missing, malformed, given twice or unknown.
    pub fn build<T: FromParams>(mut self) -> Result<T, Vec<Problem>> {
        let made = T::from_params(&mut self);
        self.finish().and_then(|()| made.ok_or_else(Vec::new))
    }

    /// Says what was wrong, once everything has been taken.
    ///
    /// # Errors
    ///
    /// Every parameter that is missing, malformed, given twice or unknown.
    pub fn finish(mut self) -> Result<(), Vec<Problem>> {
        for (name, _) in mem::take(&mut self.parameters) {
            let kind = if self.asked.contains(&name.as_str()) {
                ProblemKind::Repeated
            } else {
                ProblemKind::Unknown {
                    nearest: nearest(&name, &self.asked),
                }
            };
            self.problems.push(Problem { name, kind });
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }

    /// What was wrong so far.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether a parameter is given and not yet taken.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(given, _)| given == name)
    }

    /// The values that the type of a parameter lists, once it has been asked for; empty where it lists none.
    ///
    /// A value that is none of them makes a request all the same: tomorrow's exchange may know it.
    pub fn listed(&self, name: &str) -> &'static [&'static str] {
        let mut asked = self.listed.iter();
        asked
            .find(|(asked, _)| *asked == name)
            .map_or(&[], |(_, listed)| *listed)
    }

    /// Takes a parameter that must be given.
    pub fn required<T: Scalar>(&mut self, name: &'static str) -> Option<T> {
        self.listed.push((name, T::VARIANTS));
        self.present(name, Self::optional)
    }

    /// Takes a parameter that may be given: `Some(None)` when it is not, `None` when it is malformed.
    pub fn optional<T: Scalar>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.listed.push((name, T::VARIANTS));
        let Some(value) = self.take(name) else {
            return Some(None);
        };
        let read = match &value {
            Value::Text(text) => T::from_text(text),
            Value::Json(json) => Number::read(RawText::<_, ValueError>::new(json.as_str())).ok(),
        };
        if read.is_none() {
            self.malformed(name, T::EXPECTED, value);
        }
        read.map(Some)
    }

    /// Takes a parameter that must be given and must be this text.
    pub fn constant(&mut self, name: &'static str, text: &'static str) -> Option<()> {
        let given: String = self.required(name)?;
        if given == text {
            return Some(());
        }
        self.malformed(name, text, Value::Text(given));
        None
    }

    /// Takes the one parameter of several that must be given.
    pub fn choice<T: FromParams + ChoiceNames>(&mut self) -> Option<T> {
        if let Some(chosen) = self.optional_choice()? {
            return Some(chosen);
        }
        self.problems.push(Problem {
            name: T::NAMES.join(", "),
            kind: ProblemKind::NoneOf,
        });
        None
    }

    /// Takes the one parameter of several that may be given.
    pub fn optional_choice<T: FromParams + ChoiceNames>(&mut self) -> Option<Option<T>> {
        let chosen: Vec<&str> = T::NAMES
            .iter()
            .copied()
            .filter(|name| self.has(name))
            .collect();
        self.asked.extend(T::NAMES);
        match chosen.as_slice() {
            [] => Some(None),
            [_] => T::from_params(self).map(Some),
            several => {
                let name = several.join(", ");
                for name in T::NAMES {
                    self.take(name);
                }
                self.problems.push(Problem {
                    name,
                    kind: ProblemKind::ManyOf,
                });
                None
            }
        }
    }

    /// Takes a JSON list that must be given.
    pub fn required_json<T: Scalar>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.present(name, Self::optional_json)
    }

    /// Takes a JSON list that may be given.
    pub fn optional_json<T: Scalar>(&mut self, name: &'static str) -> Option<Option<Vec<T>>> {
        let Some(value) = self.take(name) else {
            return Some(None);
        };
        let mut json = serde_json::Deserializer::from_str(value.as_str());
        let read = List::<Text>::read(&mut json).and_then(|list| json.end().map(|()| list));
        if read.is_err() {
            self.malformed(name, "a JSON list", value);
        }
        read.ok().map(Some)
    }

    /// Takes a JSON list of requests that must be given.
    pub fn required_requests<R: FromParams>(&mut self, name: &'static str) -> Option<Vec<R>> {
        self.present(name, Self::optional_requests)
    }

    /// Takes a JSON list of requests that may be given.
    pub fn optional_requests<R: FromParams>(
        &mut self,
        name: &'static str,
    ) -> Option<Option<Vec<R>>> {
        let Some(value) = self.take(name) else {
            return Some(None);
        };
        let Ok(objects) = serde_json::from_str::<Vec<Members>>(value.as_str()) else {
            self.malformed(name, "a JSON list of objects", value);
            return None;
        };
        let before = self.problems.len();
        let mut requests = Vec::new();
        for (index, members) in objects.into_iter().enumerate() {
            match (Self {
                parameters: members.0,
                ..Self::default()
            })
            .build()
            {
                Ok(request) => requests.push(request),
                Err(problems) => self.problems.extend(
                    problems
                        .into_iter()
                        .map(|problem| problem.within(name, index)),
                ),
            }
        }
        (self.problems.len() == before).then_some(Some(requests))
    }

    fn present<T>(
        &mut self,
        name: &'static str,
        take: impl FnOnce(&mut Self, &'static str) -> Option<Option<T>>,
    ) -> Option<T> {
        if !self.has(name) {
            self.asked.push(name);
            self.problems.push(Problem {
                name: name.to_owned(),
                kind: ProblemKind::Missing,
            });
            return None;
        }
        take(self, name).flatten()
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.asked.push(name);
        let index = self
            .parameters
            .iter()
            .position(|(given, _)| given == name)?;
        Some(self.parameters.remove(index).1)
    }

    fn malformed(&mut self, name: &str, expected: &'static str, value: Value) {
        let kind = ProblemKind::Malformed {
            expected,
            value: value.into_string(),
        };
        self.problems.push(Problem {
            name: name.to_owned(),
            kind,
        });
    }
}

/// Prints the names only: values may be secret.
impl fmt::Debug for ParamMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parameters.iter().map(|(name, _)| name);
        f.write_str("ParamMap ")?;
        f.debug_set().entries(names).finish()
    }
}

impl Value {
    fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        if json.starts_with('"') {
            serde_json::from_str(json).map(Self::Text)
        } else {
            Ok(Self::Json(json.to_owned()))
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Json(json) => json,
        }
    }

    fn into_string(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Json(json) => json,
        }
    }
}

/// The members of a JSON object, in its order.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(Word(name)) = map.next_key()? {
            let json: Box<RawValue> = map.next_value()?;
            if json.get() != "null" {
                members.push((
                    name.into_owned(),
                    Value::from_json(json.get()).map_err(Error::custom)?,
                ));
            }
        }
        Ok(Members(members))
    }
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The parameter, or those to choose from; within a batch `batchOrders[2].quantity`.
    pub name: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What can be wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It must be given and is not.
    Missing,
    /// Its value is none.
    Malformed {
        /// What would be one.
        expected: &'static str,
        /// What was given.
        value: String,
    },
    /// It is given more than once.
    Repeated,
    /// There is no such parameter.
    Unknown {
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
    },
    /// None of several is given.
    NoneOf,
    /// More than one of several is given.
    ManyOf,
}

impl Problem {
    fn within(self, list: &str, index: usize) -> Self {
        Self {
            name: format!("{list}[{index}].{}", self.name),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, kind } = self;
        match kind {
            ProblemKind::Missing => write!(f, "`{name}` is missing"),
            ProblemKind::Malformed { expected, value } => {
                write!(f, "`{name}` is `{value}`, expected {expected}")
            }
            ProblemKind::Repeated => write!(f, "`{name}` is given more than once"),
            ProblemKind::Unknown {
                nearest: Some(nearest),
            } => write!(f, "`{name}` is unknown, did you mean `{nearest}`?"),
            ProblemKind::Unknown { nearest: None } => write!(f, "`{name}` is unknown"),
            ProblemKind::NoneOf => write!(f, "one of `{name}` must be given"),
            ProblemKind::ManyOf => write!(f, "only one of `{name}` may be given"),
        }
    }
}

impl std::error::Error for Problem {}

/// The name that one was meant to be: at most a third of it is different.
fn nearest(name: &str, names: &[&'static str]) -> Option<&'static str> {
    let distance =
        |other: &&str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let nearest = names.iter().copied().min_by_key(distance)?;
    (distance(&nearest) <= nearest.len() / 3).then_some(nearest)
}
