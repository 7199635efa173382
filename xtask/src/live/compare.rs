//! What came against what the types gave back.

use std::collections::BTreeMap;

use binance_futures::registry::Member;

use crate::json::Json;

/// What a comparison found, by severity.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Findings {
    /// What was lost or came back different.
    pub(crate) lost: Vec<String>,
    /// Members the spec does not declare.
    pub(crate) unknown: Vec<String>,
}

/// Declared members by path, as the registry has them.
pub(crate) struct Declared {
    types: BTreeMap<&'static str, (&'static str, bool)>,
}

impl Declared {
    pub(crate) fn new(members: &'static [Member]) -> Self {
        Self {
            types: members
                .iter()
                .map(|member| (member.path, (member.ty, member.optional)))
                .collect(),
        }
    }

    /// A declared path, or one that only leads to declared ones.
    fn leads_somewhere(&self, path: &str) -> bool {
        self.types
            .range(path..)
            .next()
            .is_some_and(|(next, _)| next.starts_with(path))
    }

    fn ty(&self, path: &str) -> Option<(&'static str, bool)> {
        self.types.get(path).copied()
    }

    /// The path of a member: its own, or that of any key where an object is keyed by value.
    fn member(&self, path: &str, name: &str) -> Option<String> {
        let step = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        [step(name), step("*")].into_iter().find(|path| {
            self.ty(path).is_some()
                || self.leads_somewhere(&format!("{path}."))
                || self.leads_somewhere(&format!("{path}["))
        })
    }
}

/// Compares a payload with what came back.
pub(crate) fn compare(declared: &Declared, came: &Json, back: &Json) -> Findings {
    let mut comparison = Comparison {
        declared,
        findings: Findings::default(),
    };
    comparison.value("", "", came, back);
    comparison.findings
}

struct Comparison<'a> {
    declared: &'a Declared,
    findings: Findings,
}

impl Comparison<'_> {
    fn differs(&mut self, at: &str, came: &Json, back: &Json) {
        self.findings.lost.push(format!(
            "{}: {} came back as {}",
            place(at),
            short(came),
            short(back)
        ));
    }

    /// `at` is where we are, with indexes; `path` is the same as the registry writes it.
    fn value(&mut self, at: &str, path: &str, came: &Json, back: &Json) {
        match (came, back) {
            (Json::Object(came), Json::Object(back)) => self.object(at, path, came, back),
            (Json::List(came_items), Json::List(back_items)) => {
                if came_items.len() != back_items.len() {
                    return self.differs(at, came, back);
                }
                for (index, (came, back)) in came_items.iter().zip(back_items).enumerate() {
                    let row = format!("{path}[{index}]");
                    let path = if self.declared.leads_somewhere(&row) {
                        row
                    } else {
                        format!("{path}[]")
                    };
                    self.value(&format!("{at}[{index}]"), &path, came, back);
                }
            }
            (Json::Object(_), Json::List(items)) => match items.as_slice() {
                // A lone object is the list of one where the spec says so; the types took it, so it does.
                [one] => self.value(at, &format!("{path}[]"), came, one),
                _ => self.differs(at, came, back),
            },
            _ => self.scalar(at, path, came, back),
        }
    }

    fn object(&mut self, at: &str, path: &str, came: &[(String, Json)], back: &[(String, Json)]) {
        let step = |name: &str| {
            if at.is_empty() {
                name.to_owned()
            } else {
                format!("{at}.{name}")
            }
        };
        for (name, value) in came {
            let inner = self.declared.member(path, name);
            match (back.iter().find(|(known, _)| known == name), &inner) {
                (Some((_, back)), Some(path)) => self.value(&step(name), path, value, back),
                // Kept although nothing declares it: part of a record of an unknown kind.
                (Some((_, back)), None) if value == back => {}
                (Some((_, back)), None) => self.differs(&step(name), value, back),
                (None, Some(path)) if self.may_vanish(path, value) => {}
                (None, Some(_)) => self.findings.lost.push(format!(
                    "{}: {} was lost",
                    place(&step(name)),
                    short(value)
                )),
                (None, None) => {
                    self.findings
                        .unknown
                        .push(format!("{}: {}", place(&step(name)), short(value)));
                }
            }
        }
        for (name, value) in back {
            if !came.iter().any(|(known, _)| known == name) {
                self.findings.lost.push(format!(
                    "{}: {} came out of nothing",
                    place(&step(name)),
                    short(value)
                ));
            }
        }
    }

    /// An optional member whose value is a spelling of "no value" is the same as none.
    fn may_vanish(&self, path: &str, value: &Json) -> bool {
        self.declared.ty(path).is_some_and(|(ty, optional)| {
            optional && empties(ty).iter().any(|empty| *empty == value.to_string())
        })
    }

    fn scalar(&mut self, at: &str, path: &str, came: &Json, back: &Json) {
        if came == back {
            return;
        }
        let ty = self.declared.ty(path).map_or("", |(ty, _)| ty);
        let empties = empties(ty);
        let is_empty = |value: &Json| empties.iter().any(|empty| *empty == value.to_string());
        let same = match (came, back) {
            (Json::Number(a), Json::Number(b)) => same_number(a, b),
            // `as text or number` and the like: either is declared.
            (Json::Number(a), Json::Text(b)) | (Json::Text(a), Json::Number(b)) => {
                both_forms(ty) && same_number(a, b)
            }
            _ => false,
        };
        let both_empty = is_empty(came) && is_empty(back);
        if !same && !both_empty {
            self.differs(at, came, back);
        }
    }
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the whole" } else { at }
}

fn short(value: &Json) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        text.chars().take(57).chain("...".chars()).collect()
    } else {
        text
    }
}

/// The spellings of "no value" in the text of a type: `Decimal or "" or 0`.
fn empties(ty: &str) -> Vec<&str> {
    ty.split(" or ")
        .skip(1)
        .filter(|part| *part == "\"\"" || *part == "null" || part.parse::<i64>().is_ok())
        .collect()
}

fn both_forms(ty: &str) -> bool {
    ty.contains(" as text or number") || ty.contains(" as number or text")
}

/// Whether two decimal texts are one value, whatever their zeros.
fn same_number(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
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
    matches!((plain(a), plain(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    const fn member(path: &'static str, ty: &'static str, optional: bool) -> Member {
        Member { path, ty, optional }
    }

    const MEMBERS: &[Member] = &[
        member("price", "Decimal", false),
        member("fee", "Decimal or \"\"", true),
        member("id", "u64 as text or number", false),
        member("rows", "[Row]", false),
        member("rows[][0]", "Decimal", false),
        member("by.*[].value", "Decimal as number", false),
    ];

    fn findings(came: &str, back: &str) -> Findings {
        let parse = |text| Json::parse(text).unwrap();
        compare(&Declared::new(MEMBERS), &parse(came), &parse(back))
    }

    #[test]
    fn a_padded_decimal_text_is_a_loss_when_the_zeros_are_gone() {
        assert_eq!(
            findings(r#"{"price":"1.50"}"#, r#"{"price":"1.5"}"#)
                .lost
                .len(),
            1
        );
    }

    #[test]
    fn text_and_number_are_one_where_both_are_declared() {
        assert_eq!(
            findings(r#"{"id":7}"#, r#"{"id":"7"}"#),
            Findings::default()
        );
        assert_eq!(findings(r#"{"price":7}"#, r#"{"price":"7"}"#).lost.len(), 1);
    }

    #[test]
    fn a_declared_empty_spelling_may_come_back_as_absence() {
        assert_eq!(findings(r#"{"fee":""}"#, "{}"), Findings::default());
        assert_eq!(
            findings(r#"{"price":""}"#, "{}").lost,
            ["price: \"\" was lost"]
        );
    }

    #[test]
    fn an_undeclared_member_is_unknown_and_not_lost() {
        let found = findings(
            r#"{"neu":1,"rows":[["1"]],"by":{"BTC":[{"value":1,"x":2}]}}"#,
            r#"{"rows":[["1"]],"by":{"BTC":[{"value":1.0}]}}"#,
        );
        assert_eq!(found.unknown, ["neu: 1", "by.BTC[0].x: 2"]);
        assert!(found.lost.is_empty());
    }

    #[test]
    fn a_member_out_of_nothing_is_reported() {
        assert_eq!(
            findings("{}", r#"{"price":"1"}"#).lost,
            ["price: \"1\" came out of nothing"]
        );
    }
}
