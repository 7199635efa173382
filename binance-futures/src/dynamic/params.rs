//! Requests built from parameters by name, as a file, a command line or a test server has them.

use std::fmt;
use std::mem;

#[cfg(feature = "registry")]
use super::suggest::suggest;
use super::{Problem, ProblemKind};
use crate::json::Reader;
use crate::wire::{Codec, List, Number, RawObject, Scalar, Text};

/// Parameters by name. Building a request takes them one by one.
///
/// Problems are collected, so that a caller learns of all of them at once.
#[derive(Default)]
pub struct ParamMap {
    parameters: Vec<(String, Value)>,
    /// The names that the request has asked for.
    requested: Vec<&'static str>,
    /// The listed values of the requested enums.
    variants: Vec<(&'static str, &'static [&'static str])>,
    problems: Vec<Problem>,
}

/// The value of a parameter, as it was given.
enum Value {
    Text(String),
    Json(String),
}

/// A type that can be built from parameters by name.
pub trait FromParams: Sized {
    /// Takes the parameters. Returns `None` if there is a problem with one of them.
    fn from_params(params: &mut ParamMap) -> Option<Self>;
}

/// A choice between several parameters.
pub trait ChoiceNames {
    /// The names of the parameters.
    const NAMES: &'static [&'static str];
}

/// Implements `FromParams`, `Serialize` and `Deserialize` for a request: one line for each field, in the exchange's order. A constant has no field, so its line starts with `_`.
#[cfg(any(feature = "usdm", feature = "coinm"))]
macro_rules! from_params {
    ($name:ident {}) => {
        impl $crate::dynamic::FromParams for $name {
            fn from_params(_: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                Some(Self {})
            }
        }

        $crate::dynamic::from_params!(@serde $name);
    };
    ($name:ident { $($field:tt => $take:ident($($of:expr),*)),+ $(,)? }) => {
        impl $crate::dynamic::FromParams for $name {
            #[inline]
            fn from_params(params: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                let before = params.problems().len();
                // All parameters are taken before looking at problems, so that every problem is found.
                let ($($field,)+) = ($(params.$take($($of),*),)+);
                if params.problems().len() > before {
                    return None;
                }
                $crate::dynamic::from_params!(@build [] $($field)+)
            }
        }

        $crate::dynamic::from_params!(@serde $name);
    };
    (@serde $name:ident) => {
        /// Writes the parameters as a map, by the exchange's names.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::dynamic::serialize(self, serializer)
            }
        }

        /// Reads a map of parameters by the exchange's names.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::dynamic::deserialize(deserializer)
            }
        }
    };
    (@build [$($built:ident)*] _ $($rest:tt)*) => {
        $crate::dynamic::from_params!(@build [$($built)*] $($rest)*)
    };
    (@build [$($built:ident)*] $field:ident $($rest:tt)*) => {
        $crate::dynamic::from_params!(@build [$($built)* $field] $($rest)*)
    };
    (@build [$($built:ident)*]) => {
        Some(Self { $($built: $built?),* })
    };
}
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use from_params;

/// Implements `FromParams` for a choice: takes the one parameter that is given.
macro_rules! choice_from_params {
    ($name:ident { $($parameter:literal => $take:ident $variant:ident),+ $(,)? }) => {
        impl $crate::dynamic::ChoiceNames for $name {
            const NAMES: &'static [&'static str] = &[$($parameter),+];
        }

        impl $crate::dynamic::FromParams for $name {
            #[inline]
            fn from_params(params: &mut $crate::dynamic::ParamMap) -> Option<Self> {
                $(if params.has($parameter) {
                    return params.$take($parameter).map(Self::$variant);
                })+
                None
            }
        }
    };
}
pub(crate) use choice_from_params;

impl ParamMap {
    /// Creates a map from names and values, where every value is text, as in a query string or on a command line.
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

    /// Creates a map from the fields of a JSON object. Fields that are `null` are left out.
    ///
    /// # Errors
    ///
    /// The text is not exactly one JSON object.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        Self::from_object(&RawObject::from_json(text)?)
    }

    fn from_object(object: &RawObject) -> Result<Self, serde_json::Error> {
        let fields = object.fields().filter(|(_, json)| *json != "null");
        let parameters = fields.map(|(name, json)| Ok((name.to_owned(), Value::from_json(json)?)));
        Ok(Self {
            parameters: parameters.collect::<Result<_, _>>()?,
            ..Self::default()
        })
    }

    /// Adds a parameter with a value in JSON. `null` is left out.
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    pub(super) fn push(&mut self, name: String, value: &serde_json::Value) {
        let value = match value {
            serde_json::Value::Null => return,
            serde_json::Value::String(text) => Value::Text(text.clone()),
            other => Value::Json(other.to_string()),
        };
        self.parameters.push((name, value));
    }

    /// Builds a request, or any other type, from all parameters.
    ///
    /// # Errors
    ///
    /// Every parameter that is missing, malformed, given twice or unknown.
    pub fn build<T: FromParams>(mut self) -> Result<T, Vec<Problem>> {
        let built = T::from_params(&mut self);
        self.finish().and_then(|()| built.ok_or_else(Vec::new))
    }

    /// Returns the collected problems, once all parameters have been taken.
    ///
    /// # Errors
    ///
    /// Every parameter that is missing, malformed, given twice or unknown.
    pub fn finish(mut self) -> Result<(), Vec<Problem>> {
        for (name, _) in mem::take(&mut self.parameters) {
            let kind = if self.requested.contains(&name.as_str()) {
                ProblemKind::Repeated
            } else {
                ProblemKind::Unknown {
                    nearest: self.nearest(&name),
                    parameter_of: None,
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

    /// Returns the requested name that was probably meant.
    #[cfg(feature = "registry")]
    fn nearest(&self, name: &str) -> Option<&'static str> {
        suggest(name, self.requested.iter().copied())
    }

    #[cfg(not(feature = "registry"))]
    fn nearest(&self, _: &str) -> Option<&'static str> {
        None
    }

    /// Returns the problems that have been found so far.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns whether a parameter is given and has not been taken.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(given, _)| given == name)
    }

    /// Returns the listed values of a parameter that has been taken. Empty if its type is not an enum.
    ///
    /// Other values are accepted too, because the exchange may add values at any time.
    pub fn variants(&self, name: &str) -> &'static [&'static str] {
        self.variants
            .iter()
            .find(|(taken, _)| *taken == name)
            .map_or(&[], |(_, variants)| *variants)
    }

    /// Takes a required parameter.
    pub fn required<T: Scalar>(&mut self, name: &'static str) -> Option<T> {
        self.variants.push((name, T::VARIANTS));
        self.present(name, Self::optional)
    }

    /// Takes an optional parameter. Returns `Some(None)` if it is not given, and `None` if it is malformed.
    pub fn optional<T: Scalar>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.variants.push((name, T::VARIANTS));
        let Some(value) = self.take(name) else {
            return Some(None);
        };
        let read = match &value {
            Value::Text(text) => T::from_text(text),
            // The spellings of received values are not those of parameters.
            Value::Json(json) => match Reader::new(json).string(T::EXPECTED) {
                Ok(text) => T::from_text(&text),
                Err(_) => Number::decode(&mut Reader::new(json)).ok(),
            },
        };
        if read.is_none() {
            self.malformed(name, T::EXPECTED, value);
        }
        read.map(Some)
    }

    /// Takes a required parameter whose value must be this text.
    pub fn constant(&mut self, name: &'static str, text: &'static str) -> Option<()> {
        let given: String = self.required(name)?;
        if given == text {
            return Some(());
        }
        self.malformed(name, text, Value::Text(given));
        None
    }

    /// Takes one of several parameters, of which exactly one must be given.
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

    /// Takes one of several parameters, of which at most one may be given.
    pub fn optional_choice<T: FromParams + ChoiceNames>(&mut self) -> Option<Option<T>> {
        let chosen: Vec<&str> = T::NAMES
            .iter()
            .copied()
            .filter(|name| self.has(name))
            .collect();
        self.requested.extend(T::NAMES);
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

    /// Takes a required JSON list.
    pub fn required_json<T: Scalar>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.present(name, Self::optional_json)
    }

    /// Takes an optional JSON list.
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

    /// Takes a required JSON list of requests.
    pub fn required_requests<R: FromParams>(&mut self, name: &'static str) -> Option<Vec<R>> {
        self.present(name, Self::optional_requests)
    }

    /// Takes an optional JSON list of requests.
    pub fn optional_requests<R: FromParams>(
        &mut self,
        name: &'static str,
    ) -> Option<Option<Vec<R>>> {
        let Some(value) = self.take(name) else {
            return Some(None);
        };
        let Ok(items) = Self::list_from_json(value.as_str()) else {
            self.malformed(name, "a JSON list of objects", value);
            return None;
        };
        let before = self.problems.len();
        let mut requests = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            match item.build() {
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

    fn list_from_json(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        let objects: Vec<RawObject> = serde_json::from_str(text)?;
        objects.iter().map(Self::from_object).collect()
    }

    /// Takes a parameter, or notes that it is missing.
    fn present<T>(
        &mut self,
        name: &'static str,
        take: impl FnOnce(&mut Self, &'static str) -> Option<Option<T>>,
    ) -> Option<T> {
        if !self.has(name) {
            self.requested.push(name);
            self.problems.push(Problem {
                name: name.to_owned(),
                kind: ProblemKind::Missing,
            });
            return None;
        }
        take(self, name).flatten()
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.requested.push(name);
        let index = self
            .parameters
            .iter()
            .position(|(given, _)| given == name)?;
        Some(self.parameters.remove(index).1)
    }

    /// Notes that the value of a parameter is not valid.
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

/// Prints the names only. The values may be secret.
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
