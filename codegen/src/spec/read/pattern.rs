//! Patterns: sets of characters with a length.

use super::keys::Keys;
use crate::{problem::Problems, spec::Rule};

/// The pattern under `pattern`.
pub(super) fn pattern(keys: &Keys<'_>, problems: &mut Problems) -> Option<Rule> {
    let pattern = keys.text("pattern", problems)?;
    let rule = characters(&pattern.value);
    if rule.is_none() {
        let what = format!(
            "`{}` is not a set of characters with a length",
            pattern.value
        );
        let hint = "write a pattern of this form: ^[A-Za-z0-9_-]{1,36}$";
        problems.add(pattern.place, what, hint);
    }
    rule
}

/// Parses a pattern such as `^[A-Z0-9_]{1,36}$`.
fn characters(pattern: &str) -> Option<Rule> {
    let inner = pattern.strip_prefix("^[")?.strip_suffix("}$")?;
    let (set, length) = inner.rsplit_once("]{")?;
    let (minimum, maximum) = length.split_once(',')?;
    let (minimum, maximum): (u64, u64) = (minimum.parse().ok()?, maximum.parse().ok()?);
    // `[^…]` is all other characters, which cannot be listed.
    if set.is_empty() || set.starts_with('^') || minimum > maximum {
        return None;
    }
    let mut allowed = String::new();
    let mut chars = set.chars();
    while let Some(mut first) = chars.next() {
        if first == '\\' {
            // A backslash before a letter is a class, such as `\d`.
            first = chars.next().filter(|c| !c.is_ascii_alphanumeric())?;
        }
        let mut ahead = chars.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last))
                if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() =>
            {
                if first > last {
                    return None;
                }
                allowed.extend(first..=last);
                chars = ahead;
            }
            _ => allowed.push(first),
        }
    }
    Some(Rule::Characters {
        allowed,
        minimum,
        maximum,
        pattern: pattern.to_owned(),
    })
}
