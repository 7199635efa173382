//! Names of fields, prepared for comparison.

/// The number of bytes that are compared at once.
const WORD: usize = 8;

/// The name of a field, as written in JSON: `"symbol":`.
#[derive(Debug)]
pub struct Key {
    /// With quotes and colon.
    text: &'static str,
    first: Word,
    second: Word,
}

/// Eight bytes of a name, and which of them count.
#[derive(Debug)]
struct Word {
    bytes: u64,
    mask: u64,
}

impl Word {
    /// Takes up to eight bytes of a text, from a place on.
    const fn at(text: &[u8], begin: usize) -> Self {
        let (mut rest, mut index) = (text, 0);
        let (mut bytes, mut mask) = (0, 0);
        while let [byte, after @ ..] = rest
            && index < begin + WORD
        {
            if index >= begin {
                bytes |= (*byte as u64) << (8 * (index - begin));
                mask |= 0xff << (8 * (index - begin));
            }
            index += 1;
            rest = after;
        }
        Self { bytes, mask }
    }

    #[inline]
    fn equals(&self, word: [u8; WORD]) -> bool {
        u64::from_le_bytes(word) & self.mask == self.bytes
    }
}

impl Key {
    /// Prepares a name. `text` includes the quotes and the colon.
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        Self {
            text,
            first: Word::at(bytes, 0),
            second: Word::at(bytes, WORD),
        }
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
        match text.split_first_chunk::<WORD>() {
            Some((first, rest)) => {
                self.first.equals(*first) && (self.text.len() <= WORD || self.continues(text, rest))
            }
            None => text.starts_with(self.text.as_bytes()),
        }
    }

    /// Whether a text whose first word is that of the name begins with the name.
    #[inline]
    fn continues(&self, text: &[u8], rest: &[u8]) -> bool {
        match rest.first_chunk::<WORD>() {
            Some(second) if self.text.len() <= 2 * WORD => self.second.equals(*second),
            _ => self.long(text),
        }
    }

    #[inline(never)]
    fn long(&self, text: &[u8]) -> bool {
        text.starts_with(self.text.as_bytes())
    }
}
