//! Compares a payload with what the types encode.

use std::collections::BTreeMap;

use binance_futures::registry::FieldInfo;

use super::findings::{Findings, Problem};
use crate::json::Json;

/// The declared fields of a payload by path, as in the registry.
pub(super) struct Declared {
    types: BTreeMap<&'static str, (&'static str, bool)>,
    /// The names under which fields are encoded, by the paths of their other names.
    encoded: BTreeMap<String, &'static str>,
}

impl Declared {
    pub(super) fn new(fields: &'static [FieldInfo]) -> Self {
        Self {
            types: fields
                .iter()
                .map(|field| (field.path, (field.ty, field.optional)))
                .collect(),
            encoded: fields.iter().flat_map(other_paths).collect(),
        }
    }

    /// Returns the name under which a field is encoded. It differs from the name in the payload if the spec declares several names.
    fn encoded_name<'a>(&self, path: &str, name: &'a str) -> &'a str {
        self.encoded
            .get(&step(path, name))
            .map_or(name, |name| *name)
    }

    /// Whether a declared path begins with this one.
    fn is_prefix(&self, path: &str) -> bool {
        self.types
            .range(path..)
            .next()
            .is_some_and(|(next, _)| next.starts_with(path))
    }

    fn ty(&self, path: &str) -> Option<(&'static str, bool)> {
        self.types.get(path).copied()
    }

    /// Returns the declared path of a field. In a map, it ends in `*`.
    fn field(&self, path: &str, name: &str) -> Option<String> {
        [step(path, name), step(path, "*")]
            .into_iter()
            .find(|path| {
                self.ty(path).is_some()
                    || self.is_prefix(&format!("{path}."))
                    || self.is_prefix(&format!("{path}["))
            })
    }
}

/// Compares a payload with what the types encode after decoding it.
pub(super) fn compare(declared: &Declared, original: &Json, encoded: &Json) -> Findings {
    let mut comparison = Comparison {
        declared,
        findings: Findings::default(),
    };
    comparison.value("", "", original, encoded);
    comparison.findings
}

struct Comparison<'a> {
    declared: &'a Declared,
    findings: Findings,
}

impl Comparison<'_> {
    fn differs(&mut self, at: &str, path: &str, original: &Json, encoded: &Json) {
        let text = format!(
            "{}: {} was encoded as {}",
            place(at),
            short(original),
            short(encoded)
        );
        self.findings.fail(Problem::Changed, path, text);
    }

    /// Compares two values. `at` is the place with indexes, for messages; `path` is the same place in the notation of the registry.
    fn value(&mut self, at: &str, path: &str, original: &Json, encoded: &Json) {
        match (original, encoded) {
            (Json::Object(original), Json::Object(encoded)) => {
                self.object(at, path, original, encoded);
            }
            (Json::List(original_items), Json::List(encoded_items)) => {
                if original_items.len() != encoded_items.len() {
                    return self.differs(at, path, original, encoded);
                }
                for (index, (original, encoded)) in
                    original_items.iter().zip(encoded_items).enumerate()
                {
                    let row = format!("{path}[{index}]");
                    let path = if self.declared.is_prefix(&row) {
                        row
                    } else {
                        format!("{path}[]")
                    };
                    self.value(&format!("{at}[{index}]"), &path, original, encoded);
                }
            }
            (Json::Object(_), Json::List(items)) => match items.as_slice() {
                // The spec can declare that a single object is a list of one. Decoding has succeeded, so it does here.
                [one] => self.value(at, &format!("{path}[]"), original, one),
                _ => self.differs(at, path, original, encoded),
            },
            _ => self.scalar(at, path, original, encoded),
        }
    }

    fn object(
        &mut self,
        at: &str,
        path: &str,
        original: &[(String, Json)],
        encoded: &[(String, Json)],
    ) {
        let names: Vec<&str> = original
            .iter()
            .map(|(name, _)| self.declared.encoded_name(path, name))
            .collect();
        for (name, (original_name, value)) in names.iter().copied().zip(original) {
            let at = step(at, original_name);
            let inner = self.declared.field(path, name);
            match (encoded.iter().find(|(known, _)| known == name), inner) {
                (Some((_, encoded)), Some(path)) => self.value(&at, &path, value, encoded),
                // An undeclared field can be part of a record of an unknown kind, which is kept as it is.
                (Some((_, encoded)), None) if value == encoded => {}
                (Some((_, encoded)), None) => self.differs(&at, &step(path, name), value, encoded),
                (None, Some(path)) if self.can_be_absent(&path, value) => {}
                (None, Some(path)) => {
                    let text = format!("{at}: {} was lost", short(value));
                    self.findings.fail(Problem::Lost, path, text);
                }
                (None, None) => {
                    let text = format!("{at}: {}", short(value));
                    self.findings.unknown(step(path, name), text);
                }
            }
        }
        for (name, value) in encoded {
            if !names.contains(&name.as_str()) {
                let text = format!(
                    "{}: {} was not in the payload",
                    step(at, name),
                    short(value)
                );
                let path = self.declared.field(path, name);
                let path = path.unwrap_or_else(|| name.clone());
                self.findings.fail(Problem::Added, path, text);
            }
        }
    }

    /// Whether a value means "no value", so that the optional field can be absent.
    fn can_be_absent(&self, path: &str, value: &Json) -> bool {
        self.declared.ty(path).is_some_and(|(ty, optional)| {
            optional && empties(ty).iter().any(|empty| *empty == value.to_string())
        })
    }

    fn scalar(&mut self, at: &str, path: &str, original: &Json, encoded: &Json) {
        if original == encoded {
            return;
        }
        let ty = self.declared.ty(path).map_or("", |(ty, _)| ty);
        let empties = empties(ty);
        let is_empty = |value: &Json| empties.iter().any(|empty| *empty == value.to_string());
        let same = match (original, encoded) {
            (Json::Number(a), Json::Number(b)) => same_number(a, b),
            (Json::Text(a), Json::Text(b)) if is_free_form(a) && is_decimal(ty) => {
                same_number(a.trim_ascii(), b)
            }
            _ if is_flag(ty) => flag(original).is_some_and(|value| flag(encoded) == Some(value)),
            // The spec can declare both forms, as in `as text or number`.
            (Json::Number(a), Json::Text(b)) | (Json::Text(a), Json::Number(b)) => {
                both_forms(ty) && same_number(a, b)
            }
            _ => false,
        };
        let both_empty = is_empty(original) && is_empty(encoded);
        if !same && !both_empty {
            self.differs(at, path, original, encoded);
        }
    }
}

/// The paths of a field under its other names, with the name under which it is encoded.
fn other_paths(field: &'static FieldInfo) -> impl Iterator<Item = (String, &'static str)> {
    let (parent, name) = field.path.rsplit_once('.').unwrap_or(("", field.path));
    let others = field.other_names.iter();
    others.map(move |other| (step(parent, other), name))
}

/// Whether the digits of a decimal are not kept as they are: spaces are removed, and exponents written out.
fn is_free_form(text: &str) -> bool {
    text.trim_ascii() != text || text.contains(['e', 'E'])
}

fn is_decimal(ty: &str) -> bool {
    ty.split(' ').next() == Some("Decimal")
}

fn is_flag(ty: &str) -> bool {
    ty.split(' ').next() == Some("bool")
}

/// The value of a flag, in any spelling that is decoded.
fn flag(value: &Json) -> Option<bool> {
    let (Json::Word(text) | Json::Text(text) | Json::Number(text)) = value else {
        return None;
    };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn step(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the payload" } else { at }
}

fn short(value: &Json) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        text.chars().take(57).chain("...".chars()).collect()
    } else {
        text
    }
}

/// Returns the values of a type that mean "no value", as JSON: `""`, `"0"` and `0` in `Decimal or "" or "0" or 0`.
fn empties(ty: &str) -> Vec<&str> {
    ty.split(" or ")
        .skip(1)
        .filter(|part| part.starts_with('"') || *part == "null" || part.parse::<i64>().is_ok())
        .collect()
}

fn both_forms(ty: &str) -> bool {
    ty.contains(" as text or number") || ty.contains(" as number or text")
}

/// Whether two numbers have the same value, with any number of zeros.
fn same_number(a: &str, b: &str) -> bool {
    let normalized = |text: &str| {
        let text = text.to_ascii_lowercase();
        let (mantissa, exponent) = match text.split_once('e') {
            Some((mantissa, exponent)) => (mantissa.to_owned(), exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => ("-", digits.to_owned()),
            None => ("", mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let all: String = whole.chars().chain(fraction.chars()).collect();
        if all.is_empty() || !all.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        let trimmed = all.trim_start_matches('0');
        let end = trimmed.trim_end_matches('0');
        let zeros = i64::try_from(trimmed.len() - end.len()).ok()?;
        Some(if end.is_empty() {
            (String::new(), String::new(), 0)
        } else {
            (sign.to_owned(), end.to_owned(), scale - zeros)
        })
    };
    matches!((normalized(a), normalized(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::{super::findings::Finding, *};

    #[test]
    fn numbers_are_compared_by_value() {
        for (a, b) in [
            ("0", "0.0"),
            ("67.5", "67.50"),
            ("1e3", "1000"),
            ("-0", "0"),
            ("1E-2", "0.01"),
        ] {
            assert!(same_number(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "10"),
            ("-1", "1"),
            ("9223372036854775807", "9223372036854775808"),
            ("", "0"),
            ("x", "x"),
        ] {
            assert!(!same_number(a, b), "{a} {b}");
        }
    }

    const fn field(path: &'static str, ty: &'static str, optional: bool) -> FieldInfo {
        FieldInfo {
            path,
            ty,
            optional,
            other_names: &[],
        }
    }

    const FIELDS: &[FieldInfo] = &[
        field("price", "Decimal", false),
        field("fee", "Decimal or \"\"", true),
        field("id", "u64 as text or number", false),
        field("rows", "[Row]", false),
        field("rows[][0]", "Decimal", false),
        field("by.*[].value", "Decimal as number", false),
    ];

    fn findings(original: &str, encoded: &str) -> Findings {
        let parse = |text| Json::parse(text).unwrap();
        compare(&Declared::new(FIELDS), &parse(original), &parse(encoded))
    }

    fn texts(findings: &[Finding]) -> Vec<&str> {
        findings
            .iter()
            .map(|finding| finding.text.as_str())
            .collect()
    }

    #[test]
    fn zeros_at_the_end_of_a_decimal_string_must_not_be_lost() {
        assert_eq!(
            findings(r#"{"price":"1.50"}"#, r#"{"price":"1.5"}"#)
                .failures
                .len(),
            1
        );
    }

    #[test]
    fn strings_and_numbers_are_equal_only_if_the_type_allows_both() {
        assert_eq!(
            findings(r#"{"id":7}"#, r#"{"id":"7"}"#),
            Findings::default()
        );
        assert_eq!(
            findings(r#"{"price":7}"#, r#"{"price":"7"}"#)
                .failures
                .len(),
            1
        );
    }

    #[test]
    fn a_value_that_means_no_value_can_be_absent() {
        assert_eq!(findings(r#"{"fee":""}"#, "{}"), Findings::default());
        assert_eq!(
            texts(&findings(r#"{"price":""}"#, "{}").failures),
            ["price: \"\" was lost"]
        );
    }

    #[test]
    fn an_undeclared_field_is_unknown_and_not_lost() {
        let found = findings(
            r#"{"new":1,"rows":[["1"]],"by":{"BTC":[{"value":1,"x":2}]}}"#,
            r#"{"rows":[["1"]],"by":{"BTC":[{"value":1.0}]}}"#,
        );
        assert_eq!(texts(&found.unknown), ["new: 1", "by.BTC[0].x: 2"]);
        let fields: Vec<_> = found.unknown.iter().map(|finding| &finding.field).collect();
        assert_eq!(fields, ["new", "by.*[].x"]);
        assert!(found.failures.is_empty());
    }

    #[test]
    fn a_field_that_was_not_in_the_payload_is_reported() {
        assert_eq!(
            texts(&findings("{}", r#"{"price":"1"}"#).failures),
            ["price: \"1\" was not in the payload"]
        );
    }
}
