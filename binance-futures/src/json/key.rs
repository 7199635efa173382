//! Names of fields, prepared for comparison.

/// The number of bytes that are compared at once.
const HEAD: usize = 16;

/// The name of a field, as written in JSON: `"symbol":`.
#[derive(Debug)]
pub struct Key {
    /// With quotes and colon.
    text: &'static str,
    /// The first bytes of the text, and which of them count.
    head: u128,
    mask: u128,
}

impl Key {
    /// Prepares a name. `text` includes the quotes and the colon.
    pub const fn new(text: &'static str) -> Self {
        let mut rest = text.as_bytes();
        let (mut head, mut mask, mut index) = (0_u128, 0_u128, 0);
        while let [byte, after @ ..] = rest
            && index < HEAD
        {
            head |= (*byte as u128) << (8 * index);
            mask |= 0xff << (8 * index);
            index += 1;
            rest = after;
        }
        Self { text, head, mask }
    }

    /// Returns the name without quotes and colon.
    pub fn name(&self) -> &'static str {
        self.text
            .get(1..self.text.len().saturating_sub(2))
            .unwrap_or_default()
    }

    /// Returns the number of bytes with quotes and colon.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether a text begins with this name, its quotes and the colon.
    #[inline]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk::<HEAD>() {
            Some(head) => {
                u128::from_le_bytes(*head) & self.mask == self.head
                    && (self.text.len() <= HEAD || self.long(text))
            }
            None => text.starts_with(self.text.as_bytes()),
        }
    }

    #[inline(never)]
    fn long(&self, text: &[u8]) -> bool {
        text.starts_with(self.text.as_bytes())
    }
}
