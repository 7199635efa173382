//! Parameters as a JSON object: `{"symbol":"BTCUSDT","side":"BUY"}`.

use std::fmt::{self, Write};

use rust_decimal::Decimal;

use super::{Parameter, ParameterSet, Parameters};

/// Writes parameters as the fields of a JSON object.
///
/// Decimals are strings, so that no reader rounds them. Integers are numbers and flags are `true` or `false`, unless the writer was
/// created by [`all_text`](Self::all_text).
#[derive(Clone)]
pub struct JsonWriter<W = String> {
    to: W,
    form: Form,
    started: bool,
    result: fmt::Result,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Each value in its usual JSON form.
    Native,
    /// Every value as a JSON string.
    Text,
}

impl<W: Write> JsonWriter<W> {
    /// Creates a writer that encodes each value in its usual form.
    pub fn new(to: W) -> Self {
        Self {
            to,
            form: Form::Native,
            started: false,
            result: Ok(()),
        }
    }

    /// Creates a writer that encodes every value as a JSON string, as the items of batch requests need it.
    pub fn all_text(to: W) -> Self {
        Self {
            form: Form::Text,
            ..Self::new(to)
        }
    }

    /// Closes the object and returns what it was written to.
    ///
    /// # Errors
    ///
    /// Writing failed, which never happens for a `String`.
    pub fn finish(mut self) -> Result<W, fmt::Error> {
        self.result?;
        self.to.write_str(if self.started { "}" } else { "{}" })?;
        Ok(self.to)
    }

    fn field(&mut self, name: &str, form: Form, value: impl fmt::Display) {
        if self.result.is_ok() {
            self.result = self.write_field(name, form, value);
        }
    }

    fn write_field(&mut self, name: &str, form: Form, value: impl fmt::Display) -> fmt::Result {
        self.to.write_char(if self.started { ',' } else { '{' })?;
        self.started = true;
        write_value(&mut self.to, Form::Text, name)?;
        self.to.write_char(':')?;
        let form = if self.form == Form::Text {
            Form::Text
        } else {
            form
        };
        write_value(&mut self.to, form, value)
    }
}

/// Does not print what was written, which may be secret.
impl<W> fmt::Debug for JsonWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl<W: Write> Parameters for JsonWriter<W> {
    fn text(&mut self, name: &str, value: &str) {
        self.field(name, Form::Text, value);
    }

    fn signed(&mut self, name: &str, value: i64) {
        self.field(name, Form::Native, value);
    }

    fn unsigned(&mut self, name: &str, value: u64) {
        self.field(name, Form::Native, value);
    }

    fn decimal(&mut self, name: &str, value: Decimal) {
        self.field(name, Form::Text, value);
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.field(name, Form::Native, value);
    }

    fn json(&mut self, name: &str, value: &dyn fmt::Display) {
        self.field(name, Form::Native, value);
    }
}

/// Displays values as a JSON array.
pub(super) struct ItemList<'a, P>(pub(super) &'a [P]);

impl<P: Parameter> fmt::Display for ItemList<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        let mut items = Items {
            to: f,
            started: false,
            result: Ok(()),
        };
        for item in self.0 {
            item.put("", &mut items);
        }
        items.result?;
        f.write_char(']')
    }
}

/// Writes the items of an array, which have no names.
struct Items<'a, 'f> {
    to: &'a mut fmt::Formatter<'f>,
    started: bool,
    result: fmt::Result,
}

impl Items<'_, '_> {
    fn item(&mut self, form: Form, value: impl fmt::Display) {
        if self.result.is_ok() {
            self.result = self.write_item(form, value);
        }
    }

    fn write_item(&mut self, form: Form, value: impl fmt::Display) -> fmt::Result {
        if self.started {
            self.to.write_char(',')?;
        }
        self.started = true;
        write_value(self.to, form, value)
    }
}

impl Parameters for Items<'_, '_> {
    fn text(&mut self, _: &str, value: &str) {
        self.item(Form::Text, value);
    }

    fn signed(&mut self, _: &str, value: i64) {
        self.item(Form::Native, value);
    }

    fn unsigned(&mut self, _: &str, value: u64) {
        self.item(Form::Native, value);
    }

    fn decimal(&mut self, _: &str, value: Decimal) {
        self.item(Form::Text, value);
    }

    fn flag(&mut self, _: &str, value: bool) {
        self.item(Form::Native, value);
    }

    fn json(&mut self, _: &str, value: &dyn fmt::Display) {
        self.item(Form::Native, value);
    }
}

/// Displays parameter sets as a JSON array of objects in which every value is text.
pub(super) struct SetList<'a, R>(pub(super) &'a [R]);

impl<R: ParameterSet> fmt::Display for SetList<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        for (index, request) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            let mut object = JsonWriter::all_text(&mut *f);
            request.write(&mut object);
            object.finish()?;
        }
        f.write_char(']')
    }
}

fn write_value(to: &mut impl Write, form: Form, value: impl fmt::Display) -> fmt::Result {
    if form == Form::Native {
        return write!(to, "{value}");
    }
    to.write_char('"')?;
    write!(Escaped(to), "{value}")?;
    to.write_char('"')
}

/// Escapes what is written to it, as JSON strings require.
struct Escaped<'a, W>(&'a mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|letter| match letter {
            '"' => self.0.write_str("\\\""),
            '\\' => self.0.write_str("\\\\"),
            '\0'..'\u{20}' => write!(self.0, "\\u{:04x}", u32::from(letter)),
            _ => self.0.write_char(letter),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Timestamp;

    fn write(mut json: JsonWriter) -> String {
        json.put("a", &i64::MIN);
        json.put("b", &u64::MAX);
        json.put("c", &Decimal::new(-150, 2));
        json.put("d", &true);
        json.put("e", &None::<u8>);
        json.put("f", "x");
        json.put("h", &Timestamp::from_millis(-1));
        json.put_text("j", &7_u8);
        json.put_json("k", &[Decimal::ONE]);
        json.finish().unwrap()
    }

    #[test]
    fn native_writer_keeps_the_usual_form_of_each_value() {
        assert_eq!(
            write(JsonWriter::new(String::new())),
            r#"{"a":-9223372036854775808,"b":18446744073709551615,"c":"-1.50","d":true,"f":"x","h":-1,"j":"7","k":["1"]}"#
        );
    }

    #[test]
    fn text_writer_encodes_every_value_as_text() {
        assert_eq!(
            write(JsonWriter::all_text(String::new())),
            r#"{"a":"-9223372036854775808","b":"18446744073709551615","c":"-1.50","d":"true","f":"x","h":"-1","j":"7","k":"[\"1\"]"}"#
        );
    }

    #[test]
    fn text_of_any_characters_round_trips() {
        let text: String = ('\0'..='\u{2ff}')
            .chain("\"\\/龙😀\u{2028}".chars())
            .collect();
        let mut json = JsonWriter::new(String::new());
        json.put(&text, text.as_str());
        let value: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&json.finish().unwrap()).unwrap();
        assert_eq!(
            value.into_iter().collect::<Vec<_>>(),
            [(text.clone(), text)]
        );
    }

    #[test]
    fn object_without_fields_is_empty() {
        assert_eq!(JsonWriter::new(String::new()).finish().unwrap(), "{}");
    }

    #[test]
    fn failing_output_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write_str(&mut self, _: &str) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        let mut json = JsonWriter::new(Full);
        json.put("a", &1_u8);
        json.put("b", &1_u8);
        assert!(json.finish().is_err());
        assert!(JsonWriter::new(Full).finish().is_err());
    }
}
