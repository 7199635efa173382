//! The declared fields of a text are those of the value that was decoded from it.

use binance_futures::dynamic::FieldInfo;

use super::tree::{Node, Tree};

/// Returns what was lost or changed between a text and what was encoded after decoding it, each with its path.
pub fn losses(fields: &[FieldInfo], text: &Tree, written: &Tree) -> Vec<String> {
    let mut comparison = Comparison {
        fields,
        losses: Vec::new(),
    };
    comparison.compare(text, written, "", Type(""));
    comparison.losses
}

struct Comparison<'f> {
    fields: &'f [FieldInfo],
    losses: Vec<String>,
}

/// A type in the notation of the spec, such as `Decimal or ""`. Empty if it is not known.
#[derive(Clone, Copy)]
struct Type<'f>(&'f str);

impl<'f> Type<'f> {
    /// The type without its forms and literals.
    fn name(self) -> &'f str {
        let name = self.0.split(" or ").next().unwrap_or_default();
        name.split(" as ").next().unwrap_or_default()
    }

    /// Returns the type of an item of a list or of a value of a map.
    fn item(self) -> Self {
        let inner = self.name().trim_start_matches('[').trim_end_matches(']');
        let inner = inner.split(" | ").next().unwrap_or_default();
        match inner
            .strip_prefix("map<")
            .and_then(|of| of.split_once(", "))
        {
            Some((_, value)) => Self(value.trim_end_matches('>')),
            None => Self(inner),
        }
    }

    fn is_text(self) -> bool {
        let texts = [
            "String",
            "Symbol",
            "Pair",
            "Asset",
            "ClientOrderId",
            "ListenKey",
        ];
        texts.contains(&self.name())
    }

    /// Whether a value means that there is none.
    fn is_no_value(self, value: &Tree) -> bool {
        if value.node == Node::Word("null".to_owned()) {
            return true;
        }
        let Some(scalar) = value.scalar() else {
            return false;
        };
        let mut literals = self.0.split(" or ").skip(1);
        // A number is the literal in any notation, a text only in its digits.
        let is_number = matches!(value.node, Node::Word(_));
        literals.any(|literal| {
            let text = literal.trim_matches('"');
            text == scalar || is_same(scalar, if is_number { text } else { literal })
        })
    }
}

impl<'f> Comparison<'f> {
    fn field(&self, path: &str) -> Option<&'f FieldInfo> {
        self.fields.iter().find(|field| field.path == path)
    }

    fn has_paths_below(&self, path: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.path.starts_with(path))
    }

    fn lose(&mut self, path: &str, problem: &str) {
        self.losses.push(format!("`{path}` {problem}"));
    }

    fn compare(&mut self, text: &Tree, written: &Tree, path: &str, ty: Type<'f>) {
        match (&text.node, &written.node) {
            (Node::Object(fields), Node::Object(written)) => {
                self.compare_fields(fields, written, path, ty);
            }
            (Node::List(items), Node::List(written)) => {
                let is_row = self.has_paths_below(&format!("{path}[0]"));
                let is_complete = if is_row {
                    items.len() >= written.len()
                } else {
                    items.len() == written.len()
                };
                if !is_complete {
                    self.lose(path, "has another length");
                }
                for (index, (item, written)) in items.iter().zip(written).enumerate() {
                    let (path, ty) = if is_row {
                        let path = format!("{path}[{index}]");
                        let ty = self.field(&path).map_or("", |field| field.ty);
                        (path, Type(ty))
                    } else {
                        (format!("{path}[]"), ty.item())
                    };
                    self.compare(item, written, &path, ty);
                }
            }
            (_, Node::List(list)) if list.len() == 1 => {
                self.compare(text, &list[0], &format!("{path}[]"), ty.item());
            }
            _ => match (text.scalar(), written.scalar()) {
                (Some(scalar), Some(digits)) if scalar == digits => {}
                (Some(scalar), Some(digits)) if !ty.is_text() && is_same(scalar, digits) => {}
                (Some(_), Some(_)) if ty.is_no_value(text) && ty.is_no_value(written) => {}
                _ => self.lose(path, &format!("was {:?}, is {:?}", text.node, written.node)),
            },
        }
    }

    fn compare_fields(
        &mut self,
        fields: &[(String, Tree)],
        written: &[(String, Tree)],
        path: &str,
        ty: Type<'f>,
    ) {
        let is_map = ty.0.starts_with("map<") || self.has_paths_below(&format!("{path}.*"));
        let join = |name: &str| match (is_map, path) {
            (true, _) => format!("{path}.*"),
            (false, "") => name.to_owned(),
            (false, _) => format!("{path}.{name}"),
        };
        let names: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
        // An item of a batch is a value or a rejection, and the fields of both are declared.
        let is_rejection = names == ["code", "msg"];
        let is_of_rejection = |name: &str| matches!(name, "code" | "msg") && !names.contains(&name);
        for (name, field) in fields {
            let path = join(name);
            let declared = self.field(&path);
            let ty = match declared {
                Some(declared) => Type(declared.ty),
                None if is_map => ty.item(),
                None => Type(""),
            };
            let is_constant = ty.0.starts_with('=');
            let mut same_name = written.iter().filter(|(other, _)| other == name);
            match same_name.next() {
                _ if is_constant => {}
                // Unknown fields may be repeated in a record that is kept as JSON.
                Some((_, written)) if same_name.next().is_none() => {
                    self.compare(field, written, &path, ty);
                }
                Some(_) => {}
                None if is_map => self.lose(&path, &format!("lost the key {name}")),
                None if is_rejection || is_of_rejection(name) => {}
                None if declared.is_some() && !ty.is_no_value(field) => {
                    self.lose(&path, "is lost");
                }
                None => {}
            }
        }
        for (name, written) in written {
            let path = join(name);
            let ty = Type(self.field(&path).map_or("", |field| field.ty));
            let has_name = fields.iter().any(|(other, _)| other == name);
            // Other names of a field are not in the table.
            let has_another_name = || {
                fields.iter().any(|(name, field)| {
                    self.field(&join(name)).is_none()
                        && matches!((field.scalar(), written.scalar()), (Some(one), Some(two)) if one == two || is_same(one, two))
                })
            };
            let is_constant = ty.0.starts_with('=');
            if !has_name && !is_constant && !ty.is_no_value(written) && !has_another_name() {
                self.lose(&path, "was not there");
            }
        }
    }
}

/// Whether two texts are the same number, maybe with spaces around it, or the same flag.
fn is_same(text: &str, written: &str) -> bool {
    let is_same_flag = match written {
        "true" => is_equal(text, "1") || text.eq_ignore_ascii_case("true"),
        "false" => is_equal(text, "0") || text.eq_ignore_ascii_case("false"),
        _ => false,
    };
    is_same_flag || is_equal(text.trim_ascii(), written)
}

/// Whether two texts are the same number. Nothing is rounded.
pub fn is_equal(one: &str, two: &str) -> bool {
    matches!((digits(one), digits(two)), (Some(one), Some(two)) if one == two)
}

/// Returns the sign, the digits without zeros at their ends, and the exponent.
fn digits(number: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (true, mantissa),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if whole.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let kept = all.trim_end_matches('0');
    let zeros = all.len() - kept.len();
    let significant = kept.trim_start_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let exponent = exponent.parse::<i64>().ok()?;
    let exponent = exponent.checked_sub(fraction.len() as i64)?;
    let exponent = exponent.checked_add(zeros as i64)?;
    Some((is_negative, significant.to_owned(), exponent))
}
