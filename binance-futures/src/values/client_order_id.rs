//! Client order ids.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

use super::text::{displayed, text_type};

/// The longest id that the exchange accepts, in bytes. Ids up to this length are stored inline.
const INLINE: usize = 36;

/// The id that the client chooses for an order. If a response is lost, the order can be looked up by it.
///
/// Ids of up to 36 bytes, the longest that the exchange accepts, do not allocate. Longer ids are stored and sent as they are.
#[derive(Clone)]
pub struct ClientOrderId(Storage);
text_type!(ClientOrderId holds Storage);
displayed!(ClientOrderId);

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
    fn id_of_any_length_is_stored() {
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
    fn ids_sort_by_text() {
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
    fn inline_length_counts_bytes() {
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
