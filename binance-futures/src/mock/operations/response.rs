//! Responses: the fields of the spec's sample, with values of the state.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::mock::object;
use crate::registry::Operation;
use crate::wire::RawObject;

/// Values for the fields of a response, by name. It may have values for more fields than the response has.
#[derive(Default)]
pub(super) struct Record {
    fields: Vec<(&'static str, Value)>,
}

enum Value {
    /// Written as a string or as plain JSON, like the value of the sample.
    Text(String),
    /// Written as it is.
    Json(Box<RawValue>),
    /// The field is left out.
    Absent,
}

impl Record {
    /// Sets a field. The sample decides whether the value is written as a JSON string.
    pub(super) fn set(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fields.push((name, Value::Text(value.to_string())));
        self
    }

    /// Sets a field, or leaves it out if there is no value.
    pub(super) fn optional(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        let value = value.map_or(Value::Absent, |value| Value::Text(value.to_string()));
        self.fields.push((name, value));
        self
    }

    /// Leaves out a field.
    pub(super) fn absent(mut self, name: &'static str) -> Self {
        self.fields.push((name, Value::Absent));
        self
    }

    /// Sets a field to the JSON of a value.
    pub(super) fn json(mut self, name: &'static str, value: &impl Serialize) -> Self {
        let json = serde_json::value::to_raw_value(value);
        self.fields
            .push((name, json.map_or(Value::Absent, Value::Json)));
        self
    }

    /// Returns the fields of a template with these values. Fields without a value keep that of the template.
    pub(super) fn render(&self, template: &RawObject) -> RawObject {
        let mut response = template.clone();
        for (name, value) in &self.fields {
            match value {
                Value::Text(text) => object::set(&mut response, name, text),
                Value::Json(json) => object::set_json(&mut response, name, json),
                Value::Absent => response.remove(name),
            }
        }
        response
    }
}

/// Returns the sample of an operation as a template. If the sample is a list, the template has the fields of all its items.
pub(super) fn template(operation: &Operation) -> RawObject {
    template_of(operation.sample)
}

/// Returns the template of a list or an object inside a sample.
pub(super) fn nested_template(template: &RawObject, name: &str) -> RawObject {
    template_of(template.get(name).unwrap_or("[]"))
}

fn template_of(json: &str) -> RawObject {
    if let Ok(object) = RawObject::from_json(json) {
        return object;
    }
    let items: Vec<RawObject> = serde_json::from_str(json).unwrap_or_default();
    let mut fields: Vec<(&str, &str)> = Vec::new();
    for item in items.iter().filter(|item| item.get("msg").is_none()) {
        for (name, value) in item.fields() {
            if !fields.iter().any(|(known, _)| *known == name) {
                fields.push((name, value));
            }
        }
    }
    let fields = fields.iter().map(|(name, value)| {
        let name = serde_json::to_string(name).unwrap_or_default();
        format!("{name}:{value}")
    });
    let json = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    RawObject::from_json(&json).unwrap_or_default()
}

/// Writes JSON. Objects that were parsed from JSON can always be written.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Returns the list of the rendered records.
pub(super) fn list(operation: &Operation, records: impl IntoIterator<Item = Record>) -> String {
    let template = template(operation);
    let objects = records.into_iter().map(|record| record.render(&template));
    to_json(&objects.collect::<Vec<_>>())
}

/// Returns the rendered record.
pub(super) fn object(operation: &Operation, record: &Record) -> String {
    to_json(&record.render(&template(operation)))
}

#[cfg(test)]
mod tests {
    use super::{Record, template_of, to_json};

    #[test]
    fn template_of_a_list_has_the_fields_of_all_items_except_errors() {
        let template = template_of(r#"[{"a":"1","b":2},{"code":-1,"msg":"x"},{"a":"3","c":null}]"#);
        assert_eq!(to_json(&template), r#"{"a":"1","b":2,"c":null}"#);
        let record = Record::default()
            .set("a", 7)
            .set("b", 8)
            .set("z", 9)
            .absent("c");
        assert_eq!(to_json(&record.render(&template)), r#"{"a":"7","b":8}"#);
    }
}
