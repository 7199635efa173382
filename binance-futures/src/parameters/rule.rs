//! Documented rules of parameter values.

use std::fmt;

/// A documented rule of a parameter's value, beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// One of these integers.
    OneOf(&'static [i64]),
    /// A range, with its bounds included.
    Range {
        /// The smallest allowed value, a decimal.
        minimum: Option<&'static str>,
        /// The largest allowed value, a decimal.
        maximum: Option<&'static str>,
    },
    /// Text of limited length or characters.
    Text {
        /// The largest number of characters.
        max_length: Option<usize>,
        /// All allowed characters.
        allowed: Option<&'static str>,
    },
    /// One of these texts.
    Variants(&'static [&'static str]),
    /// An array with at least one item.
    Items {
        /// The largest number of items.
        maximum: usize,
    },
}

/// Prints what the value must be.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(values) => {
                f.write_str("one of ")?;
                separated(f, ", ", *values)
            }
            Self::Range { minimum, maximum } => {
                let least = minimum.map(|minimum| format!("at least {minimum}"));
                let most = maximum.map(|maximum| format!("at most {maximum}"));
                separated(f, " and ", least.iter().chain(&most))
            }
            Self::Text {
                max_length,
                allowed,
            } => {
                let length = max_length.map(|most| format!("at most {most} characters"));
                let letters = allowed.map(|allowed| format!("only characters of `{allowed}`"));
                separated(f, " and ", length.iter().chain(&letters))
            }
            Self::Variants(values) => {
                f.write_str("one of ")?;
                separated(f, ", ", *values)
            }
            Self::Items { maximum } => write!(f, "from 1 to {maximum} items"),
        }
    }
}

fn separated<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    between: &str,
    values: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        value.fmt(f)?;
    }
    Ok(())
}
