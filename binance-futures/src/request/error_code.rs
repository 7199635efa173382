//! What the exchange's error numbers mean.

use std::fmt;

/// An error number of a product, as the description of the API has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownError {
    /// The number, such as -2011; below 1000 and above 0 a status of HTTP.
    pub code: i64,
    /// Its name: the exchange's, or ours where the exchange has none.
    pub name: &'static str,
    /// Whether the name is the exchange's own.
    pub official: bool,
    /// What the caller can do about it.
    pub action: Action,
    /// What happened, in a sentence.
    pub means: &'static str,
    /// What to do, in a sentence, where that is known.
    pub remedy: Option<&'static str>,
    /// What became of the request, whatever the status of the answer.
    pub(crate) class: ErrorClass,
}

/// What became of a request that was answered with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    /// It was not done, for a reason in the request.
    Rejected,
    /// It was not done, because there were too many.
    RateLimited,
    /// It was not done, because the exchange could not.
    Unavailable,
    /// The exchange does not know.
    Unknown,
}

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Change the request: a parameter is missing, malformed or out of range.
    FixRequest,
    /// Change the order: it breaks a rule or filter of its symbol.
    FixOrder,
    /// Change the account: balance, position, mode, leverage or settings stand in the way.
    FixAccount,
    /// Change the key, its permissions or what is signed with it.
    FixKey,
    /// Wait before anything is sent again.
    Wait,
    /// Send it again.
    Retry,
    /// Set the clock by the exchange's.
    ResyncClock,
    /// Find out whether it was executed before anything else.
    Reconcile,
    /// Use another request.
    OtherEndpoint,
    /// Nothing: it is already as it was asked to be.
    None,
}

impl Action {
    /// The action in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixRequest => "fix the request",
            Self::FixOrder => "fix the order",
            Self::FixAccount => "fix the account",
            Self::FixKey => "fix the key",
            Self::Wait => "wait",
            Self::Retry => "send it again",
            Self::ResyncClock => "set the clock by the exchange's",
            Self::Reconcile => "find out whether it was executed",
            Self::OtherEndpoint => "use another request",
            Self::None => "nothing to do",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl KnownError {
    /// What a number means, in a table that ascends by number.
    pub(crate) fn find(table: &'static [Self], code: i64) -> Option<&'static Self> {
        let index = table.binary_search_by_key(&code, |known| known.code).ok()?;
        table.get(index)
    }

    /// The same line where the request was more than refused.
    pub(crate) const fn with(self, class: ErrorClass) -> Self {
        Self { class, ..self }
    }
}

/// A line of a product's table.
pub(crate) const fn known(
    code: i64,
    name: &'static str,
    action: Action,
    means: &'static str,
    remedy: Option<&'static str>,
) -> KnownError {
    KnownError {
        code,
        name,
        official: true,
        action,
        means,
        remedy,
        class: ErrorClass::Rejected,
    }
}

/// A line whose name is ours, because the exchange has none.
pub(crate) const fn known_by_our_name(
    code: i64,
    name: &'static str,
    action: Action,
    means: &'static str,
    remedy: Option<&'static str>,
) -> KnownError {
    let known = known(code, name, action, means, remedy);
    KnownError {
        official: false,
        ..known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Product;

    fn tables() -> Vec<&'static [KnownError]> {
        vec![
            #[cfg(feature = "usdm")]
            crate::usdm::Usdm::ERRORS,
            #[cfg(feature = "coinm")]
            crate::coinm::CoinM::ERRORS,
        ]
    }

    #[test]
    fn every_number_of_a_table_is_found_in_it() {
        for table in tables() {
            assert!(table.len() > 100);
            for known in table {
                assert_eq!(KnownError::find(table, known.code), Some(known));
            }
            assert_eq!(KnownError::find(table, -1_234_567), None);
        }
    }

    #[cfg(all(feature = "usdm", feature = "coinm"))]
    #[test]
    fn one_number_means_what_its_product_says() {
        let name = |table, code| KnownError::find(table, code).map(|known| known.name);
        assert_eq!(
            name(crate::usdm::Usdm::ERRORS, -4087),
            Some("REDUCE_ONLY_ORDER_PERMISSION")
        );
        assert_eq!(
            name(crate::coinm::CoinM::ERRORS, -4087),
            Some("INVALID_PAIR")
        );
    }
}
