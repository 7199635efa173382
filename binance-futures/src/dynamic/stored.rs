//! Requests as serde values, so that they can be stored and sent later.
//!
//! The form is a map of the parameters by the exchange's names, in any self-describing format. Decimals are texts.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serializer};
use serde_json::Value;

use super::{FromParams, ParamMap};
use crate::parameters::{ParameterSet, Parameters};

/// Writes the parameters of a request as a map.
pub(crate) fn serialize<R: ParameterSet, S: Serializer>(
    request: &R,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut collected = Collector::default();
    request.write(&mut collected);
    let Collector(parameters) = collected;
    let mut map = serializer.serialize_map(Some(parameters.len()))?;
    for (name, value) in &parameters {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Reads a request from a map of its parameters.
pub(crate) fn deserialize<'de, R: FromParams, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<R, D::Error> {
    let params = deserializer.deserialize_map(MapVisitor)?;
    params.build().map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        D::Error::custom(problems.join("; "))
    })
}

/// Collects parameters with their values.
#[derive(Default)]
struct Collector(Vec<(String, Value)>);

impl Collector {
    fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

impl Parameters for Collector {
    fn text(&mut self, name: &str, value: &str) {
        self.push(name, value);
    }

    fn signed(&mut self, name: &str, value: i64) {
        self.push(name, value);
    }

    fn unsigned(&mut self, name: &str, value: u64) {
        self.push(name, value);
    }

    fn decimal(&mut self, name: &str, value: Decimal) {
        self.push(name, value.to_string());
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.push(name, value);
    }

    fn json(&mut self, name: &str, value: &dyn fmt::Display) {
        let text = value.to_string();
        // What requests write is JSON. Decimals in it are texts, so nothing is rounded.
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.push(name, value);
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = ParamMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of parameters by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ParamMap, A::Error> {
        let mut params = ParamMap::default();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            params.push(name, &value);
        }
        Ok(params)
    }
}
