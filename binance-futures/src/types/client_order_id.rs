//! The caller's own name for an order.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

use super::text::{shown, text_type};

/// The longest id the exchange takes, in bytes: what is held without an allocation.
const INLINE: usize = 36;

/// The caller's own name for an order, by which it can be looked up when the answer is lost.
///
/// Up to 36 bytes, as long as the exchange allows, it owns no memory; a longer one is held and sent all the same.
#[derive(Clone)]
pub struct ClientOrderId(Storage);
text_type!(ClientOrderId holds Storage);
shown!(ClientOrderId);

#[derive(Clone)]
enum Storage {
    Inline(ArrayString<INLINE>),
    Heap(Box<str>),
}

impl Storage {
    fn as_str(&self) -> &str {
        match self {
            Self::Inline(text) => text,
            Self::Heap(text) => text,
        }
    }
}

impl From<&str> for Storage {
    #[inline]
    fn from(text: &str) -> Self {
        ArrayString::from(text).map_or_else(|_| Self::Heap(text.into()), Self::Inline)
    }
}

impl From<String> for Storage {
    fn from(text: String) -> Self {
        match ArrayString::from(&text) {
            Ok(inline) => Self::Inline(inline),
            Err(_) => Self::Heap(text.into()),
        }
    }
}

impl PartialEq for ClientOrderId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ClientOrderId {}

impl Hash for ClientOrderId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for ClientOrderId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ClientOrderId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_any_length_is_held() {
        for length in [0, 1, 35, 36, 37, 1000] {
            let text = "x".repeat(length);
            let id = ClientOrderId::from(text.as_str());
            assert_eq!(id, text.as_str());
            assert_eq!(id, ClientOrderId::from(text.clone()));
            assert_eq!(matches!(id.0, Storage::Inline(_)), length <= 36);
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn ids_are_ordered_by_their_text() {
        let long = "a".repeat(40);
        let mut ids = ["b", long.as_str(), "a"].map(ClientOrderId::from);
        ids.sort();
        assert_eq!(ids, ["a", long.as_str(), "b"].map(ClientOrderId::from));
        assert_eq!(
            format!("{:?}", ClientOrderId::from("a")),
            r#"ClientOrderId("a")"#
        );
    }

    #[test]
    fn length_counts_bytes() {
        assert!(matches!(
            ClientOrderId::from("币".repeat(12)).0,
            Storage::Inline(_)
        ));
        assert!(matches!(
            ClientOrderId::from("币".repeat(13)).0,
            Storage::Heap(_)
        ));
    }
}
