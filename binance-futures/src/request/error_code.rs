//! The exchange's error codes.

use std::fmt;

use super::LimitKind;

/// An error code of a product, as the spec describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownError {
    /// The error code, such as -2011. A value from 100 to 999 is the HTTP status of a response without an error code.
    pub code: i64,
    /// The name: that of the exchange, or one of this crate if the exchange has none.
    pub name: &'static str,
    /// Whether the exchange itself uses the name.
    pub official: bool,
    /// What the caller can do about the error.
    pub action: Action,
    /// What happened, as a sentence.
    pub means: &'static str,
    /// What to do, as a sentence. `None` if that is not known.
    pub remedy: Option<&'static str>,
    /// Whether the client id of the request is in use, perhaps by an earlier attempt to send the same request.
    pub is_duplicate_id: bool,
    /// What the error says about the request, independently of the HTTP status.
    pub(crate) class: ErrorClass,
    /// What the exceeded rate limit counts. `None` for other errors.
    pub(crate) limit: Option<LimitKind>,
}

/// What an error says about the request.
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm", feature = "client")),
    expect(dead_code, reason = "no product and no client is compiled")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    /// It was not executed, for a reason in the request.
    Rejected,
    /// It was not executed, because there were too many requests.
    RateLimited,
    /// It was not executed, because the exchange was not able to.
    Unavailable,
    /// It may have been executed. The exchange does not know.
    Unknown,
}

/// An error message that says whether the request was executed, independently of the error code.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(crate) struct KnownMessage {
    /// How the message begins.
    pub(crate) begins: &'static str,
    /// The HTTP status of responses in which it says so. `None` for all.
    pub(crate) status: Option<u16>,
    /// What it says about the request.
    pub(crate) class: ErrorClass,
}

#[cfg(feature = "client")]
impl KnownMessage {
    /// Returns whether this entry applies to a response with this status and error message.
    pub(crate) fn applies_to(&self, status: u16, message: &str) -> bool {
        self.status.is_none_or(|own| own == status) && message.starts_with(self.begins)
    }
}

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Change the request: a parameter is missing, malformed or out of range.
    FixRequest,
    /// Change the order: it breaks a rule or a filter of its symbol.
    FixOrder,
    /// Change the account: its balance, position, mode, leverage or settings do not allow the request.
    FixAccount,
    /// Change the API key, its permissions, or what is signed with it.
    FixKey,
    /// Wait before sending another request.
    Wait,
    /// Send the request again.
    Retry,
    /// Synchronize the clock with the exchange.
    ResyncClock,
    /// First look up whether the request was executed.
    Reconcile,
    /// Use another request.
    OtherEndpoint,
    /// Nothing: the account is already in the requested state.
    None,
}

impl Action {
    /// Returns a short phrase, such as `fix the request`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixRequest => "fix the request",
            Self::FixOrder => "fix the order",
            Self::FixAccount => "fix the account",
            Self::FixKey => "fix the key",
            Self::Wait => "wait",
            Self::Retry => "retry",
            Self::ResyncClock => "synchronize the clock",
            Self::Reconcile => "look up the outcome",
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
    /// Finds an error code in tables that are sorted by code.
    #[cfg(any(feature = "rest", test))]
    pub(crate) fn find(tables: &[&'static [Self]], code: i64) -> Option<&'static Self> {
        tables.iter().find_map(|table| {
            let index = table.binary_search_by_key(&code, |known| known.code).ok()?;
            table.get(index)
        })
    }

    /// Returns the same entry with another class than rejected.
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    pub(crate) const fn with(self, class: ErrorClass) -> Self {
        Self { class, ..self }
    }

    /// Returns the same entry for a rate limit that counts this.
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    pub(crate) const fn exceeding(self, limit: LimitKind) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// Returns the same entry for an id that is in use.
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    pub(crate) const fn with_duplicate_id(self) -> Self {
        Self {
            is_duplicate_id: true,
            ..self
        }
    }
}

/// Creates an entry of a product's table.
#[cfg(any(feature = "usdm", feature = "coinm"))]
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
        is_duplicate_id: false,
        class: ErrorClass::Rejected,
        limit: None,
    }
}

/// Creates an entry whose name is one of this crate, because the exchange has none.
#[cfg(any(feature = "usdm", feature = "coinm"))]
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

    fn products() -> Vec<&'static [&'static [KnownError]]> {
        vec![
            #[cfg(feature = "usdm")]
            crate::usdm::Usdm::ERRORS,
            #[cfg(feature = "coinm")]
            crate::coinm::CoinM::ERRORS,
        ]
    }

    #[test]
    fn every_error_code_is_found() {
        for tables in products() {
            let mut count = 0;
            for known in tables.iter().copied().flatten() {
                assert_eq!(KnownError::find(tables, known.code), Some(known));
                count += 1;
            }
            assert!(count > 100);
            assert_eq!(KnownError::find(tables, -1_234_567), None);
        }
    }

    #[cfg(all(feature = "usdm", feature = "coinm"))]
    #[test]
    fn meaning_of_an_error_code_depends_on_the_product() {
        let name = |tables, code| KnownError::find(tables, code).map(|known| known.name);
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
